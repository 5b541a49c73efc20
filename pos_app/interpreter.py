"""How the interpreter is set in a till that sells."""

from __future__ import annotations

import gc


def set_up_for_selling() -> None:
    """Let a look for circles of garbage pass over all that the program has made until now.

    Once in some hundred scans such a look went through every module and widget: 77 ms, in which nothing was
    painted (docs/performance.md).
    """
    gc.freeze()
