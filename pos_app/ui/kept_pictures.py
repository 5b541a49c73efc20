"""Rows and buttons as they were drawn last: most of what is painted was painted so a moment ago.

Drawing a row of the sale takes ten times as long as copying its picture, and a scan that lets the list
scroll shows nine of them, and the buttons of the row that is open.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from pos_app.ui.theme import theme

REMEMBERED = 64
"""Of rows about 11 MB on a screen of 1366 pixels."""


class KeptPictures:
    """The pictures of things that look the same when they are equal, the last used ones.

    What is not `transparent` covers its whole box with opaque colour.
    """

    def __init__(self, *, transparent: bool = False) -> None:
        self._transparent = transparent
        self._pictures: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._drawn_with: object = None

    def draw(
        self, painter: QPainter, box: QRect, what: Hashable, draw: Callable[[QPainter, QRectF], None]
    ) -> None:
        """Draw something in a box; `draw` is asked for it unless an equal one was drawn in this size."""
        ratio = painter.device().devicePixelRatio()
        if not ratio.is_integer():
            draw(painter, QRectF(box))  # a picture would fall between the pixels of the screen
            return
        body = theme().font("body")
        if self._drawn_with is not body:  # another look, or other fonts: the theme has made its faces anew
            self._pictures.clear()
            self._drawn_with = body
        key = (what, box.width(), box.height(), ratio)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = self._drawn(box, ratio, draw)
            if len(self._pictures) > REMEMBERED:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(key)
        painter.drawPixmap(box.topLeft(), picture)

    def _drawn(self, box: QRect, ratio: float, draw: Callable[[QPainter, QRectF], None]) -> QPixmap:
        picture = QPixmap(box.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        if self._transparent:
            picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            draw(painter, QRectF(0, 0, box.width(), box.height()))
        return picture
