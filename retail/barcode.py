"""What a scanned text means: a product, a scale label, a coupon, a card, a receipt, money, a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from retail import gs1
from retail.gtin import GTIN_LENGTHS, UPC_E_LENGTHS, product_forms
from retail.gtin import check_digit as check_digit
from retail.gtin import has_check_digit as has_check_digit
from retail.gtin import upc_e_expanded as upc_e_expanded
from retail.gtin import value_check_digit as value_check_digit
from retail.label_rule import BarcodeRule as BarcodeRule
from retail.label_rule import LabelRule as LabelRule
from retail.label_rule import PreparedRules, prepared_rules
from retail.label_rule import RuleInvalid as RuleInvalid
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number
from retail.scan import UNREADABLE_REASONS as UNREADABLE_REASONS
from retail.scan import BagCode as BagCode
from retail.scan import CouponCode as CouponCode
from retail.scan import EmbeddedCode as EmbeddedCode
from retail.scan import EnrolmentCode as EnrolmentCode
from retail.scan import GiftCardCode as GiftCardCode
from retail.scan import LocationCode as LocationCode
from retail.scan import MemberCard as MemberCard
from retail.scan import PaymentCode as PaymentCode
from retail.scan import PickupCode as PickupCode
from retail.scan import ProductCode as ProductCode
from retail.scan import ReceiptCode as ReceiptCode
from retail.scan import Scan as Scan
from retail.scan import Secret as Secret
from retail.scan import StaffBadge as StaffBadge
from retail.scan import Unreadable as Unreadable
from retail.scan import unreadable

LONGEST_CODE: Final = 256

MEMBER_PREFIX: Final = "MBR"
COUPON_PREFIX: Final = "CPN"
STAFF_PREFIX: Final = "STF"
GIFT_CARD_PREFIX: Final = "GFT"
PICKUP_PREFIX: Final = "PKP"
SIGNED_PICKUP_PREFIX: Final = "EVP1."
LOCATION_PREFIX: Final = "LOC"
BAG_PREFIX: Final = "BAG"
ENROLMENT_PREFIX: Final = "ENR"

_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
"""The identifier that scanners can be told to send first (ISO/IEC 15424)."""

_GS1_SYMBOLOGIES: Final = frozenset(("]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"))
"""GS1-128, DataBar and composites, GS1 DataMatrix, GS1 QR Code, GS1 DotCode: nothing but elements."""

_GTIN_SYMBOLOGIES: Final = frozenset(("]E0", "]E3", "]E4", "]I1"))
"""EAN-13 or UPC, the same with an add-on, EAN-8, ITF-14: nothing but a trade item number."""

_ADD_ONS: Final = frozenset(("]E1", "]E2"))
"""The two or five digits beside a newspaper's or book's code, sent on their own."""

_PAYMENT_CODES: Final = (
    (range(10, 16), range(18, 19)),  # WeChat Pay, merchant's manual of the payment code
    (range(25, 31), range(16, 25)),  # Alipay, alipay.trade.pay
    (range(62, 63), range(19, 20)),  # UnionPay QR code, customer presented
)
"""The first two digits and the lengths of customers' payment codes; rules may add others."""

_PAYMENT_LENGTHS: Final = {
    str(prefix): lengths for prefixes, lengths in _PAYMENT_CODES for prefix in prefixes
}


def read(text: str, rules: Sequence[BarcodeRule]) -> Scan:
    """Say what a scanned or typed text means. Total: every text gives a meaning or a reason.

    Outer white space (a scanner's Enter or Tab) and a symbology identifier are taken off first. After the
    identifier of a GS1 symbology there are elements and nothing else. Prefixes are read in any case. Among
    digits the order is: payment code, the store's rules, GTIN with its check digit, GS1 elements; among
    other texts: the store's rules, GS1 elements, web address, prefix. What is left is the shop's own product
    code. A rule with a check digit takes a code that looks like a payment code, if the digit is right. Of a
    secret that was scanned into a text without a meaning nothing is shown.
    """
    code = text.strip()
    symbology = ""
    if code[:1] == "]" and _SYMBOLOGY.match(code):
        symbology, code = code[:3], code[3:].strip()
    if not code:
        return Unreadable("", "empty")
    prepared = prepared_rules(rules if isinstance(rules, tuple) else tuple(rules))
    if len(code) > LONGEST_CODE:
        return _refused(code, "too_long", prepared)
    if symbology:
        if symbology in _GS1_SYMBOLOGIES:
            return _read_gs1(code, gs1.elements_of, None)
        if symbology in _ADD_ONS:
            return unreadable(code, "no_product")
    if code.isascii() and code.isdigit():
        return _read_digits(code, prepared, symbology)
    return _read_text(code, prepared)


# ---- digits ---------------------------------------------------------------------------------------


def _read_digits(code: str, rules: PreparedRules, symbology: str) -> Scan:
    looks_like_money = _looks_like_payment(code) and symbology not in _GTIN_SYMBOLOGIES
    scan = rules.read(code, doubtful=looks_like_money)
    if scan is not None:
        return scan
    if looks_like_money:
        return PaymentCode(code)
    if symbology == "]E3" and len(code) in (15, 18):
        return _with_add_on(code)
    length = len(code)
    if length in GTIN_LENGTHS or length in UPC_E_LENGTHS:
        forms = product_forms(code, upc_e=symbology != "]E4")
        return ProductCode(code, forms) if forms else _refused(code, "bad_check_digit", rules)
    if _begins_with_trade_item(code) or _is_logistic_unit(code):
        return _read_gs1(code, gs1.element_string, rules)
    return _own(code, rules)


def _looks_like_payment(code: str) -> bool:
    """Say whether digits are as many as those of a payment code that begins so."""
    return len(code) in _PAYMENT_LENGTHS.get(code[:2], ())


def _with_add_on(code: str) -> Scan:
    number = code[:13]
    if not has_check_digit(number):
        return Unreadable(code, "bad_check_digit")
    return ProductCode(number, product_forms(number), add_on=code[13:])


# ---- GS1 ------------------------------------------------------------------------------------------


def _begins_with_trade_item(code: str) -> bool:
    """Say whether a text begins with the element (01) or (02): sixteen digits, the last right."""
    if code[:2] not in ("01", "02"):
        return False
    number = code[2:16]
    return len(number) == 14 and number.isascii() and number.isdigit() and has_check_digit(number)


def _is_logistic_unit(code: str) -> bool:
    """Say whether digits are the element (00) alone: a number of 18 digits (SSCC), the last right."""
    return len(code) == 20 and code[:2] == "00" and has_check_digit(code[2:])


def _read_gs1(code: str, elements_of: Callable[[str], gs1.Elements], rules: PreparedRules | None) -> Scan:
    """`rules` is None when the scanner said that it read a GS1 symbol, which no secret of ours is in."""
    try:
        return gs1.meaning(elements_of(code))
    except gs1.ElementRefused as refused:
        return unreadable(code, refused.code) if rules is None else _refused(code, refused.code, rules)


# ---- other texts ----------------------------------------------------------------------------------


def _read_text(code: str, rules: PreparedRules) -> Scan:
    is_printable = code.isprintable()
    scan = rules.read(code) if is_printable else None
    if scan is not None:
        return scan
    first = code[0]
    if gs1.SEPARATOR in code or gs1.is_in_brackets(code) or (first == "0" and _begins_with_trade_item(code)):
        return _read_gs1(code, gs1.elements_of, rules)
    if not is_printable:
        return _refused(code, "control_characters", rules)
    if gs1.is_web_address(code):
        return _read_gs1(code, gs1.digital_link, rules)
    scan = _read_prefix(code)
    return _own(code, rules) if scan is None else scan


def _read_prefix(code: str) -> Scan | None:
    capitals = code.upper()
    by_prefix = _PREFIXES.get(capitals[:3])
    scan = None if by_prefix is None else by_prefix(code, capitals[3:])
    return _receipt(capitals) if scan is None and code[0] in "tTwW" else scan


_RECEIPT_SHAPE: Final = re.compile(r"(?:T[0-9]{1,3}|W)-[0-9]{6,12}-[0-9]", re.ASCII)


def _receipt(capitals: str) -> Scan | None:
    try:
        parse_receipt_number(capitals)
    except NotAReceiptNumber:
        looks_like_one = _RECEIPT_SHAPE.fullmatch(capitals) is not None
        return Unreadable(capitals, "bad_check_digit") if looks_like_one else None
    return ReceiptCode(capitals)


def _member(_code: str, rest: str) -> Scan | None:
    return MemberCard(MEMBER_PREFIX + rest) if rest else None


def _coupon(_code: str, rest: str) -> Scan | None:
    coupon = rest.strip(" -:")
    return CouponCode(coupon) if coupon else None


def _staff(_code: str, rest: str) -> Scan | None:
    return StaffBadge(STAFF_PREFIX + rest) if rest else None


_GIFT_CARD_LENGTHS: Final = range(8, 20)
_PICKUP_LENGTHS: Final = range(6, 19)


def _gift_card(_code: str, rest: str) -> Scan | None:
    digits = _grouped_digits(rest)
    if len(digits) not in _GIFT_CARD_LENGTHS:
        return None
    if not has_check_digit(digits):
        return unreadable(GIFT_CARD_PREFIX + digits, "bad_check_digit", secret=True)
    return GiftCardCode(GIFT_CARD_PREFIX + digits)


def _pickup(_code: str, rest: str) -> Scan | None:
    digits = _grouped_digits(rest)
    if len(digits) not in _PICKUP_LENGTHS:
        return None
    code = PICKUP_PREFIX + digits
    return PickupCode(code) if has_check_digit(digits) else Unreadable(code, "bad_check_digit")


def _grouped_digits(text: str) -> str:
    """Return digits that are printed in groups without what parts them, nothing when there is more."""
    digits = text.replace("-", "").replace(" ", "")
    return digits if digits.isascii() and digits.isdigit() else ""


_SIGNED_PICKUP: Final = re.compile(r"[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_=-]+)*", re.ASCII)


def _signed_pickup(code: str, _rest: str) -> Scan | None:
    """A signed code is base64url, so its letters keep their case."""
    begins = len(SIGNED_PICKUP_PREFIX)
    if code[:begins].upper() != SIGNED_PICKUP_PREFIX or _SIGNED_PICKUP.fullmatch(code, begins) is None:
        return None
    return PickupCode(SIGNED_PICKUP_PREFIX + code[begins:])


def _location(_code: str, rest: str) -> Scan | None:
    """`LOC` is how words begin too, so a sign or a digit must follow."""
    location = rest.strip(" -:")
    return LocationCode(location) if location and rest[0] in "-:0123456789" else None


def _bag(_code: str, rest: str) -> Scan | None:
    """`BAG` is how words begin too, so a sign or a digit must follow."""
    bag = rest.strip(" -:")
    return BagCode(bag) if bag and rest[0] in "-:0123456789" else None


_ENROLMENT: Final = re.compile(r"[-:]([0-9A-Z]{4})-?([0-9A-Z]{4})", re.ASCII)


def _enrolment(_code: str, rest: str) -> Scan | None:
    found = _ENROLMENT.fullmatch(rest)
    return None if found is None else EnrolmentCode(f"{found[1]}-{found[2]}")


_PREFIXES: Final[dict[str, Callable[[str, str], Scan | None]]] = {
    MEMBER_PREFIX: _member,
    COUPON_PREFIX: _coupon,
    STAFF_PREFIX: _staff,
    GIFT_CARD_PREFIX: _gift_card,
    PICKUP_PREFIX: _pickup,
    SIGNED_PICKUP_PREFIX[:3]: _signed_pickup,
    LOCATION_PREFIX: _location,
    BAG_PREFIX: _bag,
    ENROLMENT_PREFIX: _enrolment,
}
"""What a prefix promises. Readers get the text, and in capitals what follows it; None: not such a code."""


# ---- texts without a meaning, and the secrets in them -----------------------------------------------

_BETWEEN_SCANS: Final = dict.fromkeys((*range(0x20), 0x7F), " ")
"""The control characters that a scanner may send between two codes, as `str.translate` takes them."""

_LONGEST_PAYMENT_CODE: Final = max(length for _, lengths in _PAYMENT_CODES for length in lengths)
_SECRET_PREFIXES: Final = (GIFT_CARD_PREFIX, ENROLMENT_PREFIX)
_SHORTEST_PAYMENT_CODE: Final = min(length for _, lengths in _PAYMENT_CODES for length in lengths)
_MANY_DIGITS: Final = re.compile(f"[0-9][0-9]{{{_SHORTEST_PAYMENT_CODE - 1}}}", re.ASCII)
"""As many as a payment code has at least; the first stands apart because such a pattern is found faster."""


def _refused(code: str, reason: str, rules: PreparedRules) -> Unreadable:
    """Return why a text has no meaning, with nothing of it when a secret was scanned into it."""
    looked_at = code[:LONGEST_CODE]
    if not _may_hide_secrets(looked_at, rules):
        return unreadable(code, reason)
    pieces = set(looked_at.translate(_BETWEEN_SCANS).split())
    return unreadable(code, reason, secret=any(_hides_secrets(piece, rules) for piece in pieces))


def _own(code: str, rules: PreparedRules) -> Scan:
    """Return a code of the shop's own, unless it is nothing but secrets, as when one was scanned twice."""
    if _may_hide_secrets(code, rules) and all(_hides_secrets(piece, rules) for piece in code.split()):
        return unreadable(code, "too_long", secret=True)
    return ProductCode(code, (code,))


def _may_hide_secrets(code: str, rules: PreparedRules) -> bool:
    """Say whether a text has to be looked at closely: most have nothing that any secret has."""
    if rules.has_secrets or _MANY_DIGITS.search(code):
        return True
    capitals = code.upper()
    return GIFT_CARD_PREFIX in capitals or ENROLMENT_PREFIX in capitals


def _hides_secrets(code: str, rules: PreparedRules) -> bool:
    """Say whether a text is a secret, one several times, or digits too many of which the first are one."""
    if _is_secret(code, rules):
        return True
    again = (code + code).find(code, 1)  # how long the shortest text is that this one repeats
    for times in _divisors(len(code) // again):
        if _is_secret(code[: again * times], rules):
            return True
    too_many = len(code) > _LONGEST_PAYMENT_CODE and code.isascii() and code.isdigit()
    return too_many and any(_is_secret(code[:end], rules) for end in range(1, _LONGEST_PAYMENT_CODE + 1))


@cache
def _divisors(number: int) -> tuple[int, ...]:
    """Return what divides a number up to `LONGEST_CODE`, without the number itself."""
    return tuple(divisor for divisor in range(1, number // 2 + 1) if number % divisor == 0)


def _is_secret(code: str, rules: PreparedRules) -> bool:
    if code.isascii() and code.isdigit():
        if _looks_like_payment(code):
            return True
    elif code[:3].upper() in _SECRET_PREFIXES and isinstance(_read_prefix(code), Secret):
        return True
    return isinstance(rules.read(code), Secret)
