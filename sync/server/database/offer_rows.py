"""The orders whose customers may be asked whether another store will do, and what goes there with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, insert, select

from retail.availability.reservation import ReservationState
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.steps import StepKind
from sync.server.database.charge_rows import BOOKED, charges_of
from sync.server.database.order_tables import payment_charge, pickup_order, pickup_step
from sync.server.database.outbox_rows import charge_row
from sync.server.database.stock_tables import reservation
from sync.server.database.tables import store

WAITING_STATES: Final = (OrderState.PLACED, OrderState.ACCEPTED, OrderState.PICKING, OrderState.PAUSED)
"""Where something can be offered: what ran out is not in a bag yet."""

_LACKING: Final = (ReservationState.CONFIRMED, ReservationState.SHORT)


def orders_lacking_goods(connection: Connection) -> list[str]:
    """Return the orders that lost goods to somebody else, and those that were offered another store."""
    order, step = pickup_order, pickup_step
    lacking = select(reservation.c.order_id).where(
        reservation.c.order_id == order.c.order_id,
        reservation.c.short_milli > 0,
        reservation.c.state.in_([str(state) for state in _LACKING]),
    )
    offered = select(step.c.order_id).where(
        step.c.order_id == order.c.order_id, step.c.kind == str(StepKind.OFFER_STORE)
    )
    found = connection.execute(
        select(order.c.order_id)
        .where(
            order.c.store_id.in_(select(store.c.store_id)),  # the index begins with the store
            order.c.state.in_([str(state) for state in WAITING_STATES]),
            lacking.exists() | offered.exists(),
        )
        .order_by(order.c.order_id)
    )
    return list(found.scalars())


def page_keys(connection: Connection, order_ids: Iterable[str]) -> dict[str, str]:
    """Return what opens the customer's pages of orders."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return {}
    rows = connection.execute(
        select(pickup_order.c.order_id, pickup_order.c.page_key).where(pickup_order.c.order_id.in_(wanted))
    )
    return {row.order_id: row.page_key for row in rows}


def take_over_authorisation(
    connection: Connection, *, of_order_id: str, order: PickupOrder, amount_minor: int
) -> None:
    """Let an order be charged against the authorisation of the one whose goods it took over.

    It is the same payment at the provider: what goes over is given up there, so both never take it.
    """
    authorised = [
        one for one in charges_of(connection, of_order_id) if one.kind == "authorise" and one.state == BOOKED
    ]
    row = charge_row(
        charge_id=f"{order.order_id}:authorise", order=order, kind="authorise", amount_minor=amount_minor
    )
    already_done = {
        "provider": authorised[-1].provider,
        "provider_reference": authorised[-1].provider_reference,
        "state": BOOKED,
        "address": "",
    }
    connection.execute(insert(payment_charge).values(row | already_done))
