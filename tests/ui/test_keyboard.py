"""Every key of the design's table does what the table says, on the screen where it says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.desk_input import DeskInput
from pos_app.ui.keyboard import BINDINGS, KeyboardMap, combination
from pos_app.ui.main_window import MainWindow
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import TableScreen
from tests.fakes.viewmodels import FakeTill

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

SALES = TableScreen(
    title="Sales of this till",
    columns=("Receipt", "Total"),
    rows=(("T2-000412-7", "60.22"), ("T2-000411-9", "4.20")),
    row_ids=("T2-000412-7", "T2-000411-9"),
    selected_id="T2-000412-7",
    actions=(("reprint", "Print again", "F11"),),
)
PRODUCTS = replace(SALES, title="Products and prices", actions=(("sell", "Add to the sale", "Enter"),))


class Till(FakeTill):
    """The fake till with the slots that only keys use."""

    def __init__(self) -> None:
        super().__init__()
        self.shift.screen = SALES
        self.stock.screen = PRODUCTS
        self.members.screen = replace(PRODUCTS, title="Members")

    def print_last(self) -> None:
        self.calls.append(("print_last", ()))


@dataclass
class Desk:
    till: Till
    window: MainWindow
    input: DeskInput

    def go(self, mode: str) -> None:
        self.till.go(mode)
        self.forget()

    def forget(self) -> None:
        for part in (self.till, *self.parts()):
            part.calls.clear()

    def parts(self) -> tuple[Any, ...]:
        till = self.till
        return (till.sell, till.pay, till.stock, till.members, till.shift, till.settings, till.lock)

    def press(self, name: str) -> None:
        """Press the key of a name such as `Ctrl+1` where the focus is."""
        key = combination(name)
        focus: QWidget = QApplication.focusWidget() or self.window
        QTest.keyClick(focus, key.key(), key.keyboardModifiers())
        self.input.filter.settle()

    def calls(self, part: str = "") -> list[tuple[str, tuple[Any, ...]]]:
        owner = getattr(self.till, part) if part else self.till
        return list(owner.calls)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    if (theme().name, theme().scale, theme().language, theme().mirrored) != ("light", 1.0, "en", False):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    till = Till()
    window = MainWindow(till)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    desk_input = DeskInput(till, window)
    yield Desk(till, window, desk_input)
    application = QApplication.instance()
    assert application is not None
    application.removeEventFilter(desk_input.filter)


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("F3", ("open_panel", ("member",))),
        ("F4", ("hold", ())),
        ("F5", ("toggle_held", ())),
        ("F6", ("open_panel", ("coupon",))),
        ("F7", ("open_panel", ("discount",))),
        ("F8", ("open_panel", ("sale_discount",))),
        ("F10", ("open_panel", ("more",))),
        ("Ctrl+Z", ("undo", ())),
        ("+", ("step_quantity", (1,))),
        ("-", ("step_quantity", (-1,))),
        ("Del", ("void_line", ())),
        ("3", ("type_key", ("3",))),
        ("*", ("type_key", ("*",))),
        ("Up", ("move_selection", (-1,))),
    ],
)
def test_the_keys_of_sell(desk: Desk, key: str, call: tuple[str, tuple[Any, ...]]) -> None:
    desk.press(key)
    assert desk.calls("sell") == [call]


def test_a_quick_key_is_a_slash_a_number_and_enter(desk: Desk) -> None:
    for key in ("/", "1", "2", "Return"):
        desk.press(key)
    assert desk.calls("sell") == [("quick_key", (12,))]


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("F5", ("choose_tender", ("cash",))),
        ("F6", ("choose_tender", ("card",))),
        ("F7", ("choose_tender", ("mobile_code",))),
        ("F8", ("choose_tender", ("other",))),
        ("F11", ("toggle_receipt", ())),
        ("7", ("press", ("7",))),
        ("Backspace", ("press", ("back",))),
        ("Del", ("press", ("clear",))),
        ("Return", ("complete", ())),
        ("Enter", ("complete", ())),
        ("Space", ("complete", ())),
        ("Esc", ("back", ())),
    ],
)
def test_the_keys_of_pay(desk: Desk, key: str, call: tuple[str, tuple[Any, ...]]) -> None:
    desk.go("pay")
    desk.press(key)
    assert desk.calls("pay") == [call]


def test_keypad_digits_count_as_digits(desk: Desk) -> None:
    desk.go("pay")
    focus = QApplication.focusWidget() or desk.window
    QTest.keyClick(focus, Qt.Key.Key_5, Qt.KeyboardModifier.KeypadModifier)
    desk.input.filter.settle()
    QTest.keyClick(focus, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert desk.calls("pay") == [("press", ("5",)), ("complete", ())]


def test_a_scanned_enter_never_completes_a_sale(desk: Desk) -> None:
    desk.go("pay")
    focus = QApplication.focusWidget() or desk.window
    for character in "6901234567892":
        QTest.keyClick(focus, character)
    QTest.keyClick(focus, Qt.Key.Key_Return)
    QTest.keyClick(focus, Qt.Key.Key_Return)  # the guard of 300 ms
    assert desk.calls("pay") == []
    assert desk.calls() == [("scan", ("6901234567892",))]


def test_ctrl_and_a_number_opens_a_screen(desk: Desk) -> None:
    for key, mode in (
        ("Ctrl+3", "stock"),
        ("Ctrl+4", "members"),
        ("Ctrl+5", "shift"),
        ("Ctrl+6", "settings"),
    ):
        desk.press(key)
        assert desk.till.mode == mode
    desk.press("Ctrl+2")
    assert desk.input.keys.mode == "pickup"
    desk.forget()
    desk.press("F4")
    assert desk.calls("sell") == []
    desk.press("Ctrl+1")
    assert desk.input.keys.mode == "sell"


def test_f9_f11_and_f12_work_outside_sell_too(desk: Desk) -> None:
    desk.go("settings")
    desk.press("F11")
    desk.press("F12")
    desk.press("F9")
    assert desk.calls() == [("print_last", ()), ("lock_till", ()), ("go", ("pay",))]


def test_a_locked_till_hears_only_its_pin(desk: Desk) -> None:
    desk.go("locked")
    for key in ("F4", "F9", "Ctrl+1", "Ctrl+6", "F2", "F1", "1", "2", "Backspace", "Esc", "Return"):
        desk.press(key)
    assert desk.till.mode == "locked"
    assert desk.calls("sell") == []
    assert desk.calls("lock") == [
        ("press", ("1",)),
        ("press", ("2",)),
        ("press", ("back",)),
        ("press", ("clear",)),
        ("confirm", ()),
    ]


def test_the_selected_rows_own_keys_act_on_it(desk: Desk) -> None:
    desk.go("shift")
    desk.press("F11")
    assert desk.calls("shift") == [("act", ("reprint",))]
    assert desk.calls() == []
    desk.go("stock")
    desk.press("Return")
    assert desk.calls("stock") == [("act", ("sell",))]


def test_letters_typed_into_the_search_field_stay_there(desk: Desk) -> None:
    desk.press("F2")
    for key in ("3", "+", "-"):
        desk.press(key)
    assert desk.calls("sell") == [
        ("search", ("3",)),
        ("search", ("3+",)),
        ("search", ("3+-",)),
    ]


def test_ctrl_z_in_a_field_undoes_the_typing_not_the_sale(desk: Desk) -> None:
    desk.press("F2")
    desk.press("a")
    desk.press("Ctrl+Z")
    assert ("undo", ()) not in desk.calls("sell")


def test_space_presses_the_button_that_has_the_ring(desk: Desk) -> None:
    desk.go("pay")
    desk.window.page("pay").back.setFocus(Qt.FocusReason.TabFocusReason)  # type: ignore[attr-defined]
    desk.press("Space")
    assert desk.calls("pay") == [("back", ())]


def test_esc_on_another_screen_leads_back_to_sell(desk: Desk) -> None:
    desk.go("settings")
    desk.press("Esc")
    assert desk.till.mode == "sell"


def test_f1_shows_the_keys_and_any_key_closes_them(desk: Desk) -> None:
    desk.press("F1")
    sheet = desk.input.sheet
    assert sheet.isVisible()
    assert ("F4", "Hold the sale") in sheet.rows
    assert sheet.x() >= 84 + 620  # the record stays in sight
    desk.press("Esc")
    assert not sheet.isVisible()
    assert desk.till.mode == "sell"
    desk.go("pay")
    desk.press("F1")
    assert ("F5", "Cash") in sheet.rows
    assert not any(does == "Hold the sale" for _key, does in sheet.rows)


def test_the_sheet_closes_when_the_screen_changes(desk: Desk) -> None:
    desk.press("F1")
    desk.till.go("pay")
    assert not desk.input.sheet.isVisible()


def test_a_repeating_function_key_acts_once(desk: Desk) -> None:
    from PySide6.QtGui import QKeyEvent  # noqa: PLC0415 - used here only

    repeat = QKeyEvent(
        QKeyEvent.Type.KeyPress, Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier, "", autorep=True
    )
    assert desk.input.keys.handle(repeat)
    assert desk.calls("sell") == []


def test_no_key_is_bound_twice_on_a_screen() -> None:
    seen: set[tuple[str, int]] = set()
    for binding in BINDINGS:
        for mode in binding.modes:
            place = (mode, combination(binding.key).toCombined())
            assert place not in seen, binding
            seen.add(place)


def test_the_design_table_is_complete() -> None:
    bound = {binding.key for binding in BINDINGS}
    assert {f"F{number}" for number in range(1, 13)} <= bound
    assert {f"Ctrl+{number}" for number in range(1, 7)} <= bound
    assert {"Ctrl+Z", "Esc", "Return", "Enter", "Space"} <= bound
    assert KeyboardMap.__doc__
