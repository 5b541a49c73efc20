"""Which product picture a screen may show now, and asking for one that is not here yet."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

MOST_REMEMBERED = 64
ASK_AGAIN_SECONDS = 30.0
"""A picture that did not come is asked for again after this, if it is still to be shown."""


class ProductPictures(QObject):
    """Remembers the files of pictures that came. Reads no disk and waits for nothing.

    `asked` carries the name of a picture to bring; whoever brings it calls `show`. `came` says that
    `file_of` now has an answer for that name: the screen that shows it builds itself again.
    """

    asked = Signal(str)
    came = Signal(str)

    def __init__(self, seconds: Callable[[], float] = time.monotonic, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._files: OrderedDict[str, str] = OrderedDict()
        self._asked_at: dict[str, float] = {}

    def file_of(self, name: str) -> str:
        """Return a picture's file; empty when there is none or it is not here yet, and then ask for it."""
        if not name:
            return ""
        if name in self._files:
            self._files.move_to_end(name)
            return self._files[name]
        now = self._seconds()
        if now - self._asked_at.get(name, -ASK_AGAIN_SECONDS) >= ASK_AGAIN_SECONDS:
            if len(self._asked_at) >= MOST_REMEMBERED:
                self._asked_at.clear()
            self._asked_at[name] = now
            self.asked.emit(name)
        return self._files.get(name, "")

    def show(self, name: str, file: str) -> None:
        """Take over what was brought; an empty file means that there is none now."""
        if not file:
            return
        self._asked_at.pop(name, None)
        self._files[name] = file
        while len(self._files) > MOST_REMEMBERED:
            self._files.popitem(last=False)
        self.came.emit(name)

    def try_again(self) -> None:
        """Ask again for what did not come: the network is back."""
        self._asked_at.clear()
