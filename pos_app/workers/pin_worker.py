"""The thread that works PINs out: each is slow on purpose, and the screen never waits for it."""

from __future__ import annotations

import threading
from collections import deque

from PySide6.QtCore import QObject, QThread, Signal

from pos_app.services.pins import PinCheck

STOP_MS = 2000


class PinWorker(QThread):
    """Answers each `ask` once by `answered`: the check, and whose PIN it is or None.

    `stop` joins the thread within two seconds, also out of a check of many people.
    """

    answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pins")
        self._wanted: deque[PinCheck] = deque()
        self._guard = threading.Condition()
        self._stopping = False

    def ask(self, check: PinCheck) -> None:
        """Want an answer; returns at once. From any thread."""
        with self._guard:
            self._wanted.append(check)
            self._guard.notify()

    def stop(self) -> bool:
        """End the thread; return whether it ended within two seconds."""
        with self._guard:
            self._stopping = True
            self._guard.notify()
        return self.wait(STOP_MS)

    def run(self) -> None:
        """Work PINs out until `stop`; called by `start` on the thread itself."""
        while (check := self._next()) is not None:
            owner = check.owner(lambda: self._stopping)
            if not self._stopping:
                self.answered.emit(check, owner)

    def _next(self) -> PinCheck | None:
        with self._guard:
            self._guard.wait_for(lambda: self._wanted or self._stopping)
            return None if self._stopping else self._wanted.popleft()
