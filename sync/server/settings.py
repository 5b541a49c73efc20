"""Where the centre keeps its data, and where it listens."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one centre. `port` 0 takes a free one; `database` empty is SQLite in `data`."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    database: str = ""

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database:
            return f"sqlite:///{self.data / 'centre.db'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database.startswith(scheme):
                return "postgresql+psycopg://" + self.database.removeprefix(scheme)
        return self.database
