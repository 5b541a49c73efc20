"""The tills of a store and how much they sell."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import Connection, func, select

from retail.receipt_number import ONLINE_TILL
from retail.stock import StockCause
from sync.server.database import tables
from sync.server.database.statements import chunks
from sync.server.database.stock_rows import from_milli
from sync.server.database.stock_tables import stock_movement


def sales_by_till(connection: Connection, store_id: str) -> dict[str, int]:
    """Return how many sales each till of a store has made, also those that have made none.

    The centre's own sales are of no till.
    """
    till, sale = tables.till, tables.sale
    rows = connection.execute(
        select(till.c.till_id, func.count(sale.c.sale_id))
        .outerjoin(sale, sale.c.till_id == till.c.till_id)
        .where(till.c.store_id == store_id, till.c.till_number != ONLINE_TILL)
        .group_by(till.c.till_id)
        .order_by(till.c.till_id)
    )
    return {till_id: int(count) for till_id, count in rows}


def sold_by_till(
    connection: Connection, store_id: str, product_ids: Iterable[str]
) -> dict[tuple[str, str], Decimal]:
    """Return how much of products each till has ever sold over the counter, less what it took back.

    By product and till; it reads a product's whole ledger, so it is asked of strict products only.
    """
    inbox, device, moved = tables.inbox, tables.device, stock_movement
    found: dict[tuple[str, str], Decimal] = {}
    for some in chunks(sorted(set(product_ids))):
        rows = connection.execute(
            select(moved.c.product_id, device.c.till_id, func.sum(moved.c.quantity_milli))
            .join(inbox, inbox.c.event_id == moved.c.event_id)
            .join(device, device.c.device_id == inbox.c.device_id)
            .where(
                moved.c.store_id == store_id,
                moved.c.product_id.in_(some),
                moved.c.cause.in_([str(StockCause.SALE), str(StockCause.RETURN)]),
            )
            .group_by(moved.c.product_id, device.c.till_id)
        )
        found |= {(product_id, till_id): -from_milli(int(milli)) for product_id, till_id, milli in rows}
    return found
