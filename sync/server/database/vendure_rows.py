"""What the connector to Vendure reads and keeps: its place in the feed, item numbers, what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, select, update

from retail.pickup.order import OrderState
from sync.server.clock import now_text
from sync.server.database import order_rows, tables
from sync.server.database.order_tables import channel, pickup_order
from sync.server.database.sessions import StreamId
from sync.server.database.statements import chunks, insert_missing

KIND = "vendure"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How far a shop was told: the number in its feed, and the orders of which it would not hear."""

    feed_after: int = 0
    again: tuple[str, ...] = ()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The versions of a store's streams up to which everything was looked at."""

    stock: int = 0
    orders: int = 0


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is not over."""

    order_id: str
    code: str


def know_channel(connection: Connection, channel_id: str) -> bool:
    """Make a channel that has no key, so nobody can call as it; return whether it is not withdrawn."""
    row = {
        "channel_id": channel_id,
        "name": channel_id,
        "kind": KIND,
        "key_hash": None,
        "webhook_url": "",
        "webhook_secret": "",
        "settings": msgspec.json.encode(Told()).decode(),
        "created_at": now_text(),
    }
    insert_missing(connection, channel, [row])
    found = connection.execute(select(channel.c.withdrawn_at).filter_by(channel_id=channel_id)).one()
    return found.withdrawn_at is None


def read_told(connection: Connection, channel_id: str) -> Told:
    """Return how far a shop was told."""
    text = connection.execute(select(channel.c.settings).filter_by(channel_id=channel_id)).scalar_one()
    return msgspec.json.decode(text, type=Told)


def keep_told(connection: Connection, channel_id: str, told: Told) -> None:
    """Write down how far a shop was told."""
    connection.execute(
        update(channel)
        .where(channel.c.channel_id == channel_id)
        .values(settings=msgspec.json.encode(told).decode())
    )


def known_codes(connection: Connection, channel_id: str, codes: Iterable[str]) -> dict[str, str]:
    """Return the order that stands under each of these outside references."""
    found: dict[str, str] = {}
    for some in chunks(codes):
        rows = connection.execute(
            select(pickup_order.c.outside_reference, pickup_order.c.order_id).where(
                pickup_order.c.channel == channel_id, pickup_order.c.outside_reference.in_(some)
            )
        )
        found |= dict(rows.all())
    return found


def open_orders(connection: Connection, channel_id: str, states: Sequence[OrderState]) -> list[Open]:
    """Return a channel's orders in these states, by id."""
    rows = connection.execute(
        select(pickup_order.c.order_id, pickup_order.c.outside_reference)
        .where(pickup_order.c.channel == channel_id, pickup_order.c.state.in_([str(one) for one in states]))
        .order_by(pickup_order.c.order_id)
    )
    return [Open(order_id=row.order_id, code=row.outside_reference) for row in rows]


def products_of_skus(connection: Connection, skus: Iterable[str]) -> dict[str, str]:
    """Return the product that each item number names; what is nobody's is left out."""
    identifier = tables.product_identifier
    found: dict[str, str] = {}
    for some in chunks(sorted(set(skus))):
        rows = connection.execute(
            select(identifier.c.value, identifier.c.product_id).where(
                identifier.c.kind == "sku", identifier.c.value.in_(some)
            )
        )
        found |= dict(rows.all())
    return found


def heads(connection: Connection, store_id: str) -> Seen:
    """Return where a store's streams of stock and orders stand."""
    return Seen(
        stock=_head(connection, ("stock", store_id))[0],
        orders=_head(connection, ("orders", store_id))[0],
    )


def _head(connection: Connection, stream: StreamId) -> tuple[int, int]:
    """Return the version at which a stream stands, and the one before which its log is forgotten."""
    head = tables.stream_head
    row = connection.execute(
        select(head.c.head, head.c.floor).filter_by(stream=stream[0], scope=stream[1])
    ).first()
    return (0, 0) if row is None else (row.head, row.floor)


def touched_since(connection: Connection, store_id: str, seen: Seen) -> set[str] | None:
    """Return the products of which another quantity may be promised; None when the log begins later.

    Those whose level was published, those of orders that changed, and those kept for somebody who pays now.
    """
    found: set[str] = set()
    order_ids: set[str] = set()
    for stream, after, keys in (("stock", seen.stock, found), ("orders", seen.orders, order_ids)):
        if _head(connection, (stream, store_id))[1] > after:
            return None
        keys |= {key.partition(":")[2] for key in _changed_keys(connection, (stream, store_id), after)}
    orders = [order_rows.read_order(connection, one) for one in sorted(order_ids)]
    held = order_rows.orders_in(connection, [order_rows.HELD], store_id)
    for booked in (*orders, *held):
        if booked is not None:
            found |= {line.product.product_id for line in booked.order.lines}
    return found


def _changed_keys(connection: Connection, stream: StreamId, after: int) -> Sequence[str]:
    change = tables.stream_change
    return (
        connection.execute(
            select(change.c.key)
            .where(change.c.stream == stream[0], change.c.scope == stream[1], change.c.seq > after)
            .distinct()
        )
        .scalars()
        .all()
    )
