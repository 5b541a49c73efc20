"""Time and chance of a simulated world: one clock, one heap of what happens next, one source of every draw.

Nothing of the product reads the machine's clock or draws its own numbers while a world turns: the modules
that
ask for `time`, `random` or `datetime.now` are given the world's. So a seed tells one story.
"""

from __future__ import annotations

import hashlib
import heapq
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

OPENING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""Nine in the morning in the stores."""

STORE_ZONE = timezone(timedelta(hours=8))
_PRODUCT = ("sync.", "pos_app.database.", "pos_app.services.")


class Clockwork:
    """The world's clock and heap; `chance` is the scheduler's own source, which nothing else draws from."""

    def __init__(self, seed: int) -> None:
        self.seconds = OPENING.timestamp()
        self.chance = random.Random(f"order {seed}")
        self._waiting: list[tuple[float, int, str, Callable[[], None]]] = []
        self._number = 0

    def after(self, seconds: float, what: str, action: Callable[[], None]) -> None:
        """Let something happen so many seconds from now; what falls together keeps its order."""
        self._number += 1
        heapq.heappush(self._waiting, (self.seconds + seconds, self._number, what, action))

    def next_before(self, end: float) -> tuple[str, Callable[[], None]] | None:
        """Go to the next thing that happens before a moment; None, and that moment, when there is none."""
        if not self._waiting or self._waiting[0][0] > end:
            self.seconds = max(self.seconds, end)
            return None
        at, _, what, action = heapq.heappop(self._waiting)
        self.seconds = max(self.seconds, at)
        return what, action

    def forget(self) -> None:
        """Let nothing that waits happen any more."""
        self._waiting.clear()

    def text(self) -> str:
        """Return the moment as the centre writes it: RFC 3339 in UTC."""
        moment = datetime.fromtimestamp(self.seconds, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def in_the_store(self, wrong_by: float = 0.0) -> str:
        """Return the moment as a store's clock shows it, wrong by so many seconds."""
        return datetime.fromtimestamp(self.seconds + wrong_by, STORE_ZONE).isoformat(timespec="milliseconds")


class Trace:
    """What happened, line by line, and a digest of all of it."""

    def __init__(self, clockwork: Clockwork) -> None:
        self._clockwork = clockwork
        self._digest = hashlib.sha256()
        self.lines: list[str] = []

    def tell(self, text: str) -> None:
        """Add a line."""
        line = f"{self._clockwork.text()[11:23]}  {text}"
        self._digest.update(line.encode())
        self.lines.append(line)

    @property
    def digest(self) -> str:
        """Return the digest of all lines so far."""
        return self._digest.hexdigest()[:16]


def readers_of_clocks() -> list[tuple[ModuleType, str]]:
    """Return where a module of the product holds `time`, `random` or a `datetime` that it asks."""
    found: list[tuple[ModuleType, str]] = []
    for name, module in sorted(sys.modules.items()):
        if not name.startswith(_PRODUCT) or module is None or not getattr(module, "__file__", None):
            continue
        for attribute, what in (("time", time), ("random", random)):
            if getattr(module, attribute, None) is what:
                found.append((module, attribute))
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        if getattr(module, "datetime", None) is datetime and "datetime.now(" in source:
            found.append((module, "datetime"))
    return found


@contextmanager
def one_world(clockwork: Clockwork, seed: int) -> Iterator[None]:
    """Let the product follow one clock and one seed."""
    chance = random.Random(f"product {seed}")

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Moment:
            return cls.fromtimestamp(clockwork.seconds, tz)

    def token(size: int | None = None) -> str:
        return f"{chance.getrandbits(8 * (size or 32)):0{2 * (size or 32)}x}"

    instead = {"time": _clocks(clockwork), "random": _draws(chance), "datetime": Moment}
    with ExitStack() as stack:
        for module, attribute in readers_of_clocks():
            stack.enter_context(patch.object(module, attribute, instead[attribute]))
        stack.enter_context(
            patch.object(uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
        )
        stack.enter_context(patch("secrets.token_urlsafe", token))
        stack.enter_context(patch("secrets.token_hex", token))
        stack.enter_context(patch("secrets.token_bytes", lambda size=32: chance.randbytes(size)))
        stack.enter_context(patch("secrets.randbelow", chance.randrange))
        yield


def _clocks(clockwork: Clockwork) -> SimpleNamespace:
    def nobody_sleeps(_seconds: float) -> None:
        raise AssertionError("somebody sleeps in a world of one thread")

    return SimpleNamespace(
        monotonic=lambda: clockwork.seconds,
        perf_counter=lambda: clockwork.seconds,
        time=lambda: clockwork.seconds,
        monotonic_ns=lambda: int(clockwork.seconds * 1e9),
        time_ns=lambda: int(clockwork.seconds * 1e9),
        sleep=nobody_sleeps,
    )


def _draws(chance: random.Random) -> SimpleNamespace:
    def another(_seed: Any = None) -> random.Random:
        return random.Random(chance.getrandbits(64))

    return SimpleNamespace(
        Random=another,
        random=chance.random,
        uniform=chance.uniform,
        choice=chance.choice,
        randrange=chance.randrange,
        randint=chance.randint,
    )
