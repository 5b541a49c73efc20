"""Copies of a till's journal: looked at without touching them, made as a backup, and put back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pos_app.database.connection import Database
from pos_app.database.files import JOURNAL_FILE, open_journal
from pos_app.database.folder_lock import LOCK_FILE, lock_folder
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import SCHEMA_VERSION
from pos_app.database.keys import DEVICE_KEY_FILE, KEY_FILE
from pos_app.database.mirror import Mirror
from pos_app.database.problems import DatabaseProblem
from pos_app.database.salvage import ENDINGS, SALVAGED_FILE, salvage
from pos_app.database.salvage_reading import SalvageReport
from pos_app.database.whole_check import Checked, Finding, check_journal
from sync.durable_files import force_names

SETTINGS_FILE = "till.json"
RESTORED = "restored"


def verify(folder: Path, key: str, mirror: Mirror, checked: Checked) -> list[Finding]:
    """Return what is wrong with the journal in a folder; the folder is not written to.

    Raises `DatabaseProblem`: `wrong_key` also when the first page is damaged and no mirror proves the key,
    `too_new` for a journal of a later program.
    """
    with read_only_copy(folder) as copy:
        database = Database(copy / JOURNAL_FILE, key, read_only=True)
        try:
            _check_version(database)
            return check_journal(database, mirror, checked)
        except DatabaseProblem as problem:
            if problem.code == "damaged" or (problem.code == "wrong_key" and mirror.head() != (None, None)):
                return [Finding(f"{JOURNAL_FILE} cannot be opened: {problem.detail}")]
            raise
        finally:
            database.close()


def back_up(database: Database, folder: Path, to: Path, *, with_keys: bool) -> None:
    """Write a whole copy of the journal, as of one moment, into a new folder; a till may go on selling.

    The copy is encrypted with the same key. Raises `DatabaseProblem`, and `FileExistsError`.
    """
    to.mkdir(parents=True, mode=0o700)
    with database.read() as connection:
        connection.exec_driver_sql("SELECT 1")  # opens it, and says what is wrong
    database.copy_to(to / JOURNAL_FILE)
    names = [SETTINGS_FILE, *([KEY_FILE, DEVICE_KEY_FILE] if with_keys else [])]
    for name in names:
        if (folder / name).exists():
            shutil.copy2(folder / name, to / name)
    _sync(to)


def restore(
    backup: Path, folder: Path, key: str, mirror: Mirror, journal_on: Callable[[Database], Journal]
) -> SalvageReport:
    """Put a backup in a till's place, together with what its mirror has besides, under a new incarnation.

    What was there is kept beside. Raises `DatabaseProblem` (`in_use` while a till runs there); a backup that
    the key does not open, or that is damaged, changes nothing.
    """
    checked = verify(backup, key, Mirror(backup / "no-mirror", key), Checked())
    serious = [finding.text for finding in checked if finding.serious]
    if serious:
        raise DatabaseProblem("damaged", f"the backup: {serious[0]}")
    with lock_folder(folder):
        for ending in ENDINGS:
            # Left by a salvage that was cut short: it must not take the place that is empty for a moment.
            (folder / f"{SALVAGED_FILE}{ending}").unlink(missing_ok=True)
        number = 1
        while (aside := folder / f"replaced-{number:03d}").exists():
            number += 1
        aside.mkdir(mode=0o700)
        for ending in ENDINGS:
            part = folder / f"{JOURNAL_FILE}{ending}"
            if part.exists():
                part.rename(aside / part.name)
        for ending in ENDINGS[:2]:
            part = backup / f"{JOURNAL_FILE}{ending}"
            if part.exists():
                shutil.copy2(part, folder / part.name)
        open_journal(folder, key).close()  # brought to this program's schema
        return salvage(folder, key, mirror, RESTORED, journal_on)


@contextmanager
def read_only_copy(folder: Path) -> Iterator[Path]:
    """Give a folder with the journal as it is: the folder itself while a till runs there, else a copy.

    Opening a database that nobody uses folds its log back and writes; an auditor's evidence stays as it was.
    """
    if (folder / LOCK_FILE).exists() and _is_running(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="evertill-verify-") as name:
        copy = Path(name)
        for ending in ENDINGS[:2]:
            part = folder / f"{JOURNAL_FILE}{ending}"
            if part.exists():
                shutil.copy2(part, copy / part.name)
        yield copy


def _is_running(folder: Path) -> bool:
    try:
        lock_folder(folder).release()
    except DatabaseProblem as problem:
        return problem.code == "in_use"
    return False


def _check_version(database: Database) -> None:
    with database.read() as connection:
        found = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    if found != SCHEMA_VERSION:
        code = "too_new" if found > SCHEMA_VERSION else "read_only"
        raise DatabaseProblem(
            code, f"{JOURNAL_FILE} has version {found}, this program reads {SCHEMA_VERSION}"
        )


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    force_names(folder)
