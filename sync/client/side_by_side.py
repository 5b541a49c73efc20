"""Work that now and then only waits for somebody else, so that other work is done meanwhile.

Such work is a generator: where it yields, nothing of its own is left to do until somebody else is done. Asked
again, it waits for that. Closed, it ends whoever works for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import ExitStack
from typing import TypeVar

T = TypeVar("T")

Work = Generator[None, None, T]


def to_the_end(work: Work[T]) -> T:
    """Do it without a pause, and return what it returns."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def side_by_side(works: Iterable[Work[None]]) -> None:
    """Do each until it waits for somebody else, then each of those to its end, in their order.

    What one raises ends all of them.
    """
    with ExitStack() as ends:
        waiting: list[Work[None]] = []
        for work in works:
            ends.callback(work.close)
            try:
                next(work)
            except StopIteration:
                continue
            waiting.append(work)
        for work in waiting:
            to_the_end(work)
