"""Brings a database to the newest schema, and says which epoch it lives in."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text, update

from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.sessions import Database

NEWEST_REVISION = "0005"
"""The last file in `migrations/versions`; a test holds the two together."""

UPGRADE_LOCK = 0x45564552
"""The advisory lock of PostgreSQL that the one who upgrades holds: "EVER"."""

LONGEST_UPGRADE_SECONDS = 3600
"""So long others wait for an upgrade: it can be that of a chain with years of sales."""

MIGRATIONS = Path(__file__).parent / "migrations"

_EPOCH = select(tables.centre.c.epoch)
"""Made once: each question of a till asks for it, and making a statement takes as long as running it."""


class SchemaTooNew(Exception):
    """The database was written by a newer centre; nothing was touched."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database has schema {revision}, this centre knows {NEWEST_REVISION} and older")
        self.revision = revision


def upgrade(database: Database) -> None:
    """Migrate when the schema is not the newest, and make the centre's own row when it is missing.

    All of it is one transaction, so that a process that ends in the middle leaves what was there before. Of
    several processes one upgrades, and the others wait for it. Alembic is imported only when there is
    something to do: it would double the time to start. Raises `SchemaTooNew`.
    """
    with database.read() as connection:
        is_newest = _is_newest(connection)
    if not is_newest:
        _run_migrations(database)
    with database.write() as connection:
        _wait_for_turn(database, connection)
        if connection.execute(select(tables.centre.c.epoch)).first() is None:
            connection.execute(
                tables.centre.insert().values(centre_id=1, epoch=uuid.uuid4().hex, created_at=now_text())
            )


def schema_revision(connection: Connection) -> str:
    """Return the revision a database is at, empty for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def epoch_of(connection: Connection) -> str:
    """Return the epoch of the centre; a restored centre has another one."""
    epoch: str = connection.execute(_EPOCH).scalar_one()
    return epoch


def renew_epoch(connection: Connection) -> str:
    """Begin a new life, after a backup was restored: tills fetch everything again."""
    epoch = uuid.uuid4().hex
    connection.execute(update(tables.centre).values(epoch=epoch))
    return epoch


def _is_newest(connection: Connection) -> bool:
    revision = schema_revision(connection)
    if revision > NEWEST_REVISION:
        raise SchemaTooNew(revision)
    return revision == NEWEST_REVISION


def _run_migrations(database: Database) -> None:
    from alembic import command  # noqa: PLC0415  # seldom needed, and slow to import
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.write() as connection:
        _wait_for_turn(database, connection)
        if not _is_newest(connection):  # another process may have done it meanwhile
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _wait_for_turn(database: Database, connection: Connection) -> None:
    """Let one process at a time make tables; SQLite has one writer anyway."""
    if not database.is_sqlite:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_UPGRADE_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": UPGRADE_LOCK})
        # A table that somebody works with is waited for as briefly as ever: all others wait behind.
        connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
