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

    Alembic is imported only when there is something to do: it would double the time to start.
    """
    with database.read() as connection:
        revision = schema_revision(connection)
    if revision != NEWEST_REVISION:
        if revision > NEWEST_REVISION:
            raise SchemaTooNew(revision)
        _run_migrations(database)
    with database.write() as connection:
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


def _run_migrations(database: Database) -> None:
    from alembic import command  # noqa: PLC0415  # seldom needed, and slow to import
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
