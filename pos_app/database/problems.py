"""What can be wrong with a database file, in words that a person can be told."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sync.client.ports import StoreUnavailable

CODES = (
    "wrong_key",
    "read_only",
    "disk_full",
    "in_use",
    "damaged",
    "too_new",
    "disk_failing",
    "write_failed",
)


class DatabaseProblem(StoreUnavailable):
    """A database cannot be used for this; nothing of the transaction in hand was kept.

    `code` is stable and translated for people: `wrong_key` (or the file's first page is damaged: the two
    cannot be told apart), `read_only`, `disk_full`, `in_use` (another process, or a lock that was not
    given in time), `damaged`, `too_new` (written by a later version of this program), `disk_failing` (the
    disk gives errors, and it is not known yet whether the last step was kept), `write_failed` (it gave an
    error; the file was opened again and read: the last step was not kept, further ones may be).
    `failed_io` says that the operating system reported an error of the disk: what the connection has
    written since it last reached the disk must not be trusted to be there.
    """

    def __init__(self, code: str, detail: str = "", *, failed_io: bool = False) -> None:
        assert code in CODES, code
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.failed_io = failed_io


# Primary result codes, https://www.sqlite.org/rescode.html. The low byte of an extended code is its
# primary code.
_CODE_OF_RESULT: dict[int, str] = {
    3: "read_only",  # SQLITE_PERM
    5: "in_use",  # SQLITE_BUSY
    6: "in_use",  # SQLITE_LOCKED
    8: "read_only",  # SQLITE_READONLY
    10: "disk_failing",  # SQLITE_IOERR: a read, a write or an fsync that the operating system refused
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

_CODE_OF_ERRNO = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EIO: "disk_failing",
}

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
    failed_io = code == "disk_failing"
    if failed_io and _no_space(path):
        code = "disk_full"  # a full disk may come back as an I/O error of the shared-memory file
    elif failed_io and _is_read_only(path):
        code = "read_only"  # a file system that found errors is mounted read-only by the kernel
    return DatabaseProblem(code, f"{path.name}: {message}", failed_io=failed_io)


@contextmanager
def file_problems(path: Path) -> Iterator[None]:
    """Raise the `DatabaseProblem` that an error of the file system in this block stands for."""
    try:
        yield
    except OSError as error:
        code = _CODE_OF_ERRNO.get(error.errno or 0, "read_only")
        raise DatabaseProblem(code, f"{path.name}: {error.strerror or error}") from error


def _no_space(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _SMALLEST_FREE_BYTES
    except OSError:
        return False


def _is_read_only(path: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False  # Windows says so by its own result code
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False
