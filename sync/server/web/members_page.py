"""Members in the back office: found, exported, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from sync.server.database.personal_rows import MOST_FOUND, FoundMember
from sync.server.editing.form import Form
from sync.server.web.fields import Fields
from sync.server.web.frame import MEMBERS, View, message, page, table
from sync.server.web.markup import Html, html, tag

MEMBER: Final = f"{MEMBERS}/member"
EXPORT: Final = f"{MEMBERS}/export"
ERASE: Final = f"{MEMBERS}/erase"


class MemberOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """One member, and how much is held about them."""

    member_id: str
    found: FoundMember | None
    counts: tuple[tuple[str, int], ...]
    open_orders: tuple[str, ...]


_COUNTED: Final[dict[str, tuple[str, str]]] = {
    "sales": ("sales", "笔销售"),
    "returns": ("returns", "笔退货"),
    "orders": ("online orders", "张网上订单"),
    "messages": ("messages", "条消息"),
    "points": ("grants of points", "次积分记录"),
    "baskets": ("baskets in the storefront", "个网店购物篮"),
}


def render_members(view: View, found: Sequence[FoundMember], text: str, *, done: str = "") -> str:
    """Return the list; `done` is who was forgotten just now."""
    say = view.say
    title = say("Members", "会员")
    fields = Fields(view, Form({"q": (text,)}), ())
    forgotten = say(
        "Forgotten. Tills remove the row as soon as they are heard; sales stay as figures.",
        "已删除。收银机联网后即移除该会员；销售仅保留数字。",
    )
    heads = (say("Number", "编号"), say("Name", "姓名"), say("Tier", "等级"), say("Stores", "门店"))
    rows = [
        (
            tag("a", one.member.member_id, href=view.link(MEMBER, id=one.member.member_id)),
            view.text(one.member.display_name),
            one.member.tier,
            ", ".join(one.stores),
        )
        for one in found
    ]
    return page(
        view,
        title,
        tag(
            "h1",
            title,
            tag("small", say("Personal data: show, export, forget", "个人数据：查看、导出、删除")),
        ),
        message("good", f"{done}: {forgotten}") if done else None,
        tag(
            "form",
            fields.line(
                "q", say("Name, number, card, last digits of the telephone", "姓名、编号、卡号、电话尾号")
            ),
            fields.hidden("lang", view.language),
            tag("button", say("Search", "查找")),
            method="get",
            action=MEMBERS,
            class_="bar",
        ),
        table(heads, rows, say("Nobody is like that.", "没有符合条件的会员。"), class_="list whole"),
        tag("p", say(f"The first {MOST_FOUND} are shown.", f"仅显示前 {MOST_FOUND} 个。"), class_="help")
        if len(found) == MOST_FOUND
        else None,
    )


def render_member(view: View, shown: MemberOnPage, token: str, *, refused: bool = False) -> str:
    """Return the page of one member; `refused` says that orders are still open."""
    say = view.say
    found = shown.found
    name = view.text(found.member.display_name) if found else shown.member_id
    counted = [
        tag("li", f"{count} {say(*_COUNTED[what])}")
        for what, count in shown.counts
        if what in _COUNTED and count
    ]
    numbers = ", ".join(shown.open_orders)
    waits = say(
        f"Orders are still open and need their customer: {numbers}. Hand them over or cancel them first. "
        "Nothing was changed.",
        f"仍有未完成的订单需要联系顾客：{numbers}。请先交付或取消。未作任何更改。",
    )
    return page(
        view,
        name,
        tag("h1", name, tag("small", shown.member_id)),
        message("bad", waits) if refused else None,
        _row(view, found)
        if found
        else message("info", say("The row is gone already.", "会员资料已不存在。")),
        tag("h2", say("What is held", "保存的数据")),
        tag("ul", counted) if counted else tag("p", say("Nothing besides.", "没有其他数据。"), class_="none"),
        _export(view, shown, token),
        _erase(view, shown, token) if view.may("POST", ERASE) else None,
    )


def _row(view: View, found: FoundMember) -> Html:
    say, member = view.say, found.member
    rows = [
        (say("Name", "姓名"), view.text(member.display_name)),
        (say("Card", "卡号"), member.card_number),
        (say("Telephone ends in", "电话尾号"), member.phone_tail),
        (say("Birthday", "生日"), member.birthday),
        (say("Tier", "等级"), member.tier),
        (say("Points", "积分"), str(member.points)),
        (say("Groups", "群组"), ", ".join(member.groups)),
        (say("Stores", "门店"), ", ".join(found.stores)),
    ]
    return tag(
        "dl", [html(tag("dt", label), tag("dd", value)) for label, value in rows if value], class_="facts"
    )


def _form(view: View, shown: MemberOnPage, action: str, token: str, *content: Html) -> Html:
    hidden = tag("input", type="hidden", name="token", value=token)
    address = view.link(action, id=shown.member_id)
    return tag("form", hidden, *content, method="post", action=address, class_="sheet narrow")


def _export(view: View, shown: MemberOnPage, token: str) -> Html:
    say = view.say
    return _form(
        view,
        shown,
        EXPORT,
        token,
        tag("h2", say("Export", "导出")),
        tag(
            "p",
            say(
                "Everything that is held about this person, as one JSON file.",
                "将该会员的全部数据导出为一个 JSON 文件。",
            ),
            class_="help",
        ),
        tag("div", tag("button", say("Export", "导出")), class_="actions"),
    )


def _erase(view: View, shown: MemberOnPage, token: str) -> Html:
    say = view.say
    return _form(
        view,
        shown,
        ERASE,
        token,
        tag("h2", say("Forget", "删除")),
        tag(
            "p",
            say(
                "The row goes from the centre and from every till; orders lose name, address, notes and "
                "messages. Sales and taxes stay as figures, under a number that leads to nobody. It cannot "
                "be taken back.",
                "会员资料将从中心和所有收银机移除；订单中的姓名、联系方式、备注和消息将被清除。"
                "销售与税务数据仅以无法对应到个人的编号保留。此操作不可撤销。",
            ),
            class_="help",
        ),
        tag(
            "label",
            tag("input", type="checkbox", name="sure", value="yes"),
            tag("span", say("This person has asked for it", "该会员已提出要求")),
            class_="tick",
        ),
        tag("div", tag("button", say("Forget this person", "删除此会员"), class_="remove"), class_="actions"),
    )
