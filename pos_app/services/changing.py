"""Changing what is on the open sale by hand: quantities, prices, discounts, notes, voids.

A step is tried on a copy first. What it gives by hand beyond the rights of the cashier on duty waits for
somebody who may allow it (`approving`); then the same step is done, and says who that was.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pos_app.database.cache import Cache
from pos_app.database.journal import Journal
from pos_app.services.approving import Approving
from pos_app.services.clock import Clock
from pos_app.services.open_basket import OpenBasket, PricedNow, line_of
from pos_app.services.outcomes import Asked, Changed, Outcome, Refused
from pos_app.services.promises import Promises
from pos_app.services.rules import RulesInForce
from retail import basket as steps
from retail.basket import Basket, DiscountRefused, LineNotFound, ManualDiscount, PriceRefused, PriceSource
from retail.events import PromiseOverridden
from retail.given_by_hand import GivenByHand, given_by_hand, newly_given, with_approval
from retail.money import AmountRefused
from retail.pricing import PricedLine
from retail.quantity import QuantityRefused, SellingUnit
from retail.staff import Act, Approval, Permission
from retail.tax import LineNotTaxable, UnknownFiscalPosition

REFUSALS = (
    QuantityRefused,
    PriceRefused,
    DiscountRefused,
    AmountRefused,
    LineNotTaxable,
    UnknownFiscalPosition,
)
Refusal = (
    QuantityRefused | PriceRefused | DiscountRefused | AmountRefused | LineNotTaxable | UnknownFiscalPosition
)
Change = Callable[[Basket], Basket]

ORDER_SALE = "order_sale"
"""Refused: the open sale pays an online order at what was agreed; nothing on it is changed by hand."""


def code_of_refusal(refused: Refusal) -> str:
    """Return a refusal's code; a price of zero is told apart from a quantity of zero."""
    if isinstance(refused, PriceRefused):
        return f"price_{refused.code}"
    return f"discount_{refused.code}" if isinstance(refused, DiscountRefused) else refused.code


class Changing(OpenBasket):
    """The verbs that change lines and the sale by hand. Used by the UI thread only."""

    def __init__(
        self,
        journal: Journal,
        cache: Cache,
        rules: RulesInForce,
        clock: Clock,
        approving: Approving,
        promises: Promises,
        *,
        has_network: Callable[[], bool],
        cashier_id: Callable[[], str],
    ) -> None:
        super().__init__(journal, cache, rules, clock, has_network=has_network, cashier_id=cashier_id)
        self._approving = approving
        self._promises = promises

    # ---- a line -------------------------------------------------------------------------------

    def set_quantity(self, line_id: str, quantity: Decimal) -> Outcome:
        """Set a line's quantity; zero is refused (use `void_line`). More of promised goods is asked about."""

        def set_to(override: PromiseOverridden | None) -> Outcome:
            return self._by_hand(
                "quantity",
                lambda basket: steps.set_quantity(basket, line_id, quantity),
                line_id,
                override=override,
            )

        line = line_of(self.view(), line_id)
        if line is None or not quantity.is_finite() or quantity <= line.quantity:
            return set_to(None)
        return self._promises.guard(lambda: self._sale, line.product, quantity - line.quantity, set_to)

    def step_quantity(self, line_id: str, step: int) -> Outcome:
        """Add to or take from a line's pieces; taking the last one voids the line."""
        line = steps.find_line(self._sale.basket, line_id)
        if line.product.unit is not SellingUnit.PIECE or line.fixed_amount_minor is not None:
            return Refused("weighed_line")
        if line.quantity + step <= 0:
            return self.void_line(line_id)
        return self.set_quantity(line_id, line.quantity + step)

    def override_price(self, line_id: str, price_minor: int) -> Outcome:
        """Charge another price for a line. One that was typed because the store has none is typed again."""
        priced = self._priced_line(line_id)
        if priced is None:
            return Refused("line_gone")
        typed = priced.line.price_source is PriceSource.OPEN
        source = PriceSource.OPEN if typed else PriceSource.OVERRIDE
        shelf = priced.unit_price_minor

        def override(basket: Basket) -> Basket:
            asked = Decimal(price_minor)
            return steps.override_price(basket, line_id, asked, source, shelf_price_minor=shelf)

        return self._by_hand("price", override, line_id)

    def discount_line(self, line_id: str, discount: ManualDiscount | None) -> Outcome:
        """Give or take back a discount on one line."""
        return self._by_hand(
            "discount", lambda basket: steps.discount_line(basket, line_id, discount), line_id
        )

    def note_line(self, line_id: str, note: str) -> Outcome:
        """Write a note on a line."""
        return self._by_hand("note", lambda basket: steps.note_line(basket, line_id, note), line_id)

    def void_line(self, line_id: str) -> Outcome:
        """Take a line off the sale."""

        def look() -> Asked | None:
            priced = self._priced_line(line_id)
            if priced is None:
                return None
            act = Act(permission=Permission.VOID_LINE, about=line_id)
            return Asked(act, priced.line.product.name, before_minor=Decimal(priced.gross_minor))

        def void(basket: Basket) -> Basket:
            return steps.void_line(basket, line_id)

        return self._approving.do_or_ask(look, lambda _approval: self._by_hand("void", void, line_id))

    # ---- the sale as a whole ------------------------------------------------------------------

    def discount_sale(self, discount: ManualDiscount | None) -> Outcome:
        """Give or take back a discount on the whole sale."""
        return self._by_hand("sale_discount", lambda basket: steps.discount_basket(basket, discount))

    def void_sale(self) -> Outcome:
        """Give up the open sale; refused while money has been taken for it."""
        basket_id = self._sale.basket.basket_id

        def look() -> Asked | None:
            if self._sale.basket.basket_id != basket_id or self._why_not_given_up():
                return None
            act = Act(permission=Permission.VOID_SALE, about=basket_id)
            return Asked(act, before_minor=Decimal(self.priced().total_minor))

        def give_up(approval: Approval | None) -> Outcome:
            order_id = self._sale.basket.order_id
            reason, allowed_by = ("", "") if approval is None else (approval.reason, approval.approved_by)
            given_up = self._give_up(reason, allowed_by)
            if order_id and isinstance(given_up, Changed):
                self._come_back(order_id)
            return given_up

        return self._approving.do_or_ask(look, give_up)

    # ---- inside -------------------------------------------------------------------------------

    def _priced_line(self, line_id: str) -> PricedLine | None:
        return next((each for each in self.priced().lines if each.line.line_id == line_id), None)

    def _by_hand(
        self,
        what: str,
        change: Change,
        line_id: str = "",
        allowed: tuple[Approval, ...] = (),
        override: PromiseOverridden | None = None,
    ) -> Outcome:
        """Do a step of the cashier's, or ask for what it gives beyond the cashier's rights and `allowed`."""
        line = self._priced_line(line_id) if line_id else None
        if line_id and line is None:
            return Refused("line_gone")
        tried = self._tried(change)
        if isinstance(tried, Refused):
            return tried
        before = given_by_hand(self._sale.basket, self.priced())
        for given in newly_given(before, _given(tried), allowed):
            if self._approving.needed(given.act) is not None:
                return self._ask(given, what, change, line_id, allowed, override)
        self._replace_basket(*tried, override)
        if line is None:
            return Changed(what)
        return Changed(what, line.line.product.name, line.gross_minor, line_id)

    def _ask(
        self,
        given: GivenByHand,
        what: str,
        change: Change,
        line_id: str,
        allowed: tuple[Approval, ...],
        override: PromiseOverridden | None,
    ) -> Outcome:
        basket_id = self._sale.basket.basket_id

        def look() -> Asked | None:
            tried = self._tried(change) if self._sale.basket.basket_id == basket_id else Refused("line_gone")
            return None if isinstance(tried, Refused) else _asked(given.act, tried)

        def do(approval: Approval) -> Outcome:
            return self._by_hand(
                what,
                lambda basket: with_approval(change(basket), approval),
                line_id,
                (*allowed, approval),
                override,
            )

        shown = look()
        assert shown is not None, "what was just given is there"
        return self._approving.ask(shown, look, do)

    def _basket_step(self, what: str, change: Change) -> Outcome:
        """Do a step that gives nothing by hand."""
        tried = self._tried(change)
        if isinstance(tried, Refused):
            return tried
        self._replace_basket(*tried)
        return Changed(what)

    def _tried(self, change: Change) -> tuple[Basket, PricedNow] | Refused:
        """Return what a step would make of the basket, with its price. Nothing is kept of it."""
        if self._sale.basket.order_id:
            return Refused(ORDER_SALE)
        try:
            changed = change(self._sale.basket)
            priced = self._price(changed)
        except LineNotFound:
            return Refused("line_gone")
        except REFUSALS as refused:
            return Refused(code_of_refusal(refused))
        if priced.priced.total_minor < self._paid_without_change():
            return Refused("below_tenders")
        return changed, priced


def _given(tried: tuple[Basket, PricedNow]) -> tuple[GivenByHand, ...]:
    return given_by_hand(tried[0], tried[1].priced)


def _asked(act: Act, tried: tuple[Basket, PricedNow]) -> Asked | None:
    """Return what an act comes to in a basket that was tried, None when there is nothing of it."""
    basket, _priced = tried
    given = next(
        (
            each
            for each in _given(tried)
            if (each.act.permission, each.act.about) == (act.permission, act.about)
        ),
        None,
    )
    if given is None:
        return None
    line = next((each for each in basket.lines if each.line_id == act.about), None)
    discount = basket.discount if line is None else line.discount
    return Asked(
        given.act,
        None if line is None else line.product.name,
        given.before_minor,
        given.after_minor,
        discount,
    )
