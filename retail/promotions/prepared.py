"""A promotion's row read once: its kind, its conditions, its limits; ready to be asked many times."""

from __future__ import annotations

from typing import Final

import msgspec

from retail.basket import PromotionUse, coupon_key
from retail.occasion import ConditionInvalid, Conditions
from retail.promotions.kind import LARGEST_COUNT, Kind, Phase, PromotionInvalid
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from retail.sale import AppliedDiscount, DiscountSource

_NOT_NEGATIVE = (
    "minimum_minor",
    "minimum_quantity",
    "limit_per_sale",
    "limit_per_member",
    "limit_per_day",
    "limit_in_campaign",
)


CONDITION_FIELDS: Final = (
    "starts_at",
    "ends_at",
    "weekdays",
    "month_days",
    "hours",
    "channels",
    "member_tier",
    "member_tiers",
    "member_groups",
    "birthday",
    "first_order",
)
"""The fields of a row that its `Conditions` are made of."""


class SkippedPromotion(msgspec.Struct, frozen=True):
    """A promotion that cannot be evaluated, and why (see `PromotionInvalid`)."""

    promotion_id: str
    reason: str


class PreparedPromotion:
    """A promotion with its arguments and conditions read.

    `separable` says that what it takes off a line depends on that line alone: so says its kind, and it has
    neither a limit nor a minimum that would tie lines together. `looks_first` says that the sum of its lines,
    or what it offers, is of interest before it is used. `most_unused` is how often it may be used in a sale
    before which it never was, `excludes` says that it names something that it does not touch.
    """

    __slots__ = (
        "conditions",
        "coupon",
        "excluded_categories",
        "excluded_products",
        "excludes",
        "exclusive",
        "group",
        "has_minimum",
        "has_offers",
        "kind",
        "limited",
        "looks_first",
        "most_unused",
        "phase",
        "promotion",
        "separable",
        "source",
        "steps",
    )

    def __init__(self, promotion: Promotion) -> None:
        """Read a promotion row; raises `PromotionInvalid`.

        Its reasons beside those of the kind and of `Conditions`: `bad_<field>` for a limit or minimum below
        0, `touches_nothing` when everything that it names is excluded.
        """
        read = KINDS.get(promotion.kind)
        if read is None:
            raise PromotionInvalid("unknown_kind")
        for name in _NOT_NEGATIVE:
            if getattr(promotion, name) < 0:
                raise PromotionInvalid(f"bad_{name}")
        self.kind = read(promotion)
        self.promotion = promotion
        self.conditions = _conditions(promotion)
        if _names_only_what_it_excludes(promotion):
            raise PromotionInvalid("touches_nothing")
        self.coupon = coupon_key(promotion.coupon_code)
        self.source = _source(promotion, self.coupon)
        self.phase: Phase = self.kind.phase
        self.excluded_products = frozenset(promotion.excluded_product_ids)
        self.excluded_categories = frozenset(promotion.excluded_category_ids)
        self.excludes = bool(self.excluded_products or self.excluded_categories)
        self.exclusive = promotion.exclusive
        self.group = promotion.exclusion_group
        self.has_minimum = promotion.minimum_minor > 0 or promotion.minimum_quantity > 0
        self.has_offers = type(self.kind).offers is not Kind.offers
        limits = (
            promotion.limit_per_sale,
            promotion.limit_per_member,
            promotion.limit_per_day,
            promotion.limit_in_campaign,
        )
        self.most_unused = min([LARGEST_COUNT, *filter(None, limits)])
        self.limited = any(limits)
        self.separable = self.kind.separable and not self.limited and not self.has_minimum
        steps = {step for step in (promotion.minimum_minor, *self.kind.steps()) if step > 0}
        self.steps = tuple(sorted(steps))
        self.looks_first = bool(steps) or self.has_minimum or self.has_offers

    def most(self, use: PromotionUse | None, *, is_member: bool) -> int:
        """Return how often it may still be used in this sale, in its kind's own unit; 0 when not at all.

        Of a customer whom nobody knows no earlier use is known, so the limit for a member then holds for
        this sale alone.
        """
        if use is None:
            return self.most_unused
        row = self.promotion
        left = [
            limit - max(0, used)
            for limit, used in (
                (row.limit_per_sale, 0),
                (row.limit_per_member, use.by_member if is_member else 0),
                (row.limit_per_day, use.today),
                (row.limit_in_campaign, use.in_campaign),
            )
            if limit
        ]
        return max(0, min([LARGEST_COUNT, *left]))

    def discount(self, amount_minor: int) -> AppliedDiscount:
        """Return the amount as a discount that names this promotion."""
        return AppliedDiscount(
            source=self.source,
            label=self.promotion.label,
            amount_minor=amount_minor,
            promotion_id=self.promotion.promotion_id,
            coupon_code=self.coupon,
        )


def _conditions(promotion: Promotion) -> Conditions:
    """Read when and for whom a row holds; raises `PromotionInvalid`."""
    tiers = promotion.member_tiers
    if promotion.member_tier:
        tiers = (promotion.member_tier, *tiers)
    try:
        return Conditions(
            starts_at=promotion.starts_at,
            ends_at=promotion.ends_at,
            weekdays=promotion.weekdays,
            month_days=promotion.month_days,
            hours=promotion.hours,
            channels=promotion.channels,
            member_tiers=tiers,
            member_groups=promotion.member_groups,
            birthday=promotion.birthday,
            first_order=promotion.first_order,
        )
    except ConditionInvalid as invalid:
        raise PromotionInvalid(invalid.reason) from invalid


def _names_only_what_it_excludes(promotion: Promotion) -> bool:
    named = {*promotion.product_ids, *promotion.category_ids}
    return (
        bool(named)
        and set(promotion.product_ids) <= set(promotion.excluded_product_ids)
        and set(promotion.category_ids) <= set(promotion.excluded_category_ids)
    )


def _source(promotion: Promotion, coupon: str) -> DiscountSource:
    if coupon:
        return DiscountSource.COUPON
    if promotion.member_tier or promotion.member_tiers or promotion.member_groups or promotion.birthday:
        return DiscountSource.MEMBER
    return DiscountSource.PROMOTION
