"""Rows of streams as they were at a version: those of today, and what the log says they were before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, and_, false, func, or_, select

from sync.server.database.sessions import StreamId
from sync.server.database.statements import chunks
from sync.server.database.tables import stream_change, stream_row

RANGES_AT_ONCE: Final = 100
"""Below SQLite's limit for the depth of an expression."""

Wanted = tuple[Sequence[str], Sequence[str]]
"""Beginnings of keys, and whole keys: what one statement looks for."""


def in_parts(beginnings: Iterable[str], keys: Iterable[str]) -> list[Wanted]:
    """Return what is wanted in parts that one statement takes."""
    ranges: list[Wanted] = [(some, ()) for some in chunks(sorted(set(beginnings)), RANGES_AT_ONCE)]
    return [*ranges, *(((), some) for some in chunks(sorted(set(keys))))]


def rows_now(connection: Connection, stream: StreamId, wanted: Wanted) -> dict[str, str]:
    """Return the wanted rows as they are served, by key."""
    table = stream_row
    rows = connection.execute(select(table.c.key, table.c.row).where(_matches(table, stream, wanted)))
    return dict(rows.all())


def rows_before(
    connection: Connection, stream: StreamId, version: int, wanted: Wanted
) -> Mapping[str, str | None]:
    """Return what the first change after a version found of each wanted row that changed since.

    Empty for a row that was not there, None when the log did not keep it yet.
    """
    table = stream_change
    first = (
        select(table.c.key, func.min(table.c.seq).label("seq"))
        .where(_matches(table, stream, wanted), table.c.seq > version)
        .group_by(table.c.key)
        .subquery()
    )
    changed = connection.execute(
        select(table.c.key, table.c.row_before)
        .join(first, and_(table.c.key == first.c.key, table.c.seq == first.c.seq))
        .where(table.c.stream == stream[0], table.c.scope == stream[1])
    )
    return dict(changed.all())


def _matches(table: Table, stream: StreamId, wanted: Wanted) -> ColumnElement[bool]:
    beginnings, keys = wanted
    # Ranges, not patterns: they are answered from the primary key.
    ranges = [
        and_(table.c.key >= one, table.c.key < f"{one[:-1]}{chr(ord(one[-1]) + 1)}") for one in beginnings
    ]
    of_keys = [table.c.key.in_(keys)] if keys else []
    return and_(table.c.stream == stream[0], table.c.scope == stream[1], or_(false(), *ranges, *of_keys))
