"""The till's window: pages, status, banner, focus ring, live switches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui import fonts, icons
from pos_app.ui.main_window import MainWindow
from pos_app.ui.pay_page import PayPage
from pos_app.ui.pickup_screen import PickupScreen
from pos_app.ui.theme import TokenError, theme
from pos_app.viewmodels.screens import StatusChip
from tests.fakes.viewmodels import FakeAppearance, FakeTill, status_screen


@pytest.fixture
def till(qtbot: QtBot) -> FakeTill:
    return FakeTill()


@pytest.fixture
def window(qtbot: QtBot, till: FakeTill) -> Iterator[MainWindow]:
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    window = MainWindow(till)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    yield window
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)


def test_the_frame_has_the_designs_geometry(window: MainWindow) -> None:
    assert window.rail.geometry() == QRect(0, 0, 84, 768)
    assert window.top_bar.geometry() == QRect(84, 0, 1282, 48)
    assert window.stack.geometry() == QRect(84, 48, 1282, 720)


def test_pages_are_built_when_they_are_first_shown(window: MainWindow, till: FakeTill) -> None:
    assert window.stack.count() == 1
    till.go("pay")
    assert isinstance(window.current_page, PayPage)
    assert window.stack.count() == 2
    till.go("sell")
    assert window.stack.count() == 2


def test_the_rail_asks_for_a_mode_and_lights_the_one_that_is_on(
    qtbot: QtBot, window: MainWindow, till: FakeTill
) -> None:
    qtbot.mouseClick(window.rail.buttons["settings"], Qt.MouseButton.LeftButton)
    assert till.calls == [("go", ("settings",))]
    assert window.rail.buttons["settings"].isChecked()
    assert not window.rail.buttons["sell"].isChecked()
    till.go("pay")
    assert window.rail.buttons["sell"].isChecked()


def test_pickup_says_that_there_are_no_orders_in_a_store_that_takes_none(
    qtbot: QtBot, window: MainWindow, till: FakeTill
) -> None:
    qtbot.mouseClick(window.rail.buttons["pickup"], Qt.MouseButton.LeftButton)
    screen = window.current_page
    assert isinstance(screen, PickupScreen)
    assert screen.current_page.accessibleName() == "No pickup orders"
    till.sell.changed.emit()
    assert window.current_page is screen


def test_offline_brings_the_banner_and_moves_the_page_down(window: MainWindow, till: FakeTill) -> None:
    till.status.show(status_screen(offline=True))
    assert window.banner.geometry() == QRect(84, 48, 1282, 56)
    assert window.stack.y() == 104
    folded = till.status.screen.banner
    assert folded is not None
    till.status.show(replace(till.status.screen, banner=replace(folded, folded=True)))
    assert window.banner.isHidden()
    assert window.stack.y() == 48


def test_try_now_and_chips_are_forwarded(qtbot: QtBot, window: MainWindow, till: FakeTill) -> None:
    till.status.show(status_screen(offline=True))
    qtbot.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
    window.top_bar.chip_tapped.emit("printer")
    assert till.status.calls == [("try_now", ()), ("tap_chip", ("printer",))]


def test_the_open_sale_is_a_chip_outside_sell_only(window: MainWindow, till: FakeTill) -> None:
    till.status.show(replace(till.status.screen, open_sale="Open sale 60.22"))
    assert window.top_bar.sale.isHidden()
    till.go("settings")
    assert not window.top_bar.sale.isHidden()
    assert window.top_bar.sale.text() == "Open sale 60.22"


def test_trouble_fills_a_chip(window: MainWindow, till: FakeTill) -> None:
    chips = (StatusChip("printer", "No paper", "print", "bad"),)
    till.status.show(replace(till.status.screen, chips=chips))
    window.top_bar.repaint()
    colour = window.top_bar.grab().toImage().pixelColor(_chip_corner(window))
    assert colour == theme().colour("danger")


def _chip_corner(window: MainWindow) -> QPoint:
    chip = next(
        child
        for child in window.top_bar.children()
        if getattr(child, "chip", None) and child.chip.tone == "bad"
    )
    return QPoint(chip.x() + 3, 4)


def test_escape_folds_the_banner_when_nothing_else_is_open(
    qtbot: QtBot, window: MainWindow, till: FakeTill
) -> None:
    qtbot.keyClick(window.current_page, Qt.Key.Key_Escape)
    assert till.status.calls == [("fold_banner", ())]


def test_the_focus_ring_surrounds_the_focused_button(window: MainWindow) -> None:
    sell = window.page("sell")
    button = sell.pay  # type: ignore[attr-defined]  # the Sell page
    button.setFocus(Qt.FocusReason.TabFocusReason)
    corner = button.mapTo(window, QPoint(0, 0))
    assert window.ring.geometry() == QRect(corner, button.size()).adjusted(-5, -5, 5, 5)
    sell.setFocus()
    assert window.ring.isHidden()


def test_theme_scale_and_side_switch_live(window: MainWindow, till: FakeTill) -> None:
    before = window.grab().toImage().pixelColor(400, 300)
    till.appearance_changed.emit(FakeAppearance(theme="dark", scale=1.25, mirrored=True))
    assert window.rail.width() == 105
    assert window.grab().toImage().pixelColor(400, 300) != before
    assert theme().name == "dark"


def test_a_scale_of_zero_fits_the_screen(window: MainWindow, till: FakeTill) -> None:
    till.appearance_changed.emit(FakeAppearance(scale=0.0))
    screen = QApplication.primaryScreen().size()
    assert theme().scale == theme().initial_scale(screen.width(), screen.height())


@pytest.mark.parametrize(
    ("size", "scale"),
    [((1366, 768), 1.0), ((1920, 1080), 1.4), ((1600, 900), 1.0), ((2560, 1440), 1.5), ((1280, 720), 1.0)],
)
def test_the_scale_for_a_screen(size: tuple[int, int], scale: float) -> None:
    assert theme().initial_scale(*size) == scale


def test_words_follow_the_language_event(window: MainWindow, till: FakeTill) -> None:
    window.rail.buttons["sell"].setText("?")
    QApplication.sendEvent(window.rail, QEvent(QEvent.Type.LanguageChange))
    assert window.rail.buttons["sell"].text() == "Sell"


def test_every_meaning_of_the_tokens_has_a_drawing() -> None:
    meanings = theme().number("icons", "map")
    assert [name for name in meanings if not icons.has_icon(name)] == []


def test_every_icon_of_the_demo_goods_has_a_drawing() -> None:
    wanted = (icons.RESOURCES / "demo" / "icons.txt").read_text(encoding="utf-8").split()
    assert [name for name in wanted if not icons.has_icon(name)] == []


def test_every_drawing_keeps_to_the_grid_and_the_tint() -> None:
    for path in sorted(Path(icons.ICON_FOLDER).glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in text, path.name
        assert 'stroke="currentColor"' in text, path.name
        assert 'stroke-width="2"' in text, path.name


def test_an_icon_takes_the_colour_of_its_token(qtbot: QtBot) -> None:
    picture = icons.icon("void", "danger", 24).toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() == 255
    }
    assert theme().colour("danger").name() in colours


def test_an_unknown_token_is_named(qtbot: QtBot) -> None:
    with pytest.raises(TokenError, match="mauve"):
        theme().colour("mauve")


def test_bold_is_the_designers_bold(qtbot: QtBot) -> None:
    fonts.load_latin()
    words = "Gold member"
    regular = QFontMetricsF(theme().font("body")).horizontalAdvance(words)
    bold = QFontMetricsF(theme().font("body", bold=True)).horizontalAdvance(words)
    assert bold > regular + 2
