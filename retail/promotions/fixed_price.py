"""A price for each piece or each kilogram: `every shirt 19.90`, `bananas 1.99 a kilogram today`.

Arguments: `price_minor`, above 0: what one piece, kilogram, litre or metre of each line in scope costs, with
at most four decimals of a minor unit. What costs less already keeps its price.

Limits count pieces, and a line of weighed goods as one; those that save most come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from retail.money import round_to_minor
from retail.promotions.arguments import Arguments
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms
from retail.promotions.pieces import by_unit, units_of
from retail.promotions.rule import Promotion


class FixedPrice(Kind, frozen=True):
    """What one piece, kilogram, litre or metre costs in minor units."""

    separable: ClassVar[bool] = True

    price_minor: Decimal

    @classmethod
    def read(cls, promotion: Promotion) -> FixedPrice:
        """Read the arguments; raises `PromotionInvalid`."""
        return cls(Arguments(promotion, "price_minor").unit_price("price_minor"))

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Take off each line what it costs above the price."""
        return down_to_price(self.price_minor, lines, terms)


def down_to_price(price_minor: Decimal, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
    """Bring each line down to a unit price, as far as the limit on pieces allows; never up."""

    def saving_of(line: LineInPlay, units: int) -> int:
        quantity = units if line.pieces else line.quantity
        now = line.remaining_minor * units // units_of(line)
        return now - round_to_minor(price_minor * quantity, terms.rounding)

    return by_unit(lines, terms.most, saving_of)
