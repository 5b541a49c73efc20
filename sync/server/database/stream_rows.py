"""The streams' rows: counter rows, what stands now, the log of versions, and who owns which code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from sync.protocol import STREAMS
from sync.server.clock import now_text
from sync.server.database.round_trip import Question, RoundTrip, answered
from sync.server.database.sessions import StreamId
from sync.server.database.shop_rows import texts_of
from sync.server.database.statements import chunks
from sync.server.database.tables import (
    product_identifier,
    stream_change,
    stream_head,
    stream_row,
    stream_version,
)

CHANNEL: Final = "evertill_streams"
"""Where PostgreSQL tells other server processes what was published, once it is committed."""

MOST_BY_KEY: Final = 5_000
"""Above so many keys the whole stream is read, and what is not wanted is left out here."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stream stands. Cursors below `floor` can no longer be served by changes."""

    head: int = 0
    floor: int = 0
    checksum: str = "0" * 16
    row_count: int = 0


_NOTIFY = select(func.pg_notify(CHANNEL, bindparam("said")))
_OF_HEAD = (stream_head.c.stream == bindparam("name"), stream_head.c.scope == bindparam("of"))
_OF_ROW = (stream_row.c.stream == bindparam("name"), stream_row.c.scope == bindparam("of"))
_READ_HEAD = select(*(stream_head.c[name] for name in Head.__struct_fields__)).where(*_OF_HEAD)
_LOCK_HEAD = _READ_HEAD.with_for_update()
_MOVE_HEAD = (
    update(stream_head)
    .where(*_OF_HEAD)
    .values({name: bindparam(f"new_{name}") for name in Head.__struct_fields__})
)
_REMOVE_ROW = delete(stream_row).where(*_OF_ROW, stream_row.c.key == bindparam("held_key"))
_REMOVE_IDENTIFIERS = delete(product_identifier).where(product_identifier.c.product_id == bindparam("owner"))
_ROWS = select(stream_row.c.key, stream_row.c.row).where(*_OF_ROW)
_VERSIONS_AFTER = (
    select(stream_version.c.seq, stream_version.c.change_count)
    .where(
        stream_version.c.stream == bindparam("name"),
        stream_version.c.scope == bindparam("of"),
        stream_version.c.seq > bindparam("above"),
        stream_version.c.seq <= bindparam("up_to"),
    )
    .order_by(stream_version.c.seq)
    .limit(bindparam("most"))
)
_CHANGES = (
    select(stream_change.c.seq, stream_change.c.op, stream_change.c.key, stream_change.c.row)
    .where(
        stream_change.c.stream == bindparam("name"),
        stream_change.c.scope == bindparam("of"),
        stream_change.c.seq > bindparam("above"),
        stream_change.c.seq <= bindparam("up_to"),
    )
    .order_by(stream_change.c.seq, stream_change.c.key)
)
"""Made once: every batch, every order and every question of a till runs some, and making a statement takes as
long as running it."""

_PUT_ROW = '("stream", "scope", "key") DO UPDATE SET "row" = excluded."row"'


def read_head(connection: Connection, stream: StreamId) -> Head:
    """Return where a stream stands; a stream that nothing was published in stands at 0."""
    return answered(connection, Question(_READ_HEAD, _named(stream), _heads)) or Head()


def read_heads(connection: Connection) -> dict[StreamId, int]:
    """Return the number of the newest version of every stream."""
    found = connection.execute(select(stream_head.c.stream, stream_head.c.scope, stream_head.c.head))
    return {(stream, scope): head for stream, scope, head in found}


def locking_head(trip: RoundTrip, stream: StreamId) -> Question[Head]:
    """Make the counter row of a stream when it is new, and return the question that locks it.

    Made and locked in one go, so that whoever publishes first in several streams keeps the order of all.
    """
    first = {"stream": stream[0], "scope": stream[1], **msgspec.structs.asdict(Head())}
    trip.add_rows(stream_head, [first], on_conflict="DO NOTHING")
    return Question(_LOCK_HEAD, _named(stream), lambda rows: _heads(rows) or Head())


def held_texts(dialect: str, stream: StreamId, keys: Collection[str]) -> Iterator[Question[dict[str, str]]]:
    """Yield the questions for what stands under keys of a stream, as the JSON text that is served."""
    if len(keys) > MOST_BY_KEY:
        wanted = set(keys)
        yield Question(_ROWS, _named(stream), lambda rows: {key: row for key, row in rows if key in wanted})
        return
    for some in chunks(keys):
        yield texts_of(dialect, stream, some)


def _named(stream: StreamId) -> dict[str, str]:
    return {"name": stream[0], "of": stream[1]}


def _heads(rows: Sequence[Any]) -> Head | None:
    for head, floor, checksum, row_count in rows:
        return Head(head=head, floor=floor, checksum=checksum, row_count=row_count)
    return None


def put_rows(trip: RoundTrip, stream: StreamId, puts: Mapping[str, str], removes: Sequence[str]) -> None:
    """Have a stream hold these texts under their keys, and nothing under those that are removed."""
    here = {"stream": stream[0], "scope": stream[1]}
    # In one order for everybody: rows of different streams are never wanted without their counter row.
    rows = [{**here, "key": key, "row": row} for key, row in puts.items()]
    trip.add_rows(stream_row, rows, on_conflict=_PUT_ROW)
    trip.tell(_REMOVE_ROW, [{**_named(stream), "held_key": key} for key in removes])


def log_changes(
    trip: RoundTrip, stream: StreamId, seq: int, changes: Sequence[tuple[str, str, str, str | None]]
) -> None:
    """Log what a version changes: each change its operation, key, row, and the row that it found."""
    here = {"stream": stream[0], "scope": stream[1], "seq": seq}
    trip.add_rows(
        stream_change,
        [
            {**here, "op": operation, "key": key, "row": row, "row_before": before}
            for operation, key, row, before in changes
        ],
    )


def add_version(trip: RoundTrip, stream: StreamId, head: Head, change_count: int) -> None:
    """Add a version, and move the counter row to it."""
    here = {"stream": stream[0], "scope": stream[1], "seq": head.head}
    row = {**here, "change_count": change_count, "published_at": now_text()}
    trip.add_rows(stream_version, [row])
    moved = {f"new_{name}": value for name, value in msgspec.structs.asdict(head).items()}
    trip.tell(_MOVE_HEAD, {**_named(stream), **moved})


def own_identifiers(
    trip: RoundTrip, former: Sequence[str], identifiers: Sequence[tuple[str, str, str]]
) -> None:
    """Take every identifier from the former owners, and give these: each its kind, value and product."""
    trip.tell(_REMOVE_IDENTIFIERS, [{"owner": product_id} for product_id in former])
    trip.add_rows(
        product_identifier,
        [{"kind": kind, "value": value, "product_id": owner} for kind, value, owner in identifiers],
    )


def tell_others(trip: RoundTrip, streams: Sequence[StreamId]) -> None:
    """Tell other server processes what is published, once it is committed; SQLite has no way to."""
    if trip.dialect == "postgresql":
        for name, scope in streams:
            trip.tell(_NOTIFY, {"said": f"{name} {scope}"})


def keys_held(connection: Connection, stream: StreamId) -> list[str]:
    """Return the keys of everything that a stream holds."""
    found = connection.execute(
        select(stream_row.c.key).where(stream_row.c.stream == stream[0], stream_row.c.scope == stream[1])
    )
    return list(found.scalars())


def versions_after(
    connection: Connection, stream: StreamId, *, after: int, head: int, limit: int
) -> list[tuple[int, int]]:
    """Return number and count of changes of the versions after one, at most so many."""
    found = connection.execute(
        _VERSIONS_AFTER, {**_named(stream), "above": after, "up_to": head, "most": limit}
    )
    return [(seq, count) for seq, count in found]


def changes_between(
    connection: Connection, stream: StreamId, *, after: int, last: int
) -> list[tuple[int, str, str, str]]:
    """Return number, operation, key and row of the changes after a version up to another."""
    found = connection.execute(_CHANGES, {**_named(stream), "above": after, "up_to": last})
    return [(seq, operation, key, row) for seq, operation, key, row in found]


def forget_changes(
    connection: Connection, *, published_before: str, streams: Sequence[str] = STREAMS
) -> None:
    """Drop the log of versions older than a moment; whoever is still behind them takes a snapshot."""
    version, change, head = stream_version, stream_change, stream_head
    old = connection.execute(
        select(version.c.stream, version.c.scope, func.max(version.c.seq))
        .where(version.c.published_at < published_before, version.c.stream.in_(streams))
        .group_by(version.c.stream, version.c.scope)
    ).all()
    order = {stream: place for place, stream in enumerate(STREAMS)}
    for stream, scope, last in sorted(old, key=lambda row: (order[row[0]], row[1])):
        here = (head.c.stream == stream, head.c.scope == scope)
        connection.execute(update(head).where(*here, head.c.floor < last).values(floor=last))
        for table in (change, version):
            connection.execute(
                delete(table).where(table.c.stream == stream, table.c.scope == scope, table.c.seq <= last)
            )


def hear_published(connection: Connection, wait_seconds: float) -> Iterator[frozenset[StreamId]]:
    """Yield what other processes publish to a PostgreSQL database, and at least every so often nothing.

    The connection is used up: it is closed for good when the generator ends.
    """
    connection.exec_driver_sql(f"LISTEN {CHANNEL}")
    connection.commit()
    raw = connection.connection.driver_connection
    assert raw is not None
    connection.detach()
    raw.autocommit = True
    while True:
        try:
            heard = [
                tuple(notice.payload.partition(" ")[::2])
                for notice in raw.notifies(timeout=wait_seconds, stop_after=1)
            ]
        except connection.dialect.loaded_dbapi.Error as error:
            raise DBAPIError("LISTEN", None, error) from error
        yield frozenset((stream, scope) for stream, scope in heard)
