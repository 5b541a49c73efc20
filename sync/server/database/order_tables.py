"""Tables of online orders: the order book, its channels, and the outboxes of what is to be told and charged.

An order's row as the tills see it is the JSON in `body`. What never leaves the centre stands beside it: the
customer's address and the short form of the pickup code.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync.server.database.metadata import metadata, row_number

SHOP_CHANNEL: Final = "shop"
"""The channel of the chain's own storefront."""

PAID_AT_DESK: Final = "desk"
PAID_ONLINE: Final = "online"
PAID_TO_CHANNEL: Final = "channel"
"""What `pickup_order.payment` says."""

channel = Table(
    "channel",
    metadata,
    Column("channel_id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key_hash", String(64), unique=True),
    Column("webhook_url", Text, nullable=False),
    Column("webhook_secret", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("withdrawn_at", String(40)),
    comment="Who sends orders. `settings` is JSON of the channel's own kind.",
)

order_number = Table(
    "order_number",
    metadata,
    Column("store_id", String(40), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

pickup_order = Table(
    "pickup_order",
    metadata,
    Column("order_id", String(80), primary_key=True),
    Column("store_id", String(40), nullable=False),
    Column("number", String(20), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("outside_reference", String(160), nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("placed_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("hold_until", String(40)),
    Column("collect_until", String(40), nullable=False),
    Column("slot_starts_at", String(40), nullable=False),
    Column("slot_count", Integer, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("payment", String(20), nullable=False),
    Column("member_id", String(80), nullable=False),
    Column("contact_name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("digits", String(20), nullable=False),
    Column("open_digits", String(20)),
    Column("page_key", String(80), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    UniqueConstraint("channel", "outside_reference"),
    UniqueConstraint("store_id", "number"),
    UniqueConstraint("store_id", "open_digits"),
    Index(None, "store_id", "state"),
    Index(None, "member_id"),
    Index(
        "ix_pickup_order_hold_until",
        "hold_until",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
    comment="`state` is the order's own; `held` until it is paid online, `released` when it never was.",
)

pickup_step = Table(
    "pickup_step",
    metadata,
    Column("step_id", String(80), primary_key=True),
    Column("order_id", String(80), nullable=False),
    Column("event_id", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", String(40), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("code", String(80), nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", String(40), nullable=False),
    Index(None, "order_id"),
    comment="Every step that arrived, whoever took it: taken, refused, or of an order that is not known.",
)

payment_charge = Table(
    "payment_charge",
    metadata,
    Column("charge_id", String(80), primary_key=True),
    Column("order_id", ForeignKey("pickup_order.order_id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("provider_reference", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", String(40), nullable=False),
    Column("last_error", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Index(None, "order_id"),
    Index(None, "state", "next_at"),
    comment="What is to be asked of the payment provider, and what came of it.",
)

message = Table(
    "message",
    metadata,
    Column("message_id", row_number, primary_key=True, autoincrement=True),
    Column("message_key", String(200), nullable=False, unique=True),
    Column("order_id", ForeignKey("pickup_order.order_id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", String(40), nullable=False),
    Column("last_error", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("sent_at", String(40)),
    Index(None, "order_id"),
    Index(None, "state", "next_at"),
    comment="What customers are to be told, once for a key. The address is the order's own.",
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("delivery_id", row_number, primary_key=True, autoincrement=True),
    Column("delivery_key", String(200), nullable=False, unique=True),
    Column("channel_id", ForeignKey("channel.channel_id"), nullable=False),
    Column("order_id", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", String(40), nullable=False),
    Column("last_status", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("delivered_at", String(40)),
    Column("feed_number", BigInteger),
    UniqueConstraint("channel_id", "feed_number"),
    Index(None, "order_id"),
    Index(None, "state", "next_at"),
    comment="What channels are to be told, once for a key. `feed_number` counts a channel's rows as they "
    "were first read: a row that is committed later has a higher one, whatever its `delivery_id`.",
)

shop_basket = Table(
    "shop_basket",
    metadata,
    Column("basket_key", String(80), primary_key=True),
    Column("store_id", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Index(None, "updated_at"),
    comment="A visitor's basket in the storefront.",
)

order_rating = Table(
    "order_rating",
    metadata,
    Column("order_id", ForeignKey("pickup_order.order_id"), primary_key=True),
    Column("stars", Integer, nullable=False),
    Column("comment", Text, nullable=False),
    Column("rated_at", String(40), nullable=False),
)
