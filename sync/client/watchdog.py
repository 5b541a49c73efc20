"""Notices a queue that does not move, although something waits in it."""

from __future__ import annotations

import time
from collections.abc import Callable

STALLED_SECONDS = 60.0
"""After so long without progress the HTTP session is made anew: addresses are looked up again, and no
connection is used on that something in between may have half forgotten."""


class Watchdog:
    """Told how much waits, it says when that has not become less for too long; its clock never jumps."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._moved_at = monotonic()
        self._waiting = 0

    def stalled(self, waiting: int) -> bool:
        """Say, once in a minute, that something waits and nothing of it has been taken."""
        now = self._monotonic()
        moved = waiting < self._waiting or not waiting or not self._waiting
        self._waiting = waiting
        if moved:
            self._moved_at = now
        if now - self._moved_at < STALLED_SECONDS:
            return False
        self._moved_at = now
        return True
