"""What is remembered of a database file and its log, and must be read again after an error of the disk.

The operating system keeps pages of both files: one whose writing failed may be held as written. SQLite keeps
an index of the write-ahead log (`-shm`), shared by all connections of the file: it counts frames that were
committed without a sync of their own, and goes on counting them when a failed sync has lost them. Whoever
folds the log back then believes the index and copies what stands in the place of those frames, unverified.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path

_INDEX_HEADER = struct.Struct("=12x B x H L 28x")
"""One of the two copies of the index header, 48 bytes each, at the beginning of `-shm`: whether it was begun,
the page size, and the number of frames that were committed (https://www.sqlite.org/walformat.html#walidxfmt)."""

_AS_IT_IS = getattr(os, "O_BINARY", 0)
"""Windows would write line ends of its own."""

_LOG_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24


@dataclass(slots=True)
class _OpenFile:
    descriptor: int
    mapped: mmap.mmap | None = None


@dataclass(slots=True)
class Remembered:
    """What the system and SQLite remember of one database file.

    The descriptors that it opens stay open until `close`: POSIX lets go of *all* locks that a process has on
    a file when it closes any descriptor of it, SQLite's among them.
    """

    path: Path
    _open: dict[str, _OpenFile] = field(default_factory=dict)
    _replaced: list[_OpenFile] = field(default_factory=list)

    def forget(self) -> None:
        """Have what is read next come from the disk: what was committed, as far as checksums vouch for it.

        A commit that failed stays one that never was. No write transaction may be open on the file in this
        process. A reader goes on with the moment that it sees, or meets an error; it writes nothing. Raises
        `OSError` when the index or the log cannot be had.
        """
        self._end_log_after_last_commit()
        self._forget_pages("", os.O_RDONLY)
        self._forget_pages("-wal", os.O_RDWR)
        self._forget_index()

    def close(self) -> None:
        """Let go of the files; nobody in this process may have a connection to them."""
        for each in (*self._open.values(), *self._replaced):
            if each.mapped is not None:
                each.mapped.close()
            os.close(each.descriptor)
        self._open.clear()
        self._replaced.clear()

    def _forget_pages(self, ending: str, flags: int) -> None:
        """Drop clean pages, where the system can be asked to (`POSIX_FADV_DONTNEED`)."""
        if not hasattr(os, "posix_fadvise"):
            return
        try:
            descriptor = self._opened(ending, flags).descriptor
        except OSError:
            return  # whatever is wrong with it is said by the connection that opens it next
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def _forget_index(self) -> None:
        """Make the index of the log one that was never begun.

        The next transaction of any connection finds it so, and makes it anew from the frames of the log, as
        far as their salts and checksums follow one another (https://www.sqlite.org/walformat.html#recovery).
        Mapped, as SQLite maps it: what is written to a file is not everywhere seen in a map of it.
        """
        index = self._index()
        if index is not None:
            index[:] = bytes(len(index))

    def _end_log_after_last_commit(self) -> None:
        """Cut off what a commit that failed has written behind the last one that did not.

        Its frames may be whole: an index that is made anew would count them, and a sale of which a person
        was told that it failed would hold after all.
        """
        index = self._index()
        if index is None:
            return
        begun, page_bytes, frames = _INDEX_HEADER.unpack_from(index)
        if not begun:
            return  # forgotten before, and nothing was written since
        page_bytes = 65_536 if page_bytes == 1 else page_bytes
        end = _LOG_HEADER_BYTES + frames * (_FRAME_HEADER_BYTES + page_bytes)
        log = self._opened("-wal", os.O_RDWR).descriptor
        if os.fstat(log).st_size > end:
            os.lseek(log, end, os.SEEK_SET)
            os.write(log, bytes(_FRAME_HEADER_BYTES))

    def _index(self) -> mmap.mmap | None:
        """Return the headers of the index; none when it was not begun: whoever opens the file does that."""
        try:
            index = self._opened("-shm", os.O_RDWR)
        except FileNotFoundError:
            return None
        if index.mapped is None:
            if os.fstat(index.descriptor).st_size < 2 * _INDEX_HEADER.size:
                return None
            index.mapped = mmap.mmap(index.descriptor, 2 * _INDEX_HEADER.size)
        return index.mapped

    def _opened(self, ending: str, flags: int) -> _OpenFile:
        name = self.path.with_name(self.path.name + ending)
        known = self._open.get(ending)
        if known is not None:
            if os.path.samestat(os.fstat(known.descriptor), name.stat()):
                return known
            self._replaced.append(known)
        self._open[ending] = opened = _OpenFile(os.open(name, flags | _AS_IT_IS))
        return opened
