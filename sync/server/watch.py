"""Hears what other processes publish: a catalogue import beside a running server, say.

On every database the counter rows are looked at twice a second, and only while somebody waits.
"""

from __future__ import annotations

import asyncio

import anyio.to_thread
from sqlalchemy import select

from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.database.sessions import StreamId

LOOK_EVERY_SECONDS = 0.5


async def watch_heads(centre: Centre) -> None:
    """Wake long polls for heads that moved, until cancelled."""
    known: dict[StreamId, int] = {}
    while not centre.wakeups.closing:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        if not centre.wakeups.anyone:
            continue
        heads = await anyio.to_thread.run_sync(_heads, centre)
        centre.wakeups.wake([stream for stream, head in heads.items() if known.get(stream) != head])
        known = heads


def _heads(centre: Centre) -> dict[StreamId, int]:
    table = tables.stream_head
    with centre.database.read() as connection:
        found = connection.execute(select(table.c.stream, table.c.scope, table.c.head))
        return {(stream, scope): head for stream, scope, head in found}
