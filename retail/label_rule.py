"""The shop's own codes: how a rule's pattern reads them, in either of two notations.

Source of the numbers it is made for: GS1 General Specifications 2.1.12 (restricted circulation numbers), the
national rules for variable measure items, the 13 and 18 digit labels of scales, barcode nomenclatures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from retail.catalogue import LocalisedText
from retail.gtin import VERIFIED_VALUE_LENGTHS, has_check_digit, value_check_digit
from retail.label_pattern import LETTERS, Shape, shapes
from retail.money import Rounding, round_ratio
from retail.scan import (
    CouponCode,
    EmbeddedCode,
    GiftCardCode,
    LocationCode,
    MemberCard,
    PaymentCode,
    PickupCode,
    ProductCode,
    Scan,
    StaffBadge,
    unreadable,
)


class BarcodeRule(
    msgspec.Struct, frozen=True, kw_only=True, cache_hash=True, tag="barcode_rule", tag_field="row"
):
    """How a number of the shop's own is read, as a pattern over its digits.

    `pattern` is as long as the code: literal digits, `I` for item number digits, `N` for value digits, `W`
    for weight digits in grams beside a price, `P` for an inner check digit over the value (verified), `V` for
    a digit that is passed over, `C` as the last for the GTIN check digit. A pattern with `.`, `{`, `|` or `*`
    is one of a barcode nomenclature: literal signs, `.` for any sign of the item number, `{NNDDD}` for a
    value with its decimals, `.*` at the end for all that follows, `|` between alternatives. One with a value
    and 7, 11 or 12 digits leaves out the check digit, which follows and is verified.

    `kind` is one of `KINDS`. In the first notation a price is in minor units and a weight in grams, and
    `value_decimals` moves the point to the left of these (to the right when negative); in the second the
    braces say major units or kilograms. Lower `position` is tried first.
    """

    position: int
    pattern: str
    kind: str
    value_decimals: int = 0
    label: LocalisedText = LocalisedText("")

    @property
    def key(self) -> str:
        return f"{self.position:03d}"


LEAST_VALUE_DECIMALS: Final = -3
MOST_VALUE_DECIMALS: Final = 6
MOST_VALUE_DIGITS: Final = 12


class RuleInvalid(ValueError):
    """A rule that means nothing; `code` names the reason for a translated sentence.

    Codes: `unknown_kind`, `bad_pattern`, `no_item`, `no_value` (none, or too long), `needless_value`,
    `no_inner_value` (nothing of four or five digits that an inner check digit could verify), `bad_decimals`.
    """

    def __init__(self, code: str, pattern: str) -> None:
        super().__init__(f"barcode rule {pattern!r} refused: {code}")
        self.code = code
        self.pattern = pattern


class _Found(msgspec.Struct, frozen=True):
    """What a pattern found in a code: the digits of each letter, and the value's decimals (None: minor)."""

    code: str
    item: str
    value: str
    weight: str
    decimals: int | None
    rule: BarcodeRule


def _price(found: _Found) -> Scan:
    weight = Decimal(f"{found.weight}E-3") if found.weight else None
    if found.decimals is not None:
        price = Decimal(f"{found.value}E{-found.decimals}")
        return EmbeddedCode(found.item, None, weight, found.code, price=price)
    shift, amount = found.rule.value_decimals, int(found.value)
    if shift > 0:
        amount = round_ratio(amount, 10**shift, Rounding.HALF_UP)
    elif shift:
        amount *= 10**-shift
    return EmbeddedCode(found.item, amount, weight, found.code)


def _weight(found: _Found) -> Scan:
    decimals = 3 + found.rule.value_decimals if found.decimals is None else found.decimals
    return EmbeddedCode(found.item, None, Decimal(f"{found.value}E{-decimals}"), found.code)


def _count(found: _Found) -> Scan:
    return EmbeddedCode(found.item, None, None, found.code, count=int(found.value))


def _own(found: _Found) -> Scan:
    return ProductCode(found.code, tuple(dict.fromkeys((found.code, found.item or found.code))))


class _Kind(NamedTuple):
    """What a kind of rule makes of a code; `secret` codes are never shown, not even damaged ones."""

    meaning: Callable[[_Found], Scan]
    has_value: bool = False
    secret: bool = False


KINDS: Final[dict[str, _Kind]] = {
    "price": _Kind(_price, has_value=True),
    "weight": _Kind(_weight, has_value=True),
    "count": _Kind(_count, has_value=True),
    "own": _Kind(_own),
    "member": _Kind(lambda found: MemberCard(found.code.upper())),
    "coupon": _Kind(lambda found: CouponCode((found.item or found.code).upper())),
    "gift_card": _Kind(lambda found: GiftCardCode(found.code.upper()), secret=True),
    "staff": _Kind(lambda found: StaffBadge(found.code.upper())),
    "location": _Kind(lambda found: LocationCode(found.item or found.code)),
    "pickup": _Kind(lambda found: PickupCode(found.code)),
    "payment": _Kind(lambda found: PaymentCode(found.code), secret=True),
}
"""Every kind of rule. Coupons and places are their item number, if the pattern has one; others are whole."""


class LabelRule:
    """A rule that was read and found to mean something; `shapes` are the alternatives of its pattern."""

    __slots__ = ("_kind", "_rule", "shapes")

    def __init__(self, rule: BarcodeRule) -> None:
        """Read a rule; raises `RuleInvalid`."""
        kind = KINDS.get(rule.kind)
        if kind is None:
            raise RuleInvalid("unknown_kind", rule.pattern)
        self._rule = rule
        self._kind = kind
        self.shapes = shapes(rule.pattern)
        if not self.shapes:
            raise RuleInvalid("bad_pattern", rule.pattern)
        for shape in self.shapes:
            problem = _problem_of_value(rule, shape) if kind.has_value else _problem_without_value(shape)
            if problem:
                raise RuleInvalid(problem, rule.pattern)

    @property
    def secret(self) -> bool:
        """Say whether the rule's codes are never shown."""
        return self._kind.secret

    def meaning(self, code: str, shape: Shape, groups: tuple[str, ...], *, doubtful: bool) -> Scan | None:
        """Return what a code of this shape means by this rule, None when it is another's.

        A `doubtful` code looks like something else too, and is this rule's only if its check digit says so.
        """
        parts = dict.fromkeys(LETTERS, "")
        for letter, digits in zip(shape.letters, groups, strict=True):
            parts[letter] += digits
        verified = not shape.checked or has_check_digit(code)
        if verified and parts["P"]:
            verified = value_check_digit(parts["N"]) == int(parts["P"])
        if doubtful and not (shape.checked and verified):
            return None
        if not verified:
            return unreadable(code, "bad_check_digit", secret=self._kind.secret)
        found = _Found(code, parts["I"], parts["N"], parts["W"], shape.decimals, self._rule)
        return self._kind.meaning(found)


def _problem_without_value(shape: Shape) -> str:
    return "needless_value" if any(shape.widths[letter] for letter in "NWP") else ""


def _problem_of_value(rule: BarcodeRule, shape: Shape) -> str:
    """Return why a rule cannot read item number and value, or nothing."""
    item, value, weight, inner = (shape.widths[letter] for letter in LETTERS)
    decimals = rule.value_decimals if shape.decimals is None else shape.decimals
    if not item:
        return "no_item"
    if not 1 <= value <= MOST_VALUE_DIGITS or weight > MOST_VALUE_DIGITS:
        return "no_value"
    if weight and rule.kind != "price":
        return "needless_value"
    if inner and (inner > 1 or value not in VERIFIED_VALUE_LENGTHS):
        return "no_inner_value"
    if shape.decimals is not None and rule.value_decimals:
        return "bad_decimals"
    if not LEAST_VALUE_DECIMALS <= decimals <= MOST_VALUE_DECIMALS or (decimals and rule.kind == "count"):
        return "bad_decimals"
    return ""


class _Tried(NamedTuple):
    """One alternative of a rule's pattern, with what a code is held to first."""

    begins: tuple[str, ...]
    expression: re.Pattern[str]
    shape: Shape
    rule: LabelRule


class PreparedRules:
    """All rules of a shop, sorted by the length of the codes that they take.

    A code is tried only by what takes codes of its length that begin as it does.
    """

    __slots__ = ("_by_width", "_of_any_width", "has_secrets")

    def __init__(self, rules: Sequence[LabelRule]) -> None:
        """Take the rules in the order in which they are tried."""
        self.has_secrets = any(rule.secret for rule in rules)
        tried = [
            _Tried(shape.begins, shape.expression, shape, rule) for rule in rules for shape in rule.shapes
        ]
        self._of_any_width = [each for each in tried if not each.shape.width]
        self._by_width = {
            width: [each for each in tried if each.shape.width in (0, width)]
            for width in {each.shape.width for each in tried}
        }

    def read(self, code: str, *, doubtful: bool = False) -> Scan | None:
        """Return what a code means by the first rule that takes it, None when none does.

        A `doubtful` code looks like something else too, and is a rule's only if its check digit says so.
        """
        for begins, expression, shape, rule in self._by_width.get(len(code), self._of_any_width):
            if not code.startswith(begins):
                continue
            match = expression.fullmatch(code)
            if match is None:
                continue
            scan = rule.meaning(code, shape, match.groups(), doubtful=doubtful)
            if scan is not None:
                return scan
        return None


@lru_cache(maxsize=8)
def prepared_rules(rules: tuple[BarcodeRule, ...]) -> PreparedRules:
    """Return the rules ready for reading; each set of them is prepared once."""
    return PreparedRules(label_rules(rules))


def label_rules(rules: Iterable[BarcodeRule]) -> tuple[LabelRule, ...]:
    """Return the rules that mean something, in the order in which they are tried."""
    readable = []
    for rule in sorted(rules, key=lambda rule: rule.position):
        try:
            readable.append(LabelRule(rule))
        except RuleInvalid:
            continue  # the back office says so when it is written; here it must not stop a scan
    return tuple(readable)
