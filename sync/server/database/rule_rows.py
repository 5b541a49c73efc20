"""Rows of streams as they were at a version: those of today, and what the log says they were before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)

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
    statement = _now(len(wanted[0]), has_keys=bool(wanted[1]))
    return dict(connection.execute(statement, _values(stream, wanted)).all())


def rows_before(
    connection: Connection, stream: StreamId, version: int, wanted: Wanted
) -> Mapping[str, str | None]:
    """Return what the first change after a version found of each wanted row that changed since.

    Empty for a row that was not there, None when the log did not keep it yet.
    """
    statement = _before(len(wanted[0]), has_keys=bool(wanted[1]))
    return dict(connection.execute(statement, {**_values(stream, wanted), "version": version}).all())


@cache
def _now(ranges: int, *, has_keys: bool) -> Select[Any]:
    table = stream_row
    return select(table.c.key, table.c.row).where(_matches(table, ranges, has_keys=has_keys))


@cache
def _before(ranges: int, *, has_keys: bool) -> Select[Any]:
    # Made once, as all that runs for each sale. And a statement with a part of its own is a circle of some
    # thirty values, which lies in memory until a process that serves looks for circles.
    table = stream_change
    first = (
        select(table.c.key, func.min(table.c.seq).label("seq"))
        .where(_matches(table, ranges, has_keys=has_keys), table.c.seq > bindparam("version"))
        .group_by(table.c.key)
        .subquery()
    )
    return (
        select(table.c.key, table.c.row_before)
        .join(first, and_(table.c.key == first.c.key, table.c.seq == first.c.seq))
        .where(_is_of_stream(table))
    )


def _matches(table: Table, ranges: int, *, has_keys: bool) -> ColumnElement[bool]:
    # Ranges, not patterns: they are answered from the primary key.
    between = [
        and_(table.c.key >= bindparam(f"from_{one}"), table.c.key < bindparam(f"below_{one}"))
        for one in range(ranges)
    ]
    of_keys = [table.c.key.in_(bindparam("keys", expanding=True))] if has_keys else []
    return and_(_is_of_stream(table), or_(false(), *between, *of_keys))


def _is_of_stream(table: Table) -> ColumnElement[bool]:
    return and_(table.c.stream == bindparam("stream_name"), table.c.scope == bindparam("stream_scope"))


def _values(stream: StreamId, wanted: Wanted) -> dict[str, Any]:
    beginnings, keys = wanted
    values: dict[str, Any] = {"stream_name": stream[0], "stream_scope": stream[1]}
    for place, one in enumerate(beginnings):
        values |= {f"from_{place}": one, f"below_{place}": f"{one[:-1]}{chr(ord(one[-1]) + 1)}"}
    return {**values, "keys": list(keys)} if keys else values
