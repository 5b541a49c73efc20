"""Something that answers like no centre: a socket that says the same bytes to everybody."""

from __future__ import annotations

import socket
import threading

JSON = "application/json"
HTML = "<html><title>Hotel Wi-Fi</title></html>"


def answer(body: bytes | str, *, status: str = "200 OK", kind: str = JSON, headers: str = "") -> bytes:
    """Return an HTTP answer as bytes."""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
    return head.encode() + content


class Pretender:
    """Answers every request with the same pieces of bytes, with a pause after each."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.pieces: list[bytes] = []
        self.pause = 0.0
        self.requests: list[bytes] = []
        self._closed = threading.Event()
        self._callers: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and answering."""
        self._closed.set()
        socket.create_connection(self._listening.getsockname()).close()
        for thread in (self._thread, *self._callers):
            thread.join()
        self._listening.close()

    def _serve(self) -> None:
        while not self._closed.is_set():
            caller, _ = self._listening.accept()
            thread = threading.Thread(target=self._answer, args=(caller,))
            self._callers.append(thread)
            thread.start()

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            caller.settimeout(5)
            try:
                self.requests.append(caller.recv(65536))
                for piece in self.pieces:
                    caller.sendall(piece)
                    if self._closed.wait(self.pause):
                        return
            except OSError:
                return  # the caller hung up, as some of these tests want
