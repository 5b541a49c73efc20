"""The goods on the page of an order: what became of each line, what it costs, and what the store asks."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from retail.catalogue import LocalisedText
from retail.pickup.amounts import line_amounts, money_of, paid_at_desk
from retail.pickup.order import (
    LinePart,
    LineState,
    OtherOrder,
    PickupLine,
    PickupOrder,
    ShortReason,
    StoreOffer,
)
from retail.pickup.other_store import movable
from retail.pickup.parts import shown_state
from retail.pickup.substitution import left_of_offer
from sync.server.orders.values import OrderPage
from sync.server.web.markup import Html, html, tag
from sync.server.web.shop_frame import hidden, post_form
from sync.server.web.shop_view import ShopView, order_address, plain

_T = LocalisedText

_PARTS: Final[dict[LineState, LocalisedText]] = {
    LineState.TO_PICK: _T("", ""),
    LineState.ASKED: _T("waits for your answer", "等待您的答复"),
    LineState.AGREED: _T("you agreed to a substitute", "您已同意替换"),
    LineState.PICKED: _T("picked", "已拣"),
    LineState.SHORT: _T("could not be had", "缺货"),
    LineState.HANDED_OVER: _T("collected", "已取"),
    LineState.REFUSED: _T("given back", "已退回"),
    LineState.RETURNED: _T("given back", "已退回"),
    LineState.WRITTEN_OFF: _T("given back", "已退回"),
    LineState.DROPPED: _T("not picked", "未拣"),
    LineState.TO_RETURN: _T("goes back to the shelf", "放回货架"),
}


_MOVED: Final = _T("collected at another store", "到其他门店取货")


def is_asked(order: PickupOrder, part: LinePart) -> bool:
    """Say whether the customer is asked about a part now."""
    return shown_state(order, part) is LineState.ASKED and part.now.substitute is not None


def question(view: ShopView, found: OrderPage, line: PickupLine, part: LinePart) -> Html:
    """Return the question whether a substitute will do, with both answers."""
    offer = left_of_offer(part)
    assert offer is not None, "a question names what is offered"
    product = offer.product
    name, instead = view.text(line.product.name), view.text(product.name)
    price = view.unit_money(offer.unit_price_minor, product.unit)
    quantity = view.quantity(offer.quantity, product.unit)
    buttons = [
        tag("button", text, name="agrees", value=value, class_=class_)
        for value, text, class_ in (
            ("yes", view.say("Yes, take it", "可以"), "main"),
            ("no", view.say("No, leave it out", "不要"), None),
        )
    ]
    return tag(
        "section",
        tag("h2", view.say(f"{name} has run out", f"{name} 缺货")),
        tag(
            "p",
            view.say(
                f"Would {quantity} × {instead} at {price} do?",
                f"换成 {quantity} × {instead}（{price}）可以吗？",
            ),
        ),
        post_form(
            view,
            order_address(found.page_key, "/answer"),
            hidden("line", line.line_id),
            hidden("asked", part.now.step_id),
            tag("div", buttons, class_="row"),
        ),
        class_="panel ask",
    )


def elsewhere(view: ShopView, found: OrderPage, offer: StoreOffer) -> Html:
    """Return the question whether another store will do for what was sold to somebody else here."""
    line = next(one for one in found.order.lines if one.line_id == offer.line_id)
    quantity = view.quantity(movable(found.order, offer), line.product.unit)
    goods = f"{quantity} × {view.text(line.product.name)}"
    store = view.text(offer.store_name)
    when = f"{view.day(offer.slot.starts_at)} {view.span(offer.slot.starts_at, offer.slot.ends_at)}"
    until = view.moment(offer.answer_until)
    buttons = [
        tag("button", text, name="agrees", value=value, class_=class_)
        for value, text, class_ in (
            ("yes", view.say(f"Yes, collect it at {store}", f"好，到{store}取"), "main"),
            ("no", view.say("No, leave it out", "不要了"), None),
        )
    ]
    not_moved = (
        view.say(
            f"Without your answer by {until} it is taken off the order; you pay nothing for it.",
            f"如果您在 {until} 前未答复，该商品将从订单中移除，您无需为其付款。",
        )
        if offer.struck_if_not
        else view.say(
            f"Without your answer by {until} we look for it here all the same.",
            f"如果您在 {until} 前未答复，我们仍会在本店寻找。",
        )
    )
    return tag(
        "section",
        tag("h2", view.say(f"{goods} was sold at the counter", f"{goods} 已在店内售出")),
        tag(
            "p",
            view.say(
                f"{store} has it. It would wait there for you, {when}, at the same price and with a code of "
                "its own.",
                f"{store}有货。可为您在该店保留，取货时间 {when}，价格不变，另有取货码。",
            ),
        ),
        tag("p", not_moved, class_="small"),
        post_form(
            view,
            order_address(found.page_key, "/elsewhere"),
            hidden("offered", offer.offer_id),
            tag("div", buttons, class_="row"),
        ),
        class_="panel ask",
    )


def other_orders(view: ShopView, found: OrderPage) -> Html | None:
    """Return where goods of this order went, or came from, with the way to that order's page."""
    order = found.order
    said = [
        (one.moved_to, _goods(view, order, one))
        for one in order.offers
        if one.moved_to is not None and one.moved_to.order_id in found.other_pages
    ]
    rows = [
        _other(
            view,
            found,
            other,
            view.say(f"{goods} waits for you at ", f"{goods} 请到以下门店取货："),
        )
        for other, goods in said
    ]
    if order.moved_from is not None and order.moved_from.order_id in found.other_pages:
        rows.append(_other(view, found, order.moved_from, view.say("This was part of ", "原属订单：")))
    return tag("section", rows, class_="panel") if rows else None


def _other(view: ShopView, found: OrderPage, other: OtherOrder, words: str) -> Html:
    name = view.say(
        f"{view.text(other.store_name)}, order {other.number}",
        f"{view.text(other.store_name)}，订单 {other.number}",
    )
    link = tag("a", name, href=order_address(found.other_pages[other.order_id]))
    return tag("p", words, link)


def _goods(view: ShopView, order: PickupOrder, offer: StoreOffer) -> str:
    """Return how much of what went to the other store."""
    line = next(one for one in order.lines if one.line_id == offer.line_id)
    moved = sum((part.covers for part in line.divided if part.now.step_id == offer.answered_by), Decimal(0))
    return f"{view.quantity(moved, line.product.unit)} × {view.text(line.product.name)}"


def order_lines(view: ShopView, order: PickupOrder) -> Html:
    """Return every line with what became of it, and what the whole comes to."""
    amounts = {one.line_id: one for one in line_amounts(order)}
    rows = []
    for line in order.lines:
        cost = amounts[line.line_id]
        quantity = view.quantity(line.quantity, line.product.unit)
        rows.append(
            html(
                tag(
                    "dt",
                    f"{quantity} × {view.text(line.product.name)}",
                    [
                        tag("span", text, class_="wrong" if bad else "small")
                        for text, bad in _became(view, order, line)
                    ],
                ),
                tag(
                    "dd",
                    view.money(cost.charge_minor),
                    [" ", tag("s", view.money(cost.shown_minor), class_="small")]
                    if cost.refund_minor > 0
                    else None,
                ),
            )
        )
    money = money_of(order)
    totals: list[tuple[str, int, str | None]] = []
    if money.fee_minor:
        totals.append((view.say("Kept because nobody came", "逾期未取费用"), money.fee_minor, None))
    totals.append((view.say("Total", "合计"), money.charge_minor, "total"))
    paid = money.paid_minor + money.capture_minor
    at_desk = paid if order.payment.ceiling_minor is None else min(paid, paid_at_desk(order))
    if paid - at_desk:
        totals.append((view.say("Paid online", "已在线支付"), paid - at_desk, None))
    if at_desk:
        totals.append((view.say("Paid at the desk", "已在门店付款"), at_desk, None))
    if money.due_minor:
        totals.append((view.say("Due at the desk", "到店应付"), money.due_minor, None))
    if money.refund_minor:
        totals.append((view.say("Given back", "退款"), money.refund_minor, None))
    rows += [
        html(tag("dt", name, class_=class_), tag("dd", view.money(minor), class_=class_))
        for name, minor, class_ in totals
    ]
    return tag("dl", rows, class_="sums")


def _became(view: ShopView, order: PickupOrder, line: PickupLine) -> list[tuple[str, bool]]:
    """Return what became of a line in words, each thing once, and whether it is bad news."""
    alike: dict[tuple[LineState, str, bool], list[LinePart]] = {}
    for part in line.divided:
        state = shown_state(order, part)
        if _PARTS[state].en:
            moved = part.now.reason == ShortReason.MOVED
            alike.setdefault((state, _instead(part, state), moved), []).append(part)
    said: list[tuple[str, bool]] = []
    for (state, instead, moved), parts in alike.items():
        words = view.text(_MOVED if moved else _PARTS[state])
        covers = sum((part.covers for part in parts), Decimal(0))
        if instead:
            words = f"{words}{view.say(': ', '：')}{_taken(view, parts)}"
        elif covers != line.quantity:
            words = f"{plain(covers)} {words}"
        said.append((f" – {words}", state is LineState.SHORT and not moved))
    return said


def _instead(part: LinePart, state: LineState) -> str:
    """Return which product is taken in place of a part, empty when it is what was ordered."""
    substitute = part.now.substitute
    if substitute is None or state not in (LineState.AGREED, LineState.PICKED, LineState.HANDED_OVER):
        return ""
    return substitute.product.product_id


def _taken(view: ShopView, parts: list[LinePart]) -> str:
    """Return how much of what is taken in place of these parts; before it is picked, how much was agreed."""
    offers = [(part, offer) for part in parts if (offer := left_of_offer(part)) is not None]
    product = offers[0][1].product
    quantity = sum((part.now.quantity or offer.quantity for part, offer in offers), Decimal(0))
    return f"{view.quantity(quantity, product.unit)} × {view.text(product.name)}"
