"""How the till stands with the centre and its printer, as values that threads hand to the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """How the till stands with the centre."""

    SYNCED = "synced"
    SENDING = "sending"
    WAITING = "waiting"
    OFFLINE = "offline"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class CentreStanding:
    """What waits here, since when, and what went wrong last. Times are RFC 3339 local times.

    `state` is never `SYNCED` while `waiting_count` is above zero.
    """

    state: LinkState = LinkState.OFFLINE
    waiting_count: int = 0
    waiting_sales: int = 0
    waiting_pickups: int = 0
    waiting_since: str = ""
    offline_since: str = ""
    last_synced_at: str = ""
    problem: str = ""
    loading_done: int = 0
    loading_total: int = 0

    def __post_init__(self) -> None:
        assert not (self.state is LinkState.SYNCED and self.waiting_count), "green while something waits"


@dataclass(frozen=True, slots=True)
class PrinterStanding:
    """How many print jobs wait, and the code of what the printer complains about (empty: nothing)."""

    waiting_count: int = 0
    waiting_since: str = ""
    problem: str = ""
