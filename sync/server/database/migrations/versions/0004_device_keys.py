"""Devices prove who they are with a key of their own; the centre keeps what it needs to let them go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the schema one step forward."""
    op.add_column("device", sa.Column("public_key", sa.String(64), server_default="", nullable=False))
    op.add_column("device", sa.Column("revoked_at", sa.String(40), nullable=True))
    op.add_column("device", sa.Column("revoked_by", sa.Text(), server_default="", nullable=False))
    op.add_column("device", sa.Column("revoked_why", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "centre_secret",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_centre_secret")),
        comment="Keys of the centre's own that all its processes share. None of them opens anything by "
        "itself: a token holds only with the signature of the till's key.",
    )
    op.create_table(
        "key_escrow",
        sa.Column("device_id", sa.String(length=80), nullable=False),
        sa.Column("wrapped_hash", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"], name=op.f("fk_key_escrow_device_id")),
        sa.PrimaryKeyConstraint("device_id", "wrapped_hash", name=op.f("pk_key_escrow")),
        comment="The database keys of tills, wrapped for this centre; the key that opens them is not in "
        "here.",
    )
