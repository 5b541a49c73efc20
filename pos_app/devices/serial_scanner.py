"""A barcode scanner on a serial line: each code ends with CR, LF, TAB or ETX; STX may begin it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from pos_app.devices.ports import DeviceProblem

READ_SECONDS = 0.1
ENDS = re.compile(rb"[\r\n\t\x03]")
LONGEST_CODE = 4096
"""A line without an end is noise beyond this; it is dropped and the next code is heard."""


class SerialScanner:
    """A `Scanner` on a serial port. `close` may be called from another thread."""

    def __init__(self, port: str, *, baud_rate: int = 9600) -> None:
        self._address = port
        self._baud_rate = baud_rate
        self._closed = threading.Event()

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard` for each code until `close`, in the order of scanning and without losing any."""
        try:
            import serial  # noqa: PLC0415 -- loaded on first use
        except ImportError as error:
            raise DeviceProblem("not_installed", "pyserial") from error
        try:
            with serial.Serial(self._address, self._baud_rate, timeout=READ_SECONDS) as port:
                rest = b""
                while not self._closed.is_set():
                    rest = tell_codes(rest + port.read(max(1, port.in_waiting)), heard)
        except (serial.SerialException, ValueError) as error:
            raise DeviceProblem("unreachable", f"{self._address}: {error}") from error

    def close(self) -> None:
        """Make `listen` return within a moment."""
        self._closed.set()


def tell_codes(data: bytes, heard: Callable[[str], None]) -> bytes:
    """Call `heard` for each complete code and return the bytes of the one that is still coming."""
    *codes, rest = ENDS.split(data)
    for code in codes:
        text = code.lstrip(b"\x02").decode(errors="replace").strip()
        if text:
            heard(text)
    return rest if len(rest) <= LONGEST_CODE else b""
