"""Where the centre keeps its data, and where it listens."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one centre. `port` 0 takes a free one; `database` empty is SQLite in `data`.

    `public_address` is what customers call it, for the links in messages. `mail_server` is such as
    `smtp://user:password@host:587`, empty for messages into a file; `mail_from` is the sender's address.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    database: str = ""
    public_address: str = ""
    mail_server: str = ""
    mail_from: str = ""

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database:
            return f"sqlite:///{self.data / 'centre.db'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database.startswith(scheme):
                return "postgresql+psycopg://" + self.database.removeprefix(scheme)
        return self.database
