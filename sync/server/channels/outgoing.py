"""Writes what a channel is told about its order, in the transaction in which the order changes."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection

from retail.pickup.order import LineState, OrderState, PickupOrder
from sync.server.channels.order_view import SeenOrder, seen_order
from sync.server.clock import now_text
from sync.server.database.delivery_rows import add_delivery

ASKED: Final = "order.asked"
AT_RISK: Final = "order.at_risk"
EXTENDED: Final = "order.extended"

KINDS: Final[tuple[str, ...]] = (*(f"order.{state}" for state in OrderState), ASKED, AT_RISK, EXTENDED)
"""Everything that a channel can be told: the state that its order has come to, that the customer is asked
about a substitute, that goods of a line were sold at a counter, that it is kept until another time."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a message, as the Standard Webhooks specification has it: what, when, and of which."""

    type: str
    timestamp: str
    data: SeenOrder


def order_changed(connection: Connection, before: PickupOrder | None, after: PickupOrder) -> None:
    """Write what the order's channel is told about a change, `before` None for a new order.

    The order's row is locked by the caller, so that rows are written in the order of the changes.
    """
    kind = told_kind(before, after)
    if not kind:
        return
    now = now_text()
    body = msgspec.json.encode(Told(type=kind, timestamp=now, data=seen_order(after)))
    add_delivery(
        connection,
        key=f"msg_{after.order_id}_{after.version}",
        channel_id=after.channel,
        order_id=after.order_id,
        kind=kind,
        body=body,
        now=now,
    )


def told_kind(before: PickupOrder | None, after: PickupOrder) -> str:
    """Return what a change is called, empty for one that a channel is not told about."""
    if before is None or before.state is not after.state:
        return f"order.{after.state}"
    if _questions(after) - _questions(before):
        return ASKED
    if set(after.at_risk) - set(before.at_risk):
        return AT_RISK
    return EXTENDED if before.collect_until != after.collect_until else ""


def _questions(order: PickupOrder) -> set[str]:
    return {
        part.now.step_id for line in order.lines for part in line.divided if part.state is LineState.ASKED
    }
