"""The record: the basket's rows, the selected one open in place, an empty state when there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QScroller, QWidget

from pos_app.ui.icons import icon
from pos_app.ui.painting import CENTRE, draw_pixmap_centred, draw_text, painting
from pos_app.ui.record_delegate import NAME_LEFT, RecordDelegate, is_tall
from pos_app.ui.row_editor import RowEditor
from pos_app.ui.row_model import RowModel
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import LineRow

SLOW_SCROLL = 22


def spoken_line(row: LineRow) -> str:
    """What a screen reader says of a row."""
    parts = (row.quantity, row.name, row.amount, row.detail, *row.tags, row.saving, row.warning)
    return ", ".join(part for part in parts if part)


class RecordList(QListView):
    """The list of lines. `line_chosen` carries the id of a tapped line."""

    line_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowModel[LineRow] = RowModel(lambda row: row.line_id, spoken_line, self)
        self._delegate = RecordDelegate(self._model, self)
        self.editor = RowEditor(self.viewport())
        self.editor.hide()
        self._empty = ("", "")
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(self._clicked)
        theme().changed.connect(self._theme_changed)

    def set_empty_text(self, title: str, detail: str) -> None:
        """What to say when there is no line."""
        self._empty = (title, detail)
        self.viewport().update()

    def show_lines(self, lines: Sequence[LineRow], selected_line_id: str, quantity: str) -> None:
        """Show these rows with one of them open; repaint only what changed."""
        before = self._delegate.selected_line_id
        changed = self._model.set_rows(lines)
        if before != selected_line_id:
            self._delegate.selected_line_id = selected_line_id
            for line_id in (before, selected_line_id):
                self._model.touch(self._model.row_of(line_id))
            self.scheduleDelayedItemsLayout()
        self.editor.set_quantity(quantity)
        selected = self._model.row_of(selected_line_id)
        if changed or before != selected_line_id:
            self.executeDelayedItemsLayout()
            self._show_row(selected if selected >= 0 else (changed[-1] if changed else -1))
        self._place_editor()

    def updateGeometries(self) -> None:
        """Keep the editor on its row after every layout."""
        super().updateGeometries()
        self._place_editor()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scroll; the editor moves with the viewport's other children."""
        super().scrollContentsBy(dx, dy)
        self._place_editor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Half a row per notch, whatever the row heights are."""
        self.verticalScrollBar().setSingleStep(theme().px(SLOW_SCROLL))
        super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or the empty state."""
        super().paintEvent(event)
        if not self._model.rows:
            with painting(QPainter(self.viewport())) as painter:
                self._draw_empty(painter)

    def _draw_empty(self, painter: QPainter) -> None:
        look = theme()
        width, middle = self.viewport().width(), self.viewport().height() / 2
        size = look.px(32)
        box = QRectF(0, middle - look.px(68), width, size)
        draw_pixmap_centred(painter, box, icon("scan", "text2", 32))
        title = QRectF(0, box.bottom() + look.px(10), width, look.line_height("title"))
        draw_text(painter, title, self._empty[0], look.font("title"), look.colour("text"), align=CENTRE)
        detail = QRectF(0, title.bottom() + look.px(2), width, look.line_height("body"))
        draw_text(painter, detail, self._empty[1], look.font("body"), look.colour("text2"), align=CENTRE)

    def _clicked(self, index: QModelIndex) -> None:
        row = self._model.rows[index.row()]
        self.line_chosen.emit(row.line_id)

    def _show_row(self, place: int) -> None:
        if place >= 0:
            index = self._model.index(place)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _place_editor(self) -> None:
        if not hasattr(self, "editor"):
            return  # Qt lays the view out while it is being built
        place = self._model.row_of(self._delegate.selected_line_id)
        if place < 0:
            self.editor.hide()
            return
        look = theme()
        box = self.visualRect(self._model.index(place))
        top = look.px(62 if is_tall(self._model.rows[place]) else 42)
        self.editor.move(box.topLeft() + QPoint(look.px(NAME_LEFT), top))
        self.editor.show()

    def _theme_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
