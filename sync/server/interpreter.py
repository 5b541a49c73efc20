"""How the interpreter is set in a process that serves tills."""

from __future__ import annotations

import gc
import sys
from typing import Final

THRESHOLDS: Final = (20_000, 20, 20)
"""What a batch of 500 events makes is a few ten thousand values, all of which go when it has landed."""

SWITCH_SECONDS: Final = 0.0005
"""How long a thread that comes back from the database waits for one that reckons, at most.

Whoever writes holds the lock that others wait for. By default it would wait ten times as long, after every
statement, for a thread that judges the next batch.
"""


def set_up_for_serving() -> None:
    """Look for circles of garbage rarely, and let threads take turns often.

    A batch, a page of the back office and a page of changes are made of values without circles, which need
    no looking for; every look costs time in proportion to all that is held.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
