"""One look at a stream for everybody who wants to see the same of it at the same time.

When an order is placed, every till of the store wakes and asks for what came after the same versions. They
are given the answer of one read, encoded and packed once. It is always a read that began after they asked:
who comes while one is under way has the next, which all who come meanwhile share.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import timedelta
from threading import Lock
from typing import Any, Final, Generic, NamedTuple, TypeVar

import anyio.to_thread
import msgspec
from sqlalchemy import Connection

from sync.protocol import MAX_PAGE_ROWS, ChangePage
from sync.server.bodies import Packed, packed
from sync.server.clock import now_text
from sync.server.database.sessions import Database, StreamId
from sync.server.database.upgrade import epoch_of
from sync.server.enrolment import Device, changed_devices
from sync.server.heads import Place
from sync.server.streams import changes_page, read_head

SHORT_PAGE: Final = 500
"""Changes that an answer to a till that waits carries at most; what is longer it asks for."""

LONG_PAGES_KEPT: Final = 4
"""Pages longer than that, kept for the other tills: after a change of many prices all of them ask for it."""

LOOKED_BACK: Final = timedelta(minutes=2)
"""Longer than anybody was trusted who still waits."""

Wanted = TypeVar("Wanted", bound=Hashable)
Found = TypeVar("Found")


class _Wanted(NamedTuple):
    place: Place
    limit: int


class ReadPage(NamedTuple):
    """A page, and how it travels."""

    page: ChangePage
    body: Packed


class News(NamedTuple):
    """What a look at several streams found; `answer` is None when nothing had changed in any of them.

    `heads` is where they stand; `changed` are the devices that were something else a minute ago, by their id:
    who was another then must prove again that it may be told.
    """

    answer: Packed | None
    heads: Mapping[StreamId, int]
    epoch: str
    changed: Mapping[str, Device]


class Shared(Generic[Wanted, Found]):
    """Reads that are shared; belongs to the event loop, and the reads are done in threads."""

    def __init__(self, read: Callable[[Wanted], Found]) -> None:
        self._read = read
        self._next: dict[Wanted, asyncio.Task[Found]] = {}
        self._under_way: dict[Wanted, asyncio.Task[Found]] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing is being read and nobody waits for a read."""
        return not self._next and not self._under_way

    async def look(self, wanted: Wanted) -> Found:
        """Return what is wanted as it is now, read once for all who ask."""
        look = self._next.get(wanted)
        if look is None or look.done():
            look = asyncio.create_task(self._look(wanted))
            # Everybody may have gone when it fails, and then nobody is told.
            look.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._next[wanted] = look
        # Who hangs up leaves the look to the others.
        return await asyncio.shield(look)

    async def _look(self, wanted: Wanted) -> Found:
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


class Looks:
    """The looks of this server process; belongs to its event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pages: Shared[_Wanted, ReadPage] = Shared(self._read_one)
        self._news: Shared[tuple[Place, ...], News] = Shared(self.read_news)
        self._kept: OrderedDict[_Wanted, ReadPage] = OrderedDict()
        self._guard = Lock()

    @property
    def idle(self) -> bool:
        """Whether nothing is being read and nobody waits for a read."""
        return self._pages.idle and self._news.idle

    async def changes(self, stream: StreamId, *, epoch: str, after: int, limit: int) -> ReadPage:
        """Return the versions after a cursor as they are now: `changes_page`, read once for all who ask."""
        return await self._pages.look(_Wanted(Place(stream, epoch, after), limit))

    async def news(self, places: tuple[Place, ...]) -> News:
        """Return what follows each of these places as it is now, short pages only; read once for all."""
        return await self._news.look(places)

    def read_news(self, places: tuple[Place, ...], limit: int = MAX_PAGE_ROWS) -> News:
        """Look at these places now."""
        with self._database.read() as connection:
            found = [self._page(connection, _Wanted(place, limit)) for place in places]
            changed = changed_devices(connection, now_text(plus=-LOOKED_BACK))
            epoch = epoch_of(connection)
        heads = {place.stream: read.page.head for place, read in zip(places, found, strict=True)}
        return News(_answer(found), heads, epoch, changed)

    def _read_one(self, wanted: _Wanted) -> ReadPage:
        with self._database.read() as connection:
            return self._page(connection, wanted)

    def _page(self, connection: Connection, wanted: _Wanted) -> ReadPage:
        (stream, epoch, after), limit = wanted
        kept = self._kept.get(wanted)
        if kept is not None and (kept.page.head, kept.page.epoch) == (
            read_head(connection, stream).head,
            epoch_of(connection),
        ):
            return kept
        page = changes_page(connection, stream, epoch=epoch, after=after, limit=limit)
        read = ReadPage(page, packed(msgspec.json.encode(page)))
        if len(page.changes) > SHORT_PAGE:
            with self._guard:
                self._kept[wanted] = read
                while len(self._kept) > LONG_PAGES_KEPT:
                    self._kept.popitem(last=False)
        return read


def _answer(found: list[ReadPage]) -> Packed | None:
    """Return an answer to whoever waits (`sync.protocol.WaitAnswer`), as it travels."""
    pages: list[msgspec.Raw] = []
    others: list[str] = []
    carried = 0
    for page, body in found:
        if not page.changes and not page.restart:
            continue
        if carried + len(page.changes) > SHORT_PAGE:
            others.append(page.stream)
        else:
            carried += len(page.changes)
            pages.append(msgspec.Raw(body.plain))
    if not pages and not others:
        return None
    said: dict[str, Any] = {"pages": pages, "others": others}
    return packed(msgspec.json.encode(said))
