"""What is promised to orders: the reservations of a product or of an order, made and moved on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, literal_column, select, update

from retail.availability.reservation import COUNTS_AS_RESERVED, Reservation, ReservationState
from sync.server.database.round_trip import Question, RoundTrip, answered
from sync.server.database.statements import among, chunks
from sync.server.database.stock_rows import by_product, from_milli, to_milli
from sync.server.database.stock_tables import reservation

_RESERVED = reservation.c.state.in_(
    # Spelled out: a partial index is of use only to a statement that says what it is of.
    [literal_column(f"'{state}'") for state in sorted(COUNTS_AS_RESERVED)]
)
_ADD = reservation.insert()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation as it stands, with what of it was sold to somebody else."""

    held: Reservation
    store_id: str
    short: Decimal = Decimal(0)


def add_reservations(trip: RoundTrip, store_id: str, made: Sequence[Reservation]) -> None:
    """Store new reservations; the database numbers them in this order."""
    trip.tell(_ADD, [_row(store_id, one) for one in made])


def _row(store_id: str, one: Reservation) -> dict[str, object]:
    return {
        "reservation_id": one.reservation_id,
        "order_id": one.order_id,
        "store_id": store_id,
        "product_id": one.product_id,
        "quantity_milli": to_milli(one.quantity),
        "short_milli": 0,
        "state": str(one.state),
        "hold_until": one.hold_until,
        "needed_at": one.needed_at,
    }


def reserved(connection: Connection, store_id: str, product_ids: Iterable[str]) -> dict[str, Decimal]:
    """Return how much of products is promised and still on the shelf; products without any are left out."""
    found: dict[str, Decimal] = {}
    for some in chunks(sorted(set(product_ids))):
        part = answered(connection, is_reserved(connection.dialect.name, store_id, some))
        found |= part
    return found


def is_reserved(dialect: str, store_id: str, product_ids: Sequence[str]) -> Question[dict[str, Decimal]]:
    """Ask how much of products is promised and still on the shelf."""
    return Question(_sums(dialect), {"of_store": store_id, "products": product_ids}, by_product)


@cache
def _sums(dialect: str) -> Select[tuple[str, int]]:
    return (
        select(reservation.c.product_id, func.sum(reservation.c.quantity_milli))
        .where(
            reservation.c.store_id == bindparam("of_store"),
            among(dialect, reservation.c.product_id, "products"),
            _RESERVED,
        )
        .group_by(reservation.c.product_id)
    )


def waiting_for(connection: Connection, store_id: str, product_ids: Iterable[str]) -> list[Kept]:
    """Return the reservations that wait for products on the shelf, oldest first."""
    found: list[Kept] = []
    for some in chunks(sorted(set(product_ids))):
        rows = connection.execute(
            select(reservation)
            .where(reservation.c.store_id == store_id, reservation.c.product_id.in_(some), _RESERVED)
            .order_by(reservation.c.number)
        )
        found += [_kept(row) for row in rows]
    return found


def lacking(connection: Connection, store_id: str, product_ids: Iterable[str]) -> list[Kept]:
    """Return the reservations of which something was sold to somebody else, oldest first."""
    found: list[Kept] = []
    states = [*(str(state) for state in sorted(COUNTS_AS_RESERVED)), str(ReservationState.SHORT)]
    for some in chunks(sorted(set(product_ids))):
        rows = connection.execute(
            select(reservation)
            .where(
                reservation.c.store_id == store_id,
                reservation.c.product_id.in_(some),
                reservation.c.state.in_(states),
                reservation.c.short_milli > 0,
            )
            .order_by(reservation.c.number)
        )
        found += [_kept(row) for row in rows]
    return found


def of_orders(connection: Connection, order_ids: Iterable[str]) -> dict[str, list[Kept]]:
    """Return every reservation of orders, oldest first."""
    found: dict[str, list[Kept]] = {}
    for some in chunks(sorted(set(order_ids))):
        rows = connection.execute(
            select(reservation).where(reservation.c.order_id.in_(some)).order_by(reservation.c.number)
        )
        for row in rows:
            found.setdefault(row.order_id, []).append(_kept(row))
    return found


def set_reservations(connection: Connection, changed: Sequence[Kept]) -> None:
    """Store where reservations stand now, in the order of their numbers."""
    if not changed:
        return
    rows = [
        {
            "of": one.held.reservation_id,
            "now_state": str(one.held.state),
            "now_milli": to_milli(one.held.quantity),
            "now_short": to_milli(one.short),
        }
        for one in sorted(changed, key=lambda one: one.held.number)
    ]
    connection.execute(
        update(reservation)
        .where(reservation.c.reservation_id == bindparam("of"))
        .values(
            state=bindparam("now_state"),
            quantity_milli=bindparam("now_milli"),
            short_milli=bindparam("now_short"),
            hold_until="",
        ),
        rows,
    )


def _kept(row: Any) -> Kept:
    return Kept(
        held=Reservation(
            reservation_id=row.reservation_id,
            order_id=row.order_id,
            product_id=row.product_id,
            quantity=from_milli(row.quantity_milli),
            number=row.number,
            state=ReservationState(row.state),
            hold_until=row.hold_until,
            needed_at=row.needed_at,
        ),
        store_id=row.store_id,
        short=from_milli(row.short_milli),
    )
