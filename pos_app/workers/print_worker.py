"""The thread that prints: the spool is worked off beside selling, never before it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from pos_app.database.problems import DatabaseProblem
from pos_app.services.printing import Printing
from pos_app.services.standing import PrinterStanding

log = logging.getLogger(__name__)

IDLE_MS = 1000
STOP_MS = 2000


class PrintWorker(QObject):
    """Runs `Printing.run_once` on a thread of its own, at once after `wake` and every second.

    `standing_changed` carries a `PrinterStanding` whenever it differs from the one before; `printed`
    the kind of a job that came out. `stop` joins the thread within two seconds.
    """

    standing_changed = Signal(object)
    printed = Signal(str)
    _woken = Signal()

    def __init__(
        self, printing: Printing, now: Callable[[], str], release: Callable[[], None] | None = None
    ) -> None:
        """`release` is called on the thread as it ends (`Database.release_thread`)."""
        super().__init__()
        self._release = release
        self._printing = printing
        self._now = now
        self._standing: PrinterStanding | None = None
        self._timer: QTimer | None = None
        self._stopping = False
        self._thread = QThread()
        self._thread.setObjectName("printing")
        self.moveToThread(self._thread)
        self._thread.started.connect(self._begin)
        self._thread.finished.connect(self._end)
        self._woken.connect(self.run_once)

    def start(self) -> None:
        """Start the thread; what was interrupted by the last end of the program is put back first."""
        self._thread.start(QThread.Priority.LowPriority)

    def wake(self) -> None:
        """Look at the spool at once: a job was queued, or somebody put paper in."""
        self._woken.emit()

    def stop(self) -> bool:
        """End a job under way and the thread; return whether it ended within two seconds."""
        self._stopping = True
        self._printing.close()
        self._thread.quit()
        return self._thread.wait(STOP_MS)

    def run_once(self) -> None:
        """Take one step of the spool, and say what changed."""
        if self._stopping:
            return
        try:
            report = self._printing.run_once(self._now())
        except DatabaseProblem as problem:
            log.warning("the print spool cannot be read or written: %s", problem)
            self._tell(PrinterStanding(problem=problem.code))
            return
        self._tell(report.standing)
        if report.worked:
            if not report.problem:
                self.printed.emit(report.job_kind)
            self._woken.emit()

    def _tell(self, standing: PrinterStanding) -> None:
        if standing != self._standing:
            self._standing = standing
            self.standing_changed.emit(standing)

    def _begin(self) -> None:
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.run_once)
        self._timer.start(IDLE_MS)
        self.run_once()

    def _end(self) -> None:
        """On the thread itself, as the last thing it does."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._release is not None:
            self._release()
