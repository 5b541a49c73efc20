"""The arguments of a promotion as fields of a page and back: exact, and nothing lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from sync.server.editing import typed
from sync.server.editing.argument import Argument, KindForm, Typed
from sync.server.editing.form import Form
from sync.server.editing.reading import Reading, ids_text

MOST_ROWS: Final = 50
"""Steps or groups of one argument."""

_MINOR: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?", re.ASCII)
_GROUP: Final = re.compile(r"\s*(?:([0-9]{1,5})\s*\*)?(.*)", re.S)
_ROWS: Final = (Typed.STEPS, Typed.PRODUCT_GROUPS, Typed.CATEGORY_GROUPS)


def field_of(argument_name: str) -> str:
    """Return how the field of an argument is called."""
    return f"argument.{argument_name}"


def row_field(argument_name: str, row: int, part: str) -> str:
    """Return how a field of a row is called; `part` is `first` or `second`."""
    return f"argument.{argument_name}.{row}.{part}"


def has_rows(argument: Argument) -> bool:
    """Say whether an argument is typed as rows of two fields."""
    return argument.typed in _ROWS


def argument_fields(
    kind_form: KindForm, arguments: Mapping[str, str], digits: int
) -> dict[str, tuple[str, ...]]:
    """Return the fields in which a row's arguments stand; what cannot be read stands there as it is."""
    fields: dict[str, tuple[str, ...]] = {}
    for argument in kind_form.arguments:
        text = arguments.get(argument.name, "")
        if has_rows(argument):
            for place, (first, second) in enumerate(_rows_of(argument, text, digits)):
                fields[row_field(argument.name, place, "first")] = (first,)
                fields[row_field(argument.name, place, "second")] = (second,)
        elif argument.typed is Typed.CATEGORIES:
            fields[field_of(argument.name)] = tuple(_ids(text))
        elif argument.typed is Typed.PRODUCTS:
            fields[field_of(argument.name)] = (ids_text(_ids(text)),)
        elif argument.typed is Typed.YES:
            # What is neither yes nor no is ticked as well, so that the kind refuses it where it stands.
            fields[field_of(argument.name)] = ("" if text.strip() in ("", "no") else text,)
        else:
            fields[field_of(argument.name)] = (_shown(argument.typed, text, digits),)
    return fields


def read_arguments(kind_form: KindForm, reading: Reading) -> dict[str, str]:
    """Return the arguments that the fields say, those left empty left out; problems go to the reading."""
    read = {argument.name: _read(argument, reading) for argument in kind_form.arguments}
    return {name: text for name, text in read.items() if text}


def row_count(argument: Argument, form: Form) -> int:
    """Return how many rows of an argument a form has, empty ones at the end not counted."""
    filled = [
        place
        for place in range(MOST_ROWS)
        if any(form.text(row_field(argument.name, place, part)) for part in ("first", "second"))
    ]
    return max(filled, default=-1) + 1


def _shown(how: Typed, text: str, digits: int) -> str:
    if how in (Typed.AMOUNT, Typed.UNIT_PRICE) and _MINOR.fullmatch(text.strip()):
        return typed.major_text(Decimal(text.strip()), digits)
    return text


def _ids(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _rows_of(argument: Argument, text: str, digits: int) -> Iterable[tuple[str, str]]:
    for part in text.split("|") if text.strip() else ():
        if argument.typed is Typed.STEPS:
            first, _, second = part.partition(":")
            assert argument.first is not None, argument.name
            assert argument.second is not None, argument.name
            yield (
                _shown(argument.first[0], first.strip(), digits),
                _shown(argument.second[0], second.strip(), digits),
            )
        else:
            found = _GROUP.fullmatch(part)
            assert found is not None, part
            yield found[1] or "", ", ".join(_ids(found[2]))


def _read(argument: Argument, reading: Reading) -> str:
    name = field_of(argument.name)
    if has_rows(argument):
        rows = (_row(argument, place, reading) for place in range(row_count(argument, reading.form)))
        return "|".join(row for row in rows if row)
    if argument.typed is Typed.PRODUCTS:
        return ",".join(reading.products(name))
    if argument.typed is Typed.CATEGORIES:
        return ",".join(reading.ticked(name))
    if argument.typed is Typed.YES:
        return "yes" if reading.form.text(name) in ("on", "yes") else reading.line(name)
    return _value(argument.typed, name, reading)


def _value(how: Typed, name: str, reading: Reading) -> str:
    """Return a single value as the row has it; nothing for a field that is empty."""
    if not reading.form.text(name):
        return ""
    if how is Typed.AMOUNT:
        return str(reading.amount(name))
    if how is Typed.UNIT_PRICE:
        return typed.plain_text(reading.unit_price(name))
    return reading.line(name)


def _row(argument: Argument, place: int, reading: Reading) -> str:
    first, second = (row_field(argument.name, place, part) for part in ("first", "second"))
    if not (reading.form.text(first) or reading.form.text(second)):
        return ""
    if argument.typed is Typed.STEPS:
        assert argument.first is not None, argument.name
        assert argument.second is not None, argument.name
        return f"{_value(argument.first[0], first, reading)}:{_value(argument.second[0], second, reading)}"
    if argument.typed is Typed.PRODUCT_GROUPS:
        ids = reading.product_ids(second, reading.words(second))
    else:
        ids = reading.words(second)
    count = reading.line(first)
    return (f"{count}*" if count else "") + ",".join(ids)
