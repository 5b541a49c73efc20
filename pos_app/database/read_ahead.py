"""The blocks of a snapshot's file, each worked on by another thread before it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sync.snapshot_file import Block

BLOCKS_AHEAD = 2
"""Read and prepared before they are asked for."""

T = TypeVar("T")


@contextmanager
def read_ahead(blocks: Iterator[Block], prepare: Callable[[Block, int], T]) -> Iterator[Iterator[T]]:
    """Give what `prepare` makes of each block and of the number of rows before it, in order.

    What reading or preparing raises is raised where its block is asked for.
    """
    rows = 0

    def next_one() -> tuple[T] | None:
        nonlocal rows
        block = next(blocks, None)
        if block is None:
            return None
        made = prepare(block, rows)
        rows += len(block.keys)
        return (made,)

    def in_order(thread: ThreadPoolExecutor) -> Iterator[T]:
        ahead: deque[Future[tuple[T] | None]] = deque(thread.submit(next_one) for _ in range(BLOCKS_AHEAD))
        while (one := ahead.popleft().result()) is not None:
            ahead.append(thread.submit(next_one))
            yield one[0]

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot-reader") as thread:
        try:
            yield in_order(thread)
        finally:
            thread.shutdown(wait=True, cancel_futures=True)
