"""Threads for devices that are asked now and then: scales, tests from Settings; and for serial scanners."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from pos_app.devices.ports import DeviceProblem, Scanner

_log = logging.getLogger(__name__)

STOP_MS = 2000
RETRY_MS = 3000


class DeviceWorker(QObject):
    """Asks one device after the other on a thread of its own; each question is bounded by its device.

    `answered` carries the question's name, and either what came back or the `DeviceProblem`.
    """

    answered = Signal(str, object)
    _asked = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._thread = QThread()
        self._thread.setObjectName("devices")
        self.moveToThread(self._thread)
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask(self, name: str, question: Callable[[], object]) -> None:
        """Ask; the answer comes by `answered` under the same name."""
        self._asked.emit(name, question)

    def stop(self) -> bool:
        """End the thread; return whether it ended within two seconds."""
        self._thread.quit()
        return self._thread.wait(STOP_MS)

    def _answer(self, name: str, question: Callable[[], object]) -> None:
        try:
            answer = question()
        except DeviceProblem as problem:
            answer = problem
        self.answered.emit(name, answer)


class ScannerWorker(QObject):
    """Listens to one scanner with a line of its own; `heard` carries each code, in order, none dropped.

    `plugged` says whether the scanner is there; one that is not is looked for again every three seconds.
    """

    heard = Signal(str)
    plugged = Signal(bool)

    def __init__(self, open_scanner: Callable[[], Scanner], name: str) -> None:
        super().__init__()
        self._open_scanner = open_scanner
        self._scanner: Scanner | None = None
        self._stopping = False
        self._thread = QThread()
        self._thread.setObjectName(f"scanner {name}")
        self.moveToThread(self._thread)
        self._thread.started.connect(self._listen)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> bool:
        """Let go of the scanner and end the thread; return whether it ended within two seconds."""
        self._stopping = True
        if self._scanner is not None:
            self._scanner.close()
        self._thread.quit()
        return self._thread.wait(STOP_MS)

    def _listen(self) -> None:
        if self._stopping:
            return
        try:
            self._scanner = self._open_scanner()
            self.plugged.emit(True)  # noqa: FBT003  # a signal has no keyword arguments
            self._scanner.listen(self.heard.emit)
        except DeviceProblem as problem:
            _log.info("scanner: %s", problem)
        if not self._stopping:
            self.plugged.emit(False)  # noqa: FBT003  # as above
            QTimer.singleShot(RETRY_MS, self, self._listen)
