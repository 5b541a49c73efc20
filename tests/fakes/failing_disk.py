"""A disk that fails under a till's real files: chosen calls of the operating system give an error."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from tests.faults.disk.interposing import Interposed, real

DRIVER = next(Path(sqlcipher3.__file__).parent.glob("_sqlite3*.so"))

_INT, _SIZE, _POINTER = ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p


class FailingDisk:
    """Which calls fail, and with which error. `fails` is asked with the name of a call and of its file."""

    def __init__(self) -> None:
        self.fails: Callable[[str, str], int] = lambda _call, _file: 0
        self.failed: list[tuple[str, str]] = []
        self.seen: list[tuple[str, int, bool]] = []
        """Every call with its file handle, and whether it failed."""

    def fail(self, call: str, *, file: str = "", error: int = errno.EIO, times: int = 1_000_000) -> None:
        """Let a call (`fsync`, `pwrite64`, `ftruncate64`) on files of this ending fail so many times."""
        left = times

        def decide(name: str, path: str) -> int:
            nonlocal left
            if left <= 0 or name != call or not path.endswith(file):
                return 0
            left -= 1
            self.failed.append((name, Path(path).name))
            return error

        self.fails = decide

    def heal(self) -> None:
        """Let every call through again."""
        self.fails = lambda _call, _file: 0

    def _judge(self, name: str, descriptor: int) -> int:
        try:
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        except OSError:
            return 0
        error = self.fails(name, path)
        self.seen.append((name, descriptor, bool(error)))
        return error


@contextmanager
def failing_disk() -> Iterator[FailingDisk]:
    """Put a disk that can fail under every file of this process' database driver."""
    disk, interposed = FailingDisk(), Interposed()
    calls: dict[str, tuple[Any, ...]] = {
        "fsync": (_INT, _INT),
        "ftruncate64": (_INT, _INT, ctypes.c_int64),
        "pwrite64": (ctypes.c_ssize_t, _INT, _POINTER, _SIZE, ctypes.c_int64),
    }
    functions = {name: _replacement(disk, name, *types) for name, types in calls.items()}
    interposed.put(DRIVER, functions)
    try:
        yield disk
    finally:
        interposed.take_back()


def _replacement(disk: FailingDisk, name: str, result: Any, *arguments: Any) -> Any:
    original = real(name, result, *arguments)

    def call(descriptor: int, *others: Any) -> int:
        error = disk._judge(name, descriptor)
        if error:
            ctypes.set_errno(error)
            return -1
        return int(original(descriptor, *others))

    return ctypes.CFUNCTYPE(result, *arguments, use_errno=True)(call)
