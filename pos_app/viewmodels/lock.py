"""The locked till: a PIN or a badge puts somebody on it. The open sale stays as it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from pos_app.services.staffing import Staffing
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sentences import Sentences

LONGEST_PIN = 8
DOT = "\N{BLACK CIRCLE}"


class LockViewModel(QObject):
    """What the lock screen shows and may do."""

    changed = Signal()
    sounded = Signal(str)
    unlocked = Signal(object)  # StaffMember
    troubled = Signal(str)

    def __init__(self, staffing: Staffing, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._staffing = staffing
        self._sentences = sentences
        self._pin = ""
        self._error = ""
        self.screen = EntryPanel(kind="pin", title="")

    def press(self, key: str) -> None:
        """Press a key of the keypad."""
        self._error = ""
        if key == "clear":
            self._pin = ""
        elif key == "back":
            self._pin = self._pin[:-1]
        elif key.isdecimal() and key.isascii():
            self._pin = (self._pin + key)[:LONGEST_PIN]
        self.refresh()

    @guarded
    def confirm(self) -> None:
        """Unlock with the PIN typed."""
        staff = self._staffing.with_pin(self._pin) if self._pin else None
        self._pin = ""
        if staff is None:
            self._error = self._sentences.refusal("pin_wrong")
            self.sounded.emit("refuse")
            self.refresh()
            return
        self.sounded.emit("accept")
        self.unlocked.emit(staff)
        self.refresh()

    def refresh(self) -> None:
        """Build the screen again."""
        self.screen = EntryPanel(
            kind="pin",
            title=self.tr("The till is locked"),
            detail=self.tr("Type your PIN, or scan your badge. The open sale is kept."),
            mode="number",
            entry=DOT * len(self._pin),
            error=self._error,
            confirm_label=self.tr("Unlock"),
        )
        self.changed.emit()
