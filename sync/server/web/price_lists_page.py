"""The list of a store's price lists, and the page that asks before one is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from retail.price_list import PriceList
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.price_list_desk import ListedPriceList
from sync.server.editing.row_json import json_text
from sync.server.editing.shop import Shop
from sync.server.editing.typed import major_text, plain_text
from sync.server.web.fields import Fields
from sync.server.web.frame import PRICE_LISTS, View, message, page, store_choice, table
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.promotions_page import done_message, state_chip
from sync.server.web.stores import seen_fields
from sync.server.web.summaries import when, whom

NEW_LIST = f"{PRICE_LISTS}/new"
EDIT_LIST = f"{PRICE_LISTS}/edit"
REMOVE_LIST = f"{PRICE_LISTS}/remove"
PRICES = f"{PRICE_LISTS}/prices"

LIST_DONE: Final[dict[str, tuple[str, str]]] = {
    "published": ("Published. Tills have it a moment later: ", "已发布，收银机稍后即会更新："),
    "removed": ("Removed, with its prices: ", "已连同价格一起删除："),
}


def rule_text(row: PriceList, view: View, digits: int) -> str:
    """Say in a few words how a list derives prices."""
    say = view.say
    if not row.derives:
        return say("own prices only", "仅自有价格")
    parts = [row.based_on or say("store's price", "门店价")]
    if row.percent:
        parts.append(f"{plain_text(row.percent)} %")
    if row.amount_minor:
        sign = "+" if row.amount_minor > 0 else "−"
        parts.append(f"{sign}{major_text(abs(row.amount_minor), digits)}")
    if row.round_to_minor:
        step = major_text(row.round_to_minor, digits)
        parts.append(say(f"in steps of {step}", f"按 {step} 取整"))
    if row.below_step_minor:
        parts.append(f"−{major_text(row.below_step_minor, digits)}")
    return " ".join(parts)


def render_price_lists(
    view: View, shop: Shop, stores: Sequence[tuple[str, str]], listed: Sequence[ListedPriceList]
) -> str:
    """Return the list of lists, in the order in which they are asked."""
    say = view.say
    title = say("Price lists", "价目表")
    heads = (
        say("Name", "名称"),
        say("State", "状态"),
        say("Rule", "规则"),
        say("Prices", "价格数"),
        say("When", "时间"),
        say("For whom", "对象"),
        say("Position", "顺序"),
        "",
    )
    told = say(
        "Lists are asked in this order; the first that holds and has a price for the product decides. "
        "Otherwise the store's price stays.",
        "按此顺序查询；第一个有效且有该商品价格的价目表生效，否则使用门店价。",
    )
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{view.text(shop.settings.name)} · {shop.store_id}")),
        done_message(view, LIST_DONE),
        store_choice(view, stores),
        tag(
            "div",
            tag("p", told, class_="help"),
            tag("a", say("New price list", "新建价目表"), href=view.link(NEW_LIST), class_="button main end"),
            class_="bar",
        ),
        table(
            heads,
            [_row(one, view, shop.digits) for one in listed],
            say("There is no price list yet.", "还没有价目表。"),
            numbers=(3, 6),
            class_="list",
        ),
    )


def _row(one: ListedPriceList, view: View, digits: int) -> Sequence[Content]:
    row, say = one.row, view.say
    links = tag(
        "span",
        tag("a", say("Prices", "价格"), href=view.link(PRICES, list=row.list_id)),
        tag("a", say("Edit", "编辑"), href=view.link(EDIT_LIST, id=row.list_id)),
        tag("a", say("Duplicate", "复制"), href=view.link(NEW_LIST, copy=row.list_id)),
        tag("a", say("Remove", "删除"), href=view.link(REMOVE_LIST, id=row.list_id)),
        class_="links",
    )
    wrong = [
        tag("span", view.text(each.sentence), class_="wrong doubt" if each.doubt else "wrong")
        for each in one.problems
    ]
    return (
        html(tag("strong", view.text(row.name)), tag("span", row.list_id, class_="sub"), wrong),
        state_chip(one.state, view),
        rule_text(row, view, digits),
        f"{one.prices:,}",
        when(row, view),
        whom(row, view),
        str(row.position),
        links,
    )


def render_list_removal(
    view: View,
    one: ListedPriceList,
    seen: Mapping[str, str],
    prices_seen: str,
    token: str,
    *,
    changed: bool,
    problems: Sequence[FieldProblem],
) -> str:
    """Return the page that asks before a list is removed; `problems` say why it cannot be."""
    say, row = view.say, one.row
    title = say("Remove this price list?", "删除此价目表？")
    fields = Fields(view, Form({}), problems)
    meanwhile = say(
        "Somebody else has changed it or its prices meanwhile. Nothing was removed.",
        "其他人刚刚修改了此价目表或其价格。尚未删除。",
    )
    count = say(f"Its {one.prices} prices are removed with it.", f"表上的 {one.prices} 个价格将一并删除。")
    return page(
        view,
        title,
        tag("h1", title, tag("small", row.list_id)),
        message("warn", meanwhile) if changed else None,
        fields.summary(say("It cannot be removed:", "无法删除：")),
        tag("p", tag("strong", view.text(row.name)), " ", state_chip(one.state, view)),
        tag("p", count),
        tag(
            "form",
            fields.hidden("token", token),
            seen_fields(fields, seen),
            fields.hidden("prices_seen", prices_seen),
            _removal_actions(view),
            method="post",
            action=view.link(REMOVE_LIST, id=row.list_id),
        ),
        tag("details", tag("summary", "JSON"), tag("pre", json_text(row))),
    )


def _removal_actions(view: View) -> Html:
    say = view.say
    return tag(
        "div",
        tag("button", say("Remove", "删除"), class_="remove"),
        tag("a", say("Keep it", "保留"), href=view.link(PRICE_LISTS), class_="button"),
        class_="actions",
    )
