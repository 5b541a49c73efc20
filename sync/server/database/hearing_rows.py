"""When the tills were last heard: with a batch of their journal, or only asking whether there is news."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from sync.server.clock import now_text
from sync.server.database import tables

_heard = (
    update(tables.device)
    .where(tables.device.c.device_id == bindparam("heard"))
    .values(heard_at=bindparam("moment"))
)


def note_heard(connection: Connection, device_ids: Iterable[str]) -> None:
    """Note that these devices asked for something; there is at least one."""
    moment = now_text()
    # In one order for everybody, so that two processes cannot wait for each other.
    connection.execute(_heard, [{"heard": one, "moment": moment} for one in sorted(device_ids)])


def quietest_till(connection: Connection, store_id: str, heard_since: str) -> str:
    """Return when the till of a store that is silent longest was heard, empty when there is none.

    Tills that were not heard since a moment are not counted: they are not selling.
    """
    device, till, life = tables.device, tables.till, tables.incarnation
    landed = func.max(life.c.last_received_at)
    rows = connection.execute(
        select(device.c.enrolled_at, device.c.heard_at, landed)
        .join(till, till.c.till_id == device.c.till_id)
        .outerjoin(life, life.c.device_id == device.c.device_id)
        .where(till.c.store_id == store_id, device.c.replaced_at.is_(None))
        .group_by(device.c.device_id, device.c.enrolled_at, device.c.heard_at)
    )
    heard = [max(moment for moment in row if moment) for row in rows]
    return min((moment for moment in heard if moment >= heard_since), default="")
