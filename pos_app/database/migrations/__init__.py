"""Brings a database file to the schema of this program, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from pos_app.database import cache_tables, journal_tables
from pos_app.database.connection import Database
from pos_app.database.problems import DatabaseProblem


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of file: its name, the folder of its migrations, and the version this program writes."""

    name: str
    version: int
    folder: Path
    """Where the migrations of this kind are; their revision ids are `0001`, `0002` …"""


_HERE = Path(__file__).parent

JOURNAL = Schema("journal", journal_tables.SCHEMA_VERSION, _HERE / "journal")
CACHE = Schema("cache", cache_tables.SCHEMA_VERSION, _HERE / "cache")


def bring_up_to_date(database: Database, schema: Schema) -> bool:
    """Migrate a file in one transaction when it is older than this program; say whether it was.

    A file of the right version costs one pragma: Alembic is not even imported. Raises `DatabaseProblem`
    (`too_new` for a file that a later version wrote); then the file is as it was.
    """
    with database.read() as connection:
        if version_in(connection, schema) == schema.version:
            return False
    from pos_app.database.migrations.runner import migrate  # noqa: PLC0415  # Alembic, seldom needed

    migrate(database, schema)
    return True


def version_in(connection: Connection, schema: Schema) -> int:
    """Return the version of an open file, 0 for a new one; raises `DatabaseProblem` (`too_new`)."""
    found = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    if found > schema.version:
        raise DatabaseProblem("too_new", f"{schema.name}.db has version {found}, known is {schema.version}")
    return found
