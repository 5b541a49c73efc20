"""Migrations bring every database to the tables that the code uses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from sync.server.centre import Centre
from sync.server.database.sessions import Database
from sync.server.database.tables import metadata
from sync.server.database.upgrade import (
    MIGRATIONS,
    NEWEST_REVISION,
    SchemaTooNew,
    epoch_of,
    schema_revision,
    upgrade,
)
from sync.server.price_checks import check_waiting


def test_the_migrations_make_exactly_the_tables_of_the_code(centre: Centre) -> None:
    with centre.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        names = set(inspect(connection).get_table_names())
    assert names == set(metadata.tables) | {"alembic_version"}


def test_the_newest_revision_is_the_last_migration() -> None:
    revisions = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert revisions[-1] == NEWEST_REVISION
    assert len(set(revisions)) == len(revisions)


def test_an_upgrade_is_done_once_and_keeps_the_epoch(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'centre.db'}")
    upgrade(database)
    with database.read() as connection:
        epoch = epoch_of(connection)
    upgrade(database)
    with database.read() as connection:
        assert epoch_of(connection) == epoch
    database.close()


def test_a_database_of_a_newer_centre_is_left_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'centre.db'}")
    upgrade(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew):
        upgrade(database)
    database.close()


def test_sqlite_is_durable_and_new_enough_to_have_no_wal_reset_bug(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'centre.db'}")
    with database.read() as connection:
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        assert tuple(int(part) for part in version.split(".")) >= (3, 51, 3)
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


SHIPPED = Path(__file__).parent / "shipped"

SHIPPED_REVISIONS = ("0001", "0002", "0003")
"""Schemas that centres have lived with; 0004 is a step on the way to 0005, never shipped."""


@pytest.mark.parametrize("kept", sorted(SHIPPED.glob("centre-*.db")), ids=lambda path: path.stem)
def test_every_schema_that_was_shipped_is_brought_up_with_all_it_holds(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "centre.db")
    database = Database(f"sqlite:///{tmp_path / 'centre.db'}")
    with database.read() as connection:
        before = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in inspect(connection).get_table_names()
        }
    upgrade(database)
    with database.read() as connection:
        assert schema_revision(connection) == NEWEST_REVISION
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        after = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in before
        }
        checks = connection.execute(text("SELECT DISTINCT price_check FROM sale")).scalars().all()
    assert after == before
    assert before["sale"] == 2
    assert checks == ["not_comparable"]
    assert check_waiting(database).sales == 0
    database.close()


def test_every_schema_that_was_shipped_is_kept() -> None:
    assert {path.stem.rpartition("-")[2] for path in SHIPPED.glob("centre-*.db")} == set(SHIPPED_REVISIONS)
    assert sorted(SHIPPED_REVISIONS) == list(SHIPPED_REVISIONS)
    assert SHIPPED_REVISIONS[-1] < NEWEST_REVISION
