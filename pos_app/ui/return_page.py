"""The return page: the lines of a sale, what comes back of them, and what is paid back, on the band.

The record has the sale's lines with what is left; the hand says what comes back and what it comes to, or
asks one thing; the band has the refund and its actions. Keys: digits and + - for the quantity, F6 reason,
F7 condition, F8 everything, Enter pays back, Esc steps back.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.band_buttons import band_buttons, show_actions
from pos_app.ui.detail_view import DetailView
from pos_app.ui.entry_panel import EntryPanelView
from pos_app.ui.feedback_slot import FeedbackSlot
from pos_app.ui.table_list import HEADER, TableList, TableRow
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.return_screen import ReturnScreen

SLOT_HEIGHT = 52
MOST_ACTIONS = 4
KEYS: dict[int, str] = {
    int(Qt.Key.Key_F6): "reason",
    int(Qt.Key.Key_F7): "condition",
    int(Qt.Key.Key_F8): "all",
}
"""The keys of the band's actions."""

STEPS: dict[int, int] = {int(Qt.Key.Key_Plus): 1, int(Qt.Key.Key_Minus): -1}
MOVES: dict[int, int] = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
ERASERS: dict[int, str] = {int(Qt.Key.Key_Backspace): "back", int(Qt.Key.Key_Delete): "clear"}


class ReturnPage(WorkPage):
    """`returns` is a ReturnViewModel."""

    def __init__(self, returns: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._returns = returns
        self.list = TableList(self.record)
        self.list.chosen.connect(returns.select)
        self.slot = FeedbackSlot(self.record)
        self.slot.acted.connect(returns.act)
        self.preview = DetailView(self.hand, framed=True)
        self.panel = EntryPanelView(self.hand)
        self.panel.key_pressed.connect(returns.key)
        self.panel.text_typed.connect(returns.type_text)
        self.panel.choice_made.connect(returns.choose)
        self.panel.confirmed.connect(returns.confirm)
        self.panel.cancelled.connect(returns.step_back)
        self.buttons = band_buttons(self.band, MOST_ACTIONS, self._act)
        returns.changed.connect(self.refresh)
        self.refresh()

    @property
    def _screen(self) -> ReturnScreen:
        screen: ReturnScreen = self._returns.screen
        return screen

    def refresh(self) -> None:
        """Show the view-model's screen."""
        screen = self._screen
        rows = tuple(
            TableRow(row_id, cells) for row_id, cells in zip(screen.row_ids, screen.rows, strict=True)
        )
        self.list.show_table(screen.columns, screen.numeric_columns, rows, screen.selected_id, screen.empty)
        self.slot.show_feedback(screen.feedback)
        note = ((screen.note, ""),) if screen.rows and screen.note else ()
        self.preview.show_detail(screen.preview_title, (*note, *screen.preview))
        asked_before = self.panel.isVisibleTo(self.hand)
        self.panel.setVisible(screen.panel is not None)
        self.preview.setVisible(screen.panel is None and bool(screen.preview_title))
        if screen.panel is not None:
            self.panel.show_panel(screen.panel)
            self.panel.take_focus()
        elif asked_before:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_band(screen)

    def _show_band(self, screen: ReturnScreen) -> None:
        title = (Run(screen.sale_title or screen.title, "onFrame", bold=True, role="title"),)
        self.band.figure.set_lines(
            *((title, (Run(screen.note),)) if screen.note and not screen.rows else (title,))
        )
        self.band.figure.set_amount(screen.refund, screen.symbol)
        show_actions(self.band, self.buttons, screen.actions)

    def step_back(self) -> bool:
        """Esc: close what is asked, else leave the return."""
        return bool(self._returns.step_back())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Quantities, moves and actions by key; what is none of these goes on."""
        key, text = int(event.key()), event.text()
        if key in KEYS and self._screen.rows:
            self._returns.act(KEYS[key])
        elif key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            if not event.isAutoRepeat():
                self._enter()
        elif key in STEPS:
            self._returns.change(STEPS[key])
        elif key in ERASERS:
            self._returns.key(ERASERS[key])
        elif key in MOVES:
            target = self.list.neighbour(MOVES[key])
            if target and target != self._screen.selected_id:
                self._returns.select(target)
        elif text.isdecimal() and text.isascii():
            self._returns.key(text)
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, after the children have."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            QTimer.singleShot(0, self, self._returns.refresh)

    def place_record(self, width: int, height: int) -> None:
        """The lines above the feedback slot."""
        slot, header = theme().px(SLOT_HEIGHT), theme().px(HEADER)
        inner = width - 1
        self.list.header.setGeometry(0, 0, inner, header)
        self.list.setGeometry(0, header, inner, max(height - slot - header, 0))
        self.slot.setGeometry(0, height - slot, width, slot)

    def place_hand(self, width: int, height: int) -> None:
        """The preview, or what is asked in its place."""
        pad = theme().px(16)
        for part in (self.preview, self.panel):
            part.setGeometry(pad, pad, width - 2 * pad, max(height - 2 * pad, 0))

    def _enter(self) -> None:
        if self._screen.panel is None and self._screen.actions[:1] and not self._screen.rows:
            self._act(0)
        else:
            self._returns.confirm()

    def _act(self, place: int) -> None:
        if place < len(self._screen.actions):
            self._returns.act(self._screen.actions[place][0])
