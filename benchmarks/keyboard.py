"""Types as a scanner in keyboard mode does: key events of the window system, without pauses."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def type_characters(window: QWidget, code: str) -> None:
    """Press and release a key for each digit of a code."""
    for digit in code:
        QTest.keyClick(window.windowHandle(), Qt.Key(ord(digit)))


def press_enter(window: QWidget) -> None:
    """End the code, as scanners are programmed to."""
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
