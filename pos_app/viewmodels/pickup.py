"""Pickup as a whole: board, picking and handing over, how one leads to another, what a scan means there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from pos_app.services.lookup import Lookup
from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import CodeVerdict
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.money_text import per_unit, quantity
from pos_app.viewmodels.pickup_bell import OrderBell
from pos_app.viewmodels.pickup_board import PickupBoardViewModel
from pos_app.viewmodels.pickup_cards import column_of
from pos_app.viewmodels.pickup_codes import PickupCodes
from pos_app.viewmodels.pickup_screens import NEW, READY
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.sentences import Sentences, grouped_digits
from retail.barcode import (
    BagCode,
    CouponCode,
    EmbeddedCode,
    GiftCardCode,
    LocationCode,
    MemberCard,
    PaymentCode,
    PickupCode,
    ProductCode,
    Scan,
    Unreadable,
)
from retail.pickup.order import PickupOrder

BOARD, PICKING, HANDOVER = "board", "picking", "handover"
PAY = "pay"
CHANGE_SECONDS = 90
"""How long the change of an order that was paid at the desk stays on the screen."""


class PickupViewModel(QObject):
    """Owns the three pages' view-models and says which one is up (`page`).

    `picking` and `handover` have the signals `changed`, `left(str)`, `sounded`, `announced` and `troubled`,
    and the methods `open` (order ids; an order id), `show`, `close`, `scan` and `refresh`. `left` says where
    to go: `board`, an order that the board then chooses, or from handing over `pay`, which `pay_asked` passes
    on. `stepped` says that a step was stored, `queued` that there is something to print.
    """

    changed = Signal()
    sounded = Signal(str)
    troubled = Signal(str)
    announced = Signal(str)
    page_changed = Signal(str)
    noticed = Signal(object)  # Feedback
    stepped = Signal()
    pay_asked = Signal()
    queued = Signal()
    entry_asked = Signal()

    def __init__(
        self,
        orders: Orders,
        lookup: Lookup,
        sentences: Sentences,
        *,
        board: PickupBoardViewModel,
        picking: Any,
        handover: Any,
        bell: OrderBell,
        meaning_of: Callable[[str], Scan],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.board, self.picking, self.handover = board, picking, handover
        self.page = BOARD
        self._orders = orders
        self._lookup = lookup
        self._sentences = sentences
        self._words = PickupWords(sentences, self)
        self._codes = PickupCodes(self)
        self._bell = bell
        self._meaning_of = meaning_of
        self._about = ""
        self._noticed_order, self._noticed_code = "", ""
        for page in (board, picking, handover):
            page.changed.connect(self.changed)
            page.sounded.connect(self.sounded)
            page.troubled.connect(self.troubled)
            page.announced.connect(self.announced)
        board.code_typed.connect(self.scan)
        board.pick_asked.connect(self.open_picking)
        board.hand_asked.connect(self.open_handover)
        picking.left.connect(self.show_board)
        handover.left.connect(self._left_handover)
        for printing in (board, picking, handover):
            printing.queued.connect(self.queued)
        self.stepped.connect(self.changed)

    # ---- where we are -------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """Return how many new orders nobody has begun to pick: the number on the rail."""
        return self.board.waiting

    @property
    def heading(self) -> tuple[str, str]:
        """Return the title of the page that is up, and the words beside it."""
        if self.page == BOARD:
            return self.tr("Pickup"), self.board.screen.heading
        title, about = self.tr("Picking"), self._about
        if self.page == HANDOVER:
            title, about = self.tr("Hand over"), self.handover.screen.head.number
        return title, "  ›  ".join(part for part in (self.tr("Pickup"), about) if part)

    @guarded
    def enter(self) -> None:
        """Show Pickup where it was left."""
        self._shown().show()
        self.page_changed.emit(self.page)

    def leave(self) -> None:
        """Look away; a walk through the store and an order at the desk stay as they are."""
        self._shown().close()

    @guarded
    def refresh(self) -> None:
        """Build the page in sight again."""
        self._shown().refresh()

    def _shown(self) -> Any:
        return {BOARD: self.board, PICKING: self.picking, HANDOVER: self.handover}[self.page]

    # ---- from page to page --------------------------------------------------------------------

    @guarded
    def show_board(self, order_id: str = "") -> None:
        """Go back to the board, with an order chosen."""
        self._turn_to(BOARD)
        self.board.show()
        if order_id not in ("", BOARD):
            self.board.show_order(order_id)

    @guarded
    def open_picking(self, order_ids: tuple[str, ...]) -> None:
        """Pick one order, or several in one walk."""
        numbers = [each.number for each in map(self._orders.order, order_ids) if each is not None]
        self._turn_to(PICKING, ", ".join(numbers))
        self.picking.open(tuple(order_ids))

    @guarded
    def open_handover(self, order_id: str) -> None:
        """Put an order on the desk; who is there is still to be shown."""
        self._turn_to(HANDOVER)
        self.handover.open(order_id)

    @guarded
    def open_order(self, order_id: str) -> None:
        """Open an order where it is worked on now: picking, handing over, or its card on the board."""
        order = self._orders.order(order_id)
        self.entry_asked.emit()
        column = column_of(order) if order is not None else ""
        if column == READY:
            self.open_handover(order_id)
        elif column in ("", NEW):
            self.show_board(order_id)
        else:
            self.open_picking((order_id,))

    def _left_handover(self, where: str) -> None:
        if where == PAY:
            self.pay_asked.emit()
        else:
            self.show_board(where)

    def show_paid(self, title: str, detail: str) -> None:
        """An order was paid at the desk: say what to give back while the bags are handed over."""
        detail = " · ".join(each for each in (self.handover.paid(), detail) if each)
        said = self._sentences.say(detail, lead=title, tone="ok", icon="cash")
        self.noticed.emit(replace(said, seconds=CHANGE_SECONDS))

    def _turn_to(self, page: str, about: str = "") -> None:
        if page != self.page:
            self._shown().close()
        self.page, self._about = page, about
        self.page_changed.emit(page)
        self.changed.emit()

    # ---- what the centre brought --------------------------------------------------------------

    @guarded
    def orders_changed(self, stream: str = "") -> None:
        """Take over changed rows; ring for orders that are really new."""
        self._orders.refresh(stream)
        if stream != "orders":
            self.board.rewrite()
        fresh = self._bell.look()
        self._shown().refresh()
        self.changed.emit()
        if fresh:
            self._ring(fresh)

    def _ring(self, fresh: tuple[PickupOrder, ...]) -> None:
        first = fresh[0]
        self._noticed_order, self._noticed_code = first.order_id, ""
        lead = first.number
        text = self.tr("New pickup order")
        window = self._words.window(first)
        if window:
            text = self.tr("New pickup order, collect {window}").format(window=window)
        if len(fresh) > 1:
            lead, text = "", self.tr("{count} new pickup orders").format(count=len(fresh))
        self.sounded.emit("new_order")
        self.announced.emit(f"{lead} {text}".strip())
        self.noticed.emit(self._sentences.say(text, lead=lead, tone="info", icon="pickup"))

    @guarded
    def open_notice(self) -> None:
        """Show what the last notice was about: a code to hand over by, or a new order on the board."""
        self.entry_asked.emit()
        code, self._noticed_code = self._noticed_code, ""
        if code:
            self.scan_elsewhere(code)
        else:
            self.show_board(self._noticed_order)

    def say_next(self) -> None:
        """A pickup code was scanned while somebody pays: it comes next."""
        words = self.tr("Pickup code read. It opens after this sale.")
        self.noticed.emit(self._sentences.say(words, icon="pickup"))

    def offer(self, code: str) -> None:
        """The sale is over: offer the code that waited."""
        self._noticed_code = code
        words = self.tr("Open the pickup order that was scanned")
        self.noticed.emit(self._sentences.say(words, icon="pickup"))

    # ---- scans --------------------------------------------------------------------------------

    def takes(self, text: str, meaning: Scan) -> bool:
        """Say whether a scan belongs here whatever is on the screen: a pickup code, or a bag's label.

        A store that takes no online orders has neither; its sale says what was scanned.
        """
        if self._orders.desk is None:
            return False
        return isinstance(meaning, PickupCode) or self._of_bag(text, meaning) is not None

    def _of_bag(self, text: str, meaning: Scan) -> PickupOrder | None:
        """Return the order of a bag's label; labels of older totes have their number alone."""
        if isinstance(meaning, BagCode):
            return self._orders.of_bag(meaning.code)
        is_plain = isinstance(meaning, ProductCode) and not text.strip().isdigit()
        return self._orders.of_bag(text.strip()) if is_plain else None

    @guarded
    def scan_elsewhere(self, text: str) -> None:
        """Take a scan that was made on another screen and belongs here: the board decides what it opens."""
        self.show_board()
        self.scan(text)

    @guarded
    def scan(self, text: str) -> None:
        """Take a scan on the page that is up."""
        if self.page != BOARD:
            self._shown().scan(text)
            return
        meaning = self._meaning_of(text)
        bag_of = self._of_bag(text, meaning)
        if bag_of is not None:
            self.sounded.emit("accept")
            self.open_order(bag_of.order_id)
        elif isinstance(meaning, PickupCode):
            self._scan_code(text, meaning)
        elif isinstance(meaning, MemberCard):
            self._scan_member(meaning)
        elif isinstance(meaning, ProductCode | EmbeddedCode):
            self._scan_product(text)
        else:
            self.board.say(self._not_here(meaning), bad=True)

    def _scan_code(self, text: str, code: PickupCode) -> None:
        found = self._orders.by_code(code)
        if found.order is None:
            self.board.say(self._codes.sentence(found), bad=True)
            return
        if found.verdict is CodeVerdict.NOT_READY:
            self.board.show_order(found.order.order_id)
            self.board.say(self.tr("is not ready yet."), lead=found.order.number, bad=True)
            return
        self._turn_to(HANDOVER)
        self.handover.scan(text)

    def _scan_member(self, card: MemberCard) -> None:
        found = [each for each in self._lookup.members(card.number) if each.card_number == card.number]
        if not found:
            self.board.say(self._sentences.refusal("member_unknown", card.number), bad=True)
            return
        self.sounded.emit("accept")
        name = found[0].display_name.in_language(self._sentences.language)
        self.board.show_member(found[0].member_id, name)

    def _scan_product(self, text: str) -> None:
        found = self._lookup.product_by_scan(text)
        if found is None:
            self.board.say(self.tr("is not in the catalogue"), lead=grouped_digits(text.strip()), bad=True)
            return
        product = found.product
        stock = self._orders.stock(product.product_id)
        parts = [self.tr("stock here {count}").format(count=quantity(stock.on_hand, product.unit))]
        if stock.place:
            parts.append(stock.place)
        if found.unit_price_minor is not None:
            parts.append(per_unit(found.unit_price_minor, self._sentences.digits, product.unit))
        self.sounded.emit("accept")
        self.board.say(" · ".join(parts), lead=self._words.text(product.name), icon="stock")

    def _not_here(self, meaning: Scan) -> str:
        match meaning:
            case Unreadable(code=code, reason=reason):
                return self._sentences.refusal(f"scan_{reason}", code)
            case BagCode(code=code):
                return self.tr("Bag {bag} belongs to no order here.").format(bag=code)
            case CouponCode():
                return self.tr("This is a coupon. Use it in Sell: Ctrl 1.")
            case PaymentCode():
                return self.tr("This is a payment code. Nothing was charged, and it was not kept.")
            case GiftCardCode():
                return self._sentences.refusal("scan_gift_card")
            case LocationCode(code=code):
                return self.tr("{place} is a place. Scan it while bags are put away.").format(place=code)
        return self.tr("This code is not used here. Nothing was changed.")
