"""The approval panel on the real window: keys, scans through the filter, touches; the sale stays in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.program import Program
from pos_app.scripted_day.hands import Hands
from pos_app.ui.entry_panel import EntryPanelView
from pos_app.ui.sell_page import SellPage
from pos_app.ui.theme import theme
from tests.fakes.stocked_till import stocked_till

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

TEE, TEA = "9520000010218", "9520000010188"
SUPERVISOR, COLLEAGUE = "STF0002", "STF0003"
SUPERVISOR_PIN, NOBODYS_PIN = "2222", "9999"
PIN_CHECK_MS = 10_000
"""More than any PIN takes to be worked out on a slow machine."""


class Desk:
    """A till with its window, and a cashier's hands on it."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot
        self.hands = Hands(program, None, framed=True)
        self.sell = program.till.view_model.sell

    @property
    def page(self) -> SellPage:
        page = self.program.window.page("sell")
        assert isinstance(page, SellPage)
        return page

    @property
    def panel(self) -> EntryPanelView:
        assert self.page.panel is not None
        return self.page.panel

    @property
    def waits(self) -> bool:
        shown = self.sell.screen.panel
        return shown is not None and shown.kind == "approval"

    def tap(self, widget: QWidget) -> None:
        assert widget.isVisible()
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def ask_for_discount(self) -> None:
        """F7, 30, Enter: what a cashier may not give alone."""
        self.hands.press(Qt.Key.Key_F7)
        self.hands.type("30")
        self.hands.press(Qt.Key.Key_Return)
        assert self.waits

    def total(self) -> str:
        return self.sell.screen.total


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    till = stocked_till(tmp_path / "till")
    till.view_model.settings.choose("sounds", "off")
    program = Program(application, till)
    program.window.resize(1366, 768)
    program.window.show()
    program.window.activateWindow()
    qtbot.waitExposed(program.window)
    program.threads.pins.start()
    made = Desk(program, qtbot)
    made.hands.scan(TEA)
    made.hands.scan(TEE)
    yield made
    assert program.threads.pins.stop()
    application.removeEventFilter(program.input.filter)
    program.window.close()
    program.window.deleteLater()
    program.stop()
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)


def test_the_panel_opens_beside_the_sale_and_covers_nothing_of_it(desk: Desk) -> None:
    desk.ask_for_discount()
    page = desk.page
    assert desk.panel.isVisible()
    assert page.hand.rect().contains(desk.panel.geometry())
    assert page.lines.isVisible()
    assert page.band.isVisible()
    assert [each.name for each in desk.sell.screen.lines][-1] == "Heavy cotton tee, sage, M"
    assert desk.panel.accessibleName().startswith("Discount 30")
    assert not desk.panel.keypad.keys["00"].isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_its_parts_do_not_overlap_and_are_large_enough_for_a_finger(desk: Desk, scale: float) -> None:
    theme().switch(scale=scale)
    desk.program.window.resize(round(1366 * scale), round(768 * scale))
    desk.ask_for_discount()
    panel = desk.panel
    buttons = [each for each in panel.choices if each.isVisible()]
    assert len(buttons) == 4
    boxes = [each.geometry() for each in (*buttons, panel.confirm, panel.keypad)]
    boxes.append(panel.hint_box)
    for place, box in enumerate(boxes):
        assert panel.rect().contains(box)
        assert not any(box.intersects(other) for other in boxes[place + 1 :])
    assert min(min(each.width(), each.height()) for each in (*buttons, panel.confirm)) >= round(48 * scale)


def test_a_badge_through_the_scanner_allows_it_whatever_has_the_focus(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.page.more.setFocus()
    desk.hands.scan(SUPERVISOR)
    assert (desk.total(), desk.waits) == ("28.80", False)
    assert not desk.panel.isVisible()
    assert desk.page.tiles.isVisible()


def test_the_badges_digits_do_not_land_in_the_pin(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.hands.scan(COLLEAGUE)
    assert (desk.panel.shown.entry, desk.total()) == ("", "37.50")
    assert desk.panel.shown.error == "This is more than Arun K. may approve. Nothing was changed."


def test_a_pin_is_typed_checked_beside_the_screen_and_allows_it(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.hands.type(SUPERVISOR_PIN)
    assert desk.panel.shown.entry == "●●●●"
    desk.hands.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: not desk.waits, timeout=PIN_CHECK_MS)
    assert desk.total() == "28.80"


def test_a_wrong_pin_is_said_in_the_panel_and_the_next_one_counts(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.hands.type(NOBODYS_PIN)
    desk.hands.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(desk.panel.shown.error), timeout=PIN_CHECK_MS)
    assert desk.panel.shown.error == "This PIN is not known. Nothing was changed."
    desk.hands.type("1")
    desk.hands.press(Qt.Key.Key_Backspace)
    desk.hands.type(SUPERVISOR_PIN)
    desk.hands.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: not desk.waits, timeout=PIN_CHECK_MS)
    assert desk.total() == "28.80"


def test_fingers_do_it_all(desk: Desk) -> None:
    desk.tap(desk.page.lines.editor.discount)
    desk.tap(next(each for each in desk.panel.choices if each.text() == "20 %"))
    reason = next(each for each in desk.panel.choices if each.text() == "Damaged")
    desk.tap(reason)
    assert reason.selected
    for _ in SUPERVISOR_PIN:
        desk.tap(desk.panel.keypad.keys["2"])
    desk.tap(desk.panel.confirm)
    desk.qtbot.waitUntil(lambda: not desk.waits, timeout=PIN_CHECK_MS)
    discount = desk.program.till.selling.open_sale.basket.lines[-1].discount
    assert discount is not None
    assert (discount.approved_by, discount.reason) == ("E0002", "Damaged")


@pytest.mark.parametrize("by_key", [True, False])
def test_it_is_given_up_by_key_or_by_touch(desk: Desk, by_key: bool) -> None:
    desk.ask_for_discount()
    desk.hands.press(Qt.Key.Key_Escape) if by_key else desk.tap(desk.panel.cancel)
    assert (desk.sell.screen.panel, desk.total()) == (None, "37.50")
    assert desk.page.tiles.isVisible()


def test_goods_are_scanned_on_while_it_waits(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.hands.scan(TEA)
    assert (desk.waits, desk.total()) == (True, "46.00")
    assert desk.panel.isVisible()


def test_the_pickup_page_gives_it_up(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.tap(desk.program.window.rail.buttons["pickup"])
    desk.hands.scan(SUPERVISOR)
    assert (desk.sell.screen.panel, desk.total()) == (None, "37.50")


def test_a_long_name_takes_two_lines_and_moves_the_rest_down(desk: Desk) -> None:
    desk.hands.press(Qt.Key.Key_F10)
    desk.tap(next(each for each in desk.panel.choices if each.text() == "Give up this sale"))
    desk.hands.press(Qt.Key.Key_Return)
    one_line = desk.panel.keypad.geometry()
    desk.hands.press(Qt.Key.Key_Escape)
    desk.ask_for_discount()
    assert desk.panel.keypad.geometry().top() == one_line.top() + theme().px(30)
    assert desk.panel.keypad.geometry().bottom() == one_line.bottom()


def test_it_speaks_chinese(desk: Desk) -> None:
    desk.program.till.view_model.settings.choose("language", "zh_CN")
    try:
        desk.hands.press(Qt.Key.Key_F8)
        desk.hands.type("20")
        desk.hands.press(Qt.Key.Key_Return)
        shown = desk.panel.shown
        assert shown.title == "整单折扣 20\N{NO-BREAK SPACE}%：−7.50"
        assert shown.hint_detail == "可批准：值班长、主管、经理、店主"
        assert desk.panel.confirm.text() == "批准"
    finally:
        desk.program.till.view_model.settings.choose("language", "en")


def test_the_lock_keeps_its_pin_off_the_screens_thread(desk: Desk) -> None:
    desk.hands.press(Qt.Key.Key_F12)
    desk.hands.type("3333")
    desk.hands.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.hands.till.mode == "sell", timeout=PIN_CHECK_MS)
    assert desk.hands.till.status.screen.cashier == "Arun K."


def test_the_thread_of_pins_ends_in_time_in_the_middle_of_a_check(desk: Desk) -> None:
    desk.ask_for_discount()
    desk.hands.type(NOBODYS_PIN)
    desk.hands.press(Qt.Key.Key_Return)
    assert desk.program.threads.pins.stop()
    assert desk.waits
