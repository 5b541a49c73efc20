"""The tables of `journal.db`: what happened at this till. Changed only together with a migration."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 4

metadata = MetaData()

identity = Table(
    "identity",
    metadata,
    Column("only", Integer, CheckConstraint("only = 1"), primary_key=True, autoincrement=False),
    Column("device_id", Text, nullable=False),
    Column("incarnation", Text, nullable=False),
    Column("store_id", Text, nullable=False),
    Column("till_id", Text, nullable=False),
    Column("till_number", Integer, nullable=False),
    Column("token", Text, nullable=False),
    Column("server_url", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("acked_seq", Integer, nullable=False),
    Column("next_receipt_counter", Integer, nullable=False),
)

# `position` orders the rows over all incarnations. `body` is last: SQLite reads a row from its left, and
# the short columns stay on the first page of a long row.
journal = Table(
    "journal",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("incarnation", Text, nullable=False),
    Column("device_seq", Integer, nullable=False),
    Column("event_id", Text, nullable=False, unique=True),
    Column("device_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("business_time", Text, nullable=False),
    Column("monotonic_ms", Integer, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("incarnation", "device_seq"),
)

# A life of the journal that ended, and how far the centre has it: rows above `acked_seq` up to `last_seq`
# are still to be sent under its name. A life that is at the centre whole has no row.
earlier_lives = Table(
    "earlier_lives",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("incarnation", Text, nullable=False, unique=True),
    Column("acked_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
)

# A completed sale's figures for lists; the sale itself is the body of its journal row.
sales = Table(
    "sales",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sale_id", Text, nullable=False, unique=True),
    Column("receipt_number", Text, nullable=False, unique=True),
    Column("completed_at", Text, nullable=False),
    Column("cashier_name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("total_minor", Integer, nullable=False),
    Column("tender_kinds", Text, nullable=False),
)

open_sales = Table(
    "open_sales",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("basket_id", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    Column("basket_id", Text, nullable=False),
    Column("tender", Text, nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("resolved_at", Text, nullable=False),
    Index("attempts_of_basket", "basket_id"),
    Index("attempts_by_state", "state"),
)

# `state` is `waiting`, `printing` or `printed`. A failed job waits again, with `next_try_at` and `problem`.
print_jobs = Table(
    "print_jobs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("printer", Text, nullable=False),
    Column("opens_drawer", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("drawer_kicked", Boolean, nullable=False),
    Column("interrupted", Boolean, nullable=False),
    Column("queued_at", Text, nullable=False),
    Column("next_try_at", Text, nullable=False),
    Column("finished_at", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("print_jobs_by_state", "state", "job_id"),
)

# Which sale a return is of; the return itself is the body of its journal row.
returns = Table(
    "returns",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("return_id", Text, nullable=False, unique=True),
    Column("sale_id", Text, nullable=False),
    Column("receipt_number", Text, nullable=False),
    Index("returns_of_sale", "sale_id"),
)

# Which order a step is about; the step itself is the body of its journal row.
pickup_steps = Table(
    "pickup_steps",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("order_id", Text, nullable=False),
    Column("step_id", Text, nullable=False, unique=True),
    Index("pickup_steps_of_order", "order_id"),
)

# What each fact moved, in the product's selling unit, as exact decimal text.
stock_moves = Table(
    "stock_moves",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("product_id", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Index("stock_moves_of_product", "product_id", "position"),
)

local_settings = Table(
    "local_settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
