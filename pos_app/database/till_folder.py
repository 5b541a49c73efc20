"""A till's folder: locked for this process, its keys read, and its two databases open."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pos_app.database.connection import Database
from pos_app.database.files import discard_cache, open_cache
from pos_app.database.folder_lock import FolderLock, lock_folder
from pos_app.database.journal import Journal
from pos_app.database.keys import TillKeys, till_keys
from pos_app.database.mirror import MIRROR_FOLDER, Mirror
from pos_app.database.problems import DatabaseProblem
from pos_app.database.safety import open_checked_journal

_log = logging.getLogger(__name__)

CURABLE_CACHE = frozenset({"damaged", "wrong_key", "too_new"})
"""Problems of `cache.db` that throwing it away cures: it is fetched again."""


@dataclass(frozen=True, slots=True)
class Files:
    """The till's folder, locked for this process, and its two open databases."""

    folder: Path
    lock: FolderLock
    journal: Database
    cache: Database
    cache_was_discarded: bool
    keys: TillKeys
    mirror_folder: Path

    def close(self) -> None:
        """Close both databases and let another process in."""
        self.cache.close()
        self.journal.close()
        self.lock.release()


def open_files(folder: Path, mirror_folder: str, journal_on: Callable[[Database], Journal]) -> Files:
    """Lock the folder and open its databases; raises `DatabaseProblem`, then nothing is held.

    A damaged `cache.db` is thrown away (the centre has all of it); a damaged `journal.db` is put right from
    what can be read of it and from its mirror, or else is not touched. Without a `mirror_folder` it is in
    the till's own folder.
    """
    mirrored = Path(mirror_folder) if mirror_folder else folder / MIRROR_FOLDER
    lock = lock_folder(folder)
    try:
        keys = till_keys(folder)
        mirror = Mirror(mirrored, keys.database)
        journal = open_checked_journal(folder, keys.database, mirror, journal_on)
        try:
            cache, discarded = _open_or_renew_cache(folder, keys.database)
        except BaseException:
            journal.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Files(folder, lock, journal, cache, discarded, keys, mirrored)


def _open_or_renew_cache(folder: Path, key: str) -> tuple[Database, bool]:
    try:
        return open_cache(folder, key), False
    except DatabaseProblem as problem:
        if problem.code not in CURABLE_CACHE:
            raise
        _log.info("cache.db is %s; it is thrown away and fetched again", problem.code)
        discard_cache(folder)
        return open_cache(folder, key), True
