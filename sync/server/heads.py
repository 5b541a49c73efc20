"""Where the streams stand as far as this process knows: whoever has everything need not ask the database.

What is known here is only ever too old, by what another process has published meanwhile. Then whoever asks is
let wait, as somebody who had asked just before would be, and is woken when the watch sees it. A cursor that
stands anywhere else than is known here is looked at in the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sync.server.database.sessions import StreamId


class Place(NamedTuple):
    """Where somebody stands in a stream."""

    stream: StreamId
    epoch: str
    after: int


class Heads:
    """The number of each stream's newest version; belongs to the event loop."""

    def __init__(self) -> None:
        self._epoch = ""
        self._known: dict[StreamId, int] = {}
        self._doubted: set[StreamId] = set()
        self._told_at: dict[StreamId, int] = {}
        self.moment = 0
        """Counts what was told. What is read from now on knows of all that was told up to this moment."""
        self.state = object()
        """Another one after each change: where it is the same, `behind` says the same."""

    def behind(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the cursors that are not known to be where their streams stand."""
        here, known, doubted = self._epoch, self._known, self._doubted
        return tuple(
            [
                place
                for place in places
                if place.epoch != here
                or not here
                or place.stream in doubted
                or place.after != known.get(place.stream, 0)
            ]
        )

    def published(self, heads: Mapping[StreamId, int]) -> None:
        """This process has published up to these numbers."""
        self.moment += 1
        self.state = object()
        for stream, head in heads.items():
            self._told_at[stream] = self.moment
            self._known[stream] = max(head, self._known.get(stream, 0))

    def doubt(self, streams: Iterable[StreamId]) -> None:
        """Something was published in these streams, nobody says up to which numbers."""
        self.moment += 1
        self.state = object()
        for stream in streams:
            self._told_at[stream] = self.moment
            self._doubted.add(stream)

    def seen(
        self, heads: Mapping[StreamId, int], epoch: str, moment: int, *, all_of_them: bool = False
    ) -> list[StreamId]:
        """Streams were seen in the database by a read that began at a moment.

        Returns those that stand elsewhere than was known: whoever waits for one has not heard of it yet.
        """
        if epoch != self._epoch:
            if not all_of_them:
                return []
            self._epoch, self._known = epoch, {}
            self.state = object()
        doubted = not self._doubted.isdisjoint(heads)
        elsewhere = [stream for stream, head in heads.items() if self._known.get(stream, 0) != head]
        for stream, head in heads.items():
            if self._told_at.get(stream, 0) <= moment:
                self._known[stream] = head
                self._doubted.discard(stream)
        if elsewhere or doubted:
            self.state = object()
        return elsewhere
