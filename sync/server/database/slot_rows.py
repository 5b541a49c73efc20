"""Slots of collection: how much of each is booked; and how long orders took to pick."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, select, update
from sqlalchemy.sql.dml import ReturningInsert

from retail.availability.slot import Measure, Picked
from sync.server.database.round_trip import Question
from sync.server.database.statements import insert_into, insert_missing
from sync.server.database.stock_tables import picking_time, slot_booking


def booking(dialect: str, store_id: str, starts_at: str, count: int) -> Question[int]:
    """Add to what a slot has and lock it until the commit; the answer is what it had before."""
    values = {"store_id": store_id, "starts_at": starts_at, "booked": count}
    return Question(_booking(dialect), values, lambda rows: int(rows[0][0]) - count)


@cache
def _booking(dialect: str) -> ReturningInsert[int]:
    insert = insert_into(dialect, slot_booking)
    return insert.on_conflict_do_update(
        index_elements=["store_id", "starts_at"],
        set_={"booked": slot_booking.c.booked + insert.excluded.booked},
    ).returning(slot_booking.c.booked)


def give_back(connection: Connection, store_id: str, starts_at: str, count: int) -> None:
    """Take from what a slot has; a negative count takes it again."""
    connection.execute(
        update(slot_booking)
        .where(slot_booking.c.store_id == store_id, slot_booking.c.starts_at == starts_at)
        .values(booked=slot_booking.c.booked - count)
    )


def booked(connection: Connection, store_id: str) -> dict[str, int]:
    """Return how much the slots of a store have, by their beginning."""
    found = connection.execute(
        select(slot_booking.c.starts_at, slot_booking.c.booked).where(
            slot_booking.c.store_id == store_id, slot_booking.c.booked > 0
        )
    )
    return dict(found.all())


def keep_picking_time(
    connection: Connection, *, order_id: str, store_id: str, line_count: int, seconds: int, picked_at: str
) -> None:
    """Keep how long an order took; the first time that it was finished counts."""
    row = {
        "order_id": order_id,
        "store_id": store_id,
        "line_count": line_count,
        "seconds": seconds,
        "picked_at": picked_at,
    }
    insert_missing(connection, picking_time, [row])


def picked_lately(connection: Connection, store_id: str, since: str, measure: Measure) -> list[Picked]:
    """Return how long orders took since a moment, counted by the store's measure."""
    found = connection.execute(
        select(picking_time.c.line_count, picking_time.c.seconds).where(
            picking_time.c.store_id == store_id, picking_time.c.picked_at >= since
        )
    )
    return [
        Picked(count=lines if measure is Measure.LINES else 1, seconds=seconds) for lines, seconds in found
    ]
