"""Paints one tile: category bar and icon, count in the basket, price, and the name in up to two lines."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QTextLayout, QTextOption

from pos_app.ui.icons import tinted
from pos_app.ui.painting import CENTRE, RIGHT, draw_box, draw_pixmap_centred, draw_text, text_width
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import Tile

PADDING = 13
NAME_LINE = 18
NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=(?:L|ml|g|kg|m|cm|mm|W|V|pcs)\b)")
"""The space that must not break: `Whole milk` / `1 L`."""


def draw_tile(painter: QPainter, exact: QRectF, tile: Tile, *, pressed: bool) -> None:
    """Draw a tile in its exact box."""
    look = theme()
    box = QRectF(
        math.ceil(exact.left()), round(exact.top()), math.floor(exact.width()), round(exact.height())
    )
    radius = look.px(10)
    colour = look.category_colour(tile.category_colour)
    ground = "pressed" if pressed else "surface" if tile.enabled else "disabledBg"
    draw_box(painter, box, radius, look.colour(ground))
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    bar = QPainterPath()
    bar.addRect(QRectF(box.left(), box.top(), look.px(5), box.height()))
    painter.fillPath(shape.intersected(bar), colour)
    draw_box(painter, box, radius, None, look.colour("border"))
    painter.fillPath(_inner_bar(box, radius), colour)
    _top_row(painter, box, tile)
    _name(painter, box, tile)


def _inner_bar(box: QRectF, radius: float) -> QPainterPath:
    look = theme()
    inside = QPainterPath()
    inside.addRoundedRect(box.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
    bar = QPainterPath()
    bar.addRect(QRectF(box.left() + 1, box.top(), look.px(4), box.height()))
    return inside.intersected(bar)


def _top_row(painter: QPainter, box: QRectF, tile: Tile) -> None:
    look = theme()
    middle = box.top() + look.px(23)
    size = look.px(22)
    left = box.left() + look.px(PADDING)
    mark = tinted(tile.icon or "square", look.category_colour(tile.category_colour), 22)
    draw_pixmap_centred(painter, QRectF(left, middle - size / 2, size, size), mark)
    right = box.right() - look.px(11)
    gap = look.px(8)
    price_font = look.font("small")
    badge_font = look.font_of_size(look.px(13), bold=True)
    badge_width = 0
    if tile.count:
        badge_width = max(size, round(text_width(tile.count, badge_font)) + look.px(10))
        wanted = size + gap + badge_width + look.px(4) + text_width(tile.price, price_font)
        if left + wanted > right:  # a narrow tile: closer together before anything is cut
            gap, right = look.px(3), box.right() - look.px(7)
    left += size + gap
    if tile.count:
        badge = QRectF(left, round(middle - size / 2 - look.px(1)), badge_width, size)
        draw_box(painter, badge, size / 2, look.colour("primary"))
        draw_text(painter, badge, tile.count, badge_font, look.colour("onPrimary"), align=CENTRE)
        left += badge_width + look.px(2)
    price = QRectF(left, middle - look.px(10), right - left, look.px(20))
    words = (
        tile.price if text_width(tile.price, price_font) <= price.width() else tile.price.partition("/")[0]
    )
    draw_text(painter, price, words, price_font, look.colour("text2"), align=RIGHT)


def _name(painter: QPainter, box: QRectF, tile: Tile) -> None:
    look = theme()
    font = look.font("body")
    width = round(box.width()) - look.px(PADDING) - look.px(8)
    lines = name_lines(tile.name, width, font.pixelSize(), look.language)
    step = look.px(NAME_LINE + (2 if look.is_chinese else 0))
    top = box.bottom() - look.px(8) - step * len(lines)
    colour = look.colour("text" if tile.enabled else "disabledText")
    for line in lines:
        draw_text(painter, QRectF(box.left() + look.px(PADDING), top, width, step), line, font, colour)
        top += step


@lru_cache(maxsize=1024)
def name_lines(name: str, width: int, pixels: int, language: str) -> tuple[str, ...]:
    """The name broken into at most two lines; what does not fit in the second ends in an ellipsis."""
    del language  # part of the cache key only
    font = theme().font_of_size(pixels)
    name = NUMBER_AND_UNIT.sub("\u00a0", name)
    layout = QTextLayout(name, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(width)
    second = layout.createLine()
    layout.endLayout()
    if not second.isValid():
        return (name,)
    cut = first.textLength()
    rest = font.cut(name[cut:].strip(), width)
    return (name[:cut].rstrip(), rest)
