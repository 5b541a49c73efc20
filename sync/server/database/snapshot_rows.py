"""The rows of a stream in the order of their keys: some of them, or all without holding them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, func, select

from sync.server.database import tables
from sync.server.database.sessions import StreamId

ROWS_AT_ONCE = 5_000
"""How many rows are fetched in one go while all are read."""

_row, _version = tables.stream_row, tables.stream_version
_ROWS = (
    select(_row.c.key, _row.c.row)
    .where(_row.c.stream == bindparam("name"), _row.c.scope == bindparam("of"))
    .order_by(_row.c.key)
)
_AFTER = _ROWS.where(_row.c.key > bindparam("after")).limit(bindparam("most"))
_CHANGED = select(func.coalesce(func.sum(_version.c.change_count), 0)).where(
    _version.c.stream == bindparam("name"),
    _version.c.scope == bindparam("of"),
    _version.c.seq > bindparam("after"),
)


def rows_after(connection: Connection, stream: StreamId, after_key: str, most: int) -> list[tuple[str, str]]:
    """Return keys and JSON texts of the rows that come after a key."""
    given = {"name": stream[0], "of": stream[1], "after": after_key, "most": most}
    return [(key, text) for key, text in connection.execute(_AFTER, given)]


def every_row(connection: Connection, stream: StreamId) -> Iterator[tuple[str, str]]:
    """Yield keys and JSON texts of all rows, `ROWS_AT_ONCE` of them in memory."""
    given = {"name": stream[0], "of": stream[1]}
    with connection.execution_options(yield_per=ROWS_AT_ONCE).execute(_ROWS, given) as found:
        for some in found.partitions():
            yield from ((key, text) for key, text in some)


def changes_since(connection: Connection, stream: StreamId, version: int) -> int:
    """Return how many rows the versions above this one put or removed, also those no longer in the log."""
    given = {"name": stream[0], "of": stream[1], "after": version}
    return int(connection.execute(_CHANGED, given).scalar_one())
