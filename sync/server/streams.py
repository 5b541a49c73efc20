"""Streams: what the centre publishes to tills, version by version.

A *version* is everything that one transaction published in one stream; all its changes carry the
same number. The number comes from the stream's counter row, which is locked until the transaction
commits, so numbers are gapless and in commit order, and a reader of `seq > after` misses nothing.
Streams are always taken in the order of `sync.protocol.STREAMS`, then by scope, so that two writers
cannot wait for each other. Publish once in a transaction, and last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from retail.catalogue import Product
from sync.protocol import MAX_PAGE_ROWS, STREAM_OF_ROW, STREAMS, Change, ChangePage, Row, row_checksum
from sync.server.database import stream_rows
from sync.server.database.round_trip import Answer, RoundTrip
from sync.server.database.sessions import StreamId, note_published
from sync.server.database.stream_rows import Head as Head
from sync.server.database.stream_rows import forget_changes as forget_changes
from sync.server.database.stream_rows import hear_published as hear_published
from sync.server.database.stream_rows import read_head as read_head
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

_CHECKSUM_MODULUS = 2**64
_row_encoder = msgspec.json.Encoder()


class UnknownStream(LookupError):
    """A stream that this version of the protocol does not have."""


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What changes in one stream: rows to put, and keys (`<tag>:<key>`) to remove."""

    puts: Sequence[Row] = ()
    removes: Sequence[str] = ()


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


def lock_streams(connection: Connection, streams: Iterable[StreamId]) -> None:
    """Take the counter rows of streams in the one order that everybody keeps, until the commit."""
    trip = RoundTrip(connection)
    Publishing(trip, dict.fromkeys(streams, ()))
    trip.run()


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
        self._heads: dict[StreamId, Answer[Head]] = {}
        self._held: dict[StreamId, list[Answer[dict[str, str]]]] = {}
        for stream in _ordered(keys):
            self._heads[stream] = trip.ask(stream_rows.locking_head(trip, stream))
            self._held[stream] = [
                trip.ask(one) for one in stream_rows.held_texts(trip.dialect, stream, keys[stream])
            ]

    def write(self, trip: RoundTrip, publications: Mapping[StreamId, Publication]) -> dict[StreamId, int]:
        """Put on a round trip what is published; return the heads of the streams that really change."""
        heads: dict[StreamId, int] = {}
        for stream, answer in self._heads.items():
            held: dict[str, str] = {}
            for some in self._held[stream]:
                held |= some.value
            new = _publish_one(trip, stream, publications[stream], answer.value, held)
            if new is not None:
                heads[stream] = new
        if heads:
            note_published(trip.connection, heads)
            stream_rows.tell_others(trip, list(heads))
        return heads


def keys_of(publication: Publication) -> list[str]:
    """Return the stream keys that a publication is about."""
    return [*(key_of(row) for row in publication.puts), *publication.removes]


def replacement(connection: Connection, stream: StreamId, rows: Sequence[Row], tags: set[str]) -> Publication:
    """Return the publication after which the stream holds exactly these rows of these tags."""
    wanted = {key_of(row) for row in rows}
    held = stream_rows.keys_held(connection, stream)
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
    found = stream_rows.changes_between(connection, stream, after=after, last=last)
    changes = tuple(
        Change(seq=seq, op=op, key=key, row=msgspec.Raw(row.encode())) for seq, op, key, row in found
    )
    return _page(stream, own_epoch, head, changes, last, restart=False)


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
    found = stream_rows.versions_after(connection, stream, after=after, head=head, limit=limit)
    last, changes = after, 0
    for seq, change_count in found:
        if last > after and changes + change_count > limit:
            break
        last, changes = seq, changes + change_count
    return last


def _ordered(streams: Iterable[StreamId]) -> list[StreamId]:
    order = {stream: place for place, stream in enumerate(STREAMS)}
    return sorted(streams, key=lambda stream: (order[stream[0]], stream[1]))


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
    stream_rows.put_rows(trip, stream, puts, removes)
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
    count = len(puts) + len(removes)
    if count > LARGEST_VERSION:
        head = msgspec.structs.replace(head, floor=head.head)
    else:
        before, empty = (held, "") if stream[0] in SEEN_AGAIN else ({}, None)
        changes = [("put", key, text, before.get(key, empty)) for key, text in puts.items()]
        changes += [("remove", key, "null", before.get(key, empty)) for key in removes]
        stream_rows.log_changes(trip, stream, head.head, changes)
    stream_rows.add_version(trip, stream, head, count)
    return head.head


def _keep_identifiers(
    trip: RoundTrip, puts: Sequence[Row], touched: Sequence[str], held: Mapping[str, str]
) -> None:
    former = [key.removeprefix("product:") for key in touched if key.startswith("product:") and key in held]
    identifiers = [
        (kind, value, row.product_id)
        for row in puts
        if isinstance(row, Product)
        for kind, values in (("sku", (row.sku,)), ("code", row.codes))
        for value in values
    ]
    stream_rows.own_identifiers(trip, former, identifiers)
