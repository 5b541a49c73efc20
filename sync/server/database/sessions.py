"""Connections to the centre's database: `read()` and `write()`, the same over SQLite and PostgreSQL.

A write transaction commits as a whole or not at all. On SQLite it begins with `BEGIN IMMEDIATE`, so
it never fails half way because another writer came first; on PostgreSQL a read sees one snapshot.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from sync.durable_files import force_names

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for its turn before it gives up: for SQLite's file, or for a lock of PostgreSQL."""

LOCK_NOT_AVAILABLE: Final = "55P03"
"""What PostgreSQL says then."""

TRIES: Final = 5
"""A circle of waiting is rare; a second one with the same work is rarer."""

PAUSE_SECONDS: Final = (0.02, 0.06)

UNDONE_BY_POSTGRESQL: Final = frozenset({"40P01", "40001"})
"""`deadlock_detected` and `serialization_failure`: nothing was written, and the same may succeed now."""

_DATA_VERSION: Final = "PRAGMA data_version"

T = TypeVar("T")

StreamId = tuple[str, str]
"""A stream's name and its scope: a store, or an empty text for the whole chain."""


class Database:
    """The centre's database. `on_published` hears to which numbers a committed transaction moved streams."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        # SQLite has one writer at a time. Waiting in line here is fair and wakes at once; SQLite itself
        # would make its writers poll. Other processes still wait by the busy timeout.
        self._writer = Lock() if self.is_sqlite else nullcontext()
        self.on_published: Callable[[Mapping[StreamId, int]], None] = lambda _heads: None
        # Errors go to logs, and what people bought and who they are does not: parameters are hidden.
        self.engine = (
            _sqlite_engine(url)
            if self.is_sqlite
            else create_engine(
                url,
                pool_size=10,
                hide_parameters=True,
                connect_args={"options": f"-c lock_timeout={BUSY_TIMEOUT_MS}"},
            )
        )
        self._reading: Engine = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and changes nothing."""
        with self._reading.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose work is committed at the end, or undone when an error leaves the block."""
        with self._writer, self.engine.connect() as connection:
            if self.is_sqlite:
                connection.info["writes"] = True
            try:
                with connection.begin():
                    yield connection
                published = connection.info.pop("published", {})
            finally:
                connection.info.pop("writes", None)
                connection.info.pop("published", None)
        if published:
            self.on_published(published)

    def write_again(self, work: Callable[[Connection], T]) -> T:
        """Do work in a transaction; again when the database has undone it to break a circle of waiting.

        The last of `TRIES` raises what the database said. The work must be nothing but what it writes.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                with self.write() as connection:
                    return work(connection)
            except OperationalError as error:
                if not tries_left or getattr(error.orig, "sqlstate", "") not in UNDONE_BY_POSTGRESQL:
                    raise
            # Whoever waited for us goes first: at once, we could be there before them, in the same circle.
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311  # a pause is no secret
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close every idle connection; the database stays as it is."""
        self.engine.dispose()


class Commits:
    """Counts what others commit to the file of an SQLite database, other processes too.

    It asks the same connection each time (https://www.sqlite.org/pragma.html#pragma_data_version), and reads
    no row. Used by one thread at a time.
    """

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: Connection | None = None

    def number(self) -> int:
        """Return another number than before if anybody has committed since; raises `SQLAlchemyError`."""
        if self._connection is None:
            self._connection = self._engine.connect()
        # Straight to the driver: a transaction around it would cost ten times as much, five times a second.
        driver: Any = self._connection.connection.driver_connection
        try:
            number: int = driver.execute(_DATA_VERSION).fetchone()[0]
        except self._engine.dialect.dbapi.Error as error:  # type: ignore[union-attr]  # an engine has its driver
            raise OperationalError(_DATA_VERSION, None, error) from error
        return number

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()


def is_busy(error: OperationalError) -> bool:
    """Say whether a transaction failed because others were in its way for too long: it may come again."""
    state = getattr(error.orig, "sqlstate", None)
    return state == LOCK_NOT_AVAILABLE or state in UNDONE_BY_POSTGRESQL or "is locked" in str(error.orig)


def note_published(connection: Connection, heads: Mapping[StreamId, int]) -> None:
    """Remember on a writing connection that these streams stand at these numbers when it commits."""
    connection.info["published"] = {**connection.info.get("published", {}), **heads}


def _sqlite_engine(url: str) -> Engine:
    # The system's SQLite may carry the WAL-reset bug that was fixed in 3.51.3; sqlcipher3 brings a
    # newer one. No key is set here: the centre's file is a plain SQLite file.
    from sqlcipher3 import dbapi2  # noqa: PLC0415  # not needed, perhaps not there, beside PostgreSQL

    engine = create_engine(url, module=dbapi2, hide_parameters=True)
    file = engine.url.database
    names_are_safe = not file

    @event.listens_for(engine, "connect")
    def _set_up(raw: Any, _record: object) -> None:
        nonlocal names_are_safe
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode = WAL").fetchall()  # to its end: it writes
        if not names_are_safe:
            cursor.execute(
                "SELECT count(*) FROM sqlite_master"
            ).fetchall()  # makes the log where there is none
            # SQLite, too, forces the names in the folder, but goes on when that fails. After a power cut the
            # log could be gone, or a journal back that the file had before (as one from `VACUUM INTO` has).
            try:
                force_names(Path(str(file)).parent)
            except OSError as error:
                reason = dbapi2.OperationalError(f"{Path(str(file)).parent}: {error.strerror}")
                raise OperationalError("PRAGMA journal_mode", None, reason) from error
            names_are_safe = True
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA fullfsync = ON")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.info.get("writes"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # may find the database locked, and say so
        else:
            raw: Any = connection.connection.driver_connection
            raw.execute("BEGIN")  # waits for nobody

    return engine
