"""Keeps the till and the centre in step: one thread sends, one fetches, and neither waits for the other.

Correctness is in the two databases. What is kept here (who is online, when to try again) may be lost at
any moment; a new engine finds everything again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.client.bootstrap import Stopped
from sync.client.follower import Follower
from sync.client.ports import Credentials, IdentityStore, JournalSource, StoreUnavailable, StreamStore
from sync.client.problems import TransportProblem
from sync.client.pull import MustRestart
from sync.client.push import Conflict
from sync.client.sender import Sender
from sync.client.standing import Standing
from sync.client.status import SyncStatus
from sync.client.surroundings import Surroundings
from sync.protocol import STREAMS

if TYPE_CHECKING:
    from sync.client.transport import Transport

PROBE_SECONDS = 4.0
"""How often an idle till asks whether the centre is there: a cable pulled is noticed within twice that."""


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one bounded round did. `problem` is a stable code, empty when everything went well."""

    sent: int
    streams_changed: tuple[str, ...]
    problem: str
    status: SyncStatus


def connect_to(credentials: Credentials) -> Transport:
    """Return a transport to a till's own centre; called on the thread that will speak."""
    from sync.client.transport import Transport  # noqa: PLC0415  # loads requests: no part of starting

    return Transport.of(credentials)


class Engine:
    """One till's synchronisation. `run_push` and `run_pull` each take a thread until `stop`.

    `on_status` and `on_rows` are called on those threads: with a new status, and with the name of a
    stream whose rows changed. `tend` is called between rounds of the sending thread, every few seconds:
    the moment for housekeeping of the database that no cashier should wait for. `run_once` is for
    commands and tests, without the two threads.
    """

    def __init__(
        self,
        journal: JournalSource,
        identity: IdentityStore,
        streams: StreamStore,
        *,
        now: Callable[[], str],
        on_status: Callable[[SyncStatus], None] = lambda _status: None,
        on_rows: Callable[[str], None] = lambda _stream: None,
        connect: Callable[[Credentials], Transport] = connect_to,
        probe_seconds: float = PROBE_SECONDS,
        tend: Callable[[], None] = lambda: None,
    ) -> None:
        self._standing = Standing(journal.waiting, now, on_status)
        self._around = Surroundings(journal, identity, streams, self._standing, connect)
        self._wake = threading.Event()
        self._tend = tend
        self._sender = Sender(self._around, probe_seconds=probe_seconds, came_back=self._came_back)
        self._follower = Follower(self._around, on_rows=on_rows, suspicious=self._suspicious)

    @property
    def status(self) -> SyncStatus:
        """Return how the till stands now, with what waits read from the journal."""
        self._standing.tell()
        return self._standing.status

    @property
    def skew_seconds(self) -> int | None:
        """Return by how many seconds this till's clock is ahead of the centre's; None before it answered."""
        return self._standing.skew_seconds

    def fetch_into(self, streams: StreamStore) -> None:
        """Fetch every stream into another store than the one in use; for whoever replaces that one.

        Raises `TransportProblem`, `StoreUnavailable` and `Stopped`; the next call goes on from there.
        """
        around = self._around.with_streams(streams)
        follower = Follower(around, on_rows=lambda _stream: None, suspicious=self._suspicious)
        try:
            follower.fetch(STREAMS, around.keep_going, lambda _stream: None)
        finally:
            follower.close()

    def wake(self) -> None:
        """There is something to send: a fact was just stored."""
        self._wake.set()

    def try_now(self) -> None:
        """Try both directions at once, whatever they were waiting for: a person asked for it."""
        self._sender.forget_waits()
        self._sender.look_first()
        self._wake.set()
        self._follower.wake()

    def stop(self) -> None:
        """Make both threads end soon: requests that wait are broken off."""
        self._around.stop()
        self._wake.set()
        self._follower.wake()

    def run_push(self) -> None:
        """Send whatever waits, and find out whether the centre is there, until `stop`."""
        while self._around.keep_going():
            self._standing.tell()
            delay = self._sender.round()
            self._tend()
            self._wake.wait(delay)
            self._wake.clear()
        self._sender.close()

    def run_pull(self) -> None:
        """Fetch every stream and follow it, until `stop`."""
        while self._around.keep_going():
            self._follower.round()
        self._follower.close()

    def run_once(self, max_seconds: float) -> SyncReport:
        """Send what waits and fetch every stream up to its head, for at most about `max_seconds`.

        Not to be called while `run_push` or `run_pull` runs.
        """
        deadline = time.monotonic() + max_seconds

        def keep_going() -> bool:
            return self._around.keep_going() and time.monotonic() < deadline

        sent, changed, problem = 0, list[str](), ""
        try:
            sent = self._sender.send_once(keep_going)
            wanted = (stream for stream in STREAMS if keep_going())
            self._follower.fetch(wanted, keep_going, changed.append)
            if keep_going():
                self._standing.behind(())
        except (TransportProblem, StoreUnavailable) as caught:
            problem = caught.code
        except Conflict:
            problem = "conflict"
        except (Stopped, MustRestart):
            problem = "not_finished"
        return SyncReport(sent=sent, streams_changed=tuple(changed), problem=problem, status=self.status)

    def _came_back(self) -> None:
        self._follower.wake()

    def _suspicious(self) -> None:
        """A fetch met nobody: look at once instead of at the next probe."""
        self._sender.look_first()
        self._wake.set()
