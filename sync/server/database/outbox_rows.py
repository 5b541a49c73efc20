"""The outboxes: what customers and channels are to be told and what is to be charged, written with the order.

Loops read them and do what takes a network; nothing here does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, literal, select

from retail.pickup.order import PickupOrder
from sync.server.clock import now_text
from sync.server.database.order_tables import channel, message, payment_charge, webhook_delivery
from sync.server.database.statements import insert_missing
from sync.server.database.stock_rows import insert_for

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
    moment = now_text()
    insert_missing(
        connection,
        message,
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


def queue_webhooks(connection: Connection, orders: Sequence[PickupOrder], kind: str) -> None:
    """Write that orders changed, for those of their channels that want to hear it."""
    moment = now_text()
    columns = (
        "delivery_key",
        "channel_id",
        "order_id",
        "kind",
        "body",
        "state",
        "attempts",
        "next_at",
        "last_status",
        "last_error",
        "created_at",
    )
    for order in orders:
        body = {
            "order_id": order.order_id,
            "outside_reference": order.outside_reference,
            "number": order.number,
            "store_id": order.store_id,
            "state": str(order.state),
            "version": order.version,
        }
        values = (
            literal(f"{kind}:{order.order_id}:{order.version}"),
            channel.c.channel_id,
            literal(order.order_id),
            literal(kind),
            literal(msgspec.json.encode(body).decode()),
            literal(WAITING),
            literal(0),
            literal(moment),
            literal(0),
            literal(""),
            literal(moment),
        )
        wanted = select(*values).where(
            channel.c.channel_id == order.channel,
            channel.c.webhook_url != "",
            channel.c.withdrawn_at.is_(None),
        )
        insert = insert_for(connection, webhook_delivery).from_select(columns, wanted)
        connection.execute(insert.on_conflict_do_nothing())


def queue_charge(
    connection: Connection, *, charge_id: str, order: PickupOrder, kind: str, amount_minor: int
) -> None:
    """Write that money is to be authorised, captured, voided or refunded; once for a charge id."""
    moment = now_text()
    row = {
        "charge_id": charge_id,
        "order_id": order.order_id,
        "kind": kind,
        "provider": "",
        "provider_reference": "",
        "amount_minor": amount_minor,
        "currency": order.currency,
        "state": WAITING,
        "address": "",
        "attempts": 0,
        "next_at": moment,
        "last_error": "",
        "created_at": moment,
        "updated_at": moment,
    }
    insert_missing(connection, payment_charge, [row])


def payment_address(connection: Connection, order_id: str) -> str:
    """Return the page where an order is paid, empty when there is none (yet)."""
    found = connection.execute(
        select(payment_charge.c.address)
        .where(payment_charge.c.order_id == order_id, payment_charge.c.address != "")
        .order_by(payment_charge.c.created_at.desc())
    ).first()
    return "" if found is None else str(found.address)
