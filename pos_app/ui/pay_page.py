"""The Pay page: renders a PayScreen and forwards what is tapped to its view-model."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, SignalInstance
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton, Keypad
from pos_app.ui.pay_hand import AmountEntry, SuggestionGrid, TenderKindButton, TerminalPanel
from pos_app.ui.pay_record import (
    HAND_BACK_HEIGHT,
    HEADER,
    ErrorSlot,
    HandBackPieces,
    PaySums,
    ScanHint,
    SectionHeader,
)
from pos_app.ui.tender_list import TenderList
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.screens import PayScreen

TENDER_KINDS = ("cash", "card", "mobile_code", "other")
HINT_HEIGHT = 40
HINT_GAP = 18
LEAST_TENDERS = 126
"""Room for two tenders, which a long sum may not take away."""

PAD, GAP, GAP_LARGE = 16, 8, 12
TENDER_HEIGHT, ENTRY_HEIGHT = 76, 72
KEYPAD_SHARE = 328 / 630
"""The keypad's part of the hand's width."""

BACK_WIDTH, RECEIPT_WIDTH = 120, 150


class PayModel(Protocol):
    """What the page needs of the view-model."""

    @property
    def screen(self) -> PayScreen:
        """What to show."""

    @property
    def changed(self) -> SignalInstance:
        """Told after each change of `screen`."""

    def choose_tender(self, kind: str) -> None:
        """Pay by this kind."""

    def press(self, key: str) -> None:
        """A key of the keypad."""

    def use_amount(self, minor: int) -> None:
        """A likely amount."""

    def cancel_wait(self) -> None:
        """Stop the terminal."""

    def resolve(self, tender_id: str) -> None:
        """Ask again about an attempt in doubt."""

    def remove_tender(self, tender_id: str) -> None:
        """Give a tender back."""

    def toggle_receipt(self) -> None:
        """Print or do not print."""

    def complete(self) -> None:
        """Take what is typed and complete the sale."""

    def back(self) -> None:
        """Return to Sell."""


class PayPage(WorkPage):
    """Money: the sum and the tenders at the left, the ways to pay at the right, the change on the band."""

    def __init__(self, model: PayModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._build_record()
        self._build_hand()
        self._build_band()
        model.changed.connect(self.refresh)
        self.refresh()

    def _build_record(self) -> None:
        self.sums = PaySums(self.record)
        self.header = SectionHeader(self.record)
        self.tenders = TenderList(self.record)
        self.tenders.ask_again.connect(self._model.resolve)
        self.tenders.give_back.connect(self._model.remove_tender)
        self.hint = ScanHint(self.record)
        self.error = ErrorSlot(self.record)
        self.hand_back = HandBackPieces(self.record)

    def _build_hand(self) -> None:
        self.kinds = [TenderKindButton(kind, self.hand) for kind in TENDER_KINDS]
        for button in self.kinds:
            button.clicked.connect(lambda _checked=False, kind=button.kind: self._model.choose_tender(kind))
        self.entry = AmountEntry(self.hand)
        self.keypad = Keypad(self.hand)
        self.keypad.pressed.connect(self._model.press)
        self.suggestions = SuggestionGrid(self.hand)
        self.suggestions.used.connect(self._model.use_amount)
        self.wait = TerminalPanel(self.hand)
        self.wait.cancelled.connect(self._model.cancel_wait)

    def _build_band(self) -> None:
        self.back = ActionButton(variant="frame", key="Esc", arrangement="stacked")
        self.receipt = ActionButton(variant="frame", key="F11", icon="print", arrangement="stacked")
        self.complete = ActionButton(variant="pay", key="Enter", arrangement="wide", role="action")
        self.back.clicked.connect(self._model.back)
        self.receipt.clicked.connect(self._model.toggle_receipt)
        self.complete.clicked.connect(self._model.complete)
        self.band.set_actions(((self.back, BACK_WIDTH), (self.receipt, RECEIPT_WIDTH), (self.complete, 0)))

    def changeEvent(self, event: QEvent) -> None:
        """Say the page's own words again in the new language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()

    def step_back(self) -> bool:
        """Esc: stop the terminal while it works, else return to Sell."""
        wait = self._model.screen.wait
        if wait is None:
            self._model.back()
        elif wait.can_cancel:
            self._model.cancel_wait()
        return True

    def refresh(self) -> None:
        """Show the view-model's screen."""
        screen = self._model.screen
        self.sums.show_sums(screen.sums, screen.total_label, screen.total_detail, screen.total)
        self.header.set_text(self.tr("Tenders"))
        self.tenders.show_tenders(screen.tenders, waiting=screen.wait is not None)
        self.hint.set_text(screen.hint)
        self.error.set_text(screen.error)
        self.hand_back.show_pieces(screen.hand_back, screen.hand_back_detail)
        self._show_hand(screen)
        self._show_band(screen)
        self.place_record(self.record.width(), self.record.height())

    def _show_hand(self, screen: PayScreen) -> None:
        by_kind = {button.kind: button for button in screen.buttons}
        for button in self.kinds:
            button.setVisible(button.kind in by_kind)
            if button.kind in by_kind:
                button.show_button(by_kind[button.kind])
                button.setEnabled(screen.wait is None)
        self.entry.show_entry(screen.entry_label, screen.entry_hint, screen.entry)
        self.suggestions.show_amounts(screen.suggestions)
        waiting = screen.wait is not None
        for part in (self.entry, self.keypad, self.suggestions):
            part.setVisible(not waiting)
        self.wait.setVisible(waiting)
        if screen.wait is not None:
            chosen = [button.icon for button in screen.buttons if button.selected]
            self.wait.show_wait(screen.wait, chosen[0] if chosen else "card")

    def _show_band(self, screen: PayScreen) -> None:
        title = (Run(screen.band_title, "onFrame", bold=True, role="title"),)
        detail = (Run(screen.band_detail),)
        self.band.figure.set_lines(*((title, detail) if screen.band_detail else (title,)))
        tone = {"ok": "pay", "warn": "warningSolid"}.get(screen.band_tone, "onFrame")
        self.band.figure.set_amount(screen.band_amount, screen.currency_symbol, tone)
        self.back.setText(self.tr("Back"))
        self.back.setEnabled(screen.wait is None)
        self.receipt.setText(screen.receipt_choice)
        self.complete.setText(screen.complete_label)
        self.complete.setEnabled(screen.can_complete)

    def place_record(self, width: int, height: int) -> None:
        """Sums on top, what to hand back at the foot, the tenders between."""
        look = theme()
        inner = width - 1
        with_pieces = bool(self._model.screen.hand_back or self._model.screen.hand_back_detail)
        foot = height - (look.px(HAND_BACK_HEIGHT) if with_pieces else 0)
        self.hand_back.setVisible(with_pieces)
        self.hand_back.setGeometry(0, foot, inner, look.px(HAND_BACK_HEIGHT))
        if self._model.screen.error:
            error = look.px(ErrorSlot.HEIGHT)
            foot -= error
            self.error.setGeometry(0, foot, inner, error)
        sums = min(self.sums.sizeHint().height(), foot - look.px(HEADER + LEAST_TENDERS))
        self.sums.setGeometry(0, 0, inner, max(sums, 0))
        self.header.setGeometry(0, sums, inner, look.px(HEADER))
        top = sums + look.px(HEADER)
        rows = min(self.tenders.rows_height(), foot - top)
        self.tenders.setGeometry(0, top, inner, max(rows, 0))
        hint_top = top + rows + look.px(HINT_GAP)
        self.hint.setVisible(hint_top + look.px(HINT_HEIGHT) <= foot)
        self.hint.setGeometry(0, hint_top, inner, look.px(HINT_HEIGHT))

    def place_hand(self, width: int, height: int) -> None:
        """Ways to pay, the entry, then keypad and likely amounts side by side."""
        look = theme()
        pad, gap, large = look.px(PAD), look.px(GAP), look.px(GAP_LARGE)
        inner = width - 2 * pad
        each = (inner - gap * (len(self.kinds) - 1)) / len(self.kinds)
        for place, button in enumerate(self.kinds):
            left = int(pad + place * (each + gap) + 0.5)
            right = int(pad + place * (each + gap) + each + 0.5)
            button.setGeometry(left, pad, right - left, look.px(TENDER_HEIGHT))
        entry_top = pad + look.px(TENDER_HEIGHT) + large
        self.entry.setGeometry(pad, entry_top, inner, look.px(ENTRY_HEIGHT))
        self.wait.setGeometry(pad, entry_top, inner, height - entry_top - pad)
        top = entry_top + look.px(ENTRY_HEIGHT) + large
        keys = round(inner * KEYPAD_SHARE)
        below = height - top - pad
        self.keypad.setGeometry(pad, top, keys, below)
        self.suggestions.setGeometry(pad + keys + large, top, inner - keys - large, below)
