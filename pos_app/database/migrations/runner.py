"""Runs Alembic's steps; imported only when a file is not of this program's version."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory

from pos_app.database.connection import Database
from pos_app.database.migrations import Schema, version_in


def revision_of(version: int) -> str:
    """Return the revision id of a schema version."""
    return f"{version:04d}"


def migrate(database: Database, schema: Schema) -> None:
    """Take a file to the schema's version, in one transaction.

    Where the file is, is read inside of it: another process may have been at it a moment ago.
    """
    script = ScriptDirectory(str(schema.folder), version_locations=[str(schema.folder / "versions")])
    target = revision_of(schema.version)

    def steps(current: object, context: MigrationContext) -> list[RevisionStep]:
        del current  # `user_version` says where the file is; Alembic's own table follows it
        assert context.connection is not None
        found = version_in(context.connection, schema)
        return list(script._upgrade_revs(target, revision_of(found) if found else "base"))  # noqa: SLF001  # what alembic.command.upgrade calls

    with (
        database.write() as connection,
        EnvironmentContext(Config(), script, fn=steps, destination_rev=target) as environment,
    ):
        environment.configure(connection=connection)
        environment.run_migrations()
        connection.exec_driver_sql(f"PRAGMA user_version = {schema.version}")
