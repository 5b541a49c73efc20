"""Puts the scan filter and the keys before the widgets of the till's window.

desk = DeskInput(till, window)      once, when the window stands
desk.set_busy(True)                 scans wait in order until set_busy(False)
"""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui.key_sheet import KeySheet
from pos_app.ui.keyboard import KeyboardMap
from pos_app.ui.scan_filter import ScanFilter, timing_from_tokens
from pos_app.ui.theme import theme


class DeskInput(QObject):
    """Everything that comes from keyboard and wedge scanner. Scans go to `till.scan`."""

    def __init__(self, till: Any, window: Any) -> None:
        super().__init__(cast("QWidget", window))
        self._window = window
        self.keys = KeyboardMap(till, window, self)
        self.sheet = KeySheet(window)
        self.filter = ScanFilter(
            timing_from_tokens(theme().number("scan")), key_handler=self.keys.handle, parent=self
        )
        self.filter.scanned.connect(till.scan)
        self.keys.key_sheet_asked.connect(self.sheet.toggle)
        self.sheet.closed.connect(self._focus_page)
        till.mode_changed.connect(lambda _mode: self.sheet.close_sheet())
        cast("QApplication", QApplication.instance()).installEventFilter(self.filter)

    def set_busy(self, busy: bool) -> None:
        """Keep scans while the till cannot take them; they are delivered in order afterwards."""
        self.filter.set_busy(busy)

    def _focus_page(self) -> None:
        self._window.current_page.setFocus()
