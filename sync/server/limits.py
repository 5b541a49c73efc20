"""How often a caller may ask: a bucket of tokens for each, refilled at a steady rate."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from sync.server.refusals import Refused

MOST_CALLERS = 10_000
"""Beyond this the caller that was quiet for longest is forgotten: memory stays bounded."""


class RateLimit:
    """At most `burst` requests at once, and `per_second` in the long run, for each caller."""

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
