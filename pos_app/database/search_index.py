"""How a text index (FTS5) is filled with many rows: in rising numbers, few segments, without merging.

FTS5 gathers what is new in memory and writes it as a segment when that is full, when a number is lower than
the one before, when the transaction ends, and when a statement of several rows begins. A dozen segments
answer as fast as one (docs/performance.md); more are merged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from pos_app.database.bulk import insert_flat
from pos_app.database.cache_tables import SEARCH_TABLES, STAGED, search_table_sql
from pos_app.database.connection import Database

TEXTS_A_SEGMENT = 150_000
MOST_SEGMENTS = 16
"""That are left as they are."""

MOST_WAITING = 4
"""Blocks of texts that wait to be taken by the indexing thread."""

STEPS_BETWEEN_QUESTIONS = 200_000
"""Of SQLite's machine, before a long statement asks whether it is still wanted: hundredths of a second."""

MERGE_PAGES = 500
"""Of the text index merged in one transaction."""

# Options of FTS5: while indexing many rows, a larger memory and no merging in between; then its defaults,
# with which the segments merge little by little.
BULK = {"hashsize": 64 * 1024 * 1024, "automerge": 0, "crisismerge": 1_000}
USUAL = {"hashsize": 1024 * 1024, "automerge": 4, "crisismerge": 16}

SCRATCH_FILE = "cache-index.tmp"
_SCRATCH = "scratch"
_GATHERED = "gathered"
"""In memory: texts in the order of their numbers, until they are enough for a segment."""

_SHADOWS = ("config", "data", "docsize", "idx")
"""The tables that FTS5 keeps an index without text in: https://www.sqlite.org/fts5.html#fts5_data_structures"""


def begin_search(connection: Connection, table: str) -> None:
    """Make an empty text index that is about to be filled."""
    connection.exec_driver_sql(search_table_sql(table.removesuffix(STAGED), STAGED))
    _configure(connection, table, BULK)


def index_texts(connection: Connection, table: str, texts: list[tuple[Any, ...]]) -> None:
    """Add the texts of a page to an index, as one segment."""
    texts.sort()
    columns = SEARCH_TABLES[table.removesuffix(STAGED)]
    values = list(chain.from_iterable(texts))
    width = columns.count(",") + 2
    insert_flat(connection, table, width, values, into=f"(rowid, {columns})", rows_a_statement=())


def finish_search(database: Database, table: str, keep_going: Callable[[], bool]) -> bool:
    """Merge an index that came in many small segments; say whether `keep_going` let it be finished."""
    with database.read() as connection:
        segments = connection.exec_driver_sql(
            f"SELECT count(DISTINCT segid) FROM {table}_idx"  # noqa: S608  # a name of our own tables
        ).scalar_one()
    pages = -MERGE_PAGES  # negative: begin to merge everything into one segment
    merging = segments > MOST_SEGMENTS
    while merging:
        if not keep_going():
            return False
        with database.write() as connection:
            merging = _merge(connection, table, pages)
        pages = MERGE_PAGES
    with database.write() as connection:
        _configure(connection, table, USUAL)
    return True


@contextmanager
def interruptible(connection: Connection, keep_going: Callable[[], bool]) -> Iterator[None]:
    """Break a long statement off soon after `keep_going` says no: it raises `OperationalError`."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(lambda: not keep_going(), STEPS_BETWEEN_QUESTIONS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


class ScratchIndex:
    """A text index in the making, in an encrypted file of its own that nobody trusts after a restart.

    `add` gives texts; they are indexed on a thread of its own. `finish` waits for it, then `copy` takes the
    finished index over, page by page.
    """

    def __init__(self, database: Database, search: str, keep_going: Callable[[], bool]) -> None:
        self._database = database
        self._keep_going = keep_going
        self._search = search
        self._path = database.path.with_name(SCRATCH_FILE)
        self._waiting = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot-index")
        self._given: deque[Future[None]] = deque([self._thread.submit(self._begin)])

    def add(self, texts: list[tuple[Any, ...]]) -> None:
        """Take texts to index; waits when too many of them wait already. Raises `DatabaseProblem`."""
        self._given.append(self._thread.submit(self._gather, texts))
        while len(self._given) > MOST_WAITING:
            self._given.popleft().result()

    def finish(self) -> None:
        """Wait until everything is indexed; raises `DatabaseProblem`."""
        self._given.append(self._thread.submit(self._index))
        while self._given:
            self._given.popleft().result()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Make the file readable to the calling thread, beside the cache."""
        self._database.attach(_SCRATCH, str(self._path))
        try:
            yield
        finally:
            self._database.detach(_SCRATCH)

    def copy(self, connection: Connection, table: str) -> None:
        """Put what was made into the place of an empty index of the same form."""
        for shadow in _SHADOWS:
            connection.exec_driver_sql(f"DELETE FROM main.{table}_{shadow}")  # noqa: S608  # names of our own
            connection.exec_driver_sql(
                f"INSERT INTO main.{table}_{shadow} SELECT * FROM {_SCRATCH}.{self._search}_{shadow}"  # noqa: S608  # as above
            )

    def close(self) -> None:
        """End the thread and remove the file."""
        for waiting in self._given:
            waiting.cancel()
        self._thread.submit(self._database.release_thread)
        self._thread.shutdown(wait=True)
        self._path.unlink(missing_ok=True)

    # ---- inside -------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._path.unlink(missing_ok=True)
        self._database.attach(_SCRATCH, str(self._path))
        self._database.attach(_GATHERED, ":memory:")
        with self._database.read() as connection:
            sql = search_table_sql(self._search).replace("TABLE ", f"TABLE {_SCRATCH}.")
            connection.exec_driver_sql(sql)
            _configure(connection, self._search, BULK, _SCRATCH)
            columns = SEARCH_TABLES[self._search]
            connection.exec_driver_sql(
                f"CREATE TABLE {_GATHERED}.texts (number INTEGER PRIMARY KEY, {columns})"
            )

    def _gather(self, texts: list[tuple[Any, ...]]) -> None:
        texts.sort()
        with self._database.read() as connection:
            width = SEARCH_TABLES[self._search].count(",") + 2
            insert_flat(connection, f"{_GATHERED}.texts", width, list(chain.from_iterable(texts)))
        self._waiting += len(texts)
        if self._waiting >= TEXTS_A_SEGMENT:
            self._index()

    def _index(self) -> None:
        """Make a segment of what was gathered, by one statement: other threads have the interpreter."""
        columns = SEARCH_TABLES[self._search]
        with self._database.read() as connection, interruptible(connection, self._keep_going):
            connection.exec_driver_sql(
                f"INSERT INTO {_SCRATCH}.{self._search} (rowid, {columns}) "  # noqa: S608  # names of our own
                f"SELECT number, {columns} FROM {_GATHERED}.texts ORDER BY number"
            )
            connection.exec_driver_sql(f"DELETE FROM {_GATHERED}.texts")  # noqa: S608  # as above
        self._waiting = 0


def _merge(connection: Connection, table: str, pages: int) -> bool:
    """Merge some pages of a text index; say whether there was anything left to merge."""
    driver = connection.connection.driver_connection
    assert driver is not None
    before = driver.total_changes
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)",  # noqa: S608  # as above
        (pages,),
    )
    # The command itself counts as one change: https://www.sqlite.org/fts5.html#the_merge_command
    return bool(driver.total_changes - before >= 2)


def _configure(connection: Connection, table: str, options: dict[str, int], schema: str = "main") -> None:
    for option, value in options.items():
        connection.exec_driver_sql(
            f"INSERT INTO {schema}.{table} ({table}, rank) VALUES (?, ?)",  # noqa: S608  # as above
            (option, value),
        )
