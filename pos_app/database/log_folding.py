"""Folds the write-ahead log back into its file while the next transaction is written already.

A commit that folds back itself keeps its thread waiting for the disk; where a million rows are staged, that
was a third of the time (docs/performance.md).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import Connection

from pos_app.database.connection import Database

LONGEST_LOG_BYTES = 512 * 1024 * 1024
"""Then the writer waits until all of the log is folded back, and begins it anew."""


class LogFolding:
    """Folds the log of one database back on a thread of its own. Used by the thread that writes.

    An error of the disk is the next writer's to meet, and to say: `Database.tend`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log-folding")
        self._under_way: Future[None] | None = None

    def left_to_it(self, connection: Connection) -> None:
        """Let no commit of the writer's connection fold back by itself, for as long as that is open."""
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")

    def begin(self) -> None:
        """Fold back what is committed; return at once, except when the log has grown too long."""
        if self._database.log_bytes() > LONGEST_LOG_BYTES:
            # Once more after what is under way, which may have begun before the last commit.
            self._thread.submit(self._database.tend).result()
        elif self._under_way is None or self._under_way.done():
            self._under_way = self._thread.submit(self._database.tend)

    def close(self) -> None:
        """Fold back the last of it, and end; nobody waits for that."""
        self._thread.submit(self._database.tend)
        self._thread.submit(self._database.release_thread)
        self._thread.shutdown(wait=False)
