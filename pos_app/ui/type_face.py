"""A font with what was measured of it: a scan paints seventy texts, most of which were painted before."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF

TEXTS_REMEMBERED = 1_024


class TypeFace(QFont):
    """A font of the till. Shared by all who draw with it, so nobody changes it; `theme` makes them.

    `ascent` and `descent` are whole pixels; `width` gives the advance of a text, `cut` a text with an
    ellipsis where it is wider than so many pixels. Measurements hold until the fonts of the program change;
    the theme makes its faces anew then.
    """

    def __init__(self, font: QFont) -> None:
        super().__init__(font)
        exact, whole = QFontMetricsF(self), QFontMetrics(self)
        self.ascent = round(exact.ascent())
        self.descent = round(exact.descent())

        def width(text: str) -> float:
            return exact.horizontalAdvance(text)

        def cut(text: str, pixels: int) -> str:
            return whole.elidedText(text, Qt.TextElideMode.ElideRight, pixels)

        self.width = lru_cache(TEXTS_REMEMBERED)(width)
        self.cut = lru_cache(TEXTS_REMEMBERED)(cut)
