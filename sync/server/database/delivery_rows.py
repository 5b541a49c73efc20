"""What channels are to be told: written with the change itself, posted by a loop, and read as a feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, and_, bindparam, exists, func, select, update

from sync.server.database.order_tables import channel, webhook_delivery
from sync.server.database.statements import insert_missing

WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
GIVEN_UP: Final = "given_up"
"""Nobody took it for three days, or the channel's receiver is gone for good."""

FEED_ONLY: Final = "feed_only"
"""Of a channel that has no receiver: it reads the feed."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a channel is told about one order."""

    delivery_id: int
    delivery_key: str
    channel_id: str
    order_id: str
    kind: str
    body: str
    attempts: int
    next_at: str
    created_at: str


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change in a channel's feed."""

    number: int
    order_id: str
    kind: str
    created_at: str


def add_delivery(
    connection: Connection, *, key: str, channel_id: str, order_id: str, kind: str, body: bytes, now: str
) -> None:
    """Write that a channel is to be told, once for a key; nothing for a channel that is not known."""
    known = connection.execute(
        select(channel.c.webhook_url).where(
            channel.c.channel_id == channel_id, channel.c.withdrawn_at.is_(None)
        )
    ).first()
    if known is None:
        return
    row = {
        "delivery_key": key,
        "channel_id": channel_id,
        "order_id": order_id,
        "kind": kind,
        "body": body.decode(),
        "state": WAITING if known.webhook_url else FEED_ONLY,
        "attempts": 0,
        "next_at": now,
        "last_status": 0,
        "last_error": "",
        "created_at": now,
    }
    insert_missing(connection, webhook_delivery, [row])


_channels_due: Final = (
    select(webhook_delivery.c.channel_id)
    .where(webhook_delivery.c.state == WAITING, webhook_delivery.c.next_at <= bindparam("now"))
    .distinct()
    .order_by(webhook_delivery.c.channel_id)
)


def channels_due(connection: Connection, now: str) -> list[str]:
    """Return the channels that are to be told something now."""
    return list(connection.execute(_channels_due, {"now": now}).scalars())


def claim_delivery(connection: Connection, channel_id: str, *, now: str, until: str) -> Delivery | None:
    """Return what a channel is to be told next, and keep it from others until a moment.

    Of an order only the first that is still to be told: a channel never hears of `ready` before `picked`.
    Whoever is interrupted leaves it to be told again, under the same key.
    """
    this, earlier = webhook_delivery, webhook_delivery.alias("earlier")
    first_of_its_order = ~exists().where(
        and_(
            earlier.c.order_id == this.c.order_id,
            earlier.c.channel_id == this.c.channel_id,
            earlier.c.state == WAITING,
            earlier.c.delivery_id < this.c.delivery_id,
        )
    )
    row = connection.execute(
        select(*(this.c[name] for name in Delivery.__struct_fields__))
        .where(
            this.c.channel_id == channel_id,
            this.c.state == WAITING,
            this.c.next_at <= now,
            first_of_its_order,
        )
        .order_by(this.c.next_at, this.c.delivery_id)
        .limit(1)
    ).first()
    if row is None:
        return None
    claimed = connection.execute(
        update(this)
        .where(this.c.delivery_id == row.delivery_id, this.c.state == WAITING, this.c.next_at == row.next_at)
        .values(next_at=until)
    )
    return msgspec.convert(row, Delivery, from_attributes=True) if claimed.rowcount == 1 else None


def finish_delivery(
    connection: Connection, delivery: Delivery, *, state: str, status: int, error: str, next_at: str
) -> None:
    """Write what became of an attempt: `waiting` again until `next_at`, or one of the ends."""
    connection.execute(
        update(webhook_delivery)
        .where(webhook_delivery.c.delivery_id == delivery.delivery_id)
        .values(
            state=state,
            attempts=delivery.attempts + 1,
            last_status=status,
            last_error=error,
            next_at=next_at,
            delivered_at=next_at if state == DELIVERED else None,
        )
    )


def put_off(connection: Connection, channel_id: str, *, until: str) -> None:
    """Tell a channel nothing before a moment: it did not answer."""
    connection.execute(
        update(webhook_delivery)
        .where(
            webhook_delivery.c.channel_id == channel_id,
            webhook_delivery.c.state == WAITING,
            webhook_delivery.c.next_at < until,
        )
        .values(next_at=until)
    )


def give_up_on(connection: Connection, channel_id: str, error: str) -> int:
    """Give up on everything that a channel was still to be told; return how much it was."""
    return connection.execute(
        update(webhook_delivery)
        .where(webhook_delivery.c.channel_id == channel_id, webhook_delivery.c.state == WAITING)
        .values(state=GIVEN_UP, last_error=error)
    ).rowcount


def feed(connection: Connection, channel_id: str, *, after: int, limit: int) -> Sequence[FeedEntry]:
    """Return a channel's changes behind a number, and give numbers to those that have none yet.

    Numbers are given to committed rows only, while the channel's row is locked, so no reader who has passed
    a number can ever have missed a change below it.
    """
    table = webhook_delivery
    connection.execute(select(channel.c.channel_id).filter_by(channel_id=channel_id).with_for_update())
    last = connection.execute(
        select(func.max(table.c.feed_number)).where(table.c.channel_id == channel_id)
    ).scalar()
    fresh = connection.execute(
        select(table.c.delivery_id)
        .where(table.c.channel_id == channel_id, table.c.feed_number.is_(None))
        .order_by(table.c.delivery_id)
    )
    for number, delivery_id in enumerate(fresh.scalars().all(), int(last or 0) + 1):
        connection.execute(update(table).where(table.c.delivery_id == delivery_id).values(feed_number=number))
    rows = connection.execute(
        select(table.c.feed_number, table.c.order_id, table.c.kind, table.c.created_at)
        .where(table.c.channel_id == channel_id, table.c.feed_number > after)
        .order_by(table.c.feed_number)
        .limit(limit)
    )
    return [
        FeedEntry(number=row.feed_number, order_id=row.order_id, kind=row.kind, created_at=row.created_at)
        for row in rows
    ]
