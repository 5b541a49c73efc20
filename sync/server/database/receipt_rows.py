"""A sale by its receipt, and what came back of it, as they landed in the inbox."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from retail.events import SaleCompleted, SaleReturned
from retail.journal import Envelope, fact_of
from retail.returns.record import Return
from retail.sale import Sale
from sync.server.database import tables
from sync.server.database.order_tables import pickup_order

MOST_SALES = 10
"""Stores number their tills from 1, so a chain has a receipt number more than once."""

_envelope = msgspec.json.Decoder(Envelope)


def sales_by_receipt(connection: Connection, number: str) -> tuple[Sale, ...]:
    """Return the sales of a chain with this receipt number, one a store."""
    sale, inbox = tables.sale, tables.inbox
    bodies = connection.execute(
        select(inbox.c.envelope)
        .join(sale, sale.c.event_id == inbox.c.event_id)
        .where(
            sale.c.receipt_number == number,
            sale.c.till_id.in_(select(tables.till.c.till_id)),  # the index begins with the till
        )
        .order_by(sale.c.completed_at.desc())
        .limit(MOST_SALES)
    ).scalars()
    return _sales(bodies.all())


def sales_of_order(connection: Connection, store_id: str, order_number: str) -> tuple[Sale, ...]:
    """Return the sales that paid an order of a store at its desk."""
    sale, inbox = tables.sale, tables.inbox
    bodies = connection.execute(
        select(inbox.c.envelope)
        .join(sale, sale.c.event_id == inbox.c.event_id)
        .join(pickup_order, pickup_order.c.order_id == sale.c.order_id)
        .where(pickup_order.c.store_id == store_id, pickup_order.c.number == order_number)
        .order_by(sale.c.completed_at.desc())
        .limit(MOST_SALES)
    ).scalars()
    return _sales(bodies.all())


def is_order(connection: Connection, store_id: str, order_number: str) -> bool:
    """Say whether a store has an order with this number."""
    found = connection.execute(
        select(pickup_order.c.order_id).where(
            pickup_order.c.store_id == store_id, pickup_order.c.number == order_number
        )
    )
    return found.first() is not None


def returns_of(connection: Connection, sale_id: str) -> tuple[Return, ...]:
    """Return what came back of a sale at any till, the earliest first."""
    back, inbox = tables.sale_return, tables.inbox
    bodies = connection.execute(
        select(inbox.c.envelope)
        .join(back, back.c.event_id == inbox.c.event_id)
        .where(back.c.sale_id == sale_id)
        .order_by(back.c.completed_at, back.c.return_id)
    ).scalars()
    facts = (fact_of(_envelope.decode(body)) for body in bodies)
    return tuple(fact.returned for fact in facts if isinstance(fact, SaleReturned))


def _sales(bodies: Sequence[str]) -> tuple[Sale, ...]:
    facts = (fact_of(_envelope.decode(body)) for body in bodies)
    return tuple(fact.sale for fact in facts if isinstance(fact, SaleCompleted))
