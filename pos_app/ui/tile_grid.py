"""The quick keys: a grid of painted tiles, five to a row (six on a wide screen).

An item view of its own rather than QListView, because the column width is not a whole number of pixels
and because a changed count must repaint one tile only. Arrow keys move, Space or Enter taps.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from pos_app.ui.painting import painting
from pos_app.ui.row_model import RowModel
from pos_app.ui.theme import theme
from pos_app.ui.tile_painter import draw_tile
from pos_app.viewmodels.screens import Tile

AnyIndex = QModelIndex | QPersistentModelIndex


def spoken_tile(tile: Tile) -> str:
    """What a screen reader says of a tile."""
    return ", ".join(part for part in (tile.name, tile.price, tile.count) if part)


class TileGrid(QAbstractItemView):
    """The tiles. `tapped` carries a tile's id."""

    tapped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowModel[Tile] = RowModel(lambda tile: tile.tile_id, spoken_tile, self)
        self._columns = int(theme().number("layout", "tileColumns"))
        self._pressed = -1
        self.setModel(self._model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAutoFillBackground(False)
        theme().changed.connect(self._lay_out)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles; only those that changed are painted again, all when the tiles are others."""
        before = [tile.tile_id for tile in self._model.rows]
        self._model.set_rows(tiles)
        if before != [tile.tile_id for tile in tiles]:
            # QAbstractItemView itself paints nothing when rows come or go (its list and table views do).
            self.updateGeometries()
            self.viewport().update()

    def set_columns(self, columns: int) -> None:
        """How many tiles stand in a row."""
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    @property
    def focus_radius(self) -> int:
        """The corner radius of the focus ring, in design pixels."""
        return 10

    def focus_box(self) -> QRect:
        """The tile that has the focus, in this widget's coordinates."""
        return self.visualRect(self.currentIndex())

    def content_height(self) -> int:
        """The height of all rows."""
        look = theme()
        rows = -(-len(self._model.rows) // self._columns)
        return rows * look.px(86) + max(rows - 1, 0) * look.px(8)

    # ---- what QAbstractItemView asks of a view

    def visualRect(self, index: AnyIndex) -> QRect:
        """Where a tile is now, in whole pixels around its exact place."""
        return self._exact_box(index.row()).toAlignedRect() if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The tile under a point."""
        for place in range(len(self._model.rows)):
            if self._exact_box(place).contains(point):
                return self._model.index(place)
        return QModelIndex()

    def scrollTo(
        self,
        index: AnyIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll so that a tile is wholly seen."""
        del hint
        box = self.visualRect(index)
        bar = self.verticalScrollBar()
        if box.top() < 0:
            bar.setValue(bar.value() + box.top())
        elif box.bottom() > self.viewport().height():
            bar.setValue(bar.value() + box.bottom() - self.viewport().height() + 1)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """The tile that an arrow key leads to."""
        del modifiers
        moves = QAbstractItemView.CursorAction
        step = {
            moves.MoveLeft: -1,
            moves.MovePrevious: -1,
            moves.MoveRight: 1,
            moves.MoveNext: 1,
            moves.MoveUp: -self._columns,
            moves.MoveDown: self._columns,
        }.get(action, 0)
        place = self.currentIndex().row() + step if self.currentIndex().isValid() else 0
        last = len(self._model.rows) - 1
        if action == moves.MoveHome:
            place = 0
        elif action == moves.MoveEnd:
            place = last
        return self._model.index(min(max(place, 0), last)) if last >= 0 else QModelIndex()

    def horizontalOffset(self) -> int:
        """It never scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: AnyIndex) -> bool:
        """No tile is hidden."""
        del index
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Tiles are tapped, not selected."""

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Nothing is selected."""
        del selection
        return QRegion()

    def updateGeometries(self) -> None:
        """Tell the scroll bar how much there is."""
        super().updateGeometries()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self.content_height() - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(theme().px(94))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Repaint at the new place."""
        super().scrollContentsBy(dx, dy)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles that the event touches."""
        look = theme()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), look.colour("canvas"))
        with painting(painter):
            for place, tile in enumerate(self._model.rows):
                box = self._exact_box(place)
                if box.toAlignedRect().intersects(event.rect()):
                    draw_tile(painter, box, tile, pressed=place == self._pressed)

    # ---- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the tile as pressed."""
        self._press(self.indexAt(event.position().toPoint()).row())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap ends on the tile it began on."""
        place = self.indexAt(event.position().toPoint()).row()
        pressed = self._pressed
        self._press(-1)
        if place == pressed and place >= 0:
            self._tap(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick taps are two items."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter tap the tile; arrows move."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid() and not event.isAutoRepeat():
                self._tap(self.currentIndex().row())
            return
        arrows = (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
        )
        if event.key() in arrows:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: object) -> None:
        """The focus begins at the first tile."""
        super().focusInEvent(event)  # type: ignore[arg-type]  # a QFocusEvent
        if not self.currentIndex().isValid() and self._model.rows:
            self.setCurrentIndex(self._model.index(0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns follow the width."""
        super().resizeEvent(event)
        self._lay_out()

    def _tap(self, place: int) -> None:
        tile = self._model.rows[place]
        if tile.enabled:
            self.tapped.emit(tile.tile_id)

    def _press(self, place: int) -> None:
        before, self._pressed = self._pressed, place
        for each in {before, place} - {-1}:
            self.viewport().update(self._exact_box(each).toAlignedRect())

    def _exact_box(self, place: int) -> QRectF:
        look = theme()
        gap = look.px(8)
        width = (self.viewport().width() - gap * (self._columns - 1)) / self._columns
        row, column = divmod(place, self._columns)
        height = look.px(86)
        return QRectF(column * (width + gap), row * (height + gap) - self.verticalOffset(), width, height)

    def _lay_out(self) -> None:
        self.updateGeometries()
        self.viewport().update()
