"""The more is spent, the more comes off: `spend 50.00, save 5.00; spend 100.00, save 12.00`.

Arguments: `tiers`, such as `5000:500|10000:1200`: what the lines in scope must come to after their own
discounts (reached is enough), and the amount that then comes off; both rise from tier to tier, and an
amount is never more than its threshold (`saves_more_than_spent`). The highest tier that is reached counts,
alone. The amount is allocated to the lines in scope in proportion to what they cost.

Limits count it once a sale.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.arguments import Arguments, Tier, reached
from retail.promotions.kind import DocumentKind, PromotionInvalid, Terms
from retail.promotions.rule import Promotion


class TieredAmount(DocumentKind, frozen=True):
    """From which sum on, which amount comes off; minor units."""

    tiers: tuple[Tier, ...]

    @classmethod
    def read(cls, promotion: Promotion) -> TieredAmount:
        """Read the arguments; raises `PromotionInvalid`."""
        tiers = Arguments(promotion, "tiers").tiers("tiers", places=0)
        if any(amount > threshold for threshold, amount in tiers):
            raise PromotionInvalid("saves_more_than_spent")
        return cls(tiers)

    def steps(self) -> Sequence[int]:
        """Return the sums at which the tiers begin."""
        return [threshold for threshold, _ in self.tiers]

    def saving(self, base_minor: int, terms: Terms) -> int | str:  # noqa: ARG002 (nothing to round)
        """Return the amount of the highest tier, or `below_minimum`."""
        amount = reached(self.tiers, base_minor)
        return "below_minimum" if amount is None else int(amount)
