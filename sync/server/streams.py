"""Streams: what the centre publishes to tills, version by version.

A *version* is everything that one transaction published in one stream; all its changes carry the
same number. The number comes from the stream's counter row, which is locked until the transaction
commits, so numbers are gapless and in commit order, and a reader of `seq > after` misses nothing.
Streams are always taken in the order of `sync.protocol.STREAMS`, then by scope, so that two writers
cannot wait for each other. Publish once in a transaction, and last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from retail.catalogue import Product
from sync.protocol import MAX_PAGE_ROWS, STREAM_OF_ROW, STREAMS, Change, ChangePage, Row, row_checksum
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.round_trip import Answer, Question, RoundTrip, answered
from sync.server.database.sessions import StreamId, note_published
from sync.server.database.shop_rows import texts_of
from sync.server.database.statements import chunks, insert_missing
from sync.server.database.upgrade import epoch_of

LARGEST_VERSION = 4 * MAX_PAGE_ROWS
"""A version is never split across pages. One with more changes than this is not served as changes at
all: whoever is behind it is told to restart, which a snapshot does faster."""

CHAIN_WIDE = frozenset({"catalogue"})
"""Streams that every store shares; the others are per store."""

SEEN_AGAIN = frozenset({"catalogue", "prices", "members", "settings"})
"""Streams whose log keeps what each change found: sales are priced again with the rules of their day."""

SHORT_LOGS = ("stock", "orders")
"""Streams that change all day long, and whose rows are large: their log is kept for two days only."""

_CHANNEL = "evertill_streams"
"""Where PostgreSQL tells other server processes what was published, once it is committed."""

_CHECKSUM_MODULUS = 2**64
_row_encoder = msgspec.json.Encoder()


_NOTIFY = select(func.pg_notify(_CHANNEL, bindparam("said")))
_OF_HEAD = (
    tables.stream_head.c.stream == bindparam("name"),
    tables.stream_head.c.scope == bindparam("of"),
)
_OF_ROW = (
    tables.stream_row.c.stream == bindparam("name"),
    tables.stream_row.c.scope == bindparam("of"),
)
_READ_HEAD = select(
    *(tables.stream_head.c[name] for name in ("head", "floor", "checksum", "row_count"))
).where(*_OF_HEAD)
_LOCK_HEAD = _READ_HEAD.with_for_update()
_MOVE_HEAD = (
    update(tables.stream_head)
    .where(*_OF_HEAD)
    .values({name: bindparam(f"new_{name}") for name in ("head", "floor", "checksum", "row_count")})
)
_ADD_ROW, _ADD_CHANGE, _ADD_VERSION = (
    table.insert() for table in (tables.stream_row, tables.stream_change, tables.stream_version)
)
_CHANGE_ROW = (
    update(tables.stream_row)
    .where(*_OF_ROW, tables.stream_row.c.key == bindparam("held_key"))
    .values(row=bindparam("new_row"))
)
_REMOVE_ROW = delete(tables.stream_row).where(*_OF_ROW, tables.stream_row.c.key == bindparam("held_key"))
_ADD_IDENTIFIER = tables.product_identifier.insert()
_REMOVE_IDENTIFIERS = delete(tables.product_identifier).where(
    tables.product_identifier.c.product_id == bindparam("owner")
)
_ROWS = select(tables.stream_row.c.key, tables.stream_row.c.row).where(*_OF_ROW)
"""Made once: every batch and every order runs them, and making a statement takes as long as running it."""


class UnknownStream(LookupError):
    """A stream that this version of the protocol does not have."""


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What changes in one stream: rows to put, and keys (`<tag>:<key>`) to remove."""

    puts: Sequence[Row] = ()
    removes: Sequence[str] = ()


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stream stands. Cursors below `floor` can no longer be served by changes."""

    head: int = 0
    floor: int = 0
    checksum: str = "0" * 16
    row_count: int = 0


def tag_of(row: Row) -> str:
    """Return the row tag, such as `product`."""
    tag = type(row).__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def key_of(row: Row) -> str:
    """Return a row's key within its stream."""
    return f"{tag_of(row)}:{row.key}"


def stream_id(stream: str, store_id: str) -> StreamId:
    """Return the stream as one store sees it; raises `UnknownStream`."""
    if stream not in STREAMS:
        raise UnknownStream(stream)
    return (stream, "" if stream in CHAIN_WIDE else store_id)


def stream_of(row: Row, store_id: str) -> StreamId:
    """Return the stream that a row travels in."""
    return stream_id(STREAM_OF_ROW[tag_of(row)], store_id)


def read_head(connection: Connection, stream: StreamId) -> Head:
    """Return where a stream stands; a stream that nothing was published in stands at 0."""
    return answered(connection, _question_of_head(stream, lock=False)) or Head()


def lock_streams(connection: Connection, streams: Iterable[StreamId]) -> None:
    """Take the counter rows of streams in the one order that everybody keeps, until the commit."""
    trip = RoundTrip(connection)
    publishing = Publishing(trip, dict.fromkeys(streams, ()))
    trip.run()
    publishing.begin()


def publish(connection: Connection, publications: Mapping[StreamId, Publication]) -> dict[StreamId, int]:
    """Publish in several streams at once; return the heads of those that really changed.

    A row that is put as it already stands is no change. Product codes and item numbers are kept
    unique: the database refuses a second owner with an integrity error.
    """
    trip = RoundTrip(connection)
    publishing = Publishing(trip, {stream: keys_of(one) for stream, one in publications.items()})
    trip.run()
    heads = publishing.write(trip, publications)
    trip.run()
    return heads


class Publishing:
    """The two halves of `publish`, for who has more to say on the same ways to the database.

    Made with the keys that will be put or removed, it puts on a round trip that the counter rows be locked
    and what stands under the keys be read; once that was run, `write` puts the rest on another.
    """

    def __init__(self, trip: RoundTrip, keys: Mapping[StreamId, Collection[str]]) -> None:
        self._connection = trip.connection
        self._keys = keys
        self._heads: dict[StreamId, Answer[Head | None]] = {}
        self._held: dict[StreamId, list[Answer[dict[str, str]]]] = {}
        for stream in _ordered(keys):
            self._heads[stream] = trip.ask(_question_of_head(stream, lock=True))
            self._held[stream] = [
                trip.ask(one) for one in _questions_of_held(trip.dialect, stream, keys[stream])
            ]

    def begin(self) -> None:
        """Make the counter rows that are not there yet, and have them locked like the others."""
        for stream in self._heads:
            if self._heads[stream].value is None:
                first = {"stream": stream[0], "scope": stream[1], **msgspec.structs.asdict(Head())}
                insert_missing(self._connection, tables.stream_head, [first])
                # Whoever made it first may have published in it: what stands there is read again.
                trip = RoundTrip(self._connection)
                again = Publishing(trip, {stream: self._keys[stream]})
                trip.run()
                self._heads |= again._heads
                self._held |= again._held

    def write(self, trip: RoundTrip, publications: Mapping[StreamId, Publication]) -> dict[StreamId, int]:
        """Put on a round trip what is published; return the heads of the streams that really change."""
        self.begin()
        heads: dict[StreamId, int] = {}
        for stream, answer in self._heads.items():
            head = answer.value
            held: dict[str, str] = {}
            assert head is not None
            for some in self._held[stream]:
                held |= some.value
            new = _publish_one(trip, stream, publications[stream], head, held)
            if new is not None:
                heads[stream] = new
        if heads:
            note_published(trip.connection, frozenset(heads))
            if trip.dialect == "postgresql":
                for name, scope in heads:
                    trip.tell(_NOTIFY, {"said": f"{name} {scope}"})
        return heads


def keys_of(publication: Publication) -> list[str]:
    """Return the stream keys that a publication is about."""
    return [*(key_of(row) for row in publication.puts), *publication.removes]


def replacement(connection: Connection, stream: StreamId, rows: Sequence[Row], tags: set[str]) -> Publication:
    """Return the publication after which the stream holds exactly these rows of these tags."""
    wanted = {key_of(row) for row in rows}
    table = tables.stream_row
    held = connection.execute(
        select(table.c.key).where(table.c.stream == stream[0], table.c.scope == stream[1])
    ).scalars()
    removes = [key for key in held if key.partition(":")[0] in tags and key not in wanted]
    return Publication(puts=rows, removes=removes)


def changes_page(
    connection: Connection, stream: StreamId, *, epoch: str, after: int, limit: int
) -> ChangePage:
    """Return the versions after a cursor: whole ones, at least one, and about `limit` changes."""
    own_epoch = epoch_of(connection)
    head = read_head(connection, stream)
    restart = (epoch not in ("", own_epoch)) or after > head.head or after < head.floor
    if restart or after == head.head:
        return _page(stream, own_epoch, head, (), after, restart=restart)
    last = _last_version(connection, stream, after=after, head=head.head, limit=limit)
    table = tables.stream_change
    found = connection.execute(
        select(table.c.seq, table.c.op, table.c.key, table.c.row)
        .where(
            table.c.stream == stream[0],
            table.c.scope == stream[1],
            table.c.seq > after,
            table.c.seq <= last,
        )
        .order_by(table.c.seq, table.c.key)
    )
    changes = tuple(
        Change(seq=seq, op=op, key=key, row=msgspec.Raw(row.encode())) for seq, op, key, row in found
    )
    return _page(stream, own_epoch, head, changes, last, restart=False)


def hear_published(connection: Connection, wait_seconds: float) -> Iterator[frozenset[StreamId]]:
    """Yield what other processes publish to a PostgreSQL database, and at least every so often nothing.

    The connection is used up: it is closed for good when the generator ends.
    """
    connection.exec_driver_sql(f"LISTEN {_CHANNEL}")
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


def forget_changes(
    connection: Connection, *, published_before: str, streams: Sequence[str] = STREAMS
) -> None:
    """Drop the log of versions older than a moment; whoever is still behind them takes a snapshot."""
    version, change, head = tables.stream_version, tables.stream_change, tables.stream_head
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


def _page(
    stream: StreamId, epoch: str, head: Head, changes: tuple[Change, ...], next_after: int, *, restart: bool
) -> ChangePage:
    return ChangePage(
        stream=stream[0],
        epoch=epoch,
        changes=changes,
        next_after=next_after,
        head=head.head,
        checksum=head.checksum,
        restart=restart,
    )


def _last_version(connection: Connection, stream: StreamId, *, after: int, head: int, limit: int) -> int:
    version = tables.stream_version
    found = connection.execute(
        select(version.c.seq, version.c.change_count)
        .where(
            version.c.stream == stream[0],
            version.c.scope == stream[1],
            version.c.seq > after,
            version.c.seq <= head,
        )
        .order_by(version.c.seq)
        .limit(limit)
    )
    last, changes = after, 0
    for seq, change_count in found:
        if last > after and changes + change_count > limit:
            break
        last, changes = seq, changes + change_count
    return last


def _ordered(streams: Iterable[StreamId]) -> list[StreamId]:
    order = {stream: place for place, stream in enumerate(STREAMS)}
    return sorted(streams, key=lambda stream: (order[stream[0]], stream[1]))


def _question_of_head(stream: StreamId, *, lock: bool) -> Question[Head | None]:
    return Question(_LOCK_HEAD if lock else _READ_HEAD, {"name": stream[0], "of": stream[1]}, _head_of)


def _head_of(rows: Sequence[Any]) -> Head | None:
    for head, floor, checksum, row_count in rows:
        return Head(head=head, floor=floor, checksum=checksum, row_count=row_count)
    return None


def _publish_one(
    trip: RoundTrip, stream: StreamId, publication: Publication, head: Head, held: Mapping[str, str]
) -> int | None:
    rows = {key_of(row): row for row in publication.puts}
    texts = {key: _row_encoder.encode(row).decode() for key, row in rows.items()}
    puts = {key: text for key, text in texts.items() if held.get(key) != text}
    removes = sorted(key for key in set(publication.removes) if key in held and key not in texts)
    if not puts and not removes:
        return None
    _keep_identifiers(trip, [rows[key] for key in puts], [*puts, *removes], held)
    _store_rows(trip, stream, puts, removes, held)
    checksum = int(head.checksum, 16)
    for key, text in puts.items():
        checksum += row_checksum(key, text.encode())
    for key in (*puts, *removes):
        if key in held:
            checksum -= row_checksum(key, held[key].encode())
    new = Head(
        head=head.head + 1,
        floor=head.floor,
        checksum=f"{checksum % _CHECKSUM_MODULUS:016x}",
        row_count=head.row_count + sum(key not in held for key in puts) - len(removes),
    )
    return _log_version(trip, stream, new, puts, removes, held)


def _log_version(
    trip: RoundTrip,
    stream: StreamId,
    head: Head,
    puts: Mapping[str, str],
    removes: Sequence[str],
    held: Mapping[str, str],
) -> int:
    here = {"stream": stream[0], "scope": stream[1], "seq": head.head}
    count = len(puts) + len(removes)
    if count > LARGEST_VERSION:
        head = msgspec.structs.replace(head, floor=head.head)
    else:
        changes = [(key, "put", text) for key, text in puts.items()]
        changes += [(key, "remove", "null") for key in removes]
        before, empty = (held, "") if stream[0] in SEEN_AGAIN else ({}, None)
        trip.tell(
            _ADD_CHANGE,
            [
                {**here, "op": op, "key": key, "row": row, "row_before": before.get(key, empty)}
                for key, op, row in changes
            ],
        )
    version = {**here, "change_count": count, "published_at": now_text()}
    trip.tell(_ADD_VERSION, version)
    moved = {f"new_{name}": value for name, value in msgspec.structs.asdict(head).items()}
    trip.tell(_MOVE_HEAD, {"name": stream[0], "of": stream[1], **moved})
    return head.head


def _questions_of_held(
    dialect: str, stream: StreamId, keys: Collection[str]
) -> Iterator[Question[dict[str, str]]]:
    if len(keys) > 5_000:
        wanted, here = set(keys), {"name": stream[0], "of": stream[1]}
        yield Question(_ROWS, here, lambda rows: {key: row for key, row in rows if key in wanted})
        return
    for some in chunks(keys):
        yield texts_of(dialect, stream, some)


def _store_rows(
    trip: RoundTrip,
    stream: StreamId,
    puts: Mapping[str, str],
    removes: Sequence[str],
    held: Mapping[str, str],
) -> None:
    here = {"stream": stream[0], "scope": stream[1]}
    trip.tell(_ADD_ROW, [{**here, "key": key, "row": row} for key, row in puts.items() if key not in held])
    of = {"name": stream[0], "of": stream[1]}
    changed = [{**of, "held_key": key, "new_row": row} for key, row in puts.items() if key in held]
    trip.tell(_CHANGE_ROW, changed)
    trip.tell(_REMOVE_ROW, [{**of, "held_key": key} for key in removes])


def _keep_identifiers(
    trip: RoundTrip, puts: Sequence[Row], touched: Sequence[str], held: Mapping[str, str]
) -> None:
    former = [
        {"owner": key.removeprefix("product:")}
        for key in touched
        if key.startswith("product:") and key in held
    ]
    trip.tell(_REMOVE_IDENTIFIERS, former)
    identifiers = [
        {"kind": kind, "value": value, "product_id": row.product_id}
        for row in puts
        if isinstance(row, Product)
        for kind, values in (("sku", (row.sku,)), ("code", row.codes))
        for value in values
    ]
    trip.tell(_ADD_IDENTIFIER, identifiers)
