"""Rows of a list as they were drawn last: of a list that scrolls, most were drawn a moment ago.

Drawing a row of the sale takes ten times as long as copying its picture, and a scan that lets the list
scroll shows nine of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from pos_app.ui.theme import theme

ROWS_REMEMBERED = 64
"""About 11 MB on a screen of 1366 pixels."""


class RowPictures:
    """The pictures of a list's rows, the last used ones. A row covers its whole box with opaque colour."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._drawn_with: object = None

    def draw(
        self, painter: QPainter, box: QRect, row: Hashable, draw: Callable[[QPainter, QRectF], None]
    ) -> None:
        """Draw a row in a box; `draw` is asked for it unless one that is equal was drawn in this size."""
        ratio = painter.device().devicePixelRatio()
        if not ratio.is_integer():
            draw(painter, QRectF(box))  # a picture would fall between the pixels of the screen
            return
        body = theme().font("body")
        if self._drawn_with is not body:  # another look, or other fonts: the theme has made its faces anew
            self._pictures.clear()
            self._drawn_with = body
        key = (row, box.width(), box.height(), ratio)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = _picture(box, ratio, draw)
            if len(self._pictures) > ROWS_REMEMBERED:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(key)
        painter.drawPixmap(box.topLeft(), picture)


def _picture(box: QRect, ratio: float, draw: Callable[[QPainter, QRectF], None]) -> QPixmap:
    picture = QPixmap(box.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    with QPainter(picture) as painter:
        draw(painter, QRectF(0, 0, box.width(), box.height()))
    return picture
