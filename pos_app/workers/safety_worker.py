"""The thread that keeps the mirror, checks the journal whole and replaces a damaged cache, beside selling."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from pos_app.services.safety import Safety, SafetyStanding
from sync.client.ports import StreamStore

_log = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
FIRST_CHECK_SECONDS = 10.0
"""After the start: the till is ready to sell long before, and has the disk for itself until then."""

CHECK_AGAIN_SECONDS = 24 * 3600.0
RENEW_AGAIN_SECONDS = 10.0
STOP_SECONDS = 2.0


class SafetyWorker(QObject):
    """Runs a `Safety` on a daemon thread, at once after `wake` and every two seconds.

    `standing_changed` carries a `SafetyStanding` whenever it is another; `cache_renewed` says that every
    stream's rows are others now.
    """

    standing_changed = Signal(object)
    cache_renewed = Signal()

    def __init__(
        self,
        safety: Safety,
        fetch: Callable[[StreamStore], None],
        *,
        release: Callable[[], None] = lambda: None,
        first_check_seconds: float = FIRST_CHECK_SECONDS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._safety = safety
        self._fetch = fetch
        self._release = release
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._check_at = time.monotonic() + first_check_seconds
        self._renew_at = 0.0
        self._told: SafetyStanding | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="safety", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A fact was recorded: mirror it at once. From any thread."""
        self._woken.set()

    def stop(self) -> bool:
        """End the thread within two seconds; say whether it did."""
        self._stopping.set()
        self._woken.set()
        if self._thread is None:
            return True
        self._thread.join(STOP_SECONDS)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._woken.clear()
                self._round()
                self._woken.wait(IDLE_SECONDS)
            self._safety.mirror(lambda: True)  # what was sold last is mirrored before the till goes dark
        except Exception:  # noqa: BLE001  # the last line of defence: said, and selling goes on
            if not self._stopping.is_set():  # else the databases may be closed already
                _log.exception("the safety thread ends: the journal is not mirrored any more")
        finally:
            self._safety.close()
            self._release()

    def _round(self) -> None:
        self._safety.mirror(self._keep_going)
        if time.monotonic() >= self._check_at:
            self._check_at = time.monotonic() + CHECK_AGAIN_SECONDS
            self._safety.check_whole()
        if self._safety.standing.cache == "damaged" and time.monotonic() >= self._renew_at:
            self._tell()
            if self._safety.renew_cache(self._fetch):
                self.cache_renewed.emit()
            self._renew_at = time.monotonic() + RENEW_AGAIN_SECONDS
        self._tell()

    def _keep_going(self) -> bool:
        return not self._stopping.is_set()

    def _tell(self) -> None:
        if self._safety.standing != self._told:
            self._told = self._safety.standing
            self.standing_changed.emit(self._told)
