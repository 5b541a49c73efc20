"""The pickup board: New, Picking and Ready, filters above, the chosen order and its actions below.

It renders `PickupBoardViewModel.screen` at every `changed` and forwards what the cashier does. Arrows move
between cards and columns, Enter is the action in mint, Space opens the card, Ctrl+Space marks it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRect, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton, band_button
from pos_app.ui.feedback_slot import FeedbackSlot
from pos_app.ui.pickup_column import ColumnView
from pos_app.ui.pickup_filters import AlarmButton, TemperatureStrip
from pos_app.ui.pickup_order_panel import OrderPanel
from pos_app.ui.pickup_signs import CountdownView
from pos_app.ui.search_field import SearchField
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Band, Run
from pos_app.viewmodels.pickup_screens import COLUMNS, NEW, BoardScreen

PAD = 16
TOP = 12
BAR = 48
GAP = 10
COLUMN_GAP = 12
COLUMNS_TOP = 72
SLOT = 52
BAND = 104
RECORD, LARGE_RECORD = 620, 700
MOST_ACTIONS = 3
ACTION_WIDTHS = (106, 106, 112)
MAIN_SIZE = 22


class PickupBoardPage(QWidget):
    """The board. `board` is the PickupBoardViewModel."""

    def __init__(self, board: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._build_bar()
        self._build_columns()
        self._build_band()
        board.changed.connect(self.refresh)
        theme().changed.connect(self.place)
        self.refresh()

    def _build_bar(self) -> None:
        board = self._board
        self.alarms = (AlarmButton(self), AlarmButton(self))
        for button in self.alarms:
            button.clicked.connect(
                lambda _checked=False, pressed=button: board.toggle_alarm(pressed.alarm.filter_id)
            )
        self.search = SearchField(self, scan_sign=False)
        self.search.searched.connect(board.search)
        self.search.key_passed.connect(self._search_key)
        self.temperatures = TemperatureStrip(self)
        self.temperatures.chosen.connect(board.choose_temperature)

    def _build_columns(self) -> None:
        board = self._board
        self.columns = {column_id: ColumnView(self) for column_id in COLUMNS}
        for column_id, column in self.columns.items():
            column.cards.chosen.connect(self._chosen)
            column.cards.opened.connect(board.toggle_detail)
            column.cards.marked.connect(board.toggle_mark)
            column.cards.entered.connect(lambda entered=column_id: self._entered(entered))
        self.panel = OrderPanel(self)
        self.panel.hide()
        self.panel.acted.connect(board.act)
        self.panel.line_chosen.connect(board.choose_line)
        self.panel.closed.connect(board.step_back)
        self.slot = FeedbackSlot(self, framed=True)
        self.slot.hide()
        self.slot.undone.connect(board.undo)
        self.slot.turned.connect(self._slot_turned)

    def _build_band(self) -> None:
        self.band = Band(self)
        self.chip = CountdownView("frame", self.band)
        self.buttons = tuple(band_button("", self.band) for _ in range(MOST_ACTIONS))
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, at=place: self._act(at))
        self.main = ActionButton(
            variant="pay", arrangement="wide", key="Enter", role="action", parent=self.band
        )
        self.main.set_text_size(MAIN_SIZE)
        self.main.clicked.connect(self._board.act_main)
        widths = zip(self.buttons, ACTION_WIDTHS, strict=True)
        self.band.set_actions((*widths, (self.main, 0)))

    # ---- rendering

    @property
    def _screen(self) -> BoardScreen:
        screen: BoardScreen = self._board.screen
        return screen

    def refresh(self) -> None:
        """Show the view-model's screen; what did not change is not painted again."""
        screen = self._screen
        if screen.no_desk:
            return  # another page says so
        for column in screen.columns:
            self.columns[column.column_id].show_column(column, screen.selected_id, screen.marked)
        for button, alarm in zip(self.alarms, screen.alarms, strict=False):
            button.show_alarm(alarm)
        self.temperatures.show_choices(screen.temperatures)
        self.search.edit.setPlaceholderText(screen.search_hint)
        self.search.edit.setAccessibleName(screen.search_hint)
        if self.search.edit.text() != screen.search_text:
            with QSignalBlocker(self.search.edit):
                self.search.edit.setText(screen.search_text)
        self.slot.show_feedback(screen.feedback)
        self._show_panel(screen)
        self._show_band(screen)
        self._place_bar()

    def _show_panel(self, screen: BoardScreen) -> None:
        if screen.detail is not None:
            self.panel.show_detail(screen.detail)
        was_shown = not self.panel.isHidden()
        self.panel.setVisible(screen.detail is not None)
        if was_shown != (screen.detail is not None) or screen.detail is not None:
            self._place_columns()
        if was_shown and screen.detail is None:
            self.take_focus()

    def _show_band(self, screen: BoardScreen) -> None:
        title = (Run(screen.band_title, "onFrame", bold=True, role="heading"),)
        self.band.figure.set_lines(title, (Run(screen.band_detail, role="body"),))
        self.chip.show_chip(screen.band_chip)
        for button, action in zip(self.buttons, screen.actions, strict=False):
            button.setText(action.label)
            button.set_key(action.key)
            button.setEnabled(action.enabled)
            button.setAccessibleDescription(action.why_not)
        for button in self.buttons:
            button.setVisible(bool(screen.actions))
        self.main.setVisible(screen.main is not None)
        if screen.main is not None:
            self.main.setText(screen.main.label)
        self._place_chip()

    # ---- geometry

    def place(self) -> None:
        """Filters, columns, band from top to bottom."""
        look = theme()
        band = look.px(BAND)
        height = max(self.height() - band, 0)
        self.band.setGeometry(0, height, self.width(), band)
        logical = self.width() / look.scale + float(look.number("layout", "rail"))
        large = logical >= float(look.number("layout", "large", "from_logical_width"))
        self.band.place(look.px(LARGE_RECORD if large else RECORD))
        self._place_bar()
        self._place_columns()
        self._place_chip()
        self.update()

    def _place_bar(self) -> None:
        look = theme()
        left, right, top = look.px(PAD), self.width() - look.px(PAD), look.px(TOP)
        height = look.px(BAR)
        for button in self.alarms:
            width = button.sizeHint().width()
            button.setGeometry(left, top, width, height)
            left += width + look.px(GAP)
        strip = self.temperatures.sizeHint().width()
        self.temperatures.setGeometry(right - strip, top, strip, height)
        self.search.setGeometry(left, top, max(right - strip - look.px(GAP) - left, 0), height)

    def _place_columns(self) -> None:
        look = theme()
        top, bottom = look.px(COLUMNS_TOP), self.height() - look.px(BAND) - look.px(GAP)
        inner, gap = self.width() - 2 * look.px(PAD), look.px(COLUMN_GAP)
        if not self.slot.isHidden():
            slot = look.px(SLOT)
            self.slot.setGeometry(look.px(PAD), bottom - slot, inner, slot)
            bottom -= slot + look.px(8)
        width = (inner - 2 * gap) / 3
        boxes = [
            QRect(round(look.px(PAD) + at * (width + gap)), top, round(width), max(bottom - top, 0))
            for at in range(3)
        ]
        beside = self._beside() if self._screen.detail is not None else ""
        for (column_id, column), box in zip(self.columns.items(), boxes, strict=True):
            column.setGeometry(box)
            column.setVisible(column_id != beside)
            if column_id == beside:
                self.panel.setGeometry(box)

    def _beside(self) -> str:
        """The column whose place an open card takes: a neighbour of its own."""
        return {"new": "picking", "picking": "ready", "ready": "picking"}[self._chosen_column()]

    def _place_chip(self) -> None:
        look = theme()
        size = self.chip.sizeHint()
        is_shown = not self.chip.isHidden()
        self.band.figure.keep_free(size.width() + look.px(12) if is_shown else 0)
        figure = self.band.figure.geometry()
        right = figure.right() + 1 - look.px(24)
        top = figure.top() + (figure.height() - size.height()) // 2
        self.chip.setGeometry(right - size.width(), top, size.width(), size.height())
        self.chip.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the ground."""
        QPainter(self).fillRect(event.rect(), theme().colour("canvas"))

    def _slot_turned(self, shown: bool) -> None:
        self.slot.setVisible(shown)
        self._place_columns()

    # ---- focus

    def focus_search(self) -> None:
        """F2: put the cursor into the search field."""
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def take_focus(self) -> None:
        """Give the keys to the chosen card's column."""
        self.columns[self._chosen_column()].cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The page itself has nothing to focus: its cards have."""
        super().focusInEvent(event)
        self.take_focus()

    def _chosen_column(self) -> str:
        screen = self._screen
        for column in screen.columns:
            if any(card.order_id == screen.selected_id for card in column.cards):
                return column.column_id
        return NEW

    def _chosen(self, order_id: str) -> None:
        self._board.select(order_id)
        self.take_focus()

    def _entered(self, column_id: str) -> None:
        column = next((each for each in self._screen.columns if each.column_id == column_id), None)
        if column is not None and column.cards and self._chosen_column() != column_id:
            self._board.select(column.cards[0].order_id)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Enter, Space and this page's function keys; letters and digits go into the search."""
        if self._take_named_key(event):
            return
        text = event.text()
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if text.strip() and text.isprintable() and not event.modifiers() & commands:
            self.search.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.edit.insert(text)
        else:
            event.ignore()

    def _take_named_key(self, event: QKeyEvent) -> bool:
        board, key = self._board, Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            actions = {Qt.Key.Key_Space: board.toggle_mark, Qt.Key.Key_Z: board.undo}
        else:
            actions = {
                Qt.Key.Key_Up: lambda: self._move(0, -1),
                Qt.Key.Key_Down: lambda: self._move(0, 1),
                Qt.Key.Key_Left: lambda: self._move(-1, 0),
                Qt.Key.Key_Right: lambda: self._move(1, 0),
                Qt.Key.Key_PageUp: lambda: self._move(0, -4),
                Qt.Key.Key_PageDown: lambda: self._move(0, 4),
                Qt.Key.Key_Return: board.act_main,
                Qt.Key.Key_Enter: board.act_main,
                Qt.Key.Key_Space: lambda: board.act("open"),
                Qt.Key.Key_F8: lambda: board.act("tell"),
                Qt.Key.Key_F11: lambda: board.act("print"),
            }
        action = actions.get(key)
        if action is not None:
            action()
        elif key == Qt.Key.Key_Escape:
            return self.step_back()
        return action is not None

    def _move(self, across: int, down: int) -> None:
        self._board.move(across, down)
        self.take_focus()

    def keys(self) -> dict[str, str]:
        """What this page's own keys do, for the key sheet."""
        return {
            "Enter": self.tr("The action in mint"),
            "Space": self.tr("Open the card"),
            "Ctrl Space": self.tr("Mark a new order to pick together"),
            "← ↑ → ↓": self.tr("Move between cards"),
            "F8": self.tr("Tell the customer"),
            "F11": self.tr("Print the pick list"),
        }

    def step_back(self) -> bool:
        """Esc: close what is open, innermost first; False when nothing was."""
        if self.search.edit.text() or self.search.edit.hasFocus():
            self.search.clear()
            self.take_focus()
            return True
        return bool(self._board.step_back())

    def _search_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.step_back()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.take_focus()
        elif self.search.edit.text().strip():
            self._board.enter_search(self.search.edit.text().strip())
            self.take_focus()

    def _act(self, place: int) -> None:
        self._board.act(self._screen.actions[place].action_id)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, after the children have."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            QTimer.singleShot(0, self, self.refresh)
