"""The network cable between a till and its centre, for pulling: a forwarding port on this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit

CHUNK_BYTES = 65_536
CONNECT_SECONDS = 5.0


class Cable:
    """Forwards TCP from a port of its own to the centre. `cut` breaks connections and takes no new one."""

    def __init__(self, centre_url: str) -> None:
        parts = urlsplit(centre_url)
        self._centre = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._guard = threading.Lock()
        self._open: set[socket.socket] = set()
        self._cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address that the till uses for its centre."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Pull the cable."""
        with self._guard:
            self._cut = True
            broken = list(self._open)
            self._open.clear()
        for each in broken:
            _close(each)

    def mend(self) -> None:
        """Plug it in again."""
        with self._guard:
            self._cut = False

    def close(self) -> None:
        """Pull the cable for good."""
        self.cut()
        _close(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                till, _ = self._listener.accept()
            except OSError:
                return  # closed
            with self._guard:
                cut = self._cut
            if cut:
                _close(till)
                continue
            threading.Thread(target=self._forward, args=(till,), daemon=True).start()

    def _forward(self, till: socket.socket) -> None:
        try:
            centre = socket.create_connection(self._centre, CONNECT_SECONDS)
        except OSError:
            _close(till)
            return
        centre.settimeout(None)
        with self._guard:
            self._open |= {till, centre}
        threading.Thread(target=_pump, args=(centre, till), daemon=True).start()
        _pump(till, centre)
        with self._guard:
            self._open -= {till, centre}


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way until either side is gone, then close both."""
    with contextlib.suppress(OSError):  # a cable that is cut ends like one whose other side hung up
        while chunk := source.recv(CHUNK_BYTES):
            target.sendall(chunk)
    _close(source)
    _close(target)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        each.shutdown(socket.SHUT_RDWR)
    each.close()
