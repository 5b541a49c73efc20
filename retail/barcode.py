"""What a scanned text means: a product, a scale label, a coupon, a member card, a receipt, a payment code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from retail.catalogue import LocalisedText
from retail.money import Rounding, round_ratio
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number


class BarcodeRule(msgspec.Struct, frozen=True, kw_only=True, tag="barcode_rule", tag_field="row"):
    """How an in-store number is read, as a pattern over its digits.

    `pattern` is as long as the code: literal digits, `I` for item number digits, `N` for value digits,
    `V` for an inner price check digit (ignored), `C` for the GTIN check digit. `kind` is `price` (value in
    minor units) or `weight` (value in grams); `value_decimals` moves the value's point to the left of
    minor units or grams. Lower `position` is tried first.
    """

    position: int
    pattern: str
    kind: str
    value_decimals: int = 0
    label: LocalisedText = LocalisedText("")

    @property
    def key(self) -> str:
        return f"{self.position:03d}"


class ProductCode(msgspec.Struct, frozen=True):
    """A product's code as scanned, and every form under which the catalogue may have it."""

    code: str
    candidates: tuple[str, ...]


class EmbeddedCode(msgspec.Struct, frozen=True):
    """A scale label: the item number, and its price in minor units or its weight in kilograms."""

    item_code: str
    amount_minor: int | None
    weight: Decimal | None
    code: str


class MemberCard(msgspec.Struct, frozen=True):
    """A member's card; `number` is the whole text, prefix included."""

    number: str


class CouponCode(msgspec.Struct, frozen=True):
    """A coupon; `code` is what stands after the prefix, as a promotion's `coupon_code` has it."""

    code: str


class StaffBadge(msgspec.Struct, frozen=True):
    """A staff badge; `code` is the whole text, prefix included."""

    code: str


class ReceiptCode(msgspec.Struct, frozen=True):
    """A receipt of ours, with its check digit verified."""

    number: str


class PaymentCode(msgspec.Struct, frozen=True):
    """A customer's one-time payment code. It is money: it is never stored, logged or shown."""

    text: str

    def __repr__(self) -> str:
        return f"PaymentCode({len(self.text)} digits)"


class Unreadable(msgspec.Struct, frozen=True):
    """A text without a meaning; `code` is its printable start, `reason` one of `UNREADABLE_REASONS`."""

    code: str
    reason: str


UNREADABLE_REASONS: Final = ("empty", "too_long", "control_characters", "bad_check_digit")

Scan = (
    ProductCode | EmbeddedCode | MemberCard | CouponCode | StaffBadge | ReceiptCode | PaymentCode | Unreadable
)
"""Everything that a scanned text can mean."""

LONGEST_CODE: Final = 256
MOST_VALUE_DECIMALS: Final = 6
MEMBER_PREFIX: Final = "MBR"
COUPON_PREFIX: Final = "CPN"
STAFF_PREFIX: Final = "STF"

_RECEIPT_SHAPE: Final = re.compile(r"T[0-9]{1,3}-[0-9]{6,12}-[0-9]", re.ASCII)
_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
"""The identifier that scanners can be told to send first (ISO/IEC 15424)."""


def read(text: str, rules: Sequence[BarcodeRule]) -> Scan:
    """Say what a scanned or typed text means. Total: every text gives a meaning or a reason.

    Outer white space (a scanner's Enter or Tab) and a symbology identifier are taken off first. Prefixes
    are read in any case. Among digits the order is: payment code, scale label by the store's rules, GTIN
    with its check digit, GTIN in a GS1 element string; any other text is the shop's own product code.
    """
    code = text.strip()
    if code[:1] == "]" and _SYMBOLOGY.match(code):
        code = code[3:].strip()
    if not code:
        return Unreadable("", "empty")
    if len(code) > LONGEST_CODE:
        return Unreadable(_printable(code), "too_long")
    if code.isascii() and code.isdigit():
        return _read_digits(code, rules)
    gtin = _gtin_of_elements(code)
    if gtin:
        return ProductCode(gtin, _gtin_forms(gtin))
    if not code.isprintable():
        return Unreadable(_printable(code), "control_characters")
    return _read_text(code)


def _read_text(code: str) -> Scan:
    capitals = code.upper()
    prefix = capitals[:3]
    if len(code) > 3:
        if prefix == MEMBER_PREFIX:
            return MemberCard(capitals)
        if prefix == COUPON_PREFIX and capitals[3:].strip(" -:"):
            return CouponCode(capitals[3:].strip(" -:"))
        if prefix == STAFF_PREFIX:
            return StaffBadge(capitals)
    if prefix[0] == "T" and _RECEIPT_SHAPE.fullmatch(capitals):
        try:
            parse_receipt_number(capitals)
        except NotAReceiptNumber:
            return Unreadable(code, "bad_check_digit")
        return ReceiptCode(capitals)
    return ProductCode(code, (code,))


def _read_digits(code: str, rules: Sequence[BarcodeRule]) -> Scan:
    length = len(code)
    if 16 <= length <= 24 and _is_payment_prefix(code[:2]):
        return PaymentCode(code)
    for rule in sorted(rules, key=_position) if len(rules) > 1 else rules:
        if len(rule.pattern) == length:
            slots = _slots(rule.pattern, rule.kind, rule.value_decimals)
            if slots is not None and slots.matches(code):
                return _embedded(code, rule, slots)
    if length not in _GTIN_LENGTHS:
        gtin = _gtin_of_elements(code)
        return ProductCode(gtin, _gtin_forms(gtin)) if gtin else ProductCode(code, (code,))
    forms = _gtin_forms(code) if has_check_digit(code) else ()
    if length == 8 and code[0] in "01" and has_check_digit(expanded := upc_e_expanded(code)):
        # Eight digits may be a GTIN-8 and a UPC-E at once; the catalogue knows which one it has.
        forms = tuple(dict.fromkeys((code, *forms, *_gtin_forms(expanded))))
    if forms:
        return ProductCode(code, forms)
    return Unreadable(code, "bad_check_digit")


def _position(rule: BarcodeRule) -> int:
    return rule.position


def _is_payment_prefix(prefix: str) -> bool:
    """WeChat Pay codes start with 10 to 15, Alipay codes with 25 to 30 (their merchants' manuals)."""
    return "10" <= prefix <= "15" or "25" <= prefix <= "30"


_GTIN_LENGTHS: Final = (8, 12, 13, 14)


def check_digit(payload: str) -> int:
    """Return the GS1 modulo-10 check digit of the digits before it (GS1 General Specifications 7.9)."""
    return -(3 * sum(map(int, payload[-1::-2])) + sum(map(int, payload[-2::-2]))) % 10


def has_check_digit(code: str) -> bool:
    """Say whether the last digit is the GS1 check digit of those before it."""
    return check_digit(code[:-1]) == int(code[-1])


_FIRST_ELEMENT: Final = re.compile(
    r"(?:01|\(01\))([0-9]{14})\x1d?(?:$|\(?(?:10|11|13|15|17|21|37|310[0-5]|392[0-9]))", re.ASCII
)
"""GTIN (01) at the start of a GS1 element string, alone or before another usual element."""


def _gtin_of_elements(code: str) -> str:
    """Return the GTIN of a GS1-128 or DataMatrix text, or nothing when it is none."""
    found = _FIRST_ELEMENT.match(code)
    return found[1] if found is not None and has_check_digit(found[1]) else ""


def _gtin_forms(code: str) -> tuple[str, ...]:
    """Return the code as scanned, then the other lengths of the same GTIN, the usual ones first."""
    digits = len(code.lstrip("0"))
    forms = [code]
    for length in (13, 12, 14, 8):
        if length != len(code) and digits <= length:
            forms.append(code[-length:].zfill(length))
    return tuple(forms)


def upc_e_expanded(code: str) -> str:
    """Return the UPC-A behind an eight digit UPC-E (GS1 General Specifications 5.2.2.4.2)."""
    system, body, check = code[0], code[1:7], code[7]
    last = body[5]
    if last in "012":
        return f"{system}{body[:2]}{last}0000{body[2:5]}{check}"
    if last == "3":
        return f"{system}{body[:3]}00000{body[3:5]}{check}"
    if last == "4":
        return f"{system}{body[:4]}00000{body[4]}{check}"
    return f"{system}{body[:5]}0000{last}{check}"


class _Slots:
    """Where a pattern keeps its parts; made once per pattern."""

    __slots__ = ("checked", "item", "literals", "value")

    def __init__(self, pattern: str) -> None:
        self.literals = [(place, mark) for place, mark in enumerate(pattern) if mark.isdigit()]
        self.item = [place for place, mark in enumerate(pattern) if mark == "I"]
        self.value = [place for place, mark in enumerate(pattern) if mark == "N"]
        self.checked = pattern.endswith("C")

    def matches(self, code: str) -> bool:
        return all(code[place] == digit for place, digit in self.literals)


@lru_cache(maxsize=64)
def _slots(pattern: str, kind: str, value_decimals: int) -> _Slots | None:
    """Read a rule's pattern; `None` for a rule that means nothing, which is then not tried."""
    known = all(mark in "INVC0123456789" for mark in pattern) and "I" in pattern and "N" in pattern
    if not known or kind not in {"price", "weight"} or not 0 <= value_decimals <= MOST_VALUE_DECIMALS:
        return None
    return _Slots(pattern)


def _embedded(code: str, rule: BarcodeRule, slots: _Slots) -> Scan:
    if slots.checked and not has_check_digit(code):
        return Unreadable(code, "bad_check_digit")
    item = "".join([code[place] for place in slots.item])
    value = int("".join([code[place] for place in slots.value]))
    if rule.kind == "weight":
        return EmbeddedCode(item, None, Decimal(value).scaleb(-3 - rule.value_decimals), code)
    amount = round_ratio(value, 10**rule.value_decimals, Rounding.HALF_UP)
    return EmbeddedCode(item, amount, None, code)


def _printable(code: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in code[:64])
