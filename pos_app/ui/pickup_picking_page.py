"""The picking page: the walk at the left, what to take now at the right, how far it is on the band.

It renders `PickingViewModel.screen` at every `changed` and forwards what the picker does. Every question
opens in the hand pane; the record and the scanner go on working beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton, TextLabel, band_button
from pos_app.ui.entry_panel import EntryPanelView
from pos_app.ui.painting import CENTRE
from pos_app.ui.pickup_controls import PickBar, ReadyButton
from pos_app.ui.pickup_list_panel import ListPanelView
from pos_app.ui.pickup_picking_cards import StagingView, WishCardView
from pos_app.ui.pickup_picking_hand import CARD_HEIGHT, SLOT_HEIGHT, ScanSlotView, TaskCardView
from pos_app.ui.pickup_picking_record import HEAD_HEIGHT, PickHeadView, PickList
from pos_app.ui.theme import theme
from pos_app.ui.work_page import WorkPage
from pos_app.viewmodels.pickup_picking_screen import ListPanel, PickingScreen
from pos_app.viewmodels.screens import EntryPanel

PAD, GAP, GAP_LARGE = 16, 8, 12
ACTION_HEIGHT = 64


class PickingPage(WorkPage):
    """Picking. `picking` is the PickingViewModel; its keys are in `press_key`."""

    def __init__(self, picking: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picking = picking
        self._build_record()
        self._build_hand()
        self._build_panels()
        self._build_band()
        self._keys = self._named_keys()
        picking.changed.connect(self.refresh)
        self._retranslate()
        self.refresh()

    # ---- building

    def _build_record(self) -> None:
        self.head = PickHeadView(self.record)
        self.rows = PickList(self.record)
        self.rows.chosen.connect(self._picking.choose)
        self.empty = TextLabel(role="bodyLarge", tone="text2", align=CENTRE, parent=self.record)

    def _build_hand(self) -> None:
        self.slot = ScanSlotView(self.hand)
        self.task = TaskCardView(self.hand)
        self.task.stepped.connect(lambda step: self._picking.plus() if step > 0 else self._picking.minus())
        self.task.tote_asked.connect(lambda: self._picking.open_panel("tote"))
        self.substitute = ActionButton(
            icon="substitute", key="F6", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand
        )
        self.short = ActionButton(
            icon="short", key="F7", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand
        )
        self.later = ActionButton(
            icon="later", key="F8", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand
        )
        self.substitute.clicked.connect(lambda: self._picking.open_panel("substitute"))
        self.short.clicked.connect(lambda: self._picking.open_panel("short"))
        self.later.clicked.connect(self._picking.later)
        self.wish = WishCardView(self.hand)
        self.wish.used.connect(lambda product_id, ask: self._picking.use_offer(product_id, ask=ask))
        self.staging = StagingView(self.hand)
        self.staging.bag_chosen.connect(self._picking.choose_bag)
        self.staging.place_chosen.connect(self._picking.put_away)

    def _build_panels(self) -> None:
        self.panel = EntryPanelView(self.hand)
        self.panel.key_pressed.connect(self._picking.panel_key)
        self.panel.text_typed.connect(self._picking.panel_text)
        self.panel.choice_made.connect(self._picking.panel_choose)
        self.panel.confirmed.connect(self._picking.panel_confirm)
        self.panel.cancelled.connect(self._picking.back)
        self.list = ListPanelView(self.hand)
        self.list.picked.connect(self._picking.panel_choose)
        self.list.text_typed.connect(self._picking.panel_text)
        self.list.cancelled.connect(self._picking.back)

    def _build_band(self) -> None:
        self.bar = PickBar(self.band)
        self.pause = band_button("Esc", self.band)
        self.labels = band_button("F11", self.band)
        self.ready = ReadyButton(key="Enter", size=20, parent=self.band)
        self.pause.clicked.connect(self._picking.back)
        self.labels.clicked.connect(self._picking.print_labels)
        self.ready.clicked.connect(self._picking.mark_ready)
        self.band.set_actions(((self.pause, 120), (self.labels, 120), (self.ready, 0)))

    # ---- rendering

    def refresh(self) -> None:
        """Show the view-model's screen."""
        screen: PickingScreen = self._picking.screen
        self.head.show_head(screen.head)
        self.rows.show_rows(screen.rows)
        self.empty.setText(screen.empty)
        self.empty.setVisible(bool(screen.empty))
        for part in (self.head, self.rows):
            part.setVisible(not screen.empty)
        self._show_hand(screen)
        self.bar.show_progress(screen.progress, screen.summary, screen.parts)
        self.ready.show_action(screen.ready_label, screen.ready_detail, possible=screen.can_mark_ready)
        self.labels.setEnabled(screen.can_print)
        self.place_hand(self.hand.width(), self.hand.height())

    def _show_hand(self, screen: PickingScreen) -> None:
        asked = [part for part in (self.panel, self.list) if not part.isHidden()]
        entry = screen.panel if isinstance(screen.panel, EntryPanel) else None
        listed = screen.panel if isinstance(screen.panel, ListPanel) else None
        asks = screen.panel is not None
        self.slot.show_slot(screen.slot)
        for part, value in (
            (self.task, screen.task),
            (self.wish, screen.wish),
            (self.staging, screen.staging),
        ):
            part.setVisible(value is not None and not asks)
        for button in (self.substitute, self.short, self.later):
            button.setVisible(screen.task is not None and not asks)
        if screen.task is not None:
            self.task.show_task(screen.task)
        if screen.wish is not None:
            self.wish.show_wish(screen.wish)
        if screen.staging is not None:
            self.staging.show_card(screen.staging)
        if entry is not None:
            self.panel.show_panel(entry)
        if listed is not None:
            self.list.show_panel(listed)
        self.panel.setVisible(entry is not None)
        self.list.setVisible(listed is not None)
        if asks and all(part.isHidden() for part in asked):
            (self.panel if entry is not None else self.list).take_focus()
        elif asked and not asks:
            self.setFocus()

    # ---- geometry

    def place_record(self, width: int, height: int) -> None:
        """The head on top, the walk below it."""
        look = theme()
        head = look.px(HEAD_HEIGHT)
        self.head.setGeometry(0, 0, width - 1, head)
        self.rows.setGeometry(0, head, width - 1, max(height - head, 0))
        self.empty.setGeometry(look.px(PAD), height // 2 - look.px(20), width - look.px(2 * PAD), look.px(40))
        self.bar.setGeometry(self.band.figure.geometry())

    def place_hand(self, width: int, height: int) -> None:
        """The scan slot on top, then the task with its actions and the wish, or what takes their place."""
        look = theme()
        pad, gap, large = look.px(PAD), look.px(GAP), look.px(GAP_LARGE)
        inner = width - 2 * pad
        self.slot.setGeometry(pad, pad, inner, look.px(SLOT_HEIGHT))
        top = pad + look.px(SLOT_HEIGHT) + large
        rest = max(height - top - pad, 0)
        for part in (self.panel, self.list):
            part.setGeometry(pad, top, inner, rest)
        if not self.staging.isHidden():
            self.staging.setGeometry(pad, top, inner, rest)
        self.task.setGeometry(pad, top, inner, look.px(CARD_HEIGHT))
        top += look.px(CARD_HEIGHT) + large
        each = (inner - 2 * gap) / 3
        for place, button in enumerate((self.substitute, self.short, self.later)):
            left = round(pad + place * (each + gap))
            right = round(pad + place * (each + gap) + each)
            button.setGeometry(left, top, right - left, look.px(ACTION_HEIGHT))
        top += look.px(ACTION_HEIGHT) + large
        self.wish.setGeometry(pad, top, inner, min(self.wish.wanted_height(), max(height - top - pad, 0)))

    # ---- keys

    def press_key(self, key: str) -> bool:
        """Do what a key of the design stands for here (`F6`, `Esc`, `Ctrl+Z` …); False for others."""
        action = self._keys.get(key)
        if action is None:
            return False
        action()
        return True

    def _named_keys(self) -> dict[str, Callable[[], object]]:
        picking = self._picking
        return {
            "F2": self.focus_search,
            "F6": lambda: picking.open_panel("substitute"),
            "F7": lambda: picking.open_panel("short"),
            "F8": picking.later,
            "F10": lambda: picking.open_panel("more"),
            "F11": picking.print_labels,
            "Ctrl+Z": lambda: picking.open_panel("undo"),
            "+": self._plus,
            "-": picking.minus,
            "Up": lambda: self._step(-1),
            "Down": lambda: self._step(1),
            "Backspace": lambda: picking.panel_key("back"),
            "Enter": self._enter,
            "Esc": picking.back,
        }

    def keys(self) -> dict[str, str]:
        """What this page's own keys do, for the key sheet."""
        return {
            "Enter": self.tr("Mark ready, or answer what is asked"),
            "↑ ↓": self.tr("Another line of the walk"),
            "+ −": self.tr("Count one by hand, or take it back"),
            "F6": self.tr("Substitute"),
            "F7": self.tr("Short"),
            "F8": self.tr("Later"),
            "F10": self.tr("More: pick list, another tote, take a step back"),
            "F11": self.tr("Print labels"),
            "Ctrl Z": self.tr("Take a step back"),
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys with no field focused; digits go to an open question."""
        name = key_name(event)
        if name.isdecimal() and isinstance(self._picking.screen.panel, EntryPanel):
            self._picking.panel_key(name)
        elif not self.press_key(name):
            event.ignore()

    def step_back(self) -> bool:
        """Esc: close the question; with none open, ask who goes on."""
        return bool(self._picking.back())

    def focus_search(self) -> None:
        """F2: look for a swap by typing."""
        if self._picking.screen.panel is None:
            self._picking.open_panel("substitute")
        if not self.list.isHidden():
            self.list.take_focus()

    def _plus(self) -> None:
        if self._picking.screen.panel is None:
            self._picking.plus()

    def _step(self, step: int) -> None:
        if not self.list.isHidden():
            self.list.rows.step(step)
        elif self._picking.screen.panel is None:
            self._picking.move(step)

    def _enter(self) -> None:
        panel = self._picking.screen.panel
        if isinstance(panel, ListPanel):
            self.list.take()
        elif panel is not None:
            self._picking.panel_confirm()
        else:
            self._picking.mark_ready()

    # ---- words

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.substitute.setText(self.tr("Substitute"))
        self.short.setText(self.tr("Short"))
        self.later.setText(self.tr("Later"))
        self.pause.setText(self.tr("Pause"))
        self.labels.setText(self.tr("Print labels"))
        self.rows.setAccessibleName(self.tr("Lines of the order, in the order of the walk"))


NAMED = {
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Plus: "+",
    Qt.Key.Key_Minus: "-",
    Qt.Key.Key_Space: "Space",
    **{Qt.Key(Qt.Key.Key_F1.value + number): f"F{number + 1}" for number in range(12)},
}
"""What the design calls a key."""


def key_name(event: QKeyEvent) -> str:
    """Return the design's name of a key: `F6`, `Esc`, `Ctrl+Z`, `7`; empty for one that has none."""
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if control:
        return "Ctrl+Z" if event.key() == Qt.Key.Key_Z else ""
    name = NAMED.get(Qt.Key(event.key()), "")
    return name or (event.text() if event.text().isdecimal() else "")
