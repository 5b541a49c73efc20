"""The thread that prints: the spool is worked off beside selling, never before it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from pos_app.database.problems import DatabaseProblem
from pos_app.services.printing import Printing
from pos_app.services.standing import PrinterStanding

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
STOP_MS = 2000


class PrintWorker(QThread):
    """Runs `Printing.run_once` on a thread of its own, at once after `wake` and every second.

    `standing_changed` carries a `PrinterStanding` whenever it differs from the one before; `printed`
    the kind of a job that came out. `stop` joins the thread within two seconds.

    The loop is Python's and not an event loop: PySide forgets a thread's locals after each slot, and
    with them the thread's database connection.
    """

    standing_changed = Signal(object)
    printed = Signal(str)

    def __init__(
        self,
        printing: Printing,
        now: Callable[[], str],
        release: Callable[[], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`release` is called on the thread as it ends (`Database.release_thread`)."""
        super().__init__(parent)
        self.setObjectName("printing")
        self._printing = printing
        self._now = now
        self._release = release
        self._standing: PrinterStanding | None = None
        self._woken = threading.Event()
        self._stopping = threading.Event()

    def wake(self) -> None:
        """Look at the spool at once: a job was queued, or somebody put paper in. From any thread."""
        self._woken.set()

    def stop(self) -> bool:
        """End a job under way and the thread; return whether it ended within two seconds."""
        self._stopping.set()
        self._woken.set()
        self._printing.close()
        return self.wait(STOP_MS)

    def run(self) -> None:
        """Work the spool off until `stop`; called by `start` on the thread itself."""
        while not self._stopping.is_set():
            self._woken.clear()
            if not self.run_once():
                self._woken.wait(IDLE_SECONDS)
        if self._release is not None:
            self._release()

    def run_once(self) -> bool:
        """Take one step of the spool and say what changed; return whether another job may be due."""
        try:
            report = self._printing.run_once(self._now())
        except DatabaseProblem as problem:
            log.warning("the print spool cannot be read or written: %s", problem)
            self._tell(PrinterStanding(problem=problem.code))
            return False
        self._tell(report.standing)
        if report.worked and not report.problem:
            self.printed.emit(report.job_kind)
        return report.worked

    def _tell(self, standing: PrinterStanding) -> None:
        if standing != self._standing:
            self._standing = standing
            self.standing_changed.emit(standing)
