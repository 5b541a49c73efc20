"""Some pieces from each of several groups for one price: `any main, side and drink for 9.90`.

Arguments: the groups (see `retail.promotions.groups`), and either `price_minor` (from 1), what a whole
bundle costs, or `percent`, above 0 up to 100, what comes off it. Bundles are made of the dearest pieces of
each group first, which is best for the customer; a bundle that would cost more than its pieces is left
alone, and so are pieces that fill no bundle. What a bundle saves is allocated to its pieces by what they
cost; a percentage is rounded once over all bundles. `product_ids` and `category_ids` of the promotion are
not used. Weighed goods never take part.

Limits count bundles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.arguments import Arguments, Percentage
from retail.promotions.groups import GROUP_ARGUMENTS, Groups
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms
from retail.promotions.pieces import Shares, groups_for_price
from retail.promotions.rule import Promotion


class BundlePrice(Kind, frozen=True):
    """The groups of a bundle, and what one costs in minor units or what comes off it."""

    groups: Groups
    price: int | Percentage

    @classmethod
    def read(cls, promotion: Promotion) -> BundlePrice:
        """Read the arguments; raises `PromotionInvalid`, also with `price_or_percent` (neither, or both)."""
        arguments = Arguments(promotion, "price_minor", "percent", *GROUP_ARGUMENTS)
        groups = Groups.read(arguments)
        given = arguments.exactly_one(("price_minor", "percent"), "price_or_percent")
        return cls(groups, arguments.whole(given) if given == "price_minor" else arguments.percentage(given))

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:  # noqa: ARG002 (own scope)
        """Return the ids of all groups."""
        return self.groups.scope()

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Make bundles of the dearest pieces of each group."""
        pools = self.groups.pools(lines)
        if not isinstance(self.price, Percentage):
            return groups_for_price(pools, self.groups.counts, self.price, terms.most)
        bundles = min(self.groups.complete(pools), terms.most)
        takes = [
            take
            for pool, count in zip(pools, self.groups.counts, strict=True)
            for take in pool.take(bundles * count)
        ]
        worths = [take.worth_minor for take in takes]
        shares = Shares()
        shares.divide(self.price.off(sum(worths), terms.rounding), takes, worths)
        return shares.savings(bundles)
