"""An encrypted SQLite file, its connections (one a thread) and its transactions.

Every transaction touches one file. Connections never leave the thread that uses them, and no row or
session outlives its `with` block.

**After an error of the disk** no connection that saw it is used again, and above all no fsync is tried again
on it: an operating system may report a failed fsync once, forget the pages, and let the next one succeed
(Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020; PostgreSQL's "fsyncgate").
What is remembered of the file is forgotten (`remembered.Remembered`), it is opened anew, the write-ahead log
is copied into the database file through the new handles, as far as its checksums vouch for it, and begun
again from nothing (`PRAGMA wal_checkpoint(TRUNCATE)`,
https://www.sqlite.org/pragma.html#pragma_wal_checkpoint), so that nothing depends on pages whose writing
failed. Only when all of that reached the disk does the database go on; until then every step is refused with
`disk_failing`.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from pos_app.database.encrypted_file import BUSY_TIMEOUT_SECONDS, EncryptedFile, Seal, attach_scratch, unlock
from pos_app.database.problems import DatabaseProblem, file_problems, problem_of
from pos_app.database.remembered import Remembered
from pos_app.database.sealed_file import SealedFile

__all__ = ["Database", "DatabaseProblem"]

_log = logging.getLogger(__name__)

CLOSE_TIMEOUT_SECONDS = 1.0
"""How long `close` waits for a statement of another thread: each is short, so this is for a stuck one."""

TEND_LOG_BYTES = 2 * 1024 * 1024


@dataclass(slots=True, weakref_slot=True, eq=False)
class _ThreadConnection:
    """A thread's connection; `mode` is the transaction open on it: none, `read` or `write`.

    `level` is how its commits are forced to the disk, empty for as the file is opened. `in_use` is held while
    anything runs on it, so that nobody closes it under a statement: SQLite frees its memory at once. A
    connection that `close` finds in use is closed by its own thread afterwards.
    """

    connection: Connection
    generation: int = 0
    mode: str = ""
    level: str = ""
    in_use: threading.Lock = field(default_factory=threading.Lock)


class _PerThread(threading.local):
    held: _ThreadConnection | None = None


class Database:
    """One database file. Safe to share between threads; each gets a connection of its own.

    `key` is 64 hexadecimal digits. `synchronous` is `FULL` (a commit survives a power cut) or `NORMAL`
    (a commit survives a crash of this program, the last ones may be lost in a power cut; never corrupt).
    `seal` is for a file that is not there yet.
    """

    def __init__(
        self,
        path: Path,
        key: str,
        synchronous: str = "FULL",
        *,
        read_only: bool = False,
        seal: Seal = Seal.USUAL,
    ) -> None:
        if len(bytes.fromhex(key)) != 32:
            raise ValueError("a database key is 32 bytes in hexadecimal digits")
        if synchronous not in {"FULL", "NORMAL"}:
            raise ValueError(f"synchronous is FULL or NORMAL, not {synchronous!r}")
        self.path = path
        self._file = EncryptedFile(path, key, synchronous, read_only, seal)
        self._per_thread = _PerThread()
        self._open: weakref.WeakSet[_ThreadConnection] = weakref.WeakSet()
        self._open_guard = threading.Lock()
        self._writer = threading.Lock()
        self._closed = False
        self._generation = 0
        self._distrusted: list[_ThreadConnection] = []
        self._must_reopen = False
        self._remembered = Remembered(path)
        self.damage = ""
        """What was damaged when it was last read; empty for nothing."""
        self._engine = create_engine(
            "sqlite://", module=driver, creator=self._file.connect, poolclass=NullPool, query_cache_size=400
        )
        event.listen(self._engine, "begin", self._begin)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection inside a read transaction: every statement sees the same moment.

        Inside another `read` or `write` of this thread it joins that one. Raises `DatabaseProblem`.
        """
        held = self._held()
        if held.mode:
            yield held.connection
            return
        with self._transaction(held, "read") as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool | None = None) -> Iterator[Connection]:
        """Give a connection inside `BEGIN IMMEDIATE`; commit at the end, roll back on any error.

        With `durable` the commit is forced to the disk before this returns, with all before it; without, it
        survives a crash of this program, and becomes durable with the next durable commit. What is not said
        is as the file's other commits are (`synchronous`). Raises `DatabaseProblem`.
        """
        held = self._held()
        assert not held.mode, f"a transaction is open already in this thread ({held.mode})"
        with self._writing():
            try:
                level = self._file.synchronous if durable is None else "FULL" if durable else "NORMAL"
                with self._transaction(held, "write", level) as connection:
                    yield connection
            except DatabaseProblem as problem:
                raise self._after_failed_write(problem) from problem

    def checkpoint(self) -> None:
        """Fold the write-ahead log back into the file, as far as readers allow; for worker threads."""
        held = self._held()
        assert not held.mode, "a checkpoint inside a transaction does nothing"
        with self._watched(held), self._in_use(held):
            # The driver's own cursor: the pragma must run outside any transaction.
            self._driver_connection(held.connection).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def attach(self, name: str, path: Path) -> None:
        """Let the calling thread use a scratch file under a name, ciphered with the same key.

        It has no log and is never forced to the disk: what is in it is lost with the program.
        """
        with self._translated():
            held = self._held()
            with self._in_use(held):
                attach_scratch(self._driver_connection(held.connection), name, path, self._file.key)

    def detach(self, name: str) -> None:
        """Let go of what `attach` brought."""
        with self._translated():
            held = self._held()
            with self._in_use(held):
                self._driver_connection(held.connection).execute(f"DETACH DATABASE {name}")

    @property
    def key(self) -> str:
        """Return the file's key, for another one that lies beside it under the same."""
        return self._file.key

    def sealed_file(self, name: str) -> SealedFile:
        """Return a file beside this one that is ciphered with a key made from the same."""
        return SealedFile(self.path.with_name(name), self._file.key)

    def tend(self) -> None:
        """Fold the write-ahead log back when it has grown; for a worker thread, every few seconds.

        It does what `checkpoint` does, but only when that is worth it. A database that cannot be written
        is left alone: whoever writes next says so.
        """
        if self._closed or self.log_bytes() < TEND_LOG_BYTES:
            return
        try:
            self.checkpoint()
        except DatabaseProblem as problem:
            _log.info("%s was not tended: %s", self.path.name, problem)

    def log_frames(self) -> int:
        """Return how many frames of the write-ahead log SQLite believes; nothing is moved."""
        held = self._held()
        with self._watched(held), self._in_use(held):
            row = self._driver_connection(held.connection).execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
        return max(int(row[1]), 0)

    def log_bytes(self) -> int:
        """Return the size of the write-ahead log in bytes; it does not shrink at each checkpoint."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except OSError:
            return 0

    def copy_to(self, path: Path) -> None:
        """Write everything as of one moment into a new file under the same key; nobody waits for it."""
        with self.read() as connection, self._translated():
            driver_connection = self._driver_connection(connection)
            copy = driver.connect(str(path), isolation_level=None)
            try:
                unlock(copy, self._file.key)
                driver_connection.backup(copy)
            finally:
                copy.close()

    def check(self) -> None:
        """Read the whole file, verifying every page and index; raises `DatabaseProblem` (`damaged`)."""
        with self.read() as connection:
            broken = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
            found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        if broken or found != ["ok"]:
            raise DatabaseProblem("damaged", f"{self.path.name}: {(broken or found)[0]}")

    def take_over(self, made: Path) -> None:
        """Go on with another file in the place of this one; whoever reads next reads that.

        Nobody has `made` open. Raises `DatabaseProblem` (`in_use`) while a thread is in the middle of a
        transaction; then nothing has changed.
        """
        with self._writer, self._open_guard:
            held = [each for each in self._open if each.in_use.acquire(timeout=CLOSE_TIMEOUT_SECONDS)]
            try:
                if len(held) < len(self._open):
                    raise DatabaseProblem("in_use", f"{self.path.name} is being read")
                self._generation += 1
                for each in held:
                    self._open.discard(each)
                    each.connection.close()
                for ending in ("-wal", "-shm"):
                    self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
                made.replace(self.path)
                self.damage = ""
            finally:
                for each in held:
                    each.in_use.release()

    def release_thread(self) -> None:
        """Close the calling thread's connection; for a worker that ends."""
        held = self._per_thread.held
        if held is not None:
            self._per_thread.held = None
            if held.generation == self._generation:
                self._let_go(held)

    def close(self) -> None:
        """Close every connection; harmless twice. No transaction may be open in this thread.

        A worker that is left behind in the middle of one finishes it and closes its connection itself.
        """
        self._closed = True
        with self._open_guard:
            connections = sorted(self._open, key=lambda held: held.generation)
        self._per_thread.held = None
        try:
            with self._closed_last(connections):
                for held in connections:
                    self._close_one(held)
        except DatabaseProblem as problem:
            _log.info("%s is left to the end of the program: %s", self.path.name, problem)
        else:
            self._remembered.close()
        self._engine.dispose()

    # ---- inside -------------------------------------------------------------------------------

    def _held(self) -> _ThreadConnection:
        held = self._per_thread.held
        if held is not None and held.mode:
            return held
        if self._must_reopen:
            with self._writing():
                self._reopen()
        if held is None or held.generation != self._generation:
            if self._closed:
                raise DatabaseProblem("in_use", f"{self.path.name} was closed")
            with self._translated():
                connection = self._engine.connect()
            held = self._per_thread.held = _ThreadConnection(connection, self._generation)
            with self._open_guard:
                self._open.add(held)
        return held

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the only thread that writes, or opens the file anew."""
        if not self._writer.acquire(timeout=BUSY_TIMEOUT_SECONDS):
            raise DatabaseProblem("in_use", f"{self.path.name}: another thread keeps writing")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _transaction(self, held: _ThreadConnection, mode: str, level: str = "") -> Iterator[Connection]:
        with self._in_use(held):
            if mode == "write":
                self._set_level(held, level)
            held.mode = mode
            try:
                with self._watched(held), held.connection.begin():
                    yield held.connection
            finally:
                held.mode = ""

    @contextmanager
    def _in_use(self, held: _ThreadConnection) -> Iterator[None]:
        """Keep `close` from closing a connection meanwhile; close it afterwards when that was wanted."""
        with held.in_use:
            if self._closed:
                self._per_thread.held = None
                self._let_go(held)
                raise DatabaseProblem("in_use", f"{self.path.name} was closed")
            if held.connection.closed:
                self._per_thread.held = None
                raise DatabaseProblem("in_use", f"{self.path.name} was just replaced")
            try:
                yield
            finally:
                if self._closed:
                    self._per_thread.held = None
                    self._let_go(held)

    def _close_one(self, held: _ThreadConnection) -> None:
        if not held.in_use.acquire(timeout=CLOSE_TIMEOUT_SECONDS):
            _log.info("%s is still in use; its worker closes it", self.path.name)
            return
        try:
            self._let_go(held)
        finally:
            held.in_use.release()

    @contextmanager
    def _closed_last(self, connections: list[_ThreadConnection]) -> Iterator[None]:
        """Let no connection whose sync failed be closed last: the last one folds the log back, and syncs."""
        if not connections or connections[-1].generation == self._generation:
            yield
            return
        with self._writing(), self._connected_anew():
            yield

    def _let_go(self, held: _ThreadConnection) -> None:
        """Close a connection, once."""
        with self._open_guard:
            if held not in self._open:
                return
            self._open.discard(held)
        held.connection.close()

    # ---- after an error of the disk -------------------------------------------------------------

    @contextmanager
    def _watched(self, held: _ThreadConnection) -> Iterator[None]:
        """Translate errors, and use no connection again that met one of the disk or a damaged page."""
        try:
            with self._translated():
                yield
        except DatabaseProblem as problem:
            if problem.failed_io:
                self._distrust(held)
            elif problem.code == "damaged":
                self.damage = problem.detail
                # SQLCipher answers every later question of this connection with the same error, also about
                # sound pages. A new one reads those.
                self._give_up(held)
            elif problem.code == "read_only":
                # A file that could not be opened for writing at that moment SQLite has opened for reading,
                # for as long as the connection lasts.
                self._give_up(held)
            raise

    def _give_up(self, held: _ThreadConnection) -> None:
        self._per_thread.held = None
        self._let_go(held)

    def _distrust(self, held: _ThreadConnection) -> None:
        """Let no thread use the connections of today again; none is closed, as closing would sync again."""
        with self._open_guard:
            if held.generation == self._generation:
                self._generation += 1
                self._distrusted.extend(self._open)
                self._must_reopen = not self._file.read_only

    def _after_failed_write(self, problem: DatabaseProblem) -> DatabaseProblem:
        """Say what became of a write that met an error of the disk, having opened the file again."""
        if not problem.failed_io:
            return problem
        self._per_thread.held = None
        try:
            self._reopen()
        except DatabaseProblem as worse:
            return worse
        code = "write_failed" if problem.code == "disk_failing" else problem.code
        return DatabaseProblem(code, problem.detail)

    def _reopen(self) -> None:
        """Open the file anew and bring everything that it says to the disk; raises `DatabaseProblem`.

        Whoever calls this is the only one that writes (`_writing`).
        """
        if not self._must_reopen:
            return
        with self._connected_anew() as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise DatabaseProblem("disk_failing", f"{self.path.name}: still in use after an error")
        self._must_reopen = False
        _log.info("%s was opened again after an error of the disk", self.path.name)

    @contextmanager
    def _connected_anew(self) -> Iterator[Any]:
        """Give a connection that believes nothing but the disk; it is closed at the end."""
        with file_problems(self.path):
            self._remembered.forget()
        with self._translated():
            connection = self._file.connect()
            try:
                yield connection
            finally:
                connection.close()

    # ---- errors and connections -----------------------------------------------------------------

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, driver.Error) as error:
            problem = problem_of(error, self.path)
            if problem is None:
                raise
            raise problem from error

    def _begin(self, connection: Connection) -> None:
        held = self._per_thread.held
        writing = held is not None and held.mode == "write"
        # The driver itself: every scan begins several, and SQLAlchemy's own way takes longer than SQLite's.
        self._driver_connection(connection).execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def _set_level(self, held: _ThreadConnection, level: str) -> None:
        if (held.level or self._file.synchronous) == level:
            return
        with self._translated():
            self._driver_connection(held.connection).execute(f"PRAGMA synchronous={level}")
        held.level = level

    @staticmethod
    def _driver_connection(connection: Connection) -> Any:
        return connection.connection.driver_connection
