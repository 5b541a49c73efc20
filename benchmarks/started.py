"""Starts a window and says when it was ready: `python -m benchmarks.started bare|till …`.

`till` runs `python -m pos_app` as it is, with the rest of the command line, up to its event loop; there the
first paint is awaited, a product is scanned by keyboard events, and its line is looked for. `bare` shows an
empty PySide6 window in the same way. The answer is one JSON line on standard output: `ready` is a monotonic
time in seconds, comparable with the starter's.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from pathlib import Path

if sys.argv[1:2] == ["till"]:
    # First, as its own command does: it loads what is not Qt before Qt.
    import pos_app.__main__  # noqa: F401  # loaded for its order alone

# isort: split
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from benchmarks.paint_watch import PaintWatch

LONGEST_WAIT_SECONDS = 30.0
SCAN_WAIT_SECONDS = 3.0


def resident_mib() -> float:
    """Return the memory that this process holds now (its peak where the system does not tell)."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except FileNotFoundError:
        import resource  # noqa: PLC0415 (not on every system)

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def until_painted(application: QApplication) -> float:
    """Run events until something is painted and none are left; return that moment."""
    watch = PaintWatch(application)
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not watch.painted and time.monotonic() < deadline:
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    application.processEvents()
    ready = time.monotonic()
    application.removeEventFilter(watch)
    return ready


def answer(ready: float, *, scanned: bool) -> None:
    """Print what the starter wants to know."""
    print(json.dumps({"ready": ready, "memory_mib": resident_mib(), "scanned": scanned}), flush=True)


def bare() -> None:
    """Show an empty window."""
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1366, 768)
    window.setCentralWidget(QWidget())
    window.show()
    answer(until_painted(application), scanned=True)


def till(code: str, arguments: list[str]) -> None:
    """Run the till up to its event loop, scan a code there, and leave."""

    run_events = QApplication.exec

    def measure_first(*_: object) -> int:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        ready = until_painted(application)
        answer(ready, scanned=scan(application, code))
        QTimer.singleShot(0, application.quit)  # the till ends by itself, threads and files in order
        return run_events()

    QApplication.exec = measure_first  # type: ignore[method-assign]  # the till must not be changed
    sys.argv = ["pos_app", *arguments]
    runpy.run_module("pos_app", run_name="__main__", alter_sys=True)


def scan(application: QApplication, code: str) -> bool:
    """Type a code as a scanner does and say whether its line came."""
    from benchmarks.keyboard import press_enter, type_characters  # noqa: PLC0415 (not part of starting)

    window = application.activeWindow() or application.topLevelWidgets()[0]
    before = shown_lines(window)  # a folder that was used before comes up with the sale that was left
    type_characters(window, code)
    press_enter(window)
    deadline = time.monotonic() + SCAN_WAIT_SECONDS
    while time.monotonic() < deadline:
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 10)
        if shown_lines(window) != before:
            return True
    return False


def shown_lines(window: QWidget) -> list[str]:
    """Return what the till's window says of each line of the open sale."""
    from pos_app.ui.record_list import RecordList  # noqa: PLC0415 (loaded by the till, not by us)

    record = window.findChild(RecordList)
    assert record is not None
    model = record.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        till(sys.argv[2], sys.argv[3:])
