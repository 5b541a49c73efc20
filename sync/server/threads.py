"""Work in a thread that is never left behind half done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread

T = TypeVar("T")


async def in_thread(function: Callable[[], T]) -> T:
    """Run a function in a thread; when cancelled, wait until it has ended, so that it lets go of everything.

    `anyio.to_thread.run_sync` alone is left at once by a task that is cancelled, and its thread goes on
    with a database that is being closed.
    """
    running = asyncio.ensure_future(anyio.to_thread.run_sync(function))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
