"""Returns, found by the sale that they are of."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE returns (
        position INTEGER NOT NULL,
        return_id TEXT NOT NULL,
        sale_id TEXT NOT NULL,
        receipt_number TEXT NOT NULL,
        PRIMARY KEY (position),
        UNIQUE (return_id)
    )
    """,
    "CREATE INDEX returns_of_sale ON returns (sale_id)",
    """
    INSERT INTO returns (position, return_id, sale_id, receipt_number)
    SELECT
        position,
        json_extract(body, '$.returned.return_id'),
        json_extract(body, '$.returned.sale_id'),
        json_extract(body, '$.returned.receipt_number')
    FROM journal
    WHERE kind = 'sale.returned'
    """,
)


def upgrade() -> None:
    """Make the table, with the returns that the journal has already."""
    for statement in STATEMENTS:
        op.execute(statement)
