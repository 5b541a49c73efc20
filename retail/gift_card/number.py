"""What is kept of a card's number: its last digits for people, and a key for finding it. Never the number.

Whoever has the number has the money. A plain hash would not hide it, for all numbers can be tried; so the
key is made with the shop's secret, as PCI DSS 4.0 requirement 3.5.1.1 asks for card numbers (a keyed hash).
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from retail.barcode import GIFT_CARD_PREFIX

TAIL_DIGITS: Final = 4
SHORT_TAIL_DIGITS: Final = 2
SHORT_NUMBER: Final = 12
"""Of a number shorter than this the usual tail would give half away."""

SHORTEST_NUMBER: Final = 8
LONGEST_NUMBER: Final = 64
SHORTEST_SECRET: Final = 16

_SEPARATORS: Final = re.compile(r"[\s\-.]+")


class NumberRefused(ValueError):
    """A number or secret that no card may have; `code` is `too_short`, `too_long`, `not_plain` or
    `weak_secret`. The message does not repeat it."""

    def __init__(self, code: str) -> None:
        super().__init__(f"card number refused: {code}")
        self.code = code


def plain_number(text: str) -> str:
    """Return a number without its prefix in a barcode and the spaces, hyphens and dots that people put in.

    In capitals, so that a card is the same scanned or typed. Raises `NumberRefused`.
    """
    number = _SEPARATORS.sub("", text).upper().removeprefix(GIFT_CARD_PREFIX)
    if not (number.isascii() and number.isalnum()):
        raise NumberRefused("not_plain")
    if len(number) < SHORTEST_NUMBER:
        raise NumberRefused("too_short")
    if len(number) > LONGEST_NUMBER:
        raise NumberRefused("too_long")
    return number


def number_tail(text: str) -> str:
    """Return the last digits of a number, for a receipt; raises `NumberRefused`."""
    number = plain_number(text)
    return number[-(TAIL_DIGITS if len(number) >= SHORT_NUMBER else SHORT_TAIL_DIGITS) :]


def number_key(text: str, secret: bytes) -> str:
    """Return the key under which a number is found: HMAC-SHA-256, in hexadecimal; raises `NumberRefused`."""
    if len(secret) < SHORTEST_SECRET:
        raise NumberRefused("weak_secret")
    return hmac.digest(secret, plain_number(text).encode(), "sha256").hex()
