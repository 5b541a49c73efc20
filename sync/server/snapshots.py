"""Snapshots: a stream's rows, page by page, for a till that starts from nothing."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from sync.protocol import SnapshotPage
from sync.server.database import tables
from sync.server.database.sessions import StreamId
from sync.server.database.upgrade import epoch_of
from sync.server.streams import read_head


def snapshot_page(
    connection: Connection, stream: StreamId, *, as_of: int, after_key: str, limit: int
) -> SnapshotPage:
    """Return the rows whose keys come after `after_key`, in key order, at most `limit`.

    The first page (`as_of` 0) says at which head the snapshot began; the next ones repeat it. Rows
    that changed meanwhile are served as they are now: the changes after `as_of` bring the till to the
    same place. The checksum is that of the head at the moment of this page.
    """
    head = read_head(connection, stream)
    table = tables.stream_row
    found = connection.execute(
        select(table.c.key, table.c.row)
        .where(table.c.stream == stream[0], table.c.scope == stream[1], table.c.key > after_key)
        .order_by(table.c.key)
        .limit(limit + 1)
    ).all()
    page = found[:limit]
    return SnapshotPage(
        stream=stream[0],
        epoch=epoch_of(connection),
        as_of=as_of if 0 < as_of <= head.head else head.head,
        rows=tuple(msgspec.Raw(row.encode()) for _key, row in page),
        keys=tuple(row.key for row in page),
        next_key=page[-1].key if page else after_key,
        total=head.row_count,
        checksum=head.checksum,
        last=len(found) <= limit,
    )
