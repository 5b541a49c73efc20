"""The disk under one database file: full, failing, cut off from its power, or left by a program that died.

Nothing is pretended: a full disk is SQLite's own limit on pages, an error is raised where the driver would
raise
it, and what a power cut leaves is the file as it was when it was last forced to the disk, which SQLite
itself is
asked about (`PRAGMA synchronous`) after each commit.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, event

from pos_app.database.connection import Database

SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC = 778, 1034
"""https://www.sqlite.org/rescode.html"""

FULL = 2
"""`PRAGMA synchronous`: each commit is forced to the disk."""

MOST_PAGES = 1_073_741_823


class Crashed(BaseException):
    """The till's program ended here, as if its process had been killed or its plug pulled."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class Disk:
    """What lies under one open database. `point` is told each moment at which a program may die.

    `alive` ends whoever would begin a transaction in a program that is dead.
    """

    def __init__(
        self, database: Database, point: Callable[[str], None], alive: Callable[[], None], *, has_plug: bool
    ) -> None:
        self._database = database
        self.path: Path = database.path
        self._point = point
        self._has_plug = has_plug
        self._forced: tuple[bytes, bytes] = (b"", b"")
        self._stamp: tuple[int, int] = (0, 0)
        self.error = ""
        self._has_hole = False
        self.is_full = False
        self._limited = False
        self.failed = 0
        self.written = 0
        self._alive = alive
        # In the place of the product's own listener, which it calls: nothing begins in a dead program.
        event.remove(database._engine, "begin", database._begin)
        event.listen(database._engine, "begin", self._begins)
        event.listen(database._engine, "commit", self._commits)
        if has_plug:
            self._note_forced()

    def _begins(self, connection: Connection) -> None:
        self._alive()
        self._database._begin(connection)
        # A connection that was opened again meanwhile has no limit yet, so it is set each time.
        if self.is_full or self._limited:
            raw: Any = connection.connection.driver_connection
            pages = raw.execute("PRAGMA page_count").fetchone()[0] if self.is_full else MOST_PAGES
            raw.execute(f"PRAGMA max_page_count = {pages}").fetchone()
            self._limited = self.is_full

    def _commits(self, connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        held = self._database._per_thread.held
        if held is None or held.mode != "write":
            return
        self.written += 1
        self._point(f"before a commit to {self.path.name}")
        if self.error == "write":
            raw.execute("ROLLBACK")  # as SQLite does by itself when it cannot write
            self._fails(SQLITE_IOERR_WRITE)
        before = self._in_log() if self.error == "fsync" else b""
        raw.execute("COMMIT")
        if self.error == "fsync" and self._in_log() != before:  # what wrote nothing forces nothing
            # The system says so once and forgets the pages: what the log holds from here on is not there.
            self._has_hole = True
            self._fails(SQLITE_IOERR_FSYNC)
        if self._has_plug and raw.execute("PRAGMA synchronous").fetchone()[0] >= FULL:
            self._note_forced()
        self._point(f"after a commit to {self.path.name}")

    def _fails(self, code: int) -> None:
        self.error = ""
        self.failed += 1
        error = driver.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        raise error

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def _in_log(self) -> bytes:
        return self._log.read_bytes() if self._log.exists() else b""

    # ---- what a power cut leaves --------------------------------------------------------------

    def _note_forced(self) -> None:
        if self._has_hole and self._stamp == self._stamp_now():
            return
        self._has_hole = False
        before = self._forced
        self._forced = (
            before[0] if self._stamp == self._stamp_now() else self.path.read_bytes(),
            self._in_log(),
        )
        self._stamp = self._stamp_now()

    def _stamp_now(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size

    def leave(self, folder: Path, *, power_lost: bool) -> None:
        """Write into a folder what is found when the machine starts again."""
        log = self._log
        if not power_lost or not self._has_plug:
            shutil.copyfile(self.path, folder / self.path.name)
            if log.exists():
                shutil.copyfile(log, folder / log.name)
            return
        if self._stamp != self._stamp_now():
            # A checkpoint forces log and file; nothing that is in the log since then was forced.
            shutil.copyfile(self.path, folder / self.path.name)
            return
        (folder / self.path.name).write_bytes(self._forced[0])
        (folder / log.name).write_bytes(self._forced[1])
