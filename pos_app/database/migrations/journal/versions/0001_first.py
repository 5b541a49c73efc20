"""The first journal: facts, sales, open sales, attempts, print jobs, settings of the till."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE attempts (
        attempt_id TEXT NOT NULL,
        basket_id TEXT NOT NULL,
        tender TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        state TEXT NOT NULL,
        reference TEXT NOT NULL,
        reason TEXT NOT NULL,
        started_at TEXT NOT NULL,
        resolved_at TEXT NOT NULL,
        PRIMARY KEY (attempt_id)
    )
    """,
    "CREATE INDEX attempts_by_state ON attempts (state)",
    "CREATE INDEX attempts_of_basket ON attempts (basket_id)",
    """
    CREATE TABLE identity (
        only INTEGER NOT NULL CHECK (only = 1),
        device_id TEXT NOT NULL,
        incarnation TEXT NOT NULL,
        store_id TEXT NOT NULL,
        till_id TEXT NOT NULL,
        till_number INTEGER NOT NULL,
        token TEXT NOT NULL,
        server_url TEXT NOT NULL,
        epoch TEXT NOT NULL,
        acked_seq INTEGER NOT NULL,
        next_receipt_counter INTEGER NOT NULL,
        PRIMARY KEY (only)
    )
    """,
    """
    CREATE TABLE journal (
        position INTEGER NOT NULL,
        incarnation TEXT NOT NULL,
        device_seq INTEGER NOT NULL,
        event_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        schema_version INTEGER NOT NULL,
        business_time TEXT NOT NULL,
        monotonic_ms INTEGER NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (position),
        UNIQUE (incarnation, device_seq),
        UNIQUE (event_id)
    )
    """,
    """
    CREATE TABLE local_settings (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE open_sales (
        position INTEGER NOT NULL,
        basket_id TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (position),
        UNIQUE (basket_id)
    )
    """,
    """
    CREATE TABLE print_jobs (
        job_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        printer TEXT NOT NULL,
        opens_drawer BOOLEAN NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL,
        drawer_kicked BOOLEAN NOT NULL,
        interrupted BOOLEAN NOT NULL,
        queued_at TEXT NOT NULL,
        next_try_at TEXT NOT NULL,
        finished_at TEXT NOT NULL,
        problem TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (job_id)
    )
    """,
    "CREATE INDEX print_jobs_by_state ON print_jobs (state, job_id)",
    """
    CREATE TABLE sales (
        position INTEGER NOT NULL,
        sale_id TEXT NOT NULL,
        receipt_number TEXT NOT NULL,
        completed_at TEXT NOT NULL,
        cashier_name TEXT NOT NULL,
        currency TEXT NOT NULL,
        item_count INTEGER NOT NULL,
        total_minor INTEGER NOT NULL,
        tender_kinds TEXT NOT NULL,
        PRIMARY KEY (position),
        UNIQUE (sale_id),
        UNIQUE (receipt_number)
    )
    """,
)


def upgrade() -> None:
    """Make the tables, frozen as they were in version 1."""
    for statement in STATEMENTS:
        op.execute(statement)
