"""What the centre needs to rebuild what it knows, and to hand it out whole."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the schema one step forward."""
