"""The sending thread's work: find out whether the centre is there, and give it what waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.client.key_handover import KeyHandover
from sync.client.ports import Credentials, StoreUnavailable
from sync.client.problems import TransportProblem
from sync.client.push import Conflict, Pusher
from sync.client.retry import LARGEST_SECONDS, Backoff
from sync.client.surroundings import Surroundings
from sync.client.watchdog import Watchdog

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

PROBE_READ_SECONDS = 2.0

LONGEST_SILENCE = 40.0
PROBES_SPARED = 10
"""After so many seconds, or pauses, without any answer a long poll is not believed to be held any more."""

NOT_ENROLLED = "not_enrolled"


class _Health(msgspec.Struct):
    """The part of `GET /v1/health` that a till reads."""

    status: str
    epoch: str


class Sender:
    """Decides alone whether the till is online; the fetching thread only asks it to look.

    A round never takes longer than the timeouts of its requests; `round` returns the seconds to wait.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        probe_seconds: float,
        came_back: Callable[[], None],
        watchdog: Watchdog | None = None,
    ) -> None:
        self._around = around
        self._standing = around.standing
        self._probe_seconds = probe_seconds
        self._came_back = came_back
        self._backoff = Backoff(around.jitter)
        self._look_first = threading.Event()
        self._look_first.set()
        self._credentials: Credentials | None = None
        self._transport: Transport | None = None
        self._pusher: Pusher | None = None
        self._handover = KeyHandover(around.identity)
        self._greeted = False
        self._watchdog = watchdog or Watchdog()

    def look_first(self) -> None:
        """Ask whether the centre is there before anything else; may be called from any thread."""
        self._look_first.set()

    def forget_waits(self) -> None:
        """Begin again with short waits."""
        self._backoff.reset()

    def round(self) -> float:
        """Look, send what waits, and return after how many seconds to come again."""
        try:
            if not self._enrolled():
                self._standing.person_needed("enrolment", NOT_ENROLLED)
                return self._probe_delay()
            self._standing.person_needed("enrolment", "")
            waits = self._around.journal.waiting().count
            self._renew_if_stalled(waits)
            if self._look_first.is_set() or not self._standing.is_online or self._is_quiet(waits):
                self.look()
            self.send_all(self._around.keep_going)
            self._hand_over_keys()
        except TransportProblem as problem:
            return self._after_problem(problem)
        except Conflict as conflict:
            _log.warning("the centre has other facts under the same numbers: %s", conflict)
            self._standing.person_needed("conflict", "conflict", str(conflict))
            return self._backoff.next_delay()
        except StoreUnavailable as problem:
            self._standing.person_needed("journal", problem.code, str(problem))
            return self._backoff.next_delay()
        self._backoff.reset()
        return self._probe_delay()

    def look(self) -> None:
        """Ask whether the centre is there, and whether it is still the one it was."""
        assert self._transport is not None
        assert self._pusher is not None
        health = self._transport.get("/v1/health", _Health, read_seconds=PROBE_READ_SECONDS, anonymous=True)
        self._standing.answered(self._transport.last_date)
        if self._greeted:
            self._pusher.ask_acknowledged(health.epoch)
        else:
            self._pusher.greet()
            self._greeted = True
        self._look_first.clear()
        self._standing.problem("link", "")
        if self._standing.reached():
            self._backoff.reset()
            self._came_back()

    def send_all(self, keep_going: Callable[[], bool]) -> int:
        """Send batch after batch until nothing waits; return how many envelopes were sent."""
        if not self._enrolled():
            return 0
        assert self._pusher is not None
        sent = 0
        while keep_going() and self._around.journal.waiting().count:
            self._standing.sending(active=True)
            try:
                sent += self._pusher.push_once()
            finally:
                self._standing.sending(active=False)
            self._reached_by_sending()
        self._standing.person_needed("push", "")
        self._standing.person_needed("journal", "")
        return sent

    def send_once(self, keep_going: Callable[[], bool]) -> int:
        """Look and send what waits; like `round`, but problems are raised as well as told."""
        if not self._enrolled():
            self._standing.person_needed("enrolment", NOT_ENROLLED)
            return 0
        try:
            self.look()
            sent = self.send_all(keep_going)
            self._hand_over_keys()
            return sent
        except TransportProblem as problem:
            self._after_problem(problem)
            raise

    def close(self) -> None:
        """Close the session."""
        if self._transport is not None:
            self._transport.close()

    # ---- inside -------------------------------------------------------------------------------

    def _hand_over_keys(self) -> None:
        if self._credentials is not None and self._transport is not None:
            self._handover.go_on(self._credentials, self._transport)

    def _renew_if_stalled(self, waits: int) -> None:
        if self._watchdog.stalled(waits) and self._transport is not None:
            _log.info("%d records have not moved for a minute: a new session is made", waits)
            self._transport.renew()
            self._look_first.set()

    def _enrolled(self) -> bool:
        credentials = self._around.identity.credentials()
        if credentials is None:
            return False
        if credentials != self._credentials:
            self.close()
            self._credentials = credentials
            self._transport = self._around.open_transport(credentials)
            self._pusher = Pusher(self._around.journal, self._transport)
        return True

    def _is_quiet(self, waits: int) -> bool:
        """Say whether only a question of its own would tell that the centre is still there.

        What is sent tells it, and so does a long poll: it is answered every 25 seconds, and its connection
        is watched (`sync.client.connections`). A thousand idle tills ask for nothing else.
        """
        longest_silence = min(LONGEST_SILENCE, self._probe_seconds * PROBES_SPARED)
        return not waits and not self._standing.is_watched(longest_silence)

    def _reached_by_sending(self) -> None:
        if not self._standing.is_online:
            self._standing.problem("link", "")
            self._standing.reached()
            self._came_back()

    def _after_problem(self, problem: TransportProblem) -> float:
        if not self._around.keep_going():
            return 0.0  # broken off by `stop`: that says nothing about the centre
        if problem.is_offline:
            self._greeted = False  # whoever answers next may know more of this till than this disk
            self._look_first.set()
            self._standing.lost(problem.code, problem.detail)
            return self._probe_delay()
        delay = max(self._backoff.next_delay(), problem.retry_after)
        if problem.needs_person:
            self._standing.person_needed("push", problem.needs_person, problem.detail)
            return max(delay, LARGEST_SECONDS / 2)
        self._standing.problem("push", problem.code, problem.detail)
        return delay

    def _probe_delay(self) -> float:
        return self._probe_seconds * self._around.jitter.uniform(0.75, 1.25)
