"""Members' points: granted and taken back once for a sale or a return, and told to every store's tills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from retail.member import Member
from sync.protocol import Row
from sync.server.database.member_rows import add_points, members_by_id, scopes_of_members
from sync.server.database.sessions import StreamId
from sync.server.streams import Publication, lock_streams, publish


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a sale gave to a member, or (negative) that a return took back; `source_id` is either."""

    source_id: str
    member_id: str
    points: int


def book_points(connection: Connection, granted: Iterable[Granted]) -> None:
    """Write points down and publish the members' rows.

    The rows are read under the lock of their streams, so that two tills that serve the same member at once
    both count.
    """
    booked = [one for one in granted if one.member_id and one.points]
    if not booked:
        return
    add_points(connection, [(one.source_id, one.member_id, one.points) for one in booked])
    change: dict[str, int] = defaultdict(int)
    for one in booked:
        change[one.member_id] += one.points
    lock_streams(connection, [("members", scope) for scope in scopes_of_members(connection, change)])
    puts: dict[StreamId, list[Row]] = defaultdict(list)
    for scope, member in members_by_id(connection, change):
        puts["members", scope].append(_with(member, change[member.member_id]))
    publish(connection, {stream: Publication(puts=rows) for stream, rows in puts.items()})


def _with(member: Member, points: int) -> Member:
    return msgspec.structs.replace(member, points=member.points + points)
