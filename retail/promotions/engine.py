"""Applies promotions: prepared once, indexed by product and category, then run over each basket.

Promotions are applied in order of
priority, then id. First those on lines, then those on the document. A line that takes no discount
(`discountable` false) or whose price was set by hand is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from retail.money import Rounding, allocate
from retail.occasion import Bound, ConditionInvalid, Moment
from retail.promotions.kind import LineInPlay, PromotionInvalid, Terms
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from retail.sale import AppliedDiscount, DiscountSource


class SkippedPromotion(msgspec.Struct, frozen=True):
    """A promotion that cannot be evaluated, and why (see `PromotionInvalid`)."""

    promotion_id: str
    reason: str


class PreparedPromotion:
    """A promotion with its arguments and times read, ready to be applied many times."""

    __slots__ = ("coupon", "ends", "kind", "promotion", "source", "starts", "tier")

    def __init__(self, promotion: Promotion) -> None:
        """Read a promotion row; raises `PromotionInvalid`."""
        read = KINDS.get(promotion.kind)
        if read is None:
            raise PromotionInvalid("unknown_kind")
        self.kind = read(promotion)
        self.promotion = promotion
        try:
            self.starts = Bound(promotion.starts_at) if promotion.starts_at else None
            self.ends = Bound(promotion.ends_at) if promotion.ends_at else None
        except ConditionInvalid as invalid:
            raise PromotionInvalid(invalid.reason) from invalid
        self.tier = promotion.member_tier
        self.coupon = promotion.coupon_code.strip().upper()
        if self.coupon:
            self.source = DiscountSource.COUPON
        elif self.tier:
            self.source = DiscountSource.MEMBER
        else:
            self.source = DiscountSource.PROMOTION

    def refusal(self, moment: Moment, tier: str, coupons: Sequence[str]) -> str:
        """Return why it does not hold now for this customer (a code), or nothing when it does."""
        if self.coupon and self.coupon not in coupons:
            return "no_coupon"
        if self.tier and self.tier != tier:
            return "other_members"
        if self.starts is not None and not self.starts.reached(moment):
            return "not_yet"
        if self.ends is not None and self.ends.reached(moment):
            return "expired"
        return ""

    def discount(self, amount_minor: int) -> AppliedDiscount:
        """Return the amount as a discount that names this promotion."""
        return AppliedDiscount(
            source=self.source,
            label=self.promotion.label,
            amount_minor=amount_minor,
            promotion_id=self.promotion.promotion_id,
            coupon_code=self.coupon,
        )


class PromotionIndex:
    """All promotions of a store in the order they apply, found by what they touch. Read-only once made."""

    __slots__ = ("_by_category", "_by_product", "_everywhere", "coupon_reasons", "ordered", "skipped")

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        """Read and index the promotions; one that cannot be evaluated lands in `skipped`."""
        skipped: list[SkippedPromotion] = []
        prepared: list[PreparedPromotion] = []
        self.coupon_reasons: dict[str, str] = {}
        """What to say for a coupon code whose promotions never came to be applied."""
        for promotion in sorted(promotions, key=lambda one: (one.priority, one.promotion_id)):
            code = promotion.coupon_code.strip().upper()
            try:
                prepared.append(PreparedPromotion(promotion))
            except PromotionInvalid as invalid:
                skipped.append(SkippedPromotion(promotion.promotion_id, invalid.reason))
                if code:
                    self.coupon_reasons.setdefault(code, "cannot_be_evaluated")
                continue
            if code:
                self.coupon_reasons[code] = "nothing_matches"
        self.skipped = tuple(skipped)
        self.ordered = tuple(prepared)
        by_product: dict[str, list[int]] = {}
        by_category: dict[str, list[int]] = {}
        everywhere: list[int] = []
        for rank, one in enumerate(prepared):
            products, categories = map(frozenset, one.kind.scope(one.promotion))
            if not products and not categories:
                everywhere.append(rank)
            for product_id in products:
                by_product.setdefault(product_id, []).append(rank)
            for category_id in categories:
                by_category.setdefault(category_id, []).append(rank)
        self._by_product = by_product
        self._by_category = by_category
        self._everywhere = tuple(everywhere)

    def candidates(self, lines: Sequence[LineInPlay]) -> list[tuple[PreparedPromotion, list[LineInPlay]]]:
        """Return the promotions that touch any of the lines, in order, each with its lines in order."""
        touched: dict[int, list[LineInPlay]] = {}
        nothing: list[int] = []
        by_product, by_category = self._by_product, self._by_category
        for line in lines:
            of_product = by_product.get(line.product_id, nothing)
            for rank in of_product:
                touched.setdefault(rank, []).append(line)
            for rank in by_category.get(line.category_id, nothing):
                present = touched.setdefault(rank, [])
                if not present or present[-1] is not line:
                    present.append(line)
        if lines:
            every = list(lines)
            for rank in self._everywhere:
                touched[rank] = every
        ordered = self.ordered
        return [(ordered[rank], touched[rank]) for rank in sorted(touched)]


def apply_to_lines(prepared: PreparedPromotion, lines: Sequence[LineInPlay], rounding: Rounding) -> bool:
    """Apply one promotion on lines; return whether anything came off.

    An exclusive promotion takes only lines that no other promotion has touched, and closes them.
    """
    exclusive = prepared.promotion.exclusive
    free = _free(lines, exclusive=exclusive)
    saved = False
    savings = prepared.kind.savings(free, Terms(rounding)) if free else "nothing_matches"
    if isinstance(savings, str):
        return False
    for line, amount in savings[1]:
        assert 0 <= amount <= line.remaining_minor, (prepared.promotion.promotion_id, amount)
        if amount:
            line.remaining_minor -= amount
            line.promoted = True
            line.closed = exclusive
            line.discounts.append(prepared.discount(amount))
            saved = True
    return saved


def apply_to_document(
    prepared: PreparedPromotion, lines: Sequence[LineInPlay], rounding: Rounding
) -> AppliedDiscount | str:
    """Apply one promotion on the document, allocated to its lines; return it, or why nothing came off.

    Lines closed by an exclusive promotion do not count. An exclusive promotion counts only lines that
    no other promotion has touched, and closes them.
    """
    exclusive = prepared.promotion.exclusive
    free = _free(lines, exclusive=exclusive)
    savings = prepared.kind.savings(free, Terms(rounding))
    if isinstance(savings, str):
        return savings
    saving = sum(amount for _, amount in savings[1])
    take_off_document(free, saving)
    for line in free:
        line.promoted = True
        line.closed = exclusive
    return prepared.discount(saving)


def take_off_document(lines: Sequence[LineInPlay], amount_minor: int) -> None:
    """Allocate an amount off the document to lines in proportion to what remains of them."""
    shares = allocate(amount_minor, [line.remaining_minor for line in lines])
    for line, share in zip(lines, shares, strict=True):
        line.remaining_minor -= share
        line.document_discount_minor += share


def _free(lines: Sequence[LineInPlay], *, exclusive: bool) -> list[LineInPlay]:
    if exclusive:
        return [line for line in lines if not line.promoted]
    return [line for line in lines if not line.closed]
