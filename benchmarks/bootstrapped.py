"""A till that starts from nothing, in its own process: `python -m benchmarks.bootstrapped FOLDER URL CODE`.

It enrols at a running centre, then its engine fetches every stream once. Afterwards a product must be found
by its code with a price, and by its name. The answer is one JSON line: seconds and CPU seconds until then,
peak memory, and what each piece of the work took. Pieces run on several threads, so they add up to more
than the whole.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import million, shop
from pos_app.database import search_index, staging, text_index
from pos_app.database.cache import Cache
from pos_app.database.files import open_cache, open_journal
from pos_app.database.journal import Journal
from pos_app.database.keys import KEY_FILE
from pos_app.database.look_ups import LOOK_UPS
from pos_app.database.outbox import Outbox
from pos_app.database.streams import Streams
from pos_app.services.clock import Clock
from sync.client import bootstrap
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.transport import Transport
from sync.interpreter import look_for_garbage_rarely

LONGEST_SECONDS = 900.0


class Pieces:
    """Adds up the time of some functions by name: seconds, and CPU seconds of the thread that ran them."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {}
        self._guard = threading.Lock()

    def watch(self, owner: Any, function: str, name: str) -> None:
        """Measure a function from now on."""
        work: Callable[..., Any] = getattr(owner, function)

        def measured(*arguments: Any, **options: Any) -> Any:
            begun, used = time.perf_counter(), time.thread_time()
            try:
                return work(*arguments, **options)
            finally:
                self.add(name, time.perf_counter() - begun, time.thread_time() - used)

        setattr(owner, function, measured)

    def watch_each(self, owner: Any, function: str, name: str) -> None:
        """Measure what a generator does between its values."""
        work: Callable[..., Iterator[Any]] = getattr(owner, function)

        def measured(*arguments: Any) -> Iterator[Any]:
            values = work(*arguments)
            while True:
                begun, used = time.perf_counter(), time.thread_time()
                value = next(values, None)
                self.add(name, time.perf_counter() - begun, time.thread_time() - used)
                if value is None:
                    return
                yield value

        setattr(owner, function, measured)

    def add(self, name: str, seconds: float, cpu: float) -> None:
        """Add to a piece."""
        with self._guard:
            sums = self.took.setdefault(name, [0.0, 0.0])
            sums[0] += seconds
            sums[1] += cpu


def watched() -> Pieces:
    """Put a watch on every piece of a bootstrap."""
    pieces = Pieces()
    pieces.watch(bootstrap, "_described", "centre makes the file")
    pieces.watch(bootstrap, "download", "download and check")
    pieces.watch_each(staging, "unpacked_blocks", "unzip and split")
    for look_ups in LOOK_UPS.values():
        pieces.watch(type(look_ups), "prepare", "decode and prepare")
        pieces.watch(type(look_ups), "complete", "codes and categories")
    pieces.watch(staging, "_insert_rows", "insert rows and ranks")
    pieces.watch(staging.Staging, "_write", "wait, insert and commit")
    pieces.watch(text_index.TextIndex, "finish", "wait for the text index")
    pieces.watch(text_index.TextIndex, "copy", "copy of the text index")
    pieces.watch(search_index, "_merge", "merge of the text index")
    pieces.watch(staging.Staging, "swap", "swap")
    return pieces


def main(folder: Path, url: str, code: str) -> None:
    """Bootstrap a till in an empty folder and say how long it took."""
    look_for_garbage_rarely()  # as `pos_app.program` does
    (folder / KEY_FILE).write_text(shop.KEY + "\n", encoding="ascii")
    clock = Clock()
    journal_file, cache_file = open_journal(folder, shop.KEY), open_cache(folder, shop.KEY)
    journal = Journal(journal_file, now=clock.now, monotonic_ms=clock.monotonic_ms, new_id=clock.new_id)
    outbox = Outbox(journal_file, journal)
    transport = Transport(url)
    enrol(transport, outbox, server_url=url, code=code, till_name="Till", software_version="benchmark")
    transport.close()
    pieces = watched()
    cache = Cache(cache_file)
    engine = Engine(outbox, outbox, Streams(cache_file, clock.now), now=clock.now)
    begun, used = time.perf_counter(), _cpu_seconds()
    report = engine.run_once(LONGEST_SECONDS)
    ready = cache.is_ready()
    found = cache.product_by_code(million.product(123).codes)
    seconds, cpu = time.perf_counter() - begun, _cpu_seconds() - used
    named = cache.search("harbour fresh b")
    answer = {
        "seconds": seconds,
        "cpu": cpu,
        "peak_mib": _peak_mib(),
        "problem": report.problem,
        "ready": ready and found is not None and found.unit_price_minor is not None and bool(named),
        "counts": cache.counts(),
        "pieces": pieces.took,
    }
    cache_file.close()
    journal_file.close()
    print(json.dumps(answer), flush=True)


def _cpu_seconds() -> float:
    """Return what this process and those that it has started and waited for have used."""
    return sum(os.times()[:4])


def _peak_mib() -> float:
    """Return the most memory of this process, and of the largest that it has started, together."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
