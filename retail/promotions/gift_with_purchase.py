"""A gift for whoever buys enough: `spend 80.00 on skin care, get a travel kit`.

Arguments: `gift_products` (ids separated by `,`: the customer has one of these), `gift_quantity` (pieces of
the gift, 1 when it is not given), and one of `spend_minor` (what the lines in scope must come to after their
own discounts; reached is enough) and `buy` (how many pieces of them). With `repeat` = `yes` there is a gift
for each such sum or number, otherwise one a sale.

The gift's pieces cost nothing once they are in the basket, the dearest first; until then there is an offer
(`Kind.offers`). Gifts never count towards what must be bought, whether they are free or paid. Weighed goods
count towards a sum, but have no pieces.

Limits count how often the gift is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from retail.promotions.arguments import Arguments
from retail.promotions.kind import (
    LARGEST_COUNT,
    Kind,
    LineInPlay,
    Offer,
    Phase,
    PromotionInvalid,
    Savings,
    Terms,
)
from retail.promotions.pieces import Pieces, Shares
from retail.promotions.rule import Promotion


class GiftWithPurchase(Kind, frozen=True):
    """The gift, and what must be bought for it: `spend_minor` or `buy`, the other is 0."""

    phase: ClassVar[Phase] = Phase.DOCUMENT

    gift_products: tuple[str, ...]
    gift_quantity: int
    spend_minor: int
    buy: int
    repeat: bool

    @classmethod
    def read(cls, promotion: Promotion) -> GiftWithPurchase:
        """Read the arguments; raises `PromotionInvalid`, also with `spend_or_buy` (neither, or both)."""
        arguments = Arguments(promotion, "gift_products", "gift_quantity", "spend_minor", "buy", "repeat")
        gifts = arguments.ids("gift_products")
        if not gifts:
            raise PromotionInvalid("missing_gift_products")
        arguments.exactly_one(("spend_minor", "buy"), "spend_or_buy")
        return cls(
            gift_products=gifts,
            gift_quantity=arguments.whole_or("gift_quantity", 1, most=LARGEST_COUNT),
            spend_minor=arguments.whole_or("spend_minor", 0),
            buy=arguments.whole_or("buy", 0, most=LARGEST_COUNT),
            repeat=arguments.yes("repeat"),
        )

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:
        """Return what must be bought, and the gifts."""
        if not promotion.product_ids and not promotion.category_ids:
            return (), ()
        return (*promotion.product_ids, *self.gift_products), promotion.category_ids

    def steps(self) -> Sequence[int]:
        """Return the sum from which on there is a gift."""
        return (self.spend_minor,) if self.spend_minor else ()

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Take the gift's pieces off; `below_minimum`, or `gift_not_in_basket`."""
        times = self._earned(lines, terms.most)
        if not times:
            return "below_minimum"
        takes = Pieces(self._gifts(lines)).take(times * self.gift_quantity)
        if not takes:
            return "gift_not_in_basket"
        worths = [take.worth_minor for take in takes]
        shares = Shares()
        shares.divide(sum(worths), takes, worths)
        return shares.savings(-(-sum(take.pieces for take in takes) // self.gift_quantity))

    def offers(self, lines: Sequence[LineInPlay], terms: Terms) -> tuple[Offer, ...]:
        """Offer the pieces of the gift that are earned and not in the basket."""
        earned = self._earned(lines, terms.most) * self.gift_quantity
        missing = earned - sum(line.pieces for line in self._gifts(lines))
        return (Offer(self.gift_products, missing),) if missing > 0 else ()

    def _earned(self, lines: Sequence[LineInPlay], most: int) -> int:
        """Return how often the gift is earned."""
        bought = [line for line in lines if line.product_id not in self.gift_products]
        if self.spend_minor:
            times = sum(line.remaining_minor for line in bought) // self.spend_minor
        else:
            times = sum(line.pieces for line in bought) // self.buy
        return min(times if self.repeat else 1, times, most)

    def _gifts(self, lines: Sequence[LineInPlay]) -> list[LineInPlay]:
        return [line for line in lines if line.product_id in self.gift_products]
