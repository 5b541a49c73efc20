"""Stock and online orders come down as well."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of the two streams."""
    for stream in ("stock", "orders"):
        op.execute(
            f"""
            CREATE TABLE {stream}_rows (
                "key" TEXT NOT NULL,
                body BLOB NOT NULL,
                PRIMARY KEY ("key")
            )
             WITHOUT ROWID
            """
        )
