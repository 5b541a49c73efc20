"""A cashier's hands and eyes: key presses, scans, taps, waiting for what should appear, and pictures."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest

from pos_app.program import Program
from pos_app.ui.tile_grid import TileGrid
from pos_app.viewmodels.till import TillViewModel

SCAN_SETTLES_MS = 340
"""Enter is ignored for 300 ms after a scan: a cashier's hand takes longer to get there."""

WHOLE_SCAN_SECONDS = 1.0

BETWEEN_KEYS_MS = 60
"""Slower than any scanner, faster than most people."""

_PLAIN = Qt.KeyboardModifier.NoModifier
_SHIFTED = Qt.KeyboardModifier.ShiftModifier


class DayFailed(Exception):
    """The day did not go as it should; the text says what was awaited and what was seen."""


class Hands:
    """Drives one till through its window."""

    def __init__(self, program: Program, pictures: Path | None, *, framed: bool = False) -> None:
        """Hold a scanner; `framed` for one that is programmed to frame what it reads."""
        self.program = program
        self._pictures = pictures
        self._framed = framed
        self._taken = 0
        self.scans_torn = 0
        """Scans whose keys came apart on a busy machine, as no scanner's would: what follows says nothing."""

    @property
    def till(self) -> TillViewModel:
        """Return what the screens show, to look at (never to act on)."""
        return self.program.till.view_model

    def scan(self, code: str) -> None:
        """Scan a code, whatever has the focus: keys without pauses, then Enter, or in a frame.

        A frame is a scan also where a busy machine delivers its keys slowly.
        """
        window, heard = self._window(), list[str]()
        scanned = self.program.input.filter.scanned
        scanned.connect(heard.append)
        # A repaint that is due would otherwise run inside the first key press and tear the scan apart.
        QCoreApplication.processEvents()
        with _undisturbed():
            if self._framed:
                QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
            for character in code:
                # Capitals come with Shift; letters without it are small ones.
                shift = _SHIFTED if character.isupper() else _PLAIN
                QTest.keyClick(window, character, shift)  # type: ignore[call-overload]  # stub lacks characters
            if self._framed:
                QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
            else:
                QTest.keyClick(window, Qt.Key.Key_Return)
        QTest.qWait(SCAN_SETTLES_MS)
        scanned.disconnect(heard.append)
        self.scans_torn += code not in heard

    def press(self, *keys: Qt.Key, control: bool = False) -> None:
        """Press keys one after the other, as fingers do."""
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self._window(), key, held)
            QTest.qWait(BETWEEN_KEYS_MS)

    def type(self, text: str) -> None:
        """Type text at a person's pace."""
        self.press(*(_key_of(character) for character in text))
        QTest.qWait(BETWEEN_KEYS_MS)

    def tap_tile(self, tile_id: str) -> None:
        """Tap a tile of the Sell screen."""
        grid = self.program.window.current_page.findChild(TileGrid)
        ids = [each.tile_id for each in self.till.sell.screen.tiles]
        if not isinstance(grid, TileGrid) or tile_id not in ids:
            raise DayFailed(f"there is no tile {tile_id}")
        place = grid.visualRect(grid.model().index(ids.index(tile_id), 0)).center()
        self._click(grid.viewport().mapTo(self.program.window, place))

    def _click(self, place: QPoint) -> None:
        QTest.mouseClick(self._window(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        QTest.qWait(BETWEEN_KEYS_MS)

    def wait_for(self, what: str, seen: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is seen; raises `DayFailed` when it is not."""
        deadline = time.monotonic() + seconds
        while not seen():
            if time.monotonic() > deadline:
                raise DayFailed(f"waited {seconds:.0f} s for: {what}; {self._what_is_seen()}")
            QTest.qWait(20)

    def picture(self, name: str) -> None:
        """Keep a picture of the window."""
        if self._pictures is None:
            return
        QTest.qWait(30)
        self._taken += 1
        target = self._pictures / f"{self._taken:02d}-{name}.png"
        if not self.program.window.grab().save(str(target)):
            raise DayFailed(f"the picture {target} could not be written")

    def _window(self) -> QWindow:
        handle = self.program.window.windowHandle()
        assert handle is not None, "the window is shown"
        return handle

    def _what_is_seen(self) -> str:
        sell = self.till.sell.screen
        said = sell.feedback.text if sell.feedback else ""
        chips = ", ".join(each.label for each in self.till.status.screen.chips)
        pay = self.till.pay.screen.error
        return f"mode {self.till.mode}, total {sell.total}, said {said!r}, pay {pay!r}, {chips}"


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the interpreter from giving the till's other threads their turn between two keys of a scan."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(WHOLE_SCAN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _key_of(character: str) -> Qt.Key:
    """Return the key of an ASCII character (capital letters: scanners send them plain)."""
    return Qt.Key(ord(character.upper()))
