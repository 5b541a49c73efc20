"""The Sell page: the record of the open sale, and what a hand can do about it.

It renders `SellViewModel.screen` at every `changed` and forwards what the cashier does. The hand pane
shows one of four things: tiles, search hits while a text is typed, an entry panel, or the held sales.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.choice_list import ChoiceList, RowTexts
from pos_app.ui.controls import ActionButton, band_button
from pos_app.ui.entry_panel import EntryPanelView
from pos_app.ui.feedback_slot import FeedbackSlot
from pos_app.ui.held_panel import HeldPanel
from pos_app.ui.member_strip import HEIGHT as MEMBER_HEIGHT
from pos_app.ui.member_strip import MemberStripView
from pos_app.ui.offline_lists import HEIGHT as OFFLINE_HEIGHT
from pos_app.ui.offline_lists import OfflineLists
from pos_app.ui.record_list import RecordList
from pos_app.ui.search_field import SearchField
from pos_app.ui.tab_strip import TabStrip
from pos_app.ui.theme import theme
from pos_app.ui.tile_grid import TileGrid
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.screens import OfflineBanner, SearchHit, SellScreen

SLOT_HEIGHT = 52
SEARCH_HEIGHT = 56
MORE_TILES_FROM = 25


def hit_texts(hit: SearchHit) -> RowTexts:
    """How a search hit is written."""
    return RowTexts(hit.name, hit.detail, hit.price, hit.category_colour)


class SellPage(WorkPage):
    """Sell. `sell` is the SellViewModel; the keys that need no modifier are handled here."""

    def __init__(self, sell: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sell = sell
        self._quick_number: str | None = None
        self._build_record()
        self._build_hand()
        self._build_band()
        sell.changed.connect(self.refresh)
        sell.hits_changed.connect(self._show_hits)
        self._retranslate()
        self.refresh()

    def _build_record(self) -> None:
        self.member = MemberStripView(self.record)
        self.lines = RecordList(self.record)
        self.slot = FeedbackSlot(self.record)
        self.member.removed.connect(self._sell.remove_member)
        self.member.opened.connect(lambda: self._sell.open_panel("member"))
        self.lines.line_chosen.connect(self._sell.select_line)
        editor = self.lines.editor
        editor.stepped.connect(self._sell.step_quantity)
        editor.panel_asked.connect(self._sell.open_panel)
        editor.quantity_asked.connect(lambda: self._sell.open_panel("quantity"))
        editor.void_asked.connect(self._sell.void_line)
        self.slot.undone.connect(self._sell.undo)
        self.slot.acted.connect(self._sell.feedback_action)

    def _build_hand(self) -> None:
        self.search = SearchField(self.hand)
        self.tabs = TabStrip(self.hand)
        self.tiles = TileGrid(self.hand)
        self.offline = OfflineLists(self.hand)
        self.hits: ChoiceList[SearchHit] = ChoiceList(lambda hit: hit.product_id, hit_texts, self.hand)
        self.panel: EntryPanelView | None = None
        self.held: HeldPanel | None = None
        self.offline.hide()
        self.hits.hide()
        self.search.searched.connect(self._search)
        self.search.key_passed.connect(self._search_key)
        self.tabs.chosen.connect(self._sell.choose_tab)
        self.tabs.more_wanted.connect(self._sell.more_tiles)
        self.tiles.tapped.connect(self._sell.tap_tile)
        self.hits.picked.connect(self._choose_hit)

    def _build_band(self) -> None:
        self.hold = band_button("F4", self.band)
        self.discount = band_button("F8", self.band)
        self.more = band_button("F10", self.band)
        self.pay = ActionButton(variant="pay", arrangement="wide", key="F9", role="action", parent=self.band)
        self.pay.set_text_size(28)
        self.hold.clicked.connect(self._sell.hold)
        self.discount.clicked.connect(lambda: self._sell.open_panel("sale_discount"))
        self.more.clicked.connect(lambda: self._sell.open_panel("more"))
        self.pay.clicked.connect(self._sell.pay)
        self.band.set_actions(((self.hold, 96), (self.discount, 96), (self.more, 96), (self.pay, 0)))

    # ---- rendering

    def refresh(self) -> None:
        """Show the view-model's screen; parts that did not change are not repainted."""
        screen: SellScreen = self._sell.screen
        had_member = not self.member.isHidden()
        self.member.show_member(screen.member)
        if had_member != (screen.member is not None):
            self.place_record(self.record.width(), self.record.height())
        self.lines.show_lines(screen.lines, screen.selected_line_id, screen.selected_quantity)
        self.slot.show_feedback(screen.feedback)
        self.search.set_pending(screen.pending_quantity)
        full = len(screen.tiles) >= MORE_TILES_FROM and not any(t.icon and t.selected for t in screen.tabs)
        self.tabs.show_tabs(screen.tabs, has_more=full)
        self.tiles.show_tiles(screen.tiles)
        self._show_band(screen)
        self._show_hand(screen)

    def show_offline(self, banner: OfflineBanner | None) -> None:
        """Show the offline lists below the tiles while the banner is open."""
        lists = banner.lists if banner is not None and not banner.folded else ()
        self.offline.show_lists(lists)
        if bool(lists) == self.offline.isHidden():
            self.offline.setVisible(bool(lists))
            self.place_hand(self.hand.width(), self.hand.height())

    def focus_search(self) -> None:
        """F2: put the cursor into the search field."""
        self._sell_panel_closed()
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def _show_band(self, screen: SellScreen) -> None:
        figure = self.band.figure
        if screen.band_title:
            title = Run(screen.band_title, "onFrame", bold=True, role="title")
            figure.set_lines((title,), *((Run(detail),) for detail in screen.band_details))
            figure.set_amount(screen.total, screen.currency_symbol, "pay")
        else:
            first: tuple[Run, ...] = (Run(screen.items_label, "onFrame", bold=True),)
            if screen.subtotal_label:
                first += (Run(f" · {screen.subtotal_label}"),)
            saved = (Run(f"{screen.saved_label} "), Run(screen.saved_amount, "pay", bold=True))
            figure.set_lines(first, *((saved,) if screen.saved_amount else ()))
            figure.set_amount(screen.total, screen.currency_symbol)
        self.pay.setEnabled(screen.can_pay)
        self.hold.setEnabled(bool(screen.lines))
        self.discount.setEnabled(bool(screen.lines))

    def _show_hand(self, screen: SellScreen) -> None:
        if screen.panel is not None:
            if self.panel is None:
                self._build_panel()
            assert self.panel is not None
            self.panel.show_panel(screen.panel)
        elif screen.held_open and self.held is None:
            self._build_held()
        if self.held is not None and screen.held_open:
            self.held.show_held(screen.held)
        self._choose_what_is_seen()

    def _choose_what_is_seen(self) -> None:
        screen: SellScreen = self._sell.screen
        asks = screen.panel is not None
        holds = screen.held_open and not asks
        finds = bool(self.search.edit.text().strip()) and not asks and not holds
        was_asking = self.panel is not None and self.panel.isVisible()
        if self.panel is not None:
            self.panel.setVisible(asks)
        if self.held is not None:
            self.held.setVisible(holds)
        self.hits.setVisible(finds)
        for part in (self.tabs, self.tiles):
            part.setVisible(not (asks or holds or finds))
        self.search.setVisible(not (asks or holds))
        if asks and self.panel is not None and not was_asking:
            self.panel.take_focus()
        elif was_asking and not asks:
            self.setFocus()

    # ---- geometry

    def place_record(self, width: int, height: int) -> None:
        """Member strip, lines, feedback slot from top to bottom."""
        look = theme()
        inner = width - 1
        member = look.px(MEMBER_HEIGHT) if not self.member.isHidden() else 0
        slot = look.px(SLOT_HEIGHT)
        self.member.setGeometry(0, 0, inner, member)
        self.lines.setGeometry(0, member, inner, max(height - member - slot, 0))
        self.slot.setGeometry(0, height - slot, width, slot)

    def place_hand(self, width: int, height: int) -> None:
        """Search on top, then tabs and tiles or whatever takes their place."""
        look = theme()
        pad, inner = look.px(16), width - 2 * look.px(16)
        search = look.px(SEARCH_HEIGHT)
        self.search.setGeometry(pad, pad, inner, search)
        top = pad + search + look.px(10)
        bottom = height - look.px(14)
        if not self.offline.isHidden():
            lists = look.px(OFFLINE_HEIGHT)
            bottom = height - pad - lists
            self.offline.setGeometry(pad, bottom, inner, lists)
            bottom -= look.px(12)
        self.hits.setGeometry(pad, top, inner, bottom - top)
        self.tabs.setGeometry(pad, top, inner, look.px(48))
        top += look.px(58)
        number = theme().number
        large = int(number("layout", "large", "tileColumns"))
        self.tiles.set_columns(large if self.is_large else int(number("layout", "tileColumns")))
        self.tiles.setGeometry(pad, top, inner, max(bottom - top, 0))
        for part in (self.panel, self.held):
            if part is not None:
                part.setGeometry(pad, pad, inner, bottom - pad)

    # ---- what the cashier does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys with no field focused: digits, `*`, `/`, plus, minus, Del, arrows, Enter, Esc."""
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
            return
        if not self._take_quick_number(event) and not self._take_named_key(event):
            character = event.text()
            if character and (character.isdigit() or character == "*"):
                self._sell.type_key(character)
            else:
                event.ignore()

    def _take_quick_number(self, event: QKeyEvent) -> bool:
        if self._quick_number is None:
            if event.text() != "/" or self._sell.screen.panel is not None:
                return False
            self._quick_number = ""
        elif event.text().isdigit():
            self._quick_number += event.text()
        else:
            number, self._quick_number = self._quick_number, None
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and number:
                self._sell.quick_key(int(number[:4]))
        return True

    def _take_named_key(self, event: QKeyEvent) -> bool:
        actions = {
            Qt.Key.Key_Plus: lambda: self._sell.step_quantity(1),
            Qt.Key.Key_Minus: lambda: self._sell.step_quantity(-1),
            Qt.Key.Key_Delete: self._sell.void_line,
            Qt.Key.Key_Up: lambda: self._sell.move_selection(-1),
            Qt.Key.Key_Down: lambda: self._sell.move_selection(1),
            Qt.Key.Key_PageDown: self._sell.more_tiles,
            Qt.Key.Key_Backspace: self._erase,
            Qt.Key.Key_Return: self._enter,
            Qt.Key.Key_Enter: self._enter,
        }
        action = actions.get(Qt.Key(event.key()))
        if action is not None:
            action()
        elif event.key() == Qt.Key.Key_Escape:
            return self.step_back()
        return action is not None

    def step_back(self) -> bool:
        """Esc: close what is open, innermost first; False when nothing was."""
        screen: SellScreen = self._sell.screen
        if screen.panel is not None:
            self._sell.panel_cancel()
        elif screen.held_open:
            self._sell.toggle_held()
        elif self.search.edit.text() or self.search.edit.hasFocus():
            self._leave_search()
        else:
            return bool(screen.pending_quantity) and bool(self._sell.erase_typed())
        return True

    def _erase(self) -> None:
        if self._sell.screen.panel is not None:
            self._sell.panel_key("back")
        else:
            self._sell.erase_typed()

    def _enter(self) -> None:
        screen: SellScreen = self._sell.screen
        if screen.held_open and screen.panel is None and self.held is not None:
            self.held.list.pick()
        else:
            self._sell.confirm_typed()

    def _search(self, text: str) -> None:
        self._sell.search(text)
        self._choose_what_is_seen()

    def _search_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.step_back()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.hits.step(-1 if key == Qt.Key.Key_Up else 1)
        elif self.search.edit.text().strip():
            self._enter_search()

    def _enter_search(self) -> None:
        """Take the chosen hit; digits without a hit are looked up as a code, which says why not."""
        text = self.search.edit.text().strip()
        if self.hits.rows:
            self.hits.pick()
        elif text.isdigit():
            self._leave_search()
            self._sell.scan(text)

    def _choose_hit(self, product_id: str) -> None:
        self._leave_search()
        self._sell.choose_hit(product_id)

    def _leave_search(self) -> None:
        self.search.clear()
        self.setFocus()

    def _sell_panel_closed(self) -> None:
        if self._sell.screen.panel is not None:
            self._sell.panel_cancel()
        if self._sell.screen.held_open:
            self._sell.toggle_held()

    def _show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        self.hits.show_rows(hits, self.tr("Nothing found. Try fewer letters, a code, or pinyin initials."))

    # ---- parts that are built when first needed

    def _build_panel(self) -> None:
        panel = EntryPanelView(self.hand)
        panel.key_pressed.connect(self._sell.panel_key)
        panel.text_typed.connect(self._sell.panel_text)
        panel.choice_made.connect(self._sell.panel_choose)
        panel.confirmed.connect(self._sell.panel_confirm)
        panel.cancelled.connect(self._sell.panel_cancel)
        self.panel = panel
        self.place_hand(self.hand.width(), self.hand.height())

    def _build_held(self) -> None:
        self.held = HeldPanel(self.hand)
        self.held.recalled.connect(self._sell.recall)
        self.held.closed.connect(self._sell.toggle_held)
        self.place_hand(self.hand.width(), self.hand.height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.hold.setText(self.tr("Hold"))
        self.discount.setText(self.tr("Discount"))
        self.more.setText(self.tr("More"))
        self.pay.setText(self.tr("Pay"))
        self.tiles.setAccessibleName(self.tr("Quick keys"))
        self.lines.setAccessibleName(self.tr("Lines of the sale"))
        self.hits.setAccessibleName(self.tr("Products found"))
        self.lines.set_empty_text(
            self.tr("Scan the first item"), self.tr("or tap a quick key. A member card works too.")
        )
        self.band.update()
