"""Single typed texts as values and back: amounts in major units, numbers, lists; exact, never a float.

Everything that cannot be read raises `Unreadable` with a sentence for the person who typed it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Final

from retail.basket import PRICE_PLACES
from retail.catalogue import LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, parse_amount

LONGEST_LINE: Final = 200
"""Of a name, an id or a code."""

LONGEST_LIST: Final = 2_000
"""Ids in one field."""

_LONGEST_NUMBER: Final = 28
"""Digits of a number that decimal arithmetic keeps exact."""

_AMOUNT_REFUSED: Final[dict[str, LocalisedText]] = {
    "empty": LocalisedText("An amount is needed, such as 5.00.", "需要填写金额，例如 5.00。"),
    "zero": LocalisedText("The amount must be more than nothing.", "金额必须大于零。"),
    "negative": LocalisedText("The amount must not be negative.", "金额不能为负数。"),
    "too_large": LocalisedText("The amount is too large.", "金额过大。"),
    "too_precise": LocalisedText(
        "The amount has more digits after the point than it may have.", "金额的小数位过多。"
    ),
    "not_a_number": LocalisedText(
        "This is no amount. Write digits with a point before the cents, such as 1234.50, without separators.",
        "这不是金额。请只写数字，小数点用“.”，不要写千位分隔符，例如 1234.50。",
    ),
}
_WHOLE: Final = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?", re.ASCII)
_SEPARATORS: Final = re.compile(r"[,，;；\n]")


class Unreadable(ValueError):
    """A text that does not say what its field needs; `sentence` says why."""

    def __init__(self, sentence: LocalisedText) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def amount_sentence(code: str) -> LocalisedText:
    """Return the sentence for a code of `AmountRefused`."""
    return _AMOUNT_REFUSED[code]


def read_amount(text: str, digits: int, *, negative: bool = False) -> int:
    """Read an amount in major units such as `5.00` in minor units; `digits` are those of the currency."""
    try:
        return parse_amount(text, digits, negative=negative)
    except AmountRefused as refused:
        raise Unreadable(amount_sentence(refused.code)) from refused


def read_unit_price(text: str, digits: int, *, negative: bool = False) -> Decimal:
    """Read a price in major units, which may be `PRICE_PLACES` finer than the currency, in minor units."""
    try:
        return Decimal(parse_amount(text, digits, negative=negative))
    except AmountRefused as refused:
        # Notation and sign are right where only the decimals are too many.
        finer = refused.code == "too_precise" and len(text.partition(".")[2]) <= digits + PRICE_PLACES
        if not finer:
            raise Unreadable(amount_sentence(refused.code)) from refused
    if len(text) > _LONGEST_NUMBER or abs(minor := Decimal(text).scaleb(digits)) > LARGEST_AMOUNT_MINOR:
        raise Unreadable(amount_sentence("too_large"))
    return Decimal(plain_text(minor))


def major_text(minor: Decimal | int, digits: int) -> str:
    """Return an amount in minor units as it is typed: `500` is `5.00` with two digits."""
    if not _is_written_out(Decimal(minor)):
        return str(minor)
    text = f"{Decimal(minor).scaleb(-digits):f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(digits, "0")
    return f"{whole}.{decimals}" if decimals else whole


def plain_text(value: Decimal) -> str:
    """Return a decimal without exponent or zeros at its end."""
    if not _is_written_out(value):
        return str(value)
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _is_written_out(value: Decimal) -> bool:
    """Say whether a value has few enough digits; `1E+999999999` is never written out."""
    return value.is_finite() and -_LONGEST_NUMBER < value.adjusted() < _LONGEST_NUMBER


def read_whole(text: str, *, least: int, most: int) -> int:
    """Read a whole number between bounds (both allowed)."""
    if _WHOLE.fullmatch(text) is None or not least <= int(text) <= most:
        raise Unreadable(
            LocalisedText(
                f"Write a whole number from {least} to {most}.", f"请填写 {least} 到 {most} 之间的整数。"
            )
        )
    return int(text)


def read_decimal(text: str) -> Decimal:
    """Read a number such as `-12.5`."""
    if _DECIMAL.fullmatch(text) is None:
        raise Unreadable(LocalisedText("Write a number such as 12.5.", "请填写数字，例如 12.5。"))
    return Decimal(text)


def read_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Read a text on one line; control characters cannot be stored and are refused."""
    if len(text) > longest:
        raise Unreadable(LocalisedText(f"At most {longest} characters.", f"最多 {longest} 个字符。"))
    if not text.isprintable():
        raise Unreadable(
            LocalisedText("It holds a character that cannot be printed.", "包含无法显示的字符。")
        )
    return text


def read_list(text: str) -> tuple[str, ...]:
    """Read texts separated by commas, semicolons or line ends, each once, in their order."""
    parts = tuple(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))
    if len(parts) > LONGEST_LIST:
        raise Unreadable(LocalisedText(f"At most {LONGEST_LIST} of them.", f"最多 {LONGEST_LIST} 个。"))
    return tuple(read_line(part) for part in parts)


def read_choice(text: str, choices: Collection[str]) -> str:
    """Read one of the words that a field offers."""
    if text not in choices:
        raise Unreadable(LocalisedText("Choose one of the entries.", "请选择其中一项。"))
    return text
