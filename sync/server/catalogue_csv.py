"""A shop's catalogue as CSV: reads every line, and says what is wrong with each in both languages.

The columns are documented in `docs/catalogue-csv.md`. Nothing here touches a database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from retail.catalogue import LocalisedText, Product
from retail.quantity import SellingUnit
from sync.server.csv_lines import PROBLEMS as PROBLEMS
from sync.server.csv_lines import Problem as Problem
from sync.server.csv_lines import read_lines
from sync.server.romanisation import romanised

COLUMNS: tuple[str, ...] = (
    "sku",
    "name",
    "name_zh",
    "category",
    "tax_class",
    "unit",
    "price",
    "codes",
    "open_price",
    "minimum_age",
    "discountable",
    "icon",
    "popularity",
    "picture",
)
REQUIRED_COLUMNS: tuple[str, ...] = ("sku", "name", "category", "tax_class", "price")
MOST_PROBLEMS = 200
"""After so many the reader stops looking: the file is of another kind."""

LONGEST_TEXT = 200
LONGEST_SKU = 40
LONGEST_CODE = 48
LARGEST_PRICE = Decimal(10_000_000)
FINER_PLACES = 4
"""A price may have so many digits more than the currency: for prices per kilogram."""

_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_YES = {
    "yes": True,
    "true": True,
    "1": True,
    "是": True,
    "no": False,
    "false": False,
    "0": False,
    "否": False,
}
_UNITS = {unit.value: unit for unit in SellingUnit} | {"": SellingUnit.PIECE, "pc": SellingUnit.PIECE}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One sound line: a product and its price in minor units, none when it is typed at the till.

    `picture_file` is the picture's file as the line names it: empty takes the picture away, None (the
    file has no such column) leaves the product's picture as it is.
    """

    line: int
    product: Product
    unit_price_minor: Decimal | None
    picture_file: str | None = None


class Expectations(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is read against: what the shop has, and how many digits its money has.

    `products` are those already there, by item number: columns that the file leaves out keep what
    stands there.
    """

    category_ids: frozenset[str]
    tax_class_ids: frozenset[str]
    currency_digits: int = 2
    products: Mapping[str, Product] = {}


class _Refused(ValueError):
    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def read_catalogue(
    text: str, expected: Expectations, on_line: Callable[[int], None] = lambda _line: None
) -> tuple[list[Entry], list[Problem]]:
    """Read a whole file; entries are only to be used when there are no problems."""
    problems: list[Problem] = []
    entries: list[Entry] = []
    seen: dict[tuple[str, str], int] = {}
    for line, fields in read_lines(text, COLUMNS, REQUIRED_COLUMNS, problems):
        before = len(problems)
        entry = _entry(line, fields, expected, problems)
        if entry is not None:
            problems.extend(_repeated(entry, seen))
        if entry is not None and len(problems) == before:
            entries.append(entry)
        on_line(line)
        if len(problems) >= MOST_PROBLEMS:
            break
    return entries, problems[:MOST_PROBLEMS]


def write_catalogue(entries: Iterable[Entry], currency_digits: int = 2) -> str:
    """Return the CSV text that `read_catalogue` reads back to the same entries."""
    entries = list(entries)
    has_pictures = any(entry.picture_file is not None for entry in entries)
    columns = COLUMNS if has_pictures else tuple(name for name in COLUMNS if name != "picture")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for entry in entries:
        product, price = entry.product, entry.unit_price_minor
        writer.writerow(
            (
                product.sku,
                product.name.en,
                product.name.zh,
                product.category_id,
                product.tax_class_id,
                product.unit.value,
                "" if price is None else f"{price.scaleb(-currency_digits):f}",
                " ".join(product.codes),
                "yes" if product.open_price else "no",
                product.minimum_age,
                "yes" if product.discountable else "no",
                product.icon,
                product.popularity,
                *((entry.picture_file or "",) if has_pictures else ()),
            )
        )
    return out.getvalue()


def gtin_check_digit(digits: str) -> str:
    """Return the check digit for a GTIN's other digits (GS1 General Specifications, section 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _entry(
    line: int, fields: Mapping[str, str], expected: Expectations, problems: list[Problem]
) -> Entry | None:
    values: dict[str, object] = {}
    sound = True
    for column, raw in fields.items():
        try:
            values[column] = _READERS[column](raw, expected)
        except _Refused as refused:
            problems.append(Problem(line=line, column=column, code=refused.code, value=refused.value or raw))
            sound = False
    if not sound:
        return None
    price, picture = values.pop("price"), values.pop("picture", None)
    product = _product(values, expected)
    if price is None and not product.open_price:
        problems.append(Problem(line=line, column="price", code="price_missing"))
        return None
    assert price is None or isinstance(price, Decimal)
    assert picture is None or isinstance(picture, str)
    return Entry(line=line, product=product, unit_price_minor=price, picture_file=picture)


def _product(values: dict[str, object], expected: Expectations) -> Product:
    sku = str(values["sku"])
    known = expected.products.get(sku)
    name_en = str(values.pop("name"))
    name_zh = str(values.pop("name_zh", known.name.zh if known else ""))
    pinyin, initials = romanised(name_zh)
    given: dict[str, object] = {
        "name": LocalisedText(name_en, name_zh),
        "category_id": values.pop("category"),
        "tax_class_id": values.pop("tax_class"),
        "pinyin": pinyin,
        "initials": initials,
        **values,
    }
    if known is not None:
        return msgspec.structs.replace(known, **given)
    return msgspec.convert({"row": "product", "product_id": f"P{sku}", **_plain(given)}, Product)


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: msgspec.to_builtins(value) for name, value in values.items()}


def _repeated(entry: Entry, seen: dict[tuple[str, str], int]) -> list[Problem]:
    problems: list[Problem] = []
    own: set[tuple[str, str]] = set()
    for column, value in (
        ("sku", entry.product.sku),
        *(("codes", code) for code in entry.product.codes),
    ):
        if (column, value) in seen or (column, value) in own:
            code = "repeated_sku" if column == "sku" else "repeated_code"
            problems.append(Problem(line=entry.line, column=column, code=code, value=value))
        own.add((column, value))
    for identifier in own:
        seen.setdefault(identifier, entry.line)
    return problems


def _text(raw: str, longest: int = LONGEST_TEXT) -> str:
    if len(raw) > longest:
        raise _Refused("too_long")
    if any(not character.isprintable() for character in raw):
        raise _Refused("control_character", repr(raw)[:60])
    return raw


def _required_text(raw: str, longest: int = LONGEST_TEXT) -> str:
    if not raw:
        raise _Refused("empty")
    return _text(raw, longest)


def _category(raw: str, expected: Expectations) -> str:
    if raw not in expected.category_ids:
        raise _Refused("unknown_category" if raw else "empty")
    return raw


def _tax_class(raw: str, expected: Expectations) -> str:
    if raw not in expected.tax_class_ids:
        raise _Refused("unknown_tax_class" if raw else "empty")
    return raw


def _unit(raw: str, _expected: Expectations) -> SellingUnit:
    unit = _UNITS.get(raw.lower())
    if unit is None:
        raise _Refused("unknown_unit")
    return unit


def _price(raw: str, expected: Expectations) -> Decimal | None:
    if not raw:
        return None
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", raw, re.ASCII):
        raise _Refused("not_a_price")
    try:
        amount = Decimal(raw)
    except InvalidOperation as error:
        raise _Refused("not_a_price") from error
    if amount < 0:
        raise _Refused("negative_price")
    if amount > LARGEST_PRICE:
        raise _Refused("price_too_large")
    minor = amount.scaleb(expected.currency_digits)
    if minor != round(minor, FINER_PLACES):
        raise _Refused("price_too_fine")
    whole = minor == minor.to_integral_value()
    return minor.quantize(Decimal(1)) if whole else minor.normalize()


def _codes(raw: str, _expected: Expectations) -> tuple[str, ...]:
    codes = tuple(raw.split())
    for code in codes:
        if len(code) > LONGEST_CODE or not re.fullmatch(r"[!-~]+", code):
            raise _Refused("bad_code", code)
        is_gtin = len(code) in _GTIN_LENGTHS and code.isdecimal()
        if is_gtin and gtin_check_digit(code[:-1]) != code[-1]:
            raise _Refused("bad_check_digit", code)
    return codes


def _yes_or_no(default: bool) -> Callable[[str, Expectations], bool]:
    def read(raw: str, _expected: Expectations) -> bool:
        if not raw:
            return default
        if raw.lower() not in _YES:
            raise _Refused("not_yes_or_no")
        return _YES[raw.lower()]

    return read


def _whole(most: int) -> Callable[[str, Expectations], int]:
    def read(raw: str, _expected: Expectations) -> int:
        if not raw:
            return 0
        if not re.fullmatch(r"[0-9]{1,9}", raw, re.ASCII) or int(raw) > most:
            raise _Refused("not_a_number")
        return int(raw)

    return read


_READERS: dict[str, Callable[[str, Expectations], object]] = {
    "sku": lambda raw, _expected: _required_text(raw, LONGEST_SKU),
    "name": lambda raw, _expected: _required_text(raw),
    "name_zh": lambda raw, _expected: _text(raw),
    "category": _category,
    "tax_class": _tax_class,
    "unit": _unit,
    "price": _price,
    "codes": _codes,
    "open_price": _yes_or_no(default=False),
    "minimum_age": _whole(120),
    "discountable": _yes_or_no(default=True),
    "icon": lambda raw, _expected: _text(raw, 40),
    "popularity": _whole(1_000_000),
    "picture": lambda raw, _expected: _text(raw),
}
"""How each column is read; a reader raises `_Refused` with a code of `PROBLEMS`."""
