"""Waiting for the payment terminal and asking it again after its answer was lost; no demand is repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.services.paying import TerminalRequest, replace_verb

QUERY_GIVES_UP_S: Final = 45
"""How long a lost answer is asked after by itself (design: query to 45 s); then the cashier asks again."""

QUERY_EVERY_MS: Final = 2000

ASKS_WHAT_BECAME: Final = frozenset({"query", "cancel"})
"""Verbs that follow an attempt; after any other one the first question follows at once."""


class LostAnswers(QObject):
    """One wait for the terminal. `ask_again` is when the owner asks what became of its attempt.

    Nothing is asked again once the wait has ended or another has begun.
    """

    ask_again = Signal()

    def __init__(self, seconds: Callable[[], int], parent: QObject | None = None) -> None:
        """`seconds` is a clock that never goes back."""
        super().__init__(parent)
        self._seconds = seconds
        self._since: int | None = None
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self.ask_again)

    @property
    def waits(self) -> bool:
        """True while an answer is waited for."""
        return self._since is not None

    @property
    def waited_s(self) -> int:
        """Return for how many seconds an answer is waited for, 0 when none is."""
        return max(0, self._seconds() - self._since) if self._since is not None else 0

    def begin(self) -> None:
        """Wait from now on."""
        self._next.stop()
        self._since = self._seconds()

    def end(self) -> None:
        """Wait no longer."""
        self._next.stop()
        self._since = None

    def lost(self, request: TerminalRequest) -> bool:
        """Ask what became of a request that got no answer: at once, then every two seconds.

        False, and the wait has ended, when it was asked after for so long that the cashier decides.
        """
        if self._since is None:
            return False
        if request.verb not in ASKS_WHAT_BECAME:
            self.ask_again.emit()
        elif self.waited_s < QUERY_GIVES_UP_S:
            self._next.start(QUERY_EVERY_MS)
        else:
            self.end()
            return False
        return True


def way_out(request: TerminalRequest, answer: TerminalAnswer) -> TerminalRequest | None:
    """Return the request that stops an attempt which the terminal does not know; None for any other answer.

    Nobody knows it now, but a late demand could still arrive: stopping it makes "never" certain.
    """
    unknown = answer.outcome is TerminalOutcome.UNKNOWN and request.verb == "query"
    return replace_verb(request, "cancel") if unknown else None
