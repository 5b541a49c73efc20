"""A percentage off the whole basket: `10 % off everything, 20.00 at most`.

Arguments: `percent`, above 0 up to 100, and, optionally, `at_most_minor` (from 1): the amount that it never
exceeds. It is rounded once, on what the lines in scope come to after their own discounts, and allocated to
those lines in proportion to what they cost. From which sum on it holds is the promotion's own
`minimum_minor`.

Limits count it once a sale.
"""

from __future__ import annotations

from retail.money import LARGEST_AMOUNT_MINOR
from retail.promotions.arguments import Arguments, Percentage
from retail.promotions.kind import DocumentKind, Terms
from retail.promotions.rule import Promotion


class PercentOffBasket(DocumentKind, frozen=True):
    """How much of the basket comes off, and how much at most in minor units."""

    percentage: Percentage
    at_most_minor: int

    @classmethod
    def read(cls, promotion: Promotion) -> PercentOffBasket:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "percent", "at_most_minor")
        return cls(arguments.percentage("percent"), arguments.whole_or("at_most_minor", LARGEST_AMOUNT_MINOR))

    def saving(self, base_minor: int, terms: Terms) -> int:
        """Return the percentage of the sum, up to the amount it never exceeds."""
        return min(self.at_most_minor, self.percentage.off(base_minor, terms.rounding))
