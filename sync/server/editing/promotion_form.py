"""A promotion as the fields of its page and back, and as the JSON text that stands in its row."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

import msgspec

from retail.catalogue import LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR
from retail.occasion import BIRTHDAY_PERIODS
from retail.promotions.rule import Promotion
from sync.server.editing import typed
from sync.server.editing.argument_texts import argument_fields, read_arguments
from sync.server.editing.conditions import condition_fields, read_conditions
from sync.server.editing.form import Form
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.reading import Reading
from sync.server.editing.typed import Unreadable

LIMITS: Final = ("limit_per_sale", "limit_per_member", "limit_per_day", "limit_in_campaign")
LARGEST_PRIORITY: Final = 99_999
LONGEST_JSON: Final = 200_000
LONGEST_ID: Final = 80

_AMOUNTS: Final = ("minimum_minor",)
_COUNTS: Final = ("minimum_quantity", *LIMITS)
_TICKED: Final = ("needs_network", "exclusive", "first_order")


def promotion_fields(promotion: Promotion, digits: int) -> Form:
    """Return the page's fields as the row says; its kind must be one of `KIND_FORMS`."""
    tiers = (promotion.member_tier, *promotion.member_tiers)
    fields: dict[str, tuple[str, ...]] = {
        **condition_fields(promotion),
        **argument_fields(KIND_FORMS[promotion.kind], promotion.arguments, digits),
        **{name: (_unless_none(str(getattr(promotion, name))),) for name in _COUNTS},
        **{name: ("yes" if getattr(promotion, name) else "",) for name in _TICKED},
        "promotion_id": (promotion.promotion_id,),
        "kind": (promotion.kind,),
        "label": (promotion.label.en,),
        "label_zh": (promotion.label.zh,),
        "member_tiers": (", ".join(dict.fromkeys(tier for tier in tiers if tier)),),
        "birthday": (promotion.birthday,),
        "coupon_code": (promotion.coupon_code,),
        "not_combinable": ("" if promotion.combinable else "yes",),
        "priority": (str(promotion.priority),),
        "exclusion_group": (promotion.exclusion_group,),
    }
    for name in _AMOUNTS:
        amount = getattr(promotion, name)
        fields[name] = (typed.major_text(amount, digits) if amount else "",)
    return Form(fields)


def read_promotion(reading: Reading) -> Promotion:
    """Return the promotion that the fields say; only to be used when the reading has no problems."""
    kind = reading.choice("kind", KIND_FORMS)
    label, label_zh = reading.line("label"), reading.line("label_zh")
    if not (label or label_zh):
        reading.wrong(
            "label",
            LocalisedText("It needs a name, which the receipt shows.", "需要填写名称，小票上会显示。"),
        )
    tiers = reading.words("member_tiers")
    fields: dict[str, Any] = {
        **read_conditions(reading),
        **{name: reading.whole(name) for name in _COUNTS},
        **{name: reading.amount(name) for name in _AMOUNTS},
        **{name: reading.form.ticked(name) for name in _TICKED},
        "promotion_id": reading.line("promotion_id", LONGEST_ID),
        "kind": kind,
        "label": LocalisedText(label, label_zh) if label else LocalisedText(label_zh),
        "arguments": read_arguments(KIND_FORMS[kind], reading),
        # Tills of before `member_tiers` know one tier only: to them it must not be everybody's.
        "member_tier": tiers[0] if len(tiers) == 1 else "",
        "member_tiers": tiers if len(tiers) > 1 else (),
        "birthday": reading.choice_of("birthday", reading.form.text("birthday"), BIRTHDAY_PERIODS),
        "coupon_code": reading.line("coupon_code", LONGEST_ID),
        "combinable": not reading.form.ticked("not_combinable"),
        "priority": reading.whole("priority", least=-LARGEST_PRIORITY, most=LARGEST_PRIORITY, without=100),
        "exclusion_group": reading.line("exclusion_group", LONGEST_ID),
    }
    return Promotion(**fields)


def new_id(promotion: Promotion, taken: Collection[str]) -> str:
    """Return an id for a promotion that was given none: from its name, and not one of those taken."""
    words = re.sub(r"[^a-z0-9]+", "-", promotion.label.en.lower()).strip("-")[: LONGEST_ID - 10]
    beginning = words or promotion.kind.replace("_", "-")
    numbered = (f"{beginning}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (beginning, *numbered) if one not in taken)


def json_text(row: msgspec.Struct) -> str:
    """Return a row as JSON for a person: fields that say nothing left out, indented."""
    named = msgspec.to_builtins(row)
    usual = {
        field.encode_name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(type(row))
        if field.default is not msgspec.NODEFAULT
    }
    usual |= {
        field.encode_name: msgspec.to_builtins(field.default_factory())
        for field in msgspec.structs.fields(type(row))
        if field.default_factory is not msgspec.NODEFAULT
    }
    said = {name: value for name, value in named.items() if name not in usual or value != usual[name]}
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode()


def promotion_of_json(text: str) -> Promotion:
    """Read a promotion's row; raises `Unreadable` for anything that is not one, or larger than one may be."""
    promotion = _row_of_json(text)
    if promotion.kind not in KIND_FORMS:
        raise Unreadable(
            LocalisedText(
                f"There is no kind of promotion “{promotion.kind[:40]}”.",
                f"没有促销类型“{promotion.kind[:40]}”。",
            )
        )
    known = {argument.name for argument in KIND_FORMS[promotion.kind].arguments}
    for name in promotion.arguments:
        if name not in known:
            raise Unreadable(
                LocalisedText(
                    f"This kind of promotion has no argument “{name[:40]}”.",
                    f"此类促销没有参数“{name[:40]}”。",
                )
            )
    if promotion.birthday not in BIRTHDAY_PERIODS:
        raise Unreadable(
            LocalisedText("birthday is “day”, “month” or left out.", "birthday 只能是“day”“month”或不填。")
        )
    _check_size(promotion)
    return promotion


def _row_of_json(text: str) -> Promotion:
    if len(text) > LONGEST_JSON:
        raise Unreadable(LocalisedText("The text is too long.", "文本过长。"))
    try:
        promotion = msgspec.json.decode(text, type=Promotion)
        given = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as wrong:
        raise Unreadable(
            LocalisedText(f"This is no promotion: {wrong}", f"这不是有效的促销数据：{wrong}")
        ) from wrong
    for name in given:
        if name not in Promotion.__struct_fields__ and name != "row":
            raise Unreadable(
                LocalisedText(f"A promotion has no field “{name[:40]}”.", f"促销没有字段“{name[:40]}”。")
            )
    return promotion


def _check_size(promotion: Promotion) -> None:
    """Refuse what no page could have typed: texts, lists and numbers beyond their bounds."""
    for name in Promotion.__struct_fields__:
        value = getattr(promotion, name)
        texts: tuple[object, ...] = ()
        if isinstance(value, LocalisedText):
            texts = (value.en, value.zh)
        elif isinstance(value, dict):
            texts = (*value, *(part for text in value.values() for part in text.replace("|", ",").split(",")))
        elif isinstance(value, tuple):
            texts = value
        elif isinstance(value, str | int):
            texts = (value,)
        if len(texts) > 2 * typed.LONGEST_LIST:
            raise Unreadable(LocalisedText(f"{name} has too many entries.", f"{name} 条目过多。"))
        for text in texts:
            if isinstance(text, str):
                typed.read_line(text)
            elif isinstance(text, int) and abs(text) > LARGEST_AMOUNT_MINOR:
                raise Unreadable(LocalisedText(f"{name} is too large.", f"{name} 过大。"))


def _unless_none(number: str) -> str:
    return "" if number == "0" else number
