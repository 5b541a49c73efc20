"""Prices a sale again with the rules that it was priced under, and names every figure that differs.

The till and the centre call the same `retail.pricing`, so a difference means that one of them had other
rules, or that somebody changed a figure. What the centre cannot know is taken as the till says: typed
prices and discounts, labels that carry their price, weights. What stands at the price of an online order is
held against what the order's book says was paid with this sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from retail.basket import Basket, BasketLine, PriceSource
from retail.catalogue import ListPrice, Product
from retail.pickup.order import PaymentKind, PickupOrder
from retail.pricing import PreparedRules, PricedBasket, price
from retail.sale import Sale
from retail.sold_basket import sold_basket


class Goods(msgspec.Struct, frozen=True):
    """What the centre had for a line when it was rung up: product, price in minor units, prices on lists."""

    product: Product | None
    unit_price_minor: Decimal | None
    list_prices: tuple[ListPrice, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A sale that the centre prices otherwise: both totals in minor units, and each figure in words."""

    stated_minor: int
    found_minor: int
    details: tuple[str, ...]


def price_difference(sale: Sale, prepared: PreparedRules, goods: Sequence[Goods]) -> Difference | None:
    """Return how the centre's price differs from the till's, or nothing when it is the same.

    `goods` are those of the sale's lines, line by line. Raises what `price` raises for what cannot be priced
    at all.
    """
    under = sale.priced_under
    assert under is not None, "a sale without its rules is never compared"
    details = [
        f"line {line.line_number}: {line.product_id} {what}"
        for line, of_line in zip(sale.lines, goods, strict=True)
        if (what := _lacks(line.price_source, of_line))
    ]
    if details:
        return Difference(stated_minor=sale.total_minor, found_minor=0, details=tuple(details))
    found = price(_basket(sale, goods), prepared, under.priced_at)
    details = [
        f"{name}: {stated} stated, {computed} found"
        for name, stated, computed in _figures(sale, found)
        if stated != computed
    ]
    if not details:
        return None
    return Difference(stated_minor=sale.total_minor, found_minor=found.total_minor, details=tuple(details))


def _lacks(source: PriceSource, goods: Goods) -> str:
    if source is PriceSource.ORDER:
        return ""  # its amount was agreed when the order was placed, whatever the catalogue says today
    if goods.product is None:
        return "is not in the catalogue"
    if source in (PriceSource.STORE, PriceSource.LIST) and goods.unit_price_minor is None:
        return "has no price"
    return ""


def _basket(sale: Sale, goods: Sequence[Goods]) -> Basket:
    """Return the sale's basket with the centre's own products and prices in place of what the till says."""
    prices = {
        line.product_id: of_line.unit_price_minor
        for line, of_line in zip(sale.lines, goods, strict=True)
        if of_line.unit_price_minor is not None
    }
    basket = sold_basket(sale, products={}, prices=prices)
    return replace(
        basket, lines=tuple(_line(line, of_line) for line, of_line in zip(basket.lines, goods, strict=True))
    )


def _line(line: BasketLine, goods: Goods) -> BasketLine:
    if line.price_source is PriceSource.ORDER:
        return line
    assert goods.product is not None, "checked before"
    asked = line.unit_price_minor
    if line.price_source in (PriceSource.STORE, PriceSource.EMBEDDED) and line.fixed_amount_minor is None:
        asked = asked if goods.unit_price_minor is None else goods.unit_price_minor
    return replace(line, product=goods.product, unit_price_minor=asked, list_prices=goods.list_prices)


def order_difference(sale: Sale, order: PickupOrder | None) -> Difference | None:
    """Return how what a sale took for an order differs from what the order says, or nothing when it does not.

    The till records the payment with the sale; as long as that has not arrived there is nothing to compare.
    """
    stated = sum(line.paid_minor for line in sale.lines if line.price_source is PriceSource.ORDER)
    if not sale.order_id and not stated:
        return None
    if order is None or order.store_id != sale.store_id:
        detail = f"order {sale.order_id or '?'} is not in the book"
        return Difference(stated_minor=stated, found_minor=0, details=(detail,))
    for entry in order.payment.entries:
        if entry.kind is PaymentKind.PAID and entry.reference == sale.sale_id:
            if entry.amount_minor == stated:
                return None
            detail = f"order {order.number}: {stated} stated, {entry.amount_minor} recorded as paid"
            return Difference(stated_minor=stated, found_minor=entry.amount_minor, details=(detail,))
    return None


def _figures(sale: Sale, found: PricedBasket) -> list[tuple[str, int, int]]:
    """Pair each figure of the sale with the one that was found."""
    figures = [
        ("total", sale.total_minor, found.total_minor),
        ("tax", sale.tax_minor, found.tax_minor),
        ("subtotal", sale.subtotal_minor, found.subtotal_minor),
        ("saved", sale.saved_minor, found.saved_minor),
    ]
    if sale.member is not None:
        figures.append(("points", sale.member.points_earned, found.points))
    for line, priced in zip(sale.lines, found.lines, strict=True):
        figures.append((f"line {line.line_number} gross", line.gross_minor, priced.gross_minor))
        figures.append((f"line {line.line_number} paid", line.paid_minor, priced.paid_minor))
    return figures
