"""The points of a basket while it is priced: those redeemed as a discount, and those that it earns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from retail.basket import Basket
from retail.catalogue import LocalisedText
from retail.loyalty import points_for
from retail.loyalty.earning import earn
from retail.loyalty.program import NEVER_REDEEM, PreparedProgram, RedeemAs
from retail.loyalty.redeeming import Redemption, check_redemption, redeemable
from retail.loyalty.refusal import PointsRefused
from retail.money import allocate
from retail.pricing_rules import PreparedRules
from retail.promotions.kind import LineInPlay
from retail.sale import AppliedDiscount, DiscountSource

POINTS_LABEL: Final = LocalisedText("Points", "积分")
"""What a discount for points is called when the programme has no name."""

_ONCE: Final = Decimal(1)


class Redeemed(msgspec.Struct, frozen=True):
    """How many points were taken for which discount, and why not all that were asked for (a code)."""

    points: int = 0
    discount: AppliedDiscount | None = None
    refusal: str = ""


def redeem(basket: Basket, lines: Iterable[LineInPlay], program: PreparedProgram | None) -> Redeemed:
    """Take off the lines what the basket's points are worth, allocated by what remains of them.

    `lines` are those that take a discount. Of more points than may be taken the most possible are; whether
    the member has so many is for whoever keeps the points to say.
    """
    asked = basket.points_to_redeem
    if not asked:
        return Redeemed()
    if basket.member is None:
        return Redeemed(refusal="no_member")
    if program is None or program.program.redeem_as is not RedeemAs.DISCOUNT:
        return Redeemed(refusal="not_offered")
    payable = [
        line
        for line in lines
        if line.product_kind not in NEVER_REDEEM and line.category_id not in program.not_redeemable
    ]
    remaining = [line.remaining_minor for line in payable]
    taken, refusal = _redemption(program, asked, sum(remaining))
    if not taken.points:
        return Redeemed(refusal=refusal)
    for line, share in zip(payable, allocate(taken.worth_minor, remaining), strict=True):
        line.remaining_minor -= share
        line.document_discount_minor += share
    name = program.program.name
    discount = AppliedDiscount(
        source=DiscountSource.POINTS,
        label=name if name.en else POINTS_LABEL,
        amount_minor=taken.worth_minor,
    )
    return Redeemed(taken.points, discount, refusal)


def _redemption(program: PreparedProgram, asked: int, payable_minor: int) -> tuple[Redemption, str]:
    try:
        return check_redemption(program, asked, asked, payable_minor), ""
    except PointsRefused as refused:
        return redeemable(program, asked, payable_minor), refused.code


def earned(
    basket: Basket,
    lines: Sequence[LineInPlay],
    multipliers: Mapping[LineInPlay, Decimal],
    prepared: PreparedRules,
    total_minor: int,
) -> int:
    """Return the points that the basket earns, 0 without a member; raises what `earn` raises."""
    if basket.member is None:
        return 0
    if prepared.loyalty is None:
        rules = prepared.rules
        more = sum([line.remaining_minor * (factor - 1) for line, factor in multipliers.items()])
        return points_for(total_minor + int(more), rules.currency_digits, rules.points_per_major_unit)
    found = earn(
        prepared.loyalty,
        lines,
        tier=basket.member.tier,
        line_multipliers=[multipliers.get(line, _ONCE) for line in lines] if multipliers else (),
    )
    return found.points
