"""The threads that wait for payment terminals, so that nobody else does.

Charges wait on one thread, questions and cancels on another: a customer who takes a minute over a
PIN can still be cancelled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, QThread, Signal

from pos_app.devices.ports import (
    DeviceProblem,
    PaymentTerminal,
    TerminalAnswer,
    TerminalOutcome,
    TerminalUnavailable,
)
from pos_app.services.paying import TerminalRequest
from retail.sale import TenderKind

STOP_MS = 2000

VERBS: dict[str, Callable[[PaymentTerminal, TerminalRequest], TerminalAnswer]] = {
    "charge": lambda terminal, request: terminal.charge(
        request.attempt_id, request.amount_minor, request.currency, request.payment_code
    ),
    "refund": lambda terminal, request: terminal.refund(
        request.attempt_id, request.amount_minor, request.currency, request.payment_reference
    ),
    "query": lambda terminal, request: terminal.query(request.attempt_id),
    "cancel": lambda terminal, request: terminal.cancel(request.attempt_id),
}
"""What a request's verb asks of a terminal."""

MOVES_MONEY = frozenset({"charge", "refund"})
"""These wait for a customer, or for the acquirer; the others ask about one of them."""


class TerminalWorker(QObject):
    """Asks terminals on threads of its own; `answered` comes on the thread that made this object.

    `answered` carries the `TerminalRequest` and either a `TerminalAnswer` or the `DeviceProblem` that
    there was instead. A charge that was cancelled meanwhile is answered once, by the cancel.
    """

    answered = Signal(object, object)

    def __init__(self, terminals: Mapping[TenderKind, PaymentTerminal]) -> None:
        super().__init__()
        self._terminals = terminals
        self._charging = _Lane(terminals, "charging")
        self._asking = _Lane(terminals, "asking terminals")
        self._settled: dict[str, TerminalAnswer] = {}
        self._cancelling: dict[str, tuple[TerminalRequest, object] | None] = {}
        """Attempts with a cancel under way, and what their charge answered meanwhile."""
        for lane in (self._charging, self._asking):
            lane.answered.connect(self._take_answer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start the threads."""
        self._charging.start()
        self._asking.start()

    def ask(self, request: TerminalRequest) -> None:
        """Ask a terminal; the answer comes by `answered`."""
        lane = self._charging if request.verb in MOVES_MONEY else self._asking
        if request.verb == "cancel":
            self._cancelling.setdefault(request.attempt_id, None)
        lane.put(request)

    def stop(self) -> bool:
        """Close the terminals and end the threads; return whether both ended within two seconds."""
        self._charging.end()
        self._asking.end()
        for terminal in self._terminals.values():
            terminal.close()
        return all([self._charging.join(), self._asking.join()])

    def _take_answer(self, request: TerminalRequest, answer: object) -> None:
        if request.verb in MOVES_MONEY and request.attempt_id in self._cancelling:
            self._cancelling[request.attempt_id] = (request, answer)  # the cancel says what holds
            return
        if request.verb == "cancel":
            charge = self._cancelling.pop(request.attempt_id, None)
            if charge is not None and not isinstance(answer, TerminalAnswer):
                self.answered.emit(*charge)  # the cancel has nothing to say: the charge's word stands
                return
        if isinstance(answer, TerminalAnswer):
            if request.verb in MOVES_MONEY and self._settled.get(request.attempt_id) == answer:
                return
            self._settled[request.attempt_id] = answer
        self.answered.emit(request, answer)


class _Lane(QThread):
    """One thread that answers one request after the other."""

    answered = Signal(object, object)

    def __init__(self, terminals: Mapping[TenderKind, PaymentTerminal], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._terminals = terminals
        self._requests: SimpleQueue[TerminalRequest | None] = SimpleQueue()
        self._stopping = threading.Event()

    def put(self, request: TerminalRequest) -> None:
        self._requests.put(request)

    def end(self) -> None:
        """Answer nothing more; what is being asked ends when its terminal is closed."""
        self._stopping.set()
        self._requests.put(None)

    def join(self) -> bool:
        return self.wait(STOP_MS)

    def run(self) -> None:
        while (request := self._requests.get()) is not None and not self._stopping.is_set():
            answer = ask_terminal(self._terminals, request)
            if not self._stopping.is_set():
                self.answered.emit(request, answer)


def ask_terminal(
    terminals: Mapping[TenderKind, PaymentTerminal], request: TerminalRequest
) -> TerminalAnswer | DeviceProblem:
    """Ask once, within the terminal's own timeout; a problem is returned, for it is an answer too.

    Without a terminal a charge or a refund is declined at once: nothing was asked, so nothing is in doubt.
    """
    terminal = terminals.get(request.tender)
    if terminal is None and request.verb in MOVES_MONEY:
        return TerminalAnswer(TerminalOutcome.DECLINED, reason="no_terminal")
    if terminal is None:
        return TerminalUnavailable("not_installed", request.tender.value)
    try:
        return VERBS[request.verb](terminal, request)
    except DeviceProblem as problem:
        return problem
