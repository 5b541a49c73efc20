"""A promotion as the fields of its page and back."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from retail.catalogue import LocalisedText
from retail.occasion import BIRTHDAY_PERIODS
from retail.promotions.rule import Promotion
from sync.server.editing import typed
from sync.server.editing.argument_texts import argument_fields, read_arguments
from sync.server.editing.conditions import condition_fields, read_conditions
from sync.server.editing.form import Form
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.reading import Reading

LIMITS: Final = ("limit_per_sale", "limit_per_member", "limit_per_day", "limit_in_campaign")
LARGEST_PRIORITY: Final = 99_999
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


def _unless_none(number: str) -> str:
    return "" if number == "0" else number
