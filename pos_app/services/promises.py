"""Goods promised to online orders, in the hands of a customer at the till: what may be done.

`Selling` asks before it adds something. What was allowed stays with the open sale, and becomes
`promise.overridden` in the transaction that completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos_app.database.open_sales import OpenSale
from pos_app.services.approving import Approving
from pos_app.services.orders import Orders
from pos_app.services.outcomes import Asked, Changed, Outcome, Refused
from pos_app.services.pickup_outcomes import OrderAtRisk, PromisedGoods
from retail.availability.counter import (
    AtRisk,
    Choice,
    ChoiceRefused,
    SaleDecision,
    SalePolicy,
    SaleVerdict,
    checked_choice,
    may_sell,
)
from retail.catalogue import Product
from retail.events import PromiseOverridden
from retail.quantity import QuantityRefused
from retail.staff import Act, Approval, Permission

Add = Callable[[PromiseOverridden | None], Outcome]
"""Adds what was scanned to the open sale, with the promise that it breaks."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    sale: Callable[[], OpenSale]
    basket_id: str
    product: Product
    quantity: Decimal
    add: Add


class Promises:
    """What stands between a scan and the sale of promised goods. Used by the UI thread only."""

    def __init__(
        self,
        orders: Orders,
        approving: Approving,
        *,
        open_sales: Callable[[], Sequence[OpenSale]],
        cashier_id: Callable[[], str],
        till_id: Callable[[], str],
    ) -> None:
        self._orders = orders
        self._approving = approving
        self._open_sales = open_sales
        self._cashier_id = cashier_id
        self._till_id = till_id
        self._waiting: _Waiting | None = None

    # ---- asking -------------------------------------------------------------------------------

    def guard(self, sale: Callable[[], OpenSale], product: Product, quantity: Decimal, add: Add) -> Outcome:
        """Add something to the open sale, unless it is promised: then that is the answer, and it waits.

        `sale` gives the open sale as it is whenever it is asked.
        """
        self._waiting = None
        promised = self.check(sale(), product, quantity)
        if promised is None:
            return add(None)
        self._waiting = _Waiting(sale, sale().basket.basket_id, product, quantity, add)
        return promised

    def check(self, sale: OpenSale, product: Product, quantity: Decimal) -> PromisedGoods | None:
        """Return who would lose what, if so much more of a product went on the sale; None when nobody."""
        decision = self._decision(sale, product, quantity)
        if decision is None or decision.verdict is SaleVerdict.SELL:
            return None
        return PromisedGoods(
            product=product,
            quantity=quantity,
            verdict=decision.verdict,
            choices=decision.choices,
            orders=tuple(self._shown(each) for each in decision.at_risk),
            at_risk=decision.at_risk,
        )

    def waiting(self) -> PromisedGoods | None:
        """Return what waits for a choice, with the figures of now; None when it is gone."""
        waiting = self._waiting
        if waiting is None or waiting.sale().basket.basket_id != waiting.basket_id:
            self._waiting = None
            return None
        return self.check(waiting.sale(), waiting.product, waiting.quantity)

    # ---- choosing -----------------------------------------------------------------------------

    def choose(self, choice: Choice) -> Outcome:
        """Do what the cashier chose: sell it (`Added`), leave it (`Changed("take_another")`), or ask.

        `ask_supervisor` answers `NeedsApproval` (or sells at once, where the cashier may); the approval
        then sells it. What is promised no more meanwhile is simply sold.
        """
        promised, waiting = self.waiting(), self._waiting
        if waiting is None:
            return Refused("promise_gone")
        if promised is None:
            return self._sell(waiting, None)
        if choice is Choice.ASK_SUPERVISOR:
            return self._ask(waiting)
        if choice not in promised.choices:
            return Refused("choice_not_offered")
        if choice is Choice.TAKE_ANOTHER:
            self._waiting = None
            return Changed("take_another", waiting.product.name)
        return self._sell(waiting, self._override(waiting, choice, ""))

    def cancel(self) -> None:
        """Forget what waits; nothing was added."""
        self._waiting = None

    def _ask(self, waiting: _Waiting) -> Outcome:
        act = Act(permission=Permission.SELL_RESERVED_STOCK, about=waiting.product.product_id)

        def look() -> Asked | None:
            return Asked(act, waiting.product.name) if self._waiting is waiting else None

        def sell(approval: Approval | None) -> Outcome:
            allowed_by = self._cashier_id() if approval is None else approval.approved_by
            return self._sell(waiting, self._override(waiting, Choice.ASK_SUPERVISOR, allowed_by))

        return self._approving.do_or_ask(look, sell)

    def _sell(self, waiting: _Waiting, override: PromiseOverridden | None) -> Outcome:
        self._waiting = None
        return waiting.add(override)

    def _override(self, waiting: _Waiting, choice: Choice, allowed_by: str) -> PromiseOverridden | None:
        """Return the fact that a choice makes, None when nothing is promised any more."""
        decision = self._decision(waiting.sale(), waiting.product, waiting.quantity)
        if decision is None or decision.verdict is SaleVerdict.SELL:
            return None
        try:
            losing = checked_choice(decision, choice, supervisor_id=allowed_by)
        except ChoiceRefused as refused:
            raise AssertionError("only what is offered comes here") from refused
        return PromiseOverridden(
            basket_id=waiting.basket_id,
            product_id=waiting.product.product_id,
            quantity=sum((each.quantity for each in losing), Decimal(0)) or waiting.quantity,
            choice=choice.value,
            order_ids=tuple(dict.fromkeys(each.order_id for each in losing)),
            cashier_id=self._cashier_id(),
            approved_by=allowed_by,
        )

    # ---- inside -------------------------------------------------------------------------------

    def _decision(self, sale: OpenSale, product: Product, quantity: Decimal) -> SaleDecision | None:
        """Return what the rules say of so much more; None where nobody is promised anything.

        What is on the sale already, or on one that is held, was decided about when it was added, so it counts
        as sold. A strict product is sold by quota, with a network too: what was just promised in a browser is
        not known here yet, and what lies in a basket is not known there.
        """
        if self._orders.desk is None:
            return None
        level = self._orders.level(product.product_id)
        policy = SalePolicy.STRICT if level.policy == SalePolicy.STRICT else SalePolicy.SOFT
        reservations = self._orders.reservations(product.product_id)
        by_quota = policy is SalePolicy.STRICT
        if not reservations and not by_quota:
            return None
        on_sale = self._in_baskets(sale, product)
        quota_left = None
        if by_quota:
            quota_left = self._orders.quota_left(product.product_id, self._till_id()) - on_sale
        try:
            return may_sell(
                policy,
                quantity,
                unit=product.unit,
                on_hand=self._orders.stock(product.product_id).on_hand - on_sale,
                reservations=reservations,
                now=self._orders.now(),
                quota_left=quota_left,
            )
        except QuantityRefused:
            return None  # adding it refuses the quantity, and says why

    def _in_baskets(self, sale: OpenSale, product: Product) -> Decimal:
        """Return how much of a product lies in the open sale and in those that are held, orders left out."""
        others = (each for each in self._open_sales() if each.basket.basket_id != sale.basket.basket_id)
        return sum(
            (
                line.quantity
                for each in (sale, *others)
                if not each.basket.order_id
                for line in each.basket.lines
                if line.product.product_id == product.product_id
            ),
            Decimal(0),
        )

    def _shown(self, risk: AtRisk) -> OrderAtRisk:
        order = self._orders.order(risk.order_id)
        return OrderAtRisk(
            order_id=risk.order_id,
            number="" if order is None else order.number,
            customer="" if order is None else order.contact.name,
            quantity=risk.quantity,
            minutes_left=risk.minutes_left,
        )
