"""The network between a till and the centre: forwards TCP, can be cut, lose one answer, and fall silent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

CHUNK_BYTES = 65_536
JOURNAL = "POST /v1/journal"
ENROLMENT = "POST /v1/enrolments"
WATCHED = (JOURNAL, ENROLMENT)


class Network:
    """Forwards to `port` of this machine until `close`.

    `on_request` is told when a till begins to send one of `WATCHED`. `lose_next_answer` lets the centre do
    what the next journal request asks, and breaks the connection instead of giving its answer back.
    `forget` keeps what is open now open, and carries nothing on it any more: a half-open connection.
    """

    def __init__(self, port: int, on_request: Callable[[str], None] = lambda _request: None) -> None:
        self._port = port
        self._on_request = on_request
        self._guard = threading.Lock()
        self._open: set[socket.socket] = set()
        self._forgotten: set[socket.socket] = set()
        self._cut = False
        self._loses = False
        self.answers_lost = 0
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, name="network", daemon=True).start()

    @property
    def url(self) -> str:
        """Return the centre's address on this side."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Break every connection and take no new one."""
        with self._guard:
            self._cut = True
            broken = list(self._open)
            self._open.clear()
            self._forgotten.clear()
        for each in broken:
            _close(each)

    def mend(self) -> None:
        """Carry again, and lose nothing."""
        with self._guard:
            self._cut = self._loses = False

    def lose_next_answer(self) -> None:
        """Break the connection when the centre answers the next journal request."""
        self._loses = True

    def forget(self) -> None:
        """Lose without a word whatever is still sent on the connections that are open now."""
        with self._guard:
            self._forgotten |= self._open

    def close(self) -> None:
        """Carry nothing any more."""
        self.cut()
        _close(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                till, _ = self._listener.accept()
            except OSError:
                return  # closed
            if self._cut:
                _close(till)
                continue
            threading.Thread(target=self._forward, args=(till,), daemon=True).start()

    def _forward(self, till: socket.socket) -> None:
        try:
            centre = socket.create_connection(("127.0.0.1", self._port), 5.0)
        except OSError:
            _close(till)
            return
        centre.settimeout(None)
        with self._guard:
            self._open |= {till, centre}
            self.connections += 1
        asked = threading.Event()
        threading.Thread(target=self._carry_answers, args=(centre, till, asked), daemon=True).start()
        with contextlib.suppress(OSError):  # whoever goes first ends the connection
            while data := till.recv(CHUNK_BYTES):
                if till in self._forgotten:
                    continue
                for request in WATCHED:
                    if data.startswith(request.encode()):
                        asked.set()
                        self._on_request(request)
                centre.sendall(data)
        self._end(till, centre)

    def _carry_answers(self, centre: socket.socket, till: socket.socket, asked: threading.Event) -> None:
        with contextlib.suppress(OSError):  # as above
            while data := centre.recv(CHUNK_BYTES):
                if centre in self._forgotten:
                    continue
                if asked.is_set() and self._loses:
                    self._loses = False
                    self.answers_lost += 1
                    break
                asked.clear()
                till.sendall(data)
        self._end(till, centre)

    def _end(self, *ends: socket.socket) -> None:
        with self._guard:
            self._open -= set(ends)
            self._forgotten -= set(ends)
        for each in ends:
            _close(each)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        each.shutdown(socket.SHUT_RDWR)
    each.close()
