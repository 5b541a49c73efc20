"""Every call that changes a file of a folder, seen before it is made: to be recorded, refused or lied about.

The calls are those of the database driver and of Python itself to the C library (`interposing`). A witness
says of each call what shall become of it, and is told what was done. Shared memory (`-shm`) is no part of
what survives, and is not watched: SQLite writes it anew after a crash.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3._sqlite3 as driver_library

from tests.faults.disk.interposing import Interposed, libraries_of_this_program, real

STANDARD_OUTPUT = 1
NOT_DURABLE = "-shm"

_int, _text, _size, _offset, _memory = (
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.c_ssize_t,
    ctypes.c_int64,
    ctypes.c_void_p,
)
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "open": (_int, _text, _int, ctypes.c_uint),
    "open64": (_int, _text, _int, ctypes.c_uint),
    "close": (_int, _int),
    "write": (_size, _int, _memory, _size),
    "pwrite64": (_size, _int, _memory, _size, _offset),
    "ftruncate64": (_int, _int, _offset),
    "fsync": (_int, _int),
    "fdatasync": (_int, _int),
    "unlink": (_int, _text),
    "rename": (_int, _text, _text),
    "mkdir": (_int, _text, ctypes.c_uint),
    "rmdir": (_int, _text),
}
"""Each function that is watched: what it returns and takes. Arguments that may be missing are integers,
which both systems' conventions pass alike."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is about to be done. `name` is the file's within the folder, empty for the folder itself.

    `file` is its number, 0 before it is open; `handle` tells one opening of it from every other.
    """

    kind: str
    name: str
    size: int = 0
    grows: bool = False
    writing: bool = True
    file: int = 0
    handle: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What shall become of a call: `error` refuses it, `lie` pretends, `only` writes so many bytes."""

    error: int = 0
    lie: bool = False
    only: int | None = None


GO_ON = Verdict()


class Witness(Protocol):
    """Who decides and is told. Calls of several threads come one after the other."""

    def judge(self, call: Call) -> Verdict:
        """Say what shall become of a call."""

    def found(self, file: int, name: str, content: bytes) -> None:
        """Hear of a file that is there at the beginning, safe on the disk."""

    def created(self, file: int, name: str) -> None:
        """Hear that a name was given to a new, empty file."""

    def wrote(self, file: int, offset: int, data: bytes) -> None:
        """Hear of bytes written."""

    def resized(self, file: int, length: int) -> None:
        """Hear of a new length."""

    def synced(self, file: int) -> None:
        """Hear that a file was forced to the disk."""

    def sync_failed(self, file: int, name: str) -> None:
        """Hear that forcing a file to the disk was refused: what was on its way may never arrive."""

    def synced_folder(self, name: str) -> None:
        """Hear that the names in a folder were forced to the disk."""

    def renamed(self, old: str, new: str) -> None:
        """Hear of another name."""

    def removed(self, name: str) -> None:
        """Hear that a name was taken away."""

    def said(self, text: str) -> None:
        """Hear what the process told the world on its standard output."""


class WatchedFolder:
    """Watches a folder while it is entered. One at a time in a process."""

    def __init__(self, folder: Path, witness: Witness) -> None:
        self._folder = str(folder.resolve())
        self._witness = witness
        self._turn = threading.RLock()
        self._files: dict[int, tuple[int, str]] = {}
        self._handles: dict[int, int] = {}
        self._next_handle = itertools.count(1)
        self._folders: dict[int, str] = {}
        self._numbers: dict[int, int] = {}
        self._next_number = itertools.count(1)
        self._interposed = Interposed()
        self._real = {name: real(name, *types) for name, types in _SIGNATURES.items()}

    def __enter__(self) -> WatchedFolder:
        for path in sorted(Path(self._folder).rglob("*")):
            if path.is_file() and not path.name.endswith(NOT_DURABLE):
                name = str(path.relative_to(self._folder))
                self._witness.found(self._number_of(path.stat().st_ino), name, path.read_bytes())
        callbacks = {
            name: ctypes.CFUNCTYPE(*types, use_errno=True)(self._guarded(getattr(self, f"_{name}")))
            for name, types in _SIGNATURES.items()
        }
        for library in (Path(driver_library.__file__), *libraries_of_this_program()):
            self._interposed.put(library, callbacks)
        of_driver = self._interposed.found[Path(driver_library.__file__).name]
        lacking = {"open64", "pwrite64", "ftruncate64", "fsync", "unlink"} - of_driver
        assert not lacking, f"the driver no longer calls {lacking}: what it does is not seen"
        return self

    def __exit__(self, *_: object) -> None:
        self._interposed.take_back()

    def _guarded(self, handler: Callable[..., int]) -> Callable[..., int]:
        """Let no error of ours pass for an answer of the system: the process ends."""

        def handle(*arguments: Any) -> int:
            try:
                with self._turn:
                    return handler(*arguments)
            except BaseException:  # noqa: BLE001  # C must not take our mistake for an answer
                self._interposed.take_back()
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(70)

        return handle

    # ---- names --------------------------------------------------------------------------------

    def _within(self, path: bytes | None) -> str | None:
        """Return a path's name within the folder; None for others and for what does not survive."""
        if path is None:
            return None
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  # as text: links are not followed
        if whole == self._folder:
            return ""
        if not whole.startswith(self._folder + "/") or whole.endswith(NOT_DURABLE):
            return None
        return whole[len(self._folder) + 1 :]

    def _refused(self, verdict: Verdict) -> bool:
        if verdict.error:
            ctypes.set_errno(verdict.error)
        return bool(verdict.error)

    def _number_of(self, inode: int) -> int:
        if inode not in self._numbers:
            self._numbers[inode] = next(self._next_number)  # an inode's number is given again, ours is not
        return self._numbers[inode]

    # ---- the calls ----------------------------------------------------------------------------

    def _open(self, path: bytes, flags: int, mode: int) -> int:
        return self._opened("open", path, flags, mode)

    def _open64(self, path: bytes, flags: int, mode: int) -> int:
        return self._opened("open64", path, flags, mode)

    def _opened(self, function: str, path: bytes, flags: int, mode: int) -> int:
        name = self._within(path)
        if name is None:
            return int(self._real[function](path, flags, mode))
        before = Path(os.fsdecode(path)).exists()
        writing = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        creates = bool(flags & os.O_CREAT) and not before
        if self._refused(self._witness.judge(Call("open", name, grows=creates, writing=writing))):
            return -1
        descriptor = int(self._real[function](path, flags, mode))
        if descriptor < 0:
            return descriptor
        self._handles[descriptor] = next(self._next_handle)
        if Path(os.fsdecode(path)).is_dir():
            self._folders[descriptor] = name
            return descriptor
        number = self._number_of(os.fstat(descriptor).st_ino)
        self._files[descriptor] = (number, name)
        if creates:
            self._witness.created(number, name)
        elif writing and flags & os.O_TRUNC:
            self._witness.resized(number, 0)
        return descriptor

    def _close(self, descriptor: int) -> int:
        self._files.pop(descriptor, None)
        self._folders.pop(descriptor, None)
        return int(self._real["close"](descriptor))

    def _write(self, descriptor: int, memory: int, size: int) -> int:
        if descriptor == STANDARD_OUTPUT:
            self._witness.said(ctypes.string_at(memory, size).decode(errors="replace"))
        if descriptor not in self._files:
            return int(self._real["write"](descriptor, memory, size))
        appends = bool(_flags(descriptor) & os.O_APPEND)
        offset = os.lseek(descriptor, 0, os.SEEK_END if appends else os.SEEK_CUR)
        return self._written(
            descriptor, memory, size, offset, lambda n: self._real["write"](descriptor, memory, n)
        )

    def _pwrite64(self, descriptor: int, memory: int, size: int, offset: int) -> int:
        def write(count: int) -> int:
            return int(self._real["pwrite64"](descriptor, memory, count, offset))

        if descriptor not in self._files:
            return write(size)
        return self._written(descriptor, memory, size, offset, write)

    def _written(
        self, descriptor: int, memory: int, size: int, offset: int, write: Callable[[int], int]
    ) -> int:
        number, name = self._files[descriptor]
        grows = offset + size > os.fstat(descriptor).st_size
        verdict = self._witness.judge(Call("write", name, size, grows=grows))
        if self._refused(verdict):
            return -1
        count = write(size if verdict.only is None else min(size, verdict.only))
        if count > 0:
            self._witness.wrote(number, offset, ctypes.string_at(memory, count))
        return count

    def _ftruncate64(self, descriptor: int, length: int) -> int:
        if descriptor in self._files:
            number, name = self._files[descriptor]
            grows = length > os.fstat(descriptor).st_size
            if self._refused(self._witness.judge(Call("truncate", name, length, grows=grows))):
                return -1
        result = int(self._real["ftruncate64"](descriptor, length))
        if descriptor in self._files and result == 0:
            self._witness.resized(number, length)
        return result

    def _fsync(self, descriptor: int) -> int:
        return self._forced("fsync", descriptor)

    def _fdatasync(self, descriptor: int) -> int:
        return self._forced("fdatasync", descriptor)

    def _forced(self, function: str, descriptor: int) -> int:
        """Order is what is watched: the pages are left to the system, so that a run takes no disk's time."""
        if descriptor in self._files:
            number, name = self._files[descriptor]
            tell: Callable[[], None] = lambda: self._witness.synced(number)  # noqa: E731  # one of two
        elif descriptor in self._folders:
            number, name = 0, self._folders[descriptor]
            tell = lambda: self._witness.synced_folder(name)  # noqa: E731  # as above
        else:
            return int(self._real[function](descriptor))
        verdict = self._witness.judge(Call("sync", name, file=number, handle=self._handles[descriptor]))
        if self._refused(verdict):
            if number:
                self._witness.sync_failed(number, name)
            return -1
        if not verdict.lie:
            tell()
        return 0

    def _unlink(self, path: bytes) -> int:
        name = self._within(path)
        if name is not None and self._refused(self._witness.judge(Call("unlink", name))):
            return -1
        file = Path(os.fsdecode(path))
        inode = file.stat().st_ino if name is not None and file.exists() else None
        result = int(self._real["unlink"](path))
        if name is not None and result == 0:
            assert inode is not None
            self._numbers.pop(inode, None)
            self._witness.removed(name)
        return result

    def _rename(self, old: bytes, new: bytes) -> int:
        before, after = self._within(old), self._within(new)
        if before is None or after is None:
            assert before is after is None, f"a file was moved over the folder's edge: {old!r} → {new!r}"
            return int(self._real["rename"](old, new))
        if self._refused(self._witness.judge(Call("rename", after))):
            return -1
        result = int(self._real["rename"](old, new))
        if result == 0:
            self._witness.renamed(before, after)
        return result

    def _mkdir(self, path: bytes, mode: int) -> int:
        name = self._within(path)
        if name is not None and self._refused(self._witness.judge(Call("mkdir", name, grows=True))):
            return -1
        return int(self._real["mkdir"](path, mode))

    def _rmdir(self, path: bytes) -> int:
        return int(self._real["rmdir"](path))


def _flags(descriptor: int) -> int:
    import fcntl  # noqa: PLC0415  # Linux only, as all of this is

    return fcntl.fcntl(descriptor, fcntl.F_GETFL)
