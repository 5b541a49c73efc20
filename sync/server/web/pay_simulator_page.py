"""The simulated payment provider's page: it says that no money moves, and takes a decision."""

from __future__ import annotations

from typing import Final

from retail.money import currency
from sync.server.payments.provider import ChargeOutcome
from sync.server.payments.simulator import PAGE_PATH, Payment
from sync.server.web.frame import amount
from sync.server.web.markup import Content, Html, tag

APPROVE: Final = "approve"
DECLINE: Final = "decline"

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f4f6;color:#1b1b1f}"
    "main{max-width:26rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:12px}"
    "button{display:block;width:100%;margin:.75rem 0;padding:.9rem;font:inherit;border-radius:8px;"
    "border:1px solid #777;background:#fff;color:inherit}"
    "button.yes{background:#0b6e4f;border-color:#0b6e4f;color:#fff}"
    ".sum{font-size:2rem;font-variant-numeric:tabular-nums;margin:.5rem 0}.note{color:#555}"
    "@media (prefers-color-scheme:dark){body{background:#111;color:#eee}main{background:#1d1d20}"
    "button{background:#1d1d20}.note{color:#aaa}}"
)


def payment_page(payment: Payment) -> str:
    """Return the page of a payment that is to be decided, or that was."""
    chinese = payment.charge.language.startswith("zh")
    if payment.outcome is not ChargeOutcome.OPEN:
        sentence = {
            ChargeOutcome.DONE: _say(chinese, "This payment was approved.", "该笔付款已通过。"),
            ChargeOutcome.DECLINED: _say(chinese, "This payment was declined.", "该笔付款已被拒绝。"),
        }[payment.outcome]
        way = tag("a", _say(chinese, "Back to the shop", "返回商店"), href=payment.charge.return_path)
        return _page(chinese, tag("p", sentence), tag("p", way))
    charge = payment.charge
    digits = currency(charge.currency).digits
    buttons = tag(
        "form",
        tag(
            "button",
            _say(chinese, "Approve the payment", "同意付款"),
            name="decision",
            value=APPROVE,
            class_="yes",
        ),
        tag("button", _say(chinese, "Decline it", "拒绝付款"), name="decision", value=DECLINE),
        method="post",
        action=PAGE_PATH + payment.reference,
    )
    return _page(
        chinese,
        tag("p", _say(chinese, f"Order {charge.order_number}", f"订单 {charge.order_number}")),
        tag("p", f"{charge.currency} {amount(charge.amount_minor, digits)}", class_="sum"),
        buttons,
        tag(
            "p",
            _say(
                chinese,
                "Or close this window: nothing is decided then, and the shop keeps the goods for a while.",
                "您也可以直接关闭此窗口：付款不会被处理，商店会暂时保留商品。",
            ),
            class_="note",
        ),
    )


def no_payment_page(*, chinese: bool) -> str:
    """Return the page of an address that belongs to no payment."""
    return _page(chinese, tag("p", _say(chinese, "There is no such payment.", "没有这笔付款。")))


def _say(chinese: bool, in_english: str, in_chinese: str) -> str:
    return in_chinese if chinese else in_english


def _page(chinese: bool, *body: Content) -> str:
    title = _say(chinese, "Payment (simulated)", "付款（模拟）")
    note = _say(
        chinese,
        "This is a simulated payment provider: no money moves.",
        "这是模拟支付服务，不会产生实际扣款。",
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Html(_STYLE)),
    )
    main = tag("main", tag("h1", title), tag("p", note, class_="note"), *body)
    return f"<!doctype html>{tag('html', head, tag('body', main), lang='zh-CN' if chinese else 'en')}"
