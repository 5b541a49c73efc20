"""The Sell screen: scans, tiles, search, the selected line, panels, held sales, and the band."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_fields
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QObject, Signal

from pos_app.services.lookup import QUICK_TAB, Lookup
from pos_app.services.open_basket import line_of
from pos_app.services.outcomes import (
    Added,
    BasketView,
    CashierRecognised,
    Changed,
    MemberAttached,
    NeedsAge,
    NeedsApproval,
    NeedsPrice,
    NeedsWeight,
    NotInCatalogue,
    Outcome,
    PaymentCodeRead,
    ReceiptRecognised,
    Refused,
)
from pos_app.services.pickup_outcomes import PromisedGoods
from pos_app.services.selling import Selling
from pos_app.viewmodels.approvals import ApprovalDesk
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.panel_answers import PanelAnswers
from pos_app.viewmodels.panels import Question
from pos_app.viewmodels.screens import Feedback, SellScreen
from pos_app.viewmodels.sell_presenter import clock_time
from pos_app.viewmodels.sell_questions import SellQuestions
from pos_app.viewmodels.sentences import Sentences

LONGEST_TYPED = 14


class SellViewModel(SellQuestions):
    """What the Sell screen shows and may do. `screen` is replaced before each `changed`."""

    changed = Signal()
    hits_changed = Signal(object)
    pay_asked = Signal(str)  # a payment code, or empty
    cashier_recognised = Signal(object)
    queued = Signal()  # something for the printer
    announced = Signal(str)

    def __init__(
        self,
        selling: Selling,
        lookup: Lookup,
        sentences: Sentences,
        answers: PanelAnswers,
        approvals: ApprovalDesk,
        *,
        symbol: Callable[[], str],
        price_age: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(selling, lookup, sentences, answers, approvals, symbol, parent)
        self._price_age = price_age
        self._tab = QUICK_TAB
        self._tab_page = 0
        self._typed = ""
        self._feedback: Feedback | None = None
        self._until_read: Feedback | None = None
        self._held_open = False
        self._change: tuple[str, tuple[str, ...], str] | None = None
        self.screen = SellScreen()

    # ---- scans --------------------------------------------------------------------------------

    @guarded
    def scan(self, text: str) -> None:
        """Do what a scan means here, with the quantity typed before it."""
        if self._question is not None and self._question.kind == "price_check":
            self._check_price(text)
            return
        quantity, refused = self._take_typed_quantity()
        if refused:
            self._tell(Refused("too_large", refused))
            return
        self._change = None
        outcome = self._selling.scan(text.strip(), quantity)
        if self._approvals.waits and isinstance(outcome, CashierRecognised):
            self._approvals.allow(outcome.staff)
        elif self._approvals.waits and isinstance(outcome, Refused) and outcome.code == "badge_unknown":
            self._approvals.badge_unknown()
        else:
            self._tell(outcome)

    @guarded
    def tap_tile(self, tile_id: str) -> None:
        """Add what a tile stands for, or open its question."""
        if tile_id in {"open_price", "gift_card"}:
            self._open_price_for(tile_id)
            return
        self._add_product(tile_id)

    @guarded
    def quick_key(self, number: int) -> None:
        """Press the tile with this number, counted from 1."""
        tiles = self.screen.tiles
        if 1 <= number <= len(tiles):
            self.tap_tile(tiles[number - 1].tile_id)

    @guarded
    def choose_hit(self, product_id: str) -> None:
        """Add a product found by search."""
        if self._question is not None and self._question.kind == "price_check":
            self._show_price(product_id)
            return
        self._add_product(product_id)

    @guarded
    def search(self, text: str) -> None:
        """Find as typed; answers by `hits_changed`."""
        self.hits_changed.emit(self._presenter.hits(text) if text.strip() else ())

    def _add_product(self, product_id: str) -> None:
        quantity, refused = self._take_typed_quantity()
        if refused:
            self._tell(Refused("too_large", refused))
            return
        self._change = None
        self._tell(self._selling.add_product(product_id, quantity))

    def _take_typed_quantity(self) -> tuple[Decimal | None, str]:
        typed, self._typed = self._typed, ""
        if not typed.endswith("*"):
            return None, ""
        try:
            return Decimal(typed[:-1]), ""
        except InvalidOperation:
            return None, typed[:-1]

    # ---- typing with no field focused ---------------------------------------------------------

    @guarded
    def type_key(self, character: str) -> None:
        """Take a digit or `*` typed with no field focused: a quantity before a scan, or the open panel's."""
        if self._approvals.waits or (self._question and self._question.mode in {"amount", "number"}):
            self.panel_key(character)
            return
        if character == "*" and self._typed.isdecimal():
            self._typed += "*"
        elif character.isdecimal() and character.isascii() and len(self._typed) < LONGEST_TYPED:
            self._typed = character if self._typed.endswith("*") else self._typed + character
        self._refresh()

    @guarded
    def erase_typed(self) -> bool:
        """Forget what was typed before a scan; true when there was something."""
        had, self._typed = bool(self._typed), ""
        if had:
            self._refresh()
        return had

    @guarded
    def confirm_typed(self) -> None:
        """Enter: answer the open panel, or look up the code that was typed."""
        if self._question is not None or self._approvals.waits:
            self.panel_confirm()
        elif self._typed.isdecimal():
            text, self._typed = self._typed, ""
            self._change = None
            self._tell(self._selling.scan(text))

    # ---- the selected line --------------------------------------------------------------------

    @guarded
    def select_line(self, line_id: str) -> None:
        """Open a line in place."""
        self._selected = line_id if line_of(self._selling.view(), line_id) else ""
        self._refresh()

    @guarded
    def move_selection(self, step: int) -> None:
        """Select the next or the previous line."""
        ids = [each.line_id for each in self._selling.open_sale.basket.lines]
        if ids:
            at = ids.index(self._selected) if self._selected in ids else len(ids) - 1 - step
            self.select_line(ids[max(0, min(len(ids) - 1, at + step))])

    @guarded
    def step_quantity(self, step: int) -> None:
        """Add one to the selected line or take one off."""
        if self._selected:
            self._tell(self._selling.step_quantity(self._selected, step), keep_selection=True)

    @guarded
    def void_line(self) -> None:
        """Take the selected line off."""
        if self._selected.startswith("coupon:"):
            self._tell(self._selling.remove_coupon(self._selected.removeprefix("coupon:")))
        elif self._selected:
            self._tell(self._selling.void_line(self._selected))

    @guarded
    def undo(self) -> None:
        """Go back one step."""
        self._tell(self._selling.undo())

    # ---- closing ------------------------------------------------------------------------------

    @guarded
    def panel_cancel(self) -> bool:
        """Close the panel, the held list, or what was typed; true when there was something to close."""
        had = self._close_panel() or self._held_open
        self._held_open = False
        if had:
            self._refresh()
        return had or bool(self.erase_typed())

    @property
    def approval_waits(self) -> bool:
        """True while the panel asks for somebody's approval."""
        return self._approvals.waits

    @guarded
    def leave(self) -> None:
        """Give up what waits for an approval: another screen comes up, and nobody allows what is not seen."""
        if self._approvals.close():
            self._refresh()

    # ---- held sales, members, sale ------------------------------------------------------------

    @guarded
    def hold(self) -> None:
        """Park this sale."""
        self._tell(self._selling.hold())

    @guarded
    def toggle_held(self) -> None:
        """Show or fold the held sales."""
        self._held_open = not self._held_open
        self._refresh()

    @guarded
    def recall(self, basket_id: str) -> None:
        """Open a held sale."""
        self._held_open = False
        self._change = None
        self._tell(self._selling.recall(basket_id))

    @guarded
    def remove_member(self) -> None:
        """Detach the member."""
        self._tell(self._selling.remove_member())

    @guarded
    def void_sale(self) -> None:
        """Ask whether to give up the sale (money is not moved, but all lines go)."""
        self.open_panel("void_sale")

    @guarded
    def feedback_action(self, action: str) -> None:
        """Do what the feedback slot's button offers."""
        if action == "open_price":
            self._open_price_for("open_price")

    def pay(self) -> None:
        """Go on to Pay."""
        if self.screen.can_pay:
            self._close_panel()
            self._held_open = False
            self.pay_asked.emit("")
        else:
            self._tell(Refused("empty_sale"))

    # ---- tiles --------------------------------------------------------------------------------

    @guarded
    def choose_tab(self, tab_id: str) -> None:
        """Show another shelf."""
        self._tab, self._tab_page = tab_id, 0
        self._refresh()

    @guarded
    def more_tiles(self) -> None:
        """Show the next page of this shelf, and after the last one the first."""
        self._tab_page += 1
        if len(self._lookup.tiles(self._tab, self._tab_page)) == 0:
            self._tab_page = 0
        self._refresh()

    # ---- from outside -------------------------------------------------------------------------

    @guarded
    def show_change(self, title: str, details: tuple[str, ...], amount: str) -> None:
        """Keep the change on the band until the next sale starts."""
        self._close_panel()
        self._held_open = False
        self._change = (title, details, amount)
        self._selected = ""
        self._feedback = None
        self._refresh()

    @guarded
    def show_feedback(self, feedback: Feedback | None) -> None:
        """Show a message from elsewhere."""
        self._feedback = feedback
        self._refresh()

    def show_notice(self, feedback: Feedback, *, until_read: bool = False) -> None:
        """Show a message without reading anything: for when reading is what failed.

        With `until_read` it goes as soon as the screen can be read again.
        """
        self._feedback, self._until_read = feedback, feedback if until_read else None
        self.screen = with_fields(self.screen, feedback=feedback)
        self.announced.emit(feedback.text)
        self.changed.emit()

    @guarded
    def tell(self, outcome: Outcome) -> None:
        """Show an outcome that came from elsewhere."""
        self._tell(outcome)

    @guarded
    def refresh(self) -> None:
        """Build the screen again: rules, network or language changed."""
        self._refresh()
        if self._until_read is not None and self._feedback is self._until_read:
            self._feedback = self._until_read = None  # it was read just now, so that is over
            self._refresh()

    # ---- inside -------------------------------------------------------------------------------

    def _tell(self, outcome: Outcome, *, keep_selection: bool = False) -> None:
        if self._approvals.waits and isinstance(outcome, NeedsPrice | NeedsWeight | NeedsAge | PromisedGoods):
            outcome = Refused("approval_first")
        match outcome:
            case NeedsApproval():
                self._question = None
                self._approvals.open()
            case NeedsPrice(product=product, quantity=quantity):
                self._question = Question(
                    "open_price",
                    about=product.product_id,
                    name=self._presenter.words(product.name),
                    quantity=quantity,
                )
            case NeedsWeight(product=product):
                self._question = Question(
                    "weight", about=product.product_id, name=self._presenter.words(product.name)
                )
                self.weight_asked.emit()
            case NeedsAge(product=product, age=age, text=text, quantity=quantity):
                self._question = Question(
                    "age",
                    about=product.product_id,
                    name=self._presenter.words(product.name),
                    age=age,
                    scan_text=text,
                    quantity=quantity,
                )
            case PromisedGoods(product=product):
                self._question = Question("promised", about=product.product_id)
            case PaymentCodeRead(text=text):
                self.pay_asked.emit(text)
            case CashierRecognised(staff=staff):
                self.cashier_recognised.emit(staff)
            case ReceiptRecognised(receipt_number=number):
                self.receipt_recognised.emit(number)
            case Changed(what="drawer" | "reprint"):
                self.queued.emit()
        self._select_after(outcome, keep_selection=keep_selection)
        shown = self._sentences.feedback(
            outcome, price_as_of=clock_time(self._price_age()) if isinstance(outcome, Added) else ""
        )
        if shown is not None:
            self._feedback = shown
            self.announced.emit(f"{shown.bold_lead} {shown.text}".strip())
        self.sounded.emit(
            "refuse" if isinstance(outcome, Refused | NotInCatalogue | PromisedGoods) else "accept"
        )
        self._refresh()

    def _select_after(self, outcome: Outcome, *, keep_selection: bool) -> None:
        if isinstance(outcome, Added):
            self._selected = outcome.line_id
        elif isinstance(outcome, Changed) and outcome.what in {"void", "undo", "recall", "hold", "void_sale"}:
            lines = self._selling.open_sale.basket.lines
            self._selected = lines[-1].line_id if lines and outcome.what != "void" else ""
        elif isinstance(outcome, MemberAttached) and not keep_selection:
            self._selected = ""

    def _refresh(self) -> None:
        view = self._selling.view()
        unused = self._selling.unused_coupons()
        self.screen = self._built(view, unused)
        self.changed.emit()

    def _built(self, view: BasketView, unused: dict[str, str]) -> SellScreen:
        presenter, priced = self._presenter, view.priced
        if view.open_sale.basket.lines:
            self._change = None
        line = line_of(view, self._selected)
        held_prices = self._selling.held_totals() if self._held_open else {}
        screen = SellScreen(
            sale_title=self.tr("Sale {number}").format(number=f"{view.sale_number:04d}"),
            held_count=len(view.held),
            held_label=self.tr("{count} held").format(count=len(view.held)) if view.held else "",
            member=presenter.member(view, offline=bool(self._price_age())),
            lines=presenter.lines(view, unused),
            selected_line_id=self._selected,
            selected_quantity=f"{line.quantity:f}" if line else "",
            feedback=self._feedback,
            tabs=presenter.tabs(self._tab),
            tiles=presenter.tiles(self._tab, self._tab_page, view),
            panel=self._panel(),
            held=presenter.held(view, held_prices) if self._held_open else (),
            held_open=self._held_open,
            items_label=presenter.items(view),
            subtotal_label=self.tr("Subtotal {amount}").format(amount=presenter.money(priced.subtotal_minor)),
            saved_label=self.tr("You save") if priced.saved_minor else "",
            saved_amount=presenter.money(priced.saved_minor) if priced.saved_minor else "",
            currency_symbol=self._symbol(),
            total=presenter.money(priced.total_minor),
            can_pay=bool(view.open_sale.basket.lines),
            pending_quantity=self._typed,
        )
        if self._change is not None:
            title, details, shown = self._change
            screen = with_fields(screen, band_title=title, band_details=details, total=shown)
        return screen
