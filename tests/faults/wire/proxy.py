"""A proxy between a till and the centre that reads HTTP and spoils the requests that it is told to spoil."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from enum import StrEnum

import msgspec

CHUNK_BYTES = 65_536
JOURNAL = b"POST /v1/journal "
HTML = b"<!doctype html><title>Welcome</title><p>Please accept the terms of this network."


class Spoil(StrEnum):
    """What the network does to a request of the journal."""

    CUT_REQUEST = "cut_request"  # so many bytes of it reach the centre, then both ends see a reset
    CUT_ANSWER = "cut_answer"  # the centre has done it; so many bytes of the answer come back
    DUPLICATE = "duplicate"  # the centre gets it twice, one after the other
    TWICE_AT_ONCE = "twice_at_once"  # the centre gets it twice at the same time
    AGAIN_LATER = "again_later"  # a copy of it comes again after the next one
    DELAY = "delay"  # the answer comes late
    BAD_GATEWAY = "bad_gateway"  # the centre has done it, and a gateway says 502
    HTML = "html"  # a captive portal answers 200 with a page; the centre hears nothing
    EMPTY = "empty"  # the connection is closed without a word


class Fault(msgspec.Struct, frozen=True):
    """What happens to one request; `at` is a byte for the cuts."""

    spoil: Spoil
    at: int = 0


DELAY_SECONDS = 0.3


class SpoilingProxy:
    """Forwards requests to a port of this machine, and does to the next journal batch what `spoil` says.

    Only batches with events are spoiled; a till's greeting, which is an empty batch, goes through.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._guard = threading.Lock()
        self._next: Fault | None = None
        self._later: list[bytes] = []
        self.spoiled = 0
        self.batches = 0
        self.longest_answer = 0
        """In bytes, of those that were about journals."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, name="spoiling proxy", daemon=True).start()

    @property
    def url(self) -> str:
        """Return the centre's address on this side."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def spoil(self, fault: Fault | None) -> None:
        """Spoil the next batch like this; None spoils none."""
        with self._guard:
            self._next = fault

    def close(self) -> None:
        """Take no new connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    # ---- inside -------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                till, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(till,), daemon=True).start()

    def _serve(self, till: socket.socket) -> None:
        with till, contextlib.suppress(OSError):  # whoever goes first ends the connection
            buffered = b""
            while True:
                request, buffered = _message(till, buffered)
                if not request:
                    return
                fault = self._fault_for(request)
                if fault is None:
                    till.sendall(self._ask(request))
                elif not self._spoiled(till, request, fault):
                    return

    def _fault_for(self, request: bytes) -> Fault | None:
        # An empty batch, the greeting, is short and never compressed.
        if not request.startswith(JOURNAL) or b'"events":[]' in request:
            return None
        with self._guard:
            self.batches += 1
            fault, self._next = self._next, None
            self.spoiled += fault is not None
            later, self._later = self._later, []
        for copy in later:
            self._ask(copy)
        return fault

    def _spoiled(self, till: socket.socket, request: bytes, fault: Fault) -> bool:
        """Do what the fault says; return whether the connection goes on."""
        match fault.spoil:
            case Spoil.CUT_REQUEST:
                with socket.create_connection(("127.0.0.1", self._port), 5.0) as centre:
                    centre.sendall(request[: fault.at])
                return False
            case Spoil.CUT_ANSWER:
                till.sendall(self._ask(request)[: fault.at])
                return False
            case Spoil.DUPLICATE:
                self._ask(request)
                till.sendall(self._ask(request))
            case Spoil.TWICE_AT_ONCE:
                other = threading.Thread(target=self._ask, args=(request,))
                other.start()
                answer = self._ask(request)
                other.join()
                till.sendall(answer)
            case Spoil.AGAIN_LATER:
                self._later.append(request)
                till.sendall(self._ask(request))
            case Spoil.DELAY:
                answer = self._ask(request)
                time.sleep(DELAY_SECONDS)
                till.sendall(answer)
            case Spoil.BAD_GATEWAY:
                self._ask(request)
                till.sendall(_page(b"502 Bad Gateway"))
            case Spoil.HTML:
                till.sendall(_page(b"200 OK"))
            case Spoil.EMPTY:
                return False
        return True

    def _ask(self, request: bytes) -> bytes:
        """Return the centre's whole answer."""
        with socket.create_connection(("127.0.0.1", self._port), 5.0) as centre:
            centre.settimeout(40.0)
            centre.sendall(request)
            answer, _ = _message(centre, b"")
            if request.startswith(JOURNAL):
                self.longest_answer = max(self.longest_answer, len(answer))
            return answer


def _page(status: bytes) -> bytes:
    head = b"HTTP/1.1 " + status + b"\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(HTML)
    return head + HTML


def _message(end: socket.socket, buffered: bytes) -> tuple[bytes, bytes]:
    """Read one HTTP message with its body; return it and what came after it, nothing when the end closed."""
    while b"\r\n\r\n" not in buffered:
        more = end.recv(CHUNK_BYTES)
        if not more:
            return b"", b""
        buffered += more
    head, _, rest = buffered.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(rest) < length:
        more = end.recv(CHUNK_BYTES)
        if not more:
            return b"", b""
        rest += more
    return head + b"\r\n\r\n" + rest[:length], rest[length:]
