"""The list of a store's promotions, the choice of a kind, and the page that asks before one is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sync.server.editing.form import Form
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.promotion_desk import ListedPromotion
from sync.server.editing.promotion_problems import STATES
from sync.server.editing.row_json import json_text
from sync.server.editing.shop import Shop
from sync.server.web.fields import Fields
from sync.server.web.frame import PROMOTIONS, View, chip, message, page, pages, store_choice, table
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.stores import seen_fields, store_fields
from sync.server.web.summaries import when, whom

NEW = f"{PROMOTIONS}/new"
EDIT = f"{PROMOTIONS}/edit"
REMOVE = f"{PROMOTIONS}/remove"

PAGE_ROWS: Final = 100

_STATES: Final[dict[str, tuple[str, str, str]]] = {
    "now": ("good", "active now", "进行中"),
    "later": ("info", "later", "未到时间"),
    "over": ("plain", "over", "已结束"),
    "broken": ("bad", "cannot be evaluated", "无法计算"),
}
"""Tone, English, Chinese of each state in `STATES`."""

DONE: Final[dict[str, tuple[str, str]]] = {
    "published": ("Published. Tills have it a moment later: ", "已发布，收银机稍后即会更新："),
    "removed": ("Removed: ", "已删除："),
}
"""What is said after something was done, by its code."""


def kind_name(kind: str, view: View) -> str:
    """Return what a kind of promotion is called."""
    return view.text(KIND_FORMS[kind].name) if kind in KIND_FORMS else kind


def state_chip(state: str, view: View) -> Html:
    """Return the label of a state."""
    tone, *both = _STATES[state]
    return chip(view.say(both[0], both[1]), tone)


def done_message(view: View, texts: Mapping[str, tuple[str, str]]) -> Content:
    """Return what the address says was done, nothing when it says nothing."""
    query = dict(view.query)
    if query.get("done") not in texts:
        return None
    return message("good", view.say(*texts[query["done"]]), tag("strong", query.get("about", "")))


def render_promotions(
    view: View,
    shop: Shop,
    stores: Sequence[tuple[str, str]],
    listed: Sequence[ListedPromotion],
    wanted_page: int,
) -> str:
    """Return the list, filtered as the address says."""
    query, say = dict(view.query), view.say
    found = [one for one in listed if _matches(one, query, view)]
    count = max(1, -(-len(found) // PAGE_ROWS))
    place = min(wanted_page, count)
    shown = found[(place - 1) * PAGE_ROWS : place * PAGE_ROWS]
    title = say("Promotions", "促销")
    heads = (
        say("Name", "名称"),
        say("State", "状态"),
        say("Kind", "类型"),
        say("When", "时间"),
        say("For whom", "对象"),
        say("Coupon", "优惠券"),
        say("Priority", "优先级"),
        say("Group", "互斥组"),
        "",
    )
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{view.text(shop.settings.name)} · {shop.store_id}")),
        done_message(view, DONE),
        store_choice(view, stores),
        _filter(view, query),
        tag("p", say(f"{len(found)} of {len(listed)}", f"{len(found)} / {len(listed)} 项"), class_="help"),
        table(
            heads,
            [_row(one, view) for one in shown],
            say("Nothing here.", "没有符合的促销。"),
            numbers=(6,),
            class_="list",
        ),
        pages(view, place, count),
    )


def _matches(one: ListedPromotion, query: dict[str, str], view: View) -> bool:
    promotion, wanted = one.promotion, query.get("q", "").casefold()
    texts = (
        promotion.promotion_id,
        promotion.label.en,
        promotion.label.zh,
        promotion.coupon_code,
        promotion.exclusion_group,
        kind_name(promotion.kind, view),
    )
    return query.get("state", one.state) in ("", one.state) and any(
        wanted in text.casefold() for text in texts
    )


def _filter(view: View, query: dict[str, str]) -> Html:
    say = view.say
    fields = Fields(view, Form({name: (text,) for name, text in query.items()}), ())
    states = [("", say("all", "全部")), *((one, say(*_STATES[one][1:])) for one in STATES)]
    return tag(
        "form",
        fields.hidden("store", view.store_id),
        fields.hidden("lang", view.language),
        fields.line("q", say("Find", "查找"), placeholder=say("name, id, coupon", "名称、编号、优惠券")),
        fields.choice("state", say("State", "状态"), states),
        tag("button", say("Show", "显示")),
        tag("a", say("New promotion", "新建促销"), href=view.link(NEW), class_="button main end"),
        method="get",
        action=PROMOTIONS,
        class_="bar",
    )


def _row(one: ListedPromotion, view: View) -> Sequence[Content]:
    promotion, say = one.promotion, view.say
    identity = promotion.promotion_id
    links = tag(
        "span",
        tag("a", say("Edit", "编辑"), href=view.link(EDIT, id=identity)),
        tag("a", say("Duplicate", "复制"), href=view.link(NEW, copy=identity)),
        tag("a", say("Remove", "删除"), href=view.link(REMOVE, id=identity)),
        class_="links",
    )
    wrong = [
        tag("span", view.text(each.sentence), class_="wrong doubt" if each.doubt else "wrong")
        for each in one.problems
    ]
    return (
        html(tag("strong", view.text(promotion.label)), tag("span", identity, class_="sub"), wrong),
        state_chip(one.state, view),
        kind_name(promotion.kind, view),
        when(promotion, view),
        whom(promotion, view),
        promotion.coupon_code,
        str(promotion.priority),
        promotion.exclusion_group,
        links,
    )


def render_kinds(view: View) -> str:
    """Return the choice of a kind for a new promotion."""
    title = view.say("New promotion: which kind?", "新建促销：选择类型")
    kinds = [
        tag(
            "li",
            tag(
                "a",
                tag("strong", view.text(kind.name)),
                tag("span", view.text(kind.sentence)),
                href=view.link(NEW, kind=name),
            ),
        )
        for name, kind in KIND_FORMS.items()
    ]
    return page(view, title, tag("h1", title), tag("ul", kinds, class_="kinds"))


def render_removal(
    view: View, shop: Shop, one: ListedPromotion, seen: Mapping[str, str], token: str, *, changed: bool
) -> str:
    """Return the page that asks before a promotion is removed; `seen` are its marks by store."""
    say, promotion = view.say, one.promotion
    title = say("Remove this promotion?", "删除此促销？")
    fields = Fields(view, Form({}), ())
    meanwhile = message(
        "warn",
        say(
            "Somebody else has changed it meanwhile. Nothing was removed; this is how it stands now.",
            "其他人刚刚修改了此促销。尚未删除；以下为当前内容。",
        ),
    )
    return page(
        view,
        title,
        tag("h1", title, tag("small", promotion.promotion_id)),
        meanwhile if changed else None,
        tag(
            "p",
            tag("strong", view.text(promotion.label)),
            " · ",
            kind_name(promotion.kind, view),
            " ",
            state_chip(one.state, view),
        ),
        tag(
            "p",
            say(
                "Tills stop giving it a moment later. Sales that had it stay as they are.",
                "收银机稍后即停止使用。已完成的销售不受影响。",
            ),
        ),
        tag(
            "form",
            fields.hidden("token", token),
            seen_fields(fields, seen),
            store_fields(
                view, shop, seen, say("Remove it also in", "同时从以下门店删除"), only_where_it_is=True
            ),
            tag(
                "div",
                tag("button", say("Remove", "删除"), class_="remove"),
                tag("a", say("Keep it", "保留"), href=view.link(PROMOTIONS), class_="button"),
                class_="actions",
            ),
            method="post",
            action=view.link(REMOVE, id=promotion.promotion_id),
        ),
        tag("details", tag("summary", "JSON"), tag("pre", json_text(promotion))),
    )
