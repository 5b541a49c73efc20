"""When, for whom and on what a row holds, as fields of a page: the same for promotions and price lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from retail.occasion import CHANNELS, Bound, ConditionInvalid
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from sync.server.editing.reading import Reading, ids_text

_PRODUCTS: Final = ("product_ids", "excluded_product_ids")
_CATEGORIES: Final = ("category_ids", "excluded_category_ids")
_TIMES: Final = ("starts_at", "ends_at")
_WORDS: Final = ("hours", "member_groups")
_DAYS: Final = {"weekdays": 7, "month_days": 31}

CONDITION_FIELDS: Final = frozenset((*_PRODUCTS, *_CATEGORIES, *_TIMES, *_WORDS, *_DAYS, "channels"))
"""The fields of a row that are read and shown here."""

_DATE_AND_CLOCK: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) +([0-9].*)", re.ASCII)

REASON_FIELDS: Final[dict[str, str]] = {
    "ends_before_it_starts": "ends_at",
    "bad_weekdays": "weekdays",
    "bad_month_days": "month_days",
    "bad_hours": "hours",
    "bad_channels": "channels",
    "bad_birthday": "birthday",
}
"""At which field a reason of `ConditionInvalid` is told; for `bad_time` see `time_field`."""


def condition_fields(row: Promotion | PriceList) -> dict[str, tuple[str, ...]]:
    """Return the fields in which a row's conditions and scope stand."""
    lists = {name: getattr(row, name) for name in (*_PRODUCTS, *_WORDS)}
    return {
        **{name: (ids_text(ids) if name in _PRODUCTS else ", ".join(ids),) for name, ids in lists.items()},
        **{name: getattr(row, name) for name in (*_CATEGORIES, "channels")},
        **{name: (getattr(row, name),) for name in _TIMES},
        "weekdays": tuple(str(day) for day in row.weekdays),
        "month_days": (", ".join(str(day) for day in row.month_days),),
    }


def read_conditions(reading: Reading) -> dict[str, Any]:
    """Return the row's fields that a page says; problems go to the reading."""
    return {
        **{name: reading.products(name) for name in _PRODUCTS},
        **{name: reading.ticked(name) for name in _CATEGORIES},
        **{name: _time(reading.line(name)) for name in _TIMES},
        **{name: reading.words(name) for name in _WORDS},
        **{name: reading.whole_numbers(name, most) for name, most in _DAYS.items()},
        "channels": reading.ticked("channels", CHANNELS),
    }


def time_field(row: Promotion | PriceList) -> str:
    """Return which of a row's times cannot be read."""
    return next(_unreadable(row), "starts_at")


def _unreadable(row: Promotion | PriceList) -> Iterator[str]:
    for name in _TIMES:
        try:
            if getattr(row, name):
                Bound(getattr(row, name))
        except ConditionInvalid:
            yield name


def _time(text: str) -> str:
    """Return a time as RFC 3339 writes it: with a T between date and clock, where a person types a space."""
    found = _DATE_AND_CLOCK.fullmatch(text)
    return f"{found[1]}T{found[2]}" if found else text
