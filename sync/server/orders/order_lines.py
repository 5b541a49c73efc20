"""The lines of an order with their prices: the same rules, and so the same price, as in the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.basket import (
    PRICE_PLACES,
    Basket,
    BasketLine,
    BasketMember,
    PriceRefused,
    checked_price,
    coupon_key,
)
from retail.member import Member
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, Rounding, round_ratio
from retail.pickup.order import PickupLine, Temperature
from retail.priced import PricedBasket, PricedLine
from retail.pricing import price
from retail.quantity import QuantityRefused, checked_quantity
from retail.returns.record import on_top
from retail.shared_taxes import shared_taxes
from sync.server.database import shop_rows
from sync.server.orders.shelf import ONLINE, Good, Shelf, may_be_ordered
from sync.server.orders.values import OrderProblem, PlaceOrder, WantedLine


class WantedGood(msgspec.Struct, frozen=True, kw_only=True):
    """A wanted line with its number in the order and the product that it names."""

    line_id: str
    wanted: WantedLine
    good: Good

    @property
    def quantity(self) -> Decimal:
        return self.wanted.quantity


def at_the_store(moment: str, offset: str) -> str:
    """Return a moment as the clock on the store's wall shows it."""
    zone = dt.datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo
    return dt.datetime.fromisoformat(moment).astimezone(zone).isoformat()


def wanted_goods(connection: Connection, shelf: Shelf, request: PlaceOrder) -> tuple[WantedGood, ...]:
    """Return what is asked for; raises `OrderProblem` for what cannot be ordered here."""
    if not request.lines:
        raise OrderProblem("no_lines")
    goods = shelf.goods(connection, (one.product_id for one in request.lines))
    known = shop_rows.products_by_id(connection, {one.product_id for one in request.lines} - goods.keys())
    found = []
    for number, one in enumerate(request.lines, start=1):
        if one.product_id not in goods:
            raise _refused("no_price" if one.product_id in known else "unknown_product", number, one)
        good = goods[one.product_id]
        if not may_be_ordered(good.product):
            raise _refused("no_price", number, one)
        if good.product.minimum_age and not request.age_confirmed:
            raise _refused("under_age_unconfirmed", number, one)
        try:
            checked_quantity(one.quantity, good.product.unit)
        except QuantityRefused as refused:
            raise _refused("bad_quantity", number, one) from refused
        found.append(WantedGood(line_id=str(number), wanted=one, good=good))
    return tuple(found)


def _refused(code: str, number: int, wanted: WantedLine) -> OrderProblem:
    return OrderProblem(code, wanted.product_id, line_id=str(number), product_id=wanted.product_id)


def buyer(connection: Connection, request: PlaceOrder) -> BasketMember | None:
    """Return the member who orders, None for a guest or an account that is not there."""
    return member_of(connection, request.store_id, request.member_id)


def member_of(connection: Connection, store_id: str, member_id: str) -> BasketMember | None:
    """Return a member as a store knows them, None for nobody or an account that is not there."""
    if not member_id:
        return None
    key = f"member:{member_id}"
    text = shop_rows.row_texts(connection, ("members", store_id), [key]).get(key)
    if text is None:
        return None
    member = msgspec.json.decode(text, type=Member)
    return BasketMember(
        member_id=member.member_id,
        display_name=member.display_name,
        tier=member.tier,
        card_tail=member.card_number[-4:],
        points=member.points,
        birthday=member.birthday,
        orders=member.orders,
        groups=member.groups,
        fiscal_position=member.fiscal_position,
    )


def priced(
    shelf: Shelf,
    goods: Sequence[WantedGood],
    quantities: Mapping[str, Decimal],
    *,
    member: BasketMember | None,
    coupons: Sequence[str],
    now: str,
) -> PricedBasket:
    """Return the basket of these quantities by line, priced at a moment of the store's clock.

    Raises `OrderProblem("bad_basket")` for what no till could sell either.
    """
    basket = Basket(
        basket_id="order",
        channel=ONLINE,
        member=member,
        coupons=tuple(dict.fromkeys(coupon_key(code) for code in coupons if code.strip())),
        lines=tuple(
            BasketLine(
                line_id=one.line_id,
                product=one.good.product,
                quantity=quantities[one.line_id],
                unit_price_minor=one.good.price.unit_price_minor,
                list_prices=one.good.list_prices,
            )
            for one in goods
        ),
    )
    try:
        return price(basket, shelf.rules, now)
    except (QuantityRefused, PriceRefused, AmountRefused, ValueError, LookupError) as refused:
        raise OrderProblem("bad_basket", str(refused)) from refused


def order_lines(
    basket: PricedBasket, goods: Sequence[WantedGood], *, included: bool
) -> tuple[PickupLine, ...]:
    """Return the lines of an order: each with what the customer pays for it, discounts off and tax in."""
    taxes = shared_taxes(
        [(line.tax_class_id, line.paid_minor, line.taxes) for line in basket.lines],
        basket.tax_totals,
        included=included,
    )
    by_id = {one.line_id: one for one in goods}
    return tuple(
        _line(line, by_id[line.line.line_id], on_top(of_line))
        for line, of_line in zip(basket.lines, taxes, strict=True)
    )


def as_shown(lines: Sequence[PickupLine], goods: Sequence[WantedGood]) -> tuple[PickupLine, ...]:
    """Return lines at what another shop has sold them for; of what is fewer than wanted, its share."""
    by_id = {one.line_id: one.wanted for one in goods}
    return tuple(_as_shown(line, by_id[line.line_id]) for line in lines)


def _as_shown(line: PickupLine, wanted: WantedLine) -> PickupLine:
    shown = wanted.shown_amount_minor
    if shown is None:
        return line
    if not 0 <= shown <= LARGEST_AMOUNT_MINOR:
        raise OrderProblem("bad_amount", str(shown), line_id=line.line_id, product_id=wanted.product_id)
    share, whole = line.quantity.as_integer_ratio(), wanted.quantity.as_integer_ratio()
    amount = round_ratio(shown * share[0] * whole[1], share[1] * whole[0], Rounding.HALF_UP)
    # What was given away keeps the price of its own: a unit price is never nothing.
    exact = round(shown / wanted.quantity, PRICE_PLACES) or line.unit_price_minor
    return replace(line, amount_minor=amount, unit_price_minor=checked_price(exact))


def _line(line: PricedLine, good: WantedGood, added_minor: int) -> PickupLine:
    unit_price = line.unit_price_minor
    if added_minor and line.paid_minor:
        # Taxes on top of the price are part of what a unit costs, in the proportion in which they were added.
        exact = unit_price * (line.paid_minor + added_minor) / line.paid_minor
        unit_price = round(exact, PRICE_PLACES)
    return PickupLine(
        line_id=good.line_id,
        product=good.good.product,
        quantity=line.line.quantity,
        unit_price_minor=checked_price(unit_price),
        amount_minor=line.paid_minor + added_minor,
        wish=good.wanted.wish,
        temperature=Temperature(good.good.product.temperature),
        note=good.wanted.note,
    )
