"""An outside shop's webhook receiver and a mail server, on real sockets of this machine."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Received(NamedTuple):
    """One request: its path, its headers in small letters, its body."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Takes posts and answers with the statuses in `answers`, then with 204 for ever."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.before_answer: Callable[[], object] = lambda: None


@contextmanager
def receiving(secured: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a receiver, over TLS where there is a context."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            receiver.before_answer()
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Whoever breaks off while they agree on a key is no news.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the server's own way to say it
    if secured is not None:
        server.socket = secured.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if secured else "http"
    receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dripping(every_seconds: float) -> Iterator[str]:
    """Run a server that answers a letter at a time and never comes to an end; give its address."""
    stopping = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                while not stopping.wait(every_seconds):
                    self.request.sendall(b"H")
            except OSError:
                return

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/slow"
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class MailServer:
    """What a mail server has taken, and how it answers the next recipients (250 in the end)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.letters: list[str] = []
        self.answers: list[str] = []
        self.hangs_up = False
        """Whether it is gone as soon as it has a letter."""


@contextmanager
def taking_mail() -> Iterator[MailServer]:
    """Run a mail server that speaks as much of SMTP (RFC 5321) as a sender of plain letters needs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.test ESMTP")
            while line := self.rfile.readline():
                command = line.decode().strip().upper()
                if command.startswith("RCPT"):
                    self._say(mail.answers.pop(0) if mail.answers else "250 OK")
                elif command == "DATA":
                    self._say("354 go on")
                    self._take_letter()
                elif command == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 OK")

        def _take_letter(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.decode())
            mail.letters.append("".join(lines))
            if mail.hangs_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._say("250 OK")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    mail = MailServer(int(server.server_address[1]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield mail
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
