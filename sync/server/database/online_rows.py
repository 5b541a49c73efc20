"""What the rows of sales say of orders that were paid online, and of who else takes back of a sale."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, func, select

from retail.receipt_number import ONLINE_TILL
from retail.returns.record import ReturnKind
from retail.sale import TenderKind
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


def online_tenders(connection: Connection, order_id: str) -> int:
    """Return what of an order's sales was paid by money that came online, whoever made them.

    Those that were undone are left out.
    """
    sale, tender = tables.sale, tables.sale_tender
    found = connection.execute(
        select(func.coalesce(func.sum(tender.c.amount_minor), 0))
        .join(sale, sale.c.sale_id == tender.c.sale_id)
        .where(
            sale.c.order_id == order_id,
            sale.c.order_id != "",  # the index is of these only
            tender.c.kind == TenderKind.ONLINE.value,
            ~_undone().exists(),
        )
    )
    return int(found.scalar_one())


def _undone() -> Select[tuple[str]]:
    """Return the undoing of a sale by the centre: what a till takes back is a return like any other."""
    sale, back, till = tables.sale, tables.sale_return, tables.till.alias()
    return (
        select(back.c.sale_id)
        .join(till, till.c.till_id == back.c.till_id)
        .where(
            back.c.sale_id == sale.c.sale_id,
            back.c.kind == ReturnKind.VOID.value,
            till.c.till_number == ONLINE_TILL,
        )
    )


def online_total(connection: Connection, order_id: str) -> int:
    """Return what the centre's own sales of an order come to, those left out that were undone."""
    sale, till = tables.sale, tables.till
    found = connection.execute(
        select(func.coalesce(func.sum(sale.c.total_minor), 0))
        .join(till, till.c.till_id == sale.c.till_id)
        .where(
            sale.c.order_id == order_id,
            sale.c.order_id != "",  # the index is of these only
            till.c.till_number == ONLINE_TILL,
            ~_undone().exists(),
        )
    )
    return int(found.scalar_one())
