"""The page on which one promotion is written: its fields, a trial, the row as JSON, what is in the way."""

from __future__ import annotations

from typing import Final

import msgspec

from retail.promotions.rule import Promotion
from sync.server.editing.argument import Argument, Typed
from sync.server.editing.argument_texts import MOST_ROWS, field_of, has_rows, row_count, row_field
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.promotion_desk import PromotionEdit
from sync.server.editing.promotion_form import LIMITS
from sync.server.editing.row_json import json_text
from sync.server.web.condition_fields import label_of, part, scope_part, shelves, when_part, whom_fields
from sync.server.web.conflict import conflict_message
from sync.server.web.fields import Fields
from sync.server.web.frame import PROMOTIONS, View, page
from sync.server.web.json_part import json_part
from sync.server.web.markup import Html, html, tag
from sync.server.web.promotions_page import EDIT, REMOVE
from sync.server.web.stores import seen_fields, store_fields
from sync.server.web.trial_part import trial_part

_SPARE_ROWS: Final = 3


def render_promotion(
    view: View,
    edit: PromotionEdit,
    token: str,
    *,
    theirs: Promotion | None = None,
    conflict: bool = False,
) -> str:
    """Return the page. After a `conflict`, `theirs` is the row as somebody else left it, None for removed."""
    say, shop, form = view.say, edit.shop, edit.form
    fields = Fields(view, form, edit.problems)
    kind = form.text("kind")
    existing = form.text("original_id")
    title = say("Edit promotion", "编辑促销") if existing else say("New promotion", "新建促销")
    wrong = say("This is to be looked at; nothing was published:", "以下内容需要处理，尚未发布：")
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{existing or view.text(KIND_FORMS[kind].name)} · {shop.store_id}")),
        conflict_message(view, edit.promotion, theirs) if conflict else None,
        fields.summary(wrong),
        tag(
            "form",
            # The first button is what the Enter key presses: it publishes nothing.
            tag("button", name="do", value="check", hidden=True, tabindex="-1"),
            fields.hidden("token", token),
            fields.hidden("original_id", existing),
            seen_fields(fields, edit.seen),
            _what(view, fields, edit),
            scope_part(view, fields, shop, edit.products),
            when_part(view, fields),
            _whom(view, fields, edit),
            _limits(view, fields, kind),
            _beside(view, fields),
            trial_part(view, fields, edit.trial, shop.digits, EDIT),
            _publish(view, fields, edit),
            json_part(view, fields, edit.problems, "docs/promotions.md"),
            method="post",
            action=view.link(EDIT),
        ),
    )


def _what(view: View, fields: Fields, edit: PromotionEdit) -> Html:
    say, form = view.say, edit.form
    kind = KIND_FORMS[form.text("kind")]
    kinds = [(name, view.text(one.name)) for name, one in KIND_FORMS.items()]
    identity = fields.line(
        "promotion_id",
        label_of("promotion_id", view),
        say("Left empty, one is made from the name.", "留空则根据名称生成。"),
    )
    change = tag("button", say("Show the fields of this kind", "显示此类型的字段"), name="do", value="check")
    return part(
        say("What it is", "促销内容"),
        fields.line("label", label_of("label", view), say("What the receipt says.", "小票上显示的名称。")),
        fields.line(
            "label_zh", label_of("label_zh", view), say("On a Chinese receipt.", "中文小票上显示的名称。")
        ),
        None if form.text("original_id") else identity,
        tag("div", fields.choice("kind", label_of("kind", view), kinds), html(change), class_="field"),
        [_argument(view, fields, edit, argument) for argument in kind.arguments],
        sentence=view.text(kind.sentence),
    )


def _argument(view: View, fields: Fields, edit: PromotionEdit, argument: Argument) -> Html:
    name, label = field_of(argument.name), view.text(argument.label)
    sentence = view.text(argument.sentence)
    if has_rows(argument):
        assert argument.first is not None, argument.name
        assert argument.second is not None, argument.name
        rows = min(row_count(argument, edit.form) + _SPARE_ROWS, MOST_ROWS)
        names = [
            (row_field(argument.name, row, "first"), row_field(argument.name, row, "second"))
            for row in range(rows)
        ]
        heads = view.text(argument.first[1]), view.text(argument.second[1])
        return fields.rows(name, label, sentence, heads, names, even=argument.typed is Typed.STEPS)
    if argument.typed is Typed.CHOICE:
        empty = [] if argument.needed else [("", "")]
        choices = [(value, view.text(called)) for value, called in argument.choices]
        return fields.choice(name, label, [*empty, *choices], sentence)
    if argument.typed is Typed.YES:
        return fields.tick(name, label, sentence)
    if argument.typed is Typed.PRODUCTS:
        return fields.area(name, label, sentence, rows=2)
    if argument.typed is Typed.CATEGORIES:
        return fields.ticks(name, label, shelves(view, edit.shop), sentence)
    return fields.line(name, label, sentence, numeric=True)


def _whom(view: View, fields: Fields, edit: PromotionEdit) -> Html:
    say = view.say
    birthdays = (
        ("", say("does not matter", "不限")),
        ("day", say("on the day", "生日当天")),
        ("month", say("in its month", "生日当月")),
    )
    return part(
        say("For whom", "适用对象"),
        whom_fields(view, fields, edit.shop),
        fields.choice("birthday", label_of("birthday", view), birthdays),
        fields.tick("first_order", label_of("first_order", view)),
        fields.line(
            "coupon_code",
            label_of("coupon_code", view),
            say("Only with this code; capitals do not matter.", "须出示此券码；不分大小写。"),
        ),
        fields.tick("not_combinable", label_of("not_combinable", view)),
    )


def _limits(view: View, fields: Fields, kind: str) -> Html:
    say = view.say
    return part(
        say("From what, and how often", "最低要求与限次"),
        fields.line(
            "minimum_minor",
            label_of("minimum_minor", view),
            say("What the lines it touches must come to.", "适用商品合计须达到的金额。"),
            numeric=True,
        ),
        fields.line(
            "minimum_quantity",
            label_of("minimum_quantity", view),
            say("A weighed line counts as one.", "称重商品每行算一件。"),
            numeric=True,
        ),
        [
            fields.line(name, f"{say('Limit', '限次')}: {label_of(name, view).lower()}", numeric=True)
            for name in LIMITS
        ],
        sentence=view.text(KIND_FORMS[kind].limits) + say(" Empty is no limit.", "留空不限。"),
    )


def _beside(view: View, fields: Fields) -> Html:
    say = view.say
    return part(
        say("Beside other promotions", "与其他促销"),
        fields.line(
            "priority",
            label_of("priority", view),
            say("The lower number is applied first; 100 is usual.", "数字小的先计算；一般为 100。"),
            numeric=True,
        ),
        fields.line(
            "exclusion_group",
            label_of("exclusion_group", view),
            say(
                "Of those in one group no line takes two; the customer gets the better.",
                "同组促销在同一行只用一个，取对顾客更优惠的。",
            ),
        ),
        fields.tick(
            "exclusive",
            label_of("exclusive", view),
            say(
                "It takes only lines that no other has touched, and closes them.",
                "只用于未参加其他促销的行，且此后该行不再参加。",
            ),
        ),
        fields.tick(
            "needs_network",
            label_of("needs_network", view),
            say("A till without a network leaves it out.", "断网的收银机不使用它。"),
        ),
    )


def _publish(view: View, fields: Fields, edit: PromotionEdit) -> Html:
    say = view.say
    doubts = [problem for problem in edit.problems if problem.doubt]
    existing = edit.form.text("original_id")
    return html(
        store_fields(
            view,
            edit.shop,
            edit.seen,
            say("Publish it also in", "同时发布到"),
            ticked=edit.form.texts("stores"),
        ),
        fields.tick(
            "all_the_same",
            say("I have read what is told above; publish it all the same.", "我已阅读以上提示，仍要发布。"),
        )
        if doubts
        else None,
        tag(
            "div",
            tag("button", say("Publish", "发布"), name="do", value="publish", class_="main"),
            tag("button", say("Check", "检查"), name="do", value="check"),
            tag("a", say("Back to the list", "返回列表"), href=view.link(PROMOTIONS), class_="button"),
            tag("a", say("Remove", "删除"), href=view.link(REMOVE, id=existing)) if edit.present else None,
            class_="actions",
        ),
    )


def with_json(edit: PromotionEdit) -> PromotionEdit:
    """Return the edit with its row as JSON in the box, as far as the fields say one."""
    wrong = any(not problem.doubt for problem in edit.problems)
    if edit.promotion is None or (wrong and edit.present is None):
        return edit
    return msgspec.structs.replace(edit, form=edit.form.with_texts({"json": (json_text(edit.promotion),)}))
