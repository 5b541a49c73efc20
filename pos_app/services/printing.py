"""Working the print spool off: one job at a time, never lost, never the reason why a sale waits.

A failed job stays in the spool with the code of its problem and is tried again, later each time. One
that may be partly on paper says COPY when it is tried again. A drawer opens at most once for a job,
at once or not at all, and also when the printer has no paper. What became of a job that the disk did not
take is written down before the next job is taken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from pos_app.devices.cut_short import PrintCutShort
from pos_app.devices.escpos_status import NOT_READY_CODES
from pos_app.devices.ports import PrinterState, PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.services.standing import PrinterStanding

if TYPE_CHECKING:
    from pos_app.database.spool import PrintJob
    from pos_app.devices.printers import DrawerPrinter

log = logging.getLogger(__name__)

BACKOFF_SECONDS = (2, 4, 8, 15, 30)
"""How long a job waits after its first, second … try; the last figure holds from there on."""

CHECK_SECONDS = {True: 2.0, False: 15.0}
"""How often a printer is asked how it is while nothing is printed: in trouble, and else."""

PRINTER_TROUBLE = frozenset({"unreachable", "paper_out", "cover_open", "timed_out", "refused"})
"""Problems of a printer and not of a job. When they end, jobs of which nothing was printed are due at
once; one that may be on paper in part keeps its distance, or a bad cable would use up the roll."""

LATEST_KICK_SECONDS = 20
"""A drawer that could not be opened within this time stays shut: nobody stands there for it any more."""


class PrintSpool(Protocol):
    """What printing needs of the till's spool (`pos_app.database.spool.Spool`)."""

    def claim(self, now: str) -> PrintJob | None: ...
    def drawer_may_open(self, job_id: int) -> bool: ...
    def finish(self, job_id: int) -> None: ...
    def fail(self, job_id: int, code: str, next_try_at: str, *, partly_printed: bool = False) -> None: ...
    def recover(self) -> int: ...
    def retry_now(self) -> None: ...
    def waiting(self) -> tuple[int, str, str]: ...


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What one step of the spool came to: the job's kind and problem, and how printing stands now."""

    standing: PrinterStanding
    job_kind: str = ""
    problem: str = ""

    @property
    def worked(self) -> bool:
        """Say whether there was a job; then the next one may be due already."""
        return bool(self.job_kind)


class Printing:
    """The spool and the printers of this till. `run_once` is called by one thread; `close` by any."""

    def __init__(
        self,
        spool: PrintSpool,
        printers: Mapping[str, PrinterSettings],
        *,
        open_device: Callable[[PrinterSettings], DrawerPrinter] | None = None,
    ) -> None:
        """`open_device` is for tests; without it printers are opened as their settings say."""
        self._spool = spool
        self._settings = printers
        self._open_device = open_device
        self._devices: dict[str, DrawerPrinter] = {}
        self._state = PrinterState.UNKNOWN
        self._trouble = ""
        self._checked_at = ""
        self._cured_by_printer = True
        self._recovered = False
        self._unsettled: Callable[[], None] | None = None

    def run_once(self, now: str) -> PrintReport:
        """Print the next job that is due, or look how the printer is. Bounded by the printer's timeouts.

        The first time, what was being printed when the program ended is put back, to be printed as COPY.
        """
        if not self._recovered:
            self._spool.recover()
            self._recovered = True
        if self._unsettled is not None:
            self._settle(self._unsettled)
        job = self._spool.claim(now)
        if job is None:
            self._look_at_printer(now)
            return PrintReport(self.standing())
        problem = self._try(job, now)
        return PrintReport(self.standing(), job.kind, problem)

    def standing(self) -> PrinterStanding:
        """Return how many jobs wait and what the printer complains about."""
        count, since, job_problem = self._spool.waiting()
        problem = self._trouble or (job_problem if count else "")
        if not problem and self._state is PrinterState.PAPER_LOW:
            problem = "paper_low"
        return PrinterStanding(count, since, problem)

    def close(self) -> None:
        """End a job under way (it is printed as COPY next time) and let go of the printers."""
        for device in tuple(self._devices.values()):
            device.close()

    def _try(self, job: PrintJob, now: str) -> str:
        """Print a job and settle it in the spool; return the code of its problem, empty when it is done."""
        partly = False
        # Where the disk refuses in between, nothing has come out yet, and the job is due again.
        self._unsettled = lambda: self._spool.fail(job.job_id, "", now)
        try:
            self._print(job, now)
        except PrinterUnavailable as problem:
            partly = isinstance(problem, PrintCutShort)
            code = problem.code
            log.info("print job %d waits: %s", job.job_id, problem)
        except (ValueError, LookupError, OSError, msgspec.MsgspecError) as error:
            code = "broken"  # a body or a picture that cannot be laid out: in sight, and said in the log
            log.error("print job %d cannot be laid out: %r", job.job_id, error)
        else:
            self._trouble = ""
            self._settle(lambda: self._spool.finish(job.job_id))
            return ""
        self._trouble = code if code in PRINTER_TROUBLE else ""
        self._cured_by_printer = not partly
        next_try_at = _later(now, job.tries)
        self._settle(lambda: self._spool.fail(job.job_id, code, next_try_at, partly_printed=partly))
        return code

    def _settle(self, write: Callable[[], None]) -> None:
        """Write what became of a job; raises `DatabaseProblem`, and then the next step begins with it."""
        self._unsettled = write
        write()
        self._unsettled = None

    def _print(self, job: PrintJob, now: str) -> None:
        settings = self._settings.get(job.printer)
        if settings is None:
            raise PrinterUnavailable("not_installed", f"no printer named {job.printer!r}")
        device = self._device(job.printer, settings)
        kicks = self._may_open_drawer(job, now, settings, device)
        from pos_app.services import print_bytes  # noqa: PLC0415 -- loaded with the first job

        stopped = self._state in NOT_READY_CODES
        if kicks and (stopped or job.kind == "drawer"):
            device.pulse(print_bytes.kick_bytes(settings, printer_stopped=stopped))
            kicks = False
        if job.kind != "drawer":
            device.send(print_bytes.job_bytes(job, settings, now, opens_drawer=kicks))

    def _may_open_drawer(
        self, job: PrintJob, now: str, settings: PrinterSettings, device: DrawerPrinter
    ) -> bool:
        """Say whether this try opens the drawer: stored as done before it is done, and never late.

        The printer is asked first: one that cannot be reached leaves the job its right to the drawer.
        """
        if not (job.opens_drawer and settings.has_drawer):
            return False
        self._state = device.state()
        if not self._spool.drawer_may_open(job.job_id):
            return False
        late = _seconds_between(job.queued_at, now) > LATEST_KICK_SECONDS
        if late:
            log.info("print job %d is too late to open the drawer", job.job_id)
        return not late

    def _device(self, name: str, settings: PrinterSettings) -> DrawerPrinter:
        if name not in self._devices:
            if self._open_device is None:
                from pos_app.devices.printers import open_printer  # noqa: PLC0415 -- loaded on first use

                self._open_device = open_printer
            self._devices[name] = self._open_device(settings)
        return self._devices[name]

    def _look_at_printer(self, now: str) -> None:
        """Ask the first printer how it is, now and then; when it is well again, waiting jobs are due."""
        interval = CHECK_SECONDS[bool(self._trouble)]
        if not self._settings or (
            self._checked_at and abs(_seconds_between(self._checked_at, now)) < interval
        ):
            return
        self._checked_at = now
        name, settings = next(iter(self._settings.items()))
        trouble = ""
        try:
            self._state = self._device(name, settings).state()
            trouble = NOT_READY_CODES.get(self._state, "")
        except PrinterUnavailable as problem:
            trouble = problem.code
        if self._trouble and not trouble and self._cured_by_printer:
            self._spool.retry_now()
        self._trouble = trouble


def _later(now: str, tries: int) -> str:
    wait = BACKOFF_SECONDS[min(max(tries, 1), len(BACKOFF_SECONDS)) - 1]
    return (datetime.fromisoformat(now) + timedelta(seconds=wait)).isoformat(timespec="milliseconds")


def _seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
