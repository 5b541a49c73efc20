"""Devices prove who they are with a key of their own; the centre keeps what it needs to let them go."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the schema one step forward."""
