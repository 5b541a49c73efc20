"""What states, steps, lines and messages of an order are called in the back office. Literal tables."""

from __future__ import annotations

from typing import Final

from retail.pickup.order import LineState, OrderState, PaymentKind
from retail.pickup.steps import StepKind
from sync.server.database.office_order_rows import OPEN
from sync.server.database.order_rows import HELD, RELEASED

Words = tuple[str, str]

STATES: Final[dict[str, Words]] = {
    OPEN: ("Open", "未完成"),
    HELD: ("Waits for payment", "等待付款"),
    OrderState.PLACED: ("New", "新订单"),
    OrderState.ACCEPTED: ("Accepted", "已接单"),
    OrderState.PICKING: ("Being picked", "拣货中"),
    OrderState.PAUSED: ("Picking paused", "拣货暂停"),
    OrderState.PICKED: ("Picked", "已拣货"),
    OrderState.SHORT: ("Nothing to be had", "全部缺货"),
    OrderState.READY: ("Ready", "可取货"),
    OrderState.PARTLY_HANDED_OVER: ("Partly handed over", "部分取货"),
    OrderState.HANDED_OVER: ("Handed over", "已取货"),
    OrderState.COMPLETED: ("Completed", "已完成"),
    OrderState.CANCELLED: ("Cancelled", "已取消"),
    OrderState.EXPIRED: ("Not collected", "逾期未取"),
    OrderState.RETURN_TO_SHELF: ("Going back to the shelf", "放回货架中"),
    OrderState.RETURNED: ("Back on the shelf", "已放回货架"),
    RELEASED: ("Never paid", "未付款"),
}

TONES: Final[dict[str, str]] = {
    HELD: "warn",
    OrderState.PLACED: "info",
    OrderState.ACCEPTED: "info",
    OrderState.PICKING: "info",
    OrderState.PAUSED: "warn",
    OrderState.PICKED: "info",
    OrderState.READY: "good",
    OrderState.PARTLY_HANDED_OVER: "good",
    OrderState.SHORT: "bad",
    OrderState.EXPIRED: "bad",
    OrderState.CANCELLED: "warn",
    OrderState.RETURN_TO_SHELF: "warn",
}
"""The colour of a state; the others are plain."""

STEPS: Final[dict[str, Words]] = {
    StepKind.ACCEPT: ("Accepted", "接单"),
    StepKind.START_PICKING: ("Picking begun", "开始拣货"),
    StepKind.PAUSE_PICKING: ("Picking paused", "暂停拣货"),
    StepKind.PICK_LINE: ("Picked", "拣货"),
    StepKind.SHORT_LINE: ("Not to be had", "缺货"),
    StepKind.SUBSTITUTE_LINE: ("Another product taken", "替换商品"),
    StepKind.ASK_CUSTOMER: ("Customer asked", "询问顾客"),
    StepKind.ANSWER: ("Customer's answer", "顾客答复"),
    StepKind.OFFER_STORE: ("Another store offered", "建议到其他门店取货"),
    StepKind.ANSWER_STORE: ("Answer about another store", "顾客对其他门店的答复"),
    StepKind.STAGE_BAG: ("Bag put away", "存放"),
    StepKind.FINISH_PICKING: ("Picking finished", "拣货完成"),
    StepKind.MARK_READY: ("Ready", "可取货"),
    StepKind.CUSTOMER_ARRIVED: ("Customer is here", "顾客到店"),
    StepKind.RECORD_PAYMENT: ("Payment written down", "记录款项"),
    StepKind.EXTEND: ("Kept longer", "延长保留"),
    StepKind.REMIND: ("Reminder sent", "发送提醒"),
    StepKind.REFUSE_UNITS: ("Not taken by the customer", "顾客拒收"),
    StepKind.HAND_OVER: ("Handed over", "交付"),
    StepKind.COMPLETE: ("Completed", "完成"),
    StepKind.CANCEL: ("Cancelled", "取消"),
    StepKind.EXPIRE: ("Not collected in time", "逾期"),
    StepKind.START_RETURN: ("Return to the shelf begun", "开始放回货架"),
    StepKind.RETURN_UNITS: ("Back on the shelf", "放回货架"),
    StepKind.UNDO: ("Taken back", "撤销"),
}

LINES: Final[dict[LineState, Words]] = {
    LineState.TO_PICK: ("to be picked", "待拣"),
    LineState.ASKED: ("customer asked", "等待顾客答复"),
    LineState.AGREED: ("substitute agreed", "顾客同意替换"),
    LineState.PICKED: ("picked", "已拣"),
    LineState.SHORT: ("not to be had", "缺货"),
    LineState.HANDED_OVER: ("handed over", "已取"),
    LineState.REFUSED: ("not taken", "拒收"),
    LineState.RETURNED: ("back on the shelf", "已放回"),
    LineState.WRITTEN_OFF: ("written off", "报损"),
    LineState.DROPPED: ("not picked", "未拣"),
    LineState.TO_RETURN: ("goes back to the shelf", "待放回"),
}

PAYMENTS: Final[dict[str, Words]] = {
    PaymentKind.AUTHORISED: ("Authorised", "已授权"),
    PaymentKind.VOIDED: ("Authorisation given up", "撤销授权"),
    PaymentKind.CAPTURED: ("Taken", "已扣款"),
    PaymentKind.PAID: ("Paid", "已付款"),
    PaymentKind.REFUNDED: ("Given back", "已退款"),
}

PAID_WHERE: Final[dict[str, Words]] = {
    "desk": ("at the desk", "到店付款"),
    "online": ("online", "在线付款"),
    "channel": ("to the channel", "由渠道收款"),
}

MESSAGE_STATES: Final[dict[str, Words]] = {
    "waiting": ("waits", "待发送"),
    "sending": ("being sent", "发送中"),
    "sent": ("sent", "已发送"),
    "not_sent": ("not sent", "未发送"),
    "uncertain": ("perhaps sent", "可能已发送"),
}


def words(table: dict[str, Words], name: str) -> Words:
    """Return what something is called; what has no name here is called as it is."""
    return table.get(name, (name, name))
