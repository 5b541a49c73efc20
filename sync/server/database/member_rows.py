"""Members as the tills of each store have them, and the ledger of their points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from retail.member import Member
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.round_trip import Question, RoundTrip, answered
from sync.server.database.statements import among, chunks

_decoder = msgspec.json.Decoder(Member)


def add_points(connection: Connection, granted: Sequence[tuple[str, str, int]]) -> None:
    """Write points in the ledger, as `(sale or return, member, points)`; the database refuses one twice."""
    moment = now_text()
    trip = RoundTrip(connection)
    trip.add_rows(
        tables.member_points,
        [
            {"sale_id": source_id, "member_id": member_id, "points": points, "granted_at": moment}
            for source_id, member_id, points in granted
        ],
    )
    trip.run()


def scopes_of_members(connection: Connection, member_ids: Collection[str]) -> list[str]:
    """Return the stores whose tills have any of these members."""
    return sorted({scope for scope, _ in _rows(connection, member_ids)})


def members_by_id(connection: Connection, member_ids: Collection[str]) -> list[tuple[str, Member]]:
    """Return the rows of members in every store that has them, with the store."""
    return [(scope, _decoder.decode(text)) for scope, text in _rows(connection, member_ids)]


def _rows(connection: Connection, member_ids: Collection[str]) -> list[tuple[str, str]]:
    statement, found = _with_store(connection.dialect.name), list[tuple[str, str]]()
    for some in chunks(sorted(f"member:{one}" for one in member_ids)):
        found += answered(connection, Question(statement, {"keys": some}, list))
    return found


@cache
def _with_store(dialect: str) -> Select[Any]:
    row, head = tables.stream_row, tables.stream_head
    # Store by store, each by the primary key: all members of all stores together are many.
    stores = select(head.c.scope).where(head.c.stream == "members")
    return (
        select(row.c.scope, row.c.row)
        .where(row.c.stream == "members", row.c.scope.in_(stores), among(dialect, row.c.key, "keys"))
        .order_by(row.c.scope, row.c.key)
    )
