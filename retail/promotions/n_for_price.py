"""N pieces for one price: `2 for 7.00`, mixed over all products in scope.

Arguments: `quantity` (pieces in a group, from 2) and `price_minor` (what the group costs, from 1).
The dearest pieces are grouped first, which is best for the customer; pieces that do not fill a group
pay their own price, and a group that would cost more than its pieces is left alone. Weighed goods
never take part. The saving of a group is allocated to its lines by what their pieces cost.

Limits count groups.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.arguments import Arguments
from retail.promotions.kind import LARGEST_COUNT, Kind, LineInPlay, Savings, Terms
from retail.promotions.pieces import Pieces, groups_for_price
from retail.promotions.rule import Promotion


class NForPrice(Kind, frozen=True):
    """How many pieces make a group, and what a group costs in minor units."""

    quantity: int
    price_minor: int

    @classmethod
    def read(cls, promotion: Promotion) -> NForPrice:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "quantity", "price_minor")
        return cls(arguments.whole("quantity", least=2, most=LARGEST_COUNT), arguments.whole("price_minor"))

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Group the dearest pieces first; a line's pieces are worth equal shares of what remains of it."""
        return groups_for_price((Pieces(lines),), (self.quantity,), self.price_minor, terms.most)
