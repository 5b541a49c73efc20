"""The centre prices each sale again: change logs keep what they found, sales how the check came out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the schema one step forward."""
    op.add_column("stream_change", sa.Column("row_before", sa.Text(), nullable=True))
    op.add_column(
        "sale",
        sa.Column("price_check", sa.String(length=20), server_default="not_comparable", nullable=False),
    )
    waiting = sa.text("price_check = 'waiting'")
    op.create_index(
        "ix_sale_price_check_waiting", "sale", ["sale_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "price_difference",
        sa.Column("sale_id", sa.String(length=80), nullable=False),
        sa.Column("stated_minor", sa.BigInteger(), nullable=False),
        sa.Column("found_minor", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("found_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.sale_id"], name=op.f("fk_price_difference_sale_id")),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_price_difference")),
        comment="Sales that the centre prices otherwise than the till did: the sale stands, a person looks.",
    )
    if op.get_context().dialect.supports_comments:
        op.create_table_comment(
            "sale",
            "`price_check` is what the centre's own pricing said: waiting, same, differs or not_comparable.",
        )
        op.create_table_comment(
            "stream_change",
            "What each version changed; `row_before` is what it found: empty for nothing, NULL when unknown.",
        )
