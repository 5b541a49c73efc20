"""What a return does to points: those earned are taken back, those redeemed are given back.

Both are counted from the beginning every time: what is due for all that has come back so far, less what
was due before. So the order and the number of returns do not matter, and when everything has come back,
exactly what was earned has been taken and exactly what was redeemed has been given.
"""

from __future__ import annotations

import msgspec

from retail.loyalty.refusal import PointsRefused, checked_points
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, Rounding, round_ratio


class Returned(msgspec.Struct, frozen=True):
    """How much of an amount has come back, in minor units: of `whole_minor`, `before_minor` in earlier
    returns and `now_minor` in this one. The whole is a line, or a sale."""

    whole_minor: int
    before_minor: int
    now_minor: int


class Reversal(msgspec.Struct, frozen=True):
    """Points that a return moves: `take_back` of those earned, `give_back` of those redeemed."""

    take_back: int
    give_back: int


def points_to_take_back(
    earned: int, paid_minor: int, returned_before_minor: int, returned_now_minor: int
) -> int:
    """Return how many of the points earned a return takes back.

    `paid_minor` is what was paid for what earned them (a line with its own points, or all lines of a sale
    that earn). Rounded down while something is kept, so never more than its share. Raises `AmountRefused`
    for an amount that cannot be, `PointsRefused` with `negative`, `too_large`, `more_than_paid` when more
    comes back than was paid, or `contradictory` for points on nothing paid.
    """
    returned = Returned(paid_minor, returned_before_minor, returned_now_minor)
    return _due_now(earned, returned, Rounding.DOWN)


def points_to_give_back(
    redeemed: int, worth_minor: int, returned_before_minor: int, returned_now_minor: int
) -> int:
    """Return how many of the points redeemed a return gives back.

    `worth_minor` is what the points took off or paid, of which the given part comes back. Rounded up while
    something is kept, so never less than its share. Raises as `points_to_take_back` does.
    """
    returned = Returned(worth_minor, returned_before_minor, returned_now_minor)
    return _due_now(redeemed, returned, Rounding.UP)


def reversal(
    *,
    earned: int,
    paid: Returned,
    redeemed: int = 0,
    worth: Returned | None = None,
    gives_back: bool = True,
) -> Reversal:
    """Return what a return does to points; raises as `points_to_take_back` does.

    `gives_back` false is a programme in which redeemed points are gone (`LoyaltyProgram.gives_back`).
    """
    take_back = _due_now(earned, paid, Rounding.DOWN)
    if not gives_back or worth is None:
        return Reversal(take_back, 0)
    return Reversal(take_back, _due_now(redeemed, worth, Rounding.UP))


def _due_now(points: int, returned: Returned, rounding: Rounding) -> int:
    checked_points(points)
    whole, before = returned.whole_minor, returned.before_minor
    for amount in (whole, before, returned.now_minor):
        if amount < 0:
            raise AmountRefused("negative", amount)
        if amount > LARGEST_AMOUNT_MINOR:
            raise AmountRefused("too_large", amount)
    after = before + returned.now_minor
    if after > whole:
        raise PointsRefused("more_than_paid", points)
    if whole == 0:
        if points:
            raise PointsRefused("contradictory", points)
        return 0
    return round_ratio(points * after, whole, rounding) - round_ratio(points * before, whole, rounding)
