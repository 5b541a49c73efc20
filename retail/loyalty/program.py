"""A loyalty programme as data, checked and indexed once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.catalogue import LocalisedText, ProductKind
from retail.loyalty.refusal import LARGEST_POINTS
from retail.money import LARGEST_AMOUNT_MINOR
from retail.term import MOST_DAYS, Term, TermInvalid, checked_term

NEVER_EARN: Final = frozenset({ProductKind.GIFT_CARD, ProductKind.SHIPPING, ProductKind.DEPOSIT})
"""Kinds that earn nothing in any programme: what is paid for them comes back, or is spent again."""

NEVER_REDEEM: Final = frozenset({ProductKind.GIFT_CARD, ProductKind.DEPOSIT})
"""Kinds that points never buy: points would become money."""

LARGEST_MULTIPLIER: Final = 1_000
MULTIPLIER_PLACES: Final = 4
MULTIPLIER_SCALE: Final = 10**MULTIPLIER_PLACES


class ProgramInvalid(ValueError):
    """A programme that cannot be run; `code` names the field.

    Codes: `bad_<field>`, `bad_tier`, `bad_bonus`, `tiers_meet` (two tiers with one id or one threshold),
    `half_a_worth` (points without a worth or a worth without points), `charge_without_worth`.
    """

    def __init__(self, code: str, program_id: str) -> None:
        super().__init__(f"loyalty programme {program_id!r} cannot be run: {code}")
        self.code = code
        self.program_id = program_id


class PointsRounding(StrEnum):
    """Where fractions of points are dropped: once for the document, or on each line."""

    DOCUMENT = "document"
    LINE = "line"


class TierPeriod(StrEnum):
    """Whose spending makes a tier: that of the last `tier_days` days, or of the calendar year."""

    ROLLING = "rolling"
    CALENDAR_YEAR = "calendar_year"


class TierFall(StrEnum):
    """Where a member falls when a tier ends: to what the spending gives, or by one tier only."""

    TO_SPENDING = "to_spending"
    ONE_TIER = "one_tier"


class BirthdayPeriod(StrEnum):
    """When the birthday's points are given: on the day, or in its month."""

    DAY = "day"
    MONTH = "month"


class LeapBirthday(StrEnum):
    """The birthday of those born on 29 February in a year without it."""

    FEBRUARY_28 = "february_28"
    MARCH_1 = "march_1"


class RedeemAs(StrEnum):
    """What redeemed points are: a discount (before tax), or a tender (after tax)."""

    DISCOUNT = "discount"
    TENDER = "tender"


class Shortfall(StrEnum):
    """What happens when points are to be taken back that are no longer there."""

    OWE = "owe"  # the balance goes below zero, and says so; what is earned next pays it
    WAIVE = "waive"  # the shop lets it be
    CHARGE = "charge"  # their worth is kept from the refund


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A tier of members, from a spending upwards; `multiplier` has at most four places."""

    tier_id: str
    name: LocalisedText = LocalisedText("")
    from_spend_minor: int = 0
    multiplier: Decimal = Decimal(1)


class Bonus(msgspec.Struct, frozen=True, kw_only=True):
    """Extra points for products or categories: `points` for each full `pieces` of them in a sale.

    Weighed goods count one piece a line. Multipliers do not touch a bonus.
    """

    bonus_id: str
    points: int
    product_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    pieces: int = 1
    label: LocalisedText = LocalisedText("")


class LoyaltyProgram(msgspec.Struct, frozen=True, kw_only=True, tag="loyalty_program", tag_field="row"):
    """A loyalty programme; without settings nothing is earned and nothing is redeemed.

    Earning: `points` for each `step_minor` of what is paid, in proportion, or for `whole_steps` only;
    nothing below `minimum_spend_minor`; excluded products, categories and kinds never earn, nor do the
    kinds in `NEVER_EARN`. `points_paid_earns` says whether what points paid earns points again.

    Tiers: spending as `tier_period` says; a tier is kept `tier_kept` long after its spending last sufficed
    (no term: not a day longer), then the member falls as `tier_falls` says.

    Points expire `expiry` after they were earned (no term: never).

    Redeeming: `worth_points` are worth `worth_minor`, rounded down; at least `smallest_points`, in steps of
    `step_points`, for at most `largest_share` percent of a sale, without the centre at most
    `offline_points`. Products of `not_redeemable_category_ids` are not bought with points.

    Returns: `gives_back` redeemed points into their old lots; into a lot that has expired meanwhile for
    `grace_days` more (0: not at all). `shortfall` is for points that are to be taken back and are gone.
    """

    program_id: str = "loyalty"
    name: LocalisedText = LocalisedText("")
    points: int = 0
    step_minor: int = 100
    whole_steps: bool = False
    rounding: PointsRounding = PointsRounding.DOCUMENT
    minimum_spend_minor: int = 0
    bonuses: tuple[Bonus, ...] = ()
    excluded_product_ids: tuple[str, ...] = ()
    excluded_category_ids: tuple[str, ...] = ()
    excluded_kinds: tuple[ProductKind, ...] = ()
    points_paid_earns: bool = False
    tiers: tuple[Tier, ...] = ()
    tier_period: TierPeriod = TierPeriod.ROLLING
    tier_days: int = 365
    tier_kept: Term = Term()
    tier_falls: TierFall = TierFall.TO_SPENDING
    expiry: Term = Term()
    birthday_points: int = 0
    birthday_period: BirthdayPeriod = BirthdayPeriod.DAY
    leap_birthday: LeapBirthday = LeapBirthday.FEBRUARY_28
    redeem_as: RedeemAs = RedeemAs.DISCOUNT
    worth_points: int = 0
    worth_minor: int = 0
    smallest_points: int = 1
    step_points: int = 1
    largest_share: Decimal = Decimal(100)
    offline_points: int = 0
    not_redeemable_category_ids: tuple[str, ...] = ()
    gives_back: bool = True
    grace_days: int = 0
    shortfall: Shortfall = Shortfall.OWE

    @property
    def key(self) -> str:
        return self.program_id


class PreparedProgram:
    """A programme checked and indexed once, until it changes. Read-only; may be shared between threads.

    `tiers` are in ascending order, `multipliers` are scaled by `MULTIPLIER_SCALE`.
    """

    __slots__ = (
        "bonuses",
        "excluded_categories",
        "excluded_kinds",
        "excluded_products",
        "excludes_goods",
        "multipliers",
        "not_redeemable",
        "program",
        "tiers",
    )

    def __init__(self, program: LoyaltyProgram) -> None:
        """Check and index a programme; raises `ProgramInvalid`."""
        _check(program)
        self.program = program
        self.tiers = tuple(sorted(program.tiers, key=_threshold))
        self.multipliers = {tier.tier_id: scaled(tier.multiplier) for tier in self.tiers}
        self.bonuses = tuple(
            [
                (bonus, frozenset(bonus.product_ids), frozenset(bonus.category_ids))
                for bonus in program.bonuses
            ]
        )
        self.excluded_products = frozenset(program.excluded_product_ids)
        self.excluded_categories = frozenset(program.excluded_category_ids)
        self.excluded_kinds = NEVER_EARN | frozenset(program.excluded_kinds)
        self.excludes_goods = (
            bool(self.excluded_products or self.excluded_categories)
            or ProductKind.GOODS in self.excluded_kinds
        )
        self.not_redeemable = frozenset(program.not_redeemable_category_ids)


def prepare_program(program: LoyaltyProgram) -> PreparedProgram:
    """Check and index a programme, once per change of it; raises `ProgramInvalid`."""
    return PreparedProgram(program)


def scaled(multiplier: Decimal) -> int:
    """Return a multiplier times `MULTIPLIER_SCALE`; raises `ValueError` for one that cannot be."""
    if not multiplier.is_finite() or not 0 <= multiplier <= LARGEST_MULTIPLIER:
        raise ValueError(f"no multiplier: {multiplier}")
    whole = multiplier.scaleb(MULTIPLIER_PLACES)
    if whole != whole.to_integral_value():
        raise ValueError(f"more than {MULTIPLIER_PLACES} places: {multiplier}")
    return int(whole)


def _threshold(tier: Tier) -> int:
    return tier.from_spend_minor


def _check(program: LoyaltyProgram) -> None:
    """Raise `ProgramInvalid` for a programme that cannot be run."""
    for field, least, most in (
        ("points", 0, LARGEST_POINTS),
        ("step_minor", 1, LARGEST_AMOUNT_MINOR),
        ("minimum_spend_minor", 0, LARGEST_AMOUNT_MINOR),
        ("tier_days", 1, MOST_DAYS),
        ("birthday_points", 0, LARGEST_POINTS),
        ("worth_points", 0, LARGEST_POINTS),
        ("worth_minor", 0, LARGEST_AMOUNT_MINOR),
        ("smallest_points", 1, LARGEST_POINTS),
        ("step_points", 1, LARGEST_POINTS),
        ("offline_points", 0, LARGEST_POINTS),
        ("grace_days", 0, MOST_DAYS),
    ):
        if not least <= getattr(program, field) <= most:
            raise ProgramInvalid(f"bad_{field}", program.program_id)
    for field, term in (("expiry", program.expiry), ("tier_kept", program.tier_kept)):
        try:
            checked_term(term)
        except TermInvalid as invalid:
            raise ProgramInvalid(f"bad_{field}", program.program_id) from invalid
    share = program.largest_share
    if not share.is_finite() or not 0 < share <= 100:
        raise ProgramInvalid("bad_largest_share", program.program_id)
    if bool(program.worth_points) is not bool(program.worth_minor):
        raise ProgramInvalid("half_a_worth", program.program_id)
    if program.shortfall is Shortfall.CHARGE and not program.worth_points:
        raise ProgramInvalid("charge_without_worth", program.program_id)
    _check_tiers(program.tiers, program.program_id)
    for bonus in program.bonuses:
        names = bonus.product_ids or bonus.category_ids
        if not names or not 1 <= bonus.points <= LARGEST_POINTS or bonus.pieces < 1:
            raise ProgramInvalid("bad_bonus", program.program_id)


def _check_tiers(tiers: Sequence[Tier], program_id: str) -> None:
    for tier in tiers:
        try:
            scaled(tier.multiplier)
        except ValueError as invalid:
            raise ProgramInvalid("bad_tier", program_id) from invalid
        if not tier.tier_id or not 0 <= tier.from_spend_minor <= LARGEST_AMOUNT_MINOR:
            raise ProgramInvalid("bad_tier", program_id)
    ids = {tier.tier_id for tier in tiers}
    thresholds = {tier.from_spend_minor for tier in tiers}
    if len(ids) < len(tiers) or len(thresholds) < len(tiers):
        raise ProgramInvalid("tiers_meet", program_id)
