"""All promotions of a store in the order they apply, found by what they touch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from retail.basket import coupon_key
from retail.occasion import Conditions
from retail.promotions.kind import LineInPlay, PromotionInvalid
from retail.promotions.prepared import CONDITION_FIELDS, PreparedPromotion, SkippedPromotion
from retail.promotions.rule import Promotion

Touching = tuple[int, PreparedPromotion, list[LineInPlay]]
"""A promotion's rank in the order of application, the promotion, and the lines it touches."""


class PromotionIndex:
    """All promotions of a store, lower priority first, then by id. Read-only once made.

    A promotion that cannot be evaluated lands in `skipped`. Of two with one id the one that comes first in
    that order holds, the other is skipped as `duplicate_id`. `coupon_reasons` tells what to say for a coupon
    code whose promotions never came to be applied.
    """

    __slots__ = (
        "_by_category",
        "_by_product",
        "_everywhere",
        "_everywhere_by_coupon",
        "coupon_reasons",
        "ordered",
        "skipped",
    )

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        """Read and index the promotions."""
        skipped: list[SkippedPromotion] = []
        prepared: dict[str, PreparedPromotion] = {}
        self.coupon_reasons: dict[str, str] = {}
        for promotion in sorted(promotions, key=lambda one: (one.priority, one.promotion_id)):
            code = coupon_key(promotion.coupon_code)
            try:
                if promotion.promotion_id in prepared:
                    raise PromotionInvalid("duplicate_id")
                prepared[promotion.promotion_id] = PreparedPromotion(promotion)
            except PromotionInvalid as invalid:
                skipped.append(SkippedPromotion(promotion.promotion_id, invalid.reason))
                if code:
                    self.coupon_reasons.setdefault(code, "cannot_be_evaluated")
                continue
            if code:
                self.coupon_reasons[code] = "nothing_matches"
        self.skipped = tuple(skipped)
        self.ordered = tuple(prepared.values())
        _share_conditions(self.ordered)
        self._by_product: dict[str, list[int]] = {}
        self._by_category: dict[str, list[int]] = {}
        self._everywhere: list[int] = []
        self._everywhere_by_coupon: dict[str, list[int]] = {}
        for rank, one in enumerate(self.ordered):
            self._enter(rank, one)

    def _enter(self, rank: int, one: PreparedPromotion) -> None:
        products, categories = map(frozenset, one.kind.scope(one.promotion))
        if not products and not categories:
            if one.coupon:
                self._everywhere_by_coupon.setdefault(one.coupon, []).append(rank)
            else:
                self._everywhere.append(rank)
        for product_id in products:
            self._by_product.setdefault(product_id, []).append(rank)
        for category_id in categories:
            self._by_category.setdefault(category_id, []).append(rank)

    def touching(self, lines: Sequence[LineInPlay], coupons: Collection[str]) -> Iterator[Touching]:
        """Yield the promotions that touch any of the lines, in order, each with its lines in order.

        Promotions that touch everything for a coupon are left out when nobody brought it.
        """
        if not lines:
            return
        touched: dict[int, list[LineInPlay]] = {}
        by_product, by_category = self._by_product, self._by_category
        for line in lines:
            for rank in by_product.get(line.product_id, ()):
                touched.setdefault(rank, []).append(line)
            for rank in by_category.get(line.category_id, ()):
                present = touched.setdefault(rank, [])
                if not present or present[-1] is not line:
                    present.append(line)
        every = list(lines)
        for rank in self._everywhere:
            touched[rank] = every
        for coupon in coupons:
            for rank in self._everywhere_by_coupon.get(coupon, ()):
                touched[rank] = every
        for rank in sorted(touched):
            one, its_lines = self.ordered[rank], touched[rank]
            yield rank, one, _not_excluded(one, its_lines) if one.excludes else its_lines


def _share_conditions(promotions: Iterable[PreparedPromotion]) -> None:
    """Give promotions that hold at the same times for the same customers one and the same `Conditions`.

    A campaign has many promotions; so its conditions are asked once for a basket.
    """
    shared: dict[tuple[object, ...], Conditions] = {}
    for one in promotions:
        row = one.promotion
        key = tuple([getattr(row, name) for name in CONDITION_FIELDS])
        one.conditions = shared.setdefault(key, one.conditions)


def _not_excluded(prepared: PreparedPromotion, lines: list[LineInPlay]) -> list[LineInPlay]:
    products, categories = prepared.excluded_products, prepared.excluded_categories
    return [line for line in lines if line.product_id not in products and line.category_id not in categories]
