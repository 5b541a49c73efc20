"""What can be wrong with points that somebody asks for."""

from __future__ import annotations

from typing import Final

LARGEST_POINTS: Final = 999_999_999_999
"""No number of points is larger; as for amounts, twelve digits are exact in every system that reads us."""


class PointsRefused(ValueError):
    """Points that cannot be moved; `code` names the reason for a translated sentence.

    Codes: `negative`, `zero`, `too_large`, `bad_multiplier`, `more_than_paid` (more comes back, or is paid
    with points, than was paid), `contradictory` (points for nothing paid), `not_offered`, `not_enough`,
    `expired` (there were enough, they have expired), `below_smallest`, `not_a_step`, `more_than_share`,
    `more_than_worth` (fewer points are worth as much), `worth_nothing`, `offline_limit`, `lot_exists`,
    `unknown_lot`, `more_than_spent`, `bad_birthday`.
    """

    def __init__(self, code: str, points: object) -> None:
        super().__init__(f"points {points!r} refused: {code}")
        self.code = code
        self.points = points


def checked_points(points: int) -> int:
    """Return a number of points from zero up; raises `PointsRefused`."""
    if points < 0:
        raise PointsRefused("negative", points)
    if points > LARGEST_POINTS:
        raise PointsRefused("too_large", points)
    return points


def checked_some_points(points: int) -> int:
    """Return a number of points from one up; raises `PointsRefused`."""
    if points == 0:
        raise PointsRefused("zero", points)
    return checked_points(points)
