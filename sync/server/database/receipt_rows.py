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


def sales_of_order(connection: Connection, order_id: str) -> tuple[Sale, ...]:
    """Return the sales of an order, made at its desk or by the centre, the latest first."""
    sale, inbox = tables.sale, tables.inbox
    bodies = connection.execute(
        select(inbox.c.envelope)
        .join(sale, sale.c.event_id == inbox.c.event_id)
        .where(sale.c.order_id == order_id, sale.c.order_id != "")  # the index is of these only
        .order_by(sale.c.completed_at.desc(), sale.c.receipt_number.desc())
        .limit(MOST_SALES)
    ).scalars()
    return _sales(bodies.all())


def sales_of_ids(connection: Connection, sale_ids: Sequence[str]) -> tuple[Sale, ...]:
    """Return sales by their ids; those that are not there are left out."""
    sale, inbox = tables.sale, tables.inbox
    bodies = connection.execute(
        select(inbox.c.envelope)
        .join(sale, sale.c.event_id == inbox.c.event_id)
        .where(sale.c.sale_id.in_(sale_ids))
    ).scalars()
    return _sales(bodies.all())


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
