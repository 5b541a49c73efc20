"""Money off for buying one piece from each of several groups: `Coffee + pastry −1.50`.

Arguments: `saving_minor` (from 1) and either `group_products` or `group_categories`: groups are
separated by `|`, the ids inside a group by `,` (`cafe|bakery` is one café product and one from the
bakery). Groups must not overlap. The saving is made once for each complete bundle. It is shown on
the pieces of the last group, in basket order, and runs over to the groups before it only when those
cost less than the saving. `product_ids` and `category_ids` of the promotion are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.kind import (
    Kind,
    LineInPlay,
    PromotionInvalid,
    Savings,
    Terms,
    whole_argument,
)
from retail.promotions.rule import Promotion


class BundleSaving(Kind, frozen=True):
    """The groups as sets of ids, of products or of categories, and the saving of one bundle."""

    saving_minor: int
    groups: tuple[frozenset[str], ...]
    by_category: bool

    @classmethod
    def read(cls, promotion: Promotion) -> BundleSaving:
        """Read the arguments; raises `PromotionInvalid`."""
        products = promotion.arguments.get("group_products", "")
        categories = promotion.arguments.get("group_categories", "")
        if bool(products) == bool(categories):
            raise PromotionInvalid("one_kind_of_group")
        groups = tuple(
            frozenset(one.strip() for one in group.split(",") if one.strip())
            for group in (products or categories).split("|")
        )
        if len(groups) < 2 or not all(groups):
            raise PromotionInvalid("too_few_groups")
        if len(frozenset().union(*groups)) != sum(map(len, groups)):
            raise PromotionInvalid("groups_overlap")
        return cls(whole_argument(promotion, "saving_minor", least=1), groups, bool(categories))

    def scope(self, promotion: Promotion) -> tuple[Iterable[str], Iterable[str]]:  # noqa: ARG002 (own scope)
        """Return the ids of all groups."""
        every = sorted(frozenset().union(*self.groups))
        return ((), every) if self.by_category else (every, ())

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Count complete bundles, and take the saving off the last group's pieces first."""
        members: list[list[LineInPlay]] = [[] for _ in self.groups]
        for line in lines:
            if line.pieces:
                key = line.category_id if self.by_category else line.product_id
                for group, of_group in zip(self.groups, members, strict=True):
                    if key in group:
                        of_group.append(line)
        bundles = min(sum(line.pieces for line in of_group) for of_group in members)
        if not bundles:
            return "nothing_matches"
        left = bundles * self.saving_minor
        saved: list[tuple[LineInPlay, int]] = []
        for of_group in reversed(members):
            pieces = bundles
            for line in of_group:
                taken = min(pieces, line.pieces)
                pieces -= taken
                most = min(line.remaining_minor * taken // line.pieces, left)
                if most:
                    share = min(most, taken * self.saving_minor) if of_group is members[-1] else most
                    saved.append((line, share))
                    left -= share
        return bundles, saved
