"""The open sale of a till, as it is stored: what is open, held, undone, and what it comes to.

Every change is saved before anybody believes it, so a crash at any moment loses nothing. The whole basket
is priced again at each look after a change; nothing is patched.

A basket that is sold where it was begun becomes a sale of the same id. One that was open when the program
started gets another id for its sale, at each start: the disk may be an old copy, or one of two copies, and
the same basket may have been sold in a life of this till that the disk knows nothing of, with other goods.
The till cannot know that before it has reached the centre, and it sells without the centre; so both sales are
facts of their own, and the centre books both. The basket keeps its id, by which its payment attempts know it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from pos_app.database.cache import Cache
from pos_app.database.journal import Journal
from pos_app.database.open_sales import OpenSale, OpenSaleState
from pos_app.services.clock import Clock
from pos_app.services.outcomes import BasketView, Changed, Outcome, Refused
from pos_app.services.rules import RulesInForce, StoreRules
from retail.basket import Basket, BasketLine
from retail.events import BasketVoided, PromiseOverridden
from retail.pricing import PricedBasket, price
from retail.sale import PricedUnder, Tender, TenderKind
from retail.sold_basket import under_what

UNDO_DEPTH = 50

ORDER_PAYMENT = "order_payment"
"""The reason of giving up the sale that pays an order: the order itself still says what is due."""


@dataclass(frozen=True, slots=True)
class PricedNow:
    """A basket's price, and what it was made of."""

    priced: PricedBasket
    rules: StoreRules
    at: str
    network: bool


class OpenBasket:
    """The open sale of one till. Used by the UI thread only."""

    def __init__(
        self,
        journal: Journal,
        cache: Cache,
        rules: RulesInForce,
        clock: Clock,
        *,
        has_network: Callable[[], bool],
        cashier_id: Callable[[], str],
    ) -> None:
        self._journal = journal
        self._cache = cache
        self._rules = rules
        self._clock = clock
        self._has_network = has_network
        self._cashier_id = cashier_id
        self._undo: list[OpenSale] = []
        self._sale = self._empty_sale()
        self._held: tuple[OpenSale, ...] = ()
        self._sale_number = 1
        self._sale_ids: dict[str, str] = {}
        self._priced: PricedNow | None = None

    # ---- what is open -------------------------------------------------------------------------

    def restore(self) -> None:
        """Read the open and held sales back from the journal, as after a crash."""
        stored = self._journal.open_sales()
        # Kept for this run: completing twice after an error of the disk must meet the same sale.
        self._sale_ids |= {each.basket.basket_id: self._clock.new_id() for each in stored}
        self._held = tuple(each for each in stored if each.state is OpenSaleState.HELD)
        open_now = [each for each in stored if each.state is OpenSaleState.OPEN]
        self._sale = open_now[-1] if open_now else self._empty_sale()
        self._sale_number = self._journal.next_receipt_counter()
        self._undo.clear()
        self._priced = None
        paying = {each.basket.order_id for each in stored}
        for each in self._held:
            if each.held_for_order and each.held_for_order not in paying:
                self._come_back(each.held_for_order)
                break

    def view(self) -> BasketView:
        """Return the open sale, priced."""
        return BasketView(
            open_sale=self._sale,
            priced=self.priced(),
            sale_number=self._sale_number,
            held=self._held,
            can_undo=bool(self._undo),
        )

    def priced(self) -> PricedBasket:
        """Return the price of the open sale under the rules in force."""
        return self._now().priced

    def priced_under(self) -> PricedUnder:
        """Return what the open sale's price was made of, for the centre to make it again."""
        now = self._now()
        return under_what(
            self._sale.basket,
            priced_at=now.at,
            network=now.network,
            versions=now.rules.versions,
            points_redeemed=now.priced.points_redeemed,
        )

    def rules_changed(self) -> None:
        """Price again at the next look: the centre changed a price, promotion or setting.

        What a customer has begun to pay stays at the price that was shown to them.
        """
        self._rules.forget()
        self._price_again()

    def network_changed(self) -> None:
        """Price again at the next look, as `rules_changed` does: some coupons hold only with a network."""
        self._price_again()

    # ---- parking, undoing ---------------------------------------------------------------------

    def unused_coupons(self) -> dict[str, str]:
        """Return the coupons on the sale that take nothing off now, with the reason's code."""
        unused = dict(self.priced().unused_coupons)
        if not self._has_network():
            network = self._rules.current.network_coupons
            unused |= {code: "needs_network" for code in self._sale.basket.coupons if code in network}
        return unused

    def undo(self) -> Outcome:
        """Go back one step of this sale."""
        if not self._undo:
            return Refused("nothing_to_undo")
        if self._price(self._undo[-1].basket).priced.total_minor < self._paid_without_change():
            return Refused("below_tenders")
        before = self._undo.pop()
        # Tenders are money that moved: an undo never touches them.
        self._save(replace(before, tenders=self._sale.tenders))
        return Changed("undo")

    def hold(self, label: str = "") -> Outcome:
        """Park the open sale and start an empty one."""
        if not self._sale.basket.lines and not self._sale.tenders:
            return Refused("empty_sale")
        self._park(label)
        return Changed("hold")

    def recall(self, basket_id: str) -> Outcome:
        """Open a held sale; a sale with lines that is open now is held in its place."""
        wanted = next((each for each in self._held if each.basket.basket_id == basket_id), None)
        if wanted is None:
            return Refused("held_sale_gone")
        if self._sale.basket.lines or self._sale.tenders:
            self.hold()
        self._held = tuple(each for each in self._held if each.basket.basket_id != basket_id)
        self._undo.clear()
        self._save(replace(wanted, state=OpenSaleState.OPEN, held_label="", held_for_order=""))
        return Changed("recall")

    def held_totals(self) -> dict[str, int]:
        """Return what each held sale comes to under the rules of now, by basket."""
        return {each.basket.basket_id: self._price(each.basket).priced.total_minor for each in self._held}

    # ---- the sale that pays an online order -----------------------------------------------------

    def begin_order(self, basket: Basket, online: Tender | None = None) -> PricedBasket:
        """Open the sale that pays an order; a sale that is open now is held until that is over.

        `online` is what of it was paid before it came here. A sale of the same order that waits without money
        taken is given up for it; one with money taken is opened again as it is.
        """
        assert basket.order_id, "what pays an order has its name"
        if self._sale.basket.order_id != basket.order_id and (self._sale.basket.lines or self._sale.tenders):
            self._park("", basket.order_id)
        waiting = next((each for each in self._held if each.basket.order_id == basket.order_id), None)
        if waiting is not None:
            self.recall(waiting.basket.basket_id)
        if self._sale.basket.order_id == basket.order_id:
            if self.money_taken:
                return self.priced()
            self._give_up(ORDER_PAYMENT, "")
        self._undo.clear()
        tenders = () if online is None else (online,)
        self._save(replace(self._empty_sale(), basket=basket, tenders=tenders))
        return self.priced()

    @property
    def money_taken(self) -> bool:
        """True when the open sale has a tender taken here, or one that may yet be approved."""
        return self._why_not_given_up() == "money_taken"

    def give_up_order(self) -> Outcome:
        """Take the sale of an order off again while no money has been taken; the held sale comes back."""
        order_id = self._sale.basket.order_id
        if not order_id:
            return Refused("no_order")
        given_up = self._give_up(ORDER_PAYMENT, "")
        if isinstance(given_up, Changed):
            self._come_back(order_id)
        return given_up

    def _come_back(self, order_id: str) -> None:
        """Open the sale again that was held for an order's payment."""
        waiting = next((each for each in self._held if each.held_for_order == order_id), None)
        if waiting is not None and not self._sale.basket.lines and not self._sale.tenders:
            self.recall(waiting.basket.basket_id)

    # ---- for paying ---------------------------------------------------------------------------

    @property
    def open_sale(self) -> OpenSale:
        """The open sale as it is stored."""
        return self._sale

    @property
    def sale_id(self) -> str:
        """The id under which the open basket becomes a sale."""
        basket_id = self._sale.basket.basket_id
        return self._sale_ids.get(basket_id, basket_id)

    def tenders_changed(self, sale: OpenSale) -> None:
        """Take over an open or held sale whose tenders were just stored by `paying`."""
        if sale.basket.basket_id == self._sale.basket.basket_id:
            self._sale = sale
        else:
            self._held = tuple(
                sale if each.basket.basket_id == sale.basket.basket_id else each for each in self._held
            )

    def completed(self) -> None:
        """Begin the next sale after this one was completed, or go on with the one that an order held up."""
        order_id = self._sale.basket.order_id
        self._begin()
        if order_id:
            self._come_back(order_id)

    # ---- inside -------------------------------------------------------------------------------

    def _why_not_given_up(self) -> str:
        """Return the code of why the open sale cannot be given up, empty when it can be."""
        if not self._sale.basket.lines:
            return "empty_sale"
        taken = any(each.kind is not TenderKind.ONLINE for each in self._sale.tenders)
        taken = taken or bool(self._journal.attempts_open(self._sale.basket.basket_id))
        return "money_taken" if taken else ""

    def _give_up(self, reason: str, approved_by: str) -> Outcome:
        """Give up the open sale, and record who did it and who allowed it."""
        refused = self._why_not_given_up()
        if refused:
            return Refused(refused)
        total = self.priced().total_minor
        self._journal.void_open_sale(
            self._sale,
            BasketVoided(
                basket_id=self._sale.basket.basket_id,
                cashier_id=self._cashier_id(),
                line_count=len(self._sale.basket.lines),
                total_minor=total,
                reason=reason,
                approved_by=approved_by,
            ),
        )
        self._begin()
        return Changed("void_sale", amount_minor=total)

    def _park(self, label: str, held_for_order: str = "") -> None:
        parked = replace(
            self._sale, state=OpenSaleState.HELD, held_label=label, held_for_order=held_for_order
        )
        self._journal.save_open_sale(parked)
        self._held = (*self._held, parked)
        self._begin()

    def _begin(self) -> None:
        self._undo.clear()
        self._sale = self._empty_sale()
        self._sale_number = self._journal.next_receipt_counter()
        self._priced = None

    def _empty_sale(self) -> OpenSale:
        return OpenSale(
            basket=Basket(basket_id=self._clock.new_id()),
            cashier_id=self._cashier_id(),
            opened_at=self._clock.now(),
        )

    def _price_again(self) -> None:
        if not self._sale.tenders:
            self._priced = None

    def _now(self) -> PricedNow:
        if self._priced is None:
            self._priced = self._price(self._sale.basket)
        return self._priced

    def _price(self, basket: Basket) -> PricedNow:
        rules, at, network = self._rules.current, self._clock.now(), self._has_network()
        prepared = rules.prepared(network=network, order_id=basket.order_id)
        return PricedNow(price(basket, prepared, at), rules, at, network)

    def _paid_without_change(self) -> int:
        """Return what cards and codes have paid or may have: the sale may not come to less than they give."""
        in_doubt = self._journal.attempts_open(self._sale.basket.basket_id)
        paid = sum(each.amount_minor for each in self._sale.tenders if each.kind is not TenderKind.CASH)
        return paid + sum(each.amount_minor for each in in_doubt)

    def _replace_basket(
        self, basket: Basket, priced: PricedNow | None = None, override: PromiseOverridden | None = None
    ) -> None:
        before = self._sale
        overrides = before.overrides if override is None else (*before.overrides, override)
        self._save(replace(before, basket=basket, overrides=overrides))
        self._priced = priced
        self._undo.append(before)
        del self._undo[:-UNDO_DEPTH]

    def _save(self, sale: OpenSale) -> None:
        """Store first, then believe: a failed write leaves the sale as it was."""
        self._journal.save_open_sale(sale)
        self._sale = sale
        self._priced = None


def line_of(view: BasketView, line_id: str) -> BasketLine | None:
    """Return a line of a view, or None when it is gone."""
    return next((each for each in view.open_sale.basket.lines if each.line_id == line_id), None)
