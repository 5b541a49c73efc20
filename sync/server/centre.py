"""The centre as one value: its database, its waiting tills and its limits. Handlers are given it."""

from __future__ import annotations

from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from sync.server.limits import RateLimit
from sync.server.settings import Settings
from sync.server.wakeups import Wakeups


class Centre:
    """Everything a request needs. `close()` when no request runs any more."""

    def __init__(self, settings: Settings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.database = Database(settings.database_url)
        upgrade(self.database)
        self.wakeups = Wakeups()
        self.database.on_published = self.wakeups.wake
        # A till sends a few requests a second at most, also when it catches up after a long night.
        self.request_limit = RateLimit(per_second=100, burst=500)
        # Eight letters of 31 are not guessed at one try a second.
        self.enrolment_limit = RateLimit(per_second=1, burst=20)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
