"""What the back office shows on its first page: how much there is, and what was sold last."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

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


def read_overview(connection: Connection, stores: Collection[str] | None = None) -> Overview:
    """Collect the page's figures from one state of the database; of these stores, or of all.

    What waits for a person and cannot be said to be of one store is shown to whoever has the chain only.
    """
    return Overview(
        products=_count_rows(connection, "catalogue", "", "product"),
        categories=_count_rows(connection, "catalogue", "", "category"),
        stores=_stores(connection, stores),
        latest_sales=_latest_sales(connection, stores),
        tills=_tills(connection, stores),
        quarantined=_quarantined(connection, stores),
        alerts=_alerts(connection, stores),
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


def _quarantined(connection: Connection, stores: Collection[str] | None) -> int:
    inbox, device, till = tables.inbox, tables.device, tables.till
    statement = select(func.count()).select_from(inbox).where(inbox.c.outcome == "quarantined")
    if stores is not None:
        statement = (
            select(func.count())
            .select_from(
                inbox.join(device, device.c.device_id == inbox.c.device_id).join(
                    till, till.c.till_id == device.c.till_id
                )
            )
            .where(inbox.c.outcome == "quarantined", till.c.store_id.in_(sorted(stores)))
        )
    return int(connection.execute(statement).scalar_one())


def _of(column: ColumnElement[str], stores: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if stores is None else [column.in_(sorted(stores))]


def _stores(connection: Connection, stores: Collection[str] | None) -> tuple[StoreFigures, ...]:
    row, sale = tables.stream_row, tables.sale
    texts = connection.execute(
        select(row.c.row)
        .where(row.c.stream == "settings", row.c.key.startswith("store_settings:"), *_of(row.c.scope, stores))
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


def _latest_sales(connection: Connection, stores: Collection[str] | None) -> tuple[SaleRow, ...]:
    sale = tables.sale
    found = connection.execute(
        select(sale)
        .where(*_of(sale.c.store_id, stores))
        .order_by(sale.c.completed_at.desc(), sale.c.sale_id.desc())
        .limit(LATEST_SALES)
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


def _tills(connection: Connection, stores: Collection[str] | None) -> tuple[TillRow, ...]:
    device, life, till = tables.device, tables.incarnation, tables.till
    found = connection.execute(
        select(
            device.c.till_id,
            device.c.till_name,
            func.coalesce(func.max(life.c.last_received_at), "").label("last_received_at"),
            func.coalesce(func.sum(life.c.acked_seq), 0).label("acked_seq"),
        )
        .join(till, till.c.till_id == device.c.till_id)
        .outerjoin(life, life.c.device_id == device.c.device_id)
        .where(device.c.replaced_at.is_(None), *_of(till.c.store_id, stores))
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


def _alerts(connection: Connection, stores: Collection[str] | None) -> tuple[AlertRow, ...]:
    alert = tables.alert
    own = (
        []
        if stores is None
        else [or_(*(alert.c.subject.startswith(f"{one} ", autoescape=True) for one in sorted(stores)))]
    )
    found = connection.execute(
        select(alert)
        .where(alert.c.resolved_at.is_(None), *own)
        .order_by(alert.c.alert_id.desc())
        .limit(LATEST_ALERTS)
    )
    return tuple(
        AlertRow(code=row.code, subject=row.subject, detail=row.detail, raised_at=row.raised_at)
        for row in found
    )
