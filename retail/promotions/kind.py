"""What a kind of promotion is: data read once from its arguments, and a pure count of what it saves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import ClassVar

import msgspec

from retail.catalogue import ProductKind
from retail.money import Rounding, allocate
from retail.promotions.rule import Promotion
from retail.sale import AppliedDiscount

LARGEST_COUNT = 99_999
"""No promotion is used more often than this in one sale."""


class PromotionInvalid(ValueError):
    """A promotion that cannot be evaluated; `reason` is a stable code.

    Reasons: `unknown_kind`, `missing_<argument>`, `bad_<argument>`, `unknown_<argument>`, those of
    `retail.occasion.ConditionInvalid`, and those that the file of a kind names.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Phase(IntEnum):
    """When a kind is applied; within a phase the order is that of priority, then of the id."""

    LINES = 1
    """On single lines, before the cashier's own discounts."""
    DOCUMENT = 2
    """On what the lines come to after that."""
    SHIPPING = 3
    """On shipping, which no other phase touches. The lines in scope are goods: they decide about minimums;
    what a kind is given are the shipping lines."""
    POINTS = 4
    """On the points that the sale earns; no money moves."""


class LineInPlay(msgspec.Struct, eq=False, gc=False):
    """A line while promotions are counted. Kinds read it; only the engine changes it.

    `gross_minor` is its price before every discount, `remaining_minor` what is still to be paid, `pieces` the
    whole pieces (0 for weighed goods), `quantity` pieces or weight, `unit_price_minor` before every discount.
    `promoted` says that a promotion took something off, `closed` that no other may follow, `groups` are the
    exclusion groups that have had the line. `discounts` are those of the line itself,
    `document_discount_minor` is its share of the document's. `order` is the line's place in an order that
    does not depend on how it was scanned. Two lines are never the same line, however alike.
    """

    product_id: str
    category_id: str
    pieces: int
    gross_minor: int
    remaining_minor: int
    quantity: Decimal = Decimal(1)
    unit_price_minor: Decimal = Decimal(0)
    product_kind: ProductKind = ProductKind.GOODS
    order: int = 0
    promoted: bool = False
    closed: bool = False
    groups: frozenset[str] = frozenset()
    discounts: list[AppliedDiscount] = []
    document_discount_minor: int = 0


class Terms(msgspec.Struct, frozen=True, gc=False):
    """What holds for one use of a kind: how to round, how often it may be used, who else takes part.

    `most` is in the kind's own unit: pieces, groups, or once a sale. `participants` are those of a group
    purchase, as far as is known.
    """

    rounding: Rounding = Rounding.HALF_UP
    most: int = LARGEST_COUNT
    participants: int = 0


Savings = tuple[int, list[tuple[LineInPlay, int]]]
"""How often the promotion was used, and what comes off which line (each at most what remains of it)."""


class Offer(msgspec.Struct, frozen=True):
    """Something the customer may still have: this many pieces of one of these products, for nothing."""

    product_ids: tuple[str, ...]
    quantity: int


class Kind(msgspec.Struct, frozen=True):
    """A kind of promotion: a frozen value read from a row's arguments.

    `on_document` says that the saving is shown as one discount of the document, `separable` that what
    comes off a line depends on that line alone, so that competing promotions can be compared line by line.
    """

    phase: ClassVar[Phase] = Phase.LINES
    on_document: ClassVar[bool] = False
    separable: ClassVar[bool] = False

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:
        """Return the product ids and category ids it touches; both empty for every product."""
        return promotion.product_ids, promotion.category_ids

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Return how often it is used and what comes off which line, or the reason (a code) why nothing
        does.

        `lines` are those in scope that may still be promoted, in an order that does not depend on how they
        were scanned. A line appears at most once in the result, an amount is never more than what remains of
        its line, some amount is above 0, the number of uses is never more than `terms.most`.
        """
        raise NotImplementedError

    def steps(self) -> Sequence[int]:
        """Return the sums of the lines in scope from which on more comes off; minor units, mostly none.

        So the engine sees where an earlier saving on the lines costs the customer a larger later one.
        """
        return ()

    def offers(self, lines: Sequence[LineInPlay], terms: Terms) -> tuple[Offer, ...]:  # noqa: ARG002 (most kinds offer nothing)
        """Return what the customer has earned and not taken yet."""
        return ()

    def points_multiplier(self, lines: Sequence[LineInPlay], terms: Terms) -> Decimal:  # noqa: ARG002 (most kinds give none)
        """Return by how much the points of these lines are multiplied; only asked in the phase `POINTS`."""
        return Decimal(1)


class DocumentKind(Kind, frozen=True):
    """A kind that takes one amount off what its lines come to; it counts once a sale."""

    phase: ClassVar[Phase] = Phase.DOCUMENT
    on_document: ClassVar[bool] = True

    def saving(self, base_minor: int, terms: Terms) -> int | str:
        """Return what comes off the lines' sum, or the reason (a code) why nothing does."""
        raise NotImplementedError

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Allocate the amount to the lines in proportion to what remains of them; see `Kind`."""
        remaining = [line.remaining_minor for line in lines]
        base = sum(remaining)
        saving = self.saving(base, terms)
        if isinstance(saving, str):
            return saving
        if saving == 0:
            return "nothing_matches"
        return 1, list(zip(lines, allocate(min(saving, base), remaining), strict=True))
