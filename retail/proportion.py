"""A part of an amount of money in proportion to a quantity."""

from __future__ import annotations

from decimal import Decimal

from retail.money import Rounding, round_ratio


def proportion(amount_minor: int, part: Decimal, whole: Decimal) -> int:
    """Return `amount × part / whole`, exactly and then rounded half up; the amount itself for the whole.

    For an amount of nothing or more it grows with the part, so differences of it are never negative.
    """
    part_above, part_below = part.as_integer_ratio()
    whole_above, whole_below = whole.as_integer_ratio()
    return round_ratio(amount_minor * part_above * whole_below, part_below * whole_above, Rounding.HALF_UP)
