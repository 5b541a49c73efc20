"""An amount off the whole basket: `SPRING5: 5.00 off over 50.00`.

Arguments: `amount_minor` (from 1) and, optionally, `minimum_minor`: what the lines in scope must come
to after their own discounts for the amount to come off (reached is enough). Never more than the lines
in scope come to. The engine allocates it to those lines in proportion to what they cost.
"""

from __future__ import annotations

from retail.promotions.kind import DocumentKind, Terms, whole_argument
from retail.promotions.rule import Promotion


class AmountOffBasket(DocumentKind, frozen=True):
    """What comes off, and from which sum on; minor units."""

    amount_minor: int
    minimum_minor: int

    @classmethod
    def read(cls, promotion: Promotion) -> AmountOffBasket:
        """Read the arguments; raises `PromotionInvalid`."""
        minimum = 0
        if "minimum_minor" in promotion.arguments:
            minimum = whole_argument(promotion, "minimum_minor", least=0)
        return cls(whole_argument(promotion, "amount_minor", least=1), minimum)

    def saving(self, base_minor: int, terms: Terms) -> int | str:  # noqa: ARG002 (nothing to round)
        """Return the amount, or `below_minimum`."""
        if base_minor < self.minimum_minor:
            return "below_minimum"
        return min(self.amount_minor, base_minor)
