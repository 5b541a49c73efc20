"""Prices a sale again with the rules that it was priced under, and names every figure that differs.

The till and the centre call the same `retail.pricing`, so a difference means that one of them had other
rules, or that somebody changed a figure. What the centre cannot know is taken as the till says: typed
prices and discounts, labels that carry their price, weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from retail.catalogue import Product
from retail.pricing import PreparedRules, PricedBasket, price
from retail.sale import Sale
from retail.sold_basket import sold_basket


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A sale that the centre prices otherwise: both totals in minor units, and each figure in words."""

    stated_minor: int
    found_minor: int
    details: tuple[str, ...]


def price_difference(
    sale: Sale, prepared: PreparedRules, products: Mapping[str, Product], prices: Mapping[str, Decimal]
) -> Difference | None:
    """Return how the centre's price differs from the till's, or nothing when it is the same.

    `products` and `prices` (minor units per selling unit) are those of the sale's lines, by product id.
    Raises what `price` raises for a basket that cannot be priced at all.
    """
    under = sale.priced_under
    assert under is not None, "a sale without its rules is never compared"
    details = [
        f"line {line.line_number}: the product {line.product_id} is unknown"
        for line in sale.lines
        if line.product_id not in products
    ]
    if details:
        return Difference(stated_minor=sale.total_minor, found_minor=0, details=tuple(details))
    found = price(sold_basket(sale, products=products, prices=prices), prepared, under.priced_at)
    details = [
        f"{name}: {stated} stated, {computed} found"
        for name, stated, computed in _figures(sale, found)
        if stated != computed
    ]
    if not details:
        return None
    return Difference(stated_minor=sale.total_minor, found_minor=found.total_minor, details=tuple(details))


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
