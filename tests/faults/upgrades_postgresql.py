"""Ends the upgrade of a centre's PostgreSQL at each of its statements, and lets it go on.

Databases of old schemas are made by the migrations of then, and filled with the rows of the shipped SQLite
files. At the n-th statement of the upgrade the server ends its session, as it does when the program is
killed. What is left must be the old database, whole; upgraded again, it is the very one of an upgrade that
nobody disturbed. Schema and rows are read from the server's own catalogue.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from sync.server.database.sessions import Database
from sync.server.database.upgrade import MIGRATIONS, upgrade

CATALOGUE = (
    "SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length, is_nullable, "
    "column_default, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT c.relname, d.objsubid, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid "
    "WHERE c.relnamespace = 'public'::regnamespace",
)
"""Columns, indexes, constraints and comments."""


@dataclass(slots=True)
class Outcome:
    """What came of the interrupted upgrades of one shipped file."""

    statements: int = 0
    ended: int = 0
    complaints: list[str] = field(default_factory=list)


class Upgrade:
    """The upgrade of one shipped file, made in new databases of a server again and again."""

    def __init__(self, server: str, kept: Path) -> None:
        self._server = server
        self.outcome = Outcome()
        self.old = self._new("template0")
        fill_with(self._address(self.old), kept)
        self.before = content(self._address(self.old))
        undisturbed = self._address(self._new(self.old))
        self.outcome.statements = statements(undisturbed)
        self.after = content(undisturbed)

    def end_at(self, numbers: Iterable[int]) -> None:
        """End the upgrade at each of these statements, and let it go on."""
        for number in numbers:
            name = self._new(self.old)
            url = self._address(name)
            if not ended_at(url, number):
                self.outcome.complaints.append(f"statement {number}: the upgrade did not end")
                continue
            self.outcome.ended += 1
            if content(url) not in (self.before, self.after):
                self.outcome.complaints.append(
                    f"statement {number}: neither the old database nor the new one"
                )
            statements(url)
            if content(url) != self.after:
                self.outcome.complaints.append(f"statement {number}: goes on to another database")
            _administer(self._server, f"DROP DATABASE {name}")

    def new(self) -> str:
        """Return the address of another old database."""
        return self._address(self._new(self.old))

    def _new(self, template: str) -> str:
        name = f"upgrade_{uuid.uuid4().hex}"
        _administer(self._server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _address(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def fill_with(url: str, kept: Path) -> None:
    """Make an empty database the one that a shipped SQLite file is."""
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, kept.stem.rpartition("-")[2])
    with database.write() as connection, closing(sqlite3.connect(kept)) as old:
        old.row_factory = sqlite3.Row
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name == "alembic_version":
                continue
            yes_or_no = {one.name for one in table.columns if isinstance(one.type, Boolean)}
            for row in old.execute(f'SELECT * FROM "{table.name}"'):
                values = {name: bool(row[name]) if name in yes_or_no else row[name] for name in row.keys()}  # noqa: SIM118  # a row of sqlite3
                connection.execute(table.insert().values(values))
    database.close()


def content(url: str) -> dict[str, list[str]]:
    """Return a database's schema and every row of it, in an order of its own."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {one: sorted(map(repr, connection.execute(text(one)))) for one in CATALOGUE}
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for name in names.scalars().all():
            found[name] = sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"'))))
    engine.dispose()
    return found


def statements(url: str) -> int:
    """Upgrade, and return how many statements that took."""
    with _counted(url, at=0) as (database, count):
        upgrade(database)
    return count[0]


def ended_at(url: str, statement: int) -> bool:
    """Upgrade, and lose the session at a statement; return whether it came so far."""
    with _counted(url, at=statement) as (database, _):
        try:
            upgrade(database)
        except OperationalError:
            return True
    return False


@contextmanager
def _counted(url: str, at: int) -> Iterator[tuple[Database, list[int]]]:
    database, count = Database(url), [0]

    def before(connection: Any, *_: object) -> None:
        count[0] += 1
        if count[0] == at:
            _end_session(url, connection.connection.driver_connection.info.backend_pid)

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield database, count
    finally:
        event.remove(database.engine, "before_cursor_execute", before)
        database.close()


def _end_session(url: str, session: int) -> None:
    """Let the server end a session, and wait until it has."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:session, 10000)"), {"session": session})
    engine.dispose()
