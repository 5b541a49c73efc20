"""N pieces for one price: `2 for 7.00`, mixed over all products in scope.

Arguments: `quantity` (pieces in a group, from 2) and `price_minor` (what the group costs, from 1).
The dearest pieces are grouped first, which is best for the customer; pieces that do not fill a group
pay their own price, and a group that would cost more than its pieces is left alone. Weighed goods
never take part. The saving of a group is allocated to its lines by what their pieces cost.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.money import allocate
from retail.promotions.kind import LARGEST_COUNT, Kind, LineInPlay, Savings, Terms, whole_argument
from retail.promotions.rule import Promotion


class NForPrice(Kind, frozen=True):
    """How many pieces make a group, and what a group costs in minor units."""

    quantity: int
    price_minor: int

    @classmethod
    def read(cls, promotion: Promotion) -> NForPrice:
        """Read the arguments; raises `PromotionInvalid`."""
        return cls(
            whole_argument(promotion, "quantity", least=2, most=LARGEST_COUNT),
            whole_argument(promotion, "price_minor", least=1),
        )

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Group the dearest pieces first; a line's pieces are worth equal shares of what remains of it."""
        takers = [line for line in lines if line.pieces]
        if sum(line.pieces for line in takers) < self.quantity:
            return "nothing_matches"
        takers.sort(key=lambda line: line.remaining_minor * -1_000_000 // line.pieces)
        saved: dict[int, int] = {}
        group: list[tuple[int, int]] = []
        missing = self.quantity
        for position, line in enumerate(takers):
            left = line.pieces
            if group:
                taken = min(missing, left)
                group.append((position, taken))
                missing -= taken
                left -= taken
                if missing:
                    continue
                self._save(takers, group, 1, saved)
                group, missing = [], self.quantity
            whole_groups, rest = divmod(left, self.quantity)
            if whole_groups:
                self._save(takers, [(position, self.quantity)], whole_groups, saved)
            if rest:
                group, missing = [(position, rest)], self.quantity - rest
        return 1, [(takers[position], amount) for position, amount in saved.items()]

    def _save(
        self,
        takers: Sequence[LineInPlay],
        group: Sequence[tuple[int, int]],
        times: int,
        saved: dict[int, int],
    ) -> None:
        """Add the saving of a group, made `times` times over, to the lines it takes pieces from."""
        worth = [
            takers[position].remaining_minor * taken * times // takers[position].pieces
            for position, taken in group
        ]
        saving = sum(worth) - self.price_minor * times
        if saving <= 0:
            return
        shares = (saving,) if len(group) == 1 else allocate(saving, worth)
        for (position, _), share in zip(group, shares, strict=True):
            saved[position] = saved.get(position, 0) + share
