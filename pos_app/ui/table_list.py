"""A list of rows with columns: painted, chosen by tap or arrows, columns as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
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
from pos_app.ui.painting import CENTRE, RIGHT, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.row_model import ROW_ROLE, RowModel
from pos_app.ui.theme import theme

ROW = 44
HEADER = 36
EDGE = 16
BETWEEN = 16
MEASURED_ROWS = 60
"""Columns are measured over the first rows only, so that a long list shows at once."""

LEAST_COLUMN = 56


class TableRow(NamedTuple):
    """One row: its id and one text per column."""

    row_id: str
    cells: tuple[str, ...]


class Columns(NamedTuple):
    """Names and places of the columns, in pixels of the list."""

    names: tuple[str, ...] = ()
    numeric: tuple[int, ...] = ()
    lefts: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()


def column_widths(
    names: Sequence[str], rows: Sequence[TableRow], numeric: Sequence[int], room: int
) -> tuple[int, ...]:
    """How wide each column is, so that all fit: the first takes what is left, long texts give way first."""
    if not names:
        return ()
    look = theme()
    head = look.font("small")
    wanted = []
    for place, name in enumerate(names):
        body = look.font("bodyLarge", bold=place == 0 or place in numeric)
        texts = [row.cells[place] for row in rows[:MEASURED_ROWS] if place < len(row.cells)]
        widest = max((text_width(text, body) for text in texts), default=0.0)
        wanted.append(max(round(max(widest, text_width(name, head)) + 1), look.px(LEAST_COLUMN)))
    free = room - 2 * look.px(EDGE) - look.px(BETWEEN) * (len(names) - 1)
    over = sum(wanted) - free
    while over > 0:
        giving = max(range(len(wanted)), key=lambda place: (place not in numeric, wanted[place]))
        least = look.px(LEAST_COLUMN)
        given = min(over, max(wanted[giving] // 8, 1), wanted[giving] - least)
        if given <= 0:
            break
        wanted[giving] -= given
        over -= given
    if over < 0:
        wanted[0] -= over
    return tuple(wanted)


class TableDelegate(QStyledItemDelegate):
    """Paints a TableRow in the list's columns."""

    def __init__(self, table: TableList) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row has the same height."""
        del index
        return QSize(option.rect.width(), theme().px(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        look = theme()
        row: TableRow = index.data(ROW_ROLE)
        box = QRectF(option.rect)
        chosen = row.row_id == self._table.selected_id
        columns = self._table.columns
        with painting(painter):
            painter.fillRect(box, look.colour("primaryTint" if chosen else "surface"))
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("border"))
            if chosen:
                bar = QRectF(box.left(), box.top(), look.px(5), box.height() - 1)
                painter.fillRect(bar, look.colour("primary"))
            for place, text in enumerate(row.cells[: len(columns.widths)]):
                numeric = place in columns.numeric
                font = look.font("bodyLarge", bold=numeric or (chosen and place == 0))
                cell = QRectF(
                    box.left() + columns.lefts[place], box.top(), columns.widths[place], box.height() - 1
                )
                tone = "text" if place == 0 or numeric else "text2"
                if numeric:
                    draw_text(painter, cell, text, font, look.colour(tone), align=RIGHT)
                else:
                    draw_text(painter, cell, text, font, look.colour(tone))


class TableHeader(QWidget):
    """The names of the columns on a sunken strip."""

    def __init__(self, table: TableList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip and the names."""
        del event
        look, columns = theme(), self._table.columns
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("sunken"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            font, tone = look.font("small"), look.colour("text2")
            for place, name in enumerate(columns.names[: len(columns.widths)]):
                cell = QRectF(columns.lefts[place], 0, columns.widths[place], self.height())
                if place in columns.numeric:
                    draw_text(painter, cell, name, font, tone, align=RIGHT)
                else:
                    draw_text(painter, cell, name, font, tone)


class TableList(QListView):
    """The rows. `chosen` carries the id of a tapped row."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = Columns()
        self.selected_id = ""
        self.header = TableHeader(self, parent)
        self._empty = ""
        self._model: RowModel[TableRow] = RowModel(
            lambda row: row.row_id, lambda row: ", ".join(filter(None, row.cells)), self
        )
        self.setModel(self._model)
        self.setItemDelegate(TableDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(lambda index: self.chosen.emit(self._model.rows[index.row()].row_id))
        theme().changed.connect(self._theme_changed)

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """The rows shown."""
        return self._model.rows

    def show_table(
        self,
        names: tuple[str, ...],
        numeric: tuple[int, ...],
        rows: Sequence[TableRow],
        selected_id: str,
        empty: str,
    ) -> None:
        """Show these rows under these columns, one of them chosen."""
        self._empty = empty
        before, self.selected_id = self.selected_id, selected_id
        self._model.set_rows(rows)
        self.columns = Columns(names, numeric)
        self._measure()
        for row_id in {before, selected_id}:
            self._model.touch(self._model.row_of(row_id))
        place = self._model.row_of(selected_id)
        if place >= 0 and before != selected_id:
            self.setCurrentIndex(self._model.index(place))
            self._show_chosen()
        self.viewport().update()

    def neighbour(self, step: int) -> str:
        """The id of the row after (or before) the chosen one; the chosen one's at the ends."""
        place = self._model.row_of(self.selected_id)
        target = min(max(place + step, 0), len(self.rows) - 1)
        return self.rows[target].row_id if self.rows else ""

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the chosen row in sight."""
        super().showEvent(event)
        self.scrollToTop()
        self._show_chosen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width among the columns."""
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or one icon and what to do first."""
        super().paintEvent(event)
        if self._model.rows or not self._empty:
            return
        look = theme()
        with painting(QPainter(self.viewport())) as painter:
            width, middle = self.viewport().width(), self.viewport().height() / 2
            mark = QRectF(0, middle - look.px(50), width, look.px(32))
            draw_pixmap_centred(painter, mark, icon("scan", "text2", 32))
            line = QRectF(look.px(EDGE), middle, width - 2 * look.px(EDGE), look.line_height("body"))
            draw_text(painter, line, self._empty, look.font("body"), look.colour("text2"), align=CENTRE)

    def _show_chosen(self) -> None:
        place = self._model.row_of(self.selected_id)
        if place >= 0 and self.isVisible():
            self.scrollTo(self._model.index(place))

    def _measure(self) -> None:
        look, columns = theme(), self.columns
        widths = column_widths(columns.names, self.rows, columns.numeric, self.viewport().width())
        lefts, left = [], look.px(EDGE)
        for width in widths:
            lefts.append(left)
            left += width + look.px(BETWEEN)
        self.columns = columns._replace(lefts=tuple(lefts), widths=widths)
        self.header.update()

    def _theme_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self._measure()
        self.viewport().update()
