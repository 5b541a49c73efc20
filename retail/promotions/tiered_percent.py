"""The more is spent, the higher the percentage: `5 % from 50.00, 10 % from 100.00`.

Arguments: `tiers`, such as `5000:5|10000:10`: what the lines in scope must come to after their own
discounts (reached is enough), and how many percent of all of it then come off; both rise from tier to tier.
The percentage is rounded once and allocated to the lines in scope in proportion to what they cost.

Limits count it once a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from retail.promotions.arguments import PERCENT_PLACES, Arguments, Percentage, Tier, reached
from retail.promotions.kind import DocumentKind, Terms
from retail.promotions.rule import Promotion


class TieredPercent(DocumentKind, frozen=True):
    """From which sum on in minor units, how many percent come off."""

    tiers: tuple[Tier, ...]

    @classmethod
    def read(cls, promotion: Promotion) -> TieredPercent:
        """Read the arguments; raises `PromotionInvalid`."""
        return cls(Arguments(promotion, "tiers").tiers("tiers", most=Decimal(100), places=PERCENT_PLACES))

    def steps(self) -> Sequence[int]:
        """Return the sums at which the tiers begin."""
        return [threshold for threshold, _ in self.tiers]

    def saving(self, base_minor: int, terms: Terms) -> int | str:
        """Return the percentage of the highest tier, or `below_minimum`."""
        percent = reached(self.tiers, base_minor)
        if percent is None:
            return "below_minimum"
        return Percentage.of(percent).off(base_minor, terms.rounding)
