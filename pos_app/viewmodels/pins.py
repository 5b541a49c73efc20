"""Typed PINs, handed to a thread that may take its time, and its answers to whoever asked."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal

from pos_app.services.pins import PinCheck
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.keypad import after_key
from retail.staff import StaffMember

LONGEST_PIN = 8
DOT = "\N{BLACK CIRCLE}"

Answer = Callable[[StaffMember | None], None]


def with_pin_key(pin: str, key: str) -> str:
    """Return a PIN after a key of the keypad: a digit, `back` or `clear`."""
    return after_key(pin, key, LONGEST_PIN)


class PinDesk(QObject):
    """Has one PIN checked at a time. Whoever works `asked` off calls `show` with the same check.

    An answer that comes after `forget`, or after another PIN was asked about, is dropped.
    """

    asked = Signal(object)  # PinCheck

    def __init__(self, staffing: Staffing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._staffing = staffing
        self._check: PinCheck | None = None
        self._answer: Answer | None = None

    @property
    def wait_seconds(self) -> int:
        """Return how long no PIN may be tried, after too many wrong ones."""
        return self._staffing.tries.wait_seconds()

    @property
    def checking(self) -> bool:
        """True while an answer is awaited."""
        return self._check is not None

    def check(self, pin: str, answer: Answer, roles: Collection[str] = ()) -> None:
        """Ask whose PIN this is, of people with these roles first; `answer` gets them, or None for nobody."""
        self._check, self._answer = self._staffing.pin_check(pin, roles), answer
        self.asked.emit(self._check)

    def forget(self) -> None:
        """Do not wait for an answer any more."""
        self._check = self._answer = None

    def show(self, check: object, owner: StaffMember | None) -> None:
        """Take the answer to a check."""
        if check is not self._check or self._answer is None:
            return
        answer = self._answer
        self.forget()
        if owner is None:
            self._staffing.tries.was_wrong()
        answer(owner)
