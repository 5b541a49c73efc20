"""A receipt printer of the tests' own: TCP, keeps every byte, says that it is ready, prints in its time."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.paper import PRINTED_REQUEST, STATUS_REQUEST, Reader

READY = b"\x12"
"""To every `DLE EOT`: only the bits that are always set."""

PRINTED = b"\x00"
PIECE_BYTES = 512


class TestPrinter:
    """Listens until `close`. The bytes of connection N are in `folder/paper-N.bin` as they arrive.

    `on_bytes` is told of every piece of a job. `break_after` makes the printer lose power in a job.
    """

    __test__ = False

    def __init__(
        self, folder: Path, seed: int, on_bytes: Callable[[int], None] = lambda _count: None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._chance = random.Random(seed)
        self._on_bytes = on_bytes
        self._guard = threading.Lock()
        self._connections = 0
        self._breaks_after: int | None = None
        self._dark_until = 0.0
        self.times_broken = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, name="printer", daemon=True).start()

    @property
    def address(self) -> str:
        """Return what `--printer` takes."""
        return f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    def break_after(self, job_bytes: int) -> None:
        """Lose power after so many bytes of the next job, for one second."""
        self._breaks_after = job_bytes

    def stay_well(self) -> None:
        """Forget a break that has not happened."""
        self._breaks_after = None

    def close(self) -> None:
        """Take no connection any more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                till, _ = self._listener.accept()
            except OSError:
                return  # closed
            if time.monotonic() < self._dark_until:
                till.close()
                continue
            with self._guard:
                self._connections += 1
                path = self._folder / f"paper-{self._connections:05d}.bin"
            threading.Thread(target=self._serve, args=(till, path), daemon=True).start()

    def _serve(self, till: socket.socket, path: Path) -> None:
        reader = Reader()
        with till, contextlib.suppress(OSError), path.open("wb", buffering=0) as paper:
            while data := till.recv(PIECE_BYTES):
                kept = self._before_power_goes(data)
                paper.write(kept)
                for token in reader.feed(kept):
                    if token.command == STATUS_REQUEST:
                        till.sendall(READY)
                    elif token.command == PRINTED_REQUEST:
                        time.sleep(self._chance.uniform(0.02, 0.25))
                        till.sendall(PRINTED)
                if len(kept) < len(data):
                    return
                if len(data) > 3:
                    self._on_bytes(len(data))

    def _before_power_goes(self, data: bytes) -> bytes:
        """Return what is printed of the data: all, or what came before the power went."""
        if self._breaks_after is None or len(data) <= 3:
            return data
        if self._breaks_after >= len(data):
            self._breaks_after -= len(data)
            return data
        kept = data[: self._breaks_after]
        self._breaks_after = None
        self._dark_until = time.monotonic() + 1.0
        self.times_broken += 1
        return kept


def paper_of(folder: Path) -> list[bytes]:
    """Return the bytes of every connection, in order."""
    return [each.read_bytes() for each in sorted(folder.glob("paper-*.bin"))]
