"""What a sale earns: points for what is paid, times the member's tier, and bonus points for products.

Fractions are dropped, once for the document or on each line as the programme says. Multipliers make the
amount count more, so nothing is rounded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

import msgspec

from retail.catalogue import ProductKind
from retail.loyalty.program import MULTIPLIER_SCALE, PointsRounding, PreparedProgram, scaled
from retail.loyalty.refusal import LARGEST_POINTS, PointsRefused
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, allocate

ONCE = Decimal(1)


class EarningLine(Protocol):
    """A line as `retail.pricing` holds it when every discount is off: what is read of it to earn points.

    `remaining_minor` is what is paid for it, `pieces` its whole pieces (0 for weighed goods).
    """

    @property
    def product_id(self) -> str: ...
    @property
    def category_id(self) -> str: ...
    @property
    def product_kind(self) -> ProductKind: ...
    @property
    def remaining_minor(self) -> int: ...
    @property
    def pieces(self) -> int: ...


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """What a sale earns: `points = base + bonus`.

    `eligible_minor` is what was paid for the lines that earn. `weights` and `bonus_by_line` stand in the
    order of the lines; `base_by_line` too, where fractions are dropped on each line. `reason` says why
    nothing was earned for what was paid: `no_program`, `nothing_earns` or `below_minimum`.
    """

    points: int = 0
    base: int = 0
    bonus: int = 0
    eligible_minor: int = 0
    weights: tuple[int, ...] = ()
    base_by_line: tuple[int, ...] = ()
    bonus_by_line: tuple[int, ...] = ()
    reason: str = ""

    def by_line(self) -> tuple[int, ...]:
        """Return the points of each line, which sum to `points`: what a return of the line takes back."""
        base = self.base_by_line or allocate(self.base, self.weights)
        if not self.bonus_by_line:
            return base
        return tuple([own + extra for own, extra in zip(base, self.bonus_by_line, strict=True)])


def points_for(total_minor: int, currency_digits: int, points_per_major_unit: int) -> int:
    """Return the points that a total earns, rounded down; nothing for a total of zero or less."""
    if total_minor <= 0 or points_per_major_unit <= 0:
        return 0
    return int(total_minor * points_per_major_unit // 10**currency_digits)


def earn(
    prepared: PreparedProgram,
    lines: Sequence[EarningLine],
    *,
    tier: str = "",
    multiplier: Decimal = ONCE,
    line_multipliers: Sequence[Decimal] = (),
    paid_with_points_minor: int = 0,
    total_minor: int = 0,
) -> Earned:
    """Return what a sale earns.

    `tier` is the member's (one that the programme does not have multiplies by one), `multiplier` is for
    the whole sale, `line_multipliers` for each line; all are multiplied with each other. Of the sale's
    `total_minor` (0: the sum of the lines) `paid_with_points_minor` earns nothing, shared by all lines.

    Raises `AmountRefused` for an amount that cannot be, `PointsRefused` with `bad_multiplier`,
    `more_than_paid`, or `too_large` for more points than can be kept.
    """
    program = prepared.program
    amounts = _eligible(prepared, lines)
    if amounts and min(amounts) < 0:
        raise AmountRefused("negative", min(amounts))
    eligible = sum(amounts)
    if eligible > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", eligible)
    if not program.points and not prepared.bonuses:
        return Earned(weights=tuple(amounts), eligible_minor=eligible, reason="no_program")
    if eligible == 0 or eligible < program.minimum_spend_minor:
        reason = "below_minimum" if eligible else "nothing_earns"
        return Earned(weights=tuple(amounts), eligible_minor=eligible, reason=reason)
    numerator, denominator = _rate(prepared, tier, multiplier)
    if paid_with_points_minor and not program.points_paid_earns:
        whole = total_minor or sum([line.remaining_minor for line in lines])
        numerator *= _paid_otherwise(whole, paid_with_points_minor)
        denominator *= whole
    weights = amounts
    if line_multipliers:
        weights = [amount * _scaled(factor) for amount, factor in zip(amounts, line_multipliers, strict=True)]
        denominator *= MULTIPLIER_SCALE
    by_line: tuple[int, ...] = ()
    if program.rounding is PointsRounding.LINE:
        by_line = tuple([_points(prepared, weight * numerator, denominator) for weight in weights])
        base = sum(by_line)
    else:
        base = _points(prepared, sum(weights) * numerator, denominator)
    bonuses = _bonuses(prepared, lines, amounts) if prepared.bonuses else ()
    bonus = sum(bonuses)
    if base + bonus > LARGEST_POINTS:
        raise PointsRefused("too_large", base + bonus)
    return Earned(
        points=base + bonus,
        base=base,
        bonus=bonus,
        eligible_minor=eligible,
        weights=tuple(weights),
        base_by_line=by_line,
        bonus_by_line=bonuses,
    )


def exclusion(prepared: PreparedProgram, line: EarningLine) -> str:
    """Return why a line earns nothing (`kind`, `product`, `category` or `nothing_paid`), or nothing."""
    if line.product_kind in prepared.excluded_kinds:
        return "kind"
    if line.product_id in prepared.excluded_products:
        return "product"
    if line.category_id in prepared.excluded_categories:
        return "category"
    return "" if line.remaining_minor else "nothing_paid"


def _eligible(prepared: PreparedProgram, lines: Sequence[EarningLine]) -> list[int]:
    """Return what each line brings in, 0 for those that never earn."""
    if prepared.excludes_goods:
        return [0 if exclusion(prepared, line) else line.remaining_minor for line in lines]
    # Asked at every scan: a look at the identity of the usual kind saves hashing an enumeration's member.
    goods, excluded = ProductKind.GOODS, prepared.excluded_kinds
    return [
        line.remaining_minor if line.product_kind is goods or line.product_kind not in excluded else 0
        for line in lines
    ]


def _rate(prepared: PreparedProgram, tier: str, multiplier: Decimal) -> tuple[int, int]:
    """Return points per minor unit as a ratio; of whole steps only, steps per minor unit."""
    program = prepared.program
    numerator = 1 if program.whole_steps else program.points
    denominator = program.step_minor
    of_tier = prepared.multipliers.get(tier, MULTIPLIER_SCALE)
    if of_tier != MULTIPLIER_SCALE:
        numerator *= of_tier
        denominator *= MULTIPLIER_SCALE
    if multiplier is not ONCE:
        numerator *= _scaled(multiplier)
        denominator *= MULTIPLIER_SCALE
    return numerator, denominator


def _paid_otherwise(total_minor: int, paid_with_points_minor: int) -> int:
    if paid_with_points_minor < 0:
        raise AmountRefused("negative", paid_with_points_minor)
    if paid_with_points_minor > total_minor:
        raise PointsRefused("more_than_paid", paid_with_points_minor)
    return total_minor - paid_with_points_minor


def _points(prepared: PreparedProgram, numerator: int, denominator: int) -> int:
    found = numerator // denominator
    return found * prepared.program.points if prepared.program.whole_steps else found


def _scaled(multiplier: Decimal) -> int:
    try:
        return scaled(multiplier)
    except ValueError as invalid:
        raise PointsRefused("bad_multiplier", multiplier) from invalid


def _bonuses(
    prepared: PreparedProgram, lines: Sequence[EarningLine], amounts: Sequence[int]
) -> tuple[int, ...]:
    """Return the bonus points of each line; a line that earns nothing has no bonus either."""
    by_line = [0] * len(lines)
    for bonus, products, categories in prepared.bonuses:
        places = [
            place
            for place, line in enumerate(lines)
            if amounts[place] and (line.product_id in products or line.category_id in categories)
        ]
        pieces = [lines[place].pieces or 1 for place in places]
        points = sum(pieces) // bonus.pieces * bonus.points
        if points:
            for place, share in zip(places, allocate(points, pieces), strict=True):
                by_line[place] += share
    return tuple(by_line)
