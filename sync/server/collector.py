"""How often a serving process looks for circles of garbage."""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (20_000, 20, 20)
"""What a batch of 500 events makes is a few ten thousand values, all of which go when it has landed."""


def look_for_garbage_rarely() -> None:
    """Leave out what a process was started with, and look at new values after so many of them.

    A batch, a page of the back office and a page of changes are made of values without circles, which need
    no looking for; every look costs time in proportion to all that is held.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
