"""Questions of the desk: what a basket costs, a return, points, promotions, pickup orders, promises."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from retail.availability.promise import Balance, promise
from retail.availability.reservation import Wanted, WhenTooFew, reserve
from retail.basket import Basket
from retail.basket_taxes import BasketTaxes
from retail.catalogue import ListPrice, Product, ProductKind
from retail.loyalty.earning import earn
from retail.loyalty.program import LoyaltyProgram, prepare_program
from retail.money import CashRounding
from retail.pickup.amounts import money_of
from retail.pickup.order import PickupOrder
from retail.pickup.reducer import applied
from retail.pickup.steps import Step
from retail.pricing import PricingRules, prepare, price
from retail.promotions.check import check_promotions
from retail.promotions.rule import Promotion
from retail.returns.lost import RulesOfTheDay
from retail.returns.policy import ReturnPolicy, WantedLine
from retail.returns.priced_return import price_return
from retail.returns.record import Return
from retail.returns.refund import split_refund
from retail.sale import Sale


class PriceCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A basket, the rules, and the moment in RFC 3339 local time; answers the basket priced, with reasons.

    The answer is a `PricedBasket`; its `explained_taxes` say of each tax from what base, at what rate, with
    what rounding, and which line had it.
    """

    basket: Basket
    rules: PricingRules
    now: str

    def answer(self) -> object:
        prepared = prepare(self.rules)
        priced = price(self.basket, prepared, self.now)
        taxes = BasketTaxes(self.basket, prepared.taxes, self.rules.fiscal_position)
        explained = taxes.explained([(line.line, line.paid_minor) for line in priced.lines])
        return {**msgspec.structs.asdict(priced), "explained_taxes": explained}


class ReturnCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sale, its earlier returns, and what is to come back; answers the return and how it is paid back.

    `rules` are those of the day of the sale, for a policy that counts promotions again.
    """

    sale: Sale
    wanted: tuple[WantedLine, ...]
    now: str
    earlier: tuple[Return, ...] = ()
    policy: ReturnPolicy = ReturnPolicy()
    rules: PricingRules | None = None
    products: tuple[Product, ...] = ()
    prices: dict[str, Decimal] = {}
    list_prices: dict[str, tuple[ListPrice, ...]] = {}
    cash_rounding: CashRounding = CashRounding()
    approved_by: str = ""
    for_exchange: bool = False

    def answer(self) -> object:
        priced = price_return(
            self.sale,
            self.earlier,
            self.wanted,
            self.policy,
            now=self.now,
            rules=self._rules(),
            approved_by=self.approved_by,
            for_exchange=self.for_exchange,
        )
        refund = split_refund(
            self.sale,
            self.earlier,
            priced.refund_minor,
            self.policy.refund_order,
            cash_rounding=self.cash_rounding,
        )
        return {"priced_return": priced, "refund": refund}

    def _rules(self) -> RulesOfTheDay | None:
        if self.rules is None:
            return None
        return RulesOfTheDay(
            prepared=prepare(self.rules),
            products={one.product_id: one for one in self.products},
            prices=self.prices,
            list_prices=self.list_prices,
        )


class PaidLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line that may earn points, and what was paid for it."""

    product_id: str
    remaining_minor: int
    category_id: str = ""
    product_kind: ProductKind = ProductKind.GOODS
    pieces: int = 1


class PointsCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A loyalty programme and what was paid; answers the points, and those of each line."""

    program: LoyaltyProgram
    lines: tuple[PaidLine, ...]
    tier: str = ""
    multiplier: Decimal = Decimal(1)
    total_minor: int = 0
    paid_with_points_minor: int = 0

    def answer(self) -> object:
        earned = earn(
            prepare_program(self.program),
            self.lines,
            tier=self.tier,
            multiplier=self.multiplier,
            total_minor=self.total_minor,
            paid_with_points_minor=self.paid_with_points_minor,
        )
        return {"earned": earned, "by_line": earned.by_line()}


class PromotionsCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Promotions and what there is in the shop; answers every problem with its sentence."""

    promotions: tuple[Promotion, ...]
    product_ids: frozenset[str] = frozenset()
    category_ids: frozenset[str] = frozenset()
    tiers: frozenset[str] | None = None
    now: str = ""

    def answer(self) -> object:
        problems = check_promotions(
            self.promotions,
            product_ids=self.product_ids,
            category_ids=self.category_ids,
            tiers=self.tiers,
            now=self.now,
        )
        return {"problems": problems}


class PickupCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pickup order and steps; answers the order after them, the steps that were refused, and its money."""

    order: PickupOrder
    steps: tuple[Step, ...] = ()

    def answer(self) -> object:
        outcome = applied(self.order, self.steps)
        return {"order": outcome.order, "refused": outcome.refused, "money": money_of(outcome.order)}


class PromiseCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about one product's stock; answers what may be promised, and what is short."""

    balance: Balance

    def answer(self) -> object:
        return promise(self.balance)


class ReserveCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order's lines and the balances by product; answers what is granted and reserved."""

    order_id: str
    lines: tuple[Wanted, ...]
    balances: dict[str, Balance]
    now: str
    hold_minutes: int
    when_too_few: WhenTooFew = WhenTooFew.ALL_OR_NOTHING

    def answer(self) -> object:
        return reserve(
            self.order_id,
            self.lines,
            self.balances,
            self.now,
            hold_minutes=self.hold_minutes,
            when_too_few=self.when_too_few,
        )
