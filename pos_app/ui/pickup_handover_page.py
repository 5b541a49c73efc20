"""The hand-over page: the steps at the left, what is in the bags at the right, the sum below.

It renders `HandoverViewModel.screen` at every `changed` and forwards what the desk does. Every question
opens in the hand pane; the steps and the scanner go on working beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton, band_button
from pos_app.ui.entry_panel import EntryPanelView
from pos_app.ui.icons import icon
from pos_app.ui.painting import CENTRE, draw_pixmap_centred, draw_text, painting
from pos_app.ui.pickup_controls import ReadyButton
from pos_app.ui.pickup_handover_items import ItemsView, NoteView
from pos_app.ui.pickup_handover_steps import HEAD_HEIGHT, DeskHeadView, StepList
from pos_app.ui.pickup_list_panel import ListPanelView
from pos_app.ui.pickup_picking_hand import SLOT_HEIGHT, ScanSlotView
from pos_app.ui.pickup_picking_page import key_name
from pos_app.ui.pickup_signature import SignatureView
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.pickup_handover_screen import HandoverScreen, SignaturePanel
from pos_app.viewmodels.pickup_picking_screen import ListPanel
from pos_app.viewmodels.screens import EntryPanel

PAD, GAP, GAP_LARGE = 16, 8, 12
ACTION_HEIGHT = 64


class EntryHint(QWidget):
    """What to do while no order is open: one sign, one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._detail = ""
        theme().changed.connect(self.update)

    def set_text(self, title: str, detail: str) -> None:
        """Show these words."""
        self._title, self._detail = title, detail
        self.setAccessibleName(f"{title} {detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw sign, title and detail in the middle."""
        del event
        look = theme()
        middle = self.height() / 2
        with painting(QPainter(self)) as painter:
            mark = QRectF(0, middle - look.px(92), self.width(), look.px(56))
            draw_pixmap_centred(painter, mark, icon("scan", "primary", 52))
            title = QRectF(0, middle - look.px(24), self.width(), look.px(32))
            draw_text(painter, title, self._title, look.font("heading"), look.colour("text"), align=CENTRE)
            detail = QRectF(look.px(20), middle + look.px(12), self.width() - look.px(40), look.px(24))
            draw_text(
                painter, detail, self._detail, look.font("bodyLarge"), look.colour("text2"), align=CENTRE
            )


class HandoverPage(WorkPage):
    """Hand over. `desk` is the HandoverViewModel; its keys are in `press_key`."""

    def __init__(self, desk: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._build_record()
        self._build_hand()
        self._build_panels()
        self._build_band()
        self._keys = self._named_keys()
        desk.changed.connect(self.refresh)
        self._retranslate()
        self.refresh()

    # ---- building

    def _build_record(self) -> None:
        self.head = DeskHeadView(self.record)
        self.steps = StepList(self.record)
        self.steps.chosen.connect(self._desk.choose_collector)
        self.steps.acted.connect(self._desk.act)
        self.steps.tapped.connect(self._desk.tap_bag)
        self.hint = EntryHint(self.record)
        self.slot = ScanSlotView(self.record)

    def _build_hand(self) -> None:
        self.items = ItemsView(self.hand)
        self.note = NoteView(self.hand)
        self.give_back = ActionButton(icon="undo", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand)
        self.slip = ActionButton(
            icon="print", key="F11", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand
        )
        self.not_collected = ActionButton(
            icon="expires", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand
        )
        self.give_back.clicked.connect(self._desk.give_back)
        self.slip.clicked.connect(self._desk.print_slip)
        self.not_collected.clicked.connect(lambda: self._desk.open_panel("not_collected"))

    def _build_panels(self) -> None:
        desk = self._desk
        self.panel = EntryPanelView(self.hand)
        self.panel.key_pressed.connect(desk.panel_key)
        self.panel.text_typed.connect(desk.panel_text)
        self.panel.choice_made.connect(desk.panel_choose)
        self.panel.confirmed.connect(desk.panel_confirm)
        self.panel.cancelled.connect(desk.panel_cancel)
        self.list = ListPanelView(self.hand)
        self.list.picked.connect(desk.panel_choose)
        self.list.text_typed.connect(desk.panel_text)
        self.list.cancelled.connect(desk.panel_cancel)
        self.finder = ListPanelView(self.hand)
        self.finder.picked.connect(desk.find)
        self.finder.text_typed.connect(desk.search)
        self.finder.cancelled.connect(desk.back)
        self.finder.missed.connect(lambda: desk.find(""))
        self.digits = ActionButton(icon="keyboard", role="bodyLarge", height=ACTION_HEIGHT, parent=self.hand)
        self.digits.clicked.connect(lambda: desk.open_panel("digits"))
        self.sign = SignatureView(self.hand)
        self.sign.signed.connect(desk.sign)
        self.sign.cancelled.connect(desk.panel_cancel)

    def _build_band(self) -> None:
        self.back = band_button("Esc", self.band)
        self.hand_over = ReadyButton(key="Enter", parent=self.band)
        self.payment = ReadyButton(key="F9", size=22, parent=self.band)
        self.back.clicked.connect(self._desk.back)
        self.hand_over.clicked.connect(self._desk.hand_over)
        self.payment.clicked.connect(self._desk.take_payment)
        self.band.set_actions(((self.back, 106), (self.hand_over, 0), (self.payment, 0)))

    # ---- rendering

    def refresh(self) -> None:
        """Show the view-model's screen."""
        screen: HandoverScreen = self._desk.screen
        has_order = screen.items is not None
        self.head.setVisible(has_order)
        self.steps.setVisible(has_order)
        self.hint.setVisible(not has_order)
        self.head.show_head(screen.head)
        self.steps.show_steps(screen.steps)
        self.hint.set_text(screen.entry_title, screen.entry_detail)
        self.slot.show_slot(screen.slot)
        self.slot.setVisible(bool(screen.slot.serial))
        self._show_hand(screen)
        self._show_band(screen)
        self.place_record(self.record.width(), self.record.height())
        self.place_hand(self.hand.width(), self.hand.height())

    def _show_hand(self, screen: HandoverScreen) -> None:
        asks = screen.panel is not None
        asked = [part for part in (self.panel, self.list, self.sign) if not part.isHidden()]
        if screen.items is not None:
            self.items.show_card(screen.items)
        self.note.show_note(screen.note_title, screen.note)
        shows_items = screen.items is not None and not asks
        for part in (self.items, self.give_back, self.slip, self.not_collected):
            part.setVisible(shows_items)
        self.note.setVisible(shows_items and bool(screen.note))
        self.give_back.set_selected(screen.giving_back)
        self._show_panels(screen)
        finds = screen.entry is not None and not asks
        if screen.entry is not None:
            self.finder.show_panel(screen.entry)
        began = finds and self.finder.isHidden()
        self.finder.setVisible(finds)
        self.digits.setVisible(finds)
        if began and self.isVisible():
            self.finder.take_focus()
        elif asks and all(part.isHidden() for part in asked):
            self._take_focus(screen)
        elif asked and not asks and not finds:
            self.setFocus()

    def _show_panels(self, screen: HandoverScreen) -> None:
        panel = screen.panel
        self.panel.setVisible(isinstance(panel, EntryPanel))
        self.list.setVisible(isinstance(panel, ListPanel))
        if isinstance(panel, EntryPanel):
            self.panel.show_panel(panel)
        elif isinstance(panel, ListPanel):
            self.list.show_panel(panel)
        elif isinstance(panel, SignaturePanel):
            self.sign.show_panel(panel)
        self.sign.setVisible(isinstance(panel, SignaturePanel))

    def _take_focus(self, screen: HandoverScreen) -> None:
        if isinstance(screen.panel, ListPanel):
            self.list.take_focus()
        elif isinstance(screen.panel, EntryPanel):
            self.setFocus()
            self.panel.take_focus()

    def _show_band(self, screen: HandoverScreen) -> None:
        title = (Run(screen.band_title, "onFrame", bold=True, role="title"),)
        detail = (Run(screen.band_detail, "onFrame", role="body"),)
        self.band.figure.set_lines(*((title, detail) if screen.band_detail else (title,)))
        self.band.figure.set_amount(screen.amount, screen.symbol if screen.amount else "")
        for button, action in ((self.hand_over, screen.hand_over), (self.payment, screen.payment)):
            button.show_action(action.label, action.detail, possible=action.possible)

    # ---- geometry

    def place_record(self, width: int, height: int) -> None:
        """The head on top, the steps below it, what was scanned at the foot."""
        look = theme()
        head, inner = look.px(HEAD_HEIGHT), width - 1
        slot = 0 if self.slot.isHidden() else look.px(SLOT_HEIGHT + GAP)
        self.head.setGeometry(0, 0, inner, head)
        self.steps.setGeometry(0, head, inner, max(height - head - slot, 0))
        self.hint.setGeometry(0, 0, inner, max(height - slot, 0))
        self.slot.setGeometry(
            look.px(GAP), height - look.px(SLOT_HEIGHT + GAP), inner - look.px(2 * GAP), look.px(SLOT_HEIGHT)
        )

    def place_hand(self, width: int, height: int) -> None:
        """The items, the note and three buttons; or what takes their place."""
        look = theme()
        pad, gap, large = look.px(PAD), look.px(GAP), look.px(GAP_LARGE)
        inner = width - 2 * pad
        bottom = height - pad
        for part in (self.panel, self.list, self.sign):
            part.setGeometry(pad, pad, inner, max(bottom - pad, 0))
        buttons = bottom - look.px(ACTION_HEIGHT)
        self.finder.setGeometry(pad, pad, inner, max(buttons - large - pad, 0))
        self.digits.setGeometry(pad, buttons, inner, look.px(ACTION_HEIGHT))
        each = (inner - 2 * gap) / 3
        for place, button in enumerate((self.give_back, self.slip, self.not_collected)):
            left = round(pad + place * (each + gap))
            right = round(pad + place * (each + gap) + each)
            button.setGeometry(left, buttons, right - left, look.px(ACTION_HEIGHT))
        note = 0 if self.note.isHidden() else self.note.wanted_height(inner)
        room = buttons - large - pad - (note + large if note else 0)
        items = max(min(self.items.wanted_height(), room), 0)
        self.items.setGeometry(pad, pad, inner, items)
        self.note.setGeometry(pad, pad + items + large, inner, note)

    # ---- keys

    def press_key(self, key: str) -> bool:
        """Do what a key of the design stands for here (`F6`, `F9`, `Esc` …); False for others."""
        action = self._keys.get(key)
        if action is None:
            return False
        action()
        return True

    def _named_keys(self) -> dict[str, Callable[[], object]]:
        desk = self._desk
        return {
            "F2": self.focus_search,
            "F6": desk.check,
            "F7": lambda: desk.open_panel("refuse"),
            "F8": desk.give_back,
            "F9": desk.take_payment,
            "F10": lambda: desk.open_panel("more"),
            "F11": desk.print_slip,
            "Ctrl+Z": lambda: desk.open_panel("undo"),
            "Backspace": lambda: desk.panel_key("back"),
            "Up": lambda: self._step(-1),
            "Down": lambda: self._step(1),
            "Enter": self._enter,
            "Esc": desk.back,
        }

    def keys(self) -> dict[str, str]:
        """What this page's own keys do, for the key sheet."""
        return {
            "Enter": self.tr("Hand over, or answer what is asked"),
            "0–9": self.tr("Find an order, or type the pickup code"),
            "F6": self.tr("ID seen"),
            "F7": self.tr("Refuse item"),
            "F8": self.tr("Give back an item"),
            "F9": self.tr("Take payment"),
            "F10": self.tr("More: leave a bag, type the code, take a step back"),
            "F11": self.tr("Slip"),
            "Ctrl Z": self.tr("Take a step back"),
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys with no field focused; digits go to an open question, or find an order."""
        name = key_name(event)
        if name.isdecimal():
            self._type(name)
        elif not self.press_key(name):
            event.ignore()

    def step_back(self) -> bool:
        """Esc: close the question; with none open put the order aside and go to the board."""
        return bool(self._desk.back())

    def focus_search(self) -> None:
        """F2: the cursor goes where orders are found."""
        if not self.finder.isHidden():
            self.finder.take_focus()

    def _type(self, digit: str) -> None:
        if self._desk.screen.panel is not None:
            self._desk.panel_key(digit)
        elif not self.finder.isHidden():
            self.finder.take_focus()
            self.finder.search.edit.insert(digit)

    def _step(self, step: int) -> None:
        for part in (self.list, self.finder):
            if not part.isHidden():
                part.rows.step(step)

    def _enter(self) -> None:
        panel = self._desk.screen.panel
        if isinstance(panel, SignaturePanel):
            self.sign.answer()
        elif isinstance(panel, ListPanel):
            self.list.take()
        elif panel is not None:
            self._desk.panel_confirm()
        elif not self.finder.isHidden():
            self.finder.take()
        else:
            self._desk.hand_over()

    # ---- words

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.give_back.setText(self.tr("Give back an item"))
        self.slip.setText(self.tr("Slip"))
        self.not_collected.setText(self.tr("Not collected"))
        self.back.setText(self.tr("Back"))
        self.digits.setText(self.tr("Type the digits on the screen"))
