"""Where the centre keeps its data, and where it listens."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

NO_PAYMENTS: Final = "none"
SIMULATED_PAYMENTS: Final = "simulator"
PAYMENTS: Final = (SIMULATED_PAYMENTS, NO_PAYMENTS)
"""Who takes money online: the simulator, by which no money moves, or nobody."""

AT_HANDOVER: Final = "handover"
WHEN_READY: Final = "ready"
CAPTURES: Final = (AT_HANDOVER, WHEN_READY)
"""When what was authorised online is taken."""


class PasswordCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one guess of a password costs: the second choice for Argon2id in RFC 9106, section 4."""

    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 4


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one centre. `port` 0 takes a free one; `database` empty is SQLite in `data`.

    `public_address` is what customers call it, for the links in messages. `mail_server` is such as
    `smtp://user:password@host:587`, empty for messages into a file; `mail_from` is the sender's address.
    `payments` is one of `PAYMENTS`, `capture` one of `CAPTURES`. `password_cost` is less in tests only.
    `certificate` and `private_key` are PEM files for TLS; without them only this machine is served.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    database: str = ""
    public_address: str = ""
    mail_server: str = ""
    mail_from: str = ""
    payments: str = NO_PAYMENTS
    capture: str = AT_HANDOVER
    password_cost: PasswordCost = PasswordCost()
    certificate: Path | None = None
    private_key: Path | None = None

    @property
    def takes_payments(self) -> bool:
        """Whether anything can be paid online."""
        return self.payments != NO_PAYMENTS

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database:
            return f"sqlite:///{self.data / 'centre.db'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database.startswith(scheme):
                return "postgresql+psycopg://" + self.database.removeprefix(scheme)
        return self.database
