"""The thread that brings product pictures, one at a time and only when one is to be shown."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from pos_app.services.pictures import KeptPictures
from sync.client.engine import connect_to
from sync.client.pictures import fetch_picture
from sync.client.ports import Credentials, StoreUnavailable
from sync.client.problems import TransportProblem

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

STOP_MS = 2000
MOST_WAITING = 16
"""Whoever leafs through a list faster than the network gets the latest pictures, not all of them."""


class PictureWorker(QThread):
    """Answers each `ask` once by `answered`: the picture's name and its file, empty when there is none.

    The picture asked for last comes first. A file that is here already is not fetched again; when nobody
    answers, all that wait are told so at once. `stop` joins the thread within two seconds, also out of a
    request that waits.
    """

    answered = Signal(str, str)

    def __init__(
        self,
        kept: KeptPictures,
        credentials: Callable[[], Credentials | None],
        *,
        release: Callable[[], None] = lambda: None,
        connect: Callable[[Credentials], Transport] = connect_to,
        parent: QObject | None = None,
    ) -> None:
        """`credentials` is called on the thread, and `release` after it (`Database.release_thread`)."""
        super().__init__(parent)
        self.setObjectName("pictures")
        self._kept = kept
        self._credentials = credentials
        self._release = release
        self._connect = connect
        self._wanted: deque[str] = deque()
        self._guard = threading.Condition()
        self._stopping = False
        self._transport: Transport | None = None

    def ask(self, name: str) -> None:
        """Want a picture; returns at once. From any thread."""
        with self._guard:
            if name in self._wanted:
                self._wanted.remove(name)
            self._wanted.append(name)
            dropped = self._wanted.popleft() if len(self._wanted) > MOST_WAITING else ""
            self._guard.notify()
        if dropped:
            self.answered.emit(dropped, "")

    def stop(self) -> bool:
        """Break a request off and end the thread; return whether it ended within two seconds."""
        with self._guard:
            self._stopping = True
            self._guard.notify()
            if self._transport is not None:
                self._transport.break_off()
        return self.wait(STOP_MS)

    def run(self) -> None:
        """Bring pictures until `stop`; called by `start` on the thread itself."""
        while name := self._next():
            self._answer(name)
        if self._transport is not None:
            self._transport.close()

    def _next(self) -> str:
        with self._guard:
            self._guard.wait_for(lambda: self._wanted or self._stopping)
            return "" if self._stopping else self._wanted.pop()

    def _answer(self, name: str) -> None:
        file, nobody_there = "", False
        try:
            file = str(self._kept.find(name) or self._kept.keep(name, self._fetched(name)))
        except TransportProblem as problem:
            nobody_there = problem.is_offline
            self._forget_transport()
            _log.info("picture %s: %s", name, problem)
        except (OSError, StoreUnavailable) as problem:
            _log.info("picture %s cannot be read or kept: %s", name, problem)
        self._tell(name, file)
        if nobody_there:
            self._tell_all_others()

    def _fetched(self, name: str) -> bytes:
        transport = self._transport
        if transport is None:
            try:
                credentials = self._credentials()
            finally:
                self._release()
            if credentials is None:
                raise TransportProblem("refused", "this till is not enrolled")
            transport = self._connect(credentials)
            with self._guard:
                self._transport = transport
                if self._stopping:
                    transport.break_off()
        return fetch_picture(transport, name)

    def _forget_transport(self) -> None:
        """Begin anew the next time: the address or the token may be another one by then."""
        with self._guard:
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _tell_all_others(self) -> None:
        with self._guard:
            waiting = list(self._wanted)
            self._wanted.clear()
        for name in waiting:
            self._tell(name, str(self._kept_file(name)))

    def _kept_file(self, name: str) -> str:
        try:
            return str(self._kept.find(name) or "")
        except OSError as problem:
            _log.info("picture %s cannot be read: %s", name, problem)
            return ""

    def _tell(self, name: str, file: str) -> None:
        if not self._stopping:
            self.answered.emit(name, file)
