"""The text index of a snapshot's file, made in a scratch file while the rows go into the cache.

SQLite has one writer a file. And what a text index needs of a million rows is half Python: on a thread of the
till it takes turns with the rows, so a large one is made by a process of its own (docs/performance.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from pos_app.database.cache_tables import SEARCH_OF_STREAM, search_table_sql
from pos_app.database.connection import Database
from pos_app.database.encrypted_file import connect_scratch
from pos_app.database.index_process import IndexProcess
from pos_app.database.look_ups import LOOK_UPS, Texts
from pos_app.database.problems import file_problems, problem_of
from pos_app.database.sealed_file import SealedFile
from pos_app.database.search_index import BULK, configure, index_texts
from sync.snapshot_file import Block, unpacked_blocks

_log = logging.getLogger(__name__)

TEXTS_A_SEGMENT = 100_000
"""A dozen segments answer as fast as one (docs/performance.md)."""

ROWS_FOR_A_PROCESS = 100_000
"""With fewer, a thread is done before a process has begun."""

SCRATCH_FILE = "cache-index-{stream}.tmp"
_SCRATCH = "scratch"

_SHADOWS = ("config", "data", "docsize", "idx")
"""The tables that FTS5 keeps an index without text in: https://www.sqlite.org/fts5.html#fts5_data_structures"""

KeepGoing = Callable[[], bool]


class TextIndex:
    """The text index of one file in the making. Used by one thread; raises `DatabaseProblem`.

    It begins at once. `finish` waits until it is made, `copy` takes it over, `close` ends all of it.
    """

    def __init__(
        self, database: Database, stream: str, file: SealedFile, rows: int, keep_going: KeepGoing
    ) -> None:
        self._database = database
        self._stream = stream
        self._file = file
        self._keep_going = keep_going
        self._stopped = False
        self._path = database.path.with_name(SCRATCH_FILE.format(stream=stream))
        self._process: IndexProcess | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot-index")
        self._made: Future[bool] | None = None
        if rows >= ROWS_FOR_A_PROCESS:
            self._process = IndexProcess(self._path, database.key, stream, file.path)
        else:
            self._made = self._thread.submit(self._make)

    def finish(self) -> bool:
        """Wait until all is indexed; False when `keep_going` said no. Raises `DamagedSnapshot`, too."""
        if self._process is not None:
            problem = self._process.wait(self._keep_going)
            if not self._keep_going():
                return False
            if not problem:
                return True
            # Whatever was wrong with it: here it succeeds, or says what is the matter in words of ours.
            self._process.end()
            _log.warning("the text index is made by the till itself, not by a process: %s", problem)
        if self._made is None:
            self._made = self._thread.submit(self._make)
        return self._made.result() and self._keep_going()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Make the file readable to the calling thread, beside the cache."""
        self._database.attach(_SCRATCH, self._path)
        try:
            yield
        finally:
            self._database.detach(_SCRATCH)

    def copy(self, connection: Connection, table: str) -> None:
        """Put what was made into the place of an empty index of the same form."""
        search = SEARCH_OF_STREAM[self._stream]
        for shadow in _SHADOWS:
            connection.exec_driver_sql(f"DELETE FROM main.{table}_{shadow}")  # noqa: S608  # names of our own
            connection.exec_driver_sql(
                f"INSERT INTO main.{table}_{shadow} SELECT * FROM {_SCRATCH}.{search}_{shadow}"  # noqa: S608  # as above
            )

    def close(self) -> None:
        """End whoever makes it, and remove the file."""
        self._stopped = True
        if self._process is not None:
            self._process.end()
        self._thread.shutdown(wait=True, cancel_futures=True)
        with file_problems(self._path):
            self._path.unlink(missing_ok=True)

    def _make(self) -> bool:
        def keep_going() -> bool:
            return not self._stopped and self._keep_going()

        with self._file.open() as opened:
            return make_text_index(
                self._path, self._database.key, self._stream, unpacked_blocks(opened), keep_going
            )


def make_text_index(
    path: Path, key: str, stream: str, blocks: Iterator[Block], keep_going: KeepGoing
) -> bool:
    """Make the text index of all rows of these blocks in a file that is ciphered with the cache's key.

    The file has no log and is never forced to the disk. Returns False when `keep_going` said no. Raises
    `DatabaseProblem` and `DamagedSnapshot`.
    """
    look_ups = LOOK_UPS[stream]
    search = SEARCH_OF_STREAM[stream]
    with file_problems(path):
        path.unlink(missing_ok=True)
    with _scratch(path, key) as connection:
        connection.exec_driver_sql(search_table_sql(search))
        configure(connection, search, BULK)
        texts: Texts = []
        rows = 0
        for block in blocks:
            texts += look_ups.texts(block.keys, block.bodies, rows)
            rows += len(block.keys)
            if len(texts) >= TEXTS_A_SEGMENT:
                _write_segment(connection, search, texts, keep_going)
                texts = []
            if not keep_going():
                return False
        _write_segment(connection, search, texts, keep_going)
    return keep_going()


def _write_segment(connection: Connection, search: str, texts: Texts, keep_going: KeepGoing) -> None:
    connection.exec_driver_sql("BEGIN")
    index_texts(connection, search, texts, keep_going)
    connection.exec_driver_sql("COMMIT")


@contextmanager
def _scratch(path: Path, key: str) -> Iterator[Connection]:
    """Give a connection to a new file."""
    engine = create_engine(
        "sqlite://", module=driver, creator=lambda: connect_scratch(path, key), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            yield connection
    except (DBAPIError, driver.Error) as error:
        problem = problem_of(error, path)
        if problem is None:
            raise
        raise problem from error
    finally:
        engine.dispose()
