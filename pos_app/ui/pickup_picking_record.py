"""The record of the picking page: the order's head, and the walk as a list with its sections."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.ui.icons import icon
from pos_app.ui.painting import RIGHT, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.pickup_controls import draw_badge
from pos_app.ui.pickup_signs import draw_chip
from pos_app.ui.row_model import ROW_ROLE, RowModel
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_picking_screen import PickHead, PickRow, PickSection

HEAD_HEIGHT = 64
SECTION_HEIGHT = 34
ROW_HEIGHT = 49
TALL_ROW_HEIGHT = 54
EDGE = 20
NAME_LEFT = 110
COUNT_RIGHT = 54
MARK = 22

STATE_MARKS: dict[str, tuple[str, str]] = {
    "done": ("done", "success"),
    "swapped": ("substitute", "info"),
    "short": ("short", "warning"),
    "asked": ("hourglass", "info"),
    "later": ("later", "text2"),
}
"""The sign of each state and its colour; an open line has none."""


class PickHeadView(QWidget):
    """Number, customer, what is paid; at the right when it is collected and how long there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = PickHead()
        theme().changed.connect(self.update)

    def show_head(self, head: PickHead) -> None:
        """Show this head."""
        if head != self._head:
            self._head = head
            chip = head.countdown.text if head.countdown else ""
            paid = head.payment.text if head.payment else ""
            parts = (head.number, head.name, head.batch, paid, head.collect, chip)
            self.setAccessibleName(", ".join(part for part in parts if part))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip first, then what fits at its left."""
        del event
        look, head = theme(), self._head
        middle = (self.height() - 1) / 2
        with painting(QPainter(self)) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            right: float = self.width() - look.px(16)
            if head.countdown is not None:
                right -= draw_chip(painter, right, middle, head.countdown) + look.px(12)
            box = QRectF(0, 0, right, self.height() - 1)
            font = look.font("bodyLarge")
            right -= draw_text(painter, box, head.collect, font, look.colour("text2"), align=RIGHT)
            left: float = look.px(EDGE)
            for text, role, tone in (
                (head.number, "heading", "text"),
                (head.name, "bodyLarge", "text2"),
                (head.batch, "bodyLarge", "text2"),
            ):
                if text:
                    room = QRectF(left, 0, max(right - look.px(12) - left, 0), self.height() - 1)
                    left += draw_text(painter, room, text, look.font(role), look.colour(tone)) + look.px(12)
            if head.payment is not None:
                draw_badge(painter, left, middle, head.payment)


class PickDelegate(QStyledItemDelegate):
    """Paints a section's strip or a line of the walk."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The row's height; the width is the list's."""
        row: PickSection | PickRow = index.data(ROW_ROLE)
        if isinstance(row, PickSection):
            height = SECTION_HEIGHT
        else:
            height = TALL_ROW_HEIGHT if row.detail else ROW_HEIGHT
        return QSize(option.rect.width(), theme().px(height))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        row: PickSection | PickRow = index.data(ROW_ROLE)
        with painting(painter):
            if isinstance(row, PickSection):
                self._section(painter, QRectF(option.rect), row)
            else:
                self._line(painter, QRectF(option.rect), row)

    def _section(self, painter: QPainter, box: QRectF, row: PickSection) -> None:
        look = theme()
        ground, tone, quiet = (
            ("infoTint", "onInfoTint", "onInfoTint") if row.cold else ("sunken", "text", "text2")
        )
        painter.fillRect(box, look.colour(ground))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("border"))
        left = box.left() + look.px(EDGE)
        mark = QRectF(left, box.top(), look.px(18), box.height() - 1)
        draw_pixmap_centred(painter, mark, icon(row.icon, "onInfoTint" if row.cold else "text2", 18))
        left += look.px(25)
        words = QRectF(left, box.top(), box.right() - left, box.height() - 1)
        left += draw_text(painter, words, row.name, look.font("body", bold=True), look.colour(tone))
        right = box.right() - look.px(EDGE)
        edge = QRectF(box.left(), box.top(), right - box.left(), box.height() - 1)
        right -= draw_text(painter, edge, row.note, look.font("body"), look.colour(quiet), align=RIGHT)
        bag = QRectF(left + look.px(8), box.top(), right - left - look.px(20), box.height() - 1)
        draw_text(painter, bag, row.bag, look.font("body"), look.colour(quiet))

    def _line(self, painter: QPainter, box: QRectF, row: PickRow) -> None:
        look = theme()
        painter.fillRect(box, look.colour("primaryTint" if row.in_hand else "surface"))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("border"))
        if row.in_hand:
            painter.fillRect(
                QRectF(box.left(), box.top(), look.px(5), box.height() - 1), look.colour("primary")
            )
        is_open = row.state in ("open", "asked", "later")
        tone = look.colour("text" if is_open else "text2")
        height = box.height() - 1
        place = QRectF(box.left() + look.px(EDGE), box.top(), look.px(NAME_LEFT - EDGE - 6), height)
        place_font = look.font("bodyLarge", bold=is_open)
        if text_width(row.place, place_font) > place.width():
            place_font = look.font("caption", bold=is_open)
        draw_text(painter, place, row.place, place_font, tone)
        right = box.right() - look.px(COUNT_RIGHT)
        count = QRectF(box.left(), box.top(), right - box.left(), height)
        font = look.font("bodyLarge", bold=is_open)
        width = draw_text(painter, count, row.count, font, tone, align=RIGHT)
        if row.state in STATE_MARKS:
            name, colour = STATE_MARKS[row.state]
            mark = QRectF(right + look.px(16), box.top(), look.px(MARK), height)
            draw_pixmap_centred(painter, mark, icon(name, colour, MARK))
        left = box.left() + look.px(NAME_LEFT)
        room = right - width - look.px(12) - left
        if not row.detail:
            draw_text(painter, QRectF(left, box.top(), room, height), row.name, look.font("bodyLarge"), tone)
            return
        name_box = QRectF(left, box.top() + look.px(6), room, look.px(22))
        draw_text(painter, name_box, row.name, look.font("bodyLarge"), tone)
        detail = QRectF(left, box.top() + look.px(27), room, look.px(20))
        draw_text(painter, detail, row.detail, look.font("small"), look.colour("text2"))


class PickList(QListView):
    """The walk. `chosen` carries the key of a tapped line."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowModel[PickSection | PickRow] = RowModel(lambda row: row.key, spoken_row, self)
        self.setModel(self._model)
        self.setItemDelegate(PickDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(self._clicked)
        theme().changed.connect(self._theme_changed)

    @property
    def rows(self) -> tuple[PickSection | PickRow, ...]:
        """The rows now shown."""
        return self._model.rows

    def show_rows(self, rows: Sequence[PickSection | PickRow]) -> None:
        """Show these rows; the line in hand comes into sight."""
        before = self._in_hand()
        changed = self._model.set_rows(rows)
        if changed:
            self.scheduleDelayedItemsLayout()
        now = self._in_hand()
        if now >= 0 and (changed or now != before):
            self.executeDelayedItemsLayout()
            self.scrollTo(self._model.index(now))

    def _in_hand(self) -> int:
        return next(
            (at for at, row in enumerate(self._model.rows) if isinstance(row, PickRow) and row.in_hand), -1
        )

    def _clicked(self, index: QModelIndex) -> None:
        row = self._model.rows[index.row()]
        if isinstance(row, PickRow):
            self.chosen.emit(row.key)

    def _theme_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


def spoken_row(row: PickSection | PickRow) -> str:
    """What a screen reader says of a row."""
    if isinstance(row, PickSection):
        parts: tuple[str, ...] = (row.name, row.bag, row.note)
    else:
        parts = (row.place, row.name, row.count, row.detail)
    return ", ".join(part for part in parts if part)
