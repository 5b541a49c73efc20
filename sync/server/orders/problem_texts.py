"""What the order book says when something cannot be done, in both languages."""

from __future__ import annotations

from typing import Final

from retail.catalogue import LocalisedText

_T = LocalisedText

PROBLEMS: Final[dict[str, LocalisedText]] = {
    "unknown_store": _T("There is no such store.", "没有这家门店。"),
    "not_online": _T("This store takes no online orders now.", "该门店目前不接受网上订单。"),
    "no_lines": _T("The basket is empty.", "购物篮是空的。"),
    "unknown_product": _T("This product is no longer sold.", "该商品已下架。"),
    "no_price": _T("This product cannot be ordered online.", "该商品不能在网上订购。"),
    "not_enough": _T("There is not enough of this left.", "该商品库存不足。"),
    "slot_full": _T("This time is taken. Please choose another.", "该时段已满，请另选时间。"),
    "too_late": _T(
        "It is too late for this time. Please choose another.", "该时段已过截止时间，请另选时间。"
    ),
    "closed": _T("The store does not hand out orders then.", "门店在该时段不提供取货。"),
    "slot_gone": _T("Please choose a time to collect.", "请选择取货时间。"),
    "price_changed": _T(
        "Prices have changed since the page was shown. Please look at the total again.",
        "价格已有变动，请重新确认总金额。",
    ),
    "bad_contact": _T(
        "A name and a telephone number or e-mail address are needed.", "请填写姓名以及电话号码或电子邮箱。"
    ),
    "bad_payment": _T("This way of paying is not offered here.", "此处不支持该付款方式。"),
    "bad_rating": _T("A rating is one to five stars.", "评分为一至五星。"),
    "bad_reference": _T("The order needs a reference of its own.", "订单需要唯一的参考号。"),
    "reference_used": _T(
        "Another order was placed under this reference. Nothing was changed.",
        "该参考号已用于另一张订单。未作任何更改。",
    ),
    "under_age_unconfirmed": _T(
        "Please confirm that you are old enough for what is in the basket.",
        "请确认您已达到购买所选商品的法定年龄。",
    ),
    "unknown_order": _T("There is no such order.", "没有这张订单。"),
    "payment_failed": _T(
        "The payment did not go through. The goods are no longer kept.", "付款未成功，商品不再保留。"
    ),
    "waiting_for_payment": _T("The order waits for its payment.", "订单正在等待付款。"),
    "busy": _T("Too many orders at this moment. Please try again.", "当前订单过多，请重试。"),
    # Of the rules of a basket and of an order.
    "line_twice": _T("A line is named twice.", "同一行出现了两次。"),
    "two_units": _T("A product is asked for in two units.", "同一商品使用了两种单位。"),
    "bad_quantity": _T("This quantity cannot be ordered.", "该数量无法订购。"),
    "bad_amount": _T("This amount cannot be.", "金额无效。"),
    "bad_wish": _T("This wish about substitutes cannot be read.", "替换偏好无效。"),
    "bad_basket": _T("This basket cannot be priced.", "无法为该购物篮计价。"),
    "not_pickable": _T("This cannot be collected in a store.", "该商品不能到店自取。"),
    "ceiling_too_low": _T("The agreed amount is below the total.", "约定金额低于总金额。"),
    # Of steps.
    "order_cancelled": _T("The order was cancelled.", "订单已取消。"),
    "order_expired": _T("The order was not collected in time.", "订单已过取货期限。"),
    "order_short": _T("Nothing of the order could be had.", "订单中的商品均已售完。"),
    "already_handed_over": _T("The order was handed over already.", "订单已取走。"),
    "goods_going_back": _T("The goods are going back to the shelf.", "商品正在放回货架。"),
    "goods_went_back": _T("The goods went back to the shelf.", "商品已放回货架。"),
    "answer_too_late": _T("The answer came too late; the store has decided.", "回复已过时，门店已作处理。"),
    "gone_there": _T(
        "Somebody else had the last of it at the other store. You pay nothing for what you do not get.",
        "另一家门店的最后一件已被他人购得。未取得的商品，您无需付款。",
    ),
    "reason_missing": _T("Please say why.", "请说明原因。"),
    "not_yet": _T("It is not time for that yet.", "尚未到时间。"),
    "already_reminded": _T("The customer was reminded already.", "已提醒过顾客。"),
    "payment_already_recorded": _T("This payment is recorded already.", "该笔款项已记录。"),
    "more_than_authorised": _T("This is more than was authorised.", "金额超过已授权金额。"),
    "more_than_paid": _T("This is more than was paid.", "金额超过已付金额。"),
    "money_open": _T("Money is still to be settled.", "款项尚未结清。"),
    "goods_to_return": _T("Goods are still to go back to the shelf.", "仍有商品需要放回货架。"),
    "nothing_there": _T("Nothing of that is there.", "没有相应的商品。"),
    "unknown_line": _T("The order has no such line.", "订单中没有这一行。"),
}
"""Every problem by its stable code."""

NOT_NOW: Final = _T(
    "This is not possible with the order as it stands. Nothing was changed.",
    "订单目前的状态不允许此操作。未作任何更改。",
)
"""For the many codes of steps that name a state, such as `cancel_in_short`."""


def sentence(code: str) -> LocalisedText:
    """Return what a person reads about a code."""
    return PROBLEMS.get(code, NOT_NOW)
