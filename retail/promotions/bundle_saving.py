"""Money off for buying some pieces from each of several groups: `Coffee + pastry −1.50`.

Arguments: `saving_minor` (from 1) and the groups (see `retail.promotions.groups`), which must not overlap.
The saving is made once for each complete bundle, of the dearest pieces of each group. It is shown on the
pieces of the last group, and runs over to the groups before it only when those cost less than the saving.
`product_ids` and `category_ids` of the promotion are not used.

Limits count bundles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.arguments import Arguments
from retail.promotions.groups import GROUP_ARGUMENTS, Groups
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms
from retail.promotions.pieces import Shares
from retail.promotions.rule import Promotion


class BundleSaving(Kind, frozen=True):
    """The groups of a bundle, and what one saves in minor units."""

    saving_minor: int
    groups: Groups

    @classmethod
    def read(cls, promotion: Promotion) -> BundleSaving:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "saving_minor", *GROUP_ARGUMENTS)
        groups = Groups.read(arguments)
        return cls(arguments.whole("saving_minor"), groups)

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:  # noqa: ARG002 (own scope)
        """Return the ids of all groups."""
        return self.groups.scope()

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Count complete bundles, and take the saving off the last group's pieces first."""
        pools = self.groups.pools(lines)
        bundles = min(self.groups.complete(pools), terms.most)
        if not bundles:
            return "nothing_matches"
        shares = Shares()
        left = bundles * self.saving_minor
        last = len(pools) - 1
        for position in range(last, -1, -1):
            count = self.groups.counts[position]
            before = 0
            for take in pools[position].take(bundles * count):
                share = min(take.worth_minor, left)
                if position == last:
                    until = before + take.pieces
                    of_these = until * self.saving_minor // count - before * self.saving_minor // count
                    share, before = min(share, of_these), until
                shares.add(take.line, share)
                left -= share
        return shares.savings(bundles)
