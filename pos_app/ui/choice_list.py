"""Lists of the hand pane: search hits and held sales, painted rows of 60 design pixels, keys and touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
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

from pos_app.ui.painting import CENTRE, RIGHT, draw_box, draw_text, painting
from pos_app.ui.row_model import ROW_ROLE, RowModel
from pos_app.ui.theme import theme

ROW_HEIGHT = 60
Row = TypeVar("Row")
AnyIndex = QModelIndex | QPersistentModelIndex


class RowTexts(NamedTuple):
    """How a row of the list is written."""

    title: str
    detail: str
    amount: str
    colour: str = ""


class ChoiceDelegate(QStyledItemDelegate):
    """Paints a row: colour bar, title, detail, amount."""

    def __init__(self, texts: Callable[[object], RowTexts], parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = texts

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row has the same height."""
        del index
        return QSize(option.rect.width(), theme().px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        look = theme()
        texts = self._texts(index.data(ROW_ROLE))
        box = QRectF(option.rect)
        view = self.parent()
        chosen = isinstance(view, QListView) and view.currentIndex() == index
        with painting(painter):
            painter.fillRect(box, look.colour("primaryTint" if chosen else "surface"))
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("border"))
            bar = QRectF(box.left(), box.top(), look.px(5), box.height() - 1)
            if texts.colour:
                painter.fillRect(bar, look.category_colour(texts.colour))
            elif chosen:
                painter.fillRect(bar, look.colour("primary"))
            left, right = box.left() + look.px(18), box.right() - look.px(16)
            middle = QRectF(right - look.px(140), box.top(), look.px(140), box.height())
            font = look.font("amount")
            right -= draw_text(painter, middle, texts.amount, font, look.colour("text"), align=RIGHT)
            room = right - look.px(16) - left
            title = QRectF(left, box.top() + look.px(7), room, look.px(24))
            draw_text(painter, title, texts.title, look.font("line"), look.colour("text"))
            detail = QRectF(left, box.top() + look.px(31), room, look.px(20))
            draw_text(painter, detail, texts.detail, look.font("small"), look.colour("text2"))


class ChoiceList(QListView, Generic[Row]):
    """A list of rows to pick one from. `picked` carries the row's key."""

    picked = Signal(str)

    def __init__(
        self, key: Callable[[Row], str], texts: Callable[[Row], RowTexts], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._empty = ""
        self._model: RowModel[Row] = RowModel(key, lambda row: ", ".join(filter(None, texts(row)[:3])), self)
        self.setModel(self._model)
        self.setItemDelegate(ChoiceDelegate(texts, self))  # type: ignore[arg-type]  # rows are the model's own
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(lambda index: self._pick(index.row()))
        self.activated.connect(lambda index: self._pick(index.row()))
        theme().changed.connect(self._theme_changed)

    def show_rows(self, rows: Sequence[Row], empty: str) -> None:
        """Show these rows, the first one chosen; `empty` is said when there is none."""
        self._empty = empty
        self._model.set_rows(rows)
        if rows:
            self.setCurrentIndex(self._model.index(0))
            self.scrollToTop()
        self.viewport().update()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows now shown."""
        return self._model.rows

    @property
    def focus_radius(self) -> int:
        """The corner radius of the focus ring, in design pixels."""
        return 6

    def focus_box(self) -> QRect:
        """The chosen row."""
        return self.visualRect(self.currentIndex())

    def step(self, step: int) -> None:
        """Choose the next or the previous row."""
        place = self.currentIndex().row() + step
        if 0 <= place < len(self._model.rows):
            self.setCurrentIndex(self._model.index(place))

    def pick(self) -> None:
        """Take the chosen row."""
        self._pick(self.currentIndex().row())

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Repaint the two rows."""
        super().currentChanged(current, previous)
        self.update(current)
        self.update(previous)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in a panel, or the sentence for none."""
        look = theme()
        super().paintEvent(event)
        if not self._model.rows:
            with painting(QPainter(self.viewport())) as painter:
                draw_box(painter, self.viewport().rect(), 0, look.colour("surface"))
                font = look.font("body")
                draw_text(
                    painter, self.viewport().rect(), self._empty, font, look.colour("text2"), align=CENTRE
                )

    def _pick(self, place: int) -> None:
        if 0 <= place < len(self._model.rows):
            self.picked.emit(self._key(self._model.rows[place]))

    def _theme_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
