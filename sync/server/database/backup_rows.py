"""What a backup asks of the database itself: a copy of SQLite's file, and whether a PostgreSQL is empty."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect

from sync.server.database.sessions import Database


def copy_sqlite(url: str, target: Path) -> None:
    """Write the database in one state into a new file, while others write on."""
    database = Database(url)
    try:
        # The driver's own connection: inside a transaction, which SQLAlchemy always begins, it is refused.
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(target),))
    finally:
        database.close()


def is_empty(connection: Connection) -> bool:
    """Say whether a database has no tables."""
    return not inspect(connection).get_table_names()
