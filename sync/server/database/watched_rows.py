"""How often each cashier did what is watched, beside how often they sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, func, select

from sync.server.database import tables


class ActsOfCashier(msgspec.Struct, frozen=True, kw_only=True):
    """One cashier in one store: counts by the kind of act, and of `returns` and `sales`."""

    store_id: str
    cashier_id: str
    cashier_name: str
    counts: dict[str, int]


def acts_by_cashier(
    connection: Connection, stores: Collection[str] | None, *, since: str
) -> list[ActsOfCashier]:
    """Return the counts since a moment, those with the most watched acts first."""
    act, device, till = tables.watched_act, tables.device, tables.till
    sale, back = tables.sale, tables.sale_return
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    names: dict[str, str] = {}
    watched = (
        select(till.c.store_id, act.c.cashier_id, act.c.kind, func.count())
        .join(device, device.c.device_id == act.c.device_id)
        .join(till, till.c.till_id == device.c.till_id)
        .where(act.c.business_time >= since)
        .group_by(till.c.store_id, act.c.cashier_id, act.c.kind)
    )
    for store_id, cashier_id, kind, count in connection.execute(watched):
        counts[store_id, cashier_id][kind] = count
    for name, table in (("sales", sale), ("returns", back)):
        done = (
            select(table.c.store_id, table.c.cashier_id, func.max(table.c.cashier_name), func.count())
            .where(table.c.completed_at >= since)
            .group_by(table.c.store_id, table.c.cashier_id)
        )
        for store_id, cashier_id, called, count in connection.execute(done):
            counts[store_id, cashier_id][name] = count
            names[cashier_id] = called
    found = [
        ActsOfCashier(store_id=store_id, cashier_id=one, cashier_name=names.get(one, ""), counts=found)
        for (store_id, one), found in counts.items()
        if stores is None or store_id in stores
    ]
    return sorted(found, key=lambda one: (-_telling(one), one.store_id, one.cashier_id))


def _telling(one: ActsOfCashier) -> int:
    return sum(count for kind, count in one.counts.items() if kind != "sales")
