"""Ten thousand prices change at the centre: how long until each of twenty tills of the store sells at them.

A real centre process, and 20 tills in as many processes as there are cores, each with files, threads and a
long poll of its own, all stocked from the centre. The change is published by another process than the one
that serves, as an import is, which that one has to find out. Product: from its commit until a till finds the
first, the middle and the last changed product by its code, at the new price. Limit: the same rows by
`executemany` into the same tables of the same 20 encrypted files, a transaction each, by the same processes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import million
from benchmarks.figure import Figure, NotMeasured, percentile
from benchmarks.places import ROOT, empty_folder
from benchmarks.processes import centre_on
from retail.catalogue import Price
from sync.server.centre import Centre
from sync.server.database.sessions import StreamId
from sync.server.enrolment import new_code
from sync.server.settings import Settings
from sync.server.streams import Publication, publish

PRODUCTS = 30_000
CHANGED = 10_000
TILLS = 20
CHANGES = 6
WARM_UP = 1
ALLOWED_SECONDS = 3.0
PRICES: StreamId = ("prices", million.STORE)
LONGEST_WAIT_SECONDS = 120.0
PAUSE_SECONDS = 2.0


class Done(NamedTuple):
    """One change: how long each till took from its commit, and how long it took to publish."""

    seconds: list[float]
    publishing: float
    centre: float


def measure() -> tuple[Figure, ...]:
    """Return how long it takes until the last tills have a change of many prices."""
    with empty_folder("price-change") as folder:
        million.load_centre(folder / "centre", PRODUCTS)
        centre = Centre(Settings(data=folder / "centre"))
        try:
            with centre_on(folder / "centre") as served, _tills(folder, centre, served.url) as groups:
                done = []
                for number in range(WARM_UP + CHANGES):
                    used = served.processor_seconds()
                    seconds, publishing = _change(centre, groups, number)
                    done.append(Done(seconds, publishing, served.processor_seconds() - used))
                    time.sleep(PAUSE_SECONDS)
                bare = [_bare(groups, number) for number in range(WARM_UP + CHANGES)][WARM_UP:]
        finally:
            centre.close()
    done = done[WARM_UP:]
    samples = [each for one in done for each in one.seconds]
    return (
        Figure(
            name="price_change",
            product=percentile(samples, 99),
            limit=percentile(bare, 50),
            unit="s",
            allowed=ALLOWED_SECONDS,
            target=f"p99 of {TILLS} tills, {CHANGED:,} prices of {PRODUCTS:,} in one version",
            detail=f"{CHANGES} changes; median {percentile(samples, 50):.2f} s; publishing took "
            f"{percentile([one.publishing for one in done], 50):.2f} s before; the centre was busy "
            f"{percentile([one.centre for one in done], 50):.2f} s for each",
        ),
    )


def _change(centre: Centre, groups: Sequence[Group], number: int) -> tuple[list[float], float]:
    price = Decimal(50_000 + number)
    rows = [Price(product_id=f"P{product:06d}", unit_price_minor=price) for product in changed_products()]
    for group in groups:
        group.say("expect", str(price))
    begun = time.monotonic()
    with centre.database.write() as connection:
        publish(connection, {PRICES: Publication(puts=rows)})
    committed = time.monotonic()
    seen = [moment for group in groups for moment in group.answer()]
    return [moment - committed for moment in seen], committed - begun


def changed_products() -> range:
    """Return the numbers of the products whose prices change: all over the shop."""
    return range(0, PRODUCTS, PRODUCTS // CHANGED)


def _bare(groups: Sequence[Group], number: int) -> float:
    begun = time.monotonic()
    for group in groups:
        group.say("bare", str(70_000 + number))
    return max(moment for group in groups for moment in group.answer()) - begun


class Group:
    """Some tills in a process of their own (`benchmarks.price_tills`)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def say(self, *words: str) -> None:
        """Ask for something."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()

    def answer(self) -> list[float]:
        """Return the monotonic moments at which its tills had done what was asked."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasured("the tills have ended")
        found: dict[str, Any] = json.loads(line)
        if found["missing"]:
            raise NotMeasured(f"{found['missing']} tills did not come so far in {LONGEST_WAIT_SECONDS:.0f} s")
        moments: list[float] = found["moments"]
        return moments


@contextmanager
def _tills(folder: Path, centre: Centre, url: str) -> Iterator[list[Group]]:
    """Start the tills, each on a copy of a cache that one of them has fetched, and wait until all follow."""
    with centre.database.write() as connection:
        codes = [new_code(connection, store_id=million.STORE) for _ in range(TILLS)]
    places = [folder / f"till-{number}" for number in range(TILLS)]
    for place in places:
        place.mkdir()
    groups_of = max(1, min(os.cpu_count() or 1, TILLS))
    with ExitStack() as stack:
        first = stack.enter_context(_group(url, places[:1], codes[:1]))
        first.answer()
        first.say("end")
        first.answer()
        for place in places[1:]:
            for file in places[0].glob("cache.db*"):
                shutil.copy(file, place / file.name)
        groups = [
            stack.enter_context(_group(url, places[some::groups_of], codes[some::groups_of]))
            for some in range(groups_of)
        ]
        for group in groups:
            group.answer()
        yield groups


@contextmanager
def _group(url: str, places: Sequence[Path], codes: Sequence[str]) -> Iterator[Group]:
    pairs = [f"{place}={code}" for place, code in zip(places, codes, strict=True)]
    command = [sys.executable, "-m", "benchmarks.price_tills", url, *pairs]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Group(process)
        finally:
            process.kill()
