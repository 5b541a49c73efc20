"""What each alarm is called, and what to do about it. One literal table, in both languages."""

from __future__ import annotations

from typing import Final

from sync.server.web.frame import View
from sync.server.web.overview_page import ALERTS

_LOOK: Final = ("Look at it, and mark it as seen.", "请查看后标记为已处理。")
_TILL: Final = (
    "The record is kept and counted. Update the centre, then: python -m sync.server judge-again.",
    "记录已保存并计入。请更新中心后运行：python -m sync.server judge-again。",
)
_CLONE: Final = (
    "Two copies of one till may be at work, or its disk was put back. Find the till; "
    "shut it out if nobody knows why.",
    "可能有两台相同的收银机，或其磁盘被还原。请找到该收银机；如原因不明请撤销其访问权限。",
)
_CHANNEL: Final = (
    "Ask the other shop whether its receiver works; it can read what it missed from the feed.",
    "请联系对方商店确认接收服务是否正常；其可通过变更记录补读。",
)

TO_DO: Final[dict[str, tuple[str, str]]] = {
    "conflict": _CLONE,
    "chain_broken": _CLONE,
    "cloned_till": _CLONE,
    "price_differs": (
        "The sale stands. See below what differs; check the price lists of that moment.",
        "销售有效。差异见下方；请检查当时的价目表。",
    ),
    "oversold": (
        "Have the shelf counted. Open the order: keep it for the picker, or cancel it with a refund.",
        "请盘点货架。打开订单：保留给拣货员处理，或取消并退款。",
    ),
    "order_conflict": (
        "Open the order and read its history: somebody did something that another step had overtaken.",
        "打开订单查看历史：某操作与其他操作相互冲突。",
    ),
    "stock_unclear": ("Have the goods of this sale counted.", "请盘点该笔销售的商品。"),
    "message_not_sent": (
        "The customer was not told. Open the order and call them.",
        "未能通知顾客。请打开订单并致电顾客。",
    ),
    "charge_declined": (
        "The money was not moved. Settle it with the customer at the desk.",
        "款项未成功处理。请在柜台与顾客结清。",
    ),
    "charge_not_booked": (
        "The provider moved money that the order does not show. Open both and settle it by hand.",
        "支付方已处理款项但订单未记录。请核对后手动处理。",
    ),
    "refund_at_desk": (
        "This money was paid at the desk: give it back there.",
        "该款项在柜台支付，请在柜台退还。",
    ),
    "refund_by_hand": (
        "Nobody could be asked to give this money back: settle it with the customer.",
        "无法自动退款，请与顾客手动结清。",
    ),
    "refund_by_channel": (
        "The other shop was paid: ask it to give the money back.",
        "款项由渠道收取，请联系渠道退款。",
    ),
    "returned_more_than_sold": (
        "More came back than was sold, perhaps at two tills at once. Look at both returns.",
        "退货数量超过销售数量，可能在两台收银机同时退货。请核对两笔退货。",
    ),
    "handover_undone_after_return": (
        "The handover was taken back although goods had been returned. Open the order and settle its money.",
        "已有退货的订单被撤销交付。请打开订单并结清款项。",
    ),
    "online_sale_missing": (
        "The store has no settings, so its taxes are unknown. Give it some, then ask for the receipt.",
        "门店没有设置，无法确定税率。请先完成设置，再查询该订单的小票。",
    ),
    "webhook_gone": _CHANNEL,
    "webhook_given_up": _CHANNEL,
    "webhook_refused": _CHANNEL,
    "shown_price_differs": (
        "The customer pays what the other shop showed. Have it read the prices again.",
        "顾客按对方商店显示的价格付款。请对方重新读取价格。",
    ),
}
"""By the alarm's code; what begins with `quarantined.` and has no row is a fact of a till."""

NAMES: Final[dict[str, tuple[str, str]]] = {
    "message_not_sent": ("A customer could not be told", "无法通知顾客"),
    "charge_declined": ("A payment was declined", "付款被拒绝"),
    "charge_not_booked": ("Money moved that the order does not show", "款项未记入订单"),
    "refund_at_desk": ("Money to be given back at the desk", "需在柜台退款"),
    "refund_by_hand": ("Money to be given back by hand", "需手动退款"),
    "refund_by_channel": ("Money to be given back by a channel", "需由渠道退款"),
    "returned_more_than_sold": ("More came back than was sold", "退货多于销售"),
    "handover_undone_after_return": ("A handover taken back after a return", "退货后撤销交付"),
    "online_sale_missing": ("An order collected without its sale", "已取货但未生成销售"),
    "webhook_gone": ("A channel's receiver is gone", "渠道接收地址已失效"),
    "webhook_given_up": ("A channel was not told for three days", "三天未能通知渠道"),
    "webhook_refused": ("A channel refuses what it is told", "渠道拒绝接收通知"),
    "cloned_till": ("Two copies of one till", "同一收银机出现两份"),
}


def alarm_title(view: View, code: str) -> str:
    """Return what an alarm is called."""
    return view.say(*(ALERTS.get(code) or NAMES.get(code) or (code, code)))


def what_to_do(view: View, code: str) -> str:
    """Return what a person does about an alarm."""
    return view.say(*TO_DO.get(code, _TILL if code.startswith("quarantined.") else _LOOK))
