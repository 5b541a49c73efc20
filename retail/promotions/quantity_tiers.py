"""The more pieces, the more comes off each: `3 for 10 % off, 6 for 20 % off`, mixed over what is in scope.

Arguments: `tiers`, such as `3:10|6:20`: from how many pieces on, and how many percent then come off every
piece in scope; both rise from tier to tier. Each line is rounded by the rules' own rounding. Weighed goods
have no pieces: they neither count nor get anything.

Limits count the pieces on which something comes off, those on which most comes off first; the tier that
was reached counts them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from retail.promotions.arguments import PERCENT_PLACES, Arguments, Percentage, Tier, reached
from retail.promotions.kind import LARGEST_COUNT, Kind, LineInPlay, Savings, Terms
from retail.promotions.percent_off import percentage_of_units
from retail.promotions.rule import Promotion


class QuantityTiers(Kind, frozen=True):
    """From how many pieces on, how many percent come off."""

    tiers: tuple[Tier, ...]

    @classmethod
    def read(cls, promotion: Promotion) -> QuantityTiers:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "tiers")
        tiers = arguments.tiers(
            "tiers", most_threshold=LARGEST_COUNT, most=Decimal(100), places=PERCENT_PLACES
        )
        return cls(tiers)

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Count the pieces, and take the percentage of their tier off each line."""
        with_pieces = [line for line in lines if line.pieces]
        percent = reached(self.tiers, sum(line.pieces for line in with_pieces))
        if percent is None:
            return "below_minimum"
        return percentage_of_units(Percentage.of(percent), with_pieces, terms)
