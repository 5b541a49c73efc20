"""How often a caller may ask, and how much may be in work at once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sync.server.refusals import Refused

MOST_CALLERS = 10_000
"""Beyond this the caller that was quiet for longest is forgotten: memory stays bounded."""


class RateLimit:
    """A bucket of tokens for each caller: `burst` requests at once, and `per_second` in the long run."""

    def __init__(self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._lock = Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one request; raises `Refused` with the seconds to wait when the bucket is empty."""
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(caller, (float(self._burst), now))
            tokens = min(self._burst, tokens + (now - then) * self._per_second)
            self._buckets[caller] = (max(tokens - 1, 0.0) if tokens >= 1 else tokens, now)
            if len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
        if tokens < 1:
            wait = int((1 - tokens) / self._per_second) + 1
            raise Refused("too_many_requests", retry_after_seconds=wait)


class AtOnce:
    """At most so many of something in work at the same time; belongs to the event loop.

    What comes beyond that is told to come later, instead of waiting where nobody sees it.
    """

    def __init__(self, most: int, *, later_seconds: int) -> None:
        self._most = most
        self._later_seconds = later_seconds
        self.in_work = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one for as long as the block runs; raises `Refused` when there are as many as may be."""
        if self.in_work >= self._most:
            raise Refused("busy", retry_after_seconds=self._later_seconds)
        self.in_work += 1
        try:
            yield
        finally:
            self.in_work -= 1
