"""Rows keep their pictures, and texts their widths, as long as nothing about them changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from pytestqt.qtbot import QtBot

from pos_app.ui.kept_pictures import REMEMBERED, KeptPictures
from pos_app.ui.painting import draw_text
from pos_app.ui.record_list import RecordList
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import LineRow

BOX = QRect(3, 5, 40, 20)


@pytest.fixture(autouse=True)
def look(qtbot: QtBot) -> Iterator[None]:
    """Give the plain look, and leave it behind."""
    del qtbot  # there is an application
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    yield
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)


class Rows:
    """Rows of one colour each; `drawn` says which were drawn and not copied."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.pictures = KeptPictures()
        self.drawn: list[str] = []
        self.screen = QImage(round(60 * ratio), round(40 * ratio), QImage.Format.Format_RGB32)
        self.screen.setDevicePixelRatio(ratio)

    def paint(self, row: str, box: QRect = BOX) -> QColor:
        """Paint a row on a white screen; return the colour in the box's middle."""
        self.screen.fill("white")
        with QPainter(self.screen) as painter:
            self.pictures.draw(painter, box, row, lambda onto, room: self._draw(onto, room, row))
        ratio = self.screen.devicePixelRatio()
        outside = self.screen.pixelColor(0, 0)
        assert outside == QColor("white")
        middle = box.center() * ratio
        return self.screen.pixelColor(middle)

    def _draw(self, painter: QPainter, room: QRectF, row: str) -> None:
        self.drawn.append(row)
        painter.fillRect(room, QColor(row))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_row_is_drawn_once_and_copied_afterwards(ratio: float) -> None:
    rows = Rows(ratio)
    assert [rows.paint(row) for row in ("red", "blue", "red")] == [
        QColor("red"),
        QColor("blue"),
        QColor("red"),
    ]
    assert rows.paint("blue", BOX.translated(9, 4)) == QColor("blue")
    assert rows.drawn == ["red", "blue"]


def test_another_size_or_another_look_is_drawn_anew() -> None:
    rows = Rows()
    rows.paint("red")
    rows.paint("red", QRect(3, 5, 40, 21))
    assert rows.drawn == ["red"] * 2
    theme().switch(name="dark")
    rows.paint("red")
    assert rows.drawn == ["red"] * 3


def test_between_the_pixels_of_a_screen_a_row_is_always_drawn_itself() -> None:
    rows = Rows(1.5)
    assert rows.paint("red") == rows.paint("red") == QColor("red")
    assert rows.drawn == ["red"] * 2


def test_only_the_last_rows_are_remembered() -> None:
    rows = Rows()
    for number in range(REMEMBERED + 1):
        rows.paint(f"#0000{number:02x}")
    rows.paint("#000001")
    assert len(rows.drawn) == REMEMBERED + 1
    rows.paint("#000000")
    assert rows.drawn[-1] == "#000000"
    assert len(rows.drawn) == REMEMBERED + 2


def shown(lines: list[LineRow], selected: str) -> QImage:
    """Return the picture of a list that has never shown anything else."""
    record = RecordList()
    record.resize(600, 400)
    record.show_lines(lines, selected, "1")
    return record.grab().toImage()


def test_a_list_that_has_shown_other_rows_looks_like_a_new_one(qtbot: QtBot) -> None:
    record = RecordList()
    qtbot.addWidget(record)
    record.resize(600, 400)
    milk = LineRow("1", "Harbour milk 牛奶", "4.20", "1")
    bread = LineRow("2", "Rye bread", "3.10", "2", tags=("2 for 6",), saving="−0.20")
    steps = [
        ([milk], "1"),
        ([milk, bread], "2"),
        ([LineRow("1", "Harbour milk 牛奶", "8.40", "2"), bread], "1"),
        ([milk, bread], "2"),
        ([bread], ""),
    ]
    for lines, selected in steps:
        record.show_lines(lines, selected, "1")
        assert record.grab().toImage() == shown(lines, selected)


def test_what_was_measured_before_other_fonts_came_is_measured_again(qtbot: QtBot) -> None:
    del qtbot
    before = theme().font("body")
    assert theme().font("body") is before
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.fontDatabaseChanged.emit()
    assert theme().font("body") is not before


def test_a_text_that_is_too_wide_is_cut_where_it_ends() -> None:
    face = theme().font("body")
    screen = QImage(200, 40, QImage.Format.Format_RGB32)
    with QPainter(screen) as painter:
        room = QRectF(0, 0, face.width("Harbour"), 30)
        assert draw_text(painter, room, "Harbour", face, QColor("black")) == face.width("Harbour")
        assert draw_text(painter, room, "Harbour milk", face, QColor("black")) <= room.width() + 1
        assert draw_text(painter, room, "", face, QColor("black")) == 0.0
