"""Ranks are of another kind, so the catalogue is fetched once more; until then what is there is sold from."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

STAGED = (
    "catalogue_rows",
    "product_ranks",
    "product_codes",
    "category_products",
    "gathered_codes",
    "product_search",
)


def upgrade() -> None:
    """Forget what is staged of a catalogue, and have the cursor say that it is of no centre's epoch."""
    for name in STAGED:
        op.execute(f"DROP TABLE IF EXISTS {name}_staged")
    op.execute("DELETE FROM bootstraps WHERE stream = 'catalogue'")
    op.execute("UPDATE cursors SET epoch = 'before-cache-0004' WHERE stream = 'catalogue'")
