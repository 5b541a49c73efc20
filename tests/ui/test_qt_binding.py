"""The Qt binding must not corrupt the interpreter that it runs in."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal


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


class _Sender(QObject):
    said = Signal(object)


def test_emitting_a_signal_leaves_the_count_of_true_alone() -> None:
    """PySide6 6.12.0 gives a reference to True away at each emit, with the same end."""
    sender = _Sender()
    sender.said.connect(lambda _value: None)
    before = sys.getrefcount(True)  # noqa: FBT003  # the count of this very object is the point
    for _ in range(500):
        sender.said.emit("scan")
    assert abs(sys.getrefcount(True) - before) < 100  # noqa: FBT003  # as above
