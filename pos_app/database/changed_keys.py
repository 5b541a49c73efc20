"""Which rows of a stream changed since a reader last looked, so that it need not read them all again.

Kept in memory only, between the thread that stores rows and those that read them. Whoever asks about a time
before the oldest kept change, or across a snapshot, is told to read everything.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

KEPT: Final = 200
"""Batches of changes; a reader looks after each of them."""


class StreamVersion(NamedTuple):
    """Which state of a stream is stored: the checksum tells snapshots of one position apart."""

    epoch: str
    after_seq: int
    checksum: str


class _Batch(NamedTuple):
    before: StreamVersion
    after: StreamVersion
    keys: frozenset[str]


class ChangedKeys:
    """The latest batches of changes of one stream. Safe to share between threads."""

    def __init__(self) -> None:
        self._batches: deque[_Batch] = deque(maxlen=KEPT)
        self._guard = threading.Lock()

    def note(self, before: StreamVersion, after: StreamVersion, keys: Iterable[str]) -> None:
        """Remember which rows made one state of another; call it once that is committed."""
        with self._guard:
            self._batches.append(_Batch(before, after, frozenset(keys)))

    def between(self, before: StreamVersion, after: StreamVersion) -> frozenset[str] | None:
        """Return what changed between two states, None when that is not known."""
        keys: set[str] = set()
        with self._guard:
            for batch in self._batches:
                if batch.before == before:
                    keys |= batch.keys
                    before = batch.after
        return frozenset(keys) if before == after else None
