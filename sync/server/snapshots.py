"""Snapshots: a stream as a whole, for a till that starts from nothing.

A small stream goes page by page. A large one is written once into a file, which every till that comes takes
from there; what is published meanwhile reaches it as changes.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Lock

import msgspec
from sqlalchemy import Connection

from sync.protocol import MAX_PAGE_ROWS, SnapshotPage, row_checksum
from sync.server.database.sessions import Database, StreamId
from sync.server.database.snapshot_rows import changes_since, every_row, rows_after
from sync.server.database.upgrade import epoch_of
from sync.server.streams import Head, read_head
from sync.snapshot_file import FEWEST_ROWS, SnapshotDescription, is_name, name_of, packed_blocks

_log = logging.getLogger(__name__)

FOLDER = "snapshots"
"""In the centre's data folder."""

FILES_KEPT = 2
"""Of one stream: the newest, and the one that a till may be half way through."""

WAIT_SECONDS = 1.0
"""How long a request waits for a file in the making before it says how far that is."""

_MODULUS = 1 << 64


class SnapshotsDisagree(Exception):
    """The rows of a stream do not add up to its checksum: a till that loads them by page finds that out."""


class Stopping(Exception):
    """A file is no longer wanted while it is being made; who asks again has another one made."""


def snapshot_page(
    connection: Connection, stream: StreamId, *, as_of: int, after_key: str, limit: int
) -> SnapshotPage:
    """Return the rows whose keys come after `after_key`, in key order, at most `limit`.

    The first page (`as_of` 0) says at which head the snapshot began; the next ones repeat it. Rows
    that changed meanwhile are served as they are now: the changes after `as_of` bring the till to the
    same place. The checksum is that of the head at the moment of this page.
    """
    head = read_head(connection, stream)
    found = rows_after(connection, stream, after_key, limit + 1)
    page = found[:limit]
    return SnapshotPage(
        stream=stream[0],
        epoch=epoch_of(connection),
        as_of=as_of if 0 < as_of <= head.head else head.head,
        rows=tuple(msgspec.Raw(text.encode()) for _key, text in page),
        keys=tuple(key for key, _text in page),
        next_key=page[-1][0] if page else after_key,
        total=head.row_count,
        checksum=head.checksum,
        last=len(found) <= limit,
    )


class Snapshots:
    """The snapshot files of one data folder. Safe between threads, and between processes that share it.

    A file is made by one thread, one at a time, and is complete before it has its name; two processes that
    make the same one write the same bytes.
    """

    def __init__(self, folder: Path, database: Database, *, fewest_rows: int = FEWEST_ROWS) -> None:
        self.folder = folder
        self.fewest_rows = fewest_rows
        self._database = database
        self._guard = Lock()
        self._makers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot")
        self._under_way: dict[StreamId, Future[SnapshotDescription]] = {}
        self._made: dict[StreamId, int] = {}
        self._forgotten: set[StreamId] = set()
        self._stopping = False

    def describe(self, stream: StreamId) -> SnapshotDescription:
        """Return the file to load a stream from, made now when there is none that changes can follow."""
        with self._database.read() as connection:
            head, epoch = read_head(connection, stream), epoch_of(connection)
            none = SnapshotDescription(
                stream=stream[0], epoch=epoch, as_of=head.head, rows=head.row_count, checksum=head.checksum
            )
            if head.row_count < max(self.fewest_rows, 1):
                return none
            for known in self._kept(stream):
                if _can_be_followed(connection, stream, known, head, epoch):
                    return known
        making = self._making(stream)
        wait([making], WAIT_SECONDS)
        if not making.done():
            return msgspec.structs.replace(none, ready=False, made=self._made.get(stream, 0), name="-")
        failure = making.exception()
        if isinstance(failure, OSError | SnapshotsDisagree):
            _log.warning("no snapshot file of %s could be made, tills take pages: %s", stream[0], failure)
            return none
        return making.result()

    def path(self, stream: StreamId, name: str) -> Path | None:
        """Return a stream's file of this name; None when there is none, or no longer."""
        path = self._folder_of(stream) / name
        return path if is_name(name) and path.is_file() else None

    def forget(self, stream: StreamId) -> None:
        """Throw a stream's files away: what was in them shall be nowhere. The next till has a new one."""
        with self._guard:
            self._forgotten.add(stream)
        self._unlink(stream, self._kept(stream))

    def close(self) -> None:
        """Stop what is being made."""
        self._stopping = True
        self._makers.shutdown(wait=True, cancel_futures=True)

    # ---- inside -------------------------------------------------------------------------------

    def _making(self, stream: StreamId) -> Future[SnapshotDescription]:
        with self._guard:
            job = self._under_way.get(stream)
            if job is None:
                self._made[stream] = 0
                job = self._under_way[stream] = self._makers.submit(self._make, stream)
            return job

    def _make(self, stream: StreamId) -> SnapshotDescription:
        with self._guard:
            self._forgotten.discard(stream)
        try:
            folder = self._folder_of(stream)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
                unfinished = Path(file.name)
                try:
                    described = self._write(stream, file)
                    file.close()
                    unfinished.replace(folder / described.name)
                finally:
                    unfinished.unlink(missing_ok=True)
            _note_beside(folder / described.name, described)
            self._forget_older(stream)
            if stream in self._forgotten:
                # What was to be nowhere may have been read just before: nobody gets this file.
                self._unlink(stream, self._kept(stream))
                raise Stopping(stream[0])
        finally:
            with self._guard:
                del self._under_way[stream]
                del self._made[stream]
        return described

    def _write(self, stream: StreamId, file: tempfile._TemporaryFileWrapper[bytes]) -> SnapshotDescription:
        digest = hashlib.sha256()
        size = rows = checksum = 0

        def counted(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
            nonlocal checksum
            for key, text in found:
                checksum += row_checksum(key, text.encode())
                yield key, text

        with self._database.read() as connection:
            head, epoch = read_head(connection, stream), epoch_of(connection)
            for count, frame in packed_blocks(counted(every_row(connection, stream))):
                file.write(frame)
                digest.update(frame)
                size, rows = size + len(frame), rows + count
                self._made[stream] = rows
                if self._stopping:
                    raise Stopping(stream[0])
        if (rows, f"{checksum % _MODULUS:016x}") != (head.row_count, head.checksum):
            raise SnapshotsDisagree(f"{stream[0]}: {rows} rows, {checksum % _MODULUS:016x}; head {head}")
        return SnapshotDescription(
            stream=stream[0],
            epoch=epoch,
            as_of=head.head,
            rows=rows,
            checksum=head.checksum,
            name=name_of(digest.hexdigest()),
            bytes=size,
            sha256=digest.hexdigest(),
        )

    def _kept(self, stream: StreamId) -> list[SnapshotDescription]:
        """Return the files that a stream has, the newest first."""
        found = []
        for note in self._folder_of(stream).glob("*.json"):
            try:
                known = msgspec.json.decode(note.read_bytes(), type=SnapshotDescription)
            except (FileNotFoundError, msgspec.DecodeError):
                continue  # gone meanwhile, or not a note of ours: as if there were no file
            if self.path(stream, known.name) is not None:
                found.append(known)
        return sorted(found, key=lambda each: (each.as_of, each.name), reverse=True)

    def _forget_older(self, stream: StreamId) -> None:
        self._unlink(stream, self._kept(stream)[FILES_KEPT:])

    def _unlink(self, stream: StreamId, files: list[SnapshotDescription]) -> None:
        for old in files:
            path = self._folder_of(stream) / old.name
            try:
                path.with_suffix(".json").unlink(missing_ok=True)
                path.unlink(missing_ok=True)
            except OSError as problem:
                _log.info("%s stays for now: %s", path.name, problem)

    def _folder_of(self, stream: StreamId) -> Path:
        # A scope is somebody's text: it does not become a path.
        return self.folder / f"{stream[0]}-{hashlib.sha256(stream[1].encode()).hexdigest()[:16]}"


def _can_be_followed(
    connection: Connection, stream: StreamId, known: SnapshotDescription, head: Head, epoch: str
) -> bool:
    """Say whether a till that loads this file reaches the head by a page of changes or two."""
    if known.epoch != epoch or not head.floor <= known.as_of <= head.head:
        return False
    return known.as_of == head.head or changes_since(connection, stream, known.as_of) <= MAX_PAGE_ROWS


def _note_beside(path: Path, described: SnapshotDescription) -> None:
    """Write a file's description, whole or not at all: with it, the file is found."""
    note = path.with_suffix(".json")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(msgspec.json.encode(described))
    Path(file.name).replace(note)
