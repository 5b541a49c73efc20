"""The fetching thread's work: load every stream, then follow all of them through one long poll."""

from __future__ import annotations

import logging
import math
import queue
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from sync.client.bootstrap import Stopped, bootstrap
from sync.client.ports import BootstrapPoint, Credentials, Cursor, StoreUnavailable
from sync.client.problems import TransportProblem
from sync.client.pull import Heard, Listener, MustRestart, apply_page, catch_up
from sync.client.retry import Backoff
from sync.client.side_by_side import Work, side_by_side, to_the_end
from sync.client.status import Loading
from sync.client.surroundings import Surroundings
from sync.protocol import LONG_POLL_SECONDS, STREAMS, ChangePage

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

MISMATCHES_FOR_A_PERSON = 3
IDLE_SECONDS = 5.0

CONFIRM_SECONDS = 20.0
"""How often it is noted, while other streams have news, that the rest is complete as well."""


class Follower:
    """Stores what arrives; the listener only waits. A stream is either followed, or due at a time."""

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
        self._followed: dict[str, Cursor] = {}
        self._listener: Listener | None = None
        self._asked: Mapping[str, Cursor] | None = None
        """What the listener was asked, until it answers."""
        self._confirmed = 0.0
        self._credentials: Credentials | None = None
        self._transport: Transport | None = None

    def wake(self) -> None:
        """Make every stream that waits to be tried again due now; may be called from any thread."""
        self._heard.put(None)

    def round(self) -> None:
        """Do what is due, then wait for what arrives next."""
        if self._standing.is_online and self._enrolled():
            self._do_due()
            self._listen()
        try:
            heard = self._heard.get(timeout=self._patience())
        except queue.Empty:
            return
        if heard is None:
            self._due = dict.fromkeys(self._due, 0.0)
            for backoff in self._backoffs.values():
                backoff.reset()
        elif heard.cursors is self._asked:
            self._asked = None
            self._take(heard)

    def fetch(
        self, streams: Iterable[str], keep_going: Callable[[], bool], on_rows: Callable[[str], None]
    ) -> None:
        """Bring streams to their heads, from snapshots if need be; `on_rows` hears which have new rows.

        Raises `TransportProblem`, `StoreUnavailable`, `Stopped` and `MustRestart`.
        """

        def brought(stream: str) -> Work[None]:
            if (yield from self._fetched(stream, keep_going)):
                on_rows(stream)

        side_by_side(map(brought, streams))

    def close(self) -> None:
        """Stop listening and close the sessions."""
        if self._listener is not None:
            self._listener.stop()
            self._listener.join(0.5)
        self._listener = self._asked = None
        self._standing.listens = False
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
            self._followed.clear()
        return True

    def _do_due(self) -> None:
        side_by_side(map(self._brought_to_head, STREAMS))
        self._standing.behind(self._due)

    def _brought_to_head(self, stream: str) -> Work[None]:
        if self._due.get(stream, float("inf")) > time.monotonic() or not self._around.keep_going():
            return
        try:
            if (yield from self._fetched(stream, self._around.keep_going)):
                self._on_rows(stream)
            self._follow(stream)
        except MustRestart as restart:
            # Not even a fresh snapshot agrees: this is no chance event, but selling goes on.
            self._say_why(restart)
            self._try_later(stream)
        except (TransportProblem, StoreUnavailable, Stopped) as problem:
            self._after_problem(stream, problem)

    def _fetched(self, stream: str, keep_going: Callable[[], bool]) -> Work[bool]:
        """Bring one stream to its head; return whether its rows changed."""
        if not self._enrolled():
            return False
        assert self._transport is not None
        try:
            return catch_up(self._transport, self._around.streams, stream, keep_going).rows_changed
        except MustRestart as restart:
            self._say_why(restart)
        yield from self._loaded(stream, keep_going)
        catch_up(self._transport, self._around.streams, stream, keep_going)
        return True

    def _listen(self) -> None:
        """Have the listener wait for news of every stream that is followed, if it has nothing to do."""
        if self._asked is not None or not self._followed:
            return
        assert self._credentials is not None
        if self._listener is None:
            self._listener = Listener(self._around.open_transport(self._credentials), self._heard)
        self._asked = {stream: self._followed[stream] for stream in STREAMS if stream in self._followed}
        # What is due meanwhile wants to be waited for with the others then.
        patience = min((due - time.monotonic() for due in self._due.values()), default=LONG_POLL_SECONDS)
        self._listener.listen_after(self._asked, max(1, min(LONG_POLL_SECONDS, math.ceil(patience))))
        self._standing.listens = True

    def _take(self, heard: Heard) -> None:
        if heard.answer is None:
            self._standing.listens = False
            self._after_silence(heard)
            return
        self._standing.answered(heard.date)
        for page in heard.answer.pages:
            self._take_page(page, heard.cursors)
        for stream in heard.answer.others:
            if self._followed.pop(stream, None) is not None:
                self._due[stream] = 0.0
        news = {page.stream for page in heard.answer.pages}
        if not news or time.monotonic() - self._confirmed > CONFIRM_SECONDS:
            self._confirm(stream for stream in heard.cursors if stream not in news)

    def _take_page(self, page: ChangePage, cursors: Mapping[str, Cursor]) -> None:
        stream = page.stream
        if stream not in self._followed or stream not in cursors:
            return  # it was fetched meanwhile, or nobody asked: its cursor says what is missing
        try:
            if self._around.streams.cursor(stream) == cursors[stream]:
                applied = apply_page(self._around.streams, stream, cursors[stream], page)
                if applied.at_head:
                    self._around.streams.confirm_current(stream)
                if applied.rows_changed:
                    self._on_rows(stream)
            self._follow(stream)
        except MustRestart as restart:
            self._say_why(restart)
            self._reload(stream)
        except (TransportProblem, StoreUnavailable, Stopped) as problem:
            self._after_problem(stream, problem)

    def _confirm(self, streams: Iterable[str]) -> None:
        """Note that streams without news are complete, and where they stand in the file that is served."""
        self._confirmed = time.monotonic()
        for stream in [one for one in streams if one in self._followed]:
            try:
                self._around.streams.confirm_current(stream)
                self._follow(stream)
            except MustRestart:
                self._followed.pop(stream, None)
                self._due[stream] = 0.0
            except StoreUnavailable as problem:
                self._after_problem(stream, problem)

    def _after_silence(self, heard: Heard) -> None:
        for stream in [one for one in heard.cursors if one in self._followed]:
            self._after_problem(stream, heard.problem or Stopped(stream))

    def _reload(self, stream: str) -> None:
        try:
            to_the_end(self._loaded(stream, self._around.keep_going))
        except (TransportProblem, StoreUnavailable, Stopped) as problem:
            self._after_problem(stream, problem)
        else:
            self._due[stream] = 0.0
            self._followed.pop(stream, None)
            self._on_rows(stream)

    def _loaded(self, stream: str, keep_going: Callable[[], bool]) -> Work[None]:
        assert self._transport is not None

        def progress(point: BootstrapPoint) -> None:
            self._standing.loading(Loading(stream, point.staged, point.total))

        try:
            yield from bootstrap(
                stream, self._transport, self._around.streams, keep_going=keep_going, progress=progress
            )
        finally:
            self._standing.loading(None)

    def _follow(self, stream: str) -> None:
        """A stream is complete as far as anybody knows: the next long poll waits for it as well."""
        cursor = self._around.streams.cursor(stream)
        if cursor is None:
            raise MustRestart(stream, "never_fetched")
        self._due.pop(stream, None)
        self._followed[stream] = cursor
        self._backoffs[stream].reset()
        self._mismatches[stream] = 0
        self._standing.problem(f"pull-{stream}", "")
        self._standing.person_needed(f"pull-{stream}", "")

    def _say_why(self, restart: MustRestart) -> None:
        if restart.reason == "never_fetched":
            return
        _log.warning("stream %s is fetched again: %s", restart.stream, restart.reason)
        if restart.reason == "new_epoch":
            self._suspicious()  # another centre than before may lack facts that it had
        self._mismatches[restart.stream] += 1
        if self._mismatches[restart.stream] >= MISMATCHES_FOR_A_PERSON:
            self._standing.person_needed(f"pull-{restart.stream}", restart.reason, restart.stream)
        else:
            self._standing.problem(f"pull-{restart.stream}", restart.reason, restart.stream)

    def _after_problem(self, stream: str, problem: TransportProblem | StoreUnavailable | Stopped) -> None:
        self._followed.pop(stream, None)
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
        self._followed.pop(stream, None)
        self._due[stream] = time.monotonic() + self._backoffs[stream].next_delay()

    def _patience(self) -> float:
        """Return how long to wait for what arrives before something is due."""
        if not self._due or not self._standing.is_online:
            return IDLE_SECONDS
        return min(max(min(self._due.values()) - time.monotonic(), 0.0), IDLE_SECONDS)
