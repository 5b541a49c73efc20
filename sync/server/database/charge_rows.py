"""What is asked of the payment provider: a row stands before anything is asked, and says what came of it."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from sync.server.database.order_tables import payment_charge, pickup_order

WAITING: Final = "waiting"
"""To be asked, or asked without an answer: it is asked again under the same id."""

OPEN: Final = "open"
"""The customer is on the provider's page, or has left it without a decision."""

DONE: Final = "done"
"""The provider did it; the order has still to hear of it."""

BOOKED: Final = "booked"
DECLINED: Final = "declined"

SETTLED: Final = "settled"
"""An authorisation of which nothing is left, of an order that nothing more can become of."""


OF_RETURN: Final = "return"
"""The kind of a refund that a return at a till asked for: it is no money of the order, which stays sold."""


class ChargeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One charge."""

    charge_id: str
    order_id: str
    kind: str
    provider: str
    provider_reference: str
    amount_minor: int
    currency: str
    state: str
    attempts: int
    next_at: str
    created_at: str
    updated_at: str


def charges_of(connection: Connection, order_id: str) -> list[ChargeRow]:
    """Return an order's charges, oldest first."""
    rows = connection.execute(
        select(payment_charge)
        .where(payment_charge.c.order_id == order_id)
        .order_by(payment_charge.c.created_at, payment_charge.c.charge_id)
    )
    return [_charge(row) for row in rows]


def authorised_as(connection: Connection, order_id: str) -> str:
    """Return what the provider calls an order's authorisation, the last one; empty when there is none."""
    table = payment_charge
    found = connection.execute(
        select(table.c.provider_reference)
        .where(
            table.c.order_id == order_id,
            table.c.kind == "authorise",
            table.c.state.in_((BOOKED, SETTLED, DONE)),
        )
        .order_by(table.c.created_at.desc(), table.c.charge_id.desc())
        .limit(1)
    ).scalar()
    return found or ""


def asked_for_returns(connection: Connection, order_id: str) -> int:
    """Return what is to go back, or went, of an order's goods that were returned at tills."""
    table = payment_charge
    found = connection.execute(
        select(func.coalesce(func.sum(table.c.amount_minor), 0)).where(
            table.c.order_id == order_id, table.c.kind == OF_RETURN, table.c.state != DECLINED
        )
    )
    return int(found.scalar_one())


def charge_of_id(connection: Connection, charge_id: str) -> ChargeRow | None:
    """Return one charge."""
    row = connection.execute(select(payment_charge).filter_by(charge_id=charge_id)).first()
    return None if row is None else _charge(row)


# Asked every second while nothing is due: made once, they cost less than half.
_due: Final = (
    select(payment_charge)
    .where(
        payment_charge.c.state.in_(bindparam("states", expanding=True)),
        payment_charge.c.next_at <= bindparam("now"),
    )
    .order_by(payment_charge.c.next_at, payment_charge.c.charge_id)
    .limit(bindparam("most"))
)
_to_settle: Final = (
    select(pickup_order.c.order_id, pickup_order.c.updated_at)
    .join(payment_charge, payment_charge.c.order_id == pickup_order.c.order_id)
    .where(
        payment_charge.c.kind == "authorise",
        payment_charge.c.state == BOOKED,
        payment_charge.c.updated_at != pickup_order.c.updated_at,
    )
    .order_by(pickup_order.c.updated_at)
    .limit(bindparam("most"))
)


def charges_due(connection: Connection, states: tuple[str, ...], now: str, limit: int) -> list[ChargeRow]:
    """Return the charges in these states that are to be looked at, the longest waiting first."""
    rows = connection.execute(_due, {"states": states, "now": now, "most": limit})
    return [_charge(row) for row in rows]


def claim_charge(connection: Connection, charge: ChargeRow, *, provider: str, until: str) -> bool:
    """Keep a charge from others until a moment and count the attempt; False when somebody else has it."""
    table = payment_charge
    claimed = connection.execute(
        update(table)
        .where(
            table.c.charge_id == charge.charge_id,
            table.c.state == charge.state,
            table.c.next_at == charge.next_at,
            table.c.attempts == charge.attempts,
        )
        .values(next_at=until, attempts=charge.attempts + 1, provider=provider)
    )
    return claimed.rowcount == 1


def write_charge(
    connection: Connection, charge_id: str, *, state: str, now: str, next_at: str = "", **values: Any
) -> None:
    """Write what came of a charge."""
    connection.execute(
        update(payment_charge)
        .where(payment_charge.c.charge_id == charge_id)
        .values(state=state, next_at=next_at or now, updated_at=now, **values)
    )


def orders_to_settle(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """Return orders that were authorised and have changed since they were last looked at.

    With each comes the moment of its last change, for `looked_at`.
    """
    rows = connection.execute(_to_settle, {"most": limit})
    return [(row.order_id, row.updated_at) for row in rows]


def looked_at(connection: Connection, order_id: str, changed_at: str) -> None:
    """Remember that nothing is to be charged for an order as it stood at a moment."""
    connection.execute(
        update(payment_charge)
        .where(
            payment_charge.c.order_id == order_id,
            payment_charge.c.kind == "authorise",
            payment_charge.c.state == BOOKED,
        )
        .values(updated_at=changed_at)
    )


def put_away(connection: Connection, order_id: str, now: str) -> None:
    """Look at an order no more."""
    connection.execute(
        update(payment_charge)
        .where(
            payment_charge.c.order_id == order_id,
            payment_charge.c.kind == "authorise",
            payment_charge.c.state == BOOKED,
        )
        .values(state=SETTLED, updated_at=now)
    )


def _charge(row: Any) -> ChargeRow:
    return msgspec.convert(row, ChargeRow, from_attributes=True)
