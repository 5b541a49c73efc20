"""One till process per folder: a lock that the operating system gives back when the process dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from pos_app.database.problems import DatabaseProblem, file_problems

LOCK_FILE = "till.lock"


class FolderLock:
    """The right to use a data folder; held until `release` or the end of the process, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let another process in; harmless twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock_folder(folder: Path) -> FolderLock:
    """Make the folder if need be and lock it for this process.

    Raises `DatabaseProblem`: `in_use` when another process has it, `read_only`, `disk_full` or
    `disk_failing` when the lock file cannot be made there.
    """
    with file_problems(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
    except OSError as error:
        os.close(descriptor)
        raise DatabaseProblem("in_use", f"{folder} is used by another till process") from error
    return FolderLock(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
