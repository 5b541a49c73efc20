"""Paints the cards of the pickup board, as the delegate of its columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pos_app.ui.icons import icon
from pos_app.ui.painting import RIGHT, draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.pickup_signs import (
    draw_chip,
    draw_initials,
    draw_money,
    draw_progress,
    draw_sign,
    sign_width,
)
from pos_app.ui.row_model import ROW_ROLE
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_screens import BoardCard, PickerRow

GAP = 8
PADDING = 17
RIGHT_EDGE = 13
EDGE = 6
NUMBER_SIZE = 20
CHECKBOX = 22
CHECKBOX_ROOM = 48
MOST_DRAWN = 48
"""Cards whose picture is kept: a few screens of a column, some 8 MB."""

HEIGHTS = {"tall": 111, "short": 80, "here": 122}
ROWS = {"tall": (26, 59, 89), "short": (25, 58), "here": (26, 62, 94)}
"""By the card's look: its height, and where the middles of its rows lie, in design pixels."""


class CardDelegate(QStyledItemDelegate):
    """Paints a BoardCard. `selected_id` has the ring; `marked` are ticked, once `marking` has begun."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selected_id = ""
        self.marked: frozenset[str] = frozenset()
        self.marking = False
        self._drawn: dict[str, tuple[BoardCard, tuple[bool, bool | None, QSize, float], QPixmap]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The card's height and the gap below it; the width is the list's."""
        card: BoardCard = index.data(ROW_ROLE)
        return QSize(option.rect.width(), theme().px(HEIGHTS[card.look]) + theme().px(GAP))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one card; what was drawn once is only copied while the list scrolls."""
        card: BoardCard = index.data(ROW_ROLE)
        selected = card.order_id == self.selected_id
        tick = (card.order_id in self.marked) if self.marking else None
        size = option.rect.size() - QSize(0, theme().px(GAP))
        look = (selected, tick, size, painter.device().devicePixelRatio())
        known = self._drawn.get(card.order_id)
        if known is None or known[0] is not card or known[1] != look:
            known = (card, look, _picture(card, size, look[3], selected=selected, tick=tick))
            self._drawn.pop(card.order_id, None)
            while len(self._drawn) >= MOST_DRAWN:
                self._drawn.pop(next(iter(self._drawn)))
            self._drawn[card.order_id] = known
        painter.drawPixmap(option.rect.topLeft(), known[2])

    def forget(self) -> None:
        """Draw every card anew: the look changed."""
        self._drawn.clear()


def _picture(card: BoardCard, size: QSize, ratio: float, *, selected: bool, tick: bool | None) -> QPixmap:
    """Return a card drawn on the column's ground."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(theme().colour("sunken"))
    with painting(QPainter(pixmap)) as painter:
        draw_card(painter, QRectF(0, 0, size.width(), size.height()), card, selected=selected, tick=tick)
    return pixmap


def draw_card(
    painter: QPainter, box: QRectF, card: BoardCard, *, selected: bool, tick: bool | None = None
) -> None:
    """Draw a card in its box; `tick` is its check box, None while nobody marks."""
    look = theme()
    radius = look.px(10)
    ground = "primaryTint" if card.look == "here" else "surface"
    draw_box(painter, box, radius, look.colour(ground), look.colour("border"))
    ring = look.px(3) if selected else 0
    if card.edge:
        _draw_edge(painter, box.adjusted(ring, ring, -ring, -ring), radius - ring, card.edge)
    if selected:
        draw_box(painter, box, radius, None, look.colour("focus"), width=ring)
    rows = [box.top() + look.px(middle) for middle in ROWS[card.look]]
    _draw_head(painter, box, rows[0], card, tick)
    if card.look == "tall":
        _draw_second(painter, box, rows[1], card)
        _draw_tags(painter, box, rows[2], card)
    else:
        end = _draw_places(painter, box, rows[1], card)
        if card.look == "here":
            _draw_tags(painter, box, rows[2], card)
        else:
            _draw_tags(painter, box, rows[1], card, left=end)


def _draw_edge(painter: QPainter, box: QRectF, radius: float, token: str) -> None:
    """The coloured left edge, cut by the card's rounded corners."""
    look = theme()
    shape, bar = QPainterPath(), QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    bar.addRect(QRectF(box.left(), box.top(), look.px(EDGE), box.height()))
    painter.fillPath(shape.intersected(bar), look.colour(token))


def _draw_head(painter: QPainter, box: QRectF, middle: float, card: BoardCard, tick: bool | None) -> None:
    look = theme()
    line = look.px(28)
    left, right = box.left() + look.px(PADDING), box.right() - look.px(RIGHT_EDGE)
    top = middle - line / 2
    if card.chip is not None:
        right -= draw_chip(painter, right, middle, card.chip) + look.px(10)
    elif card.notice is not None:
        right -= sign_width(card.notice)
        draw_sign(painter, right, middle, card.notice)
        right -= look.px(10)
    elif card.side:
        room = QRectF(left, top, right - left, line)
        font = look.font("body")
        right -= draw_text(painter, room, card.side, font, look.colour("text2"), align=RIGHT) + look.px(10)
    if tick is not None:
        _draw_check_box(painter, left, middle, ticked=tick)
        left += look.px(CHECKBOX + 10)
    font = look.font_of_size(look.px(NUMBER_SIZE), bold=True)
    left += draw_text(painter, QRectF(left, top, right - left, line), card.number, font, look.colour("text"))
    left += look.px(11)
    name = QRectF(left, top, max(right - left, 0), line + look.px(1))
    draw_text(painter, name, card.name, look.font("body"), look.colour("text2"))


def _draw_check_box(painter: QPainter, left: float, middle: float, *, ticked: bool) -> None:
    look = theme()
    size = look.px(CHECKBOX)
    box = QRectF(left, round(middle - size / 2), size, size)
    if ticked:
        draw_box(painter, box, look.px(5), look.colour("primary"))
        draw_pixmap_centred(painter, box, icon("check", "onPrimary", 16))
    else:
        draw_box(painter, box, look.px(5), look.colour("surface"), look.colour("borderStrong"), width=2)


def _draw_second(painter: QPainter, box: QRectF, middle: float, card: BoardCard) -> None:
    look = theme()
    left, right = box.left() + look.px(PADDING), box.right() - look.px(RIGHT_EDGE)
    if card.picker is not None:
        _draw_picker(painter, left, right, middle, card.picker)
        return
    line = look.px(22)
    row = QRectF(left, middle - line / 2, right - left, line)
    left += draw_text(painter, row, card.items, look.font("body", bold=True), look.colour("text"))
    if card.collect:
        row.setLeft(left)
        words = f"  ·  {card.collect}"
        draw_text(painter, row, words, look.font("body"), look.colour("text2"))


def _draw_picker(painter: QPainter, left: float, right: float, middle: float, picker: PickerRow) -> None:
    look = theme()
    line = look.px(22)
    draw_initials(painter, left, middle, picker.initials)
    start = left + look.px(26 + 8)
    bold = look.font("body", bold=True)
    room = QRectF(start, middle - line / 2, right - start, line)
    right -= draw_text(painter, room, picker.words, bold, look.colour("text"), align=RIGHT) + look.px(9)
    room.setRight(max(right - look.px(60), start))
    start += draw_text(painter, room, picker.name, look.font("body"), look.colour("text2")) + look.px(9)
    height = look.px(8)
    if right - start >= look.px(40):
        bar = QRectF(start, round(middle - height / 2), right - start, height)
        draw_progress(painter, bar, picker.done, picker.of)


def _draw_places(painter: QPainter, box: QRectF, middle: float, card: BoardCard) -> float:
    """Draw where the bags lie, and return where that ends."""
    look = theme()
    line = look.px(24)
    left, right = box.left() + look.px(PADDING), box.right() - look.px(RIGHT_EDGE)
    if card.look == "short" and card.money:
        right = draw_money(painter, right, middle, card.money, card.money_words) - look.px(10)
    font = look.font("bodyLarge", bold=True)
    for place in card.places:
        mark = QRectF(left, middle - line / 2, look.px(18), line)
        if left + look.px(23) + min(text_width(place.text, font), look.px(60)) > right:
            break
        draw_pixmap_centred(painter, mark, icon(place.icon, "text2", 18))
        left += look.px(18 + 4)
        room = QRectF(left, middle - line / 2, right - left, line)
        left += draw_text(painter, room, place.text, font, look.colour("text")) + look.px(15)
    return left


def _draw_tags(
    painter: QPainter, box: QRectF, middle: float, card: BoardCard, *, left: float | None = None
) -> None:
    """Draw as many tags as fit beside what is paid; those that matter most come first."""
    look = theme()
    right = box.right() - look.px(RIGHT_EDGE)
    if card.money:
        if left is None:
            right = draw_money(painter, right, middle, card.money, card.money_words)
        else:
            right -= look.px(22) + text_width(card.money_words, look.font("small", bold=True))
        right -= look.px(8)
    start = box.left() + look.px(PADDING) if left is None else left
    for tag in card.tags:
        if start + sign_width(tag) > right:
            break
        start += draw_sign(painter, start, middle, tag) + look.px(6)
