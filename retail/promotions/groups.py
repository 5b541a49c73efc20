"""Groups of products that make up a bundle: `one coffee and one pastry`, `2 mains and 1 drink`.

Written as one of the arguments `group_products` and `group_categories`: groups are separated by `|`, the ids
inside a group by `,`, and a group that needs several pieces begins with their number and `*`. So
`cafe|bakery` is one piece from each, and `2*burger,wrap|1*cola` two mains, mixed as one likes, and a drink.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from retail.promotions.arguments import Arguments, sorted_ids
from retail.promotions.kind import LineInPlay, PromotionInvalid
from retail.promotions.pieces import Pieces

GROUP_ARGUMENTS: Final = ("group_products", "group_categories")

_GROUP: Final = re.compile(r"\s*(?:([0-9]{1,5})\s*\*)?(.*)", re.S)


class Groups(msgspec.Struct, frozen=True):
    """The groups as ids, of products or of categories, with how many pieces a bundle has of each."""

    ids: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...]
    by_category: bool

    @classmethod
    def read(cls, arguments: Arguments) -> Groups:
        """Read the groups; raises `PromotionInvalid`.

        Reasons: `one_kind_of_group` (neither argument, or both), `too_few_groups` (fewer than two, or an
        empty one), `bad_group_count` (of 0 pieces), `groups_overlap` (an id in two groups).
        """
        name = arguments.exactly_one(GROUP_ARGUMENTS, "one_kind_of_group")
        ids: list[tuple[str, ...]] = []
        counts: list[int] = []
        for text in arguments.text(name).split("|"):
            found = _GROUP.fullmatch(text)
            assert found is not None, text
            ids.append(sorted_ids([part for part in found[2].split(",") if part.strip()], "too_few_groups"))
            counts.append(int(found[1] or 1))
        if len(ids) < 2 or not all(ids):
            raise PromotionInvalid("too_few_groups")
        if not all(counts):
            raise PromotionInvalid("bad_group_count")
        if len(frozenset().union(*ids)) != sum(map(len, ids)):
            raise PromotionInvalid("groups_overlap")
        return cls(tuple(ids), tuple(counts), name == "group_categories")

    def scope(self) -> tuple[Iterable[str], Iterable[str]]:
        """Return the product ids and the category ids of all groups."""
        every = [one for group in self.ids for one in group]
        return ((), every) if self.by_category else (every, ())

    def pools(self, lines: Sequence[LineInPlay]) -> list[Pieces]:
        """Return the pieces that each group finds among the lines."""
        if self.by_category:
            return [Pieces([line for line in lines if line.category_id in ids]) for ids in self.ids]
        return [Pieces([line for line in lines if line.product_id in ids]) for ids in self.ids]

    def complete(self, pools: Sequence[Pieces]) -> int:
        """Return how many whole bundles the pieces make."""
        return min([pool.left // count for pool, count in zip(pools, self.counts, strict=True)])
