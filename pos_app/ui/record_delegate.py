"""Paints the rows of the record: quantity, name, amount, and a second line with detail, tags and saving.

Heights in design pixels: 44, or 64 with a second line; the selected row is 56 higher, which is where the
row editor's buttons lie.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pos_app.ui.icons import icon
from pos_app.ui.kept_pictures import KeptPictures
from pos_app.ui.painting import (
    RIGHT,
    draw_pixmap_centred,
    draw_tag,
    draw_text,
    painting,
    tag_width,
)
from pos_app.ui.row_model import RowModel
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import LineRow

ROW_HEIGHT = 44
TALL_ROW_HEIGHT = 64
EDITOR_HEIGHT = 56
NAME_LEFT = 72
QUANTITY_RIGHT = 56
RIGHT_EDGE = 20
AMOUNT_ROOM = 130


def is_tall(row: LineRow) -> bool:
    """Whether the row has a second line."""
    return bool(row.detail or row.tags or row.warning or row.saving)


def row_height(row: LineRow, *, selected: bool) -> int:
    """The row's height in scaled pixels."""
    height = TALL_ROW_HEIGHT if is_tall(row) else ROW_HEIGHT
    return theme().px(height + (EDITOR_HEIGHT if selected else 0))


class RecordDelegate(QStyledItemDelegate):
    """Paints a LineRow. `selected_line_id` names the row that is open."""

    selected_line_id = ""

    def __init__(self, model: RowModel[LineRow], parent: QObject) -> None:
        super().__init__(parent)
        self._model = model  # asked itself: a layout asks for fifty rows, and each way through Qt costs
        self._pictures = KeptPictures()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The row's height; the width is the list's."""
        row = self._model.rows[index.row()]
        return QSize(option.rect.width(), row_height(row, selected=row.line_id == self.selected_line_id))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        row = self._model.rows[index.row()]
        selected = row.line_id == self.selected_line_id

        def draw(onto: QPainter, box: QRectF) -> None:
            self._draw(onto, box, row, selected=selected)

        self._pictures.draw(painter, option.rect, (row, selected), draw)

    def _draw(self, painter: QPainter, box: QRectF, row: LineRow, *, selected: bool) -> None:
        look = theme()
        with painting(painter):
            painter.fillRect(box, look.colour("primaryTint" if selected else "surface"))
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("border"))
            if selected:
                bar = QRectF(box.left(), box.top(), look.px(5), box.height() - 1)
                painter.fillRect(bar, look.colour("primary"))
            self._first_line(painter, box, row)
            if is_tall(row):
                self._second_line(painter, box, row)

    def _first_line(self, painter: QPainter, box: QRectF, row: LineRow) -> None:
        look = theme()
        middle = look.px(19) if is_tall(row) else look.px(22) - 0.5
        if row.kind != "line":
            middle = look.px(22 if row.warning else 23)
        line = look.px(26)
        top = box.top() + round(middle - line / 2)
        self._quantity(painter, QRectF(box.left(), top, look.px(QUANTITY_RIGHT), line), row)
        amount = row.amount_tone != "plain" or not row.warning
        font = look.font("amount", bold=amount)
        tone = {"promo": "promo", "warn": "warning", "bad": "danger", "info": "text2"}.get(
            row.amount_tone, "text"
        )
        colour = look.colour("text2" if row.warning and tone == "text" else tone)
        right = box.right() - look.px(RIGHT_EDGE)
        room = look.px(AMOUNT_ROOM)
        width = draw_text(
            painter, QRectF(right - room, top, room, line), row.amount, font, colour, align=RIGHT
        )
        left = box.left() + look.px(NAME_LEFT)
        name = QRectF(left, top, right - width - look.px(16) - left, line)
        role = "line" if row.kind == "line" else "bodyLarge" if row.warning else "body"
        draw_text(painter, name, row.name, look.font(role), look.colour("text"))

    def _quantity(self, painter: QPainter, box: QRectF, row: LineRow) -> None:
        look = theme()
        if row.kind != "line" or row.weighed:
            name, tone = ("coupon", "promo") if row.kind != "line" else ("weighed", "text2")
            if row.warning and row.kind != "line":
                tone = "warning"
            centre = look.px(44 if row.kind != "line" else 46)
            size = look.px(20)
            draw_pixmap_centred(
                painter,
                QRectF(box.left() + centre - size / 2, box.top(), size, box.height()),
                icon(name, tone, 20),
            )
            return
        font = look.font("amount" if row.quantity_bold else "line", bold=row.quantity_bold)
        draw_text(
            painter,
            box,
            row.quantity,
            font,
            look.colour("text" if row.quantity_bold else "text2"),
            align=RIGHT,
        )

    def _second_line(self, painter: QPainter, box: QRectF, row: LineRow) -> None:
        look = theme()
        line = look.px(22)
        top = box.top() + look.px(43) - line // 2
        left = box.left() + look.px(NAME_LEFT)
        right: float = box.right() - look.px(RIGHT_EDGE)
        if row.saving:
            room = look.px(AMOUNT_ROOM)
            text = QRectF(right - room, top, room, line)
            right -= draw_text(
                painter, text, row.saving, look.font("body"), look.colour("promo"), align=RIGHT
            ) + look.px(12)
        if row.warning:
            draw_text(
                painter,
                QRectF(left, top, right - left, line),
                row.warning,
                look.font("small"),
                look.colour("warning"),
            )
            return
        tags = sum(tag_width(tag, "promotion") + look.px(6) for tag in row.tags)
        detail_room = max(right - left - tags - look.px(9), 0)
        if row.detail:
            text = QRectF(left, top, detail_room, line)
            left += draw_text(painter, text, row.detail, look.font("small"), look.colour("text2")) + look.px(
                9
            )
        for tag in row.tags:
            if left + tag_width(tag, "promotion") > right:
                break
            left += draw_tag(painter, left, top, tag, "promo", icon_name="promotion") + look.px(6)
