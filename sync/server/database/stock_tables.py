"""Tables of goods: the ledger and its balances, what is promised, and the slots of collection.

Quantities are integers of thousandths of the selling unit (a gram of what is weighed), so that both databases
add them exactly.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from sync.server.database.metadata import byte_order, metadata, row_number

stock_balance = Table(
    "stock_balance",
    metadata,
    Column("store_id", String(40), primary_key=True),
    Column("product_id", byte_order, primary_key=True),
    Column("location", String(20), primary_key=True),
    Column("quantity_milli", BigInteger, nullable=False),
    comment="The sum of the ledger, kept beside it; the lock under which goods are promised.",
)

stock_movement = Table(
    "stock_movement",
    metadata,
    Column("movement_id", row_number, primary_key=True, autoincrement=True),
    Column("store_id", String(40), nullable=False),
    Column("product_id", byte_order, nullable=False),
    Column("location", String(20), nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("event_id", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reverses", String(80), nullable=False),
    Column("moved_at", String(40), nullable=False),
    Index(None, "store_id", "product_id"),
    Index(None, "event_id"),
    comment="The ledger: only ever added to.",
)

reservation = Table(
    "reservation",
    metadata,
    Column("number", row_number, primary_key=True, autoincrement=True),
    Column("reservation_id", String(160), nullable=False, unique=True),
    Column("order_id", ForeignKey("pickup_order.order_id"), nullable=False),
    Column("store_id", String(40), nullable=False),
    Column("product_id", byte_order, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("short_milli", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("hold_until", String(40), nullable=False),
    Column("needed_at", String(40), nullable=False),
    Index(None, "order_id"),
    Index(
        "ix_reservation_on_the_shelf",
        "store_id",
        "product_id",
        sqlite_where=text("state IN ('held', 'confirmed')"),
        postgresql_where=text("state IN ('held', 'confirmed')"),
    ),
    comment="`number` rises as they are made: the newest gives way first. `short_milli` is what it lost.",
)

recount_task = Table(
    "recount_task",
    metadata,
    Column("task_id", row_number, primary_key=True, autoincrement=True),
    Column("store_id", String(40), nullable=False),
    Column("product_id", byte_order, nullable=False),
    Column("reason", String(80), nullable=False),
    Column("asked_at", String(40), nullable=False),
    Column("done_at", String(40)),
    Index(
        "ix_recount_task_open",
        "store_id",
        "product_id",
        unique=True,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    comment="What somebody should count, asked for once until it is done.",
)

slot_booking = Table(
    "slot_booking",
    metadata,
    Column("store_id", String(40), primary_key=True),
    Column("starts_at", String(40), primary_key=True),
    Column("booked", Integer, nullable=False),
    comment="How much of each slot is taken, by the store's measure; its row is the lock of the slot.",
)

picking_time = Table(
    "picking_time",
    metadata,
    Column("order_id", ForeignKey("pickup_order.order_id"), primary_key=True),
    Column("store_id", String(40), nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("picked_at", String(40), nullable=False),
    Index(None, "store_id", "picked_at"),
    comment="How long picking an order took: the store's own speed.",
)
