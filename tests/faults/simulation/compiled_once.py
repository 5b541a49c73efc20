"""Statements are compiled once for all the databases of a run: making them is most of what a seed would cost.

SQLAlchemy keeps compiled statements for each engine. A run opens thousands of engines that speak the same
dialect, so they are given one dialect and one store of compiled statements; nothing else is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine
from sqlalchemy.util import LRUCache

from pos_app.database import connection
from sync.server.database import sessions

_MANY = 5_000


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let every engine that is made meanwhile share what was compiled for others of its kind."""
    shared: dict[str, tuple[Any, Any]] = {}

    def create(url: Any, **options: Any) -> Any:
        engine = create_engine(url, **options)
        if engine.dialect.name == "sqlite":
            kind = str(options.get("poolclass"))
            dialect, cache = shared.setdefault(kind, (engine.dialect, LRUCache(_MANY)))
            engine.dialect, engine._compiled_cache = dialect, cache
            engine.pool._dialect = dialect
        return engine

    with patch.object(connection, "create_engine", create), patch.object(sessions, "create_engine", create):
        yield
