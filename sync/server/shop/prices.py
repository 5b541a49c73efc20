"""Shelf labels of the storefront: what one unit costs before promotions, and which promotions touch it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from retail.basket import Basket, BasketLine
from retail.basket_taxes import BasketTaxes
from retail.catalogue import LocalisedText
from retail.line_in_play import PricingLine, lines_in_play
from retail.occasion import Moment, Occasion
from retail.pricing import PreparedRules
from sync.server.orders.shelf import ONLINE, Good


class ShelfPrice(NamedTuple):
    """One unit's price in minor units, and the labels of promotions for anybody that hold now."""

    unit_price_minor: Decimal
    offers: tuple[LocalisedText, ...]


def shelf_prices(rules: PreparedRules, goods: Mapping[str, Good], now: str) -> dict[str, ShelfPrice]:
    """Return the labels of goods by product, as a basket with one of each would ask for them."""
    occasion = Occasion(Moment(now), channel=ONLINE)
    lines = tuple(
        BasketLine(
            line_id=product_id,
            product=good.product,
            quantity=Decimal(1),
            unit_price_minor=good.price.unit_price_minor,
            list_prices=good.list_prices,
        )
        for product_id, good in goods.items()
    )
    basket = Basket(basket_id="shelf", lines=lines, channel=ONLINE)
    taxes = BasketTaxes(basket, rules.taxes, rules.rules.fiscal_position)
    in_play = lines_in_play(basket, rules.price_book, taxes, occasion, rules.rules.rounding)
    return {
        line.line.line_id: ShelfPrice(line.unit_price_minor, _offers(rules, line, occasion))
        for line in in_play
    }


def _offers(rules: PreparedRules, line: PricingLine, occasion: Occasion) -> tuple[LocalisedText, ...]:
    """Return the labels of promotions that touch a line now, for anybody and without a coupon."""
    if not line.line.product.discountable:
        return ()
    return tuple(
        one.promotion.label
        for _, one, lines in rules.promotions.touching([line], ())
        if lines and not one.coupon and not one.conditions.refusal(occasion)
    )
