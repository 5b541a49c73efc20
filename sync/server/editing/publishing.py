"""Publishes edited rows in one transaction, unless somebody else has changed them meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from sync.protocol import Row
from sync.server.database.sessions import StreamId
from sync.server.database.shop_rows import row_texts
from sync.server.streams import Publication, lock_streams, publish

Seen = Mapping[str, str]
"""What an editor has seen: a mark (see `mark_of`) by stream key."""


class ChangedRow(msgspec.Struct, frozen=True):
    """A row that is not as the editor has seen it: as it stands now, empty when it is gone."""

    store_id: str
    key: str
    text: str


class RowsChanged(Exception):
    """Somebody else changed these rows after they were shown; nothing was published."""

    def __init__(self, rows: Sequence[ChangedRow]) -> None:
        super().__init__(f"{len(rows)} rows were changed meanwhile")
        self.rows = tuple(rows)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change in one stream of one store, and how the editor has seen the rows before."""

    store_id: str
    seen: Seen
    stream: str = "prices"
    puts: Sequence[Row] = ()
    removes: Sequence[str] = ()

    @property
    def stream_id(self) -> StreamId:
        return (self.stream, self.store_id)


def mark_of(text: str) -> str:
    """Return a short mark of a row's text, empty for a row that is not there."""
    return hashlib.sha256(text.encode()).hexdigest()[:32] if text else ""


def marks_of(connection: Connection, store_id: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the marks of rows in a store's prices as they stand now."""
    texts = row_texts(connection, prices_of_store(store_id), keys)
    return {key: mark_of(texts.get(key, "")) for key in keys}


def lock_prices(connection: Connection, store_ids: Sequence[str]) -> None:
    """Keep others from publishing prices of these stores until the commit, so that what is read stays."""
    lock_streams(connection, [prices_of_store(one) for one in store_ids])


def publish_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Publish in all stores at once; raises `RowsChanged` when a row is not as it was seen.

    The transaction must be undone then; call it last in one.
    """
    lock_streams(connection, [change.stream_id for change in changes])
    changed = [
        ChangedRow(change.store_id, key, texts.get(key, ""))
        for change in changes
        for texts in [row_texts(connection, change.stream_id, list(change.seen))]
        for key, mark in change.seen.items()
        if mark_of(texts.get(key, "")) != mark
    ]
    if changed:
        raise RowsChanged(changed)
    publish(
        connection,
        {change.stream_id: Publication(puts=change.puts, removes=change.removes) for change in changes},
    )


def prices_of_store(store_id: str) -> StreamId:
    """Return the stream of a store's prices."""
    return ("prices", store_id)
