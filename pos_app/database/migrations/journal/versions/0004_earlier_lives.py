"""Earlier lives of the journal, of which the centre does not have everything yet."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE earlier_lives (
        place INTEGER NOT NULL,
        incarnation TEXT NOT NULL,
        acked_seq INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        PRIMARY KEY (place),
        UNIQUE (incarnation)
    )
    """,
)


def upgrade() -> None:
    """Make the table. An earlier life of before this version has been dealt with already."""
    for statement in STATEMENTS:
        op.execute(statement)
