"""Everything that a scanned text can mean, as frozen values."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NoReturn

import msgspec


class ProductCode(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product's code as scanned, the forms under which the catalogue may have it, and what stood beside it.

    What follows `candidates` comes from GS1 elements and is empty or None without them. `elements` are all
    of them as (identifier, content), in order. Dates are `YYMMDD` as printed, `expires_at` is `YYMMDDHHMM`:
    only the day of the sale tells their century (`retail.freshness`). `weight` is in kilograms, `length` in
    metres, `volume` in litres, `count` in pieces. `price` is what the item costs and `unit_price` what a unit
    of it costs, in major units of the currency with the ISO 4217 number `currency_number`, or of the store's
    own when that is empty (`retail.label_price` turns it into minor units). `add_on` are the two or five
    digits beside the bars of a newspaper or book.
    """

    code: str
    candidates: tuple[str, ...]
    elements: tuple[tuple[str, str], ...] = ()
    lot: str = ""
    serial: str = ""
    produced: str = ""
    packaged: str = ""
    best_before: str = ""
    sell_by: str = ""
    expiry: str = ""
    expires_at: str = ""
    weight: Decimal | None = None
    length: Decimal | None = None
    volume: Decimal | None = None
    count: int | None = None
    price: Decimal | None = None
    unit_price: Decimal | None = None
    currency_number: str = ""
    add_on: str = ""


class EmbeddedCode(msgspec.Struct, frozen=True, omit_defaults=True):
    """A label of the shop's own: the item number, and what the rule found beside it.

    `amount_minor` is a price in minor units, `price` the same in major units where the rule says so,
    `weight` is in kilograms, `count` in pieces. A label may hold weight and price at once.
    """

    item_code: str
    amount_minor: int | None
    weight: Decimal | None
    code: str
    price: Decimal | None = None
    count: int | None = None


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


class PickupCode(msgspec.Struct, frozen=True):
    """A customer's code for an order: `EVP1.` with a signed text, or `PKP` with digits to type."""

    code: str


class LocationCode(msgspec.Struct, frozen=True):
    """A shelf, room or building; `code` is what stands after the prefix, or its GLN."""

    code: str


class BagCode(msgspec.Struct, frozen=True):
    """A bag or a tote that an online order is picked into; `code` is what stands after the prefix."""

    code: str


class Secret:
    """A text that must never be stored, logged or shown; `text` gives it to whoever needs it now.

    It is no struct on purpose: `msgspec`, `json` and `pickle` refuse it, its `repr` tells its length only.
    """

    __match_args__ = ("text",)
    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    @property
    def text(self) -> str:
        return self._text

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._text)} characters)"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is never stored")


class PaymentCode(Secret):
    """A customer's one-time payment code. It is money: it is never stored, logged or shown."""

    __slots__ = ()


class GiftCardCode(Secret):
    """A gift card's number, prefix included. Whoever knows it can spend it: it is never stored or shown."""

    __slots__ = ()


class EnrolmentCode(Secret):
    """A one-time code that makes a device a till of this shop; `text` is what stands after the prefix."""

    __slots__ = ()


class Unreadable(msgspec.Struct, frozen=True):
    """A text without a meaning; `code` is its printable start, `reason` one of `UNREADABLE_REASONS`."""

    code: str
    reason: str


UNREADABLE_REASONS: Final = (
    "empty",
    "too_long",
    "control_characters",
    "bad_check_digit",
    "unknown_element",  # a GS1 application identifier that there is not
    "bad_element",  # the content of a GS1 element is too short, too long, or has characters it may not have
    "bad_date",
    "contradictory_elements",  # two elements of one code say different things
    "logistic_unit",  # a pallet or carton, not something that a till sells
    "no_product",  # a GS1 code of a place, an asset or a document
    "web_address",  # no GS1 Digital Link, or one in its compressed form
)

Scan = (
    ProductCode
    | EmbeddedCode
    | MemberCard
    | CouponCode
    | StaffBadge
    | ReceiptCode
    | PickupCode
    | LocationCode
    | BagCode
    | PaymentCode
    | GiftCardCode
    | EnrolmentCode
    | Unreadable
)
"""Everything that a scanned text can mean."""

LONGEST_SHOWN: Final = 64
_DOTS: Final = dict.fromkeys((*range(0x20), 0x7F), "·")
"""How the control characters of ASCII are shown."""


def unreadable(code: str, reason: str, *, secret: bool = False) -> Unreadable:
    """Return why a text has no meaning, with what of it may be shown: nothing of a secret."""
    shown = code[:LONGEST_SHOWN]
    if secret:
        return Unreadable("·" * len(shown), reason)
    if not shown.isprintable():
        shown = shown.translate(_DOTS)
    if not shown.isprintable():
        shown = "".join(sign if sign.isprintable() else "·" for sign in shown)
    return Unreadable(shown, reason)
