"""When, for whom and on what a row holds, in a few words for a list."""

from __future__ import annotations

from typing import Final

from retail.occasion import ANY_MEMBER
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from sync.server.web.frame import View

WEEKDAYS: Final[tuple[tuple[str, str], ...]] = (
    ("Mon", "周一"),
    ("Tue", "周二"),
    ("Wed", "周三"),
    ("Thu", "周四"),
    ("Fri", "周五"),
    ("Sat", "周六"),
    ("Sun", "周日"),
)


def when(row: Promotion | PriceList, view: View) -> str:
    """Say when a row holds."""
    say = view.say
    parts = []
    if row.starts_at:
        parts.append(f"{say('from', '自')} {_time(row.starts_at)}")
    if row.ends_at:
        parts.append(f"{say('until', '至')} {_time(row.ends_at)}")
    # A row that was never judged may hold days that no week has.
    days = [say(*WEEKDAYS[day - 1]) for day in row.weekdays if 1 <= day <= 7]
    if days:
        parts.append(say(", ", "、").join(days))
    if row.month_days:
        of_month = ", ".join(str(day) for day in row.month_days)
        parts.append(say(f"days {of_month} of the month", f"每月 {of_month} 日"))
    parts += row.hours
    return " · ".join(parts) or say("always", "始终")


def whom(row: Promotion | PriceList, view: View) -> str:
    """Say for whom a row holds, and where."""
    say = view.say
    tiers = list(row.member_tiers)
    parts = []
    if isinstance(row, Promotion):
        tiers = [tier for tier in dict.fromkeys((row.member_tier, *tiers)) if tier]
    if ANY_MEMBER in tiers:
        parts.append(say("every member", "所有会员"))
    elif tiers:
        parts.append(f"{say('members', '会员')} {', '.join(tiers)}")
    if row.member_groups:
        parts.append(f"{say('groups', '群组')} {', '.join(row.member_groups)}")
    if isinstance(row, Promotion):
        if row.birthday:
            parts.append(
                say("on the birthday", "生日当天")
                if row.birthday == "day"
                else say("in the birthday's month", "生日当月")
            )
        if row.first_order:
            parts.append(say("first order", "首单"))
    if row.channels:
        parts.append(", ".join(channel(one, view) for one in row.channels))
    return " · ".join(parts) or say("everybody", "所有人")


def channel(name: str, view: View) -> str:
    """Return what a channel is called."""
    called = {"store": ("in the store", "门店"), "online": ("online", "线上")}
    return view.say(*called.get(name, (name, name)))


def _time(text: str) -> str:
    return text.replace("T00:00:00", "").replace("T", " ")
