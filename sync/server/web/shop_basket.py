"""The page of the basket: every line with its wish, every promotion with its sum, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from retail.catalogue import Category, LocalisedText
from retail.pickup.order import SubstitutionWish, WishKind
from retail.priced import PricedBasket
from retail.quantity import SellingUnit
from retail.sale import AppliedDiscount
from sync.server.shop.basket import PERCENTS
from sync.server.shop.goods import ShownGood
from sync.server.shop.pricing import PricedEntry, PricedShopBasket
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.shop_frame import hidden, page, post_form
from sync.server.web.shop_shelves import face
from sync.server.web.shop_view import ShopView, plain

_WISHES: Final[dict[WishKind, LocalisedText]] = {
    WishKind.ASK: LocalisedText("Ask me first", "先问我"),
    WishKind.SAME_PRICE: LocalisedText("Something alike at this price", "同价的类似商品"),
    WishKind.NONE: LocalisedText("Nothing else", "不要替换"),
}
_WHY_UNUSED: Final[dict[str, LocalisedText]] = {
    "unknown": LocalisedText("is not known here", "无法识别"),
    "cannot_be_evaluated": LocalisedText("cannot be used", "无法使用"),
    "limit_reached": LocalisedText("was used as often as it can be", "已达使用次数上限"),
    "not_combinable": LocalisedText("does not go with another coupon", "不能与其他优惠码同时使用"),
    "not_yet": LocalisedText("does not hold yet", "尚未生效"),
    "expired": LocalisedText("has expired", "已过期"),
    "other_members": LocalisedText("is for other members", "仅限其他会员"),
    "other_channel": LocalisedText("does not hold online", "不适用于网上订单"),
    "not_birthday": LocalisedText("is for a birthday", "仅限生日使用"),
    "not_first_order": LocalisedText("is for a first order", "仅限首单"),
    "other_day": LocalisedText("does not hold today", "今日不适用"),
    "other_hours": LocalisedText("does not hold at this hour", "此时段不适用"),
    "below_minimum": LocalisedText("needs a larger basket", "未达到最低金额"),
    "better_offer": LocalisedText("is not needed: another offer is better", "已有更优惠的活动"),
}
_NOTHING_MATCHES: Final = LocalisedText("takes nothing off this basket", "不适用于当前商品")


def basket_page(view: ShopView, basket: PricedShopBasket, categories: Mapping[str, Category]) -> str:
    """Return the basket."""
    title = view.say("Your basket", "您的购物篮")
    if not basket.entries:
        empty = view.say("Your basket is empty.", "购物篮是空的。")
        way = tag("a", view.say("Look around", "去逛逛"), href=view.at(), class_="button main")
        return page(view, title, tag("h1", title), tag("p", empty, class_="none"), tag("p", way))
    lines = [tag("li", _line(view, one, categories)) for one in basket.entries]
    left = tag("div", tag("ul", lines, class_="lines"), class_="panel")
    right = tag("div", _sums_panel(view, basket), _coupons(view, basket), _member(view, basket))
    return page(view, title, tag("h1", title), tag("div", left, right, class_="two"))


def _line(view: ShopView, one: PricedEntry, categories: Mapping[str, Category]) -> Html:
    product = one.product
    if product is None or one.line is None:
        name = view.text(product.name) if product else one.entry.product_id
        gone = view.say("No longer sold here online.", "本店网上已不再销售。")
        return html(
            tag("span", class_="face c-home"),
            tag("span", name, class_="name"),
            tag("span", class_="sum"),
            tag(
                "div",
                tag("span", gone, class_="wrong"),
                post_form(
                    view,
                    view.at("/basket/line"),
                    hidden("product", one.entry.product_id),
                    _remove(view, name),
                ),
                class_="wide between",
            ),
        )
    good = ShownGood(
        product=product, unit_price_minor=one.line.unit_price_minor, offers=(), available=one.available
    )
    return html(
        face(good, categories),
        tag("a", view.text(product.name), href=view.at("/product", id=product.product_id), class_="name"),
        tag("span", view.money(one.line.gross_minor), class_="sum"),
        tag("div", _price(view, one), _discounts(view, one.line.discounts), class_="wide"),
        tag("div", _changing(view, one), _too_many(view, one), class_="wide"),
    )


def _price(view: ShopView, one: PricedEntry) -> Content:
    assert one.line is not None, "a line that is sold"
    assert one.product is not None, "a line that is sold"
    now = view.unit_money(one.line.unit_price_minor, one.product.unit)
    if one.was_minor is None:
        return tag("span", view.say(f"{now} each", f"单价 {now}") if _by_piece(one) else now)
    was = view.unit_money(one.was_minor, one.product.unit)
    return tag("span", view.say(f"now {now}, was {was}", f"现价 {now}，原价 {was}"), class_="mark warn")


def _by_piece(one: PricedEntry) -> bool:
    return one.product is not None and one.product.unit is SellingUnit.PIECE


def _discounts(view: ShopView, discounts: Iterable[AppliedDiscount]) -> list[Html]:
    return [
        tag("span", f"{view.text(one.label)} {view.money(-one.amount_minor)}", class_="off")
        for one in discounts
    ]


def _changing(view: ShopView, one: PricedEntry) -> Html:
    """Return the form of a line: what to do when it has run out, how much, and the way out."""
    assert one.product is not None, "a line that is sold"
    name = view.text(one.product.name)
    wish = f"wish-{one.entry.product_id}"
    measure = view.quantity(one.entry.quantity, one.product.unit).partition(" ")[2]
    return post_form(
        view,
        view.at("/basket/line"),
        hidden("product", one.entry.product_id),
        tag(
            "div",
            tag(
                "input",
                name="quantity",
                value=plain(one.entry.quantity),
                inputmode="numeric" if _by_piece(one) else "decimal",
                maxlength="8",
                autocomplete="off",
                class_="number",
                aria_label=view.say(f"Quantity of {name}", f"{name} 的数量"),
            ),
            tag("span", measure) if measure else None,
            tag("button", view.say("Update", "更新"), class_="plain", name="do", value="update"),
            _remove(view, name),
            class_="row",
        ),
        tag(
            "div",
            tag("label", view.say("If it has run out", "缺货时"), for_=wish),
            _wish(view, one, wish),
        ),
        class_="line",
    )


def _remove(view: ShopView, name: str) -> Html:
    text = view.say("Remove", "移除")
    return tag("button", text, class_="plain", name="do", value="remove", aria_label=f"{text} {name}")


def _too_many(view: ShopView, one: PricedEntry) -> Html | None:
    if not one.too_many or one.product is None:
        return None
    left = view.quantity(one.available, one.product.unit)
    said = (
        view.say(f"Only {left} left. Please order less.", f"仅剩 {left}，请减少数量。")
        if one.available > 0
        else view.say("Sold out. Please remove it.", "已售完，请移除。")
    )
    return tag("span", said, class_="wrong", role="alert")


def wish_text(view: ShopView, wish: SubstitutionWish) -> str:
    """Return a wish about substitutes in words."""
    if wish.kind is WishKind.UP_TO_PERCENT:
        return view.say(
            f"Something alike, up to {plain(wish.percent)} % dearer",
            f"类似商品，最多贵 {plain(wish.percent)}%",
        )
    if wish.kind in _WISHES:
        return view.text(_WISHES[wish.kind])
    return view.say("Something alike, up to a limit", "类似商品，不超过限额")


def _wish(view: ShopView, one: PricedEntry, field: str) -> Html:
    wish = one.entry.wish
    options = [
        tag("option", view.text(text), value=kind.value, selected=wish.kind is kind)
        for kind, text in _WISHES.items()
    ]
    dearer = [SubstitutionWish(kind=WishKind.UP_TO_PERCENT, percent=Decimal(one)) for one in PERCENTS]
    percents = [
        tag(
            "option",
            wish_text(view, one),
            value=f"{one.kind.value}:{plain(one.percent)}",
            selected=wish == one,
        )
        for one in dearer
    ]
    return tag("select", options, percents, name="wish", id=field)


def sums(view: ShopView, priced: PricedBasket) -> Html:
    """Return how the total comes about: each promotion of the basket has its line, and tax too."""
    assert view.store is not None, "a store's basket"
    rows: list[Html] = []

    def row(name: str, minor: int, class_: str | None = None) -> None:
        rows.append(html(tag("dt", name, class_=class_), tag("dd", view.money(minor), class_=class_)))

    row(view.say("Goods", "商品"), priced.subtotal_minor)
    by_label: dict[str, int] = {}
    for line in priced.lines:
        for discount in line.discounts:
            label = view.text(discount.label)
            by_label[label] = by_label.get(label, 0) + discount.amount_minor
    for discount in priced.discounts:
        label = view.text(discount.label)
        by_label[label] = by_label.get(label, 0) + discount.amount_minor
    for label, saved in by_label.items():
        row(label, -saved, "off")
    for total in priced.tax_totals:
        rate = f"{plain(total.rate)} %"
        if total.tax_minor and not view.store.tax_included:
            row(view.say(f"Tax {rate}", f"税 {rate}"), total.tax_minor)
    row(view.say("Total", "合计"), priced.total_minor, "total")
    for total in priced.tax_totals:
        rate = f"{plain(total.rate)} %"
        if total.tax_minor and view.store.tax_included:
            row(view.say(f"of it tax {rate}", f"含税 {rate}"), total.tax_minor, "small")
    return tag("dl", rows, class_="sums")


def _sums_panel(view: ShopView, basket: PricedShopBasket) -> Html:
    priced = basket.priced
    points = (
        tag(
            "p",
            view.say(f"You earn {priced.points} points.", f"可得 {priced.points} 积分。"),
            class_="small",
        )
        if priced is not None and priced.points
        else None
    )
    way = (
        tag("a", view.say("Choose a time", "选择取货时间"), href=view.at("/checkout"), class_="button pay")
        if basket.can_be_ordered
        else tag(
            "p",
            view.say("Please look at the lines marked in red.", "请先处理标红的商品。"),
            class_="wrong",
        )
    )
    return tag(
        "section",
        tag("h2", view.say("Sum", "合计")),
        sums(view, priced) if priced is not None else None,
        points,
        tag("p", way),
        class_="panel",
    )


def _coupons(view: ShopView, basket: PricedShopBasket) -> Html:
    unused = dict(basket.priced.unused_coupons) if basket.priced is not None else {}
    held = [
        tag(
            "li",
            tag("span", tag("b", code), " ", _coupon_state(view, unused.get(code))),
            post_form(
                view,
                view.at("/basket/coupon"),
                hidden("remove", code),
                tag("button", view.say("Remove", "移除"), class_="plain"),
            ),
            class_="row",
        )
        for code in basket.basket.coupons
    ]
    return tag(
        "section",
        tag("h2", view.say("Coupon", "优惠码")),
        tag("ul", held, class_="coupons") if held else None,
        post_form(
            view,
            view.at("/basket/coupon"),
            tag(
                "input",
                name="code",
                maxlength="40",
                autocomplete="off",
                aria_label=view.say("Code of the coupon", "优惠码"),
            ),
            tag("button", view.say("Use it", "使用")),
            class_="row",
        ),
        class_="panel",
    )


def _coupon_state(view: ShopView, why_unused: str | None) -> Html:
    if why_unused is None:
        return tag("span", view.say("is used", "已使用"), class_="off")
    return tag("span", view.text(_WHY_UNUSED.get(why_unused, _NOTHING_MATCHES)), class_="wrong")


def _member(view: ShopView, basket: PricedShopBasket) -> Html:
    member = basket.member
    if member is None:
        content: Content = post_form(
            view,
            view.at("/basket/member"),
            tag(
                "input",
                name="number",
                maxlength="40",
                autocomplete="off",
                aria_label=view.say("Member number", "会员号"),
            ),
            tag("button", view.say("Use it", "使用")),
            class_="row",
        )
    else:
        # The number alone proves nothing: neither name nor points are shown to whoever types it.
        content = post_form(
            view,
            view.at("/basket/member"),
            hidden("remove", "1"),
            tag(
                "span",
                view.say(
                    f"The card ending {member.card_tail} is used.",
                    f"已使用尾号 {member.card_tail} 的会员卡。",
                ),
            ),
            tag("button", view.say("Remove", "移除"), class_="plain"),
            class_="row",
        )
    return tag("section", tag("h2", view.say("Member", "会员")), content, class_="panel")
