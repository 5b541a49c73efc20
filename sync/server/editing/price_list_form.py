"""A price list as the fields of its page and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from retail.catalogue import LocalisedText
from retail.money import Rounding
from retail.price_list import PriceList
from sync.server.editing import typed
from sync.server.editing.conditions import condition_fields, read_conditions
from sync.server.editing.form import Form
from sync.server.editing.promotion_form import LARGEST_PRIORITY, LONGEST_ID
from sync.server.editing.reading import Reading

_PRICES: Final = ("round_to_minor", "below_step_minor")


def price_list_fields(row: PriceList, digits: int) -> Form:
    """Return the page's fields as the row says; amounts must have been found sound."""
    return Form(
        {
            **condition_fields(row),
            **{name: (_amount_text(getattr(row, name), digits),) for name in ("amount_minor", *_PRICES)},
            "list_id": (row.list_id,),
            "name": (row.name.en,),
            "name_zh": (row.name.zh,),
            "position": (str(row.position),),
            "currency_code": (row.currency_code,),
            "based_on": (row.based_on,),
            "percent": (typed.plain_text(row.percent) if row.percent else "",),
            "rounding": (row.rounding.value,),
            "member_tiers": (", ".join(row.member_tiers),),
        }
    )


def read_price_list(reading: Reading) -> PriceList:
    """Return the list that the fields say; only to be used when the reading has no problems."""
    name, name_zh = reading.line("name"), reading.line("name_zh")
    if not (name or name_zh):
        reading.wrong("name", LocalisedText("It needs a name.", "需要填写名称。"))
    fields: dict[str, Any] = {
        **read_conditions(reading),
        **{each: reading.unit_price(each) for each in _PRICES},
        "list_id": reading.line("list_id", LONGEST_ID),
        "name": LocalisedText(name, name_zh) if name else LocalisedText(name_zh),
        "position": reading.whole("position", least=-LARGEST_PRIORITY, most=LARGEST_PRIORITY, without=100),
        "currency_code": reading.line("currency_code", LONGEST_ID),
        "based_on": reading.line("based_on", LONGEST_ID),
        "percent": reading.decimal("percent"),
        "amount_minor": reading.unit_price("amount_minor", negative=True),
        "rounding": Rounding(reading.choice("rounding", [each.value for each in Rounding], "half_up")),
        "member_tiers": reading.words("member_tiers"),
    }
    return PriceList(**fields)


def _amount_text(minor: Decimal, digits: int) -> str:
    return typed.major_text(minor, digits) if minor else ""
