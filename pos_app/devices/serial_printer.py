"""A printer on a serial line (RS-232, or a USB adapter that looks like one), by pyserial."""

from __future__ import annotations

import os
import select

from pos_app.devices.ports import PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.two_way_printer import SLICE_SECONDS, TwoWayPrinter

BYTES_A_SLICE = 256
"""What 38,400 baud carry in one slice; also all that a stuck line can hold back."""


class SerialLine:
    """An open serial port, eight data bits, no parity."""

    def __init__(self, port: str, baud_rate: int) -> None:
        try:
            import serial  # noqa: PLC0415 -- loaded on first use
        except ImportError as error:
            raise PrinterUnavailable("not_installed", "pyserial") from error
        self._selects = os.name == "posix"
        # Where the port can be waited for, a write takes what fits and says how much; elsewhere it
        # blocks, and a line that takes nothing for two seconds is a broken one.
        write_timeout = 0 if self._selects else 2
        try:
            self._port = serial.Serial(port, baud_rate, timeout=SLICE_SECONDS, write_timeout=write_timeout)
        except (serial.SerialException, ValueError) as error:
            raise PrinterUnavailable("unreachable", f"{port}: {error}") from error

    def write(self, data: bytes) -> int:
        """Write what the line takes within a slice."""
        if self._selects:
            _, writable, _ = select.select((), (self._port.fileno(),), (), SLICE_SECONDS)
            if not writable:
                return 0
        return int(self._port.write(data[:BYTES_A_SLICE]) or 0)

    def read(self) -> bytes:
        """Return bytes that came within a slice."""
        first = bytes(self._port.read(1))
        return first + bytes(self._port.read(self._port.in_waiting)) if first else b""

    def close(self) -> None:
        """Close the port; the system sends what was written."""
        self._port.close()


def serial_printer(settings: PrinterSettings) -> TwoWayPrinter:
    """Return the printer at the port `settings.address`."""
    return TwoWayPrinter(
        lambda: SerialLine(settings.address, settings.baud_rate),
        status_timeout_ms=settings.status_timeout_ms,
        job_timeout_ms=settings.job_timeout_ms,
    )
