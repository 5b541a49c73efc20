"""The centre's rows as they arrive: changes with their cursor, and whole snapshots beside what is served.

Rows and cursor of a stream change in one transaction. A snapshot is staged in tables of its own, in
small transactions that no reader waits for, and takes the place of the old rows by renaming.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.schema import CreateTable

from pos_app.database.cache_tables import (
    LOOK_UPS_OF_STREAM,
    SEARCH_OF_STREAM,
    SEARCH_TABLES,
    STAGED,
    bootstraps,
    cursors,
    metadata,
    search_table_sql,
    staged_metadata,
)
from pos_app.database.changed_keys import ChangedKeys, StreamVersion
from pos_app.database.connection import Database
from pos_app.database.look_ups import LOOK_UPS, bulk_insert
from sync.client.ports import BootstrapPoint, Cursor, IncomingChange
from sync.protocol import STREAMS, row_checksum

INDEX_BATCH = 5_000
"""Rows whose text is indexed in one transaction."""

MERGE_PAGES = 500
"""Of the text index merged in one transaction. One segment answers several times faster than twenty."""

# Options of FTS5: while indexing many rows, a larger memory and no merging in between (a batch makes one
# segment); then its defaults, with which the segments merge little by little.
BULK_SEARCH = {"hashsize": 8 * 1024 * 1024, "automerge": 0, "crisismerge": 64}
USUAL_SEARCH = {"hashsize": 1024 * 1024, "automerge": 4, "crisismerge": 16}

NO_ROWS = "0" * 16
_MODULUS = 1 << 64
_KEYS_PER_QUESTION = 500

_rows = {stream: metadata.tables[f"{stream}_rows"] for stream in STREAMS}
_staged_rows = {stream: staged_metadata.tables[f"{stream}_rows{STAGED}"] for stream in STREAMS}
_stored = {
    stream: select(table.c.key, table.c.body).where(table.c.key.in_(bindparam("keys", expanding=True)))
    for stream, table in _rows.items()
}
_put = {stream: insert(table).prefix_with("OR REPLACE") for stream, table in _rows.items()}
_remove = {stream: delete(table).where(table.c.key == bindparam("of_key")) for stream, table in _rows.items()}
_stage = {stream: bulk_insert(table) for stream, table in _staged_rows.items()}
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


class Streams:
    """The store of the streams; implements `sync.client.ports.StreamStore`. Raises `DatabaseProblem`.

    Used by one thread; readers on other threads go on undisturbed. `now` gives RFC 3339 local time.
    """

    def __init__(self, database: Database, now: Callable[[], str]) -> None:
        self._database = database
        self._now = now
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
        with self._database.write() as connection:
            row = connection.execute(_select_cursor, {"of_stream": stream}).one()
            before = _stored_rows(connection, stream, list(after))
            checksum, rows = int(row.checksum, 16), row.row_count
            for key, new in after.items():
                old = before[key]
                if old is not None:
                    checksum, rows = checksum - row_checksum(key, old), rows - 1
                if new is not None:
                    checksum, rows = checksum + row_checksum(key, new), rows + 1
            look_ups = LOOK_UPS.get(stream)
            if look_ups is not None and after:
                look_ups.change(connection, before, after)
            _write_rows(connection, stream, after)
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

    def bootstrap_point(self, stream: str) -> BootstrapPoint | None:
        """Return how far an interrupted bootstrap came, or None."""
        with self._database.read() as connection:
            row = connection.execute(_select_bootstrap, {"of_stream": stream}).first()
        if row is None:
            return None
        return BootstrapPoint(
            epoch=row.epoch, as_of=row.as_of, after_key=row.after_key, staged=row.staged, total=row.total
        )

    def begin_bootstrap(self, stream: str, epoch: str, as_of: int, total: int) -> None:
        """Make empty staged tables; what is served now stays."""
        with self._database.write() as connection:
            _drop_staged(connection, stream)
            for name in (*_tables_of(stream), *_texts_of(stream)):
                connection.execute(CreateTable(staged_metadata.tables[f"{name}{STAGED}"]))
            for name in _search_of(stream):
                connection.exec_driver_sql(search_table_sql(name, STAGED))
            connection.execute(_delete_bootstrap, {"of_stream": stream})
            connection.execute(
                _insert_bootstrap,
                {
                    "stream": stream,
                    "epoch": epoch,
                    "as_of": as_of,
                    "after_key": "",
                    "staged": 0,
                    "total": total,
                    "checksum": NO_ROWS,
                },
            )

    def stage(self, stream: str, rows: Sequence[tuple[str, bytes]], next_key: str) -> BootstrapPoint:
        """Keep a page of a snapshot aside, with the key that it goes on after."""
        with self._database.write() as connection:
            row = connection.execute(_select_bootstrap, {"of_stream": stream}).one()
            if rows:
                connection.exec_driver_sql(_stage[stream], list(rows))
                look_ups = LOOK_UPS.get(stream)
                if look_ups is not None:
                    look_ups.stage(connection, rows, row.staged)
            checksum = int(row.checksum, 16) + sum(row_checksum(key, body) for key, body in rows)
            staged = row.staged + len(rows)
            connection.execute(
                _advance_bootstrap,
                {
                    "of_stream": stream,
                    "new_after_key": next_key,
                    "new_staged": staged,
                    "new_checksum": f"{checksum % _MODULUS:016x}",
                },
            )
        return BootstrapPoint(
            epoch=row.epoch, as_of=row.as_of, after_key=next_key, staged=staged, total=row.total
        )

    def finish_bootstrap(self, stream: str, keep_going: Callable[[], bool]) -> bool:
        """Index the staged rows, then put them in the place of the served ones in one transaction.

        Returns False when `keep_going` said no in between: the staged rows stay for the next time.
        """
        if not self._index_staged(stream, keep_going):
            return False
        with self._database.write() as connection:
            row = connection.execute(_select_bootstrap, {"of_stream": stream}).one()
            for name in (*_tables_of(stream), *_search_of(stream)):
                connection.exec_driver_sql(f"DROP TABLE {name}")
                connection.exec_driver_sql(f"ALTER TABLE {name}{STAGED} RENAME TO {name}")
            for name in _texts_of(stream):
                connection.exec_driver_sql(f"DROP TABLE {name}{STAGED}")
            connection.execute(_delete_bootstrap, {"of_stream": stream})
            cursor = Cursor(epoch=row.epoch, after=row.as_of, checksum=row.checksum)
            _store_cursor(connection, stream, cursor, row.staged, self._now())
        self._database.checkpoint()
        return True

    def abandon_bootstrap(self, stream: str) -> None:
        """Throw away what was staged."""
        with self._database.write() as connection:
            _drop_staged(connection, stream)
            connection.execute(_delete_bootstrap, {"of_stream": stream})

    def _index_staged(self, stream: str, keep_going: Callable[[], bool]) -> bool:
        if stream not in SEARCH_OF_STREAM:
            return keep_going()
        search, texts = SEARCH_OF_STREAM[stream]
        columns = SEARCH_TABLES[search]
        with self._database.write() as connection:
            # A text index that was broken off cannot be told from a whole one: it is made from nothing.
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {search}{STAGED}")
            connection.exec_driver_sql(search_table_sql(search, STAGED))
            _configure_search(connection, search, BULK_SEARCH)
        done: int | None = -1
        while done is not None:
            if not keep_going():
                return False
            with self._database.write() as connection:
                done = _index_batch(connection, f"{search}{STAGED}", f"{texts}{STAGED}", columns, done)
        pages = -MERGE_PAGES  # negative: begin to merge everything into one segment
        merging = True
        while merging:
            if not keep_going():
                return False
            with self._database.write() as connection:
                merging = _merge_search(connection, f"{search}{STAGED}", pages)
            pages = MERGE_PAGES
        with self._database.write() as connection:
            _configure_search(connection, search, USUAL_SEARCH)
        return keep_going()


def _index_batch(connection: Connection, search: str, texts: str, columns: str, done: int) -> int | None:
    """Index the next texts, all inside SQLite; return the last number, None when none was left."""
    some = f"SELECT number, {columns} FROM {texts} WHERE number > ? ORDER BY number LIMIT {INDEX_BATCH}"  # noqa: S608  # names of our own tables
    last = connection.exec_driver_sql(f"SELECT max(number) FROM ({some})", (done,)).scalar()  # noqa: S608  # as above
    if last is not None:
        connection.exec_driver_sql(f"INSERT INTO {search} (rowid, {columns}) {some}", (done,))  # as above
    return last


def _merge_search(connection: Connection, search: str, pages: int) -> bool:
    """Merge some pages of a text index; say whether there was anything left to merge."""
    driver = connection.connection.driver_connection
    assert driver is not None
    before = driver.total_changes
    connection.exec_driver_sql(
        f"INSERT INTO {search} ({search}, rank) VALUES ('merge', ?)",  # noqa: S608  # as above
        (pages,),
    )
    # The command itself counts as one change: https://www.sqlite.org/fts5.html#the_merge_command
    return bool(driver.total_changes - before >= 2)


def _configure_search(connection: Connection, search: str, options: dict[str, int]) -> None:
    for option, value in options.items():
        connection.exec_driver_sql(
            f"INSERT INTO {search}{STAGED} ({search}{STAGED}, rank) VALUES (?, ?)",  # noqa: S608  # as above
            (option, value),
        )


def _tables_of(stream: str) -> tuple[str, ...]:
    return (f"{stream}_rows", *LOOK_UPS_OF_STREAM.get(stream, ()))


def _search_of(stream: str) -> tuple[str, ...]:
    return (SEARCH_OF_STREAM[stream].search,) if stream in SEARCH_OF_STREAM else ()


def _texts_of(stream: str) -> tuple[str, ...]:
    return (SEARCH_OF_STREAM[stream].texts,) if stream in SEARCH_OF_STREAM else ()


def _drop_staged(connection: Connection, stream: str) -> None:
    for name in (*_tables_of(stream), *_texts_of(stream), *_search_of(stream)):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}{STAGED}")


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


def _stored_rows(connection: Connection, stream: str, keys: list[str]) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = dict.fromkeys(keys)
    for start in range(0, len(keys), _KEYS_PER_QUESTION):
        some = keys[start : start + _KEYS_PER_QUESTION]
        found.update((key, body) for key, body in connection.execute(_stored[stream], {"keys": some}))
    return found


def _write_rows(connection: Connection, stream: str, after: dict[str, bytes | None]) -> None:
    puts = [{"key": key, "body": body} for key, body in after.items() if body is not None]
    gone = [{"of_key": key} for key, body in after.items() if body is None]
    if puts:
        connection.execute(_put[stream], puts)
    if gone:
        connection.execute(_remove[stream], gone)
