"""The centre's tables: one schema for SQLite and PostgreSQL.

Moments are RFC 3339 text in UTC (`…Z`), money is integer minor units, rows of streams and journal
bodies are the exact JSON text that was received or is served, because hashes and checksums cover it.
"""

from __future__ import annotations

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

from sync.server.database import (  # noqa: F401  # one metadata, the whole schema
    device_tables,
    order_tables,
    people_tables,
    stock_tables,
)
from sync.server.database.metadata import byte_order, row_number
from sync.server.database.metadata import metadata as metadata

centre = Table(
    "centre",
    metadata,
    Column("centre_id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", String(40), nullable=False),
    Column("created_at", String(40), nullable=False),
    comment="One row: which life of the centre this is. A restored backup gets a new epoch.",
)

store = Table(
    "store",
    metadata,
    Column("store_id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
)

till = Table(
    "till",
    metadata,
    Column("till_id", String(80), primary_key=True),
    Column("store_id", ForeignKey("store.store_id"), nullable=False),
    Column("till_number", Integer, nullable=False),
    Column("last_receipt_counter", BigInteger, nullable=False),
    UniqueConstraint("store_id", "till_number"),
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("store_id", ForeignKey("store.store_id"), nullable=False),
    Column("till_number", Integer),
    Column("created_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("used_at", String(40)),
    Column("used_by_device_id", String(80)),
)

device = Table(
    "device",
    metadata,
    Column("device_id", String(80), primary_key=True),
    Column("till_id", ForeignKey("till.till_id"), nullable=False),
    Column("till_name", Text, nullable=False),
    Column("software_version", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("enrolled_at", String(40), nullable=False),
    Column("replaced_at", String(40)),
    Column("heard_at", String(40)),
    Column("public_key", String(64), nullable=False, server_default=""),
    Column("revoked_at", String(40)),
    Column("revoked_by", Text, nullable=False, server_default=""),
    Column("revoked_why", Text, nullable=False, server_default=""),
    Index(None, "till_id"),
    comment="A replaced device may still send what its journal holds, but no longer reads streams. "
    "`heard_at` is when it last asked for anything, give or take half a minute.",
)

incarnation = Table(
    "incarnation",
    metadata,
    Column("device_id", ForeignKey("device.device_id"), primary_key=True),
    Column("incarnation", String(80), primary_key=True),
    Column("acked_seq", BigInteger, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("first_received_at", String(40), nullable=False),
    Column("last_received_at", String(40), nullable=False),
    comment="One journal life of a device; its row is the lock under which a batch lands.",
)

inbox = Table(
    "inbox",
    metadata,
    Column("inbox_id", row_number, primary_key=True, autoincrement=True),
    Column("event_id", String(80), nullable=False, unique=True),
    Column("device_id", String(80), nullable=False),
    Column("incarnation", String(80), nullable=False),
    Column("device_seq", BigInteger, nullable=False),
    Column("kind", String(80), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(80), nullable=False),
    Column("detail", Text, nullable=False),
    UniqueConstraint("device_id", "incarnation", "device_seq"),
    Index(None, "outcome"),
    comment="Everything that landed, whole; outcome is applied or quarantined.",
)

conflict = Table(
    "conflict",
    metadata,
    Column("device_id", String(80), primary_key=True),
    Column("incarnation", String(80), primary_key=True),
    Column("device_seq", BigInteger, primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("event_id", String(80), nullable=False),
    Column("stored_hash", String(64), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("received_at", String(40), nullable=False),
    comment="Second versions of something already landed: refused, but kept for a person to judge.",
)

alert = Table(
    "alert",
    metadata,
    Column("alert_id", row_number, primary_key=True, autoincrement=True),
    Column("code", String(80), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("raised_at", String(40), nullable=False),
    Column("resolved_at", String(40)),
    UniqueConstraint("code", "subject"),
)

stream_head = Table(
    "stream_head",
    metadata,
    Column("stream", String(40), primary_key=True),
    Column("scope", String(40), primary_key=True),
    Column("head", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("checksum", String(16), nullable=False),
    Column("row_count", BigInteger, nullable=False),
    comment="The counter row of a stream; scope is a store, or empty for the whole chain.",
)

stream_row = Table(
    "stream_row",
    metadata,
    Column("stream", String(40), primary_key=True),
    Column("scope", String(40), primary_key=True),
    Column("key", byte_order, primary_key=True),
    Column("row", Text, nullable=False),
    comment="What a stream holds now. This is the catalogue: there is no second copy to disagree.",
)

stream_change = Table(
    "stream_change",
    metadata,
    Column("stream", String(40), primary_key=True),
    Column("scope", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("key", byte_order, primary_key=True),
    Column("op", String(6), nullable=False),
    Column("row", Text, nullable=False),
    Column("row_before", Text),
    comment="What each version changed; `row_before` is what it found: empty for nothing, NULL when unknown.",
)

stream_version = Table(
    "stream_version",
    metadata,
    Column("stream", String(40), primary_key=True),
    Column("scope", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("change_count", BigInteger, nullable=False),
    Column("published_at", String(40), nullable=False),
)

product_identifier = Table(
    "product_identifier",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("value", byte_order, primary_key=True),
    Column("product_id", String(80), nullable=False),
    Index(None, "product_id"),
    comment="A code or an item number (sku) belongs to one product only; the database says so.",
)

sale = Table(
    "sale",
    metadata,
    Column("sale_id", String(80), primary_key=True),
    Column("event_id", String(80), nullable=False, unique=True),
    Column("receipt_number", String(40), nullable=False),
    Column("store_id", String(40), nullable=False),
    Column("till_id", String(80), nullable=False),
    Column("device_id", String(80), nullable=False),
    Column("cashier_id", String(80), nullable=False),
    Column("cashier_name", Text, nullable=False),
    Column("completed_at", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("subtotal_minor", BigInteger, nullable=False),
    Column("saved_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("cash_rounding_minor", BigInteger, nullable=False),
    Column("change_minor", BigInteger, nullable=False),
    Column("member_id", String(80), nullable=False),
    Column("price_check", String(20), nullable=False, server_default="not_comparable"),
    Column("order_id", String(80), nullable=False, server_default=""),
    Index(None, "store_id", "completed_at"),
    Index(None, "till_id", "receipt_number"),
    Index(
        "ix_sale_of_an_order",
        "order_id",
        sqlite_where=text("order_id <> ''"),
        postgresql_where=text("order_id <> ''"),
    ),
    Index(
        "ix_sale_price_check_waiting",
        "sale_id",
        sqlite_where=text("price_check = 'waiting'"),
        postgresql_where=text("price_check = 'waiting'"),
    ),
    comment="`price_check` is what the centre's own pricing said: waiting, same, differs or not_comparable.",
)

price_difference = Table(
    "price_difference",
    metadata,
    Column("sale_id", ForeignKey("sale.sale_id"), primary_key=True),
    Column("stated_minor", BigInteger, nullable=False),
    Column("found_minor", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
    Column("found_at", String(40), nullable=False),
    comment="Sales that the centre prices otherwise than the till did: the sale stands, a person looks.",
)

sale_line = Table(
    "sale_line",
    metadata,
    Column("sale_id", ForeignKey("sale.sale_id"), primary_key=True),
    Column("line_number", Integer, primary_key=True),
    Column("product_id", String(80), nullable=False),
    Column("category_id", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", String(40), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("tax_class_id", String(40), nullable=False),
    Index(None, "product_id"),
)

sale_tender = Table(
    "sale_tender",
    metadata,
    Column("sale_id", ForeignKey("sale.sale_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("attempt_id", String(80), nullable=False),
    Column("reference", Text, nullable=False),
)

sale_tax = Table(
    "sale_tax",
    metadata,
    Column("sale_id", ForeignKey("sale.sale_id"), primary_key=True),
    Column("tax_class_id", String(40), primary_key=True),
    Column("rate", String(40), nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
)

sale_return = Table(
    "sale_return",
    metadata,
    Column("return_id", String(80), primary_key=True),
    Column("event_id", String(80), nullable=False, unique=True),
    Column("receipt_number", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("sale_id", String(80), nullable=False),
    Column("store_id", String(40), nullable=False),
    Column("till_id", String(80), nullable=False),
    Column("device_id", String(80), nullable=False),
    Column("cashier_id", String(80), nullable=False),
    Column("cashier_name", Text, nullable=False),
    Column("completed_at", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("refund_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("cash_rounding_minor", BigInteger, nullable=False),
    Column("member_id", String(80), nullable=False),
    Column("approved_by", String(80), nullable=False),
    Index(None, "sale_id"),
    Index(None, "store_id", "completed_at"),
)

sale_return_line = Table(
    "sale_return_line",
    metadata,
    Column("return_id", ForeignKey("sale_return.return_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("line_number", Integer, nullable=False),
    Column("product_id", String(80), nullable=False),
    Column("quantity", String(40), nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("condition", String(40), nullable=False),
    Column("restocked", Integer, nullable=False),
    Index(None, "product_id"),
)

payment_attempt = Table(
    "payment_attempt",
    metadata,
    Column("attempt_id", String(80), primary_key=True),
    Column("device_id", String(80), nullable=False),
    Column("basket_id", String(80), nullable=False),
    Column("tender", String(40), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reference", Text, nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("resolved_at", String(40)),
)

watched_act = Table(
    "watched_act",
    metadata,
    Column("event_id", String(80), primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("device_id", String(80), nullable=False),
    Column("cashier_id", String(80), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("business_time", String(40), nullable=False),
    Column("approved_by", String(80), nullable=False, server_default=""),
    comment="Voids, reprints, drawer openings and broken promises: harmless alone, telling in numbers.",
)

member_points = Table(
    "member_points",
    metadata,
    Column("sale_id", String(80), primary_key=True),
    Column("member_id", String(80), nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("granted_at", String(40), nullable=False),
    Index(None, "member_id"),
    comment="Ledger of points: a sale grants them once, however often it is sent.",
)
