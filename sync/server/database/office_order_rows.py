"""The order book as the back office reads it: pages of orders, refused steps, and messages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from retail.pickup.order import OrderState
from sync.server.database.order_rows import HELD, RELEASED
from sync.server.database.order_tables import message, pickup_order, pickup_step

PAGE: Final = 50

OPEN: Final = "open"
"""A filter: every order with which something is still to be done."""

_OPEN_STATES: Final = (
    *(
        OrderState.PLACED,
        OrderState.ACCEPTED,
        OrderState.PICKING,
        OrderState.PAUSED,
        OrderState.PICKED,
        OrderState.READY,
        OrderState.PARTLY_HANDED_OVER,
        OrderState.CANCELLED,
        OrderState.EXPIRED,
        OrderState.RETURN_TO_SHELF,
    ),
    HELD,
)

STATES: Final = (OPEN, HELD, *OrderState, RELEASED)
"""What an order list may be asked for."""


class OrderInList(msgspec.Struct, frozen=True, kw_only=True):
    """An order as a line of a list."""

    order_id: str
    store_id: str
    number: str
    channel: str
    state: str
    placed_at: str
    slot_starts_at: str
    contact_name: str
    total_minor: int
    payment: str


class OrderList(msgspec.Struct, frozen=True):
    """A page of orders, and how many there are in all."""

    orders: tuple[OrderInList, ...]
    total: int


class RefusedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that arrived and was not taken."""

    kind: str
    by: str
    at: str
    code: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a customer: what became of it, and when."""

    kind: str
    state: str
    attempts: int
    last_error: str
    created_at: str
    sent_at: str


def list_orders(
    connection: Connection,
    *,
    stores: Collection[str] | None,
    state: str = "",
    text: str = "",
    page: int = 1,
) -> OrderList:
    """Return a page of the orders of some stores, or of all, the newest first; pages count from 1.

    `text` is looked for in number, name, telephone, e-mail and the channel's reference.
    """
    where = _where(stores, state, text)
    total = connection.execute(select(func.count()).select_from(pickup_order).where(*where)).scalar_one()
    rows = connection.execute(
        select(*(pickup_order.c[name] for name in OrderInList.__struct_fields__))
        .where(*where)
        .order_by(pickup_order.c.placed_at.desc(), pickup_order.c.order_id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return OrderList(tuple(OrderInList(**row) for row in rows.mappings()), int(total))


def _where(stores: Collection[str] | None, state: str, text: str) -> list[ColumnElement[bool]]:
    table = pickup_order.c
    where: list[ColumnElement[bool]] = []
    if stores is not None:
        where.append(table.store_id.in_(sorted(stores)))
    if state == OPEN:
        where.append(table.state.in_([str(one) for one in _OPEN_STATES]))
    elif state:
        where.append(table.state == state)
    if text:
        columns = (table.number, table.contact_name, table.phone, table.email, table.outside_reference)
        where.append(or_(*(func.lower(one).contains(text.lower(), autoescape=True) for one in columns)))
    return where


def refused_steps(connection: Connection, order_id: str) -> list[RefusedStep]:
    """Return the steps of an order that were not taken, in their order of arrival."""
    rows = connection.execute(
        select(pickup_step.c.kind, pickup_step.c.by, pickup_step.c.at, pickup_step.c.code)
        .where(pickup_step.c.order_id == order_id, pickup_step.c.outcome == "refused")
        .order_by(pickup_step.c.received_at, pickup_step.c.step_id)
    )
    return [RefusedStep(**row) for row in rows.mappings()]


def told_about(connection: Connection, order_id: str) -> list[Told]:
    """Return what the customer of an order was told, or was to be told, in its order."""
    rows = connection.execute(
        select(message).where(message.c.order_id == order_id).order_by(message.c.message_id)
    )
    return [_told(row) for row in rows]


def _told(row: Any) -> Told:
    return Told(
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at or "",
    )
