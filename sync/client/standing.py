"""What the engine's two threads know together, and the status that follows from it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from sync.client.ports import StoreUnavailable, Waiting
from sync.client.skew import skew_seconds
from sync.client.status import Link, Loading, SyncState, SyncStatus, status_of
from sync.protocol import STREAMS

Value = TypeVar("Value")


class Standing:
    """Shared by the threads of one engine. Tells `changed` whenever the status is another than before.

    `changed` is called on whichever thread found out, one call at a time and in order; it must be short.
    """

    def __init__(
        self, waiting: Callable[[], Waiting], now: Callable[[], str], changed: Callable[[SyncStatus], None]
    ) -> None:
        self._waiting = waiting
        self._now = now
        self._changed = changed
        self._guard = threading.RLock()
        self._needs_person: dict[str, str] = {}
        self._problems: dict[str, tuple[str, str]] = {}
        self._behind: set[str] = set(STREAMS)
        self._link = Link(offline_since=now())
        self._last_waiting = Waiting()
        self.skew_seconds: int | None = None
        """By how many seconds this till is ahead of the centre; None before the first answer."""
        self.listens = False
        """Whether a long poll is held open, whose end would be noticed."""
        self._answered_at = float("-inf")
        self._status = status_of(self._link, self._last_waiting)

    @property
    def status(self) -> SyncStatus:
        """Return the status as it was last told."""
        with self._guard:
            return self._status

    @property
    def is_online(self) -> bool:
        """Say whether the centre answered when it was last asked."""
        with self._guard:
            return not self._link.offline_since

    def reached(self) -> bool:
        """The centre answered; return whether it had been lost."""
        with self._guard:
            was_lost = bool(self._link.offline_since)
            self._link = replace(self._link, offline_since="")
        self.tell()
        return was_lost

    def lost(self, code: str, detail: str) -> None:
        """The centre does not answer."""
        with self._guard:
            self._link = replace(
                self._link, offline_since=self._link.offline_since or self._now(), sending=False
            )
        self.problem("link", code, detail)

    def answered(self, date_header: str) -> None:
        """The centre answered just now, with its time; keeps how far this till's clock is from it."""
        with self._guard:
            self._answered_at = time.monotonic()
            self.skew_seconds = skew_seconds(date_header, self._now())

    def is_watched(self, longest_silence: float) -> bool:
        """Say whether the fetching thread would notice the end of the centre, and heard of it so lately."""
        with self._guard:
            return self.listens and time.monotonic() - self._answered_at < longest_silence

    def sending(self, *, active: bool) -> None:
        """A batch is on its way, or no longer."""
        with self._guard:
            self._link = replace(self._link, sending=active)
        self.tell()

    def loading(self, loading: Loading | None) -> None:
        """A snapshot grows, or is in."""
        with self._guard:
            self._link = replace(self._link, loading=loading)
        self.tell()

    def problem(self, source: str, code: str, detail: str = "") -> None:
        """Something did not work and is tried again; an empty code ends it."""
        with self._guard:
            _set_or_drop(self._problems, source, (code, detail) if code else None)
        self.tell()

    def person_needed(self, source: str, code: str, detail: str = "") -> None:
        """Something needs a person; an empty code ends it."""
        with self._guard:
            _set_or_drop(self._needs_person, source, code or None)
            _set_or_drop(self._problems, source, (code, detail) if code else None)
        self.tell()

    def behind(self, streams: Iterable[str]) -> None:
        """These streams, and no others, are not known to be complete here."""
        with self._guard:
            self._behind = set(streams)
        self.tell()

    def tell(self) -> None:
        """Read what waits, and tell the status when it is another.

        Reading and telling are one step: a thread that read an empty outbox before a sale was completed
        must not tell so after the other thread has told of the sale.
        """
        with self._guard:
            try:
                self._last_waiting = self._waiting()
            except StoreUnavailable:
                # The thread that needs the database says what is wrong with it. Not green meanwhile.
                self._last_waiting = replace(self._last_waiting, count=max(1, self._last_waiting.count))
            status = self._status_now()
            if status != self._status:
                self._status = status
                self._changed(status)

    def _status_now(self) -> SyncStatus:
        code, detail = next(reversed(self._problems.values()), ("", ""))
        link = replace(
            self._link,
            needs_person=next(reversed(self._needs_person.values()), ""),
            problem=code,
            detail=detail,
            streams_behind=bool(self._behind),
        )
        status = status_of(link, self._last_waiting)
        if status.state is SyncState.SYNCED and self._status.state is not SyncState.SYNCED:
            # Moves only when the state does: a clock in the value would make every value a new one.
            self._link = replace(self._link, last_synced_at=self._now())
            status = replace(status, last_synced_at=self._link.last_synced_at)
        return status


def _set_or_drop(table: dict[str, Value], key: str, value: Value | None) -> None:
    table.pop(key, None)
    if value is not None:
        table[key] = value
