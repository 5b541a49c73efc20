"""The locked till: a PIN or a badge puts somebody on it. The open sale stays as it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.pins import DOT, PinDesk, with_pin_key
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sentences import Sentences
from retail.staff import StaffMember


class LockViewModel(QObject):
    """What the lock screen shows and may do."""

    changed = Signal()
    sounded = Signal(str)
    unlocked = Signal(object)  # StaffMember
    troubled = Signal(str)

    def __init__(self, pins: PinDesk, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pins = pins
        self._sentences = sentences
        self._pin = ""
        self._error = ""
        self.screen = EntryPanel(kind="pin", title="")

    def press(self, key: str) -> None:
        """Press a key of the keypad; nothing while a PIN is being checked."""
        if not self._pins.checking:
            self._error = ""
            self._pin = with_pin_key(self._pin, key)
            self.refresh()

    @guarded
    def confirm(self) -> None:
        """Unlock with the PIN typed, unless too many were wrong."""
        if self._pins.checking:
            return
        wait = self._pins.wait_seconds
        if wait or not self._pin:
            self._pin = ""
            self._refuse("pins_wait" if wait else "pin_missing", str(wait))
            return
        self._pins.check(self._pin, self._checked)
        self.refresh()

    def leave(self) -> None:
        """Forget what was typed: a badge opened the till, or it was not locked."""
        self._pin, self._error = "", ""
        self._pins.forget()

    @guarded
    def _checked(self, owner: StaffMember | None) -> None:
        self._pin = ""
        if owner is None:
            self._refuse("pin_wrong")
            return
        self.sounded.emit("accept")
        self.unlocked.emit(owner)
        self.refresh()

    def _refuse(self, code: str, detail: str = "") -> None:
        self._error = self._sentences.refusal(code, detail)
        self.sounded.emit("refuse")
        self.refresh()

    def refresh(self) -> None:
        """Build the screen again."""
        detail = self.tr("Type your PIN, or scan your badge. The open sale is kept.")
        self.screen = EntryPanel(
            kind="pin",
            title=self.tr("The till is locked"),
            detail=self.tr("Checking the PIN …") if self._pins.checking else detail,
            mode="pin",
            entry=DOT * len(self._pin),
            error=self._error,
            confirm_label=self.tr("Unlock"),
        )
        self.changed.emit()
