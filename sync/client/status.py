"""How the till stands with the centre, in one frozen value that is honest by construction."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sync.client.ports import Waiting


class SyncState(StrEnum):
    """What the status bar says in one word."""

    SYNCED = "synced"  # the centre has everything, and the till has everything of the centre
    SENDING = "sending"  # something is on its way, up or down
    WAITING = "waiting"  # the centre answers, but cannot take it now
    OFFLINE = "offline"  # nobody answers who is the centre
    ATTENTION = "attention"  # a person is needed; selling goes on


class Loading(msgspec.Struct, frozen=True):
    """A snapshot being fetched: rows so far, of about so many."""

    stream: str
    rows: int
    total: int


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What waits here, since when, and what went wrong last. Times are RFC 3339 local times.

    `state` is never `SYNCED` while anything waits: such a value cannot be made. `last_problem` is a
    stable code, kept until the problem is over; `problem_detail` is for diagnostics, not for a person.
    """

    state: SyncState
    waiting_count: int = 0
    waiting_since: str = ""
    waiting_sales: int = 0
    waiting_pickups: int = 0
    offline_since: str = ""
    last_synced_at: str = ""
    last_problem: str = ""
    problem_detail: str = ""
    loading: Loading | None = None

    def __post_init__(self) -> None:
        """Refuse to be green while something waits."""
        assert self.state is not SyncState.SYNCED or not (self.waiting_count or self.loading)

    @property
    def waiting_since_time(self) -> str:
        """Return the hour and minute since when something waits, such as `14:02`; empty for nothing."""
        return self.waiting_since[11:16]


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine knows besides the outbox, as the status is made from it."""

    offline_since: str = ""
    """When the centre was last lost; empty while it answers."""
    sending: bool = False
    needs_person: str = ""
    problem: str = ""
    detail: str = ""
    streams_behind: bool = True
    loading: Loading | None = None
    last_synced_at: str = ""


def status_of(link: Link, waiting: Waiting) -> SyncStatus:
    """Return the status; the worst that is true decides the word."""
    return SyncStatus(
        state=_state_of(link, waiting),
        waiting_count=waiting.count,
        waiting_since=waiting.since,
        waiting_sales=waiting.sales,
        waiting_pickups=waiting.pickups,
        offline_since=link.offline_since,
        last_synced_at=link.last_synced_at,
        last_problem=link.needs_person or link.problem,
        problem_detail=link.detail,
        loading=link.loading,
    )


def _state_of(link: Link, waiting: Waiting) -> SyncState:
    if link.needs_person:
        return SyncState.ATTENTION
    if link.offline_since:
        return SyncState.OFFLINE
    if waiting.count:
        return SyncState.WAITING if link.problem and not link.sending else SyncState.SENDING
    if link.streams_behind or link.loading:
        return SyncState.SENDING
    return SyncState.SYNCED
