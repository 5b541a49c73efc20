"""Sees when something on the screen was really painted."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

LONGEST_WAIT_SECONDS = 10.0


class PaintWatch(QObject):
    """Notes that what it watches was painted: a widget, or any at all where it watches the application."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.painted = False
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Note a paint; never stop an event."""
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False

    def until_painted(self, application: QApplication, started: float) -> None:
        """Handle events until a paint is noted; `started` is of `time.perf_counter`.

        Raises `NotMeasured` when nothing is painted for long.
        """
        while not self.painted:
            application.processEvents()
            if time.perf_counter() - started > LONGEST_WAIT_SECONDS:
                # Not above: a bare window that is timed from its start loads nothing that it does not need.
                from benchmarks.figure import NotMeasured  # noqa: PLC0415

                raise NotMeasured("nothing was painted")
