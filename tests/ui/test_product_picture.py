"""A product's picture on the screen: where it belongs, and nothing else moves for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.detail_view import DetailView
from pos_app.ui.entry_panel import EntryPanelView
from pos_app.ui.product_picture import LARGEST_SIDE
from pos_app.viewmodels.screens import EntryPanel

INK = QColor("#c02060")
PANEL = EntryPanel("price_check", "Price check", "Croissant · 3.60", mode="text", confirm_label="Look up")
ROWS = tuple((f"Label {number}", "value") for number in range(6))


def drawn(folder: Path, width: int = 320, height: int = 240) -> str:
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(INK)
    file = folder / f"{width}x{height}.png"
    assert picture.save(str(file))
    return str(file)


def inked(widget: QWidget) -> QRect:
    """Return the smallest box around what has the picture's colour; a null one for none."""
    image = widget.grab().toImage()
    across = [x for x in range(image.width()) for y in range(0, image.height(), 4) if is_ink(image, x, y)]
    down = [y for y in range(image.height()) for x in range(0, image.width(), 4) if is_ink(image, x, y)]
    if not across or not down:
        return QRect()
    return QRect(min(across), min(down), max(across) - min(across) + 1, max(down) - min(down) + 1)


def is_ink(image: QImage, x: int, y: int) -> bool:
    return image.pixelColor(x, y).rgb() == INK.rgb()


def panel_with(qtbot: QtBot, panel: EntryPanel) -> EntryPanelView:
    view = EntryPanelView()
    qtbot.addWidget(view)
    view.resize(630, 586)
    view.show_panel(panel)
    view.show()
    return view


def with_picture(file: str) -> EntryPanel:
    return EntryPanel(
        PANEL.kind, PANEL.title, PANEL.detail, PANEL.mode, confirm_label=PANEL.confirm_label, picture=file
    )


def places(view: EntryPanelView) -> list[QRect]:
    return [view.field.geometry(), *(button.geometry() for button in view.findChildren(QPushButton))]


def test_a_price_check_shows_the_picture_below_its_field_and_moves_nothing(
    qtbot: QtBot, tmp_path: Path
) -> None:
    view = panel_with(qtbot, PANEL)
    before = places(view)
    assert inked(view).isNull()
    view.show_panel(with_picture(drawn(tmp_path)))
    assert places(view) == before
    box = inked(view)
    assert box.width() > 300
    assert box.height() > 220
    assert not any(box.intersects(place) for place in before if not place.isEmpty())


def test_a_tall_picture_keeps_its_shape(qtbot: QtBot, tmp_path: Path) -> None:
    box = inked(panel_with(qtbot, with_picture(drawn(tmp_path, 120, 240))))
    assert abs(box.height() - 2 * box.width()) <= 6


def test_a_file_that_is_gone_damaged_or_huge_shows_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_text("not a picture")
    for file in (
        str(tmp_path / "gone.png"),
        str(damaged),
        drawn(tmp_path, LARGEST_SIDE + 1, 20),
    ):
        assert inked(panel_with(qtbot, with_picture(file))).isNull()


def test_a_file_that_comes_later_under_the_same_name_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "320x240.png"
    view = panel_with(qtbot, with_picture(str(file)))
    assert inked(view).isNull()
    drawn(tmp_path)
    assert not inked(view).isNull()


def test_a_detail_has_its_picture_below_the_rows_whole_and_without_a_scroll_bar(
    qtbot: QtBot, tmp_path: Path
) -> None:
    view = DetailView()
    qtbot.addWidget(view)
    view.resize(619, 564)
    view.show()
    view.show_detail("Croissant", ROWS)
    rows = view.grab(QRect(0, 0, 619, 64 + 6 * 38)).toImage()
    view.show_detail("Croissant", ROWS, drawn(tmp_path))
    assert view.grab(QRect(0, 0, 619, 64 + 6 * 38)).toImage() == rows
    box = inked(view)
    assert box.top() > 64 + 6 * 38
    assert box.height() > 220
    assert not view.verticalScrollBar().isVisible()
    view.show_detail("Milk", ROWS)
    assert inked(view).isNull()
