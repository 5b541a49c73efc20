"""The conversation with an ESC/POS printer that can answer, over any line of bytes.

A job is sent only to a printer that says it is ready, and counts as printed when the printer answers
that everything before a question was printed. A line that never answers (one-way adapters) gets the
job all the same and is in state `UNKNOWN`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from pos_app.devices import escpos_status
from pos_app.devices.cut_short import PrintCutShort
from pos_app.devices.ports import PrinterState, PrinterUnavailable

SLICE_SECONDS = 0.1
"""No single wait is longer, so that `close` from another thread is heard."""

CHUNK_BYTES = 4096


class ByteLine(Protocol):
    """An open line to a printer. Errors of the system are `OSError`."""

    def write(self, data: bytes) -> int:
        """Write some of the bytes within `SLICE_SECONDS`; return how many were taken (0: try again)."""

    def read(self) -> bytes:
        """Return bytes that came within `SLICE_SECONDS`, or none."""

    def close(self) -> None:
        """Let go of the line."""


class TwoWayPrinter:
    """A `ReceiptPrinter` over a `ByteLine`, opened for each call: printers are shared and lose power.

    `open_line` raises `PrinterUnavailable`. `close` may be called from another thread: a call under way
    then ends within half a second with code `stopped`.
    """

    def __init__(
        self, open_line: Callable[[], ByteLine], *, status_timeout_ms: int, job_timeout_ms: int
    ) -> None:
        self._open_line = open_line
        self._status_seconds = status_timeout_ms / 1000
        self._job_seconds = job_timeout_ms / 1000
        self._closed = threading.Event()
        self._strays = bytearray()
        self._says_when_printed = True

    def send(self, data: bytes) -> None:
        """Print one job; raises `PrinterUnavailable` before the first byte, `PrintCutShort` after it."""
        line = self._open_line()
        try:
            before = self._ask(line)
            if before in escpos_status.NOT_READY_CODES:
                raise PrinterUnavailable(escpos_status.NOT_READY_CODES[before])
            self._print(line, data, answers=before is not PrinterState.UNKNOWN)
        finally:
            line.close()

    def pulse(self, data: bytes) -> None:
        """Send a drawer kick, whether or not the printer can print; raises `PrinterUnavailable`."""
        line = self._open_line()
        try:
            self._write(line, data, time.monotonic() + self._status_seconds)
        except OSError as error:
            raise PrinterUnavailable("unreachable", str(error)) from error
        finally:
            line.close()

    def state(self) -> PrinterState:
        """Ask the printer how it is."""
        line = self._open_line()
        try:
            return self._ask(line)
        finally:
            line.close()

    def close(self) -> None:
        """End a call under way; harmless twice."""
        self._closed.set()

    def _ask(self, line: ByteLine) -> PrinterState:
        """Return the state, `UNKNOWN` when nothing answers within the status timeout."""
        try:
            cause = self._answer(line, escpos_status.ASK_OFFLINE_CAUSE)
            paper = self._answer(line, escpos_status.ASK_PAPER) if cause is not None else None
        except OSError as error:
            raise PrinterUnavailable("unreachable", str(error)) from error
        if cause is None or paper is None:
            return PrinterState.UNKNOWN
        return escpos_status.state_from(cause, paper)

    def _answer(self, line: ByteLine, question: bytes) -> int | None:
        """Ask in real time; bytes that answer another question are kept in `_strays`."""
        deadline = time.monotonic() + self._status_seconds
        self._write(line, question, deadline)
        while time.monotonic() < deadline and not self._closed.is_set():
            for byte in line.read():
                if escpos_status.is_answer(byte):
                    return byte
                self._strays.append(byte)
        return None

    def _print(self, line: ByteLine, data: bytes, *, answers: bool) -> None:
        deadline = time.monotonic() + self._job_seconds
        try:
            self._write(line, data, deadline)
            if answers and self._says_when_printed:
                self._strays.clear()
                self._write(line, escpos_status.ASK_WHEN_PRINTED, deadline)
                self._wait_until_printed(line, deadline)
        except OSError as error:
            raise PrintCutShort("unreachable", str(error)) from error
        except PrinterUnavailable as problem:
            raise PrintCutShort(problem.code, problem.detail) from problem

    def _write(self, line: ByteLine, data: bytes, deadline: float) -> None:
        """Write all bytes before the deadline."""
        rest = memoryview(data)
        while rest:
            if self._closed.is_set():
                raise PrinterUnavailable("stopped")
            if time.monotonic() > deadline:
                raise PrinterUnavailable("timed_out", "the printer takes no more bytes")
            rest = rest[line.write(bytes(rest[:CHUNK_BYTES])) :]

    def _wait_until_printed(self, line: ByteLine, deadline: float) -> None:
        """Wait for the answer that follows the last printed line, and name what keeps it away.

        A printer that took everything, is ready and has no such answer is believed, and not asked again:
        printing a receipt over and over for want of a word would be worse.
        """
        next_question = time.monotonic() + self._status_seconds
        while True:
            self._strays += line.read()
            if any(map(escpos_status.says_printed, self._strays)):
                return
            if self._closed.is_set():
                raise PrinterUnavailable("stopped")
            if time.monotonic() >= next_question:
                state = self._ask(line)
                if state in escpos_status.NOT_READY_CODES:
                    raise PrinterUnavailable(escpos_status.NOT_READY_CODES[state])
                if time.monotonic() >= deadline and state is PrinterState.UNKNOWN:
                    raise PrinterUnavailable("timed_out", "the printer says nothing any more")
                if time.monotonic() >= deadline:
                    self._says_when_printed = False
                    return
                next_question = time.monotonic() + self._status_seconds
