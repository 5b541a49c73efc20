"""Points for members."""

from __future__ import annotations


def points_for(total_minor: int, currency_digits: int, points_per_major_unit: int) -> int:
    """Return the points that a total earns, rounded down; nothing for a total of zero or less."""
    if total_minor <= 0 or points_per_major_unit <= 0:
        return 0
    return int(total_minor * points_per_major_unit // 10**currency_digits)
