"""Types and scans through a real X server at a window of ours; run as a process by its test.

    python -m tests.ui.x11_typist SEED

Keys go in by XTEST, so they take the whole way of a keyboard: server, Qt's platform plugin, event filter,
widgets. The till stutters meanwhile, and its scan handler is slow. Prints one JSON line of what was meant
and what arrived.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import sys
import threading
import time

from PySide6.QtCore import QMetaObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pos_app.ui.scan_filter import ScanFilter

ACTS = 25
KEYSYMS = {"\r": 0xFF0D, "\t": 0xFF09, " ": 0x20, "\x02": ord("b"), "\x03": ord("c")}
SHIFT, CONTROL = 0xFFE1, 0xFFE3
REVERT_TO_PARENT = 2


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
        held = SHIFT if character.isupper() else CONTROL if character in "\x02\x03" else 0
        if held:
            self._send(held, down=True)
        keysym = KEYSYMS.get(character, ord(character.lower()))
        self._send(keysym, down=True)
        self._send(keysym, down=False)
        if held:
            self._send(held, down=False)
        self._x.XFlush(self._display)

    def _send(self, keysym: int, *, down: bool) -> None:
        code = self._x.XKeysymToKeycode(self._display, keysym)
        self._test.XTestFakeKeyEvent(self._display, code, int(down), 0)


def work(keyboard: Keyboard, window: int, chance: random.Random, meant: dict[str, list[str]]) -> None:
    """A person types, a scanner scans, in turns."""
    time.sleep(0.5)
    keyboard.focus(window)
    time.sleep(0.3)
    for _ in range(ACTS):
        if chance.random() < 0.5:
            for character in chance.choices("abcdef0123456789", k=chance.randint(1, 6)):
                keyboard.press(character)
                meant["typed"].append(character)
                time.sleep(chance.uniform(0.06, 0.12))
        else:
            for _ in range(chance.randint(1, 3)):
                code = "".join(chance.choices("ABCDEFabc0123456789", k=chance.randint(4, 14)))
                framed = chance.random() < 0.3
                start, ends = ("\x02", ("\x03", "\x03\r")) if framed else ("", ("\r", "\t"))
                for character in start + code + chance.choice(ends):
                    keyboard.press(character)
                    time.sleep(chance.choice((0, 0, 0.002, 0.008)))
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
    scan_filter = ScanFilter()

    def handle(text: str) -> None:
        scans.append(text)
        time.sleep(chance.choice((0, 0.02, 0.15)))

    scan_filter.scanned.connect(handle)
    application.installEventFilter(scan_filter)
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
        target=work, args=(Keyboard(), int(window.winId()), random.Random(int(sys.argv[1]) + 1), meant)
    )
    hands.start()
    application.exec()
    hands.join()
    arrived = {"typed": line_edit.text(), "scanned": scans, "clicks": len(clicks)}
    sys.stdout.write(json.dumps({"meant": meant, "arrived": arrived}) + "\n")


if __name__ == "__main__":
    main()
