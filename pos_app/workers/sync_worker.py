"""The threads that keep the till and the centre in step, and their signals.

Two threads of their own (plus one listener a stream that only waits): a sale is sent at once while a
long poll waits, and a snapshot of 100,000 products delays no sale. Their requests can be broken off, so
stopping takes moments; a thread that is stuck in a name look-up is left behind as a daemon and touches
nothing any more.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sync.client.engine import PROBE_SECONDS, Engine, connect_to
from sync.client.ports import Credentials, IdentityStore, JournalSource, StreamStore
from sync.client.status import SyncStatus

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

STOP_SECONDS = 2.0
AFTER_FAILURE_SECONDS = 5.0
SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter to itself while the screen waits (Python's default is
0.005). While a snapshot is read in, a look-up of the screen takes it several times."""


class SyncWorker(QObject):
    """Owns one `Engine` and its threads. Lives in the thread that makes it; the signals arrive there.

    `release` is called at the end of each thread, to close its database connections; `tend` between
    rounds of the sending thread, to fold the databases' logs back (`Database.tend`).
    """

    status_changed = Signal(object)
    """A `sync.client.status.SyncStatus`, whenever it is another than before."""

    rows_changed = Signal(str)
    """The name of a stream whose rows in the cache are no longer what they were."""

    def __init__(
        self,
        journal: JournalSource,
        identity: IdentityStore,
        streams: StreamStore,
        *,
        now: Callable[[], str],
        release: Callable[[], None] = lambda: None,
        connect: Callable[[Credentials], Transport] = connect_to,
        probe_seconds: float = PROBE_SECONDS,
        tend: Callable[[], None] = lambda: None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._release = release
        self._stopping = threading.Event()
        self._engine = Engine(
            journal,
            identity,
            streams,
            now=now,
            on_status=self.status_changed.emit,
            on_rows=self.rows_changed.emit,
            connect=connect,
            probe_seconds=probe_seconds,
            tend=tend,
        )
        self._threads: list[threading.Thread] = []

    @property
    def status(self) -> SyncStatus:
        """Return how the till stands now."""
        return self._engine.status

    @property
    def skew_seconds(self) -> int | None:
        """Return by how much this till's clock is ahead of the centre's; None before it answered."""
        return self._engine.skew_seconds

    def fetch_into(self, streams: StreamStore) -> None:
        """Fetch every stream into another store, on the calling thread (`Engine.fetch_into`)."""
        self._engine.fetch_into(streams)

    def start(self) -> None:
        """Start both threads."""
        assert not self._threads, "started twice"
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        for name, run in (("sync-push", self._engine.run_push), ("sync-pull", self._engine.run_pull)):
            thread = threading.Thread(target=self._run, args=(name, run), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        """Tell the sending thread that a fact was just stored; returns at once."""
        self._engine.wake()

    def try_now(self) -> None:
        """Try both directions at once, whatever they wait for; returns at once."""
        self._engine.try_now()

    def stop(self) -> bool:
        """End both threads within two seconds; say whether they did. Harmless twice."""
        self._stopping.set()
        self._engine.stop()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        left = [thread.name for thread in self._threads if thread.is_alive()]
        if left:
            _log.warning("left behind at the end: %s", ", ".join(left))
        self._threads.clear()
        return not left

    def _run(self, name: str, run: Callable[[], None]) -> None:
        """Run a loop to its end; a mistake of ours must not silence synchronisation for the day."""
        while not self._stopping.is_set():
            try:
                run()
            except Exception:  # noqa: BLE001  # the last line of defence: said, and tried again
                if self._stopping.is_set():
                    break  # the databases may be closed already
                _log.exception("%s failed and is started again", name)
                self._stopping.wait(AFTER_FAILURE_SECONDS)
        self._release()
