"""The hand of the hand-over page: what is in the bags with its sum, and the customer's note."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.ui.painting import (
    RIGHT,
    TAG_HEIGHT,
    draw_box,
    draw_tag,
    draw_text,
    draw_wrapped,
    painting,
    tag_width,
    wrapped_height,
)
from pos_app.ui.row_model import ROW_ROLE, RowModel
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_handover_screen import ItemRow, ItemsCard

EDGE = 20
HEAD = 47
ROW = 42
TALL_ROW = 54
FOOT = 50
QUANTITY_RIGHT = 50
NAME_LEFT = 62
AMOUNT_ROOM = 82
TAG_GAP = 6


class ItemDelegate(QStyledItemDelegate):
    """Paints an ItemRow."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The row's height; the width is the list's."""
        row: ItemRow = index.data(ROW_ROLE)
        return QSize(option.rect.width(), theme().px(TALL_ROW if row.detail else ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw how many, the name, its signs and what it costs."""
        row: ItemRow = index.data(ROW_ROLE)
        look, box = theme(), QRectF(option.rect)
        height = box.height() - 1
        with painting(painter):
            painter.fillRect(box, look.colour("surface"))
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("border"))
            quantity = QRectF(box.left(), box.top(), look.px(QUANTITY_RIGHT), height)
            font = look.font("bodyLarge")
            draw_text(painter, quantity, row.quantity, font, look.colour("text2"), align=RIGHT)
            right = box.right() - look.px(EDGE)
            amount = QRectF(right - look.px(120), box.top(), look.px(120), height)
            tone = look.colour("text" if row.bold else "text2")
            wide = draw_text(
                painter, amount, row.amount, look.font("bodyLarge", bold=row.bold), tone, align=RIGHT
            )
            right -= max(look.px(AMOUNT_ROOM), wide + look.px(12))
            top = box.top() + (height - look.px(TAG_HEIGHT)) / 2
            for tag in reversed(row.tags):
                right -= tag_width(tag.text, tag.icon)
                draw_tag(painter, right, top, tag.text, tag.tone, icon_name=tag.icon)
                right -= look.px(TAG_GAP)
            left = box.left() + look.px(NAME_LEFT)
            room = right - left - look.px(6)
            self._words(painter, QRectF(left, box.top(), room, height), row)

    @staticmethod
    def _words(painter: QPainter, box: QRectF, row: ItemRow) -> None:
        look = theme()
        if not row.detail:
            draw_text(painter, box, row.name, look.font("bodyLarge"), look.colour("text"))
            return
        name = QRectF(box.left(), box.top() + look.px(6), box.width(), look.px(22))
        draw_text(painter, name, row.name, look.font("bodyLarge"), look.colour("text"))
        detail = QRectF(box.left(), box.top() + look.px(27), box.width(), look.px(20))
        draw_text(painter, detail, row.detail, look.font("small"), look.colour("text2"))


def spoken_item(row: ItemRow) -> str:
    """What a screen reader says of a row."""
    parts = (row.quantity, row.name, row.amount, row.detail, *(tag.text for tag in row.tags))
    return ", ".join(part for part in parts if part)


class ItemsView(QWidget):
    """The items in a card: a head, rows that scroll when they are many, and what it comes to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = ItemsCard("", "", (), "", "", "")
        self._model: RowModel[ItemRow] = RowModel(lambda row: row.line_id, spoken_item, self)
        self.rows = QListView(self)
        self.rows.setModel(self._model)
        self.rows.setItemDelegate(ItemDelegate(self.rows))
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.rows.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme().changed.connect(self._theme_changed)

    def show_card(self, card: ItemsCard) -> None:
        """Show these items."""
        if card == self._card:
            return
        self._card = card
        self._model.set_rows(card.rows)
        self.rows.scheduleDelayedItemsLayout()
        self.rows.setAccessibleName(card.title)
        self.setAccessibleName(f"{card.title}, {card.total_label} {card.total}, {card.total_note}")
        self.update()

    def wanted_height(self) -> int:
        """How high the card is with all of its rows."""
        look = theme()
        rows = sum(look.px(TALL_ROW if row.detail else ROW) for row in self._card.rows)
        return look.px(HEAD) + rows + look.px(FOOT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the rows between head and foot."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card around the rows."""
        del event
        look, card = theme(), self._card
        radius = look.px(12)
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), radius, look.colour("surface"))
            foot = QRectF(0, self.height() - look.px(FOOT), self.width(), look.px(FOOT))
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), radius, radius)
            below = QPainterPath()
            below.addRect(foot)
            painter.fillPath(shape.intersected(below), look.colour("sunken"))
            left, right = look.px(EDGE), self.width() - look.px(EDGE)
            head = QRectF(left, 0, right - left, look.px(HEAD) - 1)
            painter.fillRect(QRectF(0, head.bottom(), self.width(), 1), look.colour("border"))
            note = draw_text(painter, head, card.note, look.font("small"), look.colour("text2"), align=RIGHT)
            head.setRight(right - note - look.px(12))
            draw_text(painter, head, card.title, look.font("bodyLarge", bold=True), look.colour("text"))
            total = QRectF(left, foot.top(), right - left, foot.height())
            font = look.font("heading")
            wide = draw_text(painter, total, card.total, font, look.colour("text"), align=RIGHT)
            draw_text(
                painter, total, card.total_label, look.font("bodyLarge", bold=True), look.colour("text")
            )
            total.setRight(right - max(look.px(AMOUNT_ROOM), wide + look.px(12)))
            draw_text(painter, total, card.total_note, look.font("small"), look.colour("text2"), align=RIGHT)
            draw_box(painter, self.rect(), radius, None, look.colour("border"))

    def _place(self) -> None:
        look = theme()
        height = self.height() - look.px(HEAD) - look.px(FOOT)
        self.rows.setGeometry(1, look.px(HEAD), self.width() - 2, max(height, 0))

    def _theme_changed(self) -> None:
        self.rows.scheduleDelayedItemsLayout()
        self._place()
        self.update()


class NoteView(QWidget):
    """What the customer wrote, in a card of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._note = ""
        theme().changed.connect(self.update)

    def show_note(self, title: str, note: str) -> None:
        """Show this note."""
        self._title, self._note = title, note
        self.setAccessibleName(f"{title}: {note}")
        self.update()

    def wanted_height(self, width: int) -> int:
        """How high the card is at a width."""
        look = theme()
        return look.px(16 + 24 + 4 + 14) + wrapped_height(self._note, "bodyLarge", width - 2 * look.px(EDGE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and note."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"))
            room = self.width() - 2 * look.px(EDGE)
            title = QRectF(look.px(EDGE), look.px(14), room, look.px(24))
            draw_text(painter, title, self._title, look.font("bodyLarge", bold=True), look.colour("text"))
            top = look.px(42)
            words = QRectF(look.px(EDGE), top, room, self.height() - top - look.px(12))
            draw_wrapped(painter, words, self._note, "bodyLarge", "text2")
