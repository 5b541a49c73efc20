"""The taxes of a document under the headings that its paper shows."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from retail.catalogue import LocalisedText
from retail.sale import TaxTotal
from retail.tax.prepared import PreparedTaxes
from retail.tax.rows import TaxGroup


class TaxGroupTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What the taxes of one group come to; `net_minor` is the net of the goods that they are charged on.

    `group_id` is empty for the taxes that belong to no group.
    """

    group_id: str
    name: LocalisedText
    net_minor: int
    tax_minor: int


_NO_GROUP = TaxGroup(group_id="")


def tax_groups(totals: Iterable[TaxTotal], prepared: PreparedTaxes) -> tuple[TaxGroupTotal, ...]:
    """Return the totals by group, in the groups' own order, taxes without a group last.

    The taxes sum to those of the totals. Goods with two taxes of one group count once in its net.
    """
    nets: dict[str, int] = {}
    taxes: dict[str, int] = {}
    for total in totals:
        parts = [(part.group_id, part.tax_minor) for part in total.parts] or [("", total.tax_minor)]
        for group_id in dict.fromkeys(group_id for group_id, _ in parts):
            nets[group_id] = nets.get(group_id, 0) + total.net_minor
        for group_id, tax in parts:
            taxes[group_id] = taxes.get(group_id, 0) + tax
    in_order = sorted(
        (prepared.groups.get(group_id, _NO_GROUP) for group_id in nets),
        key=lambda group: (group is _NO_GROUP, group.position, group.group_id),
    )
    return tuple(
        TaxGroupTotal(
            group_id=group.group_id,
            name=group.name,
            net_minor=nets[group.group_id],
            tax_minor=taxes[group.group_id],
        )
        for group in in_order
    )
