"""What waits for a person: alarms, facts set aside, second versions, and sales that were priced otherwise.

Each is said to be of a store where it can be: by its subject, its device or its order. What cannot is the
chain's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, func, select, update

from sync.server.database import tables
from sync.server.database.order_tables import message, payment_charge, pickup_order
from sync.server.database.statements import chunks

MOST: Final = 200
"""Of each kind on one page; the newest."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that nobody has marked as seen; `store_id` is empty when it is the chain's."""

    alert_id: int
    code: str
    subject: str
    detail: str
    raised_at: str
    store_id: str


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a till that could not be applied, or a second version of one that was."""

    device_id: str
    store_id: str
    till_name: str
    kind: str
    reason: str
    detail: str
    received_at: str


class PricedOtherwise(msgspec.Struct, frozen=True, kw_only=True):
    """A sale that the centre prices otherwise than the till did, in minor units."""

    receipt_number: str
    store_id: str
    stated_minor: int
    found_minor: int
    detail: str
    found_at: str


def open_alarms(connection: Connection, stores: Collection[str] | None) -> list[Alarm]:
    """Return the alarms of some stores, or all of them, the newest first."""
    alert = tables.alert
    rows = connection.execute(
        select(alert).where(alert.c.resolved_at.is_(None)).order_by(alert.c.raised_at.desc()).limit(MOST * 5)
    ).all()
    owners = _owners(connection, {_first_word(row.subject) for row in rows} | {row.subject for row in rows})
    found = [
        Alarm(
            alert_id=row.alert_id,
            code=row.code,
            subject=row.subject,
            detail=row.detail,
            raised_at=row.raised_at,
            store_id=owners.get(_first_word(row.subject)) or owners.get(row.subject, ""),
        )
        for row in rows
    ]
    return [one for one in found if stores is None or one.store_id in stores][:MOST]


def alarm_of_id(connection: Connection, alert_id: int) -> Alarm | None:
    """Return an alarm that nobody has seen yet."""
    return next((one for one in open_alarms(connection, None) if one.alert_id == alert_id), None)


def alarms_of_order(connection: Connection, store_id: str, number: str, order_id: str) -> list[Alarm]:
    """Return the alarms that name an order by its number or id."""
    return [
        one
        for one in open_alarms(connection, {store_id})
        if number in one.detail.replace(":", " ").replace(",", " ").split()
        or number in one.subject.replace(",", " ").split()
        or order_id in one.subject.split()
    ]


def mark_seen(connection: Connection, alert_ids: Iterable[int], *, at: str) -> int:
    """Mark alarms as seen; return how many were not before."""
    alert = tables.alert
    changed = connection.execute(
        update(alert)
        .where(alert.c.alert_id.in_(sorted(alert_ids)), alert.c.resolved_at.is_(None))
        .values(resolved_at=at)
    )
    return changed.rowcount


def set_aside(connection: Connection, stores: Collection[str] | None) -> list[SetAside]:
    """Return the facts in quarantine, the newest first."""
    inbox = tables.inbox
    columns = (inbox.c.kind, inbox.c.reason, inbox.c.detail, inbox.c.received_at)
    return _of_devices(connection, inbox, columns, stores, [inbox.c.outcome == "quarantined"])


def second_versions(connection: Connection, stores: Collection[str] | None) -> list[SetAside]:
    """Return second versions of facts that had landed already, the newest first."""
    conflict = tables.conflict
    columns = (
        conflict.c.event_id.label("kind"),
        conflict.c.stored_hash.label("reason"),
        conflict.c.hash.label("detail"),
        conflict.c.received_at,
    )
    return _of_devices(connection, conflict, columns, stores, [])


def _of_devices(
    connection: Connection,
    table: Table,
    columns: Iterable[ColumnElement[str]],
    stores: Collection[str] | None,
    where: list[ColumnElement[bool]],
) -> list[SetAside]:
    device, till = tables.device, tables.till
    of = [] if stores is None else [till.c.store_id.in_(sorted(stores))]
    rows = connection.execute(
        select(
            table.c.device_id,
            func.coalesce(till.c.store_id, "").label("store_id"),
            func.coalesce(device.c.till_name, "").label("till_name"),
            *columns,
        )
        .select_from(
            table.outerjoin(device, device.c.device_id == table.c.device_id).outerjoin(
                till, till.c.till_id == device.c.till_id
            )
        )
        .where(*where, *of)
        .order_by(table.c.received_at.desc())
        .limit(MOST)
    )
    return [SetAside(**row) for row in rows.mappings()]


def priced_otherwise(connection: Connection, stores: Collection[str] | None) -> list[PricedOtherwise]:
    """Return the sales that the centre prices otherwise, the newest first."""
    sale, difference = tables.sale, tables.price_difference
    of = [] if stores is None else [sale.c.store_id.in_(sorted(stores))]
    rows = connection.execute(
        select(
            sale.c.receipt_number,
            sale.c.store_id,
            difference.c.stated_minor,
            difference.c.found_minor,
            difference.c.detail,
            difference.c.found_at,
        )
        .join(sale, sale.c.sale_id == difference.c.sale_id)
        .where(*of)
        .order_by(difference.c.found_at.desc())
        .limit(MOST)
    )
    return [PricedOtherwise(**row) for row in rows.mappings()]


def _owners(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return the store of each name that is a store, a device, an order, a charge or a message."""
    found: dict[str, str] = {}
    device, till = tables.device, tables.till
    by_order: tuple[tuple[Table, Column[str]], ...] = (
        (payment_charge, payment_charge.c.charge_id),
        (message, message.c.message_key),
    )
    for some in chunks(sorted(names)):
        stores = select(tables.store.c.store_id).where(tables.store.c.store_id.in_(some))
        found |= {one: one for one in connection.execute(stores).scalars()}
        devices = (
            select(device.c.device_id, till.c.store_id)
            .join(till, till.c.till_id == device.c.till_id)
            .where(device.c.device_id.in_(some))
        )
        orders = select(pickup_order.c.order_id, pickup_order.c.store_id).where(
            pickup_order.c.order_id.in_(some)
        )
        for statement in (devices, orders):
            found |= dict(connection.execute(statement).all())
        for table, key in by_order:
            joined = (
                select(key, pickup_order.c.store_id)
                .select_from(table.join(pickup_order, pickup_order.c.order_id == table.c.order_id))
                .where(key.in_(some))
            )
            found |= dict(connection.execute(joined).all())
    return found


def _first_word(text: str) -> str:
    # The centre's own facts are of `centre:` and their store.
    return text.partition(" ")[0].removeprefix("centre:")
