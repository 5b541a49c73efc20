"""Tries a promotion or a price list before it is published: a small basket, priced with it and without it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.basket import Basket
from retail.catalogue import LocalisedText
from retail.occasion import Moment, Occasion
from retail.price_list import PriceList, conditions_of
from retail.priced import PricedBasket, PricedLine, PromotionOffer
from retail.pricing import PricingRules, prepare, price
from retail.promotions.prepared import PreparedPromotion
from retail.promotions.rule import Promotion
from retail.sale import AppliedDiscount
from retail.store_rules import rules_of
from sync.server.database import shop_rows
from sync.server.editing.reading import Reading
from sync.server.editing.shop import Shop
from sync.server.editing.trial_basket import read_basket, read_moment

_WHY_NOT: Final[dict[str, LocalisedText]] = {
    "no_coupon": LocalisedText("Its coupon is not on this basket.", "购物篮未使用其优惠券。"),
    "other_channel": LocalisedText("It does not hold in this channel.", "不适用于此渠道。"),
    "other_members": LocalisedText("It is for other members.", "仅限其他会员。"),
    "not_birthday": LocalisedText("It is for a member's birthday.", "仅限会员生日。"),
    "not_first_order": LocalisedText("It is for a member's first order.", "仅限会员首单。"),
    "not_yet": LocalisedText("It has not begun at this moment.", "此时尚未开始。"),
    "expired": LocalisedText("It is over at this moment.", "此时已结束。"),
    "other_day": LocalisedText("It does not hold on this day.", "此日不适用。"),
    "other_hours": LocalisedText("It does not hold at this hour.", "此时段不适用。"),
    "other_is_better": LocalisedText(
        "Other promotions take these lines: the customer does better with them.",
        "其他促销对顾客更优惠，已占用这些商品。",
    ),
    "nothing_matches": LocalisedText(
        "Nothing in the basket is in its scope, or a minimum is not reached.",
        "购物篮中没有适用的商品，或未达到最低要求。",
    ),
    "no_list_price": LocalisedText(
        "It asks no price for what is in the basket, or a list before it does.",
        "表上没有购物篮中商品的价格，或排在前面的价目表已定价。",
    ),
    "points_only": LocalisedText("It changes points, not prices.", "只影响积分，不影响价格。"),
}
"""Why a promotion took nothing off, or a list asked no price."""

_NOTHING: Final = LocalisedText("")


class TrialLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the tried basket: its price before discounts and what is paid, without and with it."""

    name: LocalisedText
    sku: str
    quantity: Decimal
    gross_without_minor: int
    gross_minor: int
    discounts: tuple[AppliedDiscount, ...]
    document_discount_minor: int
    without_minor: int
    with_minor: int


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a basket comes to without a promotion or a list and with it; minor units.

    `times` is how often it was used; `why_not` says why it was not, empty when it was; `offers` are pieces
    still free.
    """

    moment: str
    lines: tuple[TrialLine, ...]
    discounts: tuple[AppliedDiscount, ...]
    without_minor: int
    with_minor: int
    points_without: int
    points_with: int
    times: int
    why_not: LocalisedText
    offers: tuple[tuple[int, tuple[str, ...]], ...]


def try_promotion(connection: Connection, shop: Shop, promotion: Promotion, reading: Reading) -> Trial | None:
    """Price the form's basket with a promotion and without it; None when it cannot be read or priced."""
    case = _case(connection, shop, reading, promotion.promotion_id)
    if case is None:
        return None
    others = tuple(one for one in case.rules.promotions if one.promotion_id != promotion.promotion_id)
    priced = _priced_twice(
        case,
        reading,
        replace(case.rules, promotions=others),
        replace(case.rules, promotions=(*others, promotion)),
    )
    if priced is None:
        return None
    without, beside = priced
    used = [one.times for one in beside.promotions if one.promotion_id == promotion.promotion_id]
    why_not = _NOTHING if used else _why_promotion_not(case, promotion, without, beside)
    offers = [one for one in beside.offers if one.promotion_id == promotion.promotion_id]
    return _trial(case, without, beside, sum(used), why_not, offers)


def try_price_list(connection: Connection, shop: Shop, row: PriceList, reading: Reading) -> Trial | None:
    """Price the form's basket with a price list and without it; the prices on it are those published."""
    case = _case(connection, shop, reading, "")
    if case is None:
        return None
    others = tuple(one for one in case.rules.price_lists if one.list_id != row.list_id)
    priced = _priced_twice(
        case,
        reading,
        replace(case.rules, price_lists=others),
        replace(case.rules, price_lists=(*others, row)),
    )
    if priced is None:
        return None
    without, beside = priced
    used = sum(line.price_list_id == row.list_id for line in beside.lines)
    refusal = conditions_of(row).refusal(_occasion(case))
    why_not = _NOTHING if used else _WHY_NOT[refusal or "no_list_price"]
    return _trial(case, without, beside, used, why_not, ())


class _Case(NamedTuple):
    """What is tried: a basket at a moment, under the rules of the store."""

    basket: Basket
    moment: str
    rules: PricingRules


def _case(connection: Connection, shop: Shop, reading: Reading, promotion_id: str) -> _Case | None:
    before = len(reading.problems)
    basket = read_basket(connection, shop, reading, promotion_id)
    moment = read_moment(reading)
    if len(reading.problems) > before:
        return None
    rules = rules_of(shop.settings, shop_rows.read_rule_rows(connection, shop.store_id), network=True)
    return _Case(basket, moment, rules)


def _priced_twice(
    case: _Case, reading: Reading, without: PricingRules, beside: PricingRules
) -> tuple[PricedBasket, PricedBasket] | None:
    try:
        return (
            price(case.basket, prepare(without), case.moment),
            price(case.basket, prepare(beside), case.moment),
        )
    except (ValueError, LookupError) as refused:
        # Taxes or a loyalty programme that cannot be used: no sale could be rung up either.
        text = f"The basket cannot be priced: {refused}"
        reading.wrong("try_basket", LocalisedText(text, f"无法计算价格：{refused}"))
        return None


def _trial(
    case: _Case,
    without: PricedBasket,
    beside: PricedBasket,
    times: int,
    why_not: LocalisedText,
    offers: Iterable[PromotionOffer],
) -> Trial:
    return Trial(
        moment=case.moment,
        lines=tuple(_line(before, after) for before, after in zip(without.lines, beside.lines, strict=True)),
        discounts=beside.discounts,
        without_minor=without.total_minor,
        with_minor=beside.total_minor,
        points_without=without.points,
        points_with=beside.points,
        times=times,
        why_not=why_not,
        offers=tuple((one.quantity, one.product_ids) for one in offers),
    )


def _line(before: PricedLine, after: PricedLine) -> TrialLine:
    product = after.line.product
    return TrialLine(
        name=product.name,
        sku=product.sku,
        quantity=after.line.quantity,
        gross_without_minor=before.gross_minor,
        gross_minor=after.gross_minor,
        discounts=after.discounts,
        document_discount_minor=after.document_discount_minor,
        without_minor=before.paid_minor,
        with_minor=after.paid_minor,
    )


def _why_promotion_not(
    case: _Case, promotion: Promotion, without: PricedBasket, beside: PricedBasket
) -> LocalisedText:
    prepared = PreparedPromotion(promotion)
    without_coupon = prepared.coupon and prepared.coupon not in case.basket.coupons
    refusal = "no_coupon" if without_coupon else prepared.conditions.refusal(_occasion(case))
    if refusal:
        return _WHY_NOT[refusal]
    if beside.points != without.points:
        return _WHY_NOT["points_only"]
    alone = price(case.basket, prepare(replace(case.rules, promotions=(promotion,))), case.moment)
    taken = any(one.promotion_id == promotion.promotion_id for one in alone.promotions)
    return _WHY_NOT["other_is_better" if taken else "nothing_matches"]


def _occasion(case: _Case) -> Occasion:
    member = case.basket.member
    return Occasion(
        Moment(case.moment),
        channel=case.basket.channel,
        is_member=member is not None,
        tier=member.tier if member else "",
        groups=member.groups if member else (),
        birthday=member.birthday if member else "",
        orders=member.orders if member else None,
    )
