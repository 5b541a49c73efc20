"""Steps of online orders, and what every fact moved of the stock."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE pickup_steps (
        position INTEGER NOT NULL,
        order_id TEXT NOT NULL,
        step_id TEXT NOT NULL,
        PRIMARY KEY (position),
        UNIQUE (step_id)
    )
    """,
    "CREATE INDEX pickup_steps_of_order ON pickup_steps (order_id)",
    """
    CREATE TABLE stock_moves (
        position INTEGER NOT NULL,
        number INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        location TEXT NOT NULL,
        quantity TEXT NOT NULL,
        PRIMARY KEY (position, number)
    )
    """,
    "CREATE INDEX stock_moves_of_product ON stock_moves (product_id, position)",
)


def upgrade() -> None:
    """Make the two tables."""
    for statement in STATEMENTS:
        op.execute(statement)
