"""What customers read, in both languages, for each occasion. One literal table.

In braces: `number`, `store`, `digits`, `when` (the slot), `until` (kept until), `name` (the product), `other`
and `answer_until` (the store that is offered, and how long), `given_back` (a sentence, or nothing) and `page`
(a sentence with the order's page, or nothing).
"""

from __future__ import annotations

from typing import Final

import msgspec

from retail.catalogue import LocalisedText

_T = LocalisedText


class LetterText(msgspec.Struct, frozen=True):
    """Subject and text of one kind of message."""

    subject: LocalisedText
    text: LocalisedText


LETTERS: Final[dict[str, LetterText]] = {
    "confirmed": LetterText(
        _T("Order {number}: we have it", "订单 {number} 已收到"),
        _T(
            "Thank you for your order {number}. Come to {store} {when}. We write again as soon as it "
            "is ready.{page}",
            "感谢您的订单 {number}。请于 {when} 到{store}取货。备好后我们会再通知您。{page}",
        ),
    ),
    "question": LetterText(
        _T("Order {number}: may we take another product?", "订单 {number}：可以换一种商品吗？"),
        _T(
            "{name} has run out. We would like to put another product in its place and need your yes or no."
            "{page}",
            "{name} 已售完。我们想用另一种商品代替，请回复同意或不同意。{page}",
        ),
    ),
    "ready": LetterText(
        _T("Order {number} is ready", "订单 {number} 已备好"),
        _T(
            "Your order {number} is ready at {store}. Your pickup code is {digits}. We keep it until {until}."
            "{page}",
            "您的订单 {number} 已在{store}备好。取货码：{digits}。为您保留至 {until}。{page}",
        ),
    ),
    "short": LetterText(
        _T("Order {number}: we could not get anything of it", "订单 {number}：商品已售完"),
        _T(
            "We are sorry: nothing of your order {number} could be had.{given_back}{page}",
            "非常抱歉，订单 {number} 中的商品均已售完。{given_back}{page}",
        ),
    ),
    "at_risk": LetterText(
        _T("Order {number}: something may be missing", "订单 {number}：部分商品可能缺货"),
        _T(
            "{name} of your order {number} may have run out. We look for it when we pick your order, and you "
            "pay only for what you get.{page}",
            "订单 {number} 中的 {name} 可能已售完。我们备货时会再确认，您只需为实际取到的商品付款。{page}",
        ),
    ),
    "other_store": LetterText(
        _T("Order {number}: another store has it", "订单 {number}：其他门店有货"),
        _T(
            "{name} of your order {number} was sold at the counter of {store}. {other} has it and would keep "
            "it for you at the same price. Say yes or no on your order's page by {answer_until}.{page}",
            "订单 {number} 中的 {name} 已在{store}店内售出。{other}有货，可按原价为您保留。"
            "请于 {answer_until} 前在订单页面答复。{page}",
        ),
    ),
    "struck": LetterText(
        _T("Order {number}: {name} was taken off", "订单 {number}：已移除 {name}"),
        _T(
            "{name} could not be had and was taken off your order {number}. You pay nothing for it.{page}",
            "{name} 缺货，已从订单 {number} 中移除，您无需为其付款。{page}",
        ),
    ),
    "reminder": LetterText(
        _T("Order {number} is waiting for you", "订单 {number} 正等您取货"),
        _T(
            "Your order {number} is waiting at {store}, until {until}. Your pickup code is {digits}.{page}",
            "您的订单 {number} 正在{store}等您取货，保留至 {until}。取货码：{digits}。{page}",
        ),
    ),
    "extended": LetterText(
        _T("Order {number} is kept for you until {until}", "订单 {number} 为您保留至 {until}"),
        _T(
            "We keep your order {number} at {store} until {until}.{page}",
            "您的订单 {number} 将在{store}保留至 {until}。{page}",
        ),
    ),
    "cancelled": LetterText(
        _T("Order {number} is cancelled", "订单 {number} 已取消"),
        _T(
            "Your order {number} at {store} is cancelled.{given_back}{page}",
            "您在{store}的订单 {number} 已取消。{given_back}{page}",
        ),
    ),
    "expired": LetterText(
        _T("Order {number} was not collected", "订单 {number} 未取货"),
        _T(
            "Your order {number} was kept until {until}, and nobody came. The goods go back to the shelf."
            "{given_back}{page}",
            "您的订单 {number} 保留至 {until}，未有人取货，商品将放回货架。{given_back}{page}",
        ),
    ),
    "released": LetterText(
        _T("Order {number} was not paid", "订单 {number} 未付款"),
        _T(
            "Your order {number} was not paid in time, so the goods are no longer kept. Nothing was charged."
            "{page}",
            "您的订单 {number} 未在规定时间内付款，商品不再保留，也未扣款。{page}",
        ),
    ),
    "handed_over": LetterText(
        _T("Order {number}: thank you for coming", "订单 {number}：感谢光临"),
        _T(
            "Your order {number} was handed over at {store}.{given_back} Tell us how it was.{page}",
            "您的订单 {number} 已在{store}取走。{given_back}欢迎评价本次取货。{page}",
        ),
    ),
    "refunded": LetterText(
        _T("Order {number}: your refund is on its way", "订单 {number}：退款已发出"),
        _T("{given_back}{page}", "{given_back}{page}"),
    ),
}
"""Every kind of message."""

GIVEN_BACK: Final = _T(" {amount} goes back to you the way you paid.", "{amount} 将按原付款方式退还给您。")
PAGE: Final = _T("\n\nYour order's page: {address}", "\n\n订单页面：{address}")
