"""Reads a CSV file line by line, and says what is wrong with a line in both languages.

The delimiter is found in the header, the columns stand in any order, and lines are counted as an editor
counts them. What a column means, `sync.server.catalogue_csv` and `sync.server.editing.list_price_csv` say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from retail.catalogue import LocalisedText

MOST_LINES = 500_000

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
    "repeated_price": LocalisedText(
        "this item's price from this quantity is in an earlier line", "该商品此数量起的价格已在前面的行中"
    ),
    "unknown_product": LocalisedText("names no product of the store", "不是门店的商品"),
    "not_a_quantity": LocalisedText(
        "must be a quantity from 0 to 99999 with at most three decimals",
        "必须为 0 到 99999 的数量，最多三位小数",
    ),
    "not_a_stock": LocalisedText(
        "must be what is on the shelf, with no more decimals than the product is sold in",
        "必须为货架上的数量，小数位不得超过该商品的销售单位",
    ),
    "not_a_policy": LocalisedText("must be soft or strict", "必须为 soft 或 strict"),
    "price_zero": LocalisedText("must be more than nothing", "必须大于零"),
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


class _Reader(Protocol):
    """The standard library's reader, whose type has no public name before Python 3.13."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_lines(
    text: str,
    columns: Sequence[str],
    required: Sequence[str],
    problems: list[Problem],
    *,
    most_lines: int = MOST_LINES,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and its fields by column, without the spaces around them.

    Empty lines are passed over. What cannot be read is added to the problems, and left out.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header = _header(reader, columns, required, problems)
    if not problems:
        yield from _lines(reader, header, problems, most_lines)


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def _header(
    reader: Iterable[list[str]], columns: Sequence[str], required: Sequence[str], problems: list[Problem]
) -> list[str]:
    try:
        names = next(iter(reader), None)
    except csv.Error:
        problems.append(Problem(line=1, column="", code="broken_line"))
        return []
    if not names or not any(name.strip() for name in names):
        problems.append(Problem(line=1, column="", code="empty_file"))
        return []
    header = [name.strip().lower() for name in names]
    problems += [
        Problem(line=1, column=name, code="unknown_column") for name in header if name not in columns
    ]
    problems += [
        Problem(line=1, column=name, code="repeated_column")
        for name in sorted({name for name in header if header.count(name) > 1 and name in columns})
    ]
    problems += [
        Problem(line=1, column=name, code="missing_column") for name in required if name not in header
    ]
    return header


def _lines(
    reader: _Reader, header: Sequence[str], problems: list[Problem], most_lines: int
) -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(line=line, column="", code="broken_line"))
            return
        if line > most_lines:
            problems.append(Problem(line=line, column="", code="too_many_lines"))
            return
        if not any(field.strip() for field in fields):
            continue
        if len(fields) > len(header):
            problems.append(Problem(line=line, column="", code="too_many_fields"))
            continue
        padded = [field.strip() for field in fields] + [""] * (len(header) - len(fields))
        yield line, dict(zip(header, padded, strict=True))
