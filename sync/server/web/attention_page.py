"""What waits for a person: each alarm with what to do, facts set aside, and sales priced otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from retail.catalogue import LocalisedText
from retail.store import StoreSettings
from sync.server.database.attention_rows import Alarm, PricedOtherwise, SetAside
from sync.server.database.watched_rows import ActsOfCashier
from sync.server.web.alarm_words import alarm_title, what_to_do
from sync.server.web.fields import Fields
from sync.server.web.frame import ATTENTION, ORDERS, View, amount, message, moment, page, table
from sync.server.web.markup import Content, Html, html, tag

WATCHED: tuple[tuple[str, LocalisedText], ...] = (
    ("basket.voided", LocalisedText("Sales given up", "作废销售")),
    ("drawer.opened", LocalisedText("Drawer opened without a sale", "无销售开钱箱")),
    ("receipt.reprinted", LocalisedText("Receipts printed again", "重印小票")),
    ("promise.overridden", LocalisedText("Promised goods sold", "售出预留商品")),
    ("returns", LocalisedText("Returns", "退货")),
    ("sales", LocalisedText("Sales", "销售笔数")),
)
"""What is counted for each cashier, the most telling first."""


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page."""

    alarms: tuple[Alarm, ...]
    set_aside: tuple[SetAside, ...]
    second_versions: tuple[SetAside, ...]
    priced_otherwise: tuple[PricedOtherwise, ...]
    watched: tuple[ActsOfCashier, ...]
    watched_days: int


def render_attention(
    view: View,
    shown: Attention,
    stores: Mapping[str, StoreSettings],
    fields: Fields,
    token: str,
    *,
    done: bool,
) -> str:
    """Return the page."""
    say = view.say
    title = say("Attention", "待处理")
    return page(
        view,
        title,
        tag("h1", title, tag("small", say(f"{len(shown.alarms)} open", f"{len(shown.alarms)} 项未处理"))),
        message("good", say("Marked as seen.", "已标记为已处理。")) if done else None,
        _alarms(view, shown.alarms, fields, token),
        tag("h2", say("Set aside", "已隔离的记录")),
        tag(
            "p",
            say(
                "Facts of tills that could not be applied: kept whole, counted in the totals, tried again by "
                "python -m sync.server judge-again.",
                "收银机上传但无法处理的记录：完整保存并计入合计，可用 "
                "python -m sync.server judge-again 重试。",
            ),
            class_="help",
        ),
        _facts(view, shown.set_aside),
        _second_versions(view, shown.second_versions),
        tag("h2", say("Sales priced otherwise", "价格差异")),
        _prices(view, shown.priced_otherwise, stores),
        tag("h2", say("Watched acts by cashier", "收银员操作统计")),
        tag(
            "p",
            say(
                f"Of the last {shown.watched_days} days. Harmless alone; telling beside others and sales.",
                f"最近 {shown.watched_days} 天。单次无碍，与他人及销售对比可见异常。",
            ),
            class_="help",
        ),
        _watched(view, shown.watched),
    )


def _alarms(view: View, alarms: Sequence[Alarm], fields: Fields, token: str) -> Html:
    say = view.say
    if not alarms:
        return tag("p", say("Nothing waits for you.", "没有待处理的事项。"), class_="none")
    may = view.may("POST", ATTENTION)
    rows = [
        (
            tag(
                "label",
                tag("input", type="checkbox", name="alert", value=str(one.alert_id)),
                tag("span", say("seen", "已处理")),
                class_="tick",
            )
            if may
            else "",
            html(
                tag("strong", alarm_title(view, one.code)),
                tag("span", what_to_do(view, one.code), class_="sub"),
            ),
            _about(view, one),
            one.store_id or say("chain", "总部"),
            moment(one.raised_at)[:16],
        )
        for one in alarms
    ]
    heads = (
        "",
        say("What to do", "处理方法"),
        say("About", "内容"),
        say("Store", "门店"),
        say("Since (UTC)", "时间（UTC）"),
    )
    listed = table(heads, rows, "", class_="list whole")
    if not may:
        return listed
    return tag(
        "form",
        fields.hidden("token", token),
        listed,
        tag(
            "div",
            tag("button", say("Mark the ticked ones as seen", "将勾选项标记为已处理"), class_="main"),
            class_="actions",
        ),
        method="post",
        action=view.link(ATTENTION),
    )


def _about(view: View, alarm: Alarm) -> Content:
    text = alarm.detail or alarm.subject
    if alarm.code in ("oversold", "order_conflict") and view.may("GET", ORDERS):
        # The number of an order is the last word of the one and the first of the other.
        words = text.replace(",", " ").replace(":", " ").split()
        number = words[-1] if alarm.code == "oversold" else words[0]
        return tag("a", text, href=view.link(ORDERS, store=alarm.store_id, q=number))
    return text


def _facts(view: View, facts: Sequence[SetAside]) -> Html:
    say = view.say
    rows = [
        (
            moment(one.received_at),
            f"{one.till_name} · {one.store_id}",
            tag("code", one.kind),
            one.reason,
            one.detail,
        )
        for one in facts
    ]
    heads = (
        say("Time (UTC)", "时间（UTC）"),
        say("Till", "收银机"),
        say("Record", "记录"),
        say("Why", "原因"),
        say("Detail", "详情"),
    )
    return table(heads, rows, say("Nothing is set aside.", "没有被隔离的记录。"), class_="list whole")


def _second_versions(view: View, facts: Sequence[SetAside]) -> Html:
    say = view.say
    if not facts:
        return html()
    rows = [
        (
            moment(one.received_at),
            f"{one.till_name} · {one.store_id}",
            tag("code", one.kind),
            tag("code", one.reason[:16]),
            tag("code", one.detail[:16]),
        )
        for one in facts
    ]
    heads = (
        say("Time (UTC)", "时间（UTC）"),
        say("Till", "收银机"),
        say("Record", "记录"),
        say("First", "首次"),
        say("Second", "再次"),
    )
    return html(
        tag("h2", say("Two records under one number", "同一编号的两份记录")),
        table(heads, rows, "", class_="list whole"),
    )


def _prices(view: View, sales: Sequence[PricedOtherwise], stores: Mapping[str, StoreSettings]) -> Html:
    say = view.say
    rows = []
    for one in sales:
        store = stores.get(one.store_id)
        digits = store.currency_digits if store else 2
        rows.append(
            (
                one.receipt_number,
                one.store_id,
                amount(one.stated_minor, digits),
                amount(one.found_minor, digits),
                amount(one.stated_minor - one.found_minor, digits),
                one.detail,
            )
        )
    heads = (
        say("Receipt", "小票"),
        say("Store", "门店"),
        say("Till", "收银机"),
        say("Centre", "中心"),
        say("Difference", "差额"),
        say("Detail", "详情"),
    )
    return table(
        heads,
        rows,
        say("Every sale came out the same.", "所有销售价格一致。"),
        numbers=(2, 3, 4),
        class_="list whole",
    )


def _watched(view: View, acts: Sequence[ActsOfCashier]) -> Html:
    say = view.say
    rows = [
        (
            one.cashier_name or one.cashier_id,
            one.store_id,
            *(str(one.counts.get(kind, 0)) for kind, _ in WATCHED),
        )
        for one in acts
    ]
    heads = (say("Cashier", "收银员"), say("Store", "门店"), *(view.text(text) for _, text in WATCHED))
    numbers = tuple(range(2, len(heads)))
    return table(heads, rows, say("Nothing yet.", "还没有。"), numbers=numbers, class_="list whole")
