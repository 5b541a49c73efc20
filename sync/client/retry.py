"""How long to wait before trying again: exponential with full jitter, and no limit on tries."""

from __future__ import annotations

import random

SMALLEST_SECONDS = 1.0
LARGEST_SECONDS = 60.0


class Backoff:
    """Waits of 1, 2, 4 … 60 s at most, each drawn evenly from nothing to that.

    Full jitter spreads the tills of a chain that lost the centre in the same second
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """

    def __init__(self, source: random.Random | None = None) -> None:
        self._random = source or random.Random()  # noqa: S311  # jitter is no secret
        self._tries = 0

    def next_delay(self) -> float:
        """Return the seconds to wait before the next try."""
        longest = min(LARGEST_SECONDS, SMALLEST_SECONDS * 2 ** min(self._tries, 10))
        self._tries += 1
        return self._random.uniform(0.1, longest)

    def reset(self) -> None:
        """Begin again with short waits: something worked, or a person asked for it."""
        self._tries = 0

    @property
    def tries(self) -> int:
        """Return how many waits were given since the last reset."""
        return self._tries
