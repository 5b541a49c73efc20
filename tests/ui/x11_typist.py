"""Types and scans through a real X server at a window of ours; run as a process by its test.

    python -m tests.ui.x11_typist SEED

Keys go in by XTEST, so they take the whole way of a keyboard: server, Qt's platform plugin, event filter,
widgets. The till stutters meanwhile, and its scan handler is slow. Prints one JSON line of what was meant
and what arrived. A scanner is told from a person by the time between keys, so the line also says the longest
time between two keys of one scan, as the X server stamped them: on a busy machine these hands may be too slow
to be a scanner.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import sys
import threading
import time

from PySide6.QtCore import QEvent, QMetaObject, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pos_app.ui.scan_filter import ScanFilter

ACTS = 25
KEYSYMS = {"\r": 0xFF0D, "\t": 0xFF09, " ": 0x20, "\x02": ord("b"), "\x03": ord("c")}
SHIFT, CONTROL = 0xFFE1, 0xFFE3
REVERT_TO_PARENT = 2


class Clock(QObject):
    """Notes when the X server saw each key go down, Shift and Ctrl left out."""

    def __init__(self) -> None:
        super().__init__()
        self.stamps_ms: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Look at every key on its way to the window, and let it pass."""
        if (
            isinstance(watched, QWindow)
            and isinstance(event, QKeyEvent)
            and event.spontaneous()  # not what the filter held back and gives out later
            and event.type() == QEvent.Type.KeyPress
            and event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control)
        ):
            self.stamps_ms.append(event.timestamp())
        return False


def longest_gap_ms(stamps_ms: list[int], scans: list[tuple[int, int]]) -> int:
    """Return the longest time between two keys of one scan; scans are (place of the first key, length)."""
    return max(
        (
            stamps_ms[place + 1] - stamps_ms[place]
            for first, length in scans
            for place in range(first, min(first + length, len(stamps_ms)) - 1)
        ),
        default=0,
    )


class Keyboard:
    """Presses keys in the X server of `DISPLAY`."""

    def __init__(self) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._x.XFlush.argtypes = [ctypes.c_void_p]
        self._x.XSetInputFocus.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_ulong]
        arguments = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._test.XTestFakeKeyEvent.argtypes = arguments
        self._display = self._x.XOpenDisplay(os.environ["DISPLAY"].encode())

    def focus(self, window: int) -> None:
        """There is no window manager: give the window the keyboard."""
        self._x.XSetInputFocus(self._display, window, REVERT_TO_PARENT, 0)
        self._x.XFlush(self._display)

    def press(self, character: str) -> None:
        """Press and release a key, with Shift or Ctrl where the character needs it."""
        self._queue(character)
        self._x.XFlush(self._display)

    def scan(self, characters: str, pauses_ms: list[int]) -> None:
        """Press keys as a scanner does: the X server keeps the pauses, however busy this process is."""
        for character, pause_ms in zip(characters, pauses_ms, strict=True):
            self._queue(character, pause_ms)
        self._x.XFlush(self._display)
        time.sleep(sum(pauses_ms) / 1000)

    def _queue(self, character: str, pause_ms: int = 0) -> None:
        held = SHIFT if character.isupper() else CONTROL if character in "\x02\x03" else 0
        if held:
            self._send(held, down=True, pause_ms=pause_ms)
            pause_ms = 0
        keysym = KEYSYMS.get(character, ord(character.lower()))
        self._send(keysym, down=True, pause_ms=pause_ms)
        self._send(keysym, down=False)
        if held:
            self._send(held, down=False)

    def _send(self, keysym: int, *, down: bool, pause_ms: int = 0) -> None:
        code = self._x.XKeysymToKeycode(self._display, keysym)
        self._test.XTestFakeKeyEvent(self._display, code, int(down), pause_ms)


def work(
    keyboard: Keyboard,
    window: int,
    chance: random.Random,
    meant: dict[str, list[str]],
    scans: list[tuple[int, int]],
) -> None:
    """A person types, a scanner scans, in turns; `scans` hears where each scan's keys are among all keys."""
    pressed = 0
    time.sleep(0.5)
    keyboard.focus(window)
    time.sleep(0.3)
    for _ in range(ACTS):
        if chance.random() < 0.5:
            for character in chance.choices("abcdef0123456789", k=chance.randint(1, 6)):
                keyboard.press(character)
                meant["typed"].append(character)
                pressed += 1
                time.sleep(chance.uniform(0.06, 0.12))
        else:
            for _ in range(chance.randint(1, 3)):
                code = "".join(chance.choices("ABCDEFabc0123456789", k=chance.randint(4, 14)))
                framed = chance.random() < 0.3
                start, ends = ("\x02", ("\x03", "\x03\r")) if framed else ("", ("\r", "\t"))
                keys = start + code + chance.choice(ends)
                scans.append((pressed, len(keys)))
                pressed += len(keys)
                keyboard.scan(keys, [0, *chance.choices((0, 0, 2, 8), k=len(keys) - 1)])
                meant["scanned"].append(code)
        time.sleep(chance.uniform(0.05, 0.15))
    time.sleep(0.8)
    QMetaObject.invokeMethod(QApplication.instance(), "quit", Qt.ConnectionType.QueuedConnection)


def main() -> None:
    """Open the window, let the hands work, and print what came of it."""
    application = QApplication([])
    chance = random.Random(int(sys.argv[1]))
    meant: dict[str, list[str]] = {"typed": [], "scanned": []}
    scans: list[str] = []
    clicks: list[bool] = []
    places: list[tuple[int, int]] = []
    clock = Clock()
    scan_filter = ScanFilter()

    def handle(text: str) -> None:
        scans.append(text)
        time.sleep(chance.choice((0, 0.02, 0.15)))

    scan_filter.scanned.connect(handle)
    application.installEventFilter(scan_filter)
    application.installEventFilter(clock)  # installed last, asked first: it sees what the filter keeps
    window = QWidget()
    layout = QVBoxLayout(window)
    line_edit, button = QLineEdit(), QPushButton("Pay")
    button.clicked.connect(lambda: clicks.append(True))
    layout.addWidget(line_edit)
    layout.addWidget(button)
    window.show()
    line_edit.setFocus()
    stutter = QTimer()
    stutter.timeout.connect(lambda: time.sleep(0.06))
    stutter.start(150)
    hands = threading.Thread(
        target=work,
        args=(Keyboard(), int(window.winId()), random.Random(int(sys.argv[1]) + 1), meant, places),
    )
    hands.start()
    application.exec()
    hands.join()
    arrived = {"typed": line_edit.text(), "scanned": scans, "clicks": len(clicks)}
    said = {
        "meant": meant,
        "arrived": arrived,
        "keys": [len(clock.stamps_ms), sum(map(len, meant["typed"])) + sum(length for _, length in places)],
        "longest_gap_ms": longest_gap_ms(clock.stamps_ms, places),
    }
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
