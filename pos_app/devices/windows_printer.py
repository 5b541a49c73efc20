"""A printer of the Windows spooler: the job goes raw to the queue, by pywin32."""

from __future__ import annotations

from typing import Any

from pos_app.devices.ports import PrinterState, PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings

PAPER_OUT_STATUS = 0x0000_0010  # PRINTER_STATUS_PAPER_OUT
DOOR_OPEN_STATUS = 0x0040_0000  # PRINTER_STATUS_DOOR_OPEN
OFFLINE_STATUS = 0x0000_0080  # PRINTER_STATUS_OFFLINE


class WindowsPrinter:
    """A `ReceiptPrinter` behind a Windows queue. "Taken" means that the queue has the job."""

    def __init__(self, queue: str) -> None:
        self._queue = queue

    def send(self, data: bytes) -> None:
        """Hand one job to the queue; raises `PrinterUnavailable`."""
        win32print = _win32print()
        handle = self._open(win32print)
        try:
            win32print.StartDocPrinter(handle, 1, ("Evertill receipt", None, "RAW"))
            win32print.StartPagePrinter(handle)
            win32print.WritePrinter(handle, data)
            win32print.EndPagePrinter(handle)
            win32print.EndDocPrinter(handle)
        except win32print.error as error:
            raise PrinterUnavailable("refused", str(error)) from error
        finally:
            win32print.ClosePrinter(handle)

    def pulse(self, data: bytes) -> None:
        """Send a drawer kick as a job of its own."""
        self.send(data)

    def state(self) -> PrinterState:
        """Return what the queue knows of its printer; raises `PrinterUnavailable`."""
        win32print = _win32print()
        handle = self._open(win32print)
        try:
            status = int(win32print.GetPrinter(handle, 2)["Status"])
        finally:
            win32print.ClosePrinter(handle)
        if status & OFFLINE_STATUS:
            raise PrinterUnavailable("unreachable", self._queue)
        if status & DOOR_OPEN_STATUS:
            return PrinterState.COVER_OPEN
        return PrinterState.PAPER_OUT if status & PAPER_OUT_STATUS else PrinterState.UNKNOWN

    def _open(self, win32print: Any) -> Any:
        try:
            return win32print.OpenPrinter(self._queue or win32print.GetDefaultPrinter())
        except win32print.error as error:
            raise PrinterUnavailable("unreachable", self._queue) from error

    def close(self) -> None:
        """Nothing is held open between jobs."""


def _win32print() -> Any:
    """Return pywin32's module, which is on Windows machines only."""
    try:
        import win32print  # noqa: PLC0415 -- loaded on first use, and on Windows only
    except ImportError as error:
        raise PrinterUnavailable("not_installed", "pywin32") from error
    return win32print


def windows_printer(settings: PrinterSettings) -> WindowsPrinter:
    """Return the queue `settings.address`, or the default queue."""
    return WindowsPrinter(settings.address)
