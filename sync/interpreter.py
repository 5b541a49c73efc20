"""How Python is told to look for garbage in a process that runs all day: a till, or one that serves tills."""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (20_000, 20, 20)
"""What a batch of 500 events or 5,000 rows makes is a few ten thousand values, which go when it is in."""


def look_for_garbage_rarely() -> None:
    """Pass over all that the process has made until now, and look for circles in the rest rarely.

    Batches, pages and rows of a snapshot are made of values without circles, which need no looking for; and
    every look costs time in proportion to all that is looked at.
    """
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
