"""An amount off the whole basket: `SPRING5: 5.00 off over 50.00`.

Arguments: `amount_minor` (from 1) and, optionally, `minimum_minor`: what the lines in scope must come
to after their own discounts for the amount to come off (reached is enough). Never more than the lines
in scope come to. It is allocated to those lines in proportion to what they cost.

Limits count it once a sale.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.arguments import Arguments
from retail.promotions.kind import DocumentKind, Terms
from retail.promotions.rule import Promotion


class AmountOffBasket(DocumentKind, frozen=True):
    """What comes off, and from which sum on; minor units."""

    amount_minor: int
    minimum_minor: int

    @classmethod
    def read(cls, promotion: Promotion) -> AmountOffBasket:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "amount_minor", "minimum_minor")
        return cls(arguments.whole("amount_minor"), arguments.whole_or("minimum_minor", 0, least=0))

    def steps(self) -> Sequence[int]:
        """Return the sum from which on the amount comes off."""
        return (self.minimum_minor,) if self.minimum_minor else ()

    def saving(self, base_minor: int, terms: Terms) -> int | str:  # noqa: ARG002 (nothing to round)
        """Return the amount, or `below_minimum`."""
        if base_minor < self.minimum_minor:
            return "below_minimum"
        return min(self.amount_minor, base_minor)
