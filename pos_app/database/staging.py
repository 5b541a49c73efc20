"""Snapshots are staged here: beside what is served, until the whole takes its place in one transaction.

A page goes in as it comes. A file of many rows is read on a thread of its own, which takes the texts apart
and makes what the look-ups need; the calling thread writes rows and look-ups; another folds the log back, and
the text index is made beside all that (`text_index`). Each does most of its work in C, outside the
interpreter's lock, by statements of many rows. Tables in the order of a foreign key are filled at the end,
sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from pos_app.database.bulk import insert_flat
from pos_app.database.cache_tables import (
    GATHERED_OF_STREAM,
    LOOK_UPS_OF_STREAM,
    SEARCH_OF_STREAM,
    STAGED,
    bootstraps,
    staged_metadata,
)
from pos_app.database.connection import Database
from pos_app.database.log_folding import LogFolding
from pos_app.database.look_ups import LOOK_UPS, Prepared
from pos_app.database.read_ahead import read_ahead
from pos_app.database.sealed_file import SealedFile
from pos_app.database.search_index import begin_search, finish_search, index_texts, interruptible
from pos_app.database.text_index import TextIndex
from sync.client.ports import BootstrapPoint
from sync.client.side_by_side import Work
from sync.protocol import rows_checksum
from sync.snapshot_file import Block, DamagedSnapshot, unpacked_blocks

ROWS_AT_ONCE = 100_000
"""Rows of a file that one transaction stages: what a power cut or a stop may cost."""

PAGE_CACHE_KIB = 56 * 1024
"""Of the staging connection. Ranks are appended in some hundreds of places: the pages there should wait in
memory, not be written and read again."""

SORTING_CACHE_KIB = 4 * 1024

NO_ROWS = "0" * 16
_MODULUS = 1 << 64

_select_bootstrap = select(bootstraps).where(bootstraps.c.stream == bindparam("of_stream"))
_insert_bootstrap = insert(bootstraps)
_advance_bootstrap = (
    update(bootstraps)
    .where(bootstraps.c.stream == bindparam("of_stream"))
    .values(
        after_key=bindparam("new_after_key"),
        staged=bindparam("new_staged"),
        checksum=bindparam("new_checksum"),
    )
)
_delete_bootstrap = delete(bootstraps).where(bootstraps.c.stream == bindparam("of_stream"))


class Staged(NamedTuple):
    """A whole snapshot, as it takes its place."""

    epoch: str
    as_of: int
    checksum: str
    rows: int


class _Ready(NamedTuple):
    """A block of a file with what it adds, and how many rows of the file end with it."""

    block: Block
    values: list[Any]
    prepared: Prepared
    rows_so_far: int


class Staging:
    """The staged tables of one cache. Used by one thread; raises `DatabaseProblem`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def point(self, stream: str) -> BootstrapPoint | None:
        """Return how far an interrupted bootstrap came, or None."""
        with self._database.read() as connection:
            row = connection.execute(_select_bootstrap, {"of_stream": stream}).first()
        return None if row is None else _point(row, row.after_key, row.staged)

    def begin(self, stream: str, start: BootstrapPoint, checksum: str) -> None:
        """Make empty staged tables; `checksum` is that of the whole where it is known beforehand."""
        with self._database.write() as connection:
            drop_staged(connection, stream)
            for name in (*tables_of(stream), *GATHERED_OF_STREAM.get(stream, ())):
                connection.execute(CreateTable(staged_metadata.tables[f"{name}{STAGED}"]))
            if stream in SEARCH_OF_STREAM:
                begin_search(connection, f"{SEARCH_OF_STREAM[stream]}{STAGED}")
            values = {
                "stream": stream,
                "epoch": start.epoch,
                "as_of": start.as_of,
                "after_key": "",
                "staged": 0,
                "total": start.total,
                "checksum": checksum,
                "file": start.file,
            }
            connection.execute(_insert_bootstrap, values)

    def page(self, stream: str, rows: Sequence[tuple[str, bytes]], next_key: str) -> BootstrapPoint:
        """Keep a page of a snapshot aside, with the key that it goes on after."""
        keys, bodies = [key for key, _ in rows], [body for _, body in rows]
        look_ups = LOOK_UPS.get(stream)
        with self._database.write() as connection:
            row = connection.execute(_select_bootstrap, {"of_stream": stream}).one()
            prepared = {} if look_ups is None else look_ups.prepare(keys, bodies, row.staged)
            _insert_rows(connection, stream, _values(keys, bodies), prepared)
            if look_ups is not None:
                texts = look_ups.texts(keys, bodies, row.staged)
                index_texts(connection, f"{SEARCH_OF_STREAM[stream]}{STAGED}", texts, lambda: True)
            checksum = int(row.checksum, 16) + rows_checksum(rows)
            staged = row.staged + len(rows)
            _advance(connection, stream, next_key, staged, f"{checksum % _MODULUS:016x}")
        return _point(row, next_key, staged)

    def file(
        self,
        stream: str,
        file: SealedFile,
        keep_going: Callable[[], bool],
        progress: Callable[[BootstrapPoint], None],
    ) -> Work[bool]:
        """Stage what a file holds beyond what is staged already, and its text index.

        Yields while the text index is made. Returns False when `keep_going` said no: what was staged stays.
        Raises `DamagedSnapshot`.
        """
        with self._database.read() as connection:
            row = connection.execute(_select_bootstrap, {"of_stream": stream}).one()
        try:
            if stream not in SEARCH_OF_STREAM:
                return self._stage_rows(stream, row, file, keep_going, progress)
            with closing(TextIndex(self._database, stream, file, row.total, keep_going)) as index:
                if not self._stage_rows(stream, row, file, keep_going, progress):
                    return False
                yield
                progress(_point(row, row.after_key, row.total))
                return index.finish() and self._stage_index(stream, index, keep_going)
        except OperationalError:
            if keep_going():
                raise
            return False  # it was broken off in the middle of a long statement

    def complete(self, stream: str, keep_going: Callable[[], bool]) -> bool:
        """Fill what is made from other staged tables; False when `keep_going` said no in between."""
        search = SEARCH_OF_STREAM.get(stream)
        if search is not None and not finish_search(self._database, f"{search}{STAGED}", keep_going):
            return False
        return keep_going()

    def swap(self, connection: Connection, stream: str) -> Staged:
        """Put the staged tables in the place of the served ones."""
        row = connection.execute(_select_bootstrap, {"of_stream": stream}).one()
        _complete(connection, stream)
        for name in (*tables_of(stream), *_search_of(stream)):
            connection.exec_driver_sql(f"DROP TABLE {name}")
            connection.exec_driver_sql(f"ALTER TABLE {name}{STAGED} RENAME TO {name}")
        connection.execute(_delete_bootstrap, {"of_stream": stream})
        return Staged(row.epoch, row.as_of, row.checksum, row.staged)

    def abandon(self, stream: str) -> None:
        """Throw away what was staged."""
        with self._database.write() as connection:
            drop_staged(connection, stream)

    # ---- inside -------------------------------------------------------------------------------

    def _stage_rows(
        self,
        stream: str,
        row: Any,
        file: SealedFile,
        keep_going: Callable[[], bool],
        progress: Callable[[BootstrapPoint], None],
    ) -> bool:
        """Write the rows and what is made of them, but for the text index; say whether all of it is in."""
        with self._many_writes() as folding:
            with (
                file.open() as opened,
                read_ahead(unpacked_blocks(opened), partial(_prepared, stream)) as ready,
            ):
                if not self._write(stream, row, ready, folding, keep_going, progress):
                    return False
            with self._database.write() as connection, interruptible(connection, keep_going):
                # Sorted rows need few pages at a time; the memory is for sorting now.
                connection.exec_driver_sql(f"PRAGMA cache_size = -{SORTING_CACHE_KIB}")
                _complete(connection, stream)
        return True

    def _stage_index(self, stream: str, index: TextIndex, keep_going: Callable[[], bool]) -> bool:
        """Copy a text index that is made into its place."""
        with (
            self._many_writes() as folding,
            index.beside(),
            self._database.write() as connection,
            interruptible(connection, keep_going),
        ):
            folding.left_to_it(connection)
            index.copy(connection, f"{SEARCH_OF_STREAM[stream]}{STAGED}")
        return True

    @contextmanager
    def _many_writes(self) -> Iterator[LogFolding]:
        """Let another thread fold the log back meanwhile; at the end, nothing is left of the connection.

        That gives its page cache back; and whoever wrote a text index beneath its tables must not go on using
        what was remembered of it.
        """
        with ExitStack() as ends:
            ends.callback(self._database.release_thread)
            yield ends.enter_context(closing(LogFolding(self._database)))

    def _write(
        self,
        stream: str,
        row: Any,
        ready: Iterator[_Ready],
        folding: LogFolding,
        keep_going: Callable[[], bool],
        progress: Callable[[BootstrapPoint], None],
    ) -> bool:
        """Write what is not staged yet, some blocks a transaction; say whether all of it is in."""
        staged, more = row.staged, True
        while more:
            if not keep_going():
                return False
            with self._database.write() as connection:
                connection.exec_driver_sql(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
                folding.left_to_it(connection)
                begun = staged
                for block, values, prepared, rows_so_far in ready:
                    if rows_so_far <= row.staged:
                        continue
                    if rows_so_far - len(block.keys) < row.staged:
                        raise DamagedSnapshot("its blocks are not those that were staged before")
                    _insert_rows(connection, stream, values, prepared)
                    staged = rows_so_far
                    progress(_point(row, block.keys[-1], staged))
                    if staged - begun >= ROWS_AT_ONCE or not keep_going():
                        break
                else:
                    more = False
                if staged > begun:
                    _advance(connection, stream, block.keys[-1], staged, row.checksum)
            folding.begin()
        if staged != row.total:
            raise DamagedSnapshot(f"{staged} rows, where {row.total} were promised")
        return True


def _prepared(stream: str, block: Block, before: int) -> _Ready:
    """Make of a block what goes into the tables; on the reading thread."""
    look_ups = LOOK_UPS.get(stream)
    prepared = {} if look_ups is None else look_ups.prepare(block.keys, block.bodies, before)
    return _Ready(block, _values(block.keys, block.bodies), prepared, before + len(block.keys))


def drop_staged(connection: Connection, stream: str) -> None:
    """Remove a stream's staged tables and the note of them, where there are any."""
    for name in (*tables_of(stream), *GATHERED_OF_STREAM.get(stream, ()), *_search_of(stream)):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}{STAGED}")
    connection.execute(_delete_bootstrap, {"of_stream": stream})


def tables_of(stream: str) -> tuple[str, ...]:
    """Return a stream's rows and what is found through them, besides its text search."""
    return (f"{stream}_rows", *LOOK_UPS_OF_STREAM.get(stream, ()))


def _search_of(stream: str) -> tuple[str, ...]:
    return (SEARCH_OF_STREAM[stream],) if stream in SEARCH_OF_STREAM else ()


def _complete(connection: Connection, stream: str) -> None:
    """Make the staged tables that are made from others, unless what they are made from is used up already."""
    for name in GATHERED_OF_STREAM.get(stream, ()):
        if connection.exec_driver_sql(f"PRAGMA table_info({name}{STAGED})").first() is not None:
            LOOK_UPS[stream].complete(connection)
            connection.exec_driver_sql(f"DROP TABLE {name}{STAGED}")


def _values(keys: Sequence[str], bodies: Sequence[bytes]) -> list[Any]:
    """Return keys and bodies in turn, as one statement of many rows takes them.

    The driver asks each `bytes` whether it would rather be something else; a `bytearray` it takes as it is.
    """
    values: list[Any] = [None] * (2 * len(keys))
    values[::2] = keys
    values[1::2] = map(bytearray, bodies)
    return values


def _insert_rows(connection: Connection, stream: str, values: list[Any], prepared: Prepared) -> None:
    insert_flat(connection, f"{stream}_rows{STAGED}", 2, values)
    for name, of_table in prepared.items():
        table = staged_metadata.tables[f"{name}{STAGED}"]
        insert_flat(connection, table.name, len(table.columns), of_table)


def _advance(connection: Connection, stream: str, after_key: str, staged: int, checksum: str) -> None:
    connection.execute(
        _advance_bootstrap,
        {"of_stream": stream, "new_after_key": after_key, "new_staged": staged, "new_checksum": checksum},
    )


def _point(row: Any, after_key: str, staged: int) -> BootstrapPoint:
    return BootstrapPoint(
        epoch=row.epoch, as_of=row.as_of, after_key=after_key, staged=staged, total=row.total, file=row.file
    )
