"""Jobs into a file, a device file such as /dev/usb/lp0, or a folder that gets one file a job."""

from __future__ import annotations

import os
from pathlib import Path

from pos_app.devices.ports import PrinterState, PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings


class FilePrinter:
    """A `ReceiptPrinter` that writes; it cannot be asked anything, so its state is unknown."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, data: bytes) -> None:
        """Write one job; raises `PrinterUnavailable` when the place does not take it."""
        try:
            if self._path.is_dir():
                self._write_new_file(data)
            else:
                with self._path.open("ab") as out:
                    out.write(data)
        except OSError as error:
            raise PrinterUnavailable("unreachable", f"{self._path}: {error.strerror}") from error

    def _write_new_file(self, data: bytes) -> None:
        """Write the whole job under the next free number; a reader never sees half of it."""
        taken = [int(path.stem[4:]) for path in self._path.glob("job-*.bin") if path.stem[4:].isdecimal()]
        target = self._path / f"job-{max(taken, default=0) + 1:06d}.bin"
        partial = target.with_suffix(".part")
        partial.write_bytes(data)
        partial.replace(target)

    def pulse(self, data: bytes) -> None:
        """Send a drawer kick as a job of its own."""
        self.send(data)

    def state(self) -> PrinterState:
        """Return `UNKNOWN` when the place is there; raises `PrinterUnavailable` when it is not."""
        place = self._path if self._path.exists() else self._path.parent
        if not place.exists() or not os.access(place, os.W_OK):
            raise PrinterUnavailable("unreachable", str(self._path))
        return PrinterState.UNKNOWN

    def close(self) -> None:
        """Nothing is held open between jobs."""


def file_printer(settings: PrinterSettings) -> FilePrinter:
    """Return the printer that writes to `settings.address`."""
    return FilePrinter(Path(settings.address))
