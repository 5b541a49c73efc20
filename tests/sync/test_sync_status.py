"""The status is honest: never green while anything waits, and it says since when."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.ports import StoreUnavailable, Waiting
from sync.client.retry import LARGEST_SECONDS, Backoff
from sync.client.standing import Standing
from sync.client.status import Link, Loading, SyncState, SyncStatus, status_of

NOTHING = Waiting()
THREE = Waiting(count=3, since="2026-03-14T14:02:11.000+08:00", sales=2)
UP = Link(streams_behind=False)

CASES = [
    (UP, NOTHING, SyncState.SYNCED),
    (UP, THREE, SyncState.SENDING),
    (Link(streams_behind=False, sending=True), THREE, SyncState.SENDING),
    (Link(streams_behind=False, problem="unreachable"), THREE, SyncState.WAITING),
    (Link(streams_behind=True), NOTHING, SyncState.SENDING),
    (Link(streams_behind=False, loading=Loading("catalogue", 1, 2)), NOTHING, SyncState.SENDING),
    (Link(streams_behind=False, offline_since="14:00"), NOTHING, SyncState.OFFLINE),
    (Link(streams_behind=False, offline_since="14:00"), THREE, SyncState.OFFLINE),
    (Link(streams_behind=False, needs_person="refused"), NOTHING, SyncState.ATTENTION),
    (Link(offline_since="14:00", needs_person="refused"), THREE, SyncState.ATTENTION),
]


@pytest.mark.parametrize(("link", "waiting", "state"), CASES)
def test_the_worst_that_is_true_decides_the_word(link: Link, waiting: Waiting, state: SyncState) -> None:
    status = status_of(link, waiting)
    assert status.state is state
    assert status.waiting_count == waiting.count


def test_a_status_says_how_much_waits_since_when() -> None:
    status = status_of(Link(problem="unreachable", streams_behind=False), THREE)
    assert f"{status.waiting_count} waiting since {status.waiting_since_time}" == "3 waiting since 14:02"


def test_a_green_status_with_something_waiting_cannot_be_made() -> None:
    with pytest.raises(AssertionError):
        SyncStatus(state=SyncState.SYNCED, waiting_count=1)


class Outbox:
    """What waits, as the tests want it."""

    def __init__(self) -> None:
        self.waits = NOTHING
        self.broken = False

    def __call__(self) -> Waiting:
        if self.broken:
            raise StoreUnavailable
        return self.waits


_STEPS = st.sampled_from(
    ["reached", "lost", "sends", "sent", "sells", "acknowledged", "behind", "complete", "breaks", "mends"]
)


@given(steps=st.lists(_STEPS, max_size=40))
def test_no_history_makes_the_till_green_while_something_waits(steps: list[str]) -> None:
    outbox, told = Outbox(), list[tuple[SyncStatus, bool]]()
    standing = Standing(
        outbox,
        lambda: "2026-03-14T14:02:11.000+08:00",
        lambda status: told.append((status, bool(outbox.waits.count) or outbox.broken)),
    )
    for step in steps:
        match step:
            case "sells":
                outbox.waits = THREE
            case "acknowledged":
                outbox.waits = NOTHING
            case "breaks" | "mends":
                outbox.broken = step == "breaks"
            case "reached":
                standing.reached()
            case "lost":
                standing.lost("unreachable", "")
            case "sends" | "sent":
                standing.sending(active=step == "sends")
            case "behind":
                standing.behind(["prices"])
            case "complete":
                standing.behind(())
        standing.tell()
        assert not (standing.status.state is SyncState.SYNCED and (outbox.waits.count or outbox.broken))
    assert not any(status.state is SyncState.SYNCED and waited for status, waited in told)
    assert all(before[0] != after[0] for before, after in pairwise(told))


def test_waits_grow_to_a_minute_with_full_jitter() -> None:
    backoff = Backoff(random.Random(1))
    longest = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LARGEST_SECONDS, LARGEST_SECONDS]
    for most in longest:
        assert 0 < backoff.next_delay() <= most
    assert backoff.tries == len(longest)
    backoff.reset()
    assert backoff.next_delay() <= 1.0


def test_tills_that_lost_the_centre_together_do_not_come_back_together() -> None:
    waits = [Backoff(random.Random(seed)) for seed in range(200)]
    for _ in range(6):
        delays = [each.next_delay() for each in waits]
    assert max(delays) - min(delays) > 25
