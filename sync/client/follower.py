"""The fetching thread's work: load every stream, then follow each through a long poll of its own."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.client.bootstrap import Stopped, bootstrap
from sync.client.ports import BootstrapPoint, Credentials, StoreUnavailable
from sync.client.problems import TransportProblem
from sync.client.pull import Heard, Listener, MustRestart, apply_page, catch_up
from sync.client.retry import Backoff
from sync.client.status import Loading
from sync.client.surroundings import Surroundings
from sync.protocol import STREAMS

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

MISMATCHES_FOR_A_PERSON = 3
IDLE_SECONDS = 5.0


class Follower:
    """Stores what arrives; the listeners only wait. A stream is either listened to, or due at a time."""

    def __init__(
        self, around: Surroundings, *, on_rows: Callable[[str], None], suspicious: Callable[[], None]
    ) -> None:
        self._around = around
        self._standing = around.standing
        self._on_rows = on_rows
        self._suspicious = suspicious
        self._heard: queue.SimpleQueue[Heard | None] = queue.SimpleQueue()
        self._backoffs = {stream: Backoff(around.jitter) for stream in STREAMS}
        self._mismatches = dict.fromkeys(STREAMS, 0)
        self._due: dict[str, float] = dict.fromkeys(STREAMS, 0.0)
        self._listeners: dict[str, Listener] = {}
        self._credentials: Credentials | None = None
        self._transport: Transport | None = None

    def wake(self) -> None:
        """Make every stream that waits to be tried again due now; may be called from any thread."""
        self._heard.put(None)

    def round(self) -> None:
        """Do what is due, then wait for what arrives next."""
        if self._standing.is_online and self._enrolled():
            self._do_due()
        try:
            heard = self._heard.get(timeout=self._patience())
        except queue.Empty:
            return
        if heard is None:
            self._due = dict.fromkeys(self._due, 0.0)
            for backoff in self._backoffs.values():
                backoff.reset()
        else:
            self._take(heard)

    def fetch(self, stream: str, keep_going: Callable[[], bool]) -> bool:
        """Bring one stream to its head, from a snapshot if need be; return whether rows changed.

        Raises `TransportProblem`, `StoreUnavailable` and `Stopped`.
        """
        if not self._enrolled():
            return False
        assert self._transport is not None
        try:
            return catch_up(self._transport, self._around.streams, stream, keep_going).rows_changed
        except MustRestart as restart:
            self._say_why(restart)
        self._load(stream, keep_going)
        catch_up(self._transport, self._around.streams, stream, keep_going)
        return True

    def close(self) -> None:
        """Stop listening and close the sessions."""
        for listener in self._listeners.values():
            listener.stop()
        for listener in self._listeners.values():
            listener.join(0.5)
        self._listeners.clear()
        if self._transport is not None:
            self._transport.close()

    # ---- inside -------------------------------------------------------------------------------

    def _enrolled(self) -> bool:
        try:
            credentials = self._around.identity.credentials()
        except StoreUnavailable:
            return False  # the sending thread reads the same file, and says what is wrong with it
        if credentials is None:
            return False
        if credentials != self._credentials:
            self.close()
            self._credentials = credentials
            self._transport = self._around.open_transport(credentials)
            self._due = dict.fromkeys(STREAMS, 0.0)
        return True

    def _do_due(self) -> None:
        for stream in STREAMS:
            if self._due.get(stream, float("inf")) <= time.monotonic() and self._around.keep_going():
                self._bring_to_head(stream)
        self._standing.behind(self._due)

    def _bring_to_head(self, stream: str) -> None:
        try:
            if self.fetch(stream, self._around.keep_going):
                self._on_rows(stream)
            self._listen(stream)
        except MustRestart as restart:
            # Not even a fresh snapshot agrees: this is no chance event, but selling goes on.
            self._say_why(restart)
            self._try_later(stream)
        except (TransportProblem, StoreUnavailable, Stopped) as problem:
            self._after_problem(stream, problem)

    def _take(self, heard: Heard) -> None:
        stream = heard.stream
        try:
            if heard.page is None:
                raise heard.problem or Stopped(stream)
            applied = apply_page(self._around.streams, stream, heard.cursor, heard.page)
            if applied.at_head:
                self._around.streams.confirm_current(stream)
            self._listen(stream)
            if applied.rows_changed:
                self._on_rows(stream)
        except MustRestart as restart:
            self._say_why(restart)
            self._reload(stream)
        except (TransportProblem, StoreUnavailable, Stopped) as problem:
            self._after_problem(stream, problem)

    def _reload(self, stream: str) -> None:
        try:
            self._load(stream, self._around.keep_going)
        except (TransportProblem, StoreUnavailable, Stopped) as problem:
            self._after_problem(stream, problem)
        else:
            self._due[stream] = 0.0
            self._on_rows(stream)

    def _load(self, stream: str, keep_going: Callable[[], bool]) -> None:
        assert self._transport is not None

        def progress(point: BootstrapPoint) -> None:
            self._standing.loading(Loading(stream, point.staged, point.total))

        try:
            bootstrap(stream, self._transport, self._around.streams, keep_going=keep_going, progress=progress)
        finally:
            self._standing.loading(None)

    def _listen(self, stream: str) -> None:
        """Arm the stream's listener: it is complete as far as anybody knows."""
        cursor = self._around.streams.cursor(stream)
        assert cursor is not None
        assert self._credentials is not None
        self._due.pop(stream, None)
        self._backoffs[stream].reset()
        self._mismatches[stream] = 0
        self._standing.problem(f"pull-{stream}", "")
        self._standing.person_needed(f"pull-{stream}", "")
        listener = self._listeners.get(stream)
        if listener is None:
            transport = self._around.open_transport(self._credentials)
            listener = self._listeners[stream] = Listener(stream, transport, self._heard)
        listener.listen_after(cursor)

    def _say_why(self, restart: MustRestart) -> None:
        if restart.reason == "never_fetched":
            return
        _log.warning("stream %s is fetched again: %s", restart.stream, restart.reason)
        self._mismatches[restart.stream] += 1
        if self._mismatches[restart.stream] >= MISMATCHES_FOR_A_PERSON:
            self._standing.person_needed(f"pull-{restart.stream}", restart.reason, restart.stream)
        else:
            self._standing.problem(f"pull-{restart.stream}", restart.reason, restart.stream)

    def _after_problem(self, stream: str, problem: TransportProblem | StoreUnavailable | Stopped) -> None:
        if isinstance(problem, Stopped) or not self._around.keep_going():
            self._due[stream] = 0.0
            return
        source = f"pull-{stream}"
        if isinstance(problem, StoreUnavailable):
            self._standing.person_needed(source, problem.code, str(problem))
        elif problem.is_offline:
            self._suspicious()
        elif problem.needs_person:
            self._standing.person_needed(source, problem.needs_person, problem.detail)
        else:
            self._standing.problem(source, problem.code, problem.detail)
        self._try_later(stream)
        self._standing.behind(self._due)

    def _try_later(self, stream: str) -> None:
        self._due[stream] = time.monotonic() + self._backoffs[stream].next_delay()

    def _patience(self) -> float:
        """Return how long to wait for what arrives before something is due."""
        if not self._due or not self._standing.is_online:
            return IDLE_SECONDS
        return min(max(min(self._due.values()) - time.monotonic(), 0.0), IDLE_SECONDS)
