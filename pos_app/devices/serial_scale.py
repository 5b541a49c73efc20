"""A counter scale on a serial line that speaks Mettler Toledo 8217: `W` asks, the scale answers.

An answer is STX, kilograms such as `01.250` (with `N` for a net weight), CR; or STX, `?`, a status
byte, CR when there is no weight to give. The line is 9600 baud, seven bits, even parity.
"""

from __future__ import annotations

import re
import time
from decimal import Decimal
from typing import Any

from pos_app.devices.ports import ScaleUnavailable

ASK_WEIGHT = b"W"
WEIGHT = re.compile(rb"\x02\s*([0-9]{1,4}\.?[0-9]{0,4})N?\r")
STATUS = re.compile(rb"\x02\?([\x00-\x7f])\r")

STATUS_CODES: tuple[tuple[int, str, str], ...] = (
    (0x01, "timed_out", "the weight is moving"),
    (0x02, "refused", "over capacity"),
    (0x04, "refused", "under zero"),
    (0x40, "broken", "the scale does not know the question"),
)
"""Bit of the status byte, code and detail, in the order in which they are told."""

READ_SECONDS = 0.1
ANSWER_SECONDS = 0.5
"""A scale answers within a tenth of a second; one that does not is asked again."""


class SerialScale:
    """A `Scale` on a serial port, opened at the first weighing and kept open."""

    def __init__(self, port: str, *, baud_rate: int = 9600, settle_ms: int = 2000) -> None:
        self._address = port
        self._baud_rate = baud_rate
        self._settle_seconds = settle_ms / 1000
        self._port: Any = None

    def weight(self) -> Decimal:
        """Return a stable weight in kilograms; waits for a moving one until `settle_ms` are over."""
        deadline = time.monotonic() + self._settle_seconds
        while True:
            try:
                return self._ask()
            except ScaleUnavailable as problem:
                if problem.code != "timed_out" or time.monotonic() >= deadline:
                    raise
                time.sleep(READ_SECONDS)

    def close(self) -> None:
        """Let go of the port."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _ask(self) -> Decimal:
        port = self._open()
        try:
            port.read(port.in_waiting)  # what an earlier question left behind
            port.write(ASK_WEIGHT)
            answer = self._read_answer(port)
        except OSError as error:
            self.close()
            raise ScaleUnavailable("unreachable", str(error)) from error
        return read_answer(answer)

    def _open(self) -> Any:
        if self._port is None:
            try:
                import serial  # noqa: PLC0415 -- loaded on first use
            except ImportError as error:
                raise ScaleUnavailable("not_installed", "pyserial") from error
            try:
                self._port = serial.Serial(
                    self._address,
                    self._baud_rate,
                    bytesize=serial.SEVENBITS,
                    parity=serial.PARITY_EVEN,
                    timeout=READ_SECONDS,
                    write_timeout=ANSWER_SECONDS,
                )
            except (serial.SerialException, ValueError) as error:
                raise ScaleUnavailable("unreachable", f"{self._address}: {error}") from error
        return self._port

    def _read_answer(self, port: Any) -> bytes:
        answer = b""
        deadline = time.monotonic() + ANSWER_SECONDS
        while not answer.endswith(b"\r") and time.monotonic() < deadline:
            answer += port.read(1)
        return answer


def read_answer(answer: bytes) -> Decimal:
    """Return the kilograms of an answer; raises `ScaleUnavailable` for a status or for noise.

    A weight of zero is `refused`: nothing lies on the scale, and nothing is sold by it.
    """
    if not answer:
        raise ScaleUnavailable("timed_out", "no answer")
    if weight := WEIGHT.search(answer):
        kilograms = Decimal(weight[1].decode())
        if not kilograms:
            raise ScaleUnavailable("refused", "nothing on the scale")
        return kilograms
    if status := STATUS.search(answer):
        for bit, code, detail in STATUS_CODES:
            if status[1][0] & bit:
                raise ScaleUnavailable(code, detail)
    raise ScaleUnavailable("broken", f"not an answer: {answer.hex(' ')}")
