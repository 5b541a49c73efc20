"""What the back office shows on its first page: how much there is, and what was sold last."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from retail.store import StoreSettings
from sync.server.database import tables

LATEST_SALES = 20
LATEST_ALERTS = 20


class StoreFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One store: its catalogue and all its sales so far; minor units."""

    settings: StoreSettings
    prices: int
    members: int
    sales: int
    total_minor: int


class SaleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sale as a line of a list."""

    receipt_number: str
    store_id: str
    completed_at: str
    cashier_name: str
    item_count: int
    total_minor: int


class TillRow(msgspec.Struct, frozen=True, kw_only=True):
    """A till and when the centre last received its journal, empty when never."""

    till_id: str
    name: str
    last_received_at: str
    acked_seq: int


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a person."""

    code: str
    subject: str
    detail: str
    raised_at: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The whole first page."""

    products: int
    categories: int
    stores: tuple[StoreFigures, ...]
    latest_sales: tuple[SaleRow, ...]
    tills: tuple[TillRow, ...]
    quarantined: int
    alerts: tuple[AlertRow, ...]


def read_overview(connection: Connection) -> Overview:
    """Collect the page's figures from one state of the database."""
    return Overview(
        products=_count_rows(connection, "catalogue", "", "product"),
        categories=_count_rows(connection, "catalogue", "", "category"),
        stores=_stores(connection),
        latest_sales=_latest_sales(connection),
        tills=_tills(connection),
        quarantined=connection.execute(
            select(func.count()).select_from(tables.inbox).where(tables.inbox.c.outcome == "quarantined")
        ).scalar_one(),
        alerts=_alerts(connection),
    )


def _count_rows(connection: Connection, stream: str, scope: str, tag: str) -> int:
    table = tables.stream_row
    # A range, not a pattern: it is answered from the primary key.
    count: int = connection.execute(
        select(func.count()).where(
            table.c.stream == stream,
            table.c.scope == scope,
            table.c.key >= f"{tag}:",
            table.c.key < f"{tag};",
        )
    ).scalar_one()
    return count


def _stores(connection: Connection) -> tuple[StoreFigures, ...]:
    row, sale = tables.stream_row, tables.sale
    texts = connection.execute(
        select(row.c.row)
        .where(row.c.stream == "settings", row.c.key.startswith("store_settings:"))
        .order_by(row.c.scope)
    ).scalars()
    figures = []
    for settings in [msgspec.json.decode(text, type=StoreSettings) for text in texts]:
        sales, total = connection.execute(
            select(func.count(), func.coalesce(func.sum(sale.c.total_minor), 0)).where(
                sale.c.store_id == settings.store_id
            )
        ).one()
        figures.append(
            StoreFigures(
                settings=settings,
                prices=_count_rows(connection, "prices", settings.store_id, "price"),
                members=_count_rows(connection, "members", settings.store_id, "member"),
                sales=sales,
                total_minor=int(total),
            )
        )
    return tuple(figures)


def _latest_sales(connection: Connection) -> tuple[SaleRow, ...]:
    sale = tables.sale
    found = connection.execute(
        select(sale).order_by(sale.c.completed_at.desc(), sale.c.sale_id.desc()).limit(LATEST_SALES)
    )
    return tuple(
        SaleRow(
            receipt_number=row.receipt_number,
            store_id=row.store_id,
            completed_at=row.completed_at,
            cashier_name=row.cashier_name,
            item_count=row.item_count,
            total_minor=row.total_minor,
        )
        for row in found
    )


def _tills(connection: Connection) -> tuple[TillRow, ...]:
    device, life = tables.device, tables.incarnation
    found = connection.execute(
        select(
            device.c.till_id,
            device.c.till_name,
            func.coalesce(func.max(life.c.last_received_at), "").label("last_received_at"),
            func.coalesce(func.sum(life.c.acked_seq), 0).label("acked_seq"),
        )
        .outerjoin(life, life.c.device_id == device.c.device_id)
        .where(device.c.replaced_at.is_(None))
        .group_by(device.c.till_id, device.c.till_name)
        .order_by(device.c.till_id)
    )
    return tuple(
        TillRow(
            till_id=row.till_id,
            name=row.till_name,
            last_received_at=row.last_received_at,
            acked_seq=int(row.acked_seq),
        )
        for row in found
    )


def _alerts(connection: Connection) -> tuple[AlertRow, ...]:
    alert = tables.alert
    found = connection.execute(
        select(alert)
        .where(alert.c.resolved_at.is_(None))
        .order_by(alert.c.alert_id.desc())
        .limit(LATEST_ALERTS)
    )
    return tuple(
        AlertRow(code=row.code, subject=row.subject, detail=row.detail, raised_at=row.raised_at)
        for row in found
    )
