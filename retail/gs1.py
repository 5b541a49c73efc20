"""GS1 codes: element strings as scanned or as printed in brackets, Digital Link addresses, and their meaning.

Source: GS1 General Specifications, sections 3 (application identifiers), 7.8 (processing of data from a GS1
symbology) and 7.11 (character sets); GS1 Digital Link Standard: URI Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

import msgspec

from retail.application_identifiers import IDENTIFIER_LENGTHS, PREDEFINED_LENGTHS
from retail.element_content import PROBLEMS
from retail.gtin import GTIN_LENGTHS, gtin_forms
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


class Elements(msgspec.Struct, frozen=True):
    """The elements of one code in their order, by identifier, and the fields of `ProductCode` that they fill.

    `contradictory` elements say different things of the same.
    """

    pairs: list[Pair]
    contents: dict[str, str]
    facts: dict[str, Any]
    contradictory: bool


def elements_of(text: str) -> Elements:
    """Return the elements of a GS1 code in whichever form it comes; raises `ElementRefused`."""
    if is_in_brackets(text):
        return element_string_in_brackets(text)
    return digital_link(text) if is_web_address(text) else element_string(text)


def element_string(text: str) -> Elements:
    """Return the elements of a scanned text; raises `ElementRefused`.

    An element of pre-defined length ends by itself, and a separator after it does no harm (section 7.8);
    every other one ends at the separator or the end of the text.
    """
    return _elements(_cut(text))


def _cut(text: str) -> list[Pair]:
    pairs = []
    for stretch in text.split(SEPARATOR):
        place, end = 0, len(stretch)
        while place < end:
            begins = place + IDENTIFIER_LENGTHS.get(stretch[place : place + 2], 2)
            identifier = stretch[place:begins]
            length = PREDEFINED_LENGTHS.get(identifier)
            place = begins + length if length else end
            pairs.append((identifier, stretch[begins:place]))
    return pairs


_BETWEEN: Final = f" {SEPARATOR}"
_BRACKETS: Final = re.compile(r"\(([0-9]{2,4})\)", re.ASCII)


def is_in_brackets(text: str) -> bool:
    """Say whether a text begins as an element string is printed for people, such as `(01)`."""
    return text[0] == "(" and _BRACKETS.match(text) is not None


def element_string_in_brackets(text: str) -> Elements:
    """Return the elements of a text such as `(01)04006381333931(10)A7`; raises `ElementRefused`."""
    pieces = _BRACKETS.split(text)
    contents = [content.strip(_BETWEEN) for content in pieces[2::2]]
    return _elements(list(zip(pieces[1::2], contents, strict=True)))


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

_PATHS: Final = frozenset(
    (key, *some)
    for key, qualifiers in _QUALIFIERS.items()
    for count in range(len(qualifiers) + 1)
    for some in combinations(qualifiers, count)
)
"""Every order of identifiers that the path of a Digital Link may have."""

_KEY: Final = re.compile(rf"/(?:{'|'.join(_QUALIFIERS)})/\d{{{min(GTIN_LENGTHS)}}}")
"""Where a primary key stands in a path: a month such as `/01/15` is none."""

_NUMBERED: Final = re.compile("(?<![^&])([0-9]+)(?:=([^&]*))?(?![^&])", re.ASCII)
"""Those parameters of a query whose names are digits."""

_ESCAPES: Final = re.compile("(?:%[0-9A-Fa-f]{2})+", re.ASCII)


def _unescaped(content: str) -> str:
    """Return part of an address without its escapes (RFC 3986, section 2.1); what is no UTF-8 is U+FFFD."""
    return _ESCAPES.sub(_sign_of, content)


def _sign_of(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8", "replace")


_SCHEMES: Final = ("https://", "http://")


def is_web_address(text: str) -> bool:
    """Say whether a text is an address of the web."""
    return text[0] in "hH" and text[:8].lower().startswith(_SCHEMES)


def digital_link(address: str) -> Elements:
    """Return the elements of a GS1 Digital Link; raises `ElementRefused`.

    Any domain and any path before the primary key are taken. Of the query, names made of digits are
    elements and others belong to the domain. The compressed form and other addresses are `web_address`.
    """
    path, _, query = address.partition("#")[0].partition("?")
    domain = path.index("//") + 2
    key = _KEY.search(path, domain)
    if key is None:
        raise ElementRefused("web_address")
    segments = path[key.start() + 1 :].rstrip("/").split("/")
    if len(segments) % 2 or tuple(segments[::2]) not in _PATHS:
        raise ElementRefused("bad_element")
    if segments[0] == "01" and len(segments[1]) in GTIN_LENGTHS:
        segments[1] = segments[1].zfill(14)
    pairs = []
    for place in range(0, len(segments), 2):
        pairs.append((segments[place], segments[place + 1]))
    if query:
        pairs += _NUMBERED.findall(query)
    if "%" in address:
        pairs = [(name, _unescaped(content) if "%" in content else content) for name, content in pairs]
    return _elements(pairs)


# ---- what elements say ---------------------------------------------------------------

KILOGRAMS_IN_A_POUND: Final = Decimal("0.45359237")
"""Exactly, by the international yard and pound agreement of 1959."""


def _with_decimals(identifier: str, content: str) -> Decimal:
    return Decimal(f"{content}E-{identifier[3]}")


def _in_currency(identifier: str, content: str) -> Decimal:
    return _with_decimals(identifier, content[3:])


def _pounds(identifier: str, content: str) -> Decimal:
    return _with_decimals(identifier, content) * KILOGRAMS_IN_A_POUND


def _cubic_metres(identifier: str, content: str) -> Decimal:
    return _with_decimals(identifier, content) * 1000


def _count(_identifier: str, content: str) -> int:
    return int(content)


_FIELDS: Final[tuple[tuple[str, str, Callable[[str, str], int | Decimal] | None], ...]] = (
    ("10", "lot", None),
    ("21", "serial", None),
    ("11", "produced", None),
    ("13", "packaged", None),
    ("15", "best_before", None),
    ("16", "sell_by", None),
    ("17", "expiry", None),
    ("7003", "expires_at", None),
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
"""The elements that fill a field of `ProductCode`, and how a content is a number, None: it is a text.

Three digits of an identifier stand for all numbers of decimals.
"""

_BY_WRITTEN: Final = {written: (field, value_of) for written, field, value_of in _FIELDS}
_EXPECTED: Final = {
    identifier: (problem_of, *(_BY_WRITTEN.get(identifier) or _BY_WRITTEN.get(identifier[:3], ("", None))))
    for identifier, problem_of in PROBLEMS.items()
}
"""What may be wrong with an element's content, the field it fills (or none), and how it is a number."""


def _elements(pairs: list[Pair]) -> Elements:
    """Return elements whose content is as the table says, each looked at once; raises `ElementRefused`."""
    contents: dict[str, str] = {}
    facts: dict[str, Any] = {}
    contradictory = False
    for identifier, content in pairs:
        expected = _EXPECTED.get(identifier)
        if expected is None:
            raise ElementRefused("unknown_element")
        problem_of, field, value_of = expected
        problem = problem_of(content)
        if problem:
            raise ElementRefused(problem)
        if identifier in contents:
            contradictory = contradictory or contents[identifier] != content
            continue
        contents[identifier] = content
        if field:
            contradictory = contradictory or field in facts
            facts[field] = content if value_of is None else value_of(identifier, content)
            if value_of is _in_currency:
                facts["currency_number"] = content[:3]
    return Elements(pairs, contents, facts, contradictory)


_WITHOUT_GTIN: Final[dict[str, Callable[[str], Scan]]] = {
    "255": CouponCode,
    "414": LocationCode,
    "8018": MemberCard,
}
"""What an element means to a till when the code holds no trade item."""


def meaning(elements: Elements) -> Scan:
    """Return what the elements of one code mean to a till; raises `ElementRefused`.

    Elements that say different things of the same are refused (section 4, data relationships). Those that
    no field of `ProductCode` holds stay in `elements`. Without a trade item (01), a coupon (255), a place
    (414) and a member's card (8018) have a meaning of their own.
    """
    if elements.contradictory:
        raise ElementRefused("contradictory_elements")
    contents = elements.contents
    gtin = contents.get("01")
    if gtin is not None:
        return ProductCode(gtin, gtin_forms(gtin), tuple(elements.pairs), **elements.facts)
    for identifier, kind in _WITHOUT_GTIN.items():
        if identifier in contents:
            return kind(contents[identifier])
    raise ElementRefused("logistic_unit" if "00" in contents or "02" in contents else "no_product")
