"""The checkout: when to collect, who collects, how to pay, and the button that orders."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from retail.availability.slot import OfferedSlot
from retail.catalogue import LocalisedText
from sync.server.orders.values import PAID_AT_DESK, PAID_ONLINE, CollectStore
from sync.server.shop.details import LONGEST_NAME, LONGEST_NOTE, Details
from sync.server.shop.pricing import PricedShopBasket
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.shop_basket import sums
from sync.server.web.shop_frame import hidden, page, post_form
from sync.server.web.shop_view import ShopView

_WAYS: Final = {
    PAID_ONLINE: LocalisedText("Now, online", "现在在线支付"),
    PAID_AT_DESK: LocalisedText("At the desk, when I collect", "到店取货时付款"),
}


def checkout_page(
    view: ShopView,
    store: CollectStore,
    basket: PricedShopBasket,
    slots: Sequence[OfferedSlot],
    details: Details,
    ways: Sequence[str],
) -> str:
    """Return the checkout; the order that is placed is the basket and the total that it shows.

    `ways` are the ways to pay; where there is none, there is no button either.
    """
    title = view.say("Collect and pay", "取货与付款")
    form = post_form(
        view,
        view.at("/checkout"),
        hidden("reference", basket.basket.reference),
        hidden("seen", basket.basket.fingerprint),
        hidden("total", str(basket.total_minor)),
        tag(
            "section",
            tag("h2", view.say("When you come", "取货时间")),
            _slot(view, store, slots, details),
            class_="panel",
        ),
        tag(
            "section", tag("h2", view.say("Who collects", "取货人")), _contact(view, details), class_="panel"
        ),
        tag(
            "section",
            tag("h2", view.say("How you pay", "付款方式")),
            _payment(view, details, ways),
            class_="panel",
        ),
        _age(view, basket, details),
        tag(
            "button",
            view.say(
                f"Place the order  {view.money(basket.total_minor)}",
                f"提交订单  {view.money(basket.total_minor)}",
            ),
            class_="pay",
        )
        if ways
        else None,
    )
    return page(view, title, tag("h1", title), tag("div", form, _what(view, basket), class_="two"))


def _what(view: ShopView, basket: PricedShopBasket) -> Html:
    lines = [
        html(
            tag(
                "dt", f"{view.quantity(one.entry.quantity, one.product.unit)} × {view.text(one.product.name)}"
            ),
            tag("dd", view.money(one.line.gross_minor)),
        )
        for one in basket.entries
        if one.product is not None and one.line is not None
    ]
    return tag(
        "section",
        tag("h2", view.say("What you order", "订单内容")),
        tag("dl", lines, class_="sums small"),
        sums(view, basket.priced) if basket.priced is not None else None,
        tag("p", tag("a", view.say("Change the basket", "修改购物篮"), href=view.at("/basket"))),
        class_="panel",
    )


def _slot(view: ShopView, store: CollectStore, slots: Sequence[OfferedSlot], details: Details) -> Content:
    free = [one for one in slots if not one.refusal]
    where = tag("p", view.place_of(store.settings), class_="lead")
    if not free:
        none = view.say(
            "There is no free time in the next days. Your basket is kept.",
            "近几天没有可预约的时间。购物篮会为您保留。",
        )
        return html(where, tag("p", none, class_="message bad"))
    groups = []
    for day, some in groupby(slots, key=lambda one: view.day(one.starts_at)):
        options = [
            tag(
                "option",
                view.span(one.starts_at, one.ends_at) + _state_of(view, one),
                value=one.starts_at,
                selected=one.starts_at == details.slot_starts_at and not one.refusal,
                disabled=bool(one.refusal),
            )
            for one in some
            if one.refusal in ("", "slot_full")
        ]
        if options:
            groups.append(tag("optgroup", options, label=day))
    choose = tag("option", view.say("Choose a time", "请选择时间"), value="")
    control = tag(
        "select",
        choose,
        groups,
        name="slot",
        id="slot",
        required=True,
        aria_describedby="slot-wrong" if "slot" in details.problems else None,
    )
    label = tag("label", view.say("Day and time", "日期和时间"), for_="slot")
    return html(where, tag("div", label, control, _wrong(view, details, "slot"), class_="field"))


def _state_of(view: ShopView, slot: OfferedSlot) -> str:
    return view.say(" (full)", "（已满）") if slot.refusal else ""


def _contact(view: ShopView, details: Details) -> Html:
    contact = details.contact
    return html(
        _field(view, details, "name", view.say("Name", "姓名"), contact.name, "name", LONGEST_NAME),
        tag(
            "p",
            view.say(
                "One of the two is enough. They stay with the store and are used for this order only.",
                "填写其中一项即可，仅用于本订单的通知。",
            ),
            class_="small lead",
        ),
        _field(view, details, "phone", view.say("Telephone", "电话"), contact.phone, "tel", 30, kind="tel"),
        _field(
            view, details, "email", view.say("E-mail", "电子邮箱"), contact.email, "email", 254, kind="email"
        ),
        tag(
            "div",
            tag("label", view.say("Note for the store (optional)", "给门店的留言（可不填）"), for_="note"),
            tag("textarea", f"\n{details.note}", name="note", id="note", maxlength=LONGEST_NOTE),
            _wrong(view, details, "note"),
            class_="field",
        ),
    )


def _field(
    view: ShopView,
    details: Details,
    name: str,
    label: str,
    value: str,
    autocomplete: str,
    longest: int,
    *,
    kind: str = "text",
) -> Html:
    wrong = name in details.problems
    return tag(
        "div",
        tag("label", label, for_=name),
        tag(
            "input",
            id=name,
            name=name,
            type=kind,
            value=value,
            maxlength=longest,
            autocomplete=autocomplete,
            required=name == "name",
            aria_invalid="true" if wrong else None,
            aria_describedby=f"{name}-wrong" if wrong else None,
        ),
        _wrong(view, details, name),
        class_="field",
    )


def _payment(view: ShopView, details: Details, ways: Sequence[str]) -> Html:
    if not ways:
        none = view.say(
            "This store cannot take orders here now: there is no way to pay. Your basket is kept.",
            "该门店目前没有可用的付款方式，暂时无法下单。购物篮会为您保留。",
        )
        return tag("p", none, class_="message bad")
    chosen = details.payment or ways[-1]
    desk_only = None
    if PAID_ONLINE not in ways:
        sentence = view.say(
            "Nothing is paid online here: you pay when you collect.", "此处不支持在线支付，请到店取货时付款。"
        )
        desk_only = tag("p", sentence, class_="small lead")
    return tag(
        "fieldset",
        tag("legend", view.say("How you pay", "付款方式"), class_="unseen"),
        desk_only,
        [
            tag(
                "label",
                tag("input", type="radio", name="payment", value=value, checked=value == chosen),
                tag("span", view.text(_WAYS[value])),
                class_="choice",
            )
            for value in ways
        ],
        _wrong(view, details, "payment"),
        class_="field",
    )


def _age(view: ShopView, basket: PricedShopBasket, details: Details) -> Html | None:
    age = basket.minimum_age
    if not age:
        return None
    sentence = view.say(
        f"I am {age} or older and bring an ID when I collect.", f"我已年满 {age} 周岁，取货时会出示证件。"
    )
    return tag(
        "div",
        tag(
            "label",
            tag("input", type="checkbox", name="age", value="1", checked=details.age_confirmed),
            tag("span", sentence),
            class_="choice",
        ),
        _wrong(view, details, "age"),
        class_="field",
    )


def _wrong(view: ShopView, details: Details, name: str) -> Html | None:
    problem = details.problems.get(name)
    return None if problem is None else tag("span", view.text(problem), class_="wrong", id=f"{name}-wrong")
