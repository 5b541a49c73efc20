"""When, for whom and on what a row holds, as fields of a page: the same for promotions and price lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from retail.catalogue import LocalisedText
from retail.occasion import CHANNELS, Bound, ConditionInvalid, Conditions
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from sync.server.editing.form import FieldProblem
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


_SENTENCES: Final[dict[str, LocalisedText]] = {
    "bad_time": LocalisedText(
        "Write a time such as 2026-12-24T09:00.", "请填写时间，例如 2026-12-24T09:00。"
    ),
    "bad_weekdays": LocalisedText("There is no such weekday.", "没有这样的星期。"),
    "bad_month_days": LocalisedText("There is no such day of a month.", "没有这样的日期。"),
    "bad_hours": LocalisedText("Hours are written like 17:00-19:00.", "时段的写法如 17:00-19:00。"),
    "bad_channels": LocalisedText("There is no such channel.", "没有这个渠道。"),
    "ends_before_it_starts": LocalisedText("It ends before it starts.", "结束时间早于开始时间。"),
}


def condition_sentence(reason: str) -> LocalisedText:
    """Return the sentence for a reason of `ConditionInvalid`."""
    return _SENTENCES[reason]


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


def wrong_conditions(row: Promotion | PriceList) -> list[FieldProblem]:
    """Return every condition that cannot be read at its field: judged whole, a row tells only the first."""
    problems = [FieldProblem(name, _SENTENCES["bad_time"]) for name in _unreadable(row)]
    for name in ("weekdays", "month_days", "hours"):
        try:
            Conditions(**{name: getattr(row, name)})
        except ConditionInvalid as invalid:
            problems.append(FieldProblem(name, _SENTENCES[invalid.reason]))
    return problems


def told_twice(problem: FieldProblem, told: Collection[str]) -> bool:
    """Say whether a problem's field, or a part of it, is among those that were told already."""
    field = problem.field
    return bool(field) and any(one == field or one.startswith(f"{field}.") for one in told)


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
