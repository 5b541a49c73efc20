"""One look at a stream for everybody who wants to see the same of it at the same time.

When an order is placed, every till of the store wakes and asks for what came after the same version. They
are given the answer of one read. It is always a read that began after they asked: who comes while one is
under way has the next, which all who come meanwhile share.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import anyio.to_thread

from sync.protocol import ChangePage
from sync.server.database.sessions import Database, StreamId
from sync.server.streams import changes_page


class _Wanted(NamedTuple):
    stream: StreamId
    epoch: str
    after: int
    limit: int


class Looks:
    """The looks of this server process; belongs to its event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next: dict[_Wanted, asyncio.Task[ChangePage]] = {}
        self._under_way: dict[_Wanted, asyncio.Task[ChangePage]] = {}

    async def changes(self, stream: StreamId, *, epoch: str, after: int, limit: int) -> ChangePage:
        """Return the versions after a cursor as they are now: `changes_page`, read once for all who ask."""
        wanted = _Wanted(stream, epoch, after, limit)
        look = self._next.get(wanted)
        if look is None or look.done():
            look = asyncio.create_task(self._look(wanted))
            # Everybody may have gone when it fails, and then nobody is told.
            look.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._next[wanted] = look
        # Who hangs up leaves the look to the others.
        return await asyncio.shield(look)

    async def _look(self, wanted: _Wanted) -> ChangePage:
        look = self._next[wanted]
        try:
            # A task begins in the loop's next turn: whoever was woken by the same word has asked by now.
            while (before := self._under_way.get(wanted)) is not None:
                await asyncio.wait([before])
        finally:
            del self._next[wanted]
        self._under_way[wanted] = look
        try:
            return await anyio.to_thread.run_sync(self._read, wanted)
        finally:
            del self._under_way[wanted]

    def _read(self, wanted: _Wanted) -> ChangePage:
        with self._database.read() as connection:
            return changes_page(
                connection, wanted.stream, epoch=wanted.epoch, after=wanted.after, limit=wanted.limit
            )
