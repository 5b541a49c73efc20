"""The customer's own page of an order: where it stands, the pickup code, and everything that can be done."""

from __future__ import annotations

from typing import Final

import segno

from retail.catalogue import LocalisedText
from retail.pickup.amounts import money_of
from retail.pickup.order import OrderState, PickupOrder, ShortReason
from retail.pickup.other_store import open_offers
from retail.pickup.steps import StepKind
from retail.pickup.transitions import ORDER_TRANSITIONS
from sync.server.orders.values import OrderPage
from sync.server.web.markup import Content, Html, tag
from sync.server.web.shop_frame import page, post_form
from sync.server.web.shop_order_goods import (
    elsewhere,
    is_asked,
    order_lines,
    other_orders,
    question,
)
from sync.server.web.shop_view import ShopView, address, order_address

LIVE_SECONDS: Final = 15
PREPARING_SECONDS: Final = 2
LONGEST_HERE_NOTE: Final = 80
STARS: Final = 5

_T = LocalisedText

_STATES: Final[dict[OrderState, LocalisedText]] = {
    OrderState.PLACED: _T("The store has your order.", "门店已收到您的订单。"),
    OrderState.ACCEPTED: _T("The store has accepted your order.", "门店已接单。"),
    OrderState.PICKING: _T("Your goods are being picked.", "正在为您拣货。"),
    OrderState.PAUSED: _T("Your goods are being picked.", "正在为您拣货。"),
    OrderState.PICKED: _T("Your goods are picked and are being put away for you.", "商品已拣好，正在存放。"),
    OrderState.SHORT: _T(
        "Sorry: nothing of your order could be had. You pay nothing.",
        "很抱歉，订单中的商品均缺货，您无需付款。",
    ),
    OrderState.READY: _T("Your order is ready. Come and collect it.", "您的订单已备好，请来取货。"),
    OrderState.PARTLY_HANDED_OVER: _T(
        "You have some of your order; the rest waits for you.", "您已取走部分商品，其余仍为您保留。"
    ),
    OrderState.HANDED_OVER: _T("You have collected your order. Thank you!", "您已取货。谢谢惠顾！"),
    OrderState.COMPLETED: _T("You have collected your order. Thank you!", "您已取货。谢谢惠顾！"),
    OrderState.CANCELLED: _T("This order was cancelled.", "订单已取消。"),
    OrderState.EXPIRED: _T("This order was not collected in time.", "订单已过取货期限。"),
    OrderState.RETURN_TO_SHELF: _T(
        "This order is over; its goods go back to the shelf.", "订单已结束，商品正在放回货架。"
    ),
    OrderState.RETURNED: _T(
        "This order is over; its goods are back on the shelf.", "订单已结束，商品已放回货架。"
    ),
}
_WAY: Final = (
    (_T("Placed", "已下单"), frozenset({OrderState.PLACED, OrderState.ACCEPTED})),
    (_T("Picking", "拣货中"), frozenset({OrderState.PICKING, OrderState.PAUSED, OrderState.PICKED})),
    (_T("Ready", "可取货"), frozenset({OrderState.READY, OrderState.PARTLY_HANDED_OVER})),
    (_T("Collected", "已取货"), frozenset({OrderState.HANDED_OVER, OrderState.COMPLETED})),
)


def order_page(view: ShopView, found: OrderPage, *, live: bool) -> str:
    """Return the page; it is read again by itself while something may change, unless that was turned off."""
    order = found.order
    title = view.say(f"Order {order.number}", f"订单 {order.number}")
    moving = _moves(found)
    first = tag(
        "div",
        tag("h1", title),
        tag("p", _standing(view, found), class_="lead"),
        _way(view, found),
        _payment_open(view, found),
        [
            question(view, found, line, part)
            for line in order.lines
            for part in line.divided
            if is_asked(order, part)
        ],
        [elsewhere(view, found, offer) for offer in open_offers(order)],
        other_orders(view, found),
        _here(view, found),
    )
    side = tag("div", _pass(view, found), _where(view, found), class_="side")
    rest = tag(
        "div",
        tag(
            "section",
            tag("h2", view.say("What you ordered", "订单内容")),
            order_lines(view, order),
            class_="panel",
        ),
        _rating(view, found),
        _acts(view, found, moving=moving, live=live),
    )
    return page(
        view,
        title,
        tag("div", first, side, rest, class_="order"),
        refresh_seconds=LIVE_SECONDS if moving and live else 0,
    )


def arrival_page(view: ShopView, found: OrderPage) -> str:
    """Return the page on which the customer says where they wait."""
    title = view.say("I'm here", "我到了")
    field = tag(
        "div",
        tag("label", view.say("Where are you? (optional)", "您在哪里？（可不填）"), for_="note"),
        tag(
            "span",
            view.say(
                "Such as: bay 3, blue van. Or leave it empty and come to the desk.",
                "例如：3 号车位，蓝色面包车。也可留空，直接到服务台。",
            ),
            class_="small",
        ),
        tag("input", id="note", name="note", maxlength=LONGEST_HERE_NOTE, autocomplete="off"),
        class_="field",
    )
    form = post_form(
        view,
        order_address(found.page_key, "/here"),
        field,
        tag("button", view.say("Tell the store", "通知门店"), class_="pay"),
        class_="panel",
    )
    return page(view, title, tag("h1", title), form, _back(view, found))


def cancel_page(view: ShopView, found: OrderPage) -> str:
    """Return the question whether the order shall really be cancelled."""
    title = view.say(f"Cancel order {found.order.number}?", f"取消订单 {found.order.number}？")
    paid = money_of(found.order).paid_minor + money_of(found.order).capture_minor
    about = (
        view.say("What you have paid is given back.", "已付款项将退回。")
        if paid
        else view.say("You pay nothing.", "您无需付款。")
    )
    form = post_form(
        view,
        order_address(found.page_key, "/cancel"),
        tag("button", view.say("Cancel the order", "取消订单"), class_="danger"),
    )
    return page(view, title, tag("h1", title), tag("p", about, class_="lead"), form, _back(view, found))


def payment_page(view: ShopView, found: OrderPage) -> str:
    """Return the page that leads on to the provider's, by itself as soon as its address is known."""
    title = view.say("To the payment", "前往付款")
    if found.payment_address:
        sentence = view.say("You are taken to the payment page.", "即将转到付款页面。")
        way = tag("a", view.say("Pay now", "立即付款"), href=found.payment_address, class_="button pay")
    else:
        sentence = view.say("The payment page is being prepared.", "付款页面正在准备中。")
        way = None
    return page(
        view,
        title,
        tag("h1", title),
        tag("p", sentence, class_="lead", role="status"),
        tag("p", way) if way else None,
        _back(view, found),
        go_to=found.payment_address,
        refresh_seconds=0 if found.payment_address else PREPARING_SECONDS,
    )


def _standing(view: ShopView, found: OrderPage) -> str:
    if found.released:
        return view.say(
            "This order was not paid in time, so its goods are no longer kept. You pay nothing.",
            "订单未在限时内付款，商品已不再保留。您无需付款。",
        )
    if found.waiting_for_payment:
        return view.say("Your goods are kept while you pay.", "付款期间为您保留商品。")
    if found.order.state is OrderState.SHORT and _all_moved(found.order):
        return view.say(
            "Your order waits for you at another store.", "您的订单已转到其他门店，请到该店取货。"
        )
    return view.text(_STATES[found.order.state])


def _all_moved(order: PickupOrder) -> bool:
    """Say whether all of an order is collected elsewhere."""
    parts = [part.now.reason for line in order.lines for part in line.divided]
    return bool(parts) and set(parts) == {str(ShortReason.MOVED)}


def _moves(found: OrderPage) -> bool:
    """Say whether anything may still happen that the customer waits for."""
    waiting = set(_WAY[0][1] | _WAY[1][1] | _WAY[2][1])
    return not found.released and found.order.state in waiting


def _way(view: ShopView, found: OrderPage) -> Html | None:
    state = found.order.state
    place = next((number for number, (_, states) in enumerate(_WAY) if state in states), None)
    if place is None or found.released or found.waiting_for_payment:
        return None
    steps = [
        tag(
            "li",
            view.text(name),
            class_="done now" if number == place else "done" if number < place else None,
            aria_current="step" if number == place else None,
        )
        for number, (name, _) in enumerate(_WAY)
    ]
    return tag("ol", steps, class_="steps")


def _payment_open(view: ShopView, found: OrderPage) -> Html | None:
    if not found.waiting_for_payment or found.released:
        return None
    until = (
        tag(
            "p",
            view.say(
                f"They are kept until {view.moment(found.hold_until)}.",
                f"保留至 {view.moment(found.hold_until)}。",
            ),
        )
        if found.hold_until
        else None
    )
    way = (
        tag("a", view.say("Pay now", "立即付款"), href=found.payment_address, class_="button pay")
        if found.payment_address
        else tag(
            "p",
            view.say(
                "The payment page is being prepared; this page shows it in a moment.",
                "付款页面正在准备，稍后将显示在此。",
            ),
        )
    )
    return tag("section", tag("h2", view.say("Payment", "付款")), until, way, class_="panel")


def _here(view: ShopView, found: OrderPage) -> Html | None:
    order = found.order
    if found.released or found.waiting_for_payment or not _allows(order, StepKind.CUSTOMER_ARRIVED):
        return None
    if order.here_since:
        note = f" ({order.here_note})" if order.here_note else ""
        text = view.say(f"The store knows that you are here{note}.", f"门店已知您到店{note}。")
        again = tag("a", view.say("Change where", "修改位置"), href=order_address(found.page_key, "/here"))
        return tag("p", text, " ", again, class_="message good")
    return tag(
        "p",
        tag(
            "a",
            view.say("I'm here", "我到了"),
            href=order_address(found.page_key, "/here"),
            class_="button pay",
        ),
        class_="here",
    )


def _allows(order: PickupOrder, kind: StepKind) -> bool:
    return kind in ORDER_TRANSITIONS.get(order.state, {})


def _pass(view: ShopView, found: OrderPage) -> Html | None:
    if not _moves(found) or found.waiting_for_payment:
        return None
    drawing = segno.make(found.code_text, error="m").svg_inline(border=0, omitsize=True, dark="#000")
    label = view.say("Your pickup code as a QR code", "取货二维码")
    digits = f"{found.digits[:3]} {found.digits[3:]}"
    return tag(
        "section",
        tag("h2", view.say("Your pickup code", "取货码")),
        tag("div", Html(drawing), class_="qr", role="img", aria_label=label),
        tag("p", digits, class_="digits"),
        tag(
            "p",
            view.say("Show this at the desk, or read out the digits.", "取货时请出示此码，或报出数字。"),
            class_="small",
        ),
        class_="panel pass",
    )


def _where(view: ShopView, found: OrderPage) -> Html:
    order, settings = found.order, found.store.settings
    facts = [(view.say("Store", "门店"), view.place_of(settings))]
    if order.slot.starts_at:
        when = f"{view.day(order.slot.starts_at)} {view.span(order.slot.starts_at, order.slot.ends_at)}"
        facts.append((view.say("Time", "时间"), when))
    if order.collect_until and _moves(found):
        facts.append((view.say("Kept until", "保留至"), view.moment(order.collect_until)))
    facts.append((view.say("Name", "姓名"), order.contact.name))
    if settings.telephone:
        facts.append((view.say("Store's telephone", "门店电话"), settings.telephone))
    content: Content = [(tag("dt", name), tag("dd", text)) for name, text in facts if text]
    return tag(
        "section",
        tag("h2", view.say("Collecting", "取货信息")),
        tag("dl", content, class_="facts"),
        class_="panel",
    )


def _rating(view: ShopView, found: OrderPage) -> Html | None:
    if found.order.state not in _WAY[3][1]:
        return None
    if found.rating:
        stars = "★" * found.rating + "☆" * (STARS - found.rating)
        return tag(
            "p",
            view.say(f"Thank you for your rating: {stars}", f"感谢您的评价：{stars}"),
            class_="message good",
        )
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="stars", value=number, required=True),
            tag("span", "★" * number),
            class_="choice",
        )
        for number in range(1, STARS + 1)
    ]
    return tag(
        "section",
        post_form(
            view,
            order_address(found.page_key, "/rate"),
            tag(
                "fieldset", tag("legend", view.say("How was it?", "取货体验如何？")), choices, class_="stars"
            ),
            tag("p", tag("button", view.say("Send", "提交"))),
        ),
        class_="panel",
    )


def _acts(view: ShopView, found: OrderPage, *, moving: bool, live: bool) -> Html:
    acts: list[Html] = []
    if moving:
        text, value = (
            (view.say("Stop updating by itself", "停止自动刷新"), "off")
            if live
            else (view.say("Update by itself", "自动刷新"), "")
        )
        acts.append(
            tag("a", text, href=address(order_address(found.page_key), live=value), class_="button plain")
        )
    if _allows(found.order, StepKind.CANCEL) and not found.released:
        acts.append(
            tag(
                "a",
                view.say("Cancel the order", "取消订单"),
                href=order_address(found.page_key, "/cancel"),
                class_="button danger",
            )
        )
    if not moving:
        acts.append(
            post_form(
                view,
                order_address(found.page_key, "/again"),
                tag("button", view.say("Order this again", "再次购买"), class_="main"),
            )
        )
    return tag("div", acts, class_="row")


def _back(view: ShopView, found: OrderPage) -> Html:
    return tag("p", tag("a", view.say("Back to the order", "返回订单"), href=order_address(found.page_key)))
