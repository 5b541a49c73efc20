"""The outboxes: what customers are to be told and what is to be charged, written with the order.

Loops read them and do what takes a network; nothing here does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from retail.pickup.order import PickupOrder
from sync.server.clock import now_text
from sync.server.database.order_tables import message, payment_charge
from sync.server.database.round_trip import RoundTrip
from sync.server.database.statements import adding_missing, insert_missing

PAY_PATH: Final = "/pay/start/"
"""Where a customer begins to pay an order."""

WAITING = "waiting"
"""The state of whatever nobody has tried yet."""


class ToTell(msgspec.Struct, frozen=True, kw_only=True):
    """Something for a customer to hear, once: `key` names the occasion, `about` says more of it."""

    kind: str
    order_id: str
    key: str
    about: dict[str, Any] = {}


def queue_messages(connection: Connection, told: Sequence[ToTell]) -> None:
    """Write what customers are to be told."""
    trip = RoundTrip(connection)
    add_messages(trip, told)
    trip.run()


def add_messages(trip: RoundTrip, told: Sequence[ToTell]) -> None:
    """Have what customers are to be told written."""
    moment = now_text()
    trip.tell(
        adding_missing(trip.dialect, message),
        [
            {
                "message_key": f"{one.kind}:{one.order_id}:{one.key}",
                "order_id": one.order_id,
                "kind": one.kind,
                "body": msgspec.json.encode(one.about).decode(),
                "state": WAITING,
                "attempts": 0,
                "next_at": moment,
                "last_error": "",
                "created_at": moment,
            }
            for one in told
        ],
    )


def queue_charge(
    connection: Connection, *, charge_id: str, order: PickupOrder, kind: str, amount_minor: int
) -> None:
    """Write that money is to be authorised, captured, voided or refunded; once for a charge id."""
    row = charge_row(charge_id=charge_id, order=order, kind=kind, amount_minor=amount_minor)
    insert_missing(connection, payment_charge, [row])


def charge_row(*, charge_id: str, order: PickupOrder, kind: str, amount_minor: int) -> dict[str, Any]:
    """Return the row of a charge that nobody has tried yet.

    The address of an authorisation is the centre's own: it leads on to the provider's page.
    """
    moment = now_text()
    return {
        "charge_id": charge_id,
        "order_id": order.order_id,
        "kind": kind,
        "provider": "",
        "provider_reference": "",
        "amount_minor": amount_minor,
        "currency": order.currency,
        "state": WAITING,
        "address": PAY_PATH + order.order_id if kind == "authorise" else "",
        "attempts": 0,
        "next_at": moment,
        "last_error": "",
        "created_at": moment,
        "updated_at": moment,
    }


def payment_address(connection: Connection, order_id: str) -> str:
    """Return the page where an order is paid, empty when there is none (yet)."""
    found = connection.execute(
        select(payment_charge.c.address)
        .where(payment_charge.c.order_id == order_id, payment_charge.c.address != "")
        .order_by(payment_charge.c.created_at.desc())
    ).first()
    return "" if found is None else str(found.address)
