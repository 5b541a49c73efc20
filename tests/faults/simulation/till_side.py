"""A till of a simulated chain: the real one without its window, on a disk and a line that can fail it.

Its two threads of synchronisation are stepped instead: the sending one is the real `Sender.round`, the
fetching one the real `Follower.round`, whose queue never waits and whose listener holds its long poll open
in the world's heap.
"""

from __future__ import annotations

import queue
import random
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pos_app.database.files import discard_cache
from pos_app.services.clock import Clock
from pos_app.services.returning import Returning
from retail.sale import Sale
from sync.client import follower
from sync.client.engine import Engine
from sync.client.ports import Credentials, Cursor
from sync.client.problems import TransportProblem
from sync.client.pull import Heard, wait_for_news
from sync.client.transport import Transport
from sync.protocol import REQUIRED_STREAMS
from tests.faults.race_shop import Line as RaceLine
from tests.faults.race_shop import RacingTill
from tests.faults.simulation.clockwork import Clockwork
from tests.faults.simulation.disk import Crashed, Disk
from tests.faults.simulation.network import Line, OverALine
from tests.faults.simulation.terminal import Terminal

PROBE_SECONDS = 200.0
"""More seldom than a real till asks whether the centre is there: each question costs a moment."""


class HeldPoll:
    """Stands where the listener's thread does: a question that the centre holds until there is an answer."""

    def __init__(self, transport: Transport, heard: Any) -> None:
        self._transport = transport
        self._heard = heard
        self.cursors: Mapping[str, Cursor] | None = None

    def listen_after(self, cursors: Mapping[str, Cursor], _wait_seconds: int) -> None:
        self.cursors = cursors

    def waits_for(self, stream: str) -> bool:
        """Say whether news of a stream ends the wait."""
        return self.cursors is not None and stream in self.cursors

    def answered(self) -> None:
        """Let the answer come, or whatever the network makes of it."""
        cursors, self.cursors = self.cursors, None
        if cursors is None:
            return
        try:
            heard = Heard(cursors, wait_for_news(self._transport, cursors, 0))
        except TransportProblem as problem:
            heard = Heard(cursors, None, problem)
        self._heard.put(heard)

    def stop(self) -> None:
        self.cursors = None

    def join(self, _seconds: float) -> None:
        """No thread is there to be waited for."""


class NoWaiting:
    """A queue for which nobody waits: an empty one says so, and calls when something comes."""

    def __init__(self, came: Callable[[], None]) -> None:
        self._items: list[Any] = []
        self._came = came
        self.poll: HeldPoll | None = None

    def put(self, item: Any) -> None:
        self._items.append(item)
        self._came()

    def get(self, timeout: float | None = None) -> Any:
        if not self._items:
            raise queue.Empty
        return self._items.pop(0)

    def __len__(self) -> int:
        return len(self._items)


@contextmanager
def held_polls() -> Iterator[None]:
    """Let every follower's listener be a poll that is held in the world's heap."""

    def listener(transport: Transport, heard: NoWaiting) -> HeldPoll:
        heard.poll = HeldPoll(transport, heard)
        return heard.poll

    with patch.object(follower, "Listener", listener):
        yield


class SimulatedTill(RacingTill):
    """One till. `folder` changes with each crash: what is found then is a copy of what the old one held."""

    def __init__(
        self,
        folder: Path,
        number: int,
        store_id: str,
        line: Line,
        clockwork: Clockwork,
        chance: random.Random,
        *,
        has_plug: bool,
    ) -> None:
        self.store_id = store_id
        self.name = f"{store_id}/{number}"
        self.wire = line
        line.name = self.name
        self.wrong_by = 0.0
        self.doomed_in = 0
        self.died_at = ""
        self.on_paid: Callable[[Sale], None] = lambda _sale: None
        self.wakes_pull: Callable[[], None] = lambda: None
        self.strict_from = 0
        self.terminal = Terminal()
        self.lives = 0
        self.disks: list[Disk] = []
        self._has_plug = has_plug
        self._clockwork = clockwork
        super().__init__(folder, number, RaceLine(None), _TillWall(clockwork, self), chance)

    # ---- opening and ending -------------------------------------------------------------------

    def open(self) -> None:
        """Open the files and wire the services, as at the start of the program."""
        self.lives += 1
        self.heard = held = NoWaiting(self._wake)
        with patch.object(queue, "SimpleQueue", lambda: held):
            super().open()
        self._show_what_is_paid()
        self.returning = Returning(
            self.journal,
            self.rules,
            self.receipts,
            self.approving,
            self.clock,
            self._who_sells,
            policy=self.cache.return_policy,
        )
        self.spool.recover()

    def _show_what_is_paid(self) -> None:
        """Tell the world of each sale at the moment at which the screen would."""
        complete = self.paying.complete

        def shown(*, print_receipt: bool) -> Sale:
            sale = complete(print_receipt=print_receipt)
            self.on_paid(sale)
            return sale

        self.paying.complete = shown

    def _remember(self) -> None:
        """Answer what is asked hundreds of times from memory until its file is written again.

        Nobody else writes these files, so the answer is the same; it is a third of a seed's time.
        """
        journal, cache = self.disks
        for asked, name, disk in (
            (self.outbox, "waiting", journal),
            (self.outbox, "trust", journal),
            (self.journal, "identity", journal),
            (self.streams, "cursor", cache),
            (self.cache, "as_of", cache),
        ):
            setattr(asked, name, _until_written(getattr(asked, name), disk))

    @property
    def is_ready(self) -> bool:
        """Say whether the till has what it needs to sell; one without its cache waits for the centre."""
        return all(self.cache.as_of(stream) for stream in REQUIRED_STREAMS)

    def has_heard_what_is_strict(self) -> bool:
        """Say whether the centre's word that goods are strictly kept ever came to this till.

        It may not forget it again: what came once is asked for no more, whatever becomes of its disk.
        """
        if self.strict_from:
            stands = self.streams.cursor("stock")
            if stands is not None and stands.after >= self.strict_from:
                self.strict_from = 0
        return not self.strict_from

    def _open_files(self) -> None:
        super()._open_files()
        self.disks = [
            Disk(each, self.point, self._alive, has_plug=self._has_plug)
            for each in (self._journal_file, self._cache_file)
        ]

    def _connect(self, credentials: Credentials) -> Transport:
        return OverALine(credentials, self.wire, self.point)

    def _wake(self) -> None:
        self.wakes_pull()

    def point(self, where: str) -> None:
        """A moment at which the program may die; it does when its time has come, and then does nothing more.

        Python still runs what stands in `finally` on the way out; a dead program does not.
        """
        if self.died_at:
            raise Crashed(self.died_at)
        if self.doomed_in:
            self.doomed_in -= 1
            if not self.doomed_in:
                self.died_at = where
                raise Crashed(where)

    def _alive(self) -> None:
        if self.died_at:
            raise Crashed(self.died_at)

    def found_again(self, *, power_lost: bool, cache_lost: bool = False) -> None:
        """Start again from what the disk holds: the program was killed, or its machine lost its power."""
        self.doomed_in, self.died_at = 0, ""
        before, self.folder = self.folder, self.folder.with_name(f"till-{self.number}.{self.lives}")
        self.folder.mkdir()
        for disk in self.disks:
            disk.leave(self.folder, power_lost=power_lost)
        self.close()
        shutil.rmtree(before)
        if cache_lost:
            discard_cache(self.folder)
        self.open()

    def copy_image(self, folder: Path) -> None:
        """Copy the disk as it is."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for disk in self.disks:
            disk.leave(folder, power_lost=False)

    def put_image_back(self, image: Path, *, told: bool) -> None:
        """Start from an old copy of the disk; a till that is told so goes on under new numbers at once."""
        self.doomed_in, self.died_at = 0, ""
        before, self.folder = self.folder, self.folder.with_name(f"till-{self.number}.{self.lives}")
        shutil.copytree(image, self.folder)
        self.close()
        shutil.rmtree(before)
        self.open()
        if told:
            self.outbox.begin_incarnation()

    # ---- what synchronisation is stepped by ---------------------------------------------------

    def _new_engine(self) -> Engine:
        self._remember()
        return Engine(
            self.outbox,
            self.outbox,
            self.streams,
            now=self.clock.now,
            connect=self._connect,
            probe_seconds=PROBE_SECONDS,
            on_rows=self._rows_changed,
        )

    def _rows_changed(self, stream: str) -> None:
        if stream in ("orders", "stock"):
            self.orders.refresh(stream)
            self.picking.stock_changed()
        else:
            self.selling.rules_changed()

    def push(self) -> float:
        """Step the sending thread; return after how many seconds it comes again."""
        delay = self.engine._sender.round()
        self.engine._tend()
        online = self.engine._standing.is_online
        if online is not self.believes_online:
            self.believes_online = online
            self.selling.network_changed()
        return delay

    def pull(self) -> float | None:
        """Step the fetching thread; return when it comes again, None when something must come first."""
        fetching = self.engine._follower
        fetching.round()
        if len(self.heard):
            return 0.0
        if fetching._due and self.engine._standing.is_online:
            return fetching._patience()
        return None


def _until_written(ask: Callable[..., Any], disk: Disk) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], tuple[int, Any]] = {}

    def answer(*about: Any) -> Any:
        found = known.get(about)
        if found is None or found[0] != disk.written:
            found = known[about] = disk.written, ask(*about)
        return found[1]

    return answer


class _TillWall:
    """A till's clocks: the wall's may be wrong, the one for durations is not."""

    def __init__(self, clockwork: Clockwork, till: SimulatedTill) -> None:
        self._clockwork = clockwork
        self._till = till

    def till_clock(self, chance: random.Random) -> Clock:
        """Return the clock, with ids of a seed."""

        def new_id() -> str:
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))

        return Clock(
            now=lambda: self._clockwork.in_the_store(self._till.wrong_by),
            monotonic_ms=lambda: int(self._clockwork.seconds * 1000),
            new_id=new_id,
        )
