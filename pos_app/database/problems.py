"""What can be wrong with a database file, in words that a person can be told."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sync.client.ports import StoreUnavailable

CODES = ("wrong_key", "read_only", "disk_full", "in_use", "damaged", "too_new")


class DatabaseProblem(StoreUnavailable):
    """A database cannot be used for this; nothing of the transaction in hand was kept.

    `code` is stable and translated for people: `wrong_key` (or the file's first page is damaged: the two
    cannot be told apart), `read_only`, `disk_full`, `in_use` (another process, or a lock that was not
    given in time), `damaged`, `too_new` (written by a later version of this program).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        assert code in CODES, code
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


# Primary result codes, https://www.sqlite.org/rescode.html. The low byte of an extended code is its
# primary code.
_CODE_OF_RESULT: dict[int, str] = {
    3: "read_only",  # SQLITE_PERM
    5: "in_use",  # SQLITE_BUSY
    6: "in_use",  # SQLITE_LOCKED
    8: "read_only",  # SQLITE_READONLY
    10: "damaged",  # SQLITE_IOERR
    11: "damaged",  # SQLITE_CORRUPT
    13: "disk_full",  # SQLITE_FULL
    14: "read_only",  # SQLITE_CANTOPEN: the folder does not let us make the file
    15: "in_use",  # SQLITE_PROTOCOL: a lock race that SQLite gave up on
    26: "wrong_key",  # SQLITE_NOTADB: SQLCipher says this when the first page does not decrypt
}

# For a driver that does not hand the result code on: SQLite's own English, https://www.sqlite.org/c3ref/errcode.html.
_RESULT_OF_MESSAGE: tuple[tuple[str, int], ...] = (
    ("database is locked", 5),
    ("database table is locked", 6),
    ("attempt to write a readonly database", 8),
    ("disk i/o error", 10),
    ("database disk image is malformed", 11),
    ("database or disk is full", 13),
    ("unable to open database file", 14),
    ("locking protocol", 15),
    ("file is not a database", 26),
    ("file is encrypted or is not a database", 26),
)

_SMALLEST_FREE_BYTES = 256 * 1024


def problem_of(error: BaseException, path: Path) -> DatabaseProblem | None:
    """Return the problem that a driver's error stands for, or None when it is a mistake of ours."""
    original = error.orig if isinstance(error, DBAPIError) else error
    result = getattr(original, "sqlite_errorcode", None)
    message = str(original)
    if result is None:
        lowered = message.lower()
        result = next((number for text, number in _RESULT_OF_MESSAGE if text in lowered), None)
    code = _CODE_OF_RESULT.get(result & 0xFF) if isinstance(result, int) else None
    if code is None:
        return None
    if code == "damaged" and (result or 0) & 0xFF == 10 and _no_space(path):
        code = "disk_full"  # a full disk may come back as an I/O error of the shared-memory file
    return DatabaseProblem(code, f"{path.name}: {message}")


def _no_space(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _SMALLEST_FREE_BYTES
    except OSError:
        return False
