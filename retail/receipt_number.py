"""Receipt numbers: till, gapless counter, and a check digit that catches a mistyped one.

Sales of goods that were paid online are made by the centre, not by a till: their numbers begin with `W`, have
a counter for each store, and the check digit of a till 0, which no till has.

The check digit is Verhoeff's (J. Verhoeff, *Error Detecting Decimal Codes*, Mathematical Centre Tracts
29, 1969) over three digits of the till and the digits of the counter. It finds every single wrong
digit and every swap of neighbours, within the counter and between till and counter.
"""

from __future__ import annotations

import re
from typing import Final

MOST_TILLS: Final = 999
COUNTER_DIGITS: Final = 6
"""The counter is printed with at least so many digits, and simply grows beyond them."""

ONLINE_TILL: Final = 0
"""The till number of what the centre sold for a store: no till has it."""

_PATTERN: Final = re.compile(r"(?:T([1-9][0-9]{0,2})|W)-([0-9]{6,12})-([0-9])", re.ASCII)

_DIHEDRAL: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTATION: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_INVERSE: Final = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)


class NotAReceiptNumber(ValueError):
    """A text that is no receipt number; `code` is `shape` or `check_digit`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text!r} is not a receipt number: {code}")
        self.code = code
        self.text = text


def receipt_number(till_number: int, counter: int) -> str:
    """Return the number of a till's receipt, such as `T2-000412-7`; till 1 to 999, counter from 1."""
    if not 1 <= till_number <= MOST_TILLS or not 1 <= counter < 10**12:
        raise NotAReceiptNumber("shape", f"T{till_number}-{counter}")
    return f"T{till_number}-{_counted(till_number, counter)}"


def online_receipt_number(counter: int) -> str:
    """Return the number of what was sold online, such as `W-000012-5`; counter from 1."""
    if not 1 <= counter < 10**12:
        raise NotAReceiptNumber("shape", f"W-{counter}")
    return f"W-{_counted(ONLINE_TILL, counter)}"


def _counted(till_number: int, counter: int) -> str:
    digits = f"{counter:0{COUNTER_DIGITS}d}"
    return f"{digits}-{_check_digit(f'{till_number:03d}{digits}')}"


def parse_receipt_number(text: str) -> tuple[int, int]:
    """Return till number (`ONLINE_TILL` for `W`) and counter; raises `NotAReceiptNumber`."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise NotAReceiptNumber("shape", text)
    till, counter, check = int(found[1] or ONLINE_TILL), found[2], found[3]
    if _check_digit(f"{till:03d}{counter}") != int(check):
        raise NotAReceiptNumber("check_digit", text)
    return till, int(counter)


def _check_digit(digits: str) -> int:
    state = 0
    for position, digit in enumerate(reversed(digits), start=1):
        state = _DIHEDRAL[state][_PERMUTATION[position % 8][int(digit)]]
    return _INVERSE[state]
