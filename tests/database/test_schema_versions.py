"""Every schema that was ever shipped opens with this program, whole; what is too new is left alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver
from sqlalchemy import MetaData

from pos_app.database import cache_tables, journal_tables
from pos_app.database.cache import Cache
from pos_app.database.connection import Database
from pos_app.database.files import open_cache, open_journal
from pos_app.database.migrations import CACHE, JOURNAL, Schema, bring_up_to_date
from pos_app.database.outbox import Outbox
from pos_app.database.pickup import PickupRows, decoded_order
from pos_app.database.spool import Spool
from pos_app.database.streams import Streams
from retail.journal import verify_chain
from tests.database.ship_schema import ORDER, SHIPPED, STEP
from tests.database.till_files import KEY, NOW, bootstrap, complete, journal_on, product

JOURNALS = sorted(SHIPPED.glob("journal-*.db"))
CACHES = sorted(SHIPPED.glob("cache-*.db"))

WIDER = """
from alembic import op
revision = "0005"
down_revision = "0004"
def upgrade() -> None:
    op.execute("ALTER TABLE sales ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
    {more}
"""


def columns_of(database: Database, metadata: MetaData) -> dict[str, list[tuple[str, str, bool, bool]]]:
    with database.read() as connection:
        return {
            name: [
                (row.name, row.type, bool(row.notnull), bool(row.pk))
                for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")
            ]
            for name in metadata.tables
        }


def columns_meant(metadata: MetaData) -> dict[str, list[tuple[str, str, bool, bool]]]:
    return {
        name: [
            (column.name, str(column.type.compile(_DIALECT)), not column.nullable, column.primary_key)
            for column in table.columns
        ]
        for name, table in metadata.tables.items()
    }


_DIALECT = __import__("sqlalchemy.dialects.sqlite", fromlist=["dialect"]).dialect()


def test_a_file_of_the_version_in_hand_is_kept() -> None:
    assert SHIPPED / f"journal-{JOURNAL.version:04d}.db" in JOURNALS
    assert SHIPPED / f"cache-{CACHE.version:04d}.db" in CACHES


@pytest.mark.parametrize("kept", JOURNALS, ids=lambda path: path.stem)
def test_a_shipped_journal_sells_on(tmp_path: Path, kept: Path) -> None:
    shutil.copy(kept, tmp_path / "journal.db")
    database = open_journal(tmp_path, KEY)
    journal = journal_on(database)
    assert columns_of(database, journal_tables.metadata) == columns_meant(journal_tables.metadata)
    assert [each.basket.basket_id for each in journal.open_sales()] == ["basket-open"]
    assert [each.attempt_id for each in journal.unresolved_attempts()] == ["attempt-1"]
    assert journal.sale("T2-000412-7") is not None
    assert journal.local_setting("theme") == "dark"
    complete(journal, "basket-2")
    outbox = Outbox(database, journal)
    outbox.acknowledge("incarnation-1", 0, "epoch-1")
    outgoing = outbox.unsent(100, 1_000_000)
    assert outgoing is not None
    steps = tuple(PickupRows(database, database).steps(["order-1"]))
    with_steps = kept.stem != "journal-0001"
    assert [each.step() for each in steps] == ([STEP] if with_steps else [])
    assert PickupRows(database, database).moved_since("p1") == Decimal(-5 if with_steps else -2)
    assert verify_chain(outgoing.events) == (7 if with_steps else 6)
    assert Spool(database, lambda: NOW).waiting()[0] == 2
    database.close()


@pytest.mark.parametrize("kept", CACHES, ids=lambda path: path.stem)
def test_a_shipped_cache_is_read_and_written_on(tmp_path: Path, kept: Path) -> None:
    shutil.copy(kept, tmp_path / "cache.db")
    database = open_cache(tmp_path, KEY)
    cache, streams = Cache(database), Streams(database, lambda: NOW)
    assert columns_of(database, cache_tables.metadata) == columns_meant(cache_tables.metadata)
    assert [each.product.product_id for each in cache.search("燕麦")] == ["p1"]
    assert cache.product_by_code(("9500000000018",)) is not None
    assert cache.member_by_card("MBR00008817") is not None
    rows = PickupRows(database, database)
    orders = {key: decoded_order(key, body) for key, body in rows.order_bodies().items()}
    first = kept.stem == "cache-0001"
    assert orders == ({} if first else {"pickup_order:order-1": ORDER})
    level = rows.level("p1")
    assert (level is None) if first else (level is not None and level.place == "C1-04")
    bootstrap(streams, "orders", [ORDER], epoch="epoch-2")
    assert list(rows.order_bodies()) == ["pickup_order:order-1"]
    bootstrap(streams, "catalogue", [product("p3")], epoch="epoch-2")
    assert [each.product.product_id for each in cache.search("oat")] == ["p3"]
    assert columns_of(database, cache_tables.metadata) == columns_meant(cache_tables.metadata)
    database.close()


@pytest.mark.parametrize("kept", CACHES, ids=lambda path: path.stem)
def test_a_catalogue_with_ranks_of_before_is_sold_from_and_fetched_once_more(
    tmp_path: Path, kept: Path
) -> None:
    shutil.copy(kept, tmp_path / "cache.db")
    database = open_cache(tmp_path, KEY)
    streams = Streams(database, lambda: NOW)
    catalogue, prices = streams.cursor("catalogue"), streams.cursor("prices")
    assert catalogue is not None
    assert prices is not None
    before = kept.stem < "cache-0004"
    assert (catalogue.epoch, prices.epoch) == ("before-cache-0004" if before else "epoch-1", "epoch-1")
    assert [each.product.product_id for each in Cache(database).search("oat")] == ["p1"]
    database.close()


def test_what_was_staged_with_ranks_of_before_is_forgotten(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "cache-0003.db", tmp_path / "cache.db")
    database = Database(tmp_path / "cache.db", KEY)
    streams = Streams(database, lambda: NOW)
    for stream in ("catalogue", "prices"):
        streams.begin_bootstrap(stream, "epoch-2", 5, 2)
    assert bring_up_to_date(database, CACHE)
    assert streams.bootstrap_point("catalogue") is None
    assert streams.bootstrap_point("prices") is not None
    bootstrap(streams, "catalogue", [product("p3")], epoch="epoch-2")
    assert [each.product.product_id for each in Cache(database).search("oat")] == ["p3"]
    database.close()


def _with_a_second_version(tmp_path: Path, more: str = "pass") -> Schema:
    folder = tmp_path / "migrations"
    shutil.copytree(JOURNAL.folder, folder)
    (folder / "versions" / "0005_wider.py").write_text(WIDER.format(more=more))
    return Schema("journal", 5, folder)


def test_a_new_cache_has_the_quick_seal_and_one_of_before_keeps_its_own(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    shutil.copy(SHIPPED / "cache-0003.db", old / "cache.db")
    for folder in (old, new):
        database = open_cache(folder, KEY)
        bootstrap(Streams(database, lambda: NOW), "catalogue", [product("p3")], epoch="epoch-2")
        database.check()
        database.close()
    assert [sealed_with(folder / "cache.db") for folder in (old, new)] == ["HMAC_SHA512", "HMAC_SHA256"]


def sealed_with(file: Path) -> str:
    """Return the only seal under which a file can be read."""
    found = []
    for seal in ("HMAC_SHA512", "HMAC_SHA256"):
        with closing(driver.connect(str(file))) as connection:
            connection.execute(f"PRAGMA key = \"x'{KEY}'\"")
            connection.execute(f"PRAGMA cipher_hmac_algorithm = {seal}")
            with suppress(driver.DatabaseError):
                connection.execute("SELECT count(*) FROM catalogue_rows").fetchone()
                found.append(seal)
    (only,) = found
    return only


def test_a_journal_is_taken_to_a_later_version_with_all_it_holds(tmp_path: Path) -> None:
    shutil.copy(JOURNALS[0], tmp_path / "journal.db")
    database = Database(tmp_path / "journal.db", KEY)
    later = _with_a_second_version(tmp_path)
    assert bring_up_to_date(database, later)
    assert not bring_up_to_date(database, later)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT note FROM sales").scalar() == "none"
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == 5
    assert len(journal_on(database).sales()) == 1
    database.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    shutil.copy(JOURNALS[0], tmp_path / "journal.db")
    database = Database(tmp_path / "journal.db", KEY)
    with pytest.raises(ZeroDivisionError):
        bring_up_to_date(database, _with_a_second_version(tmp_path, "1 / 0"))
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == 1
        names = [row.name for row in connection.exec_driver_sql("PRAGMA table_info(sales)")]
    assert "note" not in names
    database.close()


def test_starting_a_till_loads_neither_alembic_nor_requests(tmp_path: Path) -> None:
    open_journal(tmp_path, KEY).close()
    open_cache(tmp_path, KEY).close()
    script = (
        "import sys; from pathlib import Path\n"
        "import pos_app.database.outbox, pos_app.database.spool, pos_app.database.cache\n"
        "import sync.client.engine, pos_app.database.streams, pos_app.database.keys\n"
        "from pos_app.database.files import open_cache, open_journal\n"
        f"open_journal(Path({str(tmp_path)!r}), {KEY!r}); open_cache(Path({str(tmp_path)!r}), {KEY!r})\n"
        "late = {'alembic', 'requests', 'urllib3', 'keyring', 'zstandard', 'litestar', 'pypinyin'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
