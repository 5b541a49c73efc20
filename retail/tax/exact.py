"""Exact values that are not whole, as numerators over a denominator, told in decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from retail.money import Rounding, round_ratio

EXACT_PLACES: Final = 6
"""So many decimals of a minor unit tell why an amount was rounded as it was."""


def in_decimals(numerator: int, denominator: int, places: int = EXACT_PLACES) -> Decimal:
    """Return `numerator / denominator` with at most so many decimals and no zeros at their end."""
    steps = round_ratio(numerator * 10**places, denominator, Rounding.HALF_EVEN)
    while places and steps % 10 == 0:
        steps //= 10
        places -= 1
    return Decimal(steps).scaleb(-places)
