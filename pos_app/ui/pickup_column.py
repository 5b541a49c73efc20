"""One column of the pickup board: its head, and a list of painted cards that scrolls by itself."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QScroller, QWidget

from pos_app.ui.icons import icon
from pos_app.ui.painting import CENTRE, RIGHT, draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.pickup_card import CHECKBOX_ROOM, GAP, CardDelegate
from pos_app.ui.row_model import RowModel
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_screens import BoardCard, BoardColumn

HEAD = 44
INSET = 8
SLOW_SCROLL = 40
LONG_PRESS_MS = 600


class CardList(QListView):
    """The cards. `chosen`, `opened` and `marked` carry an order's id; `entered` tells that Tab came here."""

    chosen = Signal(str)
    opened = Signal(str)
    marked = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowModel[BoardCard] = RowModel(
            lambda card: card.order_id, lambda card: card.spoken, self
        )
        self._delegate = CardDelegate(self)
        self._pressed = ""
        self._long_press = QTimer(self)
        self._long_press.setSingleShot(True)
        self._long_press.setInterval(LONG_PRESS_MS)
        self._long_press.timeout.connect(self._pressed_long)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("ground", "sunken")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme().changed.connect(self._theme_changed)
        self._column = BoardColumn("", "", "", "")

    @property
    def cards(self) -> tuple[BoardCard, ...]:
        """The cards in this list."""
        return self._model.rows

    def card_box(self, order_id: str) -> QRect:
        """Where a card lies in the viewport; empty when it is not here."""
        place = self._model.row_of(order_id)
        if place < 0:
            return QRect()
        return self.visualRect(self._model.index(place)).adjusted(0, 0, 0, -theme().px(GAP))

    def show_cards(self, column: BoardColumn, selected_id: str, marked: frozenset[str]) -> None:
        """Show these cards; only those that changed are painted again."""
        delegate = self._delegate
        was_marking, was_marked, before = delegate.marking, delegate.marked, delegate.selected_id
        self._column = column
        delegate.marking = bool(marked) and column.column_id == "new"
        delegate.marked, delegate.selected_id = marked, selected_id
        changed = self._model.set_rows(column.cards)
        if was_marking != delegate.marking:
            self.viewport().update()
        else:
            for order_id in was_marked ^ marked:
                self._model.touch(self._model.row_of(order_id))
        if before != selected_id:
            for order_id in (before, selected_id):
                self._model.touch(self._model.row_of(order_id))
        place = self._model.row_of(selected_id)
        if place >= 0 and (before != selected_id or changed):
            index = self._model.index(place)
            self.setCurrentIndex(index)
            if before != selected_id:
                self.scrollTo(index)

    # ---- what the cashier does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap chooses; in the check box, with Ctrl, or held long, it marks."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        order_id = self._model.rows[index.row()].order_id
        self._pressed = order_id
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or self._hits_box(
            index, event.position().x()
        ):
            self._pressed = ""
            self.marked.emit(order_id)
        else:
            self._long_press.start()
            self.chosen.emit(order_id)

    def _hits_box(self, index: QModelIndex, across: float) -> bool:
        return self._delegate.marking and across - self.visualRect(index).left() <= theme().px(CHECKBOX_ROOM)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Letting go early is a tap."""
        self._long_press.stop()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A finger that moves scrolls: it does not hold."""
        self._long_press.stop()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second tap opens the card."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._delegate.marking:
            self.opened.emit(self._model.rows[index.row()].order_id)

    def _pressed_long(self) -> None:
        if self._pressed and self._column.column_id == "new":
            self.marked.emit(self._pressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Every key is the board's."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by Tab finds a card of this column chosen."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.entered.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A third of a card a notch."""
        self.verticalScrollBar().setSingleStep(theme().px(SLOW_SCROLL))
        super().wheelEvent(event)

    # ---- picture

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cards, or what to do first."""
        super().paintEvent(event)
        if not self._model.rows and self._column.empty_title:
            with painting(QPainter(self.viewport())) as painter:
                self._draw_empty(painter)

    def _draw_empty(self, painter: QPainter) -> None:
        look = theme()
        width, middle = self.viewport().width(), self.viewport().height() / 2
        box = QRectF(0, middle - look.px(62), width, look.px(32))
        draw_pixmap_centred(painter, box, icon(self._column.empty_icon, "text2", 32))
        title = QRectF(0, box.bottom() + look.px(10), width, look.line_height("title"))
        font = look.font("title")
        draw_text(painter, title, self._column.empty_title, font, look.colour("text"), align=CENTRE)
        detail = QRectF(0, title.bottom() + look.px(2), width, look.line_height("body"))
        font = look.font("body")
        draw_text(painter, detail, self._column.empty_detail, font, look.colour("text2"), align=CENTRE)

    def _theme_changed(self) -> None:
        self._delegate.forget()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class ColumnView(QWidget):
    """A column: title, count, a word about its order, and the cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = CardList(self)
        self._column = BoardColumn("", "", "", "")
        theme().changed.connect(self.place)

    def show_column(self, column: BoardColumn, selected_id: str, marked: frozenset[str]) -> None:
        """Show a column's values."""
        head = (column.title, column.count, column.hint)
        if head != (self._column.title, self._column.count, self._column.hint):
            self.cards.setAccessibleName(f"{column.title}, {column.count}, {column.hint}")
            self.update(0, 0, self.width(), theme().px(HEAD))
        self._column = column
        self.cards.show_cards(column, selected_id, marked)

    def place(self) -> None:
        """The list fills the column below its head."""
        look = theme()
        inset, head = look.px(INSET), look.px(HEAD)
        width = max(self.width() - 2 * inset, 0)
        self.cards.setGeometry(inset, head, width, max(self.height() - head - inset, 0))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the head."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(painter, QRectF(self.rect()), look.px(12), look.colour("sunken"))
            left, middle = look.px(16), look.px(22)
            font = look.font_of_size(look.px(17), bold=True)
            title = QRectF(left, middle - look.px(14), self.width() / 2, look.px(28))
            end = left + draw_text(painter, title, self._column.title, font, look.colour("text"))
            font = look.font("small", bold=True)
            width = max(look.px(28), round(text_width(self._column.count, font)) + look.px(18))
            pill = QRectF(round(end + look.px(10)), middle - look.px(12), width, look.px(24))
            draw_box(painter, pill, pill.height() / 2, look.colour("surface"), look.colour("borderStrong"))
            draw_text(painter, pill, self._column.count, font, look.colour("text"), align=CENTRE)
            hint = QRectF(
                pill.right(), middle - look.px(11), self.width() - look.px(16) - pill.right(), look.px(22)
            )
            draw_text(painter, hint, self._column.hint, look.font("small"), look.colour("text2"), align=RIGHT)
