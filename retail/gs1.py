"""GS1 codes: element strings as scanned or as printed in brackets, Digital Link addresses, and their meaning.

Source: GS1 General Specifications, sections 3 (application identifiers), 7.8 (processing of data from a GS1
symbology) and 7.11 (character sets); GS1 Digital Link Standard: URI Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from retail.application_identifiers import ELEMENTS, IDENTIFIER_LENGTHS, Element
from retail.gtin import GTIN_LENGTHS, gtin_forms, has_check_digit
from retail.scan import CouponCode, LocationCode, MemberCard, ProductCode, Scan

SEPARATOR: Final = "\x1d"
"""FNC1 between elements, which scanners send as the character GS."""

Pair = tuple[str, str]
"""An application identifier and its content."""


class ElementRefused(ValueError):
    """A GS1 code without a meaning; `code` is one of `retail.scan.UNREADABLE_REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"GS1 code refused: {code}")
        self.code = code


# ---- from text to elements ------------------------------------------------------------------------


def elements_of(text: str) -> list[Pair]:
    """Return the elements of a GS1 code in whichever form it comes; raises `ElementRefused`."""
    if is_web_address(text):
        return digital_link(text)
    return element_string_in_brackets(text) if is_in_brackets(text) else element_string(text)


def element_string(text: str) -> list[Pair]:
    """Return the elements of a scanned text; raises `ElementRefused`.

    An element of pre-defined length ends by itself, and a separator after it does no harm (section 7.8);
    every other one ends at the separator or the end of the text.
    """
    pairs = []
    place, end = 0, len(text)
    while place < end:
        if text[place] == SEPARATOR:
            place += 1
            continue
        begins = place + IDENTIFIER_LENGTHS.get(text[place : place + 2], 2)
        element = ELEMENTS.get(text[place:begins])
        if element is None:
            raise ElementRefused("unknown_element")
        if element.length:
            stops = begins + element.length
        else:
            stops = text.find(SEPARATOR, begins)
            stops = end if stops < 0 else stops
        pairs.append(_checked(element, text[begins:stops]))
        place = stops
    return pairs


_BRACKETS: Final = re.compile(r"\(([0-9]{2,4})\)", re.ASCII)


def is_in_brackets(text: str) -> bool:
    """Say whether a text begins as an element string is printed for people, such as `(01)`."""
    return text[:1] == "(" and _BRACKETS.match(text) is not None


def element_string_in_brackets(text: str) -> list[Pair]:
    """Return the elements of a text such as `(01)04006381333931(10)A7`; raises `ElementRefused`."""
    pieces = _BRACKETS.split(text)
    return [
        _checked(_element(identifier), content.strip(f" {SEPARATOR}"))
        for identifier, content in zip(pieces[1::2], pieces[2::2], strict=True)
    ]


_QUALIFIERS: Final = {
    "01": ("22", "10", "21", "235"),
    "8006": ("22", "10", "21"),
    "414": ("254", "7040"),
    "415": ("8020",),
    "417": ("7040",),
    "8017": ("8019",),
    "8018": ("8019",),
    **dict.fromkeys(("00", "253", "255", "402", "8003"), ()),
}
"""The numeric primary keys of a Digital Link, each with what may follow it in the path, in this order."""

_SHORTEST_KEY: Final = min(GTIN_LENGTHS)


def is_web_address(text: str) -> bool:
    """Say whether a text is an address of the web."""
    return text[:8].lower().startswith(("http://", "https://"))


def digital_link(address: str) -> list[Pair]:
    """Return the elements of a GS1 Digital Link; raises `ElementRefused`.

    Any domain and any path before the primary key are taken. Of the query, names made of digits are
    elements and others belong to the domain. The compressed form and other addresses are `web_address`.
    """
    path, _, query = address.partition("#")[0].partition("?")
    segments = path.rstrip("/").split("/")[3:]
    key = _place_of_key(segments)
    names, contents = segments[key::2], segments[key + 1 :: 2]
    if len(names) != len(contents) or not _in_order(names):
        raise ElementRefused("bad_element")
    if names[0] == "01" and len(contents[0]) in GTIN_LENGTHS:
        contents[0] = contents[0].zfill(14)
    written = list(zip(names, contents, strict=True))
    if query:
        parameters = [parameter.partition("=") for parameter in query.split("&")]
        written += [(name, content) for name, _, content in parameters if name.isascii() and name.isdigit()]
    return [
        _checked(_element(name), unquote(content) if "%" in content else content) for name, content in written
    ]


def _place_of_key(segments: list[str]) -> int:
    """Return where the primary key stands in a path: a month such as `/01/15` is none."""
    for place, (name, content) in enumerate(pairwise(segments)):
        if name in _QUALIFIERS and len(content) >= _SHORTEST_KEY and content[:_SHORTEST_KEY].isdigit():
            return place
    raise ElementRefused("web_address")


def _in_order(names: list[str]) -> bool:
    """Say whether a primary key is followed by its own qualifiers only, in their order."""
    allowed = _QUALIFIERS[names[0]]
    for name in names[1:]:
        if name not in allowed:
            return False
        allowed = allowed[allowed.index(name) + 1 :]
    return True


def _element(identifier: str) -> Element:
    element = ELEMENTS.get(identifier)
    if element is None:
        raise ElementRefused("unknown_element")
    return element


def _checked(element: Element, content: str) -> Pair:
    """Return the element when its content is as the table says; raises `ElementRefused`."""
    identifier, parts, _ = element
    place = 0
    for kind, characters, optional, shortest, longest, checked in parts:
        part = content[place : place + longest]
        length = len(part)
        if length < shortest:
            if optional and not length:
                continue
            raise ElementRefused("bad_element")
        place += length
        if characters:
            if not characters.issuperset(part):
                raise ElementRefused("bad_element")
        elif not part.isdigit() or not part.isascii():
            raise ElementRefused("bad_element")
        elif checked:
            if not has_check_digit(part):
                raise ElementRefused("bad_check_digit")
        elif kind != "N":
            _check_time(part, kind)
    if place != len(content):
        raise ElementRefused("bad_element")
    return identifier, content


_LAST_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS: Final = frozenset(
    f"{month:02d}{day:02d}" for month, last in enumerate(_LAST_DAYS, 1) for day in range(1, last + 1)
)
_DATES: Final = _DAYS | {f"{month:02d}00" for month in range(1, 13)}
"""Every `MMDD` of a day, and those that mean the end of a month."""


def _check_time(digits: str, kind: str) -> None:
    """Refuse a date or time of day that there is not. Whether year 00 is a leap year, its century decides."""
    rest = digits[2:]
    if kind == "H":
        possible = digits < "24" and rest < "60"
    elif rest == "0229":
        possible = int(digits[:2]) % 4 == 0
    else:
        possible = rest in (_DATES if kind == "D" else _DAYS)
    if not possible:
        raise ElementRefused("bad_date")


# ---- from elements to their meaning ---------------------------------------------------------------

KILOGRAMS_IN_A_POUND: Final = Decimal("0.45359237")
"""Exactly, by the international yard and pound agreement of 1959."""


def _with_decimals(identifier: str, content: str) -> Decimal:
    return Decimal(content).scaleb(-int(identifier[3]))


def _in_currency(identifier: str, content: str) -> Decimal:
    return _with_decimals(identifier, content[3:])


def _pounds(identifier: str, content: str) -> Decimal:
    return _with_decimals(identifier, content) * KILOGRAMS_IN_A_POUND


def _cubic_metres(identifier: str, content: str) -> Decimal:
    return _with_decimals(identifier, content) * 1000


def _count(_identifier: str, content: str) -> int:
    return int(content)


def _as_it_is(_identifier: str, content: str) -> str:
    return content


_FIELDS: Final[tuple[tuple[str, str, Callable[[str, str], str | int | Decimal]], ...]] = (
    ("10", "lot", _as_it_is),
    ("21", "serial", _as_it_is),
    ("11", "produced", _as_it_is),
    ("13", "packaged", _as_it_is),
    ("15", "best_before", _as_it_is),
    ("16", "sell_by", _as_it_is),
    ("17", "expiry", _as_it_is),
    ("7003", "expires_at", _as_it_is),
    ("30", "count", _count),
    ("310", "weight", _with_decimals),
    ("320", "weight", _pounds),
    ("311", "length", _with_decimals),
    ("315", "volume", _with_decimals),
    ("316", "volume", _cubic_metres),
    ("392", "price", _with_decimals),
    ("393", "price", _in_currency),
    ("395", "unit_price", _with_decimals),
)
"""The elements that fill a field of `ProductCode`; three digits stand for all numbers of decimals."""

_BY_WRITTEN: Final = {written: (field, value_of) for written, field, value_of in _FIELDS}
_FIELD_OF: Final = {
    identifier: found
    for identifier in ELEMENTS
    if (found := _BY_WRITTEN.get(identifier) or _BY_WRITTEN.get(identifier[:3]))
}
_NO_FIELD: Final = ("", _as_it_is)

_WITHOUT_GTIN: Final[dict[str, Callable[[str], Scan]]] = {
    "255": CouponCode,
    "414": LocationCode,
    "8018": MemberCard,
}
"""What an element means to a till when the code holds no trade item."""


def meaning(pairs: list[Pair]) -> Scan:
    """Return what the elements of one code mean to a till; raises `ElementRefused`.

    Elements that say different things of the same are refused (section 4, data relationships). Those that
    no field of `ProductCode` holds stay in `elements`. Without a trade item (01), a coupon (255), a place
    (414) and a member's card (8018) have a meaning of their own.
    """
    by_identifier: dict[str, str] = {}
    facts: dict[str, Any] = {}
    for identifier, content in pairs:
        if identifier in by_identifier:
            if by_identifier[identifier] != content:
                raise ElementRefused("contradictory_elements")
            continue
        by_identifier[identifier] = content
        field, value_of = _FIELD_OF.get(identifier, _NO_FIELD)
        if field in facts:
            raise ElementRefused("contradictory_elements")
        if field:
            facts[field] = value_of(identifier, content)
            if identifier[:3] == "393":
                facts["currency_number"] = content[:3]
    gtin = by_identifier.get("01")
    if gtin is not None:
        return ProductCode(gtin, gtin_forms(gtin), tuple(pairs), **facts)
    for identifier, kind in _WITHOUT_GTIN.items():
        if identifier in by_identifier:
            return kind(by_identifier[identifier])
    logistic = "00" in by_identifier or "02" in by_identifier
    raise ElementRefused("logistic_unit" if logistic else "no_product")
