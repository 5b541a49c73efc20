"""How an encrypted SQLite file is opened with the driver, and made when there is none."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy.exc import DatabaseError

from pos_app.database.problems import DatabaseProblem, file_problems, problem_of
from sync.durable_files import force_names

BUSY_TIMEOUT_SECONDS = 5.0

PAGE_CACHE_KIB = 8 * 1024
"""Of one connection, at most. The operating system caches the file; this keeps pages that are decrypted: what
one search of a large catalogue goes through, and the next one again."""

CHECKPOINT_PAGES = 8_000
"""When a commit must fold the write-ahead log back itself. Normally a worker does it (`Database.checkpoint`),
so that no scan or payment waits for it."""

LARGEST_IDLE_LOG_BYTES = 8 * 1024 * 1024

_ENDINGS = ("", "-journal", "-wal", "-shm")

_attaching = threading.Lock()
"""Held while SQLCipher is told which seal to suppose of a file that is attached: nothing else tells it."""

_making = threading.Lock()
"""Held while a file is looked for and made: a second thread finds it, and does not make it again."""


class Seal(StrEnum):
    """What vouches for each page of a file, as SQLCipher calls it."""

    USUAL = "HMAC_SHA512"
    QUICK = "HMAC_SHA256"
    """As hard to forge; twice as quick where the processor has instructions for it (docs/performance.md)."""


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """A database file, its key (64 hexadecimal digits), how its connections write, and a new one's seal."""

    path: Path
    key: str
    synchronous: str
    read_only: bool = False
    seal: Seal = Seal.USUAL

    def connect(self) -> Any:
        """Return a new connection of the driver; raises `DatabaseProblem`, or what the driver raised."""
        if not self.read_only:
            with _making:
                if self._is_missing():
                    self._make()
        return self._connected(self.path)

    def _is_missing(self) -> bool:
        try:
            return self.path.stat().st_size == 0
        except FileNotFoundError:
            return True
        except OSError:
            return False  # whatever is wrong with the place is said by the driver

    def _make(self) -> None:
        """Make the file under another name, and give it its own when it is whole.

        A failed sync of a new file makes SQLite take back what it wrote, and sync the same handle again. A
        file to which that happened is thrown away, whatever the second sync answered.
        """
        made = self.path.with_name(f"{self.path.name}.new")
        with file_problems(self.path):
            _remove(made)  # of a start that was cut off
            self._connected(made).close()
            _remove(self.path)  # SQLite, too, throws the log of a file away that is not there any more
            made.replace(self.path)
            force_names(self.path.parent)

    def _connected(self, path: Path) -> Any:
        """Open a file under its seal: one that an earlier version has made has the usual one."""
        seals = tuple(dict.fromkeys((self.seal, Seal.USUAL)))
        for seal in seals:
            try:
                return self._opened(path, seal)
            except driver.Error as error:
                problem = problem_of(error, path)
                if seal is seals[-1] or problem is None or problem.code != "wrong_key":
                    raise self._problem(error) from error
        raise AssertionError("the last seal returns or raises")

    def _opened(self, path: Path, seal: Seal) -> Any:
        """Open a file; the pragmas are in the order that SQLCipher asks for."""
        connection = driver.connect(
            str(path),
            timeout=BUSY_TIMEOUT_SECONDS,
            isolation_level=None,  # the driver begins nothing by itself: `Database` does
            check_same_thread=False,  # `Database.close` may come from another thread than the connection's
        )
        try:
            unlock(connection, self.key, seal)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if self.read_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute(f"PRAGMA synchronous = {self.synchronous}")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: a plain fsync stops in the drive's cache
            connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit = {LARGEST_IDLE_LOG_BYTES}")
            connection.execute("PRAGMA trusted_schema = OFF")
            # SQLCipher overwrites what is deleted; it is encrypted already, and a dropped table of a
            # hundred thousand rows would be written whole once more.
            connection.execute("PRAGMA secure_delete = OFF")
        except driver.Error:
            connection.close()
            raise
        return connection

    def _problem(self, error: Exception) -> Exception:
        problem = problem_of(error, self.path)
        if problem is None:
            return DatabaseError(None, None, error)
        if problem.code == "wrong_key" and self._is_torn():
            return DatabaseProblem("damaged", f"{self.path.name}: not a whole number of pages")
        return problem

    def _is_torn(self) -> bool:
        """Say whether the file cannot be a database under any key."""
        try:
            return self.path.stat().st_size % 4096 != 0
        except OSError:
            return False


def connect_scratch(path: Path, key: str) -> Any:
    """Return a connection to a file that nobody misses: without a log, never forced to the disk.

    Raises what the driver raised.
    """
    connection = driver.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        unlock(connection, key, Seal.QUICK)
        _keep_no_log(connection, "main")
    except driver.Error:
        connection.close()
        raise
    return connection


def attach_scratch(connection: Any, name: str, path: Path, key: str) -> None:
    """Make such a file readable to another connection, under a name; raises what the driver raised."""
    with _attaching:
        connection.execute(f"PRAGMA cipher_default_hmac_algorithm = {Seal.QUICK}")
        try:
            # Without a key, it would be looked for under the other file's salt as well.
            connection.execute(f"ATTACH DATABASE ? AS {name} KEY ?", (str(path), f"x'{key}'"))
        finally:
            connection.execute(f"PRAGMA cipher_default_hmac_algorithm = {Seal.USUAL}")
    _keep_no_log(connection, name)


def _keep_no_log(connection: Any, name: str) -> None:
    connection.execute(f"PRAGMA {name}.journal_mode = OFF").fetchone()
    connection.execute(f"PRAGMA {name}.synchronous = OFF")


def unlock(connection: Any, key: str, seal: Seal = Seal.USUAL) -> None:
    """Give a new connection of the driver its key (64 hexadecimal digits), before anything else.

    The seal is said even where it is the usual one: see `attach_scratch`.
    """
    # What is wrong with a page comes back as an error, and is said once, by whoever asked.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    connection.execute(f"PRAGMA cipher_hmac_algorithm = {seal}")


def _remove(path: Path) -> None:
    for ending in _ENDINGS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
