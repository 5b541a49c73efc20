"""A receipt printer that is no printer: it listens on TCP, answers like one, and keeps what it prints.

Used by the demonstration's paper window and by tests. Each piece of paper that is cut becomes
`receipt-0001.png` and `.txt` in a folder; drawer kicks are counted.

    python -m pos_app.devices.virtual_printer --port 9100 --out DIR [--width 80]

prints `listening on 127.0.0.1:PORT` when ready. Faults are switched by writing a name of
`Fault` (or nothing) into `DIR/fault.txt`; each event is appended to `DIR/events.jsonl`.
"""

from __future__ import annotations

import argparse
import io
import json
import socket
import socketserver
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pos_app.devices.escpos_paper import MARGIN_DOTS, Paper, PrintedPaper
from pos_app.devices.escpos_reader import Command, EscposReader
from pos_app.documents.image import WHITE

DOTS_OF_PAPER: dict[int, int] = {80: 576, 58: 384}
FAULT_FILE = "fault.txt"
FAULT_SECONDS = 0.2
KEPT_PAPERS = 100
"""Pieces of paper kept in memory; the folder keeps all."""


class Fault(StrEnum):
    """What can be wrong with the printer."""

    NONE = ""
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"  # unplugged: nobody listens, open connections end


STATUS_BYTES: dict[Fault, tuple[int, int, int]] = {
    Fault.NONE: (0x12, 0x12, 0x12),
    Fault.PAPER_LOW: (0x12, 0x12, 0x1E),
    Fault.PAPER_OUT: (0x1A, 0x32, 0x7E),
    Fault.COVER_OPEN: (0x1A, 0x16, 0x12),
}
"""Answers to `DLE EOT` 1, 2 and 4."""

STOPPED_BY = (Fault.PAPER_OUT, Fault.COVER_OPEN)
"""While one of these holds, commands wait in the buffer."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `receipt` (with its number), `drawer`, or `unknown` (a command)."""

    kind: str
    detail: str = ""
    paper: PrintedPaper | None = None


class VirtualPrinter:
    """One printer, used by any number of connections, one after the other or at once.

    `start` listens and returns; `close` ends all. `on_event` is called on a thread of the printer.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        width_mm: int = 80,
        out: Path | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self._address = (host, port)
        self._out = out
        self._on_event = on_event
        self._lock = threading.RLock()
        self._fault = Fault.NONE
        self._waiting: deque[tuple[Command, Callable[[bytes], None]]] = deque()
        self._paper = Paper(DOTS_OF_PAPER[width_mm])
        self._server: _Server | None = None
        self.papers: list[PrintedPaper] = []
        self.drawer_kicks = 0
        self._number = _highest_number(out)

    @property
    def address(self) -> str:
        """The address to print to, once started."""
        return f"{self._address[0]}:{self._address[1]}"

    def start(self) -> None:
        """Listen; raises `OSError` when the port is taken."""
        self._server = _Server(self._address, self)
        self._address = (self._address[0], self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening and end every connection; harmless twice."""
        server, self._server = self._server, None
        if server is not None:
            server.end()

    def set_fault(self, fault: Fault) -> None:
        """Switch a fault on, or `NONE`: then what waited is printed."""
        with self._lock:
            self._fault = fault
            if fault not in STOPPED_BY:
                self._work()
        if fault is Fault.OFFLINE:
            self.close()
        elif self._server is None:
            self.start()

    def take(self, command: Command, answer: Callable[[bytes], None]) -> None:
        """Carry out one command now, or in its turn."""
        with self._lock:
            if command.real_time:
                self._in_real_time(command, answer)
                return
            self._waiting.append((command, answer))
            if self._fault not in STOPPED_BY:
                self._work()

    def connection_ended(self) -> None:
        """Tear off what a job without a cut has left, as a cashier would."""
        with self._lock:
            if not self._paper.is_blank and not self._waiting:
                self._finish_paper()

    def _in_real_time(self, command: Command, answer: Callable[[bytes], None]) -> None:
        if command.name == b"\x10\x04":
            printer, cause, paper = STATUS_BYTES.get(self._fault, STATUS_BYTES[Fault.NONE])
            answers = {1: printer, 2: cause, 3: 0x12, 4: paper}
            answer(bytes([answers.get(command.data[0], 0x12)]))
        elif command.name == b"\x10\x14" and command.data[0] == 1:
            self._kick_drawer()

    def _work(self) -> None:
        while self._waiting:
            command, answer = self._waiting.popleft()
            if command.name == b"\x1dV":
                self._finish_paper()
            elif command.name == b"\x1bp":
                self._kick_drawer()
            elif command.name == b"\x1dr":
                answer(b"\x03" if self._fault is Fault.PAPER_LOW else b"\x00")
            else:
                self._paper.carry_out(command)

    def _kick_drawer(self) -> None:
        self.drawer_kicks += 1
        self._tell(Event("drawer"))

    def _finish_paper(self) -> None:
        paper = self._paper.cut()
        self.papers.append(paper)
        del self.papers[:-KEPT_PAPERS]
        self._number += 1
        name = f"receipt-{self._number:04d}"
        if self._out is not None:
            # the picture is put in place last and whole: whoever watches the folder sees finished files
            (self._out / f"{name}.txt").write_text(paper.text, encoding="utf-8")
            partial = self._out / f"{name}.part"
            partial.write_bytes(picture(paper))
            partial.replace(self._out / f"{name}.png")
        for command in paper.unknown_commands:
            self._tell(Event("unknown", command.hex(" ")))
        self._tell(Event("receipt", name, paper))

    def _tell(self, event: Event) -> None:
        if self._out is not None:
            with (self._out / "events.jsonl").open("a", encoding="utf-8") as out:
                out.write(json.dumps({"kind": event.kind, "detail": event.detail}) + "\n")
        if self._on_event is not None:
            self._on_event(event)


def _highest_number(out: Path | None) -> int:
    """Return the number of the last receipt that a folder has: a new start goes on from there."""
    names = [path.stem.removeprefix("receipt-") for path in out.glob("receipt-*.png")] if out else []
    return max((int(name) for name in names if name.isdecimal()), default=0)


def picture(paper: PrintedPaper) -> bytes:
    """Return a piece of paper as a PNG with white margins."""
    from PIL import ImageOps  # noqa: PLC0415 -- loaded on first use

    out = io.BytesIO()
    ImageOps.expand(paper.image, MARGIN_DOTS, WHITE).save(out, format="PNG")
    return out.getvalue()


class _Server(socketserver.ThreadingTCPServer):
    """The listener; it knows its open connections, to end them when the plug is pulled."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], printer: VirtualPrinter) -> None:
        self.printer = printer
        self.connections: set[socket.socket] = set()
        super().__init__(address, _Connection)

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in tuple(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the other side has gone already
                continue


class _Connection(socketserver.BaseRequestHandler):
    """One till's connection."""

    server: _Server
    request: socket.socket

    def handle(self) -> None:
        self.server.connections.add(self.request)
        reader = EscposReader()
        try:
            while data := self.request.recv(65_536):
                for command in reader.feed(data):
                    self.server.printer.take(command, self._answer)
        except ConnectionError:  # a till that vanishes is no news to a printer
            return
        finally:
            self.server.connections.discard(self.request)
            self.server.printer.connection_ended()

    def _answer(self, data: bytes) -> None:
        try:
            self.request.sendall(data)
        except OSError:  # the till has gone before its answer
            return


def main(arguments: list[str]) -> int:
    """Run a virtual printer until interrupted."""
    parser = argparse.ArgumentParser(prog="virtual_printer", description="A receipt printer on TCP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", "--listen", type=int, default=9100, help="0 takes a free one")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, choices=tuple(DOTS_OF_PAPER), default=80)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    printer = VirtualPrinter(host=options.host, port=options.port, width_mm=options.width, out=options.out)
    printer.start()
    sys.stdout.write(f"listening on {printer.address}\n")
    sys.stdout.flush()
    try:
        watch_fault_file(printer, options.out / FAULT_FILE, threading.Event())
    except KeyboardInterrupt:
        printer.close()
    return 0


def watch_fault_file(printer: VirtualPrinter, path: Path, stop: threading.Event) -> None:
    """Keep the printer's fault as the file says, until `stop`; an unknown word is taken as no fault."""
    fault = Fault.NONE
    while not stop.wait(FAULT_SECONDS):
        word = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        wanted = Fault(word) if word in Fault.__members__.values() else Fault.NONE
        if wanted is not fault:
            fault = wanted
            printer.set_fault(fault)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
