"""A price that falls as more customers join: `9.00 each once 10 take part, 8.00 once 50 do`.

Arguments: `tiers`, such as `10:900|50:800`: how many customers must take part, and what one piece,
kilogram, litre or metre of each line in scope then costs in minor units, with at most four decimals; the
number rises and the price falls from tier to tier. What costs less already keeps its price. How many take
part is told with the basket (`retail.basket.PromotionUse.participants`).

Limits count pieces, and a line of weighed goods as one; those that save most come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from retail.basket import PRICE_PLACES
from retail.promotions.arguments import Arguments, Tier, reached
from retail.promotions.fixed_price import down_to_price
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms
from retail.promotions.rule import Promotion


class GroupBuyPrice(Kind, frozen=True):
    """From how many customers on, what a piece or a measure costs in minor units."""

    separable: ClassVar[bool] = True

    tiers: tuple[Tier, ...]

    @classmethod
    def read(cls, promotion: Promotion) -> GroupBuyPrice:
        """Read the arguments; raises `PromotionInvalid`."""
        return cls(Arguments(promotion, "tiers").tiers("tiers", places=PRICE_PLACES, falling=True))

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Bring each line down to the price that holds, or return `too_few_participants`."""
        price = reached(self.tiers, terms.participants)
        if price is None:
            return "too_few_participants"
        return down_to_price(price, lines, terms)
