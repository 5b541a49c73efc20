"""Tries a promotion before it is published: a small basket, priced with it and without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.basket import (
    Basket,
    BasketMember,
    PriceRefused,
    PromotionUse,
    add_coupon,
    add_product,
    coupon_key,
)
from retail.catalogue import LocalisedText
from retail.money import AmountRefused
from retail.occasion import CHANNELS, Moment, Occasion
from retail.priced import PricedBasket, PricedLine
from retail.pricing import PricingRules, prepare, price
from retail.promotions.kind import LARGEST_COUNT
from retail.promotions.prepared import PreparedPromotion
from retail.promotions.rule import Promotion
from retail.quantity import QuantityRefused
from retail.sale import AppliedDiscount
from retail.store_rules import rules_of
from sync.server.clock import wall_text
from sync.server.database import shop_rows
from sync.server.editing.form import Form
from sync.server.editing.reading import Reading, unknown_product
from sync.server.editing.shop import Shop

MOST_LINES: Final = 50
LONGEST_BASKET: Final = 2_000

_LINE: Final = re.compile(r"(?:([0-9]{1,5}(?:\.[0-9]{1,3})?)\s*[x×*X]\s*)?(\S.*)", re.ASCII)

_QUANTITY_REFUSED: Final[dict[str, LocalisedText]] = {
    "zero": LocalisedText("The quantity must be more than nothing.", "数量必须大于零。"),
    "fraction_of_piece": LocalisedText("It is sold by the piece.", "该商品按件销售。"),
}

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
    "points_only": LocalisedText("It changes points, not prices.", "只影响积分，不影响价格。"),
}
"""Why a promotion took nothing off."""


class TrialLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the tried basket: what it costs before discounts, and what is paid without and with it."""

    name: LocalisedText
    sku: str
    quantity: Decimal
    gross_minor: int
    discounts: tuple[AppliedDiscount, ...]
    document_discount_minor: int
    without_minor: int
    with_minor: int


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a basket comes to without a promotion and with it; minor units.

    `why_not` says why it took nothing off, empty when it did; `offers` are pieces still free.
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
    """Price the basket of the form's `try_` fields; None when they cannot be read (the reading says why)."""
    before = len(reading.problems)
    basket = _read_basket(connection, shop, reading)
    moment = _read_moment(reading)
    if len(reading.problems) > before:
        return None
    basket = _with_customer(basket, promotion, reading)
    rules = rules_of(shop.settings, shop_rows.read_rule_rows(connection, shop.store_id), network=True)
    others = tuple(one for one in rules.promotions if one.promotion_id != promotion.promotion_id)
    if len(reading.problems) > before:
        return None
    try:
        without = _priced(basket, rules, others, moment)
        beside = _priced(basket, rules, (*others, promotion), moment)
        alone = _priced(basket, rules, (promotion,), moment)
    except (ValueError, LookupError) as refused:
        text = f"The basket cannot be priced: {refused}"
        reading.wrong("try_basket", LocalisedText(text, f"无法计算价格：{refused}"))
        return None
    return _trial(promotion, basket, moment, without, beside, alone)


def _priced(
    basket: Basket, rules: PricingRules, promotions: tuple[Promotion, ...], moment: str
) -> PricedBasket:
    return price(basket, prepare(replace(rules, promotions=promotions)), moment)


def _trial(
    promotion: Promotion,
    basket: Basket,
    moment: str,
    without: PricedBasket,
    beside: PricedBasket,
    alone: PricedBasket,
) -> Trial:
    used = [one.times for one in beside.promotions if one.promotion_id == promotion.promotion_id]
    return Trial(
        moment=moment,
        lines=tuple(_line(before, after) for before, after in zip(without.lines, beside.lines, strict=True)),
        discounts=beside.discounts,
        without_minor=without.total_minor,
        with_minor=beside.total_minor,
        points_without=without.points,
        points_with=beside.points,
        times=sum(used),
        why_not=LocalisedText("") if used else _why_not(promotion, basket, moment, without, beside, alone),
        offers=tuple(
            (one.quantity, one.product_ids)
            for one in beside.offers
            if one.promotion_id == promotion.promotion_id
        ),
    )


def _line(before: PricedLine, after: PricedLine) -> TrialLine:
    product = after.line.product
    return TrialLine(
        name=product.name,
        sku=product.sku,
        quantity=after.line.quantity,
        gross_minor=after.gross_minor,
        discounts=after.discounts,
        document_discount_minor=after.document_discount_minor,
        without_minor=before.paid_minor,
        with_minor=after.paid_minor,
    )


def _why_not(
    promotion: Promotion,
    basket: Basket,
    moment: str,
    without: PricedBasket,
    beside: PricedBasket,
    alone: PricedBasket,
) -> LocalisedText:
    member = basket.member
    occasion = Occasion(
        Moment(moment),
        channel=basket.channel,
        is_member=member is not None,
        tier=member.tier if member else "",
        groups=member.groups if member else (),
        birthday=member.birthday if member else "",
        orders=member.orders if member else None,
    )
    refusal = PreparedPromotion(promotion).refusal(occasion, basket.coupons)
    if refusal:
        return _WHY_NOT[refusal]
    if beside.points != without.points:
        return _WHY_NOT["points_only"]
    taken = any(one.promotion_id == promotion.promotion_id for one in alone.promotions)
    return _WHY_NOT["other_is_better" if taken else "nothing_matches"]


def _read_basket(connection: Connection, shop: Shop, reading: Reading) -> Basket:
    text = reading.form.text("try_basket")
    parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    if not parts:
        reading.wrong(
            "try_basket",
            LocalisedText(
                "Write what is in the basket, such as 2 x 1026; 1 x 1001.",
                "请填写购物篮内容，例如 2 x 1026; 1 x 1001。",
            ),
        )
    if len(text) > LONGEST_BASKET or len(parts) > MOST_LINES:
        reading.wrong("try_basket", LocalisedText(f"At most {MOST_LINES} lines.", f"最多 {MOST_LINES} 行。"))
        return Basket(basket_id="trial")
    wanted = [
        (Decimal(found[1] or 1), found[2].strip()) for part in parts if (found := _LINE.fullmatch(part))
    ]
    return _filled(connection, shop, wanted, reading)


def _filled(
    connection: Connection, shop: Shop, wanted: Sequence[tuple[Decimal, str]], reading: Reading
) -> Basket:
    printable = {text for _, text in wanted if text.isprintable()}
    products = shop_rows.products_named(connection, printable)
    ids = {product.product_id for product in products.values()}
    prices = shop_rows.prices_of(connection, shop.store_id, ids)
    on_lists = shop_rows.list_prices_of(connection, shop.store_id, ids)
    basket = Basket(basket_id="trial")
    for number, (quantity, text) in enumerate(wanted):
        product = products.get(text)
        asked = prices.get(product.product_id) if product else None
        if product is None or asked is None:
            no_price = LocalisedText(f"“{text}” has no price in this store.", f"“{text}”在本店没有价格。")
            reading.wrong("try_basket", unknown_product(text[:80]) if product is None else no_price)
            continue
        try:
            basket, _ = add_product(
                basket,
                line_id=str(number),
                product=product,
                quantity=quantity,
                unit_price_minor=asked.unit_price_minor,
                list_prices=on_lists.get(product.product_id, ()),
            )
        except (QuantityRefused, PriceRefused, AmountRefused) as refused:
            reading.wrong("try_basket", _refused_line(text, refused))
    return basket


def _refused_line(text: str, refused: QuantityRefused | PriceRefused | AmountRefused) -> LocalisedText:
    if isinstance(refused, QuantityRefused) and refused.code in _QUANTITY_REFUSED:
        sentence = _QUANTITY_REFUSED[refused.code]
        return LocalisedText(f"“{text}”: {sentence.en}", f"“{text}”：{sentence.zh}")
    return LocalisedText(
        f"“{text}” cannot be sold so: {refused}.", f"“{text}”不能这样销售（{refused.code}）。"
    )


def _read_moment(reading: Reading) -> str:
    text = reading.form.text("try_moment")
    try:
        moment = wall_text(text)
        Moment(moment)
    except ValueError:
        reading.wrong(
            "try_moment",
            LocalisedText(
                "Write a time such as 2026-12-24T17:30, or leave it empty for now.",
                "请填写时间，例如 2026-12-24T17:30；留空表示现在。",
            ),
        )
        return ""
    return moment


def _with_customer(basket: Basket, promotion: Promotion, reading: Reading) -> Basket:
    """Return the basket with the channel, coupons and member that the form asks for."""
    form = reading.form
    participants = reading.whole("try_participants", most=LARGEST_COUNT)
    basket = replace(
        basket,
        channel=reading.choice("try_channel", CHANNELS, "store"),
        member=_member(form, reading),
        uses=(PromotionUse(promotion_id=promotion.promotion_id, participants=participants),),
    )
    for code in reading.words("try_coupons"):
        basket = add_coupon(basket, coupon_key(code))
    return basket


def _member(form: Form, reading: Reading) -> BasketMember | None:
    tier, groups = reading.line("try_tier"), reading.words("try_groups")
    birthday, first = form.ticked("try_birthday"), form.ticked("try_first_order")
    if not (tier or groups or birthday or first or form.ticked("try_member")):
        return None
    moment = _read_moment(reading)
    return BasketMember(
        member_id="trial",
        display_name=LocalisedText("trial"),
        tier=tier,
        groups=groups,
        birthday=Moment(moment).birthday if birthday and moment else "",
        orders=0 if first else None,
    )
