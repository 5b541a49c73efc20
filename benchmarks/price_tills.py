"""Some tills of one store in a process: `python -m benchmarks.price_tills URL FOLDER=CODE …`.

Each has its files, the threads of its engine and its long poll. It says a line when all follow every stream.
Then come questions: `expect PRICE` is answered when each till finds the changed products at that price, `bare
PRICE` stores the same rows without anything else, `end` closes the files. An answer is one JSON line with the
monotonic moment at which each till had done it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

import msgspec

from benchmarks import million, shop
from benchmarks.price_change import LONGEST_WAIT_SECONDS, changed_products
from pos_app.database.cache import Cache
from pos_app.database.files import open_cache, open_journal
from pos_app.database.journal import Journal
from pos_app.database.keys import KEY_FILE, TillKeys, device_key
from pos_app.database.outbox import Outbox
from pos_app.database.streams import Streams
from pos_app.services.clock import Clock
from retail.catalogue import Price
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.status import SyncState
from sync.client.transport import Transport


class PriceTill:
    """A till without a screen that looks whether its prices are the new ones whenever it hears of some."""

    def __init__(self, folder: Path, url: str, code: str, looked_up: list[tuple[str, ...]]) -> None:
        (folder / KEY_FILE).write_text(shop.KEY + "\n", encoding="ascii")
        clock = Clock()
        self._looked_up = looked_up
        self._files = (open_journal(folder, shop.KEY), open_cache(folder, shop.KEY))
        journal_file, self._cache_file = self._files
        journal = Journal(journal_file, now=clock.now, monotonic_ms=clock.monotonic_ms, new_id=clock.new_id)
        keys = TillKeys(database=shop.KEY, device=device_key(folder, use_keyring=False))
        outbox = Outbox(journal_file, journal, keys)
        self._cache = Cache(self._cache_file)
        if outbox.credentials() is None:
            transport = Transport(url)
            enrol(
                transport, outbox, server_url=url, code=code, till_name="Till", software_version="benchmark"
            )
            transport.close()
        self.engine = Engine(
            outbox, outbox, Streams(self._cache_file, clock.now), now=clock.now, on_rows=self._changed
        )
        self._expected: Decimal | None = None
        self.seen = threading.Event()
        self.seen_at = 0.0
        self._threads = [
            threading.Thread(target=run, daemon=True) for run in (self.engine.run_push, self.engine.run_pull)
        ]
        for thread in self._threads:
            thread.start()

    def expect(self, price: Decimal) -> None:
        """Look for a price from now on."""
        self.seen.clear()
        self._expected = price

    def follows(self) -> bool:
        """Say whether every stream is complete, and waited for."""
        return self.engine.status.state is SyncState.SYNCED and self.engine._standing.listens

    def store_bare(self, rows: list[tuple[str, bytearray]]) -> float:
        """Store rows by `executemany`; return the moment at which they were in."""
        with self._cache_file.write() as connection:
            connection.exec_driver_sql("INSERT OR REPLACE INTO prices_rows VALUES (?, ?)", rows)
        return time.monotonic()

    def close(self) -> None:
        """Stop the threads and close the files."""
        self.engine.stop()
        for thread in self._threads:
            thread.join()
        for file in self._files:
            file.close()

    def _changed(self, stream: str) -> None:
        if stream != "prices" or self._expected is None:
            return
        for codes in self._looked_up:
            found = self._cache.product_by_code(codes)
            if found is None or found.unit_price_minor != self._expected:
                return
        self.seen_at = time.monotonic()
        self.seen.set()


def changed_rows(price: Decimal) -> list[tuple[str, bytearray]]:
    """Return keys and bodies of the prices that a change leaves."""
    encode = msgspec.json.Encoder().encode
    rows = [Price(product_id=f"P{number:06d}", unit_price_minor=price) for number in changed_products()]
    return [(f"price:{row.key}", bytearray(encode(row))) for row in rows]


def main(url: str, pairs: list[str]) -> None:
    """Run the tills until standard input ends."""
    changed = changed_products()
    looked_up = [million.product(changed[place]).codes for place in (0, len(changed) // 2, -1)]
    tills = [
        PriceTill(Path(folder), url, code, looked_up)
        for folder, _, code in (pair.rpartition("=") for pair in pairs)
    ]
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not all(till.follows() for till in tills) and time.monotonic() < deadline:
        time.sleep(0.05)
    _answer([time.monotonic() for till in tills if till.follows()], len(tills))
    for line in sys.stdin:
        word, _, price = line.strip().partition(" ")
        if word == "expect":
            for till in tills:
                till.expect(Decimal(price))
            threading.Thread(target=_wait, args=(tills,), daemon=True).start()
        elif word == "bare":
            rows = changed_rows(Decimal(price))
            _answer([till.store_bare(rows) for till in tills], len(tills))
        else:
            for till in tills:
                till.close()
            _answer([time.monotonic()] * len(tills), len(tills))
            return


def _wait(tills: list[PriceTill]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    _answer(
        [till.seen_at for till in tills if till.seen.wait(max(0.0, deadline - time.monotonic()))], len(tills)
    )


def _answer(moments: list[float], tills: int) -> None:
    print(json.dumps({"moments": moments, "missing": tills - len(moments)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
