"""A shop's catalogue as CSV: reads every line, and says what is wrong with each in both languages.

The columns are documented in `docs/catalogue-csv.md`. Nothing here touches a database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Protocol

import msgspec

from retail.catalogue import LocalisedText, Product
from retail.quantity import SellingUnit
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

MOST_LINES = 500_000
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

PROBLEMS: dict[str, LocalisedText] = {
    "wrong_encoding": LocalisedText(
        "the text is not in this encoding; save the file as CSV UTF-8, or name its encoding",
        "文本编码不符；请另存为 CSV UTF-8，或指明其编码",
    ),
    "empty_file": LocalisedText("the file is empty", "文件为空"),
    "missing_column": LocalisedText("the column is missing", "缺少此列"),
    "unknown_column": LocalisedText("there is no such column", "没有这样的列"),
    "repeated_column": LocalisedText("the column comes twice", "此列重复"),
    "too_many_fields": LocalisedText("the line has more fields than the header", "此行的字段多于表头"),
    "broken_line": LocalisedText("the line cannot be read as CSV", "此行不是有效的 CSV"),
    "too_many_lines": LocalisedText("the file has too many lines", "文件行数过多"),
    "empty": LocalisedText("must not be empty", "不能为空"),
    "too_long": LocalisedText("is too long", "过长"),
    "control_character": LocalisedText("holds a control character", "包含控制字符"),
    "repeated_sku": LocalisedText("this item number is in an earlier line", "该货号在前面的行中已出现"),
    "repeated_code": LocalisedText("this code is in an earlier line", "该条码在前面的行中已出现"),
    "code_taken": LocalisedText("this code belongs to another product", "该条码属于另一商品"),
    "bad_check_digit": LocalisedText("the check digit is wrong", "校验位错误"),
    "bad_code": LocalisedText("is no code that a scanner can read", "不是可扫描的条码"),
    "unknown_category": LocalisedText("there is no such category", "没有此分类"),
    "unknown_tax_class": LocalisedText("there is no such tax class", "没有此税类"),
    "unknown_unit": LocalisedText("must be piece, kg, l or m", "必须为 piece、kg、l 或 m"),
    "not_a_price": LocalisedText("is not an amount such as 4.50", "不是有效金额（例如 4.50）"),
    "negative_price": LocalisedText("must not be negative", "不能为负数"),
    "price_too_large": LocalisedText("is too large", "金额过大"),
    "price_too_fine": LocalisedText("has too many digits after the point", "小数位过多"),
    "price_missing": LocalisedText(
        "a price is needed, or open_price must be yes", "必须填写价格，或将 open_price 设为 yes"
    ),
    "not_yes_or_no": LocalisedText("must be yes or no", "必须为 yes 或 no"),
    "not_a_number": LocalisedText("must be a whole number within its bounds", "必须为范围内的整数"),
    "picture_not_found": LocalisedText(
        "there is no such file beside this one", "此文件所在文件夹中没有该图片"
    ),
    "picture_outside": LocalisedText(
        "must lie in the folder of this file, or below it", "图片必须位于此文件所在的文件夹内"
    ),
    "not_a_picture": LocalisedText("is neither a sound PNG nor a sound JPEG", "不是完好的 PNG 或 JPEG 图片"),
    "picture_too_large": LocalisedText(
        "is too large; 24 MB and 40 million pixels are the most", "图片过大；上限为 24 MB、4000 万像素"
    ),
}
"""Every problem a line can have, by its stable code."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in one line (counted as an editor counts, the header is 1)."""

    line: int
    column: str
    code: str
    value: str = ""

    @property
    def message(self) -> LocalisedText:
        """The sentence in both languages."""
        sentence = PROBLEMS[self.code]
        column = f"{self.column} " if self.column else ""
        value = f" “{self.value[:60]}”" if self.value else ""
        return LocalisedText(
            f"Line {self.line}: {column}{sentence.en}{value}",
            f"第 {self.line} 行：{column}{sentence.zh}{value}",
        )


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


class _Reader(Protocol):
    """The standard library's reader, whose type has no public name before Python 3.13."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class _Refused(ValueError):
    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def read_catalogue(
    text: str, expected: Expectations, on_line: Callable[[int], None] = lambda _line: None
) -> tuple[list[Entry], list[Problem]]:
    """Read a whole file; entries are only to be used when there are no problems."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header, problems = _header(reader)
    if problems:
        return [], problems
    entries: list[Entry] = []
    seen: dict[tuple[str, str], int] = {}
    for line, fields in _lines(reader, header, problems):
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


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def _header(reader: Iterable[list[str]]) -> tuple[list[str], list[Problem]]:
    try:
        names = next(iter(reader), None)
    except csv.Error:
        return [], [Problem(line=1, column="", code="broken_line")]
    if not names or not any(name.strip() for name in names):
        return [], [Problem(line=1, column="", code="empty_file")]
    header = [name.strip().lower() for name in names]
    problems = [Problem(line=1, column=name, code="unknown_column") for name in header if name not in COLUMNS]
    problems += [
        Problem(line=1, column=name, code="repeated_column")
        for name in sorted({name for name in header if header.count(name) > 1 and name in COLUMNS})
    ]
    problems += [
        Problem(line=1, column=name, code="missing_column") for name in REQUIRED_COLUMNS if name not in header
    ]
    return header, problems


def _lines(
    reader: _Reader, header: Sequence[str], problems: list[Problem]
) -> Iterable[tuple[int, dict[str, str]]]:
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(line=line, column="", code="broken_line"))
            return
        if line > MOST_LINES:
            problems.append(Problem(line=line, column="", code="too_many_lines"))
            return
        if not any(field.strip() for field in fields):
            continue
        if len(fields) > len(header):
            problems.append(Problem(line=line, column="", code="too_many_fields"))
            continue
        padded = [field.strip() for field in fields] + [""] * (len(header) - len(fields))
        yield line, dict(zip(header, padded, strict=True))


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
