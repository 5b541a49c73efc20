"""How a text index (FTS5) is filled with many rows: in rising numbers, few segments, without merging.

FTS5 gathers what is new in memory and writes it as a segment when that is full, when a number is lower than
the one before, when the transaction ends, and when a statement of several rows begins: so each row has its
own. A dozen segments answer as fast as one (docs/performance.md); more are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from pos_app.database.cache_tables import SEARCH_TABLES, STAGED, search_table_sql
from pos_app.database.connection import Database

MOST_SEGMENTS = 16
"""That are left as they are."""

STEPS_BETWEEN_QUESTIONS = 200_000
"""Of SQLite's machine, before a long statement asks whether it is still wanted: hundredths of a second."""

TEXTS_BETWEEN_QUESTIONS = 5_000
"""That are indexed before it is asked whether they are still wanted: tenths of a second."""

MERGE_PAGES = 500
"""Of the text index merged in one transaction."""

# Options of FTS5: while indexing many rows, a larger memory and no merging in between; then its defaults,
# with which the segments merge little by little. Its pages are one to a page of the file: of the usual ones
# three go into one, and a quarter of it is empty.
BULK = {"pgsz": 3_900, "hashsize": 64 * 1024 * 1024, "automerge": 0, "crisismerge": 1_000}
USUAL = {"hashsize": 1024 * 1024, "automerge": 4, "crisismerge": 16}


def begin_search(connection: Connection, table: str) -> None:
    """Make an empty text index that is about to be filled."""
    connection.exec_driver_sql(search_table_sql(table.removesuffix(STAGED), STAGED))
    configure(connection, table, BULK)


def index_texts(
    connection: Connection, table: str, texts: list[tuple[Any, ...]], keep_going: Callable[[], bool]
) -> None:
    """Add texts, each with its number, to an index; one segment a transaction, if its numbers rise.

    A row a statement. Ends early when `keep_going` says no.
    """
    texts.sort()
    columns = SEARCH_TABLES[table.removesuffix(STAGED)]
    places = ", ".join("?" * (columns.count(",") + 2))
    insert = f"INSERT INTO {table} (rowid, {columns}) VALUES ({places})"  # noqa: S608  # names of our own tables
    for start in range(0, len(texts), TEXTS_BETWEEN_QUESTIONS):
        if not keep_going():
            return
        connection.exec_driver_sql(insert, texts[start : start + TEXTS_BETWEEN_QUESTIONS])


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
        configure(connection, table, USUAL)
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


def configure(connection: Connection, table: str, options: dict[str, int]) -> None:
    """Set options of a text index."""
    for option, value in options.items():
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)",  # noqa: S608  # as above
            (option, value),
        )
