"""The page on which a store's collection desk is set up: hours, capacity, times, terms, places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from retail.availability.slot import Measure
from retail.money import Rounding
from retail.pickup.desk_rules import PickupDesk
from sync.server.editing.desk_editing import DeskEdit
from sync.server.editing.desk_form import WEEKDAYS
from sync.server.web.condition_fields import part
from sync.server.web.conflict import conflict_message
from sync.server.web.fields import Fields
from sync.server.web.frame import DESK, View, message, page, store_choice
from sync.server.web.markup import Html, tag
from sync.server.web.price_list_page import ROUNDINGS
from sync.server.web.summaries import WEEKDAYS as DAY_NAMES

Text = tuple[str, str]

_NUMBERS: Final[dict[str, tuple[Text, Text]]] = {
    "slot_minutes": (
        ("Length of a slot, minutes", "时段长度（分钟）"),
        ("Customers choose slots such as 14:00–14:30.", "顾客选择的取货时段，例如 14:00–14:30。"),
    ),
    "cut_off_minutes": (
        ("Order before, minutes", "截止时间（分钟）"),
        ("So long before a slot begins is the last moment to order for it.", "时段开始前多久停止接单。"),
    ),
    "pickers": (
        ("Pickers at once", "同时拣货人数"),
        ("How many people pick orders in a slot.", "每个时段内的拣货员人数。"),
    ),
    "usual_per_hour": (
        ("One picker does in an hour", "每人每小时拣货量"),
        ("Until the store has shown its own speed.", "在门店有实际数据之前采用此值。"),
    ),
    "hold_minutes": (
        ("Kept while paying, minutes", "付款期间保留（分钟）"),
        ("So long goods wait for somebody who is paying online.", "顾客在线付款期间为其保留商品的时间。"),
    ),
    "lock_minutes": (
        ("A picker has it, minutes", "拣货锁定（分钟）"),
        (
            "After so long without a scan another may take the order over.",
            "无扫描超过此时间后，其他人可接手。",
        ),
    ),
    "ready_before_slot": (
        ("Ready before the slot, minutes", "提前备好（分钟）"),
        ("The board counts down to this moment.", "看板按此时间倒计时。"),
    ),
    "collect_hours": (
        ("Kept after the slot, hours", "时段后保留（小时）"),
        ("Then it expires and the goods go back to the shelf.", "之后订单逾期，商品放回货架。"),
    ),
    "soon_minutes": (
        ("Yellow, minutes left", "变黄（剩余分钟）"),
        ("When the countdown on the board turns yellow.", "看板倒计时变黄的时间。"),
    ),
    "urgent_minutes": (
        ("Red, minutes left", "变红（剩余分钟）"),
        ("When it turns red.", "看板倒计时变红的时间。"),
    ),
    "offer_minutes": (
        ("Another store is offered for, minutes", "建议其他门店取货的答复时限（分钟）"),
        (
            "So long a customer may say whether another store will do for what was sold at the counter; 0: "
            "none is offered.",
            "商品被店内售出后，顾客答复是否到其他门店取货的时限；0 表示不建议。",
        ),
    ),
}
_MEASURES: Final[dict[Measure, Text]] = {
    Measure.LINES: ("lines of orders", "订单行数"),
    Measure.ORDERS: ("orders", "订单数"),
}


def render_desk(
    view: View,
    edit: DeskEdit,
    stores: Sequence[tuple[str, str]],
    token: str,
    *,
    capture: str,
    done: bool = False,
    theirs: PickupDesk | None = None,
    conflict: bool = False,
) -> str:
    """Return the page; `capture` says when money is taken, which is the centre's own setting."""
    say = view.say
    fields = Fields(view, edit.form, edit.problems)
    title = say("Collection desk", "取货台")
    published = say("Published. Tills have it a moment later.", "已发布，收银机稍后即会更新。")
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{view.text(edit.store.name)} · {edit.store.store_id}")),
        message("good", published) if done else None,
        store_choice(view, stores),
        None
        if edit.seen
        else message(
            "info",
            say("This store has no desk yet; publish to give it one.", "该门店尚无取货台，发布后即建立。"),
        ),
        conflict_message(view, edit.row, theirs) if conflict else None,
        fields.summary(say("This is to be looked at:", "以下内容需要处理：")),
        tag(
            "form",
            fields.hidden("token", token),
            fields.hidden("seen", edit.seen),
            _selling(view, fields, capture),
            _hours(view, fields),
            _capacity(view, fields),
            _times(view, fields),
            _elsewhere(view, fields),
            _terms(view, fields),
            _places(view, fields),
            tag("div", tag("button", say("Publish", "发布"), class_="main"), class_="actions")
            if view.may("POST", DESK)
            else None,
            method="post",
            action=view.link(DESK),
        ),
    )


def _number(view: View, fields: Fields, name: str) -> Html:
    label, sentence = _NUMBERS[name]
    return fields.line(name, view.say(*label), view.say(*sentence), numeric=True)


def _selling(view: View, fields: Fields, capture: str) -> Html:
    say = view.say
    taken = {
        "handover": say("at the handover", "交付时"),
        "ready": say("when the goods are ready", "备货完成时"),
    }
    return part(
        say("Selling online", "网上销售"),
        fields.tick("sells_online", say("This store takes online orders", "该门店接受网上订单")),
        fields.tick("pay_at_desk", say("Customers may pay at the desk", "顾客可到店付款")),
        fields.tick("signature_wanted", say("Ask for a signature at the handover", "交付时要求签名")),
        sentence=say(
            f"Money that was authorised online is taken {taken.get(capture, capture)}; the centre is started "
            "with that (serve --capture).",
            f"在线授权的款项于{taken.get(capture, capture)}扣款；此项在启动中心时设置（serve --capture）。",
        ),
    )


def _hours(view: View, fields: Fields) -> Html:
    say = view.say
    return part(
        say("Opening hours of the desk", "取货台营业时间"),
        [
            fields.line(f"opening.{day}", say(*DAY_NAMES[day - 1]), placeholder="09:00-20:00")
            for day in WEEKDAYS
        ],
        fields.area(
            "closed_days",
            say("Closed on", "休息日"),
            say("Days such as 2026-12-25, one a line.", "例如 2026-12-25，每行一个。"),
            rows=2,
        ),
        fields.line(
            "offset",
            say("The store's clock", "门店时区"),
            say("How far it is from UTC, such as +08:00.", "与 UTC 的时差，例如 +08:00。"),
        ),
        sentence=say(
            "Several spans a day with a comma between; nothing for a day on which nothing is handed out.",
            "一天可有多个时段，用逗号分隔；不取货的日子留空。",
        ),
    )


def _elsewhere(view: View, fields: Fields) -> Html:
    say = view.say
    return part(
        say("What was sold to somebody else", "被店内售出的商品"),
        _number(view, fields, "offer_minutes"),
        fields.tick(
            "struck_if_not_moved",
            say(
                "Strike it off, uncharged, when the customer does not want it from there",
                "顾客不到其他门店取货时，移除该商品且不收费",
            ),
        ),
        sentence=say(
            "Without the tick a picker looks for it here all the same.",
            "不勾选时，拣货员仍会在本店寻找。",
        ),
    )


def _capacity(view: View, fields: Fields) -> Html:
    say = view.say
    return part(
        say("Slots and how much they take", "取货时段与容量"),
        _number(view, fields, "slot_minutes"),
        _number(view, fields, "cut_off_minutes"),
        _number(view, fields, "pickers"),
        fields.choice(
            "measure",
            say("Capacity counts", "容量按"),
            [(one.value, say(*_MEASURES[one])) for one in Measure],
            say("What a slot's capacity counts.", "时段容量的计算单位。"),
        ),
        _number(view, fields, "usual_per_hour"),
    )


def _times(view: View, fields: Fields) -> Html:
    say = view.say
    names = ("ready_before_slot", "hold_minutes", "lock_minutes", "collect_hours")
    return part(
        say("Times", "时间"),
        [_number(view, fields, name) for name in names],
        fields.line(
            "reminders",
            say("Reminders, minutes before it expires", "提醒（到期前分钟数）"),
            say("Such as 1440, 120: a day and two hours before.", "例如 1440, 120：提前一天和两小时。"),
        ),
        _number(view, fields, "soon_minutes"),
        _number(view, fields, "urgent_minutes"),
    )


def _terms(view: View, fields: Fields) -> Html:
    say = view.say
    return part(
        say("Terms of an order", "订单条款"),
        fields.line(
            "weight_tolerance_percent",
            say("Weight may differ by, percent", "重量允许偏差（%）"),
            say("Of a weighed line, from what was ordered.", "称重商品与订购重量的偏差。"),
            numeric=True,
        ),
        fields.tick("heavier_is_charged", say("What is heavier costs more", "超重部分加收费用")),
        fields.line(
            "gift_percent",
            say("A substitute may be dearer by, percent", "替换商品可贵出（%）"),
            say("When it is given at the ordered price.", "按原价提供替换商品时。"),
            numeric=True,
        ),
        fields.tick(
            "charge_above_ceiling",
            say("More than was agreed online may be charged", "可收取高于在线约定的金额"),
        ),
        fields.tick("proxy_allowed", say("Somebody else may collect", "可由他人代取")),
        fields.line(
            "no_show_fee_minor",
            say("Fee when nobody comes", "未取货费用"),
            say("Kept from what was paid; 0 for none.", "从已付款中扣除；0 表示不收取。"),
            numeric=True,
        ),
        fields.choice(
            "rounding",
            say("Amounts are rounded", "金额取整"),
            [(one.value, say(*ROUNDINGS[one])) for one in Rounding],
        ),
        sentence=say("An order keeps the terms under which it was placed.", "订单沿用下单时的条款。"),
    )


def _places(view: View, fields: Fields) -> Html:
    say = view.say
    return part(
        say("Where bags wait", "存放位置"),
        fields.area(
            "places",
            say("Places", "位置"),
            say(
                "One a line: code; ambient, chilled or frozen; name; name in Chinese. The code is what the "
                "label says after LOC.",
                "每行一个：代码; ambient、chilled 或 frozen; 英文名; 中文名。代码即标签上 LOC 之后的内容。",
            ),
            rows=4,
            code=True,
            placeholder="C1; chilled; Fridge C1; 冷藏柜 C1",
        ),
    )
