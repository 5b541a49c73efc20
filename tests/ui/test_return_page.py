"""The return page with real keys: a quantity is typed, a reason chosen, money paid back, and it is drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.ui.main_window import MainWindow
from pos_app.ui.return_page import ReturnPage
from pos_app.ui.theme import theme
from pos_app.ui.translations import speak
from pos_app.viewmodels.screens import Feedback
from tests.fakes.stocked_till import stocked_till
from tests.features.test_returning import TEA, TEE, latest_return, sell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager


@pytest.fixture
def till(qtbot: QtBot, tmp_path: Path) -> Iterator[Till]:
    opened = stocked_till(tmp_path / "till")
    yield opened
    opened.close()


@pytest.fixture
def window(qtbot: QtBot, till: Till) -> Iterator[MainWindow]:
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    window = MainWindow(till.view_model)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    yield window
    speak("en")
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)


def page_of(window: MainWindow) -> ReturnPage:
    page = window.current_page
    assert isinstance(page, ReturnPage)
    return page


def test_a_return_is_made_with_the_keyboard_alone(till: Till, window: MainWindow) -> None:
    sale = sell(till, TEA, TEA, TEE)
    till.view_model.scan(sale.receipt_number)
    page = page_of(window)
    QTest.keyClick(page, Qt.Key.Key_2)
    assert page.panel.isVisible()
    QTest.keyClick(page, Qt.Key.Key_Return)
    QTest.keyClick(page, Qt.Key.Key_F6)
    assert page.panel.shown.title == "Why does it come back?"
    QTest.keyClick(page, Qt.Key.Key_9)
    assert page.panel.isVisible()
    QTest.keyClick(page, Qt.Key.Key_3)
    QTest.keyClick(page, Qt.Key.Key_Minus)
    QTest.keyClick(page, Qt.Key.Key_Down)
    QTest.keyClick(page, Qt.Key.Key_Plus)
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert [(line.quantity, line.reason.value) for line in latest_return(till).lines] == [
        (Decimal(1), "faulty"),
        (Decimal(1), "changed_mind"),
    ]
    assert not page.panel.isVisible()


def test_escape_closes_the_question_then_leaves_and_forgets(till: Till, window: MainWindow) -> None:
    sale = sell(till, TEA)
    till.view_model.scan(sale.receipt_number)
    QTest.keyClick(page_of(window), Qt.Key.Key_F7)
    assert window.step_back()
    assert till.view_model.mode == "returns"
    assert window.step_back()
    assert (till.view_model.mode, till.returning.sale) == ("sell", None)


def test_a_number_is_typed_into_the_field_of_the_question(till: Till, window: MainWindow) -> None:
    till.view_model.returns.ask()
    field = page_of(window).panel.field
    assert field.isVisible()
    QTest.keyClicks(field, "T3-000007-1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "T3-000007-1" in till.view_model.returns.screen.empty


@pytest.mark.parametrize(("name", "language"), [("light", "en"), ("dark", "zh_CN")])
def test_the_page_is_drawn_in_each_language_and_theme(
    till: Till, window: MainWindow, tmp_path: Path, name: str, language: str
) -> None:
    till.view_model.settings.choose("language", language)
    till.view_model.settings.choose("theme", name)
    speak(language)
    sale = sell(till, TEA, TEA, TEE)
    till.view_model.scan(sale.receipt_number)
    till.view_model.returns.receipt_answered(sale.receipt_number, "offline")
    folder = Path(os.environ.get("EVERTILL_PICTURES", str(tmp_path)))
    for step in ("empty", "chosen", "reason"):
        if step == "chosen":
            till.view_model.scan(TEA)
            till.view_model.scan(TEE)
        if step == "reason":
            till.view_model.returns.act("reason")
        QApplication.processEvents()
        picture = window.grab()
        assert picture.save(str(folder / f"return-{step}-{language}.png"))
        image = picture.toImage()
        seen = {image.pixel(x, 110) for x in range(100, 700)}
        assert len(seen) > 8, "the first line of the sale is written on the page"


def test_a_long_sentence_stands_in_the_slot_whole(window: MainWindow, till: Till) -> None:
    till.view_model.returns.ask()
    slot = page_of(window).slot
    long = "The terminal does not answer. Nothing is paid back twice. Press Enter to ask it again."
    slot.show_feedback(Feedback(serial=900, text=long, tone="bad", icon="short"))
    slot.freeze(0.0)
    image = slot.grab().toImage()
    ground = image.pixelColor(300, 48)
    rows = {y for y in range(4, 48) for x in range(80, 200) if image.pixelColor(x, y) != ground}
    gap = [y for y in range(min(rows), max(rows)) if y not in rows]
    assert gap, "two lines have a gap between them"


def test_the_list_leaves_the_line_between_the_panes_free(till: Till, window: MainWindow) -> None:
    till.view_model.scan(sell(till, TEA).receipt_number)
    page = page_of(window)
    assert {part.geometry().right() for part in (page.list, page.list.header)} == {page.record.width() - 2}
