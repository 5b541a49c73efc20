"""The till's keys: which key does what on which screen, in one table.

    keys = KeyboardMap(till, window)
    scan_filter.set_key_handler(keys.handle)

The scan filter offers every typed key here before any widget sees it, so a scan can never press a key of
this table. What is not in the table, or belongs to the text field that has the focus, goes on to the
widgets: Sell's own plain keys (digits, `*`, plus, minus, Del, `/`, arrows) are handled by its page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from pos_app.viewmodels.screens import TableScreen

SELL, PAY, STOCK, MEMBERS, SHIFT, SETTINGS, LOCKED, PICKUP, RETURNS = (
    "sell",
    "pay",
    "stock",
    "members",
    "shift",
    "settings",
    "locked",
    "pickup",
    "returns",
)
TABLES = (STOCK, MEMBERS, SHIFT)
OUTSIDE_SELL = (*TABLES, SETTINGS, PICKUP, RETURNS)
UNLOCKED = (SELL, PAY, *OUTSIDE_SELL)
PAGE_KEYS = ("F4", "F5", "F6", "F7", "F8", "F10", "F11")
"""Keys whose meaning is the page's own, in Pickup: they reach it wherever the focus is."""

MODE_KEYS = (SELL, PICKUP, STOCK, MEMBERS, SHIFT, SETTINGS)
"""Ctrl+1 to Ctrl+6, in the order of the rail."""


class Window(Protocol):
    """What the keys need of the main window."""

    rail: Any
    current_page: Any

    def focus_search(self) -> None:
        """Put the cursor into the search field of the page that is up."""

    def step_back(self) -> bool:
        """Close the innermost thing that is open; False when nothing was."""


class Binding(NamedTuple):
    """One key on some screens. `text` keys belong to a text field while it has the focus."""

    key: str
    modes: tuple[str, ...]
    action: str
    text: bool = False
    repeats: bool = False


BINDINGS: tuple[Binding, ...] = (
    Binding("F1", UNLOCKED, "key_sheet"),
    Binding("F2", UNLOCKED, "search"),
    Binding("F3", (SELL,), "member"),
    Binding("F3", OUTSIDE_SELL, "members"),
    Binding("F4", (SELL,), "hold"),
    Binding("F5", (SELL,), "held"),
    Binding("F5", (PAY,), "cash"),
    Binding("F6", (SELL,), "coupon"),
    Binding("F6", (PAY,), "card"),
    Binding("F7", (SELL,), "line_discount"),
    Binding("F7", (PAY,), "mobile_code"),
    Binding("F8", (SELL,), "sale_discount"),
    Binding("F8", (PAY,), "other_tender"),
    Binding("F9", (SELL, *TABLES, SETTINGS), "pay"),
    Binding("F9", (PICKUP,), "page_or_pay"),
    *(Binding(key, (PICKUP,), f"page_{key}") for key in PAGE_KEYS),
    Binding("F10", (SELL,), "more"),
    Binding("F11", (PAY,), "receipt"),
    Binding("F11", (SELL, *TABLES, SETTINGS), "print_last"),
    Binding("F12", UNLOCKED, "lock"),
    *(Binding(f"Ctrl+{number}", UNLOCKED, f"mode_{mode}") for number, mode in enumerate(MODE_KEYS, 1)),
    Binding("Ctrl+Z", (SELL,), "undo", text=True),
    Binding("Esc", UNLOCKED, "step_back"),
    *(Binding(str(digit), (PAY,), f"digit_{digit}", repeats=True) for digit in range(10)),
    Binding("Backspace", (PAY,), "erase", repeats=True),
    Binding("Del", (PAY,), "clear"),
    Binding("Return", (PAY,), "complete"),
    Binding("Enter", (PAY,), "complete"),
    Binding("Space", (PAY,), "complete"),
    *(Binding(str(digit), (LOCKED,), f"pin_{digit}") for digit in range(10)),
    Binding("Backspace", (LOCKED,), "pin_erase", repeats=True),
    Binding("Del", (LOCKED,), "pin_clear"),
    Binding("Esc", (LOCKED,), "pin_clear"),
    Binding("Return", (LOCKED,), "unlock"),
    Binding("Enter", (LOCKED,), "unlock"),
)
"""The table of the design, one row a key."""


def combination(key: str) -> QKeyCombination:
    """The key of a name such as `Ctrl+1`. The name must be one Qt knows."""
    found: QKeyCombination = QKeySequence(key)[0]  # type: ignore[index]  # the stub lacks the operator
    return found


def _by_key(bindings: tuple[Binding, ...]) -> dict[tuple[str, int], Binding]:
    found: dict[tuple[str, int], Binding] = {}
    for binding in bindings:
        for mode in binding.modes:
            place = (mode, combination(binding.key).toCombined())
            assert place not in found, binding
            found[place] = binding
    return found


class KeyboardMap(QObject):
    """Turns keys into calls of the view-models. `key_sheet_asked` is F1."""

    key_sheet_asked = Signal(str)

    def __init__(self, till: Any, window: Window, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._till = till
        self._window = window
        self._bindings = _by_key(BINDINGS)
        self._actions = self._named_actions()
        assert all(binding.action in self._actions for binding in BINDINGS)

    @property
    def mode(self) -> str:
        """The screen that is up."""
        return str(self._till.mode)

    def handle(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False when the key is none of ours."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = QKeyCombination(modifiers, Qt.Key(event.key())).toCombined()
        focus = QApplication.focusWidget()
        if getattr(focus, "takes_all_keys", False):
            return False
        if self._acts_on_table(key, focus):
            return True
        binding = self._bindings.get((self.mode, key))
        if binding is None or (binding.text and _is_text_field(focus)):
            return False
        if binding.key == "Space" and isinstance(focus, QAbstractButton):
            return False  # a person who walks with Tab presses the button that has the ring
        if binding.repeats or not event.isAutoRepeat():
            self._actions[binding.action]()
        return True

    def _acts_on_table(self, key: int, focus: QWidget | None) -> bool:
        """The keys that the selected row's buttons name, such as F11 for a copy of a receipt."""
        if self.mode not in TABLES:
            return False
        enter = (combination("Enter").toCombined(), combination("Return").toCombined())
        screen: TableScreen = getattr(self._till, self.mode).screen
        for action_id, _label, name in screen.actions:
            keys = enter if name == "Enter" else (combination(name).toCombined(),) if name else ()
            if key in keys and not (key in enter and isinstance(focus, QAbstractButton)):
                getattr(self._till, self.mode).act(action_id)
                return True
        return False

    def _named_actions(self) -> dict[str, Callable[[], object]]:
        till, sell, pay, lock, window = (
            self._till,
            self._till.sell,
            self._till.pay,
            self._till.lock,
            self._window,
        )
        actions: dict[str, Callable[[], object]] = {
            "key_sheet": lambda: self.key_sheet_asked.emit(self.mode),
            "search": window.focus_search,
            "member": lambda: sell.open_panel("member"),
            "members": lambda: till.go(MEMBERS),
            "hold": sell.hold,
            "held": sell.toggle_held,
            "coupon": lambda: sell.open_panel("coupon"),
            "line_discount": lambda: sell.open_panel("discount"),
            "sale_discount": lambda: sell.open_panel("sale_discount"),
            "pay": lambda: till.go(PAY),
            "page_or_pay": lambda: self._gave_to_page("F9") or till.go(PAY),
            "more": lambda: sell.open_panel("more"),
            "undo": sell.undo,
            "print_last": till.print_last,
            "lock": till.lock_till,
            "step_back": self._step_back,
            "cash": lambda: pay.choose_tender("cash"),
            "card": lambda: pay.choose_tender("card"),
            "mobile_code": lambda: pay.choose_tender("mobile_code"),
            "other_tender": lambda: pay.choose_tender("other"),
            "receipt": pay.toggle_receipt,
            "complete": pay.complete,
            "erase": lambda: pay.press("back"),
            "clear": lambda: pay.press("clear"),
            "pin_erase": lambda: lock.press("back"),
            "pin_clear": lambda: lock.press("clear"),
            "unlock": lock.confirm,
        }
        for digit in range(10):
            actions[f"digit_{digit}"] = partial(pay.press, str(digit))
            actions[f"pin_{digit}"] = partial(lock.press, str(digit))
        for key in PAGE_KEYS:
            actions[f"page_{key}"] = partial(self._gave_to_page, key)
        for mode in MODE_KEYS:
            actions[f"mode_{mode}"] = partial(window.rail.chosen.emit, mode)
        return actions

    def _gave_to_page(self, name: str) -> bool:
        """Give a key to Pickup's page; say whether the page did something with it."""
        key = combination(name)
        event = QKeyEvent(QEvent.Type.KeyPress, key.key(), key.keyboardModifiers())
        self._window.current_page.current_page.keyPressEvent(event)
        return event.isAccepted()

    def _step_back(self) -> None:
        """Esc: what is open closes first; then any other screen leads back to Sell."""
        if not self._window.step_back() and self.mode != SELL:
            self._window.rail.chosen.emit(SELL)


def _is_text_field(widget: QWidget | None) -> bool:
    return isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit)
