"""Keeps a small file of each schema version that was ever shipped: `python -m tests.database.ship_schema`.

Run it once when a version is released and commit what it writes; a file that exists is never written again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pos_app.database.connection import Database
from pos_app.database.files import open_cache, open_journal
from pos_app.database.migrations import CACHE, JOURNAL
from pos_app.database.outbox import Outbox
from pos_app.database.streams import Streams
from retail.events import PaymentResolved
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
    journal.set_local_setting("theme", "dark")
    Outbox(database, journal).acknowledge(TILL.incarnation, 2, "epoch-1")


def fill_cache(database: Database) -> None:
    """Put a small catalogue, prices and a member into a cache, and begin another snapshot."""
    streams = Streams(database, lambda: NOW)
    bootstrap(streams, "catalogue", [product("p1", codes=("9500000000018",)), product("p2", "Rye", "黑麦")])
    bootstrap(streams, "prices", [price("p1", "420")])
    bootstrap(streams, "members", [member("M1")])


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
