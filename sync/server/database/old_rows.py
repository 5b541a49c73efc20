"""Throws away what has served: things told and charged long ago, baskets of nobody, a few at a time."""

from __future__ import annotations

from sqlalchemy import Connection, Table, and_, delete, exists, or_, select

from sync.server.database import delivery_rows, message_rows
from sync.server.database.charge_rows import BOOKED, DECLINED, DONE, OPEN, SETTLED, WAITING
from sync.server.database.order_tables import message, payment_charge, shop_basket, webhook_delivery


def forget_deliveries(connection: Connection, *, before: str, limit: int) -> int:
    """Forget what channels were told, or were not, before a moment; return how many rows it was.

    The newest number of each channel's feed stays, so that no number is ever given twice.
    """
    this, later = webhook_delivery, webhook_delivery.alias("later")
    is_newest_number = ~exists().where(
        later.c.channel_id == this.c.channel_id, later.c.feed_number > this.c.feed_number
    )
    over = (delivery_rows.DELIVERED, delivery_rows.GIVEN_UP, delivery_rows.FEED_ONLY)
    old = (
        select(this.c.delivery_id)
        .where(
            this.c.state.in_(over),
            this.c.created_at < before,
            or_(this.c.feed_number.is_(None), ~is_newest_number),
        )
        .order_by(this.c.delivery_id)
        .limit(limit)
    )
    return _forget(connection, this, "delivery_id", list(connection.execute(old).scalars()))


def forget_messages(connection: Connection, *, before: str, limit: int) -> int:
    """Forget what customers were told, or could not be, before a moment; return how many rows it was."""
    over = (message_rows.SENT, message_rows.NOT_SENT, message_rows.UNCERTAIN)
    old = (
        select(message.c.message_id)
        .where(message.c.state.in_(over), message.c.created_at < before)
        .order_by(message.c.message_id)
        .limit(limit)
    )
    return _forget(connection, message, "message_id", list(connection.execute(old).scalars()))


def forget_charges(connection: Connection, *, before: str, limit: int) -> int:
    """Forget all charges of orders of which nothing is left to charge; return how many rows it was.

    An order's charges go together, and only when none of them was touched since that moment.
    """
    this, other = payment_charge, payment_charge.alias("other")
    still_needed = or_(
        other.c.updated_at >= before,
        other.c.state.in_((WAITING, OPEN, DONE)),
        and_(other.c.kind == "authorise", other.c.state == BOOKED),
    )
    orders = connection.execute(
        select(this.c.order_id)
        .where(
            this.c.kind == "authorise",
            this.c.state.in_((SETTLED, DECLINED)),
            this.c.updated_at < before,
            ~exists().where(other.c.order_id == this.c.order_id, still_needed),
        )
        .distinct()
        .order_by(this.c.order_id)
        .limit(limit)
    )
    return _forget(connection, this, "order_id", list(orders.scalars()))


def forget_baskets(connection: Connection, *, before: str, limit: int) -> int:
    """Throw away baskets that nobody has touched since a moment; return how many they were."""
    old = (
        select(shop_basket.c.basket_key)
        .where(shop_basket.c.updated_at < before)
        .order_by(shop_basket.c.updated_at)
        .limit(limit)
    )
    return _forget(connection, shop_basket, "basket_key", list(connection.execute(old).scalars()))


def _forget(connection: Connection, table: Table, name: str, keys: list[int] | list[str]) -> int:
    if not keys:
        return 0
    return connection.execute(delete(table).where(table.c[name].in_(keys))).rowcount
