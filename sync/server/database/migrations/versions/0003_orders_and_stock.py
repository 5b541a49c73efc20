"""Online orders with their outboxes, the ledger of stock, returns, and who allowed a watched act."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BYTE_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Take the schema one step forward."""
    op.create_table(
        "channel",
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("webhook_url", sa.Text(), nullable=False),
        sa.Column("webhook_secret", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_channel_key_hash")),
        comment="Who sends orders. `settings` is JSON of the channel's own kind.",
    )
    op.create_table(
        "order_number",
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_order_number")),
    )
    op.create_table(
        "pickup_order",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("outside_reference", sa.String(length=160), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("placed_at", sa.String(length=40), nullable=False),
        sa.Column("updated_at", sa.String(length=40), nullable=False),
        sa.Column("hold_until", sa.String(length=40), nullable=True),
        sa.Column("collect_until", sa.String(length=40), nullable=False),
        sa.Column("slot_starts_at", sa.String(length=40), nullable=False),
        sa.Column("slot_count", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.String(length=20), nullable=False),
        sa.Column("member_id", sa.String(length=80), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("digits", sa.String(length=20), nullable=False),
        sa.Column("open_digits", sa.String(length=20), nullable=True),
        sa.Column("page_key", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_pickup_order")),
        sa.UniqueConstraint(
            "channel", "outside_reference", name=op.f("uq_pickup_order_channel_outside_reference")
        ),
        sa.UniqueConstraint("page_key", name=op.f("uq_pickup_order_page_key")),
        sa.UniqueConstraint("store_id", "number", name=op.f("uq_pickup_order_store_id_number")),
        sa.UniqueConstraint("store_id", "open_digits", name=op.f("uq_pickup_order_store_id_open_digits")),
        comment="`state` is the order's own; `held` until it is paid online, `released` when it never was.",
    )
    op.create_index(
        "ix_pickup_order_hold_until",
        "pickup_order",
        ["hold_until"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(op.f("ix_pickup_order_member_id"), "pickup_order", ["member_id"], unique=False)
    op.create_index(
        op.f("ix_pickup_order_store_id_state"), "pickup_order", ["store_id", "state"], unique=False
    )
    op.create_table(
        "pickup_step",
        sa.Column("step_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_pickup_step")),
        comment="Every step that arrived, whoever took it: taken, refused, or of an order that is not known.",
    )
    op.create_index(op.f("ix_pickup_step_order_id"), "pickup_step", ["order_id"], unique=False)
    op.create_table(
        "recount_task",
        sa.Column(
            "task_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("product_id", BYTE_ORDER, nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.String(length=40), nullable=False),
        sa.Column("done_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_recount_task")),
        comment="What somebody should count, asked for once until it is done.",
    )
    op.create_index(
        "ix_recount_task_open",
        "recount_task",
        ["store_id", "product_id"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "sale_return",
        sa.Column("return_id", sa.String(length=80), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("receipt_number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sale_id", sa.String(length=80), nullable=False),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("till_id", sa.String(length=80), nullable=False),
        sa.Column("device_id", sa.String(length=80), nullable=False),
        sa.Column("cashier_id", sa.String(length=80), nullable=False),
        sa.Column("cashier_name", sa.Text(), nullable=False),
        sa.Column("completed_at", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("refund_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("cash_rounding_minor", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.String(length=80), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("return_id", name=op.f("pk_sale_return")),
        sa.UniqueConstraint("event_id", name=op.f("uq_sale_return_event_id")),
    )
    op.create_index(op.f("ix_sale_return_sale_id"), "sale_return", ["sale_id"], unique=False)
    op.create_index(
        op.f("ix_sale_return_store_id_completed_at"),
        "sale_return",
        ["store_id", "completed_at"],
        unique=False,
    )
    op.create_table(
        "shop_basket",
        sa.Column("basket_key", sa.String(length=80), nullable=False),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("updated_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("basket_key", name=op.f("pk_shop_basket")),
        comment="A visitor's basket in the storefront.",
    )
    op.create_index(op.f("ix_shop_basket_updated_at"), "shop_basket", ["updated_at"], unique=False)
    op.create_table(
        "slot_booking",
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.String(length=40), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "starts_at", name=op.f("pk_slot_booking")),
        comment="How much of each slot is taken, by the store's measure; its row is the lock of the slot.",
    )
    op.create_table(
        "stock_balance",
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("product_id", BYTE_ORDER, nullable=False),
        sa.Column("location", sa.String(length=20), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "product_id", "location", name=op.f("pk_stock_balance")),
        comment="The sum of the ledger, kept beside it; the lock under which goods are promised.",
    )
    op.create_table(
        "stock_movement",
        sa.Column(
            "movement_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("product_id", BYTE_ORDER, nullable=False),
        sa.Column("location", sa.String(length=20), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reverses", sa.String(length=80), nullable=False),
        sa.Column("moved_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_stock_movement")),
        comment="The ledger: only ever added to.",
    )
    op.create_index(op.f("ix_stock_movement_event_id"), "stock_movement", ["event_id"], unique=False)
    op.create_index(
        op.f("ix_stock_movement_store_id_product_id"),
        "stock_movement",
        ["store_id", "product_id"],
        unique=False,
    )
    op.create_table(
        "message",
        sa.Column(
            "message_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("message_key", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(length=40), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["pickup_order.order_id"], name=op.f("fk_message_order_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_key", name=op.f("uq_message_message_key")),
        comment="What customers are to be told, once for a key. The address is the order's own.",
    )
    op.create_index(op.f("ix_message_order_id"), "message", ["order_id"], unique=False)
    op.create_index(op.f("ix_message_state_next_at"), "message", ["state", "next_at"], unique=False)
    op.create_table(
        "order_rating",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pickup_order.order_id"], name=op.f("fk_order_rating_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_rating")),
    )
    op.create_table(
        "payment_charge",
        sa.Column("charge_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(length=40), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("updated_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pickup_order.order_id"], name=op.f("fk_payment_charge_order_id")
        ),
        sa.PrimaryKeyConstraint("charge_id", name=op.f("pk_payment_charge")),
        comment="What is to be asked of the payment provider, and what came of it.",
    )
    op.create_index(op.f("ix_payment_charge_order_id"), "payment_charge", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_payment_charge_state_next_at"), "payment_charge", ["state", "next_at"], unique=False
    )
    op.create_table(
        "picking_time",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("picked_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pickup_order.order_id"], name=op.f("fk_picking_time_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_picking_time")),
        comment="How long picking an order took: the store's own speed.",
    )
    op.create_index(
        op.f("ix_picking_time_store_id_picked_at"), "picking_time", ["store_id", "picked_at"], unique=False
    )
    op.create_table(
        "reservation",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("reservation_id", sa.String(length=160), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("store_id", sa.String(length=40), nullable=False),
        sa.Column("product_id", BYTE_ORDER, nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("short_milli", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("hold_until", sa.String(length=40), nullable=False),
        sa.Column("needed_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pickup_order.order_id"], name=op.f("fk_reservation_order_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reservation")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_reservation_reservation_id")),
        comment="`number` rises as they are made: the newest gives way first. `short_milli` is what it lost.",
    )
    op.create_index(
        "ix_reservation_on_the_shelf",
        "reservation",
        ["store_id", "product_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'confirmed')"),
    )
    op.create_index(op.f("ix_reservation_order_id"), "reservation", ["order_id"], unique=False)
    op.create_table(
        "sale_return_line",
        sa.Column("return_id", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.String(length=40), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("restocked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["return_id"], ["sale_return.return_id"], name=op.f("fk_sale_return_line_return_id")
        ),
        sa.PrimaryKeyConstraint("return_id", "position", name=op.f("pk_sale_return_line")),
    )
    op.create_index(op.f("ix_sale_return_line_product_id"), "sale_return_line", ["product_id"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column(
            "delivery_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("delivery_key", sa.String(length=200), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(length=40), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("delivered_at", sa.String(length=40), nullable=True),
        sa.Column("feed_number", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.channel_id"], name=op.f("fk_webhook_delivery_channel_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "channel_id", "feed_number", name=op.f("uq_webhook_delivery_channel_id_feed_number")
        ),
        sa.UniqueConstraint("delivery_key", name=op.f("uq_webhook_delivery_delivery_key")),
        comment="What channels are to be told, once for a key. `feed_number` counts a channel's rows as they "
        "were first read: a row that is committed later has a higher one, whatever its `delivery_id`.",
    )
    op.create_index(op.f("ix_webhook_delivery_order_id"), "webhook_delivery", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_webhook_delivery_state_next_at"), "webhook_delivery", ["state", "next_at"], unique=False
    )
    op.add_column("device", sa.Column("heard_at", sa.String(length=40), nullable=True))
    op.add_column("sale", sa.Column("order_id", sa.String(length=80), server_default="", nullable=False))
    op.create_index(
        "ix_sale_of_an_order",
        "sale",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("order_id <> ''"),
        postgresql_where=sa.text("order_id <> ''"),
    )
    op.add_column(
        "watched_act", sa.Column("approved_by", sa.String(length=80), server_default="", nullable=False)
    )
    if op.get_context().dialect.supports_comments:
        op.create_table_comment(
            "watched_act",
            "Voids, reprints, drawer openings and broken promises: harmless alone, telling in numbers.",
        )
        op.create_table_comment(
            "device",
            "A replaced device may still send what its journal holds, but no longer reads streams. "
            "`heard_at` is when it last asked for anything, give or take half a minute.",
        )
