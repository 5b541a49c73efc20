"""A window that shows what a receipt printer would print: `python -m pos_app.ui.paper_window`.

    --listen PORT    where the till's printer is (TCP, ESC/POS)
    --out DIR        folder with every piece of paper as PNG and text

The printer itself is `pos_app.devices.paper`, a process of its own that this window starts and ends; the
window only watches its folder. The buttons give the printer a fault, by its `fault.txt`, to see how the
till takes it.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QFileSystemWatcher, QProcess, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from pos_app.ui import fonts
from pos_app.ui.controls import ActionButton, TextLabel
from pos_app.ui.theme import theme

FAULTS = ("", "paper_low", "paper_out", "cover_open", "offline")
"""Words that the printer understands in its fault file; empty is healthy."""

WIDTH, HEIGHT = 660, 900
SIGNAL_TICK_MS = 200
MARGIN = 24
END_MS = 2000


class PaperView(QWidget):
    """One piece of paper on a darker ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paper = QPixmap()

    def show_paper(self, paper: QPixmap) -> None:
        """Show another piece."""
        self._paper = paper
        self.setFixedHeight(paper.height() + 2 * MARGIN)
        self.update()

    def sizeHint(self) -> QSize:
        """The paper with a margin."""
        return self._paper.size() + QSize(2 * MARGIN, 2 * MARGIN)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the paper in the middle."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().colour("sunken"))
        painter.drawPixmap((self.width() - self._paper.width()) // 2, MARGIN, self._paper)


class PaperWindow(QWidget):
    """Shows the newest piece of paper of a folder, and how often the drawer was opened."""

    def __init__(self, out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme().dress()
        self._out = out
        self._shown = ""
        self._fault = ""
        self._title = TextLabel(role="title", parent=self)
        self._detail = TextLabel(role="small", tone="text2", parent=self)
        self._view = PaperView()
        self._scroll = QScrollArea(self)
        self._scroll.setWidget(self._view)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._buttons: dict[str, ActionButton] = {}
        for fault in FAULTS:
            button = ActionButton(role="small", padding=10, parent=self)
            button.clicked.connect(lambda _checked=False, chosen=fault: self.set_fault(chosen))
            self._buttons[fault] = button
        self._watcher = QFileSystemWatcher([str(out)], self)
        self._watcher.directoryChanged.connect(self.look)
        self._retranslate()
        self.set_fault("")
        self.look()

    def look(self) -> None:
        """Show the newest receipt of the folder, if it is another one."""
        papers = sorted(self._out.glob("receipt-*.png"))
        drawer = self._drawer_openings()
        self._detail.setText(self.tr("Drawer opened: {count}").format(count=drawer))
        self.place()
        if not papers or papers[-1].name == self._shown:
            return
        picture = QPixmap(str(papers[-1]))
        if picture.isNull():
            QTimer.singleShot(SIGNAL_TICK_MS, self.look)  # still being written
            return
        self._shown = papers[-1].name
        self._view.show_paper(picture)
        self.setAccessibleDescription(self._text_of(papers[-1]))
        self._retranslate()

    def set_fault(self, fault: str) -> None:
        """Make the printer healthy or give it a fault."""
        self._fault = fault
        (self._out / "fault.txt").write_text(fault, encoding="utf-8")
        for name, button in self._buttons.items():
            button.set_selected(name == fault)

    def place(self) -> None:
        """Words on top, faults under them, paper in the rest."""
        pad, gap = 16, 8
        self._title.setGeometry(pad, 12, self.width() - 2 * pad, 26)
        self._detail.setGeometry(pad, 38, self.width() - 2 * pad, 20)
        left = pad
        for button in self._buttons.values():
            width = button.sizeHint().width()
            button.setGeometry(left, 68, width, 48)
            left += width + gap
        self._scroll.setGeometry(0, 130, self.width(), max(self.height() - 130, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self.place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _drawer_openings(self) -> int:
        events = self._out / "events.jsonl"
        if not events.exists():
            return 0
        whole_lines = events.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()
        kinds = [json.loads(line).get("kind") for line in whole_lines if line]
        return kinds.count("drawer")

    def _text_of(self, picture: Path) -> str:
        text = picture.with_suffix(".txt")
        return text.read_text(encoding="utf-8") if text.exists() else ""

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Evertill receipt printer"))
        number = self._shown.removeprefix("receipt-").removesuffix(".png").lstrip("0")
        if number:
            self._title.setText(self.tr("Paper {number}").format(number=number))
        else:
            self._title.setText(self.tr("No paper yet. Complete a sale."))
        words = {
            "": self.tr("Ready"),
            "paper_low": self.tr("Paper low"),
            "paper_out": self.tr("Paper out"),
            "cover_open": self.tr("Cover open"),
            "offline": self.tr("Unplugged"),
        }
        for fault, button in self._buttons.items():
            button.setText(words[fault])
        self.place()


class PrinterProcess(QProcess):
    """The virtual printer as a process of its own; `end` stops it within two seconds."""

    def __init__(self, port: int, out: Path) -> None:
        super().__init__()
        self.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedChannels)
        self.setProgram(sys.executable)
        self.setArguments(["-m", "pos_app.devices.paper", "--listen", str(port), "--out", str(out)])

    def end(self) -> None:
        """Stop the printer."""
        if self.state() != QProcess.ProcessState.NotRunning:
            self.terminate()
            if not self.waitForFinished(END_MS):
                self.kill()
                self.waitForFinished(END_MS)


class PrinterWindow(PaperWindow):
    """The paper window together with its printer."""

    def __init__(self, port: int, out: Path) -> None:
        super().__init__(out)
        self.printer = PrinterProcess(port, out)
        self.printer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The printer ends with its window."""
        self.printer.end()
        super().closeEvent(event)


def main(arguments: list[str] | None = None) -> int:
    """Run the window until it is closed or the process is asked to end; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m pos_app.ui.paper_window", description=__doc__)
    parser.add_argument("--listen", type=int, required=True, help="TCP port of the printer")
    parser.add_argument("--out", type=Path, required=True, help="folder for the paper")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--language", choices=("en", "zh_CN"), default="en")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    theme().switch(name=options.theme, language=options.language)
    if options.language != "en":
        from pos_app.ui.translations import speak  # noqa: PLC0415 - English needs no translator

        speak(options.language)
    fonts.load_chinese()
    window = PrinterWindow(options.listen, options.out)
    window.resize(WIDTH, HEIGHT)
    window.show()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.quit())
    ticking = QTimer()  # lets Python see the signal while Qt waits
    ticking.timeout.connect(lambda: None)
    ticking.start(SIGNAL_TICK_MS)
    application.aboutToQuit.connect(window.printer.end)
    window.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
    application.exec()
    return 0


if __name__ == "__main__":
    sys.exit(main())
