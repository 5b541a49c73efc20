"""What was given by hand in a basket, as acts that somebody may have to allow.

A till compares a basket before a step with the basket after it: what is new, or takes off more than before,
is what the step does by hand. So a step that only makes a line smaller is measured too: 10.00 off ten pieces
is another thing than 10.00 off one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from retail.basket import Basket, BasketLine, ManualDiscount, PriceSource
from retail.priced import PricedBasket, PricedLine
from retail.sale import AppliedDiscount, DiscountSource
from retail.staff import Act, Approval, Permission, discount_percent, price_reduction_percent

_EVERYTHING = Decimal(100)


class GivenByHand(NamedTuple):
    """One price or discount by hand: the act, who allowed it (a staff id or empty), and what it changes.

    `act.about` is the line's id, or the basket's for a discount on the sale. Before and after are unit prices
    for a price, what the line or the sale comes to for a discount; minor units.
    """

    act: Act
    approved_by: str
    before_minor: Decimal
    after_minor: Decimal


def given_by_hand(basket: Basket, priced: PricedBasket) -> tuple[GivenByHand, ...]:
    """Return every price and discount that a hand gave in a basket with this price, the sale's last.

    A price that was typed because the store has none is not measured: there is nothing to compare it with.
    """
    return tuple(_of_lines(priced.lines)) + tuple(_of_sale(basket, priced))


def newly_given(
    before: tuple[GivenByHand, ...], after: tuple[GivenByHand, ...], allowed: Iterable[Approval] = ()
) -> tuple[GivenByHand, ...]:
    """Return what is given now and was not before, or takes off more, and was not just allowed."""
    present = {(_what(each.act), each.approved_by): _percent(each.act) for each in before}
    granted = {_what(each.act): _percent(each.act) for each in allowed}
    return tuple(
        each
        for each in after
        if _percent(each.act) > present.get((_what(each.act), each.approved_by), -1)
        and _percent(each.act) > granted.get(_what(each.act), -1)
    )


def with_approval(basket: Basket, approval: Approval) -> Basket:
    """Return the basket with who allowed a price or a discount, and why where the approval says so.

    An approval of anything else, or of what is not in the basket, changes nothing.
    """
    act = approval.act
    if act.permission is Permission.SALE_DISCOUNT and basket.discount and act.about == basket.basket_id:
        return replace(basket, discount=_allowed(basket.discount, approval))
    return replace(
        basket,
        lines=tuple(
            _allowed_line(line, approval) if line.line_id == act.about else line for line in basket.lines
        ),
    )


def _of_lines(lines: Iterable[PricedLine]) -> Iterator[GivenByHand]:
    for priced in lines:
        line = priced.line
        if line.price_source is PriceSource.OVERRIDE:
            asked = line.unit_price_minor
            shelf = asked if line.shelf_price_minor is None else line.shelf_price_minor
            percent = price_reduction_percent(shelf, asked)
            act = Act(permission=Permission.PRICE_OVERRIDE, percent=percent, about=line.line_id)
            yield GivenByHand(act, line.price_approved_by, shelf, asked)
        if line.discount is not None:
            after = priced.net_minor
            before = after + _taken(priced.discounts)
            percent = _discount_percent(line.discount, before)
            act = Act(permission=Permission.LINE_DISCOUNT, percent=percent, about=line.line_id)
            yield GivenByHand(act, line.discount.approved_by, Decimal(before), Decimal(after))


def _of_sale(basket: Basket, priced: PricedBasket) -> Iterator[GivenByHand]:
    discount = basket.discount
    if discount is None:
        return
    after = priced.subtotal_minor - priced.saved_minor
    before = after + _taken(priced.discounts)
    percent = _discount_percent(discount, before)
    act = Act(permission=Permission.SALE_DISCOUNT, percent=percent, about=basket.basket_id)
    yield GivenByHand(act, discount.approved_by, Decimal(before), Decimal(after))


def _discount_percent(discount: ManualDiscount, before_minor: int) -> Decimal:
    """Return how many percent a discount is, all of it where there is nothing that it could come off."""
    if before_minor <= 0 and discount.percent is None:
        return _EVERYTHING
    return discount_percent(discount, before_minor)


def _taken(discounts: Iterable[AppliedDiscount]) -> int:
    return sum(each.amount_minor for each in discounts if each.source is DiscountSource.MANUAL)


def _what(act: Act) -> tuple[Permission, str]:
    return act.permission, act.about


def _percent(act: Act) -> Decimal:
    return act.percent or Decimal(0)


def _allowed(discount: ManualDiscount, approval: Approval) -> ManualDiscount:
    return replace(discount, approved_by=approval.approved_by, reason=approval.reason or discount.reason)


def _allowed_line(line: BasketLine, approval: Approval) -> BasketLine:
    if approval.act.permission is Permission.PRICE_OVERRIDE:
        reason = approval.reason or line.price_reason
        return replace(line, price_approved_by=approval.approved_by, price_reason=reason)
    if approval.act.permission is Permission.LINE_DISCOUNT and line.discount is not None:
        return replace(line, discount=_allowed(line.discount, approval))
    return line
