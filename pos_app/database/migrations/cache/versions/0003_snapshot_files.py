"""A large stream is staged from a file; what an older program staged in its own way is begun again."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STREAMS = ("catalogue", "prices", "members", "staff", "settings", "stock", "orders")
OTHERS = (
    "product_ranks",
    "product_codes",
    "category_products",
    "product_texts",
    "product_search",
    "member_numbers",
    "member_cards",
    "member_texts",
    "member_search",
)


def upgrade() -> None:
    """Note the file of a bootstrap, and forget what was staged so far."""
    for name in (*(f"{stream}_rows" for stream in STREAMS), *OTHERS):
        op.execute(f"DROP TABLE IF EXISTS {name}_staged")
    op.execute("DELETE FROM bootstraps")
    op.execute("ALTER TABLE bootstraps ADD COLUMN file TEXT NOT NULL DEFAULT ''")
