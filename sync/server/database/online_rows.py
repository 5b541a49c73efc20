"""What the rows of sales say of orders that were paid online, and of who else takes back of a sale."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from retail.receipt_number import ONLINE_TILL
from retail.returns.record import ReturnKind
from sync.server.database import tables
from sync.server.database.statements import chunks


def is_sold(connection: Connection, sale_id: str) -> bool:
    """Say whether a sale is stored already."""
    found = connection.execute(select(tables.sale.c.sale_id).filter_by(sale_id=sale_id))
    return found.first() is not None


def lock_sales(connection: Connection, sale_ids: Iterable[str]) -> None:
    """Keep others from taking back of the same sales until the commit."""
    for some in chunks(sorted(set(sale_ids))):
        connection.execute(
            select(tables.sale.c.sale_id)
            .where(tables.sale.c.sale_id.in_(some))
            .order_by(tables.sale.c.sale_id)
            .with_for_update()
        ).all()


def order_of_sale(connection: Connection, sale_id: str) -> str:
    """Return the order that a sale is of, empty for none."""
    found = connection.execute(select(tables.sale.c.order_id).filter_by(sale_id=sale_id)).scalar()
    return found or ""


def online_total(connection: Connection, order_id: str) -> int:
    """Return what the online sales of an order come to, those left out that were undone."""
    sale, back, till = tables.sale, tables.sale_return, tables.till
    undone = select(back.c.sale_id).where(
        back.c.sale_id == sale.c.sale_id, back.c.kind == ReturnKind.VOID.value
    )
    found = connection.execute(
        select(func.coalesce(func.sum(sale.c.total_minor), 0))
        .join(till, till.c.till_id == sale.c.till_id)
        .where(
            sale.c.order_id == order_id,
            sale.c.order_id != "",  # the index is of these only
            till.c.till_number == ONLINE_TILL,
            ~undone.exists(),
        )
    )
    return int(found.scalar_one())
