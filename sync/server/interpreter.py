"""How the interpreter is set in a process that serves tills."""

from __future__ import annotations

import gc
import sys
from typing import Final

from sync.interpreter import look_for_garbage_rarely

SWITCH_SECONDS: Final = 0.0005
"""How long a thread that comes back from the database waits for one that reckons, at most.

Whoever writes holds the lock that others wait for. By default it would wait ten times as long, after every
statement, for a thread that judges the next batch.
"""


def set_up_for_serving() -> None:
    """Look for circles of garbage rarely, and let threads take turns often."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    look_for_garbage_rarely()
