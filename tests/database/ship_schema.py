"""Keeps a small file of each schema version that was ever shipped: `python -m tests.database.ship_schema`.

Run it once when a version is released and commit what it writes; a file that exists is never written again.
"""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from pos_app.database.connection import Database
from pos_app.database.files import open_cache, open_journal
from pos_app.database.migrations import CACHE, JOURNAL
from pos_app.database.outbox import Outbox
from pos_app.database.streams import Streams
from retail.events import PaymentResolved, PickupStepped
from retail.pickup.goods import stock_movements
from retail.pickup.reducer import apply
from retail.pickup.steps import PickLine, StartPicking
from retail.stock_level import StockLevel
from tests.database.till_files import (
    KEY,
    NOW,
    TILL,
    attempt,
    bootstrap,
    complete,
    journal_on,
    member,
    open_sale,
    price,
    product,
)
from tests.fakes.pickup_orders import do, line, order, step

ORDER = do(
    order(line(product("p1"), "2"), order_id="order-1", number="P-4829"), StartPicking, step_id="step-lock"
)
STEP = step(
    ORDER, PickLine, step_id="step-of-till", line_id="p1", product_id="p1", quantity="1", bag_id="T-14"
)
STEP_MOVES = stock_movements(ORDER, apply(ORDER, STEP), STEP, event_id="step-of-till")

SHIPPED = Path(__file__).parent / "shipped"


def fill_journal(database: Database) -> None:
    """Put one of everything into a journal."""
    journal = journal_on(database)
    journal.enrol(TILL, "0.1.0")
    journal.save_open_sale(open_sale("basket-open"))
    journal.start_payment(attempt("attempt-1", "basket-open"), open_sale("basket-open"))
    journal.start_payment(attempt("attempt-2", "basket-1"), open_sale("basket-1"))
    journal.resolve_payment(PaymentResolved(attempt_id="attempt-2", outcome="declined"), None)
    complete(journal, "basket-1")
    journal.record(PickupStepped(step=STEP), STEP_MOVES)
    journal.set_local_setting("theme", "dark")
    Outbox(database, journal).acknowledge(TILL.incarnation, 2, "epoch-1")


def fill_cache(database: Database) -> None:
    """Put a small catalogue, prices, a member, stock and an order into a cache."""
    streams = Streams(database, lambda: NOW)
    bootstrap(streams, "catalogue", [product("p1", codes=("9500000000018",)), product("p2", "Rye", "黑麦")])
    bootstrap(streams, "prices", [price("p1", "420")])
    bootstrap(streams, "members", [member("M1")])
    bootstrap(streams, "stock", [StockLevel(product_id="p1", on_hand=Decimal(14), place="C1-04")])
    bootstrap(streams, "orders", [ORDER])


def main() -> None:
    """Write the files of the versions that this program writes, unless they are kept already."""
    SHIPPED.mkdir(exist_ok=True)
    for schema, opened, fill in (
        (JOURNAL, open_journal, fill_journal),
        (CACHE, open_cache, fill_cache),
    ):
        kept = SHIPPED / f"{schema.name}-{schema.version:04d}.db"
        if kept.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            database = opened(Path(folder), KEY)
            fill(database)
            database.close()
            kept.write_bytes((Path(folder) / f"{schema.name}.db").read_bytes())


if __name__ == "__main__":
    main()
