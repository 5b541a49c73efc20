"""How the C library hands out memory in a process that serves tills."""

from __future__ import annotations

import ctypes
import os
from typing import Final

ARENAS: Final = 2
"""Heaps for all threads together. Most of what asks for memory holds the interpreter, so few ask at once."""

_M_ARENA_MAX: Final = -8
"""From glibc's `malloc.h`; https://man7.org/linux/man-pages/man3/mallopt.3.html."""


def share_arenas() -> None:
    """Let all threads take their memory from `ARENAS` heaps; nothing changes where there is no glibc.

    By default it makes eight heaps for each processor and gives them to threads in turn. What a request has
    freed is then of use to the threads of the same heap only, so every heap grows to what the largest request
    needs that ever ran there, and the process with them, for as long as it lives. Call it before any thread
    is started: heaps that there are stay.
    """
    if "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", {}):
        return
    done = ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
    assert done, "glibc knows this parameter"
