"""The two notations in which a shop writes how its own codes look, and what they find in a code."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final, NamedTuple

LETTERS: Final = "INWP"
"""Item number, value, weight beside a price, inner check digit."""

LONGEST_PATTERN: Final = 256


class Shape(NamedTuple):
    """One alternative of a pattern.

    Every code that fits begins with one of the texts `begins`. `letters` name the groups of `expression`;
    `widths` says how many signs each letter stands for (1 for `.*`). `width` is the length of the whole code,
    0 for any. `checked` codes are digits that end with their GTIN check digit. `decimals` are those of the
    value, None when its unit is a minor one.
    """

    begins: tuple[str, ...]
    expression: re.Pattern[str]
    letters: str
    widths: dict[str, int]
    width: int
    checked: bool
    decimals: int | None = None


def shapes(pattern: str) -> tuple[Shape, ...]:
    """Return what a pattern looks for, nothing when it is no pattern."""
    if not 1 <= len(pattern) <= LONGEST_PATTERN:
        return ()
    if not set(pattern) & set(".{|*"):
        return (_digit_by_digit(pattern),) if _DIGIT_BY_DIGIT.fullmatch(pattern) else ()
    found = [_nomenclature(alternative) for alternative in pattern.split("|")]
    return tuple(shape for shape in found if shape is not None) if None not in found else ()


_DIGIT_BY_DIGIT: Final = re.compile("[INWPVC0-9]+", re.ASCII)


def _digit_by_digit(pattern: str) -> Shape:
    expression, letters, widths = "", "", dict.fromkeys(LETTERS, 0)
    for letter, run in groupby(pattern):
        length = len(list(run))
        if letter.isdigit():
            expression += letter * length
        elif letter in widths:
            expression += f"([0-9]{{{length}}})"
            letters += letter
            widths[letter] += length
        else:
            expression += f"[0-9]{{{length}}}"
    checked = pattern.endswith("C")
    return Shape(_begins(pattern), re.compile(expression), letters, widths, len(pattern), checked)


_TOKEN: Final = re.compile(r"(?P<value>\{N*D*\})|(?P<rest>\.\*\Z)|(?P<item>\.+(?!\*))|(?P<sign>[^.{}*])")
_LEAVES_OUT_CHECK_DIGIT: Final = (7, 11, 12)
"""A nomenclature writes the GTIN around a value without its last digit."""


def _nomenclature(pattern: str) -> Shape | None:
    tokens = list(_TOKEN.finditer(pattern))
    values = [token["value"][1:-1] for token in tokens if token["value"]]
    signs = "".join(token["sign"] or "" for token in tokens)
    if not signs or len(values) > 1 or "".join(token[0] for token in tokens) != pattern:
        return None
    value = values[0] if values else ""
    endless = pattern.endswith(".*")
    width = 0 if endless else len(pattern) - 2 * len(values)
    checked = bool(value) and width in _LEAVES_OUT_CHECK_DIGIT and signs.isascii() and signs.isdigit()
    expression, letters, widths = "", "", dict.fromkeys(LETTERS, 0)
    for token in tokens:
        if token["sign"]:
            expression += re.escape(token[0])
            continue
        letter = "N" if token["value"] else "I"
        letters += letter
        if token["rest"]:
            expression += "(.*)"
            widths[letter] += 1
        else:
            length = len(value) if token["value"] else len(token[0])
            expression += f"({'[0-9]' if checked or token['value'] else '.'}{{{length}}})"
            widths[letter] += length
    if checked:
        expression, width = expression + "[0-9]", width + 1
    compiled = re.compile(expression, re.IGNORECASE | re.DOTALL)
    return Shape(_begins_in_any_case(pattern), compiled, letters, widths, width, checked, value.count("D"))


_TWO_CASES: Final = "ABCDEFGHJLMNOPQRTUVWXYZabcdefghjlmnopqrtuvwxyz"
"""Letters with one capital and one small form. For I, K and S there are signs of other alphabets too."""


def _begins_in_any_case(pattern: str) -> tuple[str, ...]:
    first = pattern[0]
    return (first.lower(), first.upper()) if first in _TWO_CASES else _begins(pattern)


def _begins(pattern: str) -> tuple[str, ...]:
    """Return the digits with which a pattern begins."""
    return (pattern.removesuffix(pattern.lstrip("0123456789")),)
