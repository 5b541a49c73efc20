"""The journal on the disk of a dead till, read with the key that the till left in escrow.

The disk itself is never written to: its files are copied, and the copy is opened as SQLCipher opens it on
a till (`journal.db` with its write-ahead log, a raw key of 32 bytes).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlcipher3.dbapi2 as driver

from retail.journal import Envelope

JOURNAL_FILE: Final = "journal.db"
_ENDINGS: Final = ("", "-wal")  # the shared memory of the log is made anew
_FIELDS: Final = tuple(Envelope.__struct_fields__)


class DiskUnreadable(Exception):
    """The journal of a disk cannot be read; `code` is `no_journal`, `wrong_key` or `damaged`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class TillDisk(msgspec.Struct, frozen=True):
    """What a till's disk holds. `damaged` says that the journal could not be read to its end."""

    device_id: str
    envelopes: tuple[Envelope, ...]
    damaged: bool = False


def read_disk(folder: Path, keys: Sequence[str]) -> TillDisk:
    """Return the journal of a till's folder; `keys` are tried in turn. Raises `DiskUnreadable`, `OSError`."""
    if not (folder / JOURNAL_FILE).is_file():
        raise DiskUnreadable("no_journal", str(folder))
    with tempfile.TemporaryDirectory(prefix="evertill-salvage-") as name:
        for ending in _ENDINGS:
            if (folder / (JOURNAL_FILE + ending)).exists():
                shutil.copy(folder / (JOURNAL_FILE + ending), name)
        for key in keys:
            with closing(driver.connect(str(Path(name) / JOURNAL_FILE))) as connection:
                if _opens(connection, key):
                    return _read(connection)
    raise DiskUnreadable("wrong_key", f"{len(keys)} keys tried")


def _opens(connection: Any, key: str) -> bool:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError:
        return False
    return True


def _read(connection: Any) -> TillDisk:
    try:
        row = connection.execute("SELECT device_id FROM identity").fetchone()
    except driver.DatabaseError as error:
        raise DiskUnreadable("damaged", str(error)) from error
    found: list[Envelope] = []
    damaged = False
    try:
        found.extend(_rows(connection))
    except driver.DatabaseError:
        damaged = True  # what was read before is sealed row by row; the caller says that there may be more
    return TillDisk("" if row is None else str(row[0]), tuple(found), damaged)


def _rows(connection: Any) -> Iterator[Envelope]:
    columns = ", ".join(_FIELDS)
    for row in connection.execute(f"SELECT {columns} FROM journal ORDER BY position"):  # noqa: S608  # our own names
        yield Envelope(**dict(zip(_FIELDS, row, strict=True)))
