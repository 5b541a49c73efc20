"""One hash seed for every process that tells stories: the order of a set must not make another of a seed."""

from __future__ import annotations

import os
import sys

HASH_SEED = "0"


def start_again_with_fixed_hashes(module: str) -> None:
    """Replace this process by one that runs `module` with its arguments, unless it has the hash seed already.

    For a module's own `__main__` block only: Python reads the hash seed when it starts, never later.
    """
    if os.environ.get("PYTHONHASHSEED") != HASH_SEED:
        os.execve(
            sys.executable,
            [sys.executable, "-m", module, *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": HASH_SEED},
        )
