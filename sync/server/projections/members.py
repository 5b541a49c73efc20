"""`sale.completed` → the member's points: granted once per sale, then published to every store's tills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from retail.events import SaleCompleted
from sync.protocol import Member, Row
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.landed import Landed
from sync.server.streams import Publication, lock_streams, publish

_row_decoder: msgspec.json.Decoder[Row] = msgspec.json.Decoder(Row)


def apply_points(connection: Connection, landed: Sequence[Landed[SaleCompleted]]) -> None:
    """Add the points of sales to their members' rows.

    The rows are read under the lock of their streams, so that two tills that serve the same member at
    once both count.
    """
    granted: dict[str, int] = defaultdict(int)
    ledger = []
    for event in landed:
        member = event.fact.sale.member
        if member is None or member.points_earned == 0:
            continue
        granted[member.member_id] += member.points_earned
        ledger.append(
            {
                "sale_id": event.fact.sale.sale_id,
                "member_id": member.member_id,
                "points": member.points_earned,
                "granted_at": now_text(),
            }
        )
    if not ledger:
        return
    connection.execute(tables.member_points.insert(), ledger)
    keys = [f"member:{member_id}" for member_id in granted]
    table = tables.stream_row
    here = (table.c.stream == "members", table.c.key.in_(keys))
    scopes = connection.execute(select(table.c.scope).where(*here).distinct()).scalars().all()
    lock_streams(connection, [("members", scope) for scope in scopes])
    puts: dict[str, list[Row]] = defaultdict(list)
    for scope, text in connection.execute(select(table.c.scope, table.c.row).where(*here)):
        row = _row_decoder.decode(text)
        assert isinstance(row, Member)
        puts[scope].append(msgspec.structs.replace(row, points=row.points + granted[row.member_id]))
    publish(connection, {("members", scope): Publication(puts=rows) for scope, rows in puts.items()})
