"""Statements are compiled once for all the databases that tests open: it was a sixth of a test's time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql.compiler import Compiled


class CompiledStatements(dict[Hashable, Compiled]):
    """Compiled statements, which SQLAlchemy keeps by engine, kept by the kind of engine.

    A statement compiles to the same for all engines of one driver and one version of the database; only text
    and types are kept with it, and no value, connection or row.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what was compiled, for whichever engine it was."""
        return super().get(_by_kind(key), default)

    def __setitem__(self, key: Any, compiled: Compiled) -> None:
        super().__setitem__(_by_kind(key), compiled)


def _by_kind(key: tuple[Any, ...]) -> Hashable:
    dialect, *statement = key
    kind = (type(dialect), dialect.dbapi, dialect.server_version_info, dialect.paramstyle)
    return (kind, *statement)


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let every engine share what was compiled for others of its kind."""
    compiled = CompiledStatements()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", share)
