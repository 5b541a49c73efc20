"""The order book's rows: one for each order, and one for each step that arrived."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningInsert

from retail.pickup.order import OrderState, PickupOrder
from sync.server.clock import now_text
from sync.server.database.order_tables import order_number, order_rating, pickup_order, pickup_step
from sync.server.database.round_trip import Question, RoundTrip, answered
from sync.server.database.statements import chunks, insert_into, insert_missing
from sync.server.database.tables import store, stream_row

HELD: Final = "held"
RELEASED: Final = "released"
"""What an order is called that waits for its payment, and one that never got it: no till knows of them."""

CODE_OPENS_NOTHING: Final = frozenset(
    {
        OrderState.SHORT,
        OrderState.HANDED_OVER,
        OrderState.COMPLETED,
        OrderState.CANCELLED,
        OrderState.EXPIRED,
        OrderState.RETURN_TO_SHELF,
        OrderState.RETURNED,
    }
)
"""Where the digits of a code may be given to another order."""

_ADD: Final = pickup_order.insert()
_OF_REFERENCE: Final = select(pickup_order).where(
    pickup_order.c.channel == bindparam("of_channel"),
    pickup_order.c.outside_reference == bindparam("reference"),
)

_WholeRow = namedtuple("_WholeRow", pickup_order.c.keys())  # type: ignore[misc]  # as the table says

_decoder = msgspec.json.Decoder(PickupOrder)
_encoder = msgspec.json.Encoder()
_LONGEST_CODE = 80


class BookedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order with what never leaves the centre."""

    order: PickupOrder
    phase: str
    request_hash: str
    slot_count: int
    payment: str
    total_minor: int
    hold_until: str
    contact_name: str
    phone: str
    email: str
    language: str
    digits: str
    page_key: str

    @property
    def is_held(self) -> bool:
        return self.phase == HELD

    @property
    def is_released(self) -> bool:
        return self.phase == RELEASED


class StepOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A step that arrived, and what became of it: `taken`, or `refused` with the code of why."""

    step_id: str
    order_id: str
    event_id: str
    kind: str
    by: str
    at: str
    body: str
    outcome: str
    code: str = ""


def add_order(trip: RoundTrip, booked: BookedOrder) -> None:
    """Store a new order; the database refuses a reference, a number or open digits that are taken."""
    order = booked.order
    row = {
        "order_id": order.order_id,
        "store_id": order.store_id,
        "number": order.number,
        "channel": order.channel,
        "outside_reference": order.outside_reference,
        "request_hash": booked.request_hash,
        "placed_at": order.placed_at,
        "total_minor": booked.total_minor,
        "payment": booked.payment,
        "member_id": order.contact.member_id,
        "contact_name": booked.contact_name,
        "phone": booked.phone,
        "email": booked.email,
        "language": booked.language,
        "digits": booked.digits,
        "open_digits": booked.digits,
        "page_key": booked.page_key,
        **_changing(booked),
    }
    trip.tell(_ADD, row)


def _changing(booked: BookedOrder) -> dict[str, Any]:
    order = booked.order
    return {
        "state": booked.phase or str(order.state),
        "updated_at": now_text(),
        "hold_until": booked.hold_until or None,
        "collect_until": order.collect_until,
        "slot_starts_at": order.slot.starts_at,
        "slot_count": booked.slot_count,
        "body": _encoder.encode(order).decode(),
    }


def save_orders(connection: Connection, changed: Sequence[BookedOrder]) -> None:
    """Store orders as they stand now; digits that open nothing any more are free again for good."""
    if not changed:
        return
    rows = []
    for booked in changed:
        values = {f"new_{name}": value for name, value in _changing(booked).items()}
        opens = not (booked.is_released or booked.order.state in CODE_OPENS_NOTHING)
        rows.append({"of": booked.order.order_id, "opens": opens, **values})
    by_code: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for row in rows:
        by_code[bool(row.pop("opens"))].append(row)
    names = ("state", "updated_at", "hold_until", "collect_until", "slot_starts_at", "slot_count", "body")
    statement = update(pickup_order).where(pickup_order.c.order_id == bindparam("of"))
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if by_code[True]:
        connection.execute(statement.values(**columns), by_code[True])
    if by_code[False]:
        connection.execute(statement.values(**columns, open_digits=None), by_code[False])


def orders_named(connection: Connection, store_id: str, name: str) -> tuple[str, ...]:
    """Return the orders that a customer means: by id, by number, or by the digits of the pickup code.

    A number of the store itself comes before the same number of others. Digits are a store's own, and those
    of the order that was placed last, because they are given again.
    """
    table = pickup_order
    by_id = connection.execute(select(table.c.order_id).filter_by(order_id=name)).scalars().all()
    if by_id:
        return tuple(by_id)
    by_number = connection.execute(
        select(table.c.order_id, table.c.store_id).where(
            table.c.number == name,
            table.c.store_id.in_(select(store.c.store_id)),  # the index begins with the store
        )
    ).all()
    here = tuple(row.order_id for row in by_number if row.store_id == store_id)
    if by_number:
        return here or tuple(row.order_id for row in by_number)
    by_digits = connection.execute(
        select(table.c.order_id)
        .where(table.c.store_id == store_id, table.c.digits == name)
        .order_by(table.c.placed_at.desc())
        .limit(1)
    )
    return tuple(by_digits.scalars())


def lock_orders(connection: Connection, order_ids: Iterable[str]) -> dict[str, BookedOrder]:
    """Return orders and keep them until the commit, locked by order id; unknown ones are left out."""
    found: dict[str, BookedOrder] = {}
    for some in chunks(sorted(set(order_ids))):
        rows = connection.execute(
            select(pickup_order)
            .where(pickup_order.c.order_id.in_(some))
            .order_by(pickup_order.c.order_id)
            .with_for_update()
        )
        found |= {row.order_id: _booked(row) for row in rows}
    return found


def known_orders(connection: Connection, order_ids: Iterable[str]) -> dict[str, str]:
    """Return the store of each of these orders; unknown ones are left out."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(order_ids))):
        rows = connection.execute(
            select(pickup_order.c.order_id, pickup_order.c.store_id).where(pickup_order.c.order_id.in_(some))
        )
        found |= dict(rows.all())
    return found


def read_order(connection: Connection, order_id: str) -> BookedOrder | None:
    """Return an order by its id."""
    return _one(connection, pickup_order.c.order_id == order_id)


def order_of_page(connection: Connection, page_key: str) -> BookedOrder | None:
    """Return the order whose page this key opens."""
    return _one(connection, pickup_order.c.page_key == page_key)


def order_of_reference(connection: Connection, channel: str, outside_reference: str) -> BookedOrder | None:
    """Return the order that a channel placed under a reference."""
    return answered(connection, under_reference(channel, outside_reference))


def under_reference(channel: str, outside_reference: str) -> Question[BookedOrder | None]:
    """Ask for the order that a channel placed under a reference."""
    return Question(_OF_REFERENCE, {"of_channel": channel, "reference": outside_reference}, _first_booked)


def _first_booked(rows: Sequence[Any]) -> BookedOrder | None:
    for row in rows:
        return _booked(_WholeRow(*row))
    return None


def orders_of_channel(
    connection: Connection, channel: str, *, after: str = "", limit: int = 100
) -> list[BookedOrder]:
    """Return a channel's orders by id, from behind one on."""
    rows = connection.execute(
        select(pickup_order)
        .where(pickup_order.c.channel == channel, pickup_order.c.order_id > after)
        .order_by(pickup_order.c.order_id)
        .limit(limit)
    )
    return [_booked(row) for row in rows]


def orders_in(connection: Connection, states: Iterable[str], store_id: str = "") -> list[BookedOrder]:
    """Return the orders that stand in these states, of one store or of all, by order id."""
    of_store = [pickup_order.c.store_id == store_id] if store_id else []
    rows = connection.execute(
        select(pickup_order)
        .where(pickup_order.c.state.in_(sorted(states)), *of_store)
        .order_by(pickup_order.c.order_id)
    )
    return [_booked(row) for row in rows]


def holds_before(connection: Connection, moment: str) -> list[str]:
    """Return the held orders whose deadline is past."""
    rows = connection.execute(
        select(pickup_order.c.order_id)
        .where(pickup_order.c.state == HELD, pickup_order.c.hold_until <= moment)
        .order_by(pickup_order.c.order_id)
    )
    return list(rows.scalars())


def put_away_before(connection: Connection, moment: str, states: Iterable[str]) -> list[tuple[str, str]]:
    """Return store and id of orders in these states that nothing happened to since a moment."""
    rows = connection.execute(
        select(pickup_order.c.store_id, pickup_order.c.order_id).where(
            pickup_order.c.state.in_(sorted(states)), pickup_order.c.updated_at < moment
        )
    )
    return [(row.store_id, row.order_id) for row in rows]


def on_tills_before(connection: Connection, moment: str, states: Iterable[str]) -> list[tuple[str, str]]:
    """Return store and id of those orders of `put_away_before` that tills still have."""
    prefix = "pickup_order:"
    rows = connection.execute(
        select(pickup_order.c.store_id, pickup_order.c.order_id)
        .join(
            stream_row,
            (stream_row.c.scope == pickup_order.c.store_id)
            & (func.substr(stream_row.c.key, len(prefix) + 1) == pickup_order.c.order_id),
        )
        .where(
            stream_row.c.stream == "orders",
            stream_row.c.key.startswith(prefix),
            pickup_order.c.state.in_(sorted(states)),
            pickup_order.c.updated_at < moment,
        )
    )
    return [(row.store_id, row.order_id) for row in rows]


def next_number(dialect: str, store_id: str) -> Question[int]:
    """Ask for the next number of a store's orders; the counter is locked until the commit."""
    return Question(_counting(dialect), {"store_id": store_id, "last": 1}, lambda rows: int(rows[0][0]))


@cache
def _counting(dialect: str) -> ReturningInsert[int]:
    return (
        insert_into(dialect, order_number)
        .on_conflict_do_update(index_elements=["store_id"], set_={"last": order_number.c.last + 1})
        .returning(order_number.c.last)
    )


def keep_steps(connection: Connection, outcomes: Sequence[StepOutcome]) -> None:
    """Keep what became of steps; one that arrives again keeps its first outcome."""
    rows: list[Mapping[str, Any]] = [
        {
            **msgspec.structs.asdict(one),
            "by": one.by[:_LONGEST_CODE],
            "at": one.at[:40],
            "code": one.code[:_LONGEST_CODE],
            "received_at": now_text(),
        }
        for one in outcomes
    ]
    insert_missing(connection, pickup_step, rows)


def rate(connection: Connection, order_id: str, stars: int, comment: str) -> None:
    """Keep what a customer thought, the last time they said it."""
    insert = insert_into(connection.dialect.name, order_rating).values(
        order_id=order_id, stars=stars, comment=comment, rated_at=now_text()
    )
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["order_id"],
            set_={"stars": stars, "comment": comment, "rated_at": insert.excluded.rated_at},
        )
    )


def stars_of(connection: Connection, order_id: str) -> int:
    """Return an order's rating, 0 when the customer has not said."""
    found = connection.execute(
        select(func.max(order_rating.c.stars)).where(order_rating.c.order_id == order_id)
    ).scalar()
    return int(found or 0)


def _one(connection: Connection, *which: ColumnElement[bool]) -> BookedOrder | None:
    row = connection.execute(select(pickup_order).where(*which)).first()
    return None if row is None else _booked(row)


def _booked(row: Any) -> BookedOrder:
    return BookedOrder(
        order=_decoder.decode(row.body),
        phase=row.state if row.state in (HELD, RELEASED) else "",
        request_hash=row.request_hash,
        slot_count=row.slot_count,
        payment=row.payment,
        total_minor=row.total_minor,
        hold_until=row.hold_until or "",
        contact_name=row.contact_name,
        phone=row.phone,
        email=row.email,
        language=row.language,
        digits=row.digits,
        page_key=row.page_key,
    )
