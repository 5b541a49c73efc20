"""Promotions and price lists as JSON text that a person edits: read whole and bounded, or refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from retail.catalogue import LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR
from retail.occasion import BIRTHDAY_PERIODS
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from sync.server.editing import typed
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.typed import Unreadable

LONGEST_JSON: Final = 200_000

RowT = TypeVar("RowT", Promotion, PriceList)


def json_text(row: msgspec.Struct) -> str:
    """Return a row as JSON for a person: fields that say nothing left out, indented."""
    said = {
        name: value
        for name, value in msgspec.to_builtins(row).items()
        if name not in (usual := _usual(type(row))) or value != usual[name]
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode()


def promotion_of_json(text: str) -> Promotion:
    """Read a promotion's row; raises `Unreadable` for anything that is not one, or larger than one may be."""
    promotion = _row_of_json(text, Promotion)
    if promotion.kind not in KIND_FORMS:
        kind = promotion.kind[:40]
        raise Unreadable(LocalisedText(f"There is no kind of promotion “{kind}”.", f"没有促销类型“{kind}”。"))
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
    return promotion


def price_list_of_json(text: str) -> PriceList:
    """Read a price list's row; raises `Unreadable` as `promotion_of_json` does."""
    return _row_of_json(text, PriceList)


def _row_of_json(text: str, row_type: type[RowT]) -> RowT:
    if len(text) > LONGEST_JSON:
        raise Unreadable(LocalisedText("The text is too long.", "文本过长。"))
    try:
        row = msgspec.json.decode(text, type=row_type)
        given = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as wrong:
        raise Unreadable(
            LocalisedText(f"This is no such row: {wrong}", f"这不是有效的数据行：{wrong}")
        ) from wrong
    for name in given:
        if name not in row_type.__struct_fields__ and name != "row":
            raise Unreadable(LocalisedText(f"There is no field “{name[:40]}”.", f"没有字段“{name[:40]}”。"))
    for name in row_type.__struct_fields__:
        _check_size(name, getattr(row, name))
    return row


def _check_size(name: str, value: object) -> None:
    """Refuse what no page could have typed: texts, lists and numbers beyond their bounds."""
    parts: tuple[object, ...] = (value,)
    if isinstance(value, LocalisedText):
        parts = (value.en, value.zh)
    elif isinstance(value, dict):
        parts = (*value, *(part for text in value.values() for part in text.replace("|", ",").split(",")))
    elif isinstance(value, tuple):
        parts = value
    if len(parts) > 2 * typed.LONGEST_LIST:
        raise Unreadable(LocalisedText(f"{name} has too many entries.", f"{name} 条目过多。"))
    for part in parts:
        if isinstance(part, str):
            typed.read_line(part)
        elif isinstance(part, int) and abs(part) > LARGEST_AMOUNT_MINOR:
            raise Unreadable(LocalisedText(f"{name} is too large.", f"{name} 过大。"))
        elif isinstance(part, Decimal) and not _is_plain(part):
            raise Unreadable(LocalisedText(f"{name} is no number of ours.", f"{name} 不是有效数字。"))


def _is_plain(value: Decimal) -> bool:
    return value.is_finite() and value.copy_abs() <= LARGEST_AMOUNT_MINOR and value == round(value, 9)


def _usual(row_type: type[msgspec.Struct]) -> dict[str, object]:
    """Return what the fields of a row say when they are left out."""
    usual = {}
    for field in msgspec.structs.fields(row_type):
        if field.default is not msgspec.NODEFAULT:
            usual[field.encode_name] = msgspec.to_builtins(field.default)
        elif field.default_factory is not msgspec.NODEFAULT:
            usual[field.encode_name] = msgspec.to_builtins(field.default_factory())
    return usual
