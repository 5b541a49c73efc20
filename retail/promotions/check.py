"""What is wrong with the promotions of a store, told before they are sent to tills: for the back office.

A till skips what it cannot evaluate and goes on selling, so a shopkeeper would never see that a promotion
does nothing. Here every row is looked at, alone and beside the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from retail.basket import coupon_key
from retail.occasion import ANY_MEMBER, ConditionInvalid, Conditions, Moment, Occasion
from retail.promotions.groups import GROUP_ARGUMENTS
from retail.promotions.kind import PromotionInvalid
from retail.promotions.prepared import PreparedPromotion
from retail.promotions.rule import Promotion


class PromotionProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with one promotion: a stable code, and a sentence for the shopkeeper.

    Codes: `cannot_be_evaluated` (with the `reason` of `PromotionInvalid`), `unknown_product`,
    `unknown_category`, `unknown_tier`, `already_over`, `never_holds`, `unused_scope`, `for_everybody`,
    `duplicate_coupon`, `duplicate_id`.
    """

    promotion_id: str
    code: str
    sentence: str
    reason: str = ""


REASONS: Final[dict[str, str]] = {
    "unknown_kind": "There is no such kind of promotion.",
    "one_kind_of_group": "A bundle needs its groups as products or as categories, one of the two.",
    "too_few_groups": "A bundle needs at least two groups, and something in each.",
    "bad_group_count": "A group of a bundle needs at least one piece.",
    "groups_overlap": "The same product or category stands in two groups of a bundle.",
    "price_or_percent": "It needs a price or a percentage, one of the two.",
    "amount_or_percent": "It needs an amount or a percentage, one of the two.",
    "several_discounts": "It has several discounts where it needs one: a percentage, an amount or a price.",
    "which_of_another_set": "Which of the same pieces are got cannot be said when another set is got.",
    "saves_more_than_spent": "A step takes more off than must be spent for it.",
    "spend_or_buy": "A gift needs a sum to spend or a number of pieces to buy, one of the two.",
    "floor_without_on_top": "A floor needs a staff price that comes on top of other discounts.",
    "floor_above_price": "The staff percentage alone would already go below the floor.",
    "ends_before_it_starts": "It ends before it starts.",
    "duplicate_id": "Another promotion has the same id; only one of them holds.",
    "touches_nothing": "Everything that it names is also excluded, so it touches nothing.",
}
"""What to tell for the reasons that do not name an argument or a field."""

_BEGINNINGS: Final = {
    "missing_": "It needs “{name}”, which is not given.",
    "unknown_": "This kind of promotion has no argument “{name}”.",
    "bad_": "“{name}” cannot be read, or is outside what is allowed.",
}

_FIRST_YEAR: Final = 1904
"""A leap year, so that each day of an earlier year is one of it too."""

_LAST_YEAR: Final = 9998


def sentence_for(reason: str) -> str:
    """Return the sentence for a reason why a promotion cannot be evaluated (see `PromotionInvalid`)."""
    if reason in REASONS:
        return REASONS[reason]
    beginning = next(one for one in _BEGINNINGS if reason.startswith(one))
    return _BEGINNINGS[beginning].format(name=reason.removeprefix(beginning))


def check_promotions(
    promotions: Sequence[Promotion],
    *,
    product_ids: Collection[str],
    category_ids: Collection[str],
    tiers: Collection[str] | None = None,
    now: str = "",
) -> tuple[PromotionProblem, ...]:
    """Return what is wrong with the promotions, in their order; nothing when all is well.

    `product_ids` and `category_ids` are all that the store has. `tiers` are the member tiers, `None` when
    they are not known and so are not checked. `now` is an RFC 3339 time of the store; without it nothing is
    told to be over. Raises `ValueError` for a moment that is no time.
    """
    coupons = Counter(coupon_key(one.coupon_code) for one in promotions)
    identities = Counter(one.promotion_id for one in promotions)
    moment = Moment(now) if now else None
    zone = datetime.fromisoformat(now).tzinfo if now else None
    problems = []
    for promotion in promotions:
        found = [
            *_evaluation(promotion),
            *_references(promotion, product_ids, category_ids, tiers),
            *_times(promotion, moment, zone, now),
            *_meaning(promotion),
        ]
        coupon = coupon_key(promotion.coupon_code)
        if coupon and coupons[coupon] > 1:
            found.append(("duplicate_coupon", f"The coupon {coupon} also belongs to another promotion.", ""))
        if identities[promotion.promotion_id] > 1:
            found.append(("duplicate_id", sentence_for("duplicate_id"), ""))
        problems += [
            PromotionProblem(promotion_id=promotion.promotion_id, code=code, sentence=sentence, reason=reason)
            for code, sentence, reason in found
        ]
    return tuple(problems)


def ids_named(promotion: Promotion) -> tuple[frozenset[str], frozenset[str]]:
    """Return the product ids and the category ids that a row names, in its fields and in its arguments."""
    products = {*promotion.product_ids, *promotion.excluded_product_ids}
    categories = {*promotion.category_ids, *promotion.excluded_category_ids}
    for name, text in promotion.arguments.items():
        if name.endswith("_products"):
            products |= _ids_in(text)
        elif name.endswith("_categories"):
            categories |= _ids_in(text)
    return frozenset(products), frozenset(categories)


_Found = tuple[str, str, str]
"""Code, sentence, reason."""


def _evaluation(promotion: Promotion) -> Iterator[_Found]:
    try:
        PreparedPromotion(promotion)
    except PromotionInvalid as invalid:
        yield "cannot_be_evaluated", sentence_for(invalid.reason), invalid.reason


def _references(
    promotion: Promotion,
    product_ids: Collection[str],
    category_ids: Collection[str],
    tiers: Collection[str] | None,
) -> Iterator[_Found]:
    """Find ids that the store does not have."""
    products, categories = ids_named(promotion)
    yield from _unknown("unknown_product", "product", products, product_ids)
    yield from _unknown("unknown_category", "category", categories, category_ids)
    if tiers is not None:
        named = {promotion.member_tier, *promotion.member_tiers} - {"", ANY_MEMBER}
        yield from _unknown("unknown_tier", "member tier", named, tiers)


def _ids_in(text: str) -> set[str]:
    """Return the ids of an argument: a list, or groups with counts (see `retail.promotions.groups`)."""
    groups = (group.rpartition("*")[2] for group in text.split("|"))
    return {one.strip() for group in groups for one in group.split(",")} - {""}


def _unknown(code: str, what: str, named: Iterable[str], known: Collection[str]) -> Iterator[_Found]:
    for one in sorted(set(named) - set(known)):
        yield code, f"It names the {what} “{one}”, which the store does not have.", ""


def _times(promotion: Promotion, moment: Moment | None, zone: tzinfo | None, now: str) -> Iterator[_Found]:
    """Find a promotion that is over, or whose days and hours never come between its start and its end."""
    try:
        conditions = Conditions(
            starts_at=promotion.starts_at,
            ends_at=promotion.ends_at,
            weekdays=promotion.weekdays,
            month_days=promotion.month_days,
            hours=promotion.hours,
        )
    except ConditionInvalid:
        return  # told as `cannot_be_evaluated`
    if moment is not None and conditions.refusal(Occasion(moment)) == "expired":
        yield "already_over", f"It ended at {promotion.ends_at}.", ""
    elif (promotion.starts_at or now) and promotion.ends_at:
        begins = _in_zone(promotion.starts_at or now, zone)
        ends = _in_zone(promotion.ends_at, zone)
        if not any(
            conditions.refusal(Occasion(Moment(one.isoformat()))) == ""
            for one in _beginnings(begins, ends, promotion.hours)
        ):
            yield "never_holds", "Its days and hours never come between its start and its end.", ""


def _in_zone(text: str, zone: tzinfo | None) -> datetime:
    """Return a bound on the store's clock; without an offset anywhere it is read as UTC.

    Years that only mean "always" are brought to where every zone can tell their days.
    """
    at = datetime.fromisoformat(text)
    at = at.replace(year=min(max(at.year, _FIRST_YEAR), _LAST_YEAR))
    if at.tzinfo is None:
        return at.replace(tzinfo=zone or UTC)
    return at if zone is None else at.astimezone(zone)


def _beginnings(begins: datetime, ends: datetime, hours: Sequence[str]) -> Iterator[datetime]:
    """Yield each time between two at which a promotion may begin to hold: midnights, and when hours begin."""
    clocks = sorted({time(0, 0), *(time.fromisoformat(text[:5]) for text in hours)})
    yield begins
    day = begins.date()
    while day <= ends.date():
        for clock in clocks:
            at = datetime.combine(day, clock, begins.tzinfo)
            if begins <= at < ends:
                yield at
        day += timedelta(days=1)


def _meaning(promotion: Promotion) -> Iterator[_Found]:
    """Find rows that say something other than was surely meant."""
    grouped = {one for name in GROUP_ARGUMENTS for one in _ids_in(promotion.arguments.get(name, ""))}
    if grouped and not {*promotion.product_ids, *promotion.category_ids} <= grouped:
        yield (
            "unused_scope",
            "A bundle has its groups; the products and categories beside them do nothing.",
            "",
        )
    whom = (promotion.member_groups, promotion.member_tiers, promotion.member_tier, promotion.coupon_code)
    if promotion.kind == "employee_price" and not any(whom):
        yield "for_everybody", "A staff price that names no member group is everybody's price.", ""
