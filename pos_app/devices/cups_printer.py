"""A printer of the system's print server, by `lp`: the job goes raw to the queue."""

from __future__ import annotations

import os
import subprocess

from pos_app.devices.ports import PrinterState, PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings


class CupsPrinter:
    """A `ReceiptPrinter` behind a CUPS queue. "Taken" means that the queue has the job."""

    def __init__(self, queue: str, timeout_seconds: float) -> None:
        self._queue = queue
        self._timeout_seconds = timeout_seconds

    def send(self, data: bytes) -> None:
        """Hand one job to the queue; raises `PrinterUnavailable`."""
        destination = ("-d", self._queue) if self._queue else ()
        self._run(("lp", *destination, "-o", "raw", "-s", "-t", "Evertill receipt", "-"), data)

    def pulse(self, data: bytes) -> None:
        """Send a drawer kick as a job of its own."""
        self.send(data)

    def state(self) -> PrinterState:
        """Return `UNKNOWN` when the queue accepts jobs; raises `PrinterUnavailable` when it does not."""
        answer = self._run(("lpstat", "-a", *((self._queue,) if self._queue else ())))
        if b"not accepting" in answer:
            raise PrinterUnavailable("refused", self._queue)
        return PrinterState.UNKNOWN

    def _run(self, command: tuple[str, ...], data: bytes = b"") -> bytes:
        environment = {**os.environ, "LC_ALL": "C"}
        try:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                timeout=self._timeout_seconds,
                check=True,
                env=environment,
            )
        except FileNotFoundError as error:
            raise PrinterUnavailable("not_installed", command[0]) from error
        except subprocess.TimeoutExpired as error:
            raise PrinterUnavailable("timed_out", command[0]) from error
        except subprocess.CalledProcessError as error:
            said = bytes(error.stderr or b"").decode(errors="replace").strip()
            raise PrinterUnavailable("refused", said) from error
        return bytes(done.stdout)

    def close(self) -> None:
        """Nothing is held open between jobs."""


def cups_printer(settings: PrinterSettings) -> CupsPrinter:
    """Return the queue `settings.address`, or the default queue."""
    return CupsPrinter(settings.address, timeout_seconds=min(settings.job_timeout_ms / 1000, 10))
