"""The tills of a store and how much they sell."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from sync.server.database import tables


def sales_by_till(connection: Connection, store_id: str) -> dict[str, int]:
    """Return how many sales each till of a store has made, also those that have made none."""
    till, sale = tables.till, tables.sale
    rows = connection.execute(
        select(till.c.till_id, func.count(sale.c.sale_id))
        .outerjoin(sale, sale.c.till_id == till.c.till_id)
        .where(till.c.store_id == store_id)
        .group_by(till.c.till_id)
        .order_by(till.c.till_id)
    )
    return {till_id: int(count) for till_id, count in rows}
