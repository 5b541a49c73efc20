"""Long polls: who waits for which stream, and how they are woken.

A wake-up is only a hint: whoever is woken reads the stream again, and the cursor decides. Waiting
belongs to the event loop; `published`, `wake` and `close` may be called from any thread.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, Self

from sync.server.database.sessions import StreamId
from sync.server.heads import Heads

TOGETHER_SECONDS: Final = 0.25
"""Those whose time is over within so long are told so at once. A thousand tills that wait would else wake the
process forty times a second, each time with cold caches: that cost more than the answers."""


class Ear:
    """One waiting request's own signal; it listens as long as its block runs."""

    def __init__(self, wakeups: Wakeups, streams: tuple[StreamId, ...]) -> None:
        self._wakeups = wakeups
        self._streams = streams
        self._late = False
        self.signal = asyncio.Event()

    def __enter__(self) -> Self:
        self._wakeups.listen(self, self._streams)
        return self

    def __exit__(self, *_error: object) -> None:
        self._wakeups.listen_no_more(self, self._streams)

    async def heard(self, timeout_seconds: float) -> bool:
        """Wait until something was published; return False when nothing was in time."""
        if self._wakeups.closing:
            return False
        # Neither `wait_for` nor `timeout`: a thousand who wait would each be cancelled to be told the time.
        others = self._wakeups.ending_with(timeout_seconds)
        others.add(self)
        try:
            await self.signal.wait()
        finally:
            others.discard(self)
        if self._late:
            return False
        self.signal.clear()
        return not self._wakeups.closing

    def give_up(self) -> None:
        """Its time is over; who was woken in the same moment looks before it goes."""
        if not self.signal.is_set():
            self._late = True
            self.signal.set()


class Wakeups:
    """The waiting requests of this server process."""

    def __init__(self) -> None:
        self.closing = False
        self.heads = Heads()
        # Tills of a store wait for the same streams: one entry for each who comes, not one for each stream.
        self._ears: dict[tuple[StreamId, ...], set[Ear]] = {}
        self._groups: defaultdict[StreamId, set[tuple[StreamId, ...]]] = defaultdict(set)
        self._ending: dict[int, set[Ear]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Bind to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._ending = {}  # the turns of another loop come no more

    @property
    def anyone(self) -> bool:
        """Whether any request waits at all."""
        return bool(self._ears)

    def listening(self, streams: tuple[StreamId, ...]) -> Ear:
        """Listen while the block runs: what is published between a look at a stream and the wait is heard.

        What is published in several streams at once is heard once.
        """
        return Ear(self, streams)

    def ending_with(self, seconds: float) -> set[Ear]:
        """Return those whose time is over after so long, or `TOGETHER_SECONDS` later at most."""
        loop = asyncio.get_running_loop()
        turn = math.ceil((loop.time() + seconds) / TOGETHER_SECONDS)
        ending = self._ending.get(turn)
        if ending is None:
            ending = self._ending[turn] = set()
            loop.call_at(turn * TOGETHER_SECONDS, _end, self._ending, turn)
        return ending

    def listen(self, ear: Ear, streams: tuple[StreamId, ...]) -> None:
        """Let an ear hear of these streams."""
        group = self._ears.get(streams)
        if group is None:
            group = self._ears[streams] = set()
            for stream in streams:
                self._groups[stream].add(streams)
        group.add(ear)

    def listen_no_more(self, ear: Ear, streams: tuple[StreamId, ...]) -> None:
        """Let it hear of them no more."""
        group = self._ears[streams]
        group.discard(ear)
        if group:
            return
        del self._ears[streams]
        for stream in streams:
            self._groups[stream].discard(streams)
            if not self._groups[stream]:
                del self._groups[stream]

    def published(self, heads: Mapping[StreamId, int]) -> None:
        """Wake whoever waits for what this process has just published, up to these numbers."""
        self._call(self._published, dict(heads))

    def wake(self, streams: Iterable[StreamId]) -> None:
        """Wake whoever waits for these streams: somebody has published in them."""
        self._call(self._doubt, tuple(streams))

    def seen(
        self, heads: Mapping[StreamId, int], epoch: str, moment: int, *, all_of_them: bool = False
    ) -> None:
        """Wake whoever waits for a stream that a look from a moment on found elsewhere than it was known.

        Called in the event loop.
        """
        self._wake(self.heads.seen(heads, epoch, moment, all_of_them=all_of_them))

    def close(self) -> None:
        """Send everyone home, and let nobody wait any more: the server stops."""
        self.closing = True
        self._call(self._wake, None)

    def _call(self, function: object, argument: object) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(function, argument)  # type: ignore[arg-type]  # bound methods below

    def _published(self, heads: Mapping[StreamId, int]) -> None:
        self.heads.published(heads)
        self._wake(heads)

    def _doubt(self, streams: tuple[StreamId, ...]) -> None:
        self.heads.doubt(streams)
        self._wake(streams)

    def _wake(self, streams: Iterable[StreamId] | None) -> None:
        if streams is None:
            ears: Iterable[Ear] = chain.from_iterable(self._ears.values())
        else:
            ears = chain.from_iterable(map(self._ears_of, streams))
        for ear in ears:
            ear.signal.set()

    def _ears_of(self, stream: StreamId) -> Iterator[Ear]:
        return chain.from_iterable(self._ears[group] for group in self._groups.get(stream, ()))


def _end(ending: dict[int, set[Ear]], turn: int) -> None:
    for ear in ending.pop(turn):
        ear.give_up()
