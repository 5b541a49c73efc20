"""The till's own health: its mirror, the whole check of its journal, a damaged cache, room on the disk.

Everything here is slow or may wait, and runs on one thread beside selling (`workers.safety_worker`).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pos_app.database.connection import Database
from pos_app.database.files import CACHE_FILE, open_cache
from pos_app.database.mirror import Mirror
from pos_app.database.mirror_rows import MirrorSource
from pos_app.database.problems import DatabaseProblem
from pos_app.database.streams import Streams
from pos_app.database.whole_check import check_journal
from pos_app.services.mirroring import Mirroring, MirrorStanding
from sync.client.bootstrap import Stopped
from sync.client.ports import StreamStore
from sync.client.problems import TransportProblem

_log = logging.getLogger(__name__)

RENEWAL_FOLDER = "cache-new"
ROUNDED_BYTES = 100 * 1024 * 1024
"""Free room is told in such steps, so that it is not news with every sale."""

SMALL_DISK_BYTES = 500 * 1024 * 1024
"""With less room than this, somebody should look at the disk before it is full."""


@dataclass(frozen=True, slots=True)
class SafetyStanding:
    """How the till's own files are. Codes are stable; empty means that nothing is wrong.

    `checked_at` is when the whole journal was last read and found sound. `cache` is `damaged` while what can
    be read of it is used, and `renewed` once another has taken its place.
    """

    mirror: MirrorStanding = field(default_factory=MirrorStanding)
    checked_at: str = ""
    journal_problem: str = ""
    cache: str = ""
    free_bytes: int = -1
    skew_seconds: int | None = None
    """By how much this till's clock is ahead of the centre's; None before the centre answered."""


class Safety:
    """What the safety thread does, a step at a time. `fetch` brings every stream into another store."""

    def __init__(
        self,
        folder: Path,
        key: str,
        journal: Database,
        cache: Database,
        mirror: Mirror,
        *,
        now: Callable[[], str],
        skew: Callable[[], int | None] = lambda: None,
        cache_was_discarded: bool = False,
    ) -> None:
        self._folder, self._key = folder, key
        self._journal, self._cache = journal, cache
        self._now = now
        self._skew = skew
        self._mirror = mirror
        self._mirroring = Mirroring(MirrorSource(journal), mirror)
        self.standing = SafetyStanding(cache="renewed" if cache_was_discarded else "")

    def mirror(self, keep_going: Callable[[], bool]) -> None:
        """Bring the mirror up to the journal."""
        while keep_going() and self._mirroring.run_once():
            pass
        self.standing = replace(
            self.standing,
            mirror=self._mirroring.standing,
            free_bytes=self._free_bytes(),
            skew_seconds=self._skew(),
        )
        if self._journal.damage and not self.standing.journal_problem:
            self.standing = replace(self.standing, journal_problem="damaged")
        if self._cache.damage and self.standing.cache != "damaged":
            _log.info("cache.db is damaged: %s", self._cache.damage)
            self.standing = replace(self.standing, cache="damaged")

    def check_whole(self) -> None:
        """Read the whole journal: every page, every hash, every chain."""
        try:
            findings = check_journal(self._journal, self._mirror)
        except DatabaseProblem as problem:
            self.standing = replace(self.standing, journal_problem=problem.code)
            return
        serious = [each for each in findings if each.serious]
        for finding in serious:
            _log.warning("the journal does not verify: %s", finding.text)
        problem_code = "damaged" if serious else ""
        self.standing = replace(self.standing, journal_problem=problem_code, checked_at=self._now())

    def renew_cache(self, fetch: Callable[[StreamStore], None]) -> bool:
        """Fetch all that the centre told this till once more, beside selling, and put it in the place.

        Returns whether that is done; otherwise what was fetched stays, and the next call goes on.
        """
        beside = self._folder / RENEWAL_FOLDER
        try:
            beside.mkdir(mode=0o700, exist_ok=True)
            made = open_cache(beside, self._key)
            try:
                fetch(Streams(made, self._now))
                made.checkpoint()
            finally:
                made.close()
            self._cache.take_over(beside / CACHE_FILE)
            shutil.rmtree(beside)
        except (TransportProblem, Stopped) as problem:
            _log.info("the cache is not fetched again yet: %s", problem)
            return False
        except (DatabaseProblem, OSError) as problem:
            _log.info("the cache is not replaced yet: %s", problem)
            shutil.rmtree(beside, ignore_errors=True)
            return False
        self.standing = replace(self.standing, cache="renewed")
        return True

    def close(self) -> None:
        """Close the mirror."""
        self._mirroring.close()

    def _free_bytes(self) -> int:
        try:
            return shutil.disk_usage(self._folder).free // ROUNDED_BYTES * ROUNDED_BYTES
        except OSError:
            return -1
