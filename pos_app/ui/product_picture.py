"""A product's picture as a painted part: fitted into its box, round at the corners, decoded once.

The box is kept free whether there is a picture or not, so nothing moves when one comes.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath

from pos_app.ui.painting import draw_box
from pos_app.ui.theme import theme

WIDTH, HEIGHT = 320, 240
"""The largest that a picture is shown, in design pixels."""

LARGEST_SIDE = 1024
"""In the file's pixels: more would take long enough to be felt, and the centre makes none so large."""

RADIUS = 10


class ProductPicture:
    """Draws the picture of a file; an empty or unreadable one draws nothing."""

    def __init__(self) -> None:
        self._file = ""
        self._room = QSize()
        self._image = QImage()

    def draw(self, painter: QPainter, file: str, box: QRect | QRectF) -> None:
        """Draw a file's picture at the top left of a box, as large as it may be there."""
        look = theme()
        room = QRectF(box).size().toSize().boundedTo(QSize(look.px(WIDTH), look.px(HEIGHT)))
        if not file or room.isEmpty():
            return
        ratio = painter.device().devicePixelRatio()
        wanted = room * ratio
        if (file, wanted) != (self._file, self._room) or self._image.isNull():
            self._file, self._room = file, wanted
            self._image = _decoded(file, wanted)
            self._image.setDevicePixelRatio(ratio)
        if self._image.isNull():
            return
        place = QRectF(QRectF(box).topLeft(), self._image.deviceIndependentSize())
        corners = QPainterPath()
        corners.addRoundedRect(place, look.px(RADIUS), look.px(RADIUS))
        painter.save()
        painter.setClipPath(corners)
        painter.drawImage(place.topLeft(), self._image)
        painter.restore()
        draw_box(painter, place, look.px(RADIUS), None, look.colour("border"))


def _decoded(file: str, room: QSize) -> QImage:
    reader = QImageReader(file)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_SIDE:
        return QImage()
    reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
