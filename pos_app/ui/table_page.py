"""The list pages: sales of this till (Shift), Members, and products with their prices (Stock).

The record shows the chosen row in full; the hand has the search field and the list; the band its actions,
the first of them in mint. Typing with no field focused goes into the search field.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.band_buttons import band_buttons, show_actions
from pos_app.ui.detail_view import DetailView
from pos_app.ui.feedback_slot import FeedbackSlot
from pos_app.ui.search_field import SearchField
from pos_app.ui.table_list import HEADER, TableList, TableRow
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.screens import TableScreen

SEARCH_HEIGHT = 56
SLOT_HEIGHT = 52
ACTION_WIDTH = 170
MOST_ACTIONS = 3
PAGE_STEP = 8


class TablePage(WorkPage):
    """Any of the list pages. `table` is a TableViewModel."""

    def __init__(self, table: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.detail = DetailView(self.record)
        self.slot = FeedbackSlot(self.record)
        self.slot.acted.connect(table.act)
        self.search = SearchField(self.hand)
        self.list = TableList(self.hand)
        self.search.searched.connect(table.filter)
        self.search.key_passed.connect(self._search_key)
        self.list.chosen.connect(table.select)
        self.buttons = band_buttons(self.band, MOST_ACTIONS, self._act)
        table.changed.connect(self.refresh)
        self.refresh()

    @property
    def _screen(self) -> TableScreen:
        screen: TableScreen = self._table.screen
        return screen

    def refresh(self) -> None:
        """Show the view-model's screen."""
        screen = self._screen
        self.detail.show_detail(screen.detail_title, screen.detail_rows, screen.picture)
        self.slot.show_feedback(screen.feedback)
        self.search.edit.setPlaceholderText(screen.hint)
        self.search.edit.setAccessibleName(screen.hint)
        rows = tuple(
            TableRow(row_id, cells) for row_id, cells in zip(screen.row_ids, screen.rows, strict=True)
        )
        self.list.show_table(screen.columns, screen.numeric_columns, rows, screen.selected_id, screen.empty)
        self._show_band(screen)

    def _show_band(self, screen: TableScreen) -> None:
        title = (Run(screen.title, "onFrame", bold=True, role="title"),)
        self.band.figure.set_lines(
            *((title, (Run(screen.detail_title),)) if screen.detail_title else (title,))
        )
        show_actions(self.band, self.buttons, screen.actions)

    def focus_search(self) -> None:
        """F2: put the cursor into the search field."""
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def step_back(self) -> bool:
        """Esc: empty the search first; False when there is nothing to close."""
        if self.search.edit.text() or self.search.edit.hasFocus():
            self.search.clear()
            self.setFocus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list; letters and digits go into the search field."""
        if not self._move(event.key()):
            text = event.text()
            commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if text.strip() and text.isprintable() and not event.modifiers() & commands:
                self.search.edit.setFocus(Qt.FocusReason.OtherFocusReason)
                self.search.edit.insert(text)
            else:
                event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, after the children have."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            QTimer.singleShot(0, self, self.refresh)

    def place_record(self, width: int, height: int) -> None:
        """The detail above the feedback slot."""
        slot = theme().px(SLOT_HEIGHT)
        self.detail.setGeometry(0, 0, width - 1, max(height - slot, 0))
        self.slot.setGeometry(0, height - slot, width, slot)

    def place_hand(self, width: int, height: int) -> None:
        """Search on top, the list below it."""
        look = theme()
        pad, inner = look.px(16), width - 2 * look.px(16)
        search, header = look.px(SEARCH_HEIGHT), look.px(HEADER)
        self.search.setGeometry(pad, pad, inner, search)
        top = pad + search + look.px(12)
        self.list.header.setGeometry(pad, top, inner, header)
        self.list.setGeometry(pad, top + header, inner, max(height - top - header - pad, 0))

    def _search_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.step_back()
        else:
            self._move(key)

    def _move(self, key: int) -> bool:
        steps = {
            int(Qt.Key.Key_Up): -1,
            int(Qt.Key.Key_Down): 1,
            int(Qt.Key.Key_PageUp): -PAGE_STEP,
            int(Qt.Key.Key_PageDown): PAGE_STEP,
        }
        if key not in steps:
            return False
        target = self.list.neighbour(steps[key])
        if target and target != self._screen.selected_id:
            self._table.select(target)
        return True

    def _act(self, place: int) -> None:
        if place < len(self._screen.actions):
            self._table.act(self._screen.actions[place][0])
