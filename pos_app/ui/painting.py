"""Drawing steps shared by the delegates and the painted controls.

Text is placed by the primary font's own metrics, so Latin and Chinese share a baseline and a line of
mixed script does not move. All sizes that come in are scaled pixels, unless a name says `design`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from pos_app.ui.icons import icon
from pos_app.ui.theme import theme
from pos_app.ui.type_face import TypeFace

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTRE = Qt.AlignmentFlag.AlignHCenter

KEY_CAP_HEIGHT = 22
KEY_CAP_PADDING = 7
TAG_HEIGHT = 22
TAG_ICON = 14


@contextmanager
def painting(painter: QPainter) -> Iterator[QPainter]:
    """Save the painter and turn on smooth edges for the block."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    try:
        yield painter
    finally:
        painter.restore()


def baseline(top: float, height: float, font: TypeFace) -> float:
    """The baseline of a line of text that is centred in a line box, as browsers place it."""
    return top + math.floor((height - font.ascent - font.descent) / 2) + font.ascent


def text_width(text: str, font: TypeFace) -> float:
    """The advance of a text."""
    return font.width(text)


def draw_text(
    painter: QPainter,
    box: QRect | QRectF,
    text: str,
    font: TypeFace,
    colour: QColor,
    *,
    align: Qt.AlignmentFlag = LEFT,
) -> float:
    """Draw one line in a box, vertically centred, cut with an ellipsis if too long; returns its width."""
    if not text:
        return 0.0
    width, room = font.width(text), box.width()
    if width > room + 1:
        text = font.cut(text, int(room))
        width = font.width(text)
    left = float(box.x())
    if align is RIGHT:
        left += room - width
    elif align is CENTRE:
        left += (room - width) / 2
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(left, baseline(box.y(), box.height(), font)), text)
    return width


_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def draw_wrapped(painter: QPainter, box: QRectF, text: str, role: str, tone: str) -> None:
    """Draw a sentence in as many lines as fit, vertically centred; Chinese breaks between characters."""
    look = theme()
    painter.setFont(look.font(role))
    painter.setPen(look.colour(tone))
    painter.drawText(box, _WRAPPED, text)


def wrapped_height(text: str, role: str, width: int) -> int:
    """How high a sentence is when it is drawn so in this width."""
    room = QRectF(0, 0, width, theme().px(768))
    return math.ceil(QFontMetricsF(theme().font(role)).boundingRect(room, _WRAPPED, text).height())


def draw_box(
    painter: QPainter,
    box: QRect | QRectF,
    radius: float,
    fill: QColor | None,
    border: QColor | None = None,
    *,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """A rounded box with a border inside its edge."""
    inset = width / 2 if border is not None else 0.0
    shape = QRectF(box).adjusted(inset, inset, -inset, -inset)
    pen = QPen(border, width) if border is not None else QPen(Qt.PenStyle.NoPen)
    if dashed:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    corner = max(min(radius, shape.height() / 2, shape.width() / 2) - inset, 0)
    painter.drawRoundedRect(shape, corner, corner)


def draw_pixmap_centred(painter: QPainter, box: QRect | QRectF, pixmap: QPixmap) -> None:
    """A pixmap in the middle of a box, on whole pixels so that its lines stay sharp."""
    size = pixmap.deviceIndependentSize()
    left = round(box.x() + (box.width() - size.width()) / 2)
    top = round(box.y() + (box.height() - size.height()) / 2)
    painter.drawPixmap(QPointF(left, top), pixmap)


def key_cap_width(key: str) -> int:
    """How wide the key cap of a key is, at the current scale."""
    return math.ceil(text_width(key, theme().font("micro")) - 0.1) + 2 * theme().px(KEY_CAP_PADDING)


def draw_key_cap(painter: QPainter, box: QRect | QRectF, key: str, colour: QColor, border: QColor) -> None:
    """A key cap that fills a box: thin border, a thicker foot, the key's name in the smallest type."""
    look = theme()
    foot = look.px(1)
    shape = QRectF(box)
    radius = look.px(5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(border, 1))
    outer = shape.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(outer, radius - 0.5, radius - 0.5)
    for step in range(1, foot + 1):
        inner = outer.adjusted(0, 0, 0, -step)
        painter.save()
        painter.setClipRect(shape.adjusted(0, shape.height() / 2, 0, 0))
        painter.drawRoundedRect(inner, radius - 0.5, radius - 0.5)
        painter.restore()
    draw_text(painter, shape.adjusted(0, 0, 0, -2 * foot), key, look.font("micro"), colour, align=CENTRE)


def tag_width(text: str, icon_name: str = "") -> int:
    """How wide a tag is, at the current scale."""
    look = theme()
    mark = look.px(TAG_ICON + 4) if icon_name else 0
    return round(text_width(text, look.font("caption"))) + mark + look.px(6 + 7)


def draw_tag(painter: QPainter, left: float, top: float, text: str, tone: str, *, icon_name: str = "") -> int:
    """A tag of a tone (`promo`, `info`, `warn`, `bad`, `ok`, `plain`); returns its width."""
    look = theme()
    colours = look.colours_of(f"tag.{tone}")
    width = tag_width(text, icon_name)
    box = QRectF(left, top, width, look.px(TAG_HEIGHT))
    draw_box(painter, box, look.px(6), colours["bg"])
    start = left + look.px(6)
    if icon_name:
        mark = icon(icon_name, _token(f"tag.{tone}", "fg"), TAG_ICON)
        draw_pixmap_centred(painter, QRectF(start, top, look.px(TAG_ICON), box.height()), mark)
        start += look.px(TAG_ICON + 4)
    draw_text(
        painter,
        QRectF(start, top, left + width - start, box.height()),
        text,
        look.font("caption"),
        colours["fg"],
    )
    return width


def _token(control: str, part: str) -> str:
    return str(theme().number("control", control, part))
