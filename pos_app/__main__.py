"""`python -m pos_app --data DIR`: the till; with `verify`, `backup` or `restore` first, its files alone."""

from __future__ import annotations

import signal
import sys

# Before Qt: PySide6 reads the source of every module imported after it, which made these 70 ms slower.
import pos_app.database.streams
import pos_app.services.paying
import pos_app.services.staffing  # noqa: F401  # loaded here, used by `opening`

# isort: split
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pos_app.commands import COMMANDS, run
from pos_app.logs import write_logs
from pos_app.opening import CannotOpen, SettingsProblem, opened
from pos_app.program import Program, parser, set_up_for_selling, size_of

CANNOT_OPEN = 2

SETTLED_MS = 3_000
"""Then every page and thread is there."""


def main() -> int:
    """Open the till, show it, and run until its window is closed; return the exit status."""
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        return run(sys.argv[1:])
    options = parser().parse_args()
    application = QApplication(sys.argv[:1])
    try:
        till = opened(options)
    except (CannotOpen, SettingsProblem) as problem:
        print(problem, file=sys.stderr)
        return CANNOT_OPEN
    write_logs(options.data)
    program = Program(application, till)
    application.aboutToQuit.connect(program.stop)
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    heartbeat = QTimer()  # Python sees a signal only when it runs: let it, four times a second
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(250)
    program.start(size=size_of(options.size))
    QTimer.singleShot(SETTLED_MS, set_up_for_selling)
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main())
