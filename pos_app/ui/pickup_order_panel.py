"""An open card beside the board: the order's facts, its lines, and what can be done to one of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import (
    RIGHT,
    draw_box,
    draw_pixmap_centred,
    draw_text,
    draw_wrapped,
    painting,
    wrapped_height,
)
from pos_app.ui.row_model import ROW_ROLE, RowModel
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_screens import OrderDetail, OrderLineRow

HEAD = 48
FACT = 24
LINE = 52
DETAIL = 20
MARK, MARK_GAP = 18, 12
PAD = 16
ACTION = 48
EMPTY = OrderDetail("", "", (), ())


class LineDelegate(QStyledItemDelegate):
    """Paints a line: temperature, quantity, name, amount, and what became of it in as many lines as it needs.

    `width` is how wide the lines are.
    """

    selected_line = ""
    width = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every line is as high as a finger needs, and as its second part needs."""
        del option
        row: OrderLineRow = index.data(ROW_ROLE)
        more = self._detail_height(row, self.width) - theme().px(DETAIL) if row.detail else 0
        return QSize(self.width, theme().px(LINE) + max(more, 0))

    @staticmethod
    def _detail_height(row: OrderLineRow, width: int) -> int:
        look = theme()
        return wrapped_height(row.detail, "small", width - look.px(PAD + MARK + MARK_GAP) - look.px(PAD))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one line."""
        row: OrderLineRow = index.data(ROW_ROLE)
        look, box = theme(), QRectF(option.rect)
        chosen = row.line_id == self.selected_line
        with painting(painter):
            painter.fillRect(box, look.colour("primaryTint" if chosen else "surface"))
            painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), look.colour("border"))
            if chosen:
                bar = QRectF(box.left(), box.top(), look.px(5), box.height())
                painter.fillRect(bar, look.colour("primary"))
            mark = QRectF(box.left() + look.px(PAD), box.top(), look.px(MARK), box.height())
            tone = {"bad": "danger", "info": "info"}.get(row.tone, "text2")
            draw_pixmap_centred(painter, mark, icon(row.icon, tone, 18))
            left, right = mark.right() + look.px(MARK_GAP), box.right() - look.px(PAD)
            line = look.px(24)
            first = box.top() + (look.px(4) if row.detail else (box.height() - line) / 2)
            amount = QRectF(right - look.px(90), first, look.px(90), line)
            font = look.font("body", bold=True)
            right -= draw_text(painter, amount, row.amount, font, look.colour("text"), align=RIGHT)
            quantity = QRectF(left, first, look.px(70), line)
            left += draw_text(painter, quantity, row.quantity, font, look.colour("text")) + look.px(10)
            name = QRectF(left, first, right - look.px(10) - left, line)
            draw_text(painter, name, row.name, look.font("body"), look.colour("text"))
            if row.detail:
                height = max(self._detail_height(row, round(box.width())), look.px(DETAIL))
                detail = QRectF(mark.right() + look.px(MARK_GAP), first + line - look.px(2), 0, height)
                detail.setRight(box.right() - look.px(PAD))
                draw_wrapped(painter, detail, row.detail, "small", "text2")


class OrderPanel(QWidget):
    """Shows an OrderDetail. `acted` carries an action's id, `line_chosen` a line's, `closed` is the cross."""

    acted = Signal(str)
    line_chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.detail = EMPTY
        self._model: RowModel[OrderLineRow] = RowModel(lambda row: row.line_id, _spoken, self)
        self._delegate = LineDelegate(self)
        self.lines = QListView(self)
        self.lines.setModel(self._model)
        self.lines.setItemDelegate(self._delegate)
        self.lines.setFrameShape(QFrame.Shape.NoFrame)
        self.lines.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.lines.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        QScroller.grabGesture(self.lines.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.close_button = ActionButton(variant="quiet", icon="x", parent=self)
        self.close_button.clicked.connect(self.closed)
        self.buttons: list[ActionButton] = []
        self.lines.clicked.connect(self._clicked)
        self.lines.activated.connect(self._clicked)
        theme().changed.connect(self.place)
        self._retranslate()

    def show_detail(self, detail: OrderDetail) -> None:
        """Show another order, or the same one as it is now."""
        if detail == self.detail:
            return
        other = detail.order_id != self.detail.order_id
        before, self.detail = self._delegate.selected_line, detail
        self._delegate.selected_line = detail.selected_line
        self._model.set_rows(detail.lines)
        for line_id in {before, detail.selected_line}:
            self._model.touch(self._model.row_of(line_id))
        if other:
            self.lines.scrollToTop()
        facts = "; ".join(f"{name} {value}" for name, value in detail.facts)
        self.setAccessibleName(f"{detail.title}; {facts}")
        self._show_actions()
        self.place()

    def _show_actions(self) -> None:
        while len(self.buttons) < len(self.detail.actions):
            button = ActionButton(parent=self)
            place = len(self.buttons)
            button.clicked.connect(lambda _checked=False, at=place: self._act(at))
            self.buttons.append(button)
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(self.detail.actions))
            if place < len(self.detail.actions):
                action = self.detail.actions[place]
                button.setText(action.label)
                button.set_key(action.key)
                button.setEnabled(action.enabled)

    def _act(self, place: int) -> None:
        self.acted.emit(self.detail.actions[place].action_id)

    def _clicked(self, index: QModelIndex) -> None:
        self.line_chosen.emit(self._model.rows[index.row()].line_id)

    def place(self) -> None:
        """Head, facts, lines, actions from top to bottom."""
        look = theme()
        pad, size = look.px(PAD), look.px(48)
        self.close_button.setGeometry(self.width() - size, 0, size, size)
        shown = [button for button in self.buttons if not button.isHidden()]
        bottom = self.height() - 1
        if shown:
            bottom -= look.px(ACTION) + look.px(8)
            width = (self.width() - 2 * pad - look.px(8) * (len(shown) - 1)) // len(shown)
            for place, button in enumerate(shown):
                left = pad + place * (width + look.px(8))
                button.setGeometry(left, bottom, width, look.px(ACTION))
            bottom -= look.px(8)
        else:
            bottom -= look.px(8)
        top = look.px(HEAD) + look.px(FACT) * len(self.detail.facts) + look.px(8)
        self.lines.setGeometry(1, top, self.width() - 2, max(bottom - top, 0))
        self._delegate.width = self.lines.width() - self.lines.verticalScrollBar().sizeHint().width()
        self.lines.scheduleDelayedItemsLayout()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the title and the facts."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("canvas"))
            edge = look.colour("borderStrong")
            draw_box(painter, QRectF(self.rect()), look.px(12), look.colour("surface"), edge)
            left, width = look.px(PAD), self.width() - 2 * look.px(PAD)
            title = QRectF(left, 0, width - look.px(40), look.px(HEAD))
            draw_text(painter, title, self.detail.title, look.font("title"), look.colour("text"))
            top = look.px(HEAD)
            for name, value in self.detail.facts:
                row = QRectF(left, top, width, look.px(FACT))
                draw_text(painter, row, name, look.font("body"), look.colour("text2"))
                row.setLeft(left + look.px(140))
                draw_text(painter, row, value, look.font("body"), look.colour("text"), align=RIGHT)
                top += look.px(FACT)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.close_button.setAccessibleName(self.tr("Close"))
        self.lines.setAccessibleName(self.tr("Lines of the order"))


def _spoken(row: OrderLineRow) -> str:
    return ", ".join(part for part in (row.quantity, row.name, row.amount, row.detail) if part)
