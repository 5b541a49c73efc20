"""Members as the tills of each store have them, and the ledger of their points."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection, select

from retail.member import Member
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.statements import chunks

_decoder = msgspec.json.Decoder(Member)


def add_points(connection: Connection, granted: Sequence[tuple[str, str, int]]) -> None:
    """Write points in the ledger, as `(sale or return, member, points)`; the database refuses one twice."""
    moment = now_text()
    connection.execute(
        tables.member_points.insert(),
        [
            {"sale_id": source_id, "member_id": member_id, "points": points, "granted_at": moment}
            for source_id, member_id, points in granted
        ],
    )


def scopes_of_members(connection: Connection, member_ids: Collection[str]) -> list[str]:
    """Return the stores whose tills have any of these members."""
    table, found = tables.stream_row, set[str]()
    for some in chunks(_keys(member_ids)):
        here = (table.c.stream == "members", table.c.key.in_(some))
        found |= set(connection.execute(select(table.c.scope).where(*here).distinct()).scalars())
    return sorted(found)


def members_by_id(connection: Connection, member_ids: Collection[str]) -> list[tuple[str, Member]]:
    """Return the rows of members in every store that has them, with the store."""
    table, found = tables.stream_row, list[tuple[str, Member]]()
    for some in chunks(_keys(member_ids)):
        rows = connection.execute(
            select(table.c.scope, table.c.row)
            .where(table.c.stream == "members", table.c.key.in_(some))
            .order_by(table.c.scope, table.c.key)
        )
        found += [(scope, _decoder.decode(text)) for scope, text in rows]
    return found


def _keys(member_ids: Collection[str]) -> list[str]:
    return sorted(f"member:{one}" for one in member_ids)
