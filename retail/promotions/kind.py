"""What a kind of promotion is: data read once from its arguments, and a pure count of what it saves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import ClassVar

import msgspec

from retail.money import LARGEST_AMOUNT_MINOR, Rounding
from retail.promotions.rule import Promotion
from retail.sale import AppliedDiscount

LARGEST_COUNT = 99_999


class PromotionInvalid(ValueError):
    """A promotion that cannot be evaluated; `reason` is a stable code.

    Reasons: `unknown_kind`, `missing_<argument>`, `bad_<argument>`, `bad_time`, `one_kind_of_group`,
    `too_few_groups`, `groups_overlap`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LineInPlay:
    """A line while promotions are counted. Kinds read it; only the engine changes it.

    `remaining_minor` is what is still to be paid, `pieces` the whole pieces (0 for weighed goods),
    `promoted` says that a promotion took something off, `closed` that no other may follow. `discounts` are
    those of the line itself, `document_discount_minor` is its share of the document's.
    """

    __slots__ = (
        "category_id",
        "closed",
        "discounts",
        "document_discount_minor",
        "pieces",
        "product_id",
        "promoted",
        "remaining_minor",
    )

    def __init__(self, product_id: str, category_id: str, pieces: int, remaining_minor: int) -> None:
        self.product_id = product_id
        self.category_id = category_id
        self.pieces = pieces
        self.remaining_minor = remaining_minor
        self.promoted = False
        self.closed = False
        self.discounts: list[AppliedDiscount] = []
        self.document_discount_minor = 0


class LineKind(msgspec.Struct, frozen=True):
    """A kind that takes money off single lines."""

    document_level: ClassVar[bool] = False

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:
        """Return the product ids and category ids it touches; both empty for every product."""
        return promotion.product_ids, promotion.category_ids

    def savings(self, lines: Sequence[LineInPlay], rounding: Rounding) -> list[tuple[LineInPlay, int]]:
        """Return what comes off which line; each amount is at most what remains of the line."""
        raise NotImplementedError


class DocumentKind(msgspec.Struct, frozen=True):
    """A kind that takes money off the document; the engine allocates it to the lines."""

    document_level: ClassVar[bool] = True

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:
        """Return the product ids and category ids that count; both empty for every product."""
        return promotion.product_ids, promotion.category_ids

    def saving(self, base_minor: int, rounding: Rounding) -> int | str:
        """Return what comes off the lines' sum, or the reason (a code) why nothing does."""
        raise NotImplementedError


def whole_argument(promotion: Promotion, name: str, *, least: int, most: int = LARGEST_AMOUNT_MINOR) -> int:
    """Read a whole number from the arguments; raises `PromotionInvalid`."""
    value = decimal_argument(promotion, name, least=Decimal(least), most=Decimal(most))
    if value != value.to_integral_value():
        raise PromotionInvalid(f"bad_{name}")
    return int(value)


def decimal_argument(promotion: Promotion, name: str, *, least: Decimal, most: Decimal) -> Decimal:
    """Read a decimal number between bounds from the arguments; raises `PromotionInvalid`."""
    text = promotion.arguments.get(name)
    if text is None:
        raise PromotionInvalid(f"missing_{name}")
    try:
        value = Decimal(text)
    except InvalidOperation as unreadable:
        raise PromotionInvalid(f"bad_{name}") from unreadable
    if not value.is_finite() or not least <= value <= most:
        raise PromotionInvalid(f"bad_{name}")
    return value
