"""The centre's rows as they arrive: changes with their cursor, and whole snapshots beside what is served.

Rows and cursor of a stream change in one transaction. A snapshot is staged in tables of its own (`staging`),
in transactions that no reader waits for, and takes the place of the old rows by renaming.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from pos_app.database.bulk import insert_flat
from pos_app.database.cache_tables import cursors, metadata
from pos_app.database.changed_keys import ChangedKeys, StreamVersion
from pos_app.database.connection import Database
from pos_app.database.look_ups import LOOK_UPS
from pos_app.database.sealed_file import SealedFile
from pos_app.database.staging import NO_ROWS, Staging
from sync.client.ports import BootstrapPoint, Cursor, IncomingChange
from sync.client.side_by_side import Work
from sync.protocol import STREAMS, rows_checksum

KEYS_AT_ONCE = 1_000
"""Read and written before the next ones, while their pages are in memory: ten thousand prices of a million
are in as many pages, and each of these would be read and deciphered twice."""

_MODULUS = 1 << 64

FORCED: Final = frozenset({"staff", "settings", "stock"})
"""Streams whose changes a power cut may not take back before the network is there again: who may no longer
sell, and what is not to be sold. The others go back by seconds, and are fetched again."""

_rows = {stream: metadata.tables[f"{stream}_rows"] for stream in STREAMS}
_stored = {
    stream: f"SELECT key, body FROM {table.name} WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608  # names of our own tables
    for stream, table in _rows.items()
}
_remove = {stream: delete(table).where(table.c.key == bindparam("of_key")) for stream, table in _rows.items()}
_select_cursor = select(cursors.c.epoch, cursors.c.after_seq, cursors.c.checksum, cursors.c.row_count).where(
    cursors.c.stream == bindparam("of_stream")
)
_insert_cursor = upsert(cursors)
_save_cursor = _insert_cursor.on_conflict_do_update(
    index_elements=[cursors.c.stream],
    set_={each.name: _insert_cursor.excluded[each.name] for each in cursors.c if not each.primary_key},
)
_confirm = (
    update(cursors).where(cursors.c.stream == bindparam("of_stream")).values(current_at=bindparam("at"))
)


class Streams:
    """The store of the streams; implements `sync.client.ports.StreamStore`. Raises `DatabaseProblem`.

    Used by one thread; readers on other threads go on undisturbed. `now` gives RFC 3339 local time.
    """

    def __init__(self, database: Database, now: Callable[[], str]) -> None:
        self._database = database
        self._now = now
        self._staging = Staging(database)
        self.changed_orders = ChangedKeys()

    def cursor(self, stream: str) -> Cursor | None:
        """Return where a stream stands, or None when it must be bootstrapped."""
        with self._database.read() as connection:
            return _cursor_in(connection, stream)

    def apply_changes(
        self, stream: str, epoch: str, changes: Sequence[IncomingChange], next_after: int
    ) -> Cursor:
        """Store rows and cursor in one transaction; return the new cursor with its checksum.

        Of several changes of one key the last one holds: nobody sees the ones between.
        """
        after = {change.key: change.row for change in changes}
        with self._database.write(durable=True if stream in FORCED else None) as connection:
            row = connection.execute(_select_cursor, {"of_stream": stream}).one()
            before = _replaced(connection, stream, after)
            gone, come = _there(before), _there(after)
            checksum = int(row.checksum, 16) - rows_checksum(gone) + rows_checksum(come)
            rows = row.row_count - len(gone) + len(come)
            look_ups = LOOK_UPS.get(stream)
            if look_ups is not None and after:
                look_ups.change(connection, before, after)
            moved = Cursor(epoch=epoch, after=next_after, checksum=f"{checksum % _MODULUS:016x}")
            _store_cursor(connection, stream, moved, rows, self._now())
        if stream == "orders":
            before_it = StreamVersion(row.epoch, row.after_seq, row.checksum)
            self.changed_orders.note(before_it, StreamVersion(epoch, next_after, moved.checksum), after)
        return moved

    def confirm_current(self, stream: str) -> None:
        """Note that a stream is complete as of now."""
        with self._database.write() as connection:
            connection.execute(_confirm, {"of_stream": stream, "at": self._now()})

    # ---- bootstrap ----------------------------------------------------------------------------

    def snapshot_file(self, stream: str, name: str) -> SealedFile:
        """Return the place of a stream's snapshot file; what lies there of another one is removed."""
        wanted = self._database.sealed_file(f"snapshot-{stream}-{name}")
        for old in wanted.path.parent.glob(f"snapshot-{stream}-*"):
            if old != wanted.path:
                old.unlink(missing_ok=True)
        return wanted

    def bootstrap_point(self, stream: str) -> BootstrapPoint | None:
        """Return how far an interrupted bootstrap came, or None."""
        return self._staging.point(stream)

    def begin_bootstrap(
        self, stream: str, epoch: str, as_of: int, total: int, *, checksum: str = NO_ROWS, file: str = ""
    ) -> None:
        """Make empty staged tables; what is served now stays."""
        start = BootstrapPoint(epoch=epoch, as_of=as_of, after_key="", staged=0, total=total, file=file)
        self._staging.begin(stream, start, checksum)

    def stage(self, stream: str, rows: Sequence[tuple[str, bytes]], next_key: str) -> BootstrapPoint:
        """Keep a page of a snapshot aside, with the key that it goes on after."""
        return self._staging.page(stream, rows, next_key)

    def stage_file(
        self,
        stream: str,
        name: str,
        keep_going: Callable[[], bool],
        progress: Callable[[BootstrapPoint], None],
    ) -> Work[bool]:
        """Keep aside what a snapshot's file holds; see `sync.client.ports.StreamStore`."""
        return self._staging.file(stream, self.snapshot_file(stream, name), keep_going, progress)

    def finish_bootstrap(self, stream: str, keep_going: Callable[[], bool]) -> bool:
        """Put what was staged in the place of what is served, in one transaction.

        Returns False when `keep_going` said no before: the staged rows stay for the next time.
        """
        if not self._staging.complete(stream, keep_going):
            return False
        with self._database.write() as connection:
            staged = self._staging.swap(connection, stream)
            cursor = Cursor(epoch=staged.epoch, after=staged.as_of, checksum=staged.checksum)
            _store_cursor(connection, stream, cursor, staged.rows, self._now())
        self._database.checkpoint()
        return True

    def abandon_bootstrap(self, stream: str) -> None:
        """Throw away what was staged."""
        self._staging.abandon(stream)


def _cursor_in(connection: Connection, stream: str) -> Cursor | None:
    row = connection.execute(_select_cursor, {"of_stream": stream}).first()
    return None if row is None else Cursor(epoch=row.epoch, after=row.after_seq, checksum=row.checksum)


def _store_cursor(connection: Connection, stream: str, cursor: Cursor, row_count: int, at: str) -> None:
    connection.execute(
        _save_cursor,
        {
            "stream": stream,
            "epoch": cursor.epoch,
            "after_seq": cursor.after,
            "checksum": cursor.checksum,
            "row_count": row_count,
            "current_at": at,
        },
    )


def _replaced(
    connection: Connection, stream: str, after: Mapping[str, bytes | None]
) -> dict[str, bytes | None]:
    """Put rows in the place of those that have their keys, and return those."""
    before: dict[str, bytes | None] = {}
    keys = sorted(after)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        before |= _stored_rows(connection, stream, some)
        _write_rows(connection, stream, {key: after[key] for key in some})
    return before


def _stored_rows(connection: Connection, stream: str, keys: list[str]) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = dict.fromkeys(keys)
    # One text for all keys: ten thousand prices change in one version.
    asked = connection.exec_driver_sql(_stored[stream], (msgspec.json.encode(keys).decode(),))
    found.update(map(tuple, asked.all()))
    return found


def _there(bodies: Mapping[str, bytes | None]) -> list[tuple[str, bytes]]:
    return [(key, body) for key, body in bodies.items() if body is not None]


def _write_rows(connection: Connection, stream: str, after: dict[str, bytes | None]) -> None:
    puts: list[Any] = []
    for key, body in after.items():
        if body is not None:
            puts += (key, bytearray(body))  # which the driver takes as it is: see docs/performance.md
    gone = [{"of_key": key} for key, body in after.items() if body is None]
    if puts:
        insert_flat(connection, _rows[stream].name, 2, puts, into="(key, body)", replacing=True)
    if gone:
        connection.execute(_remove[stream], gone)
