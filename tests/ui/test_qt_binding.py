"""The Qt binding must not corrupt the interpreter that it runs in."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_leave_the_count_of_none_alone() -> None:
    """PySide6 6.12.0 drops one reference to None with every call that returns nothing.

    Python 3.12 made None immortal, so it only matters below; there the till would end after some thousand
    calls with "none_dealloc: deallocating None". PySide6 6.11.3 is sound.
    """
    qt_object = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        qt_object.setObjectName("till")
    assert abs(sys.getrefcount(None) - before) < 100
