"""The running till: application, window, keys, sounds, and the threads behind them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pos_app.bootstrap import Till
from pos_app.threads import Threads
from pos_app.ui.desk_input import DeskInput
from pos_app.ui.main_window import MainWindow
from pos_app.viewmodels.till import Appearance
from sync.interpreter import look_for_garbage_rarely


def set_up_for_selling() -> None:
    """Let a look for circles of garbage be rare, and pass over all that the program has made until now.

    Once in some hundred scans such a look went through every module and widget: 77 ms, in which nothing was
    painted (docs/performance.md).
    """
    look_for_garbage_rarely()


class Program:
    """One till with its window. `start` shows it and then starts the threads; `stop` ends them."""

    def __init__(self, application: QApplication, till: Till) -> None:
        self.application = application
        self.till = till
        till.view_model.appearance_changed.connect(self._dress)
        self.window = MainWindow(till.view_model)
        self.input = DeskInput(till.view_model, self.window)
        self.threads = Threads(till)
        self._stopped = False
        till.view_model.sounded.connect(self._sound)
        till.view_model.settings.copied.connect(self._copy)

    def start(self, *, size: tuple[int, int] | None = None) -> None:
        """Show the window with what was open before; the threads begin after the first picture."""
        self.till.start()
        if size is None:
            self.window.show_fitting()
        else:
            self.window.resize(*size)
            self.window.show()
        QTimer.singleShot(0, self.threads.start)

    def stop(self) -> bool:
        """End the threads and close the files; return whether every thread ended in time."""
        if self._stopped:
            return True
        self._stopped = True
        ended = self.threads.stop()
        self.till.close()
        return ended

    def _dress(self, appearance: Appearance) -> None:
        from pos_app.ui.translations import speak  # noqa: PLC0415  # only when a language is put on

        speak(appearance.language)

    def _sound(self, name: str) -> None:
        from pos_app.ui.sounds import play  # noqa: PLC0415  # only when there is something to hear

        play(name)

    def _copy(self, text: str) -> None:
        self.application.clipboard().setText(text)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the till's command line."""
    parser = argparse.ArgumentParser(prog="python -m pos_app", description="Evertill, the till.")
    parser.add_argument("--data", type=Path, required=True, help="the till's own folder")
    parser.add_argument("--centre", default="", help="address of the centre, for the first start")
    parser.add_argument("--enrolment-code", default="", help="one-time code of the back office, first start")
    parser.add_argument(
        "--centre-pin", default="", help="pin of the centre's own authority; it comes with the code too; kept"
    )
    parser.add_argument(
        "--enrol-again", action="store_true", help="use the code on a till that was shut out; it keeps all"
    )
    parser.add_argument("--till-name", default="Till", help="name of this till, first start")
    parser.add_argument(
        "--printer", default="", help="receipt printer, such as tcp://192.168.1.50:9100; kept in till.json"
    )
    parser.add_argument("--paper", type=int, choices=(58, 80), default=80, help="paper width in millimetres")
    parser.add_argument("--print-mode", choices=("raster", "native"), default="raster")
    parser.add_argument("--size", default="", help="window size such as 1366x768; fits the screen otherwise")
    parser.add_argument("--language", choices=("en", "zh_CN"), default="", help="language, kept")
    parser.add_argument("--theme", choices=("light", "dark"), default="", help="theme, kept")
    return parser


def size_of(text: str) -> tuple[int, int] | None:
    """Return the width and height of `1366x768`, or None for nothing."""
    if not text:
        return None
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        sys.exit(f"--size {text}: write it as 1366x768 · 尺寸请写成 1366x768")
    return int(width), int(height)
