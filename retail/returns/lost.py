"""Promotions that fall apart: what the goods that are kept cost more because others came back.

The kept goods are priced again with the rules and at the moment of the sale. What they cost then, less
their part of what was paid, is what the promotion had saved on them and no longer does; so a refund is
what was paid less the price of what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from retail.catalogue import ListPrice, Product
from retail.pricing import PreparedRules, PricedBasket, price
from retail.returns.left import Portion, first_units, less, sum_of_taxes, whole_portions
from retail.returns.policy import GiftPolicy, PromotionPolicy, ReturnPolicy
from retail.returns.record import PromotionLost, Return, ReturnLine
from retail.sale import DiscountSource, Sale, SaleLine
from retail.shared_taxes import shared_taxes
from retail.sold_basket import sold_basket


class RulesOfTheDay(msgspec.Struct, frozen=True, kw_only=True):
    """What a sale was priced with: the rules, and where known its products and their prices by product id.

    Only what held on the day of the sale: where that does not make its prices again, nothing can be said.
    """

    prepared: PreparedRules
    products: Mapping[str, Product] = {}
    prices: Mapping[str, Decimal] = {}
    list_prices: Mapping[str, tuple[ListPrice, ...]] = {}


def lost_on(
    sale: Sale, kept: Mapping[int, Decimal], rules: RulesOfTheDay, policy: ReturnPolicy
) -> tuple[PromotionLost, ...] | None:
    """Return by line what the kept quantities cost more than their part of what was paid.

    Counts gifts and other lines as the policy says. Nothing is lost when all lines together cost no more.
    Returns None when the rules do not make the prices of the sale again, so that nothing can be said.
    """
    again = _priced(sale, None, rules)
    alone = _priced(sale, kept, rules)
    if again is None or alone is None or not _is_same(sale, again):
        return None
    lost = []
    now = _portions(alone, included=sale.tax_included)
    for line, whole in zip(sale.lines, whole_portions(sale), strict=True):
        if line.line_number not in now or not _counts(line, policy):
            continue
        back = first_units(whole, line.quantity - kept[line.line_number])
        paid = less(whole, back, line.line_number)
        dearer = now[line.line_number]
        lost.append(
            PromotionLost(
                line_number=line.line_number,
                tax_class_id=line.tax_class_id,
                amount_minor=dearer.charged_minor - paid.charged_minor,
                taxes=sum_of_taxes((dearer.taxes, 1), (paid.taxes, -1)),
            )
        )
    return tuple(lost) if sum(each.amount_minor for each in lost) > 0 else ()


def recomputes(policy: ReturnPolicy) -> bool:
    """Say whether the policy takes anything back when a promotion falls apart."""
    return policy.promotions is PromotionPolicy.RECOMPUTE or policy.gifts is GiftPolicy.CHARGE


def lost_before(earlier: Iterable[Return]) -> tuple[PromotionLost, ...]:
    """Return by line what earlier returns withheld and have not given back."""
    return added_up(one for each in earlier for one in each.lost)


def change_of(target: Iterable[PromotionLost], before: Iterable[PromotionLost]) -> tuple[PromotionLost, ...]:
    """Return by line what is to be withheld now, so that all that was withheld comes to the target."""
    return added_up((*target, *map(_negative, before)))


def all_of(lines: Iterable[ReturnLine]) -> tuple[PromotionLost, ...]:
    """Return a loss as large as all that comes back, on the lines that come back."""
    return tuple(
        PromotionLost(
            line_number=line.line_number,
            tax_class_id=line.tax_class_id,
            amount_minor=line.charged_minor,
            taxes=line.taxes,
        )
        for line in lines
    )


def added_up(losses: Iterable[PromotionLost]) -> tuple[PromotionLost, ...]:
    """Return losses added up by line, in the order of the lines; what comes to nothing is left out."""
    found: dict[int, PromotionLost] = {}
    for one in losses:
        here = found.get(one.line_number)
        if here is not None:
            found[one.line_number] = msgspec.structs.replace(
                here,
                amount_minor=here.amount_minor + one.amount_minor,
                taxes=sum_of_taxes((here.taxes, 1), (one.taxes, 1)),
            )
        else:
            found[one.line_number] = one
    return tuple(
        one
        for _, one in sorted(found.items())
        if one.amount_minor or any(tax.amount_minor for tax in one.taxes)
    )


def is_gift(line: SaleLine) -> bool:
    """Say whether a line was given for nothing by a promotion."""
    given = sum(one.amount_minor for one in line.discounts if one.source is not DiscountSource.MANUAL)
    return line.gross_minor <= given


def _counts(line: SaleLine, policy: ReturnPolicy) -> bool:
    if is_gift(line):
        return policy.gifts is GiftPolicy.CHARGE
    return policy.promotions is PromotionPolicy.RECOMPUTE


def _negative(loss: PromotionLost) -> PromotionLost:
    return msgspec.structs.replace(
        loss, amount_minor=-loss.amount_minor, taxes=sum_of_taxes((loss.taxes, -1))
    )


def _priced(sale: Sale, kept: Mapping[int, Decimal] | None, rules: RulesOfTheDay) -> PricedBasket | None:
    at = sale.priced_under.priced_at if sale.priced_under else sale.completed_at
    basket = sold_basket(
        sale, products=rules.products, prices=rules.prices, list_prices=rules.list_prices, kept=kept
    )
    try:
        return price(basket, rules.prepared, at)
    except ValueError:
        return None  # rules that cannot price it are not those that it was sold under


def _is_same(sale: Sale, again: PricedBasket) -> bool:
    paid = [line.paid_minor for line in again.lines]
    return sale.total_minor == again.total_minor and paid == [line.paid_minor for line in sale.lines]


def _portions(priced: PricedBasket, *, included: bool) -> dict[int, Portion]:
    taxes = shared_taxes(
        [(line.tax_class_id, line.paid_minor, line.taxes) for line in priced.lines],
        priced.tax_totals,
        included=included,
    )
    return {
        int(line.line.line_id): Portion(line.line.quantity, line.paid_minor, of_line)
        for line, of_line in zip(priced.lines, taxes, strict=True)
    }
