"""The page on which one price list is written: its rule, its conditions, a trial, the row as JSON."""

from __future__ import annotations

import msgspec

from retail.money import Rounding
from retail.price_list import PriceList
from sync.server.editing.price_list_desk import PriceListEdit
from sync.server.editing.row_json import json_text
from sync.server.web.condition_fields import label_of, part, scope_part, when_part, whom_fields
from sync.server.web.conflict import conflict_message
from sync.server.web.fields import Fields
from sync.server.web.frame import PRICE_LISTS, View, page
from sync.server.web.json_part import json_part
from sync.server.web.markup import Html, html, tag
from sync.server.web.price_lists_page import EDIT_LIST, PRICES, REMOVE_LIST
from sync.server.web.stores import seen_fields, store_fields
from sync.server.web.trial_part import trial_part

ROUNDINGS: dict[Rounding, tuple[str, str]] = {
    Rounding.HALF_UP: ("to the nearest, halves up", "四舍五入"),
    Rounding.HALF_DOWN: ("to the nearest, halves down", "五舍六入"),
    Rounding.HALF_EVEN: ("to the nearest, halves to even", "四舍六入五成双"),
    Rounding.UP: ("up", "向上取整"),
    Rounding.DOWN: ("down", "向下取整"),
}


def render_price_list(
    view: View,
    edit: PriceListEdit,
    token: str,
    *,
    theirs: PriceList | None = None,
    conflict: bool = False,
) -> str:
    """Return the page. After a `conflict`, `theirs` is the row as somebody else left it, None for removed."""
    say, shop = view.say, edit.shop
    fields = Fields(view, edit.form, edit.problems)
    existing = edit.form.text("original_id")
    title = say("Edit price list", "编辑价目表") if existing else say("New price list", "新建价目表")
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{existing} · {shop.store_id}" if existing else shop.store_id)),
        conflict_message(view, edit.row, theirs) if conflict else None,
        fields.summary(say("This is to be looked at:", "以下内容需要处理：")),
        tag(
            "form",
            # The first button is what the Enter key presses: it publishes nothing.
            tag("button", name="do", value="check", hidden=True, tabindex="-1"),
            fields.hidden("token", token),
            fields.hidden("original_id", existing),
            fields.hidden("currency_code", edit.row.currency_code),
            seen_fields(fields, edit.seen),
            _what(view, fields, edit),
            _rule(view, fields, edit),
            scope_part(view, fields, shop, edit.products),
            when_part(view, fields),
            part(say("For whom", "适用对象"), whom_fields(view, fields, shop)),
            trial_part(view, fields, edit.trial, shop.digits, EDIT_LIST),
            _publish(view, edit),
            json_part(view, fields, edit.problems, "docs/price-lists.md"),
            method="post",
            action=view.link(EDIT_LIST),
        ),
    )


def with_list_json(edit: PriceListEdit) -> PriceListEdit:
    """Return the edit with its row as JSON in the box, as far as the fields say one."""
    if not edit.sound and edit.present is None:
        return edit
    return msgspec.structs.replace(edit, form=edit.form.with_texts({"json": (json_text(edit.row),)}))


def _what(view: View, fields: Fields, edit: PriceListEdit) -> Html:
    say = view.say
    identity = fields.line(
        "list_id", label_of("list_id", view), say("Short, such as wholesale.", "简短，例如 wholesale。")
    )
    return part(
        say("What it is", "价目表"),
        fields.line("name", label_of("name", view)),
        fields.line("name_zh", label_of("name_zh", view)),
        None if edit.form.text("original_id") else identity,
        fields.line(
            "position",
            label_of("position", view),
            say("The lower number is asked first; 100 is usual.", "数字小的先查询；一般为 100。"),
            numeric=True,
        ),
    )


def _rule(view: View, fields: Fields, edit: PriceListEdit) -> Html:
    say = view.say
    others = [
        (one.list_id, f"{view.text(one.name)} · {one.list_id}")
        for one in edit.shop.price_lists
        if one.list_id != edit.row.list_id
    ]
    gone = edit.form.text("based_on")
    if gone and gone not in dict(others):
        others.append((gone, gone))
    return part(
        say("How it derives prices", "价格推算规则"),
        fields.choice(
            "based_on", label_of("based_on", view), [("", say("the store's price", "门店价")), *others]
        ),
        fields.line(
            "percent",
            label_of("percent", view),
            say("Such as -10 for a tenth less, 5 for more.", "例如 -10 表示减 10%，5 表示加 5%。"),
        ),
        fields.line(
            "amount_minor",
            label_of("amount_minor", view),
            say("Such as -0.50 or 1.00.", "例如 -0.50 或 1.00。"),
        ),
        fields.line(
            "round_to_minor",
            label_of("round_to_minor", view),
            say("Such as 1.00; empty is as fine as the money.", "例如 1.00；留空按最小货币单位。"),
            numeric=True,
        ),
        fields.choice(
            "rounding", label_of("rounding", view), [(one.value, say(*ROUNDINGS[one])) for one in Rounding]
        ),
        fields.line(
            "below_step_minor",
            label_of("below_step_minor", view),
            say(
                "With steps of 1.00, 0.01 makes prices that end in .99.",
                "取整单位 1.00 再减 0.01，价格即以 .99 结尾。",
            ),
            numeric=True,
        ),
        sentence=say(
            "What has no price of its own on the list gets one by this rule. All of it empty: the list "
            "has its own prices only.",
            "表上没有自有价格的商品按此规则推算。全部留空则只有自有价格。",
        ),
    )


def _publish(view: View, edit: PriceListEdit) -> Html:
    say = view.say
    title = say("Publish it also in", "同时发布到")
    existing = edit.form.text("original_id")
    beside = [
        tag("a", say("Its prices", "表上价格"), href=view.link(PRICES, list=existing)),
        tag("a", say("Remove", "删除"), href=view.link(REMOVE_LIST, id=existing)),
    ]
    return html(
        store_fields(view, edit.shop, edit.seen, title, ticked=edit.form.texts("stores")),
        tag(
            "div",
            tag("button", say("Publish", "发布"), name="do", value="publish", class_="main"),
            tag("button", say("Check", "检查"), name="do", value="check"),
            tag("a", say("Back to the list", "返回列表"), href=view.link(PRICE_LISTS), class_="button"),
            beside if edit.present else None,
            class_="actions",
        ),
    )
