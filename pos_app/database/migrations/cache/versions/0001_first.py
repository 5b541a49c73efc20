"""The first cache: rows of each stream, cursors, look-ups and text search."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE bootstraps (
        stream TEXT NOT NULL,
        epoch TEXT NOT NULL,
        as_of INTEGER NOT NULL,
        after_key TEXT NOT NULL,
        staged INTEGER NOT NULL,
        total INTEGER NOT NULL,
        checksum TEXT NOT NULL,
        PRIMARY KEY (stream)
    )
    """,
    """
    CREATE TABLE catalogue_rows (
        "key" TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE category_products (
        category_id TEXT NOT NULL,
        rank INTEGER NOT NULL,
        PRIMARY KEY (category_id, rank)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE cursors (
        stream TEXT NOT NULL,
        epoch TEXT NOT NULL,
        after_seq INTEGER NOT NULL,
        checksum TEXT NOT NULL,
        row_count INTEGER NOT NULL,
        current_at TEXT NOT NULL,
        PRIMARY KEY (stream)
    )
    """,
    """
    CREATE TABLE member_cards (
        card_number TEXT NOT NULL,
        member_id TEXT NOT NULL,
        PRIMARY KEY (card_number, member_id)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE member_numbers (
        number INTEGER NOT NULL,
        member_id TEXT NOT NULL,
        PRIMARY KEY (number),
        UNIQUE (member_id)
    )
    """,
    """
    CREATE TABLE members_rows (
        "key" TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE prices_rows (
        "key" TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE product_codes (
        code TEXT NOT NULL,
        product_id TEXT NOT NULL,
        PRIMARY KEY (code, product_id)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE product_ranks (
        rank INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        category_id TEXT NOT NULL,
        PRIMARY KEY (rank),
        UNIQUE (product_id)
    )
    """,
    """
    CREATE TABLE settings_rows (
        "key" TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE staff_rows (
        "key" TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID
    """,
    """
    CREATE VIRTUAL TABLE product_search
    USING fts5(names, sounds, content='', contentless_delete=1,
        tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')
    """,
    """
    CREATE VIRTUAL TABLE member_search
    USING fts5(names, content='', contentless_delete=1,
        tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')
    """,
)


def upgrade() -> None:
    """Make the tables, frozen as they were in version 1."""
    for statement in STATEMENTS:
        op.execute(statement)
