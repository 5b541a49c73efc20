"""What points are worth, and how many of them a sale may take.

As a discount they come off before tax, as a tender they pay after it; what may be taken is counted alike,
against what the lines that points may buy come to (`payable_with_points`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from retail.loyalty.earning import EarningLine
from retail.loyalty.program import NEVER_REDEEM, PreparedProgram
from retail.loyalty.refusal import PointsRefused, checked_points, checked_some_points
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, Rounding, round_ratio


class Redemption(NamedTuple):
    """Points and what they are worth in minor units."""

    points: int
    worth_minor: int


def takes_points(prepared: PreparedProgram, line: EarningLine) -> bool:
    """Say whether points may buy a line: no gift card, no deposit, nothing that the programme bars."""
    return line.product_kind not in NEVER_REDEEM and line.category_id not in prepared.not_redeemable


def payable_with_points(prepared: PreparedProgram, lines: Iterable[EarningLine]) -> int:
    """Return what the lines come to that points may buy, in minor units."""
    return sum(line.remaining_minor for line in lines if takes_points(prepared, line))


def worth_of(prepared: PreparedProgram, points: int) -> int:
    """Return what points are worth in minor units, rounded down.

    Raises `PointsRefused` with `not_offered` where nothing is redeemed, `negative` or `too_large`.
    """
    program = prepared.program
    if not program.worth_points:
        raise PointsRefused("not_offered", points)
    return checked_points(points) * program.worth_minor // program.worth_points


def redeemable(
    prepared: PreparedProgram, balance: int, amount_minor: int, *, online: bool = True
) -> Redemption:
    """Return the most that may be redeemed for an amount: no points too many for what they are worth.

    `balance` may be below zero. Nothing is `Redemption(0, 0)`, whatever the reason (`check_redemption`
    says it). Raises `AmountRefused` for an amount that cannot be.
    """
    program = prepared.program
    limit = _share(prepared, amount_minor)
    if not program.worth_points:
        return Redemption(0, 0)
    points = min(balance, _most(prepared, limit))
    if not online:
        points = min(points, program.offline_points)
    points -= points % program.step_points
    worth = worth_of(prepared, points) if points >= program.smallest_points else 0
    return Redemption(_fewest(prepared, worth), worth) if worth else Redemption(0, 0)


def check_redemption(
    prepared: PreparedProgram, points: int, balance: int, amount_minor: int, *, online: bool = True
) -> Redemption:
    """Return what the points that a customer asks for are worth.

    Raises `PointsRefused` with `zero`, `negative`, `too_large`, `not_offered`, `not_enough`,
    `offline_limit`, `below_smallest`, `not_a_step`, `worth_nothing`, `more_than_share` or
    `more_than_worth`; `AmountRefused` for an amount that cannot be.
    """
    program = prepared.program
    worth = worth_of(prepared, checked_some_points(points))
    if points > balance:
        raise PointsRefused("not_enough", points)
    if not online and points > program.offline_points:
        raise PointsRefused("offline_limit", points)
    if points < program.smallest_points:
        raise PointsRefused("below_smallest", points)
    if points % program.step_points:
        raise PointsRefused("not_a_step", points)
    if worth == 0:
        raise PointsRefused("worth_nothing", points)
    if worth > _share(prepared, amount_minor):
        raise PointsRefused("more_than_share", points)
    if points > _fewest(prepared, worth):
        raise PointsRefused("more_than_worth", points)
    return Redemption(points, worth)


def _share(prepared: PreparedProgram, amount_minor: int) -> int:
    """Return how much of an amount points may cover."""
    if amount_minor < 0:
        raise AmountRefused("negative", amount_minor)
    if amount_minor > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", amount_minor)
    numerator, denominator = prepared.program.largest_share.as_integer_ratio()
    return round_ratio(amount_minor * numerator, 100 * denominator, Rounding.DOWN)


def _most(prepared: PreparedProgram, worth_minor: int) -> int:
    """Return the most points that are worth no more than an amount."""
    program = prepared.program
    return ((worth_minor + 1) * program.worth_points - 1) // program.worth_minor


def _fewest(prepared: PreparedProgram, worth_minor: int) -> int:
    """Return the fewest points that may be asked for and are worth so much."""
    program = prepared.program
    fewest = -(-worth_minor * program.worth_points // program.worth_minor)
    in_steps = -(-fewest // program.step_points) * program.step_points
    smallest = -(-program.smallest_points // program.step_points) * program.step_points
    return max(in_steps, smallest)
