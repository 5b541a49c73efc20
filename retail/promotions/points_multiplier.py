"""More points for what is in scope: `double points on coffee`.

Arguments: `multiplier`, above 1 up to 100, such as `2` or `1.5`, with at most two decimals: the points that
the lines in scope earn are multiplied by it. It changes no price, and does nothing for whoever is no member.

Limits count it once a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from retail.promotions.arguments import Arguments
from retail.promotions.kind import Kind, LineInPlay, Phase, Terms
from retail.promotions.rule import Promotion


class PointsMultiplier(Kind, frozen=True):
    """By how much points are multiplied."""

    phase: ClassVar[Phase] = Phase.POINTS

    multiplier: Decimal

    @classmethod
    def read(cls, promotion: Promotion) -> PointsMultiplier:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "multiplier")
        return cls(arguments.decimal("multiplier", least=Decimal("1.01"), most=Decimal(100), places=2))

    def points_multiplier(self, lines: Sequence[LineInPlay], terms: Terms) -> Decimal:  # noqa: ARG002 (the same for all)
        """Return the multiplier."""
        return self.multiplier
