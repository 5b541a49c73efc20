"""When a till is killed: moments drawn by chance, and moments right after something was seen from outside."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.processes import TillProcess, journal_writes

READY_SECONDS = 60.0
SEEN_SECONDS = 25.0
"""How long something is waited for before the till is killed all the same."""


class Watch:
    """Something that can be armed for an amount, and is due when so much of it was seen."""

    def __init__(self) -> None:
        self._left = 0
        self._due = threading.Event()

    def arm(self, amount: int) -> None:
        """Wait for so much from now on."""
        self._left = amount
        self._due.clear()

    def seen(self, amount: int = 1) -> None:
        """Tell that so much was seen."""
        if self._left > 0:
            self._left -= amount
            if self._left <= 0:
                self._due.set()

    def wait(self, till: TillProcess) -> None:
        """Wait until it is due, the till has ended, or the time is over."""
        _until(self._due.is_set, till, SEEN_SECONDS, 0.002)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What can be watched from outside."""

    folder: Path
    paper: Watch
    wire: Watch
    enrolment: Watch


def _until(seen: Callable[[], bool], till: TillProcess, seconds: float, step: float) -> bool:
    deadline = time.monotonic() + seconds
    while not seen():
        if till.ended is not None or time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def _ready(till: TillProcess) -> None:
    """Wait for the cashier's first act."""
    _until(lambda: till.doing != "start", till, READY_SECONDS, 0.05)


def while_starting(chance: random.Random, till: TillProcess, _around: Surroundings) -> None:
    """At any moment of the start, enrolment and first synchronisation included."""
    time.sleep(chance.uniform(0.05, 2.5))


def while_enrolling(chance: random.Random, till: TillProcess, around: Surroundings) -> None:
    """While the centre hands out its one-time place, or while the till stores it."""
    around.enrolment.arm(1)
    around.enrolment.wait(till)
    time.sleep(chance.uniform(0.0, 0.06))


def by_the_clock(chance: random.Random, till: TillProcess, _around: Surroundings) -> None:
    """At any moment of selling."""
    _ready(till)
    _until(lambda: False, till, chance.uniform(0.0, 10.0), 0.005)


def on_paper(chance: random.Random, till: TillProcess, around: Surroundings) -> None:
    """While a receipt comes out, or shortly after."""
    _ready(till)
    around.paper.arm(chance.randint(1, 30_000))
    around.paper.wait(till)
    time.sleep(chance.uniform(0.0, 0.3))


def on_the_wire(chance: random.Random, till: TillProcess, around: Surroundings) -> None:
    """While the journal is being sent or acknowledged."""
    _ready(till)
    around.wire.arm(chance.randint(1, 5))
    around.wire.wait(till)
    time.sleep(chance.uniform(0.0, 0.04))


def on_disk(chance: random.Random, till: TillProcess, around: Surroundings) -> None:
    """Within milliseconds of a write to the journal."""
    _ready(till)
    for _ in range(chance.randint(1, 50)):
        mark = journal_writes(around.folder)
        _until(lambda mark=mark: journal_writes(around.folder) != mark, till, SEEN_SECONDS, 0.000_5)  # type: ignore[misc]  # bound now
    time.sleep(chance.uniform(0.0, 0.004))


def at_the_terminal(chance: random.Random, till: TillProcess, around: Surroundings) -> None:
    """While a card or code is being charged, or right after it was."""
    _ready(till)
    if not _until(lambda: till.doing in {"card", "mobile"}, till, SEEN_SECONDS, 0.003):
        return
    time.sleep(chance.choice((0.0, chance.uniform(0.0, 0.12), chance.uniform(0.1, 1.2))))


MOMENTS: dict[str, tuple[int, Callable[[random.Random, TillProcess, Surroundings], None]]] = {
    "enrolling": (0, while_enrolling),
    "start": (4, while_starting),
    "clock": (8, by_the_clock),
    "paper": (5, on_paper),
    "wire": (4, on_the_wire),
    "disk": (7, on_disk),
    "terminal": (5, at_the_terminal),
}
"""Each kind of moment with how often it is drawn; a till is enrolled once, so that is never drawn."""

WHOLE_STARTS = frozenset({"enrolling", "start"})
"""Moments of the start itself: the till is started as on a desk, its imports included."""


def draw(chance: random.Random) -> str:
    """Return the kind of the next moment."""
    return chance.choices(list(MOMENTS), weights=[weight for weight, _wait in MOMENTS.values()])[0]
