"""The thread that asks the centre for receipts of other tills; the one asked for last is answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from pos_app.services.return_view import FoundReceipt
from sync.client.engine import connect_to
from sync.client.ports import Credentials, StoreUnavailable
from sync.client.problems import TransportProblem
from sync.client.receipts import fetch_receipt

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

STOP_MS = 2000
OFFLINE = "offline"
"""The answer when nobody answers."""


class ReceiptWorker(QThread):
    """Answers the latest `ask` by `answered`: the number, and a `FoundReceipt` or the code of a refusal.

    A number that another one follows before it was asked for is not asked. `stop` joins the thread within
    two seconds, also out of a request that waits.
    """

    answered = Signal(str, object)

    def __init__(
        self,
        credentials: Callable[[], Credentials | None],
        *,
        release: Callable[[], None] = lambda: None,
        connect: Callable[[Credentials], Transport] = connect_to,
        parent: QObject | None = None,
    ) -> None:
        """`credentials` is called on the thread, and `release` after it (`Database.release_thread`)."""
        super().__init__(parent)
        self.setObjectName("receipts")
        self._credentials = credentials
        self._release = release
        self._connect = connect
        self._wanted = ""
        self._guard = threading.Condition()
        self._stopping = False
        self._transport: Transport | None = None

    def ask(self, number: str) -> None:
        """Want a receipt; returns at once. From any thread."""
        with self._guard:
            self._wanted = number
            self._guard.notify()

    def stop(self) -> bool:
        """Break a request off and end the thread; return whether it ended within two seconds."""
        with self._guard:
            self._stopping = True
            self._guard.notify()
            if self._transport is not None:
                self._transport.break_off()
        return self.wait(STOP_MS)

    def run(self) -> None:
        """Answer until `stop`; called by `start` on the thread itself."""
        while number := self._next():
            answer = self._asked(number)
            if not self._stopping:
                self.answered.emit(number, answer)

    def _next(self) -> str:
        with self._guard:
            self._guard.wait_for(lambda: self._wanted or self._stopping)
            number, self._wanted = self._wanted, ""
            return "" if self._stopping else number

    def _asked(self, number: str) -> object:
        """Ask over a connection of its own: receipts of other tills are asked for now and then only."""
        try:
            transport = self._connected()
            try:
                found = fetch_receipt(transport, number)
                return FoundReceipt(found.sale, found.returns, found.others)
            finally:
                self._disconnect(transport)
        except TransportProblem as problem:
            _log.info("receipt %s: %s", number, problem)
            refused = problem.code == "refused" and problem.detail
            return problem.detail if refused else OFFLINE
        except StoreUnavailable as problem:
            _log.info("receipt %s cannot be asked for: %s", number, problem)
            return OFFLINE

    def _connected(self) -> Transport:
        try:
            credentials = self._credentials()
        finally:
            self._release()
        if credentials is None:
            raise TransportProblem("refused", "not_enrolled")
        transport = self._connect(credentials)
        with self._guard:
            self._transport = transport
            if self._stopping:
                transport.break_off()
        return transport

    def _disconnect(self, transport: Transport) -> None:
        with self._guard:
            self._transport = None
        transport.close()
