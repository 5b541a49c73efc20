"""Opens the till's two files, brought to this program's schema."""

from __future__ import annotations

from pathlib import Path

from pos_app.database.connection import Database
from pos_app.database.encrypted_file import Seal
from pos_app.database.migrations import CACHE, JOURNAL, Schema, bring_up_to_date

JOURNAL_FILE = "journal.db"
CACHE_FILE = "cache.db"


def open_journal(folder: Path, key: str) -> Database:
    """Open `journal.db`: what happened here. Every commit is durable. Raises `DatabaseProblem`."""
    return _opened(Database(folder / JOURNAL_FILE, key, "FULL"), JOURNAL)


def open_cache(folder: Path, key: str) -> Database:
    """Open `cache.db`: what the centre told us, which can be fetched again. Raises `DatabaseProblem`.

    `damaged`, `wrong_key` and `too_new` are cured by `discard_cache` and opening again.
    """
    return _opened(Database(folder / CACHE_FILE, key, "NORMAL", seal=Seal.QUICK), CACHE)


def discard_cache(folder: Path) -> None:
    """Remove `cache.db`; nobody may have it open. Nothing is lost that the centre does not have."""
    for ending in ("", "-wal", "-shm"):
        (folder / f"{CACHE_FILE}{ending}").unlink(missing_ok=True)


def _opened(database: Database, schema: Schema) -> Database:
    try:
        bring_up_to_date(database, schema)
    except BaseException:
        database.close()
        raise
    return database
