"""A million products from the centre into a till ready to scan, over loopback, the text index included.

Product: centre and till are processes of their own; from the first request to the moment at which a scanned
code has a product and a price. The centre's snapshot files are made by an earlier till, as on any day but
the first; what the first till waits more is a figure of its own. Limit: the same final rows, ready in
memory and in the best order, by `executemany` into the same encrypted tables and the same text index, in
one transaction.

`EVERTILL_PRODUCTS` takes another number of products; the targets then hold no more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import million, shop
from benchmarks.figure import Figure, NotMeasured
from benchmarks.places import ROOT, empty_folder
from pos_app.database.files import open_cache
from retail.search_text import codes_of, product_texts, rank_base
from sync.server.streams import key_of

ALLOWED_SECONDS = 30.0
ALLOWED_TIMES = 2.0
ALLOWED_MIB = 420.0
STOP_SECONDS = 30.0
LONGEST_SETTLING_SECONDS = 300.0


def wanted_products() -> int:
    """Return how many products there are to be."""
    return int(os.environ.get("EVERTILL_PRODUCTS", million.PRODUCTS))


def measure() -> tuple[Figure, ...]:
    """Return the seconds of a bootstrap, those of the first one, and the peak of memory in MiB."""
    products = wanted_products()
    folder = million.centre_folder(products)
    limit = _run("limit", str(products))
    with serving(folder) as url:
        forget_snapshots(folder)
        first, again = (_bootstrapped(folder, url, till) for till in (2, 3))
    for said in (first, again):
        print_pieces(said)
    detail = f"{products:,} products and prices; {again['cpu']:.1f} s of CPU, the limit {limit['cpu']:.1f} s"
    allowed = min(ALLOWED_SECONDS, ALLOWED_TIMES * limit["seconds"])
    return (
        Figure(
            name="million_bootstrap",
            product=again["seconds"],
            limit=limit["seconds"],
            unit="s",
            allowed=allowed,
            target="30 s and twice the limit",
            detail=detail,
        ),
        Figure(
            name="million_bootstrap_first",
            product=first["seconds"],
            limit=limit["seconds"],
            unit="s",
            allowed=2 * ALLOWED_SECONDS,
            target="with making the files",
        ),
        Figure(
            name="million_bootstrap_memory",
            product=again["peak_mib"],
            limit=again["peak_mib"],
            unit="MiB",
            allowed=ALLOWED_MIB,
            target="peak, without a screen",
        ),
    )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run a centre on this folder and give its address."""
    command = [sys.executable, "-m", "sync.server", "serve", "--data", str(folder), "--port", "0"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        if not line.startswith("listening on "):
            raise NotMeasured(f"the centre said {line!r}")
        _until_idle(running.pid)
        yield line.removeprefix("listening on ").strip()
    finally:
        running.terminate()
        try:
            running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        assert running.stdout is not None
        running.stdout.close()


def _until_idle(pid: int) -> None:
    """Wait until a process does nothing: a centre indexes its web shop first. Only where the system tells."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return
    deadline = time.monotonic() + LONGEST_SETTLING_SECONDS
    used = -1
    while time.monotonic() < deadline:
        before, used = used, sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13]))
        if used - before <= 5:  # hundredths of a second, of the three between two looks
            return
        time.sleep(3)


def forget_snapshots(folder: Path) -> None:
    """Remove the snapshot files of a centre."""
    for file in (folder / "snapshots").glob("*/*"):
        file.unlink()


def print_pieces(said: dict[str, Any]) -> None:
    """Show what the pieces took, for the table in docs/performance.md."""
    print(f"bootstrap: {said['seconds']:.1f} s, {said['cpu']:.1f} s of CPU, peak {said['peak_mib']:.0f} MiB")
    for name, (seconds, cpu) in said["pieces"].items():
        print(f"  {name:32} {seconds:6.2f} s  CPU {cpu:6.2f} s", file=sys.stderr)


def _bootstrapped(folder: Path, url: str, till: int) -> dict[str, Any]:
    with empty_folder("bootstrapped") as till_folder:
        return bootstrapped_into(till_folder, folder, url, till)


def bootstrapped_into(till_folder: Path, folder: Path, url: str, till: int) -> dict[str, Any]:
    """Enrol a till of this number in an empty folder and let it fetch everything from a centre's."""
    of_till = ("--store", million.STORE, "--till", str(till))
    code = subprocess.run(
        [sys.executable, "-m", "sync.server", "enrolment-code", "--data", str(folder), *of_till],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    said = _run("till", str(till_folder), url, code)
    if said["problem"] or not said["ready"]:
        raise NotMeasured(f"the till is not ready: {said['problem']} {said['counts']}")
    return said


def _run(what: str, *arguments: str) -> dict[str, Any]:
    module = "benchmarks.bootstrapped" if what == "till" else "benchmarks.million_bootstrap"
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotMeasured(f"{what} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _limit(products: int) -> dict[str, float]:
    """Write the same rows as plainly as can be; return seconds and CPU seconds."""
    tables = _final_rows(products)
    with empty_folder("limit") as folder:
        database = open_cache(folder, shop.KEY)
        with database.read() as connection:
            raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA cache_size = -65536")
        begun, used = time.perf_counter(), time.process_time()
        raw.execute("BEGIN IMMEDIATE")
        for option, value in (("hashsize", 64 * 1024 * 1024), ("automerge", 0), ("crisismerge", 1000)):
            raw.execute("INSERT INTO product_search (product_search, rank) VALUES (?, ?)", (option, value))
        for insert, rows in tables.items():
            raw.executemany(insert, rows)
        raw.execute("COMMIT")
        said = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - used}
        database.close()
    return said


def _final_rows(products: int) -> dict[str, list[Any]]:
    encode = msgspec.json.Encoder().encode
    found = [million.product(number) for number in range(products)]
    ranked = [(rank_base(one.popularity) + number, one) for number, one in enumerate(found)]
    catalogue = ((key_of(row), bytearray(encode(row))) for row in million.catalogue(products))
    prices = ((key_of(row), bytearray(encode(row))) for row in million.prices(products))
    codes = chain.from_iterable([(code, one.product_id) for code in codes_of(one)] for one in found)
    return {
        "INSERT INTO catalogue_rows VALUES (?, ?)": list(catalogue),
        "INSERT INTO prices_rows VALUES (?, ?)": list(prices),
        "INSERT INTO product_ranks VALUES (?, ?, ?)": [
            (rank, one.product_id, one.category_id) for rank, one in ranked
        ],
        "INSERT INTO product_codes VALUES (?, ?)": sorted(codes),
        "INSERT INTO category_products VALUES (?, ?)": sorted(
            (one.category_id, rank) for rank, one in ranked
        ),
        "INSERT INTO product_search (rowid, names, sounds) VALUES (?, ?, ?)": sorted(
            (rank, *product_texts(one)) for rank, one in ranked
        ),
    }


if __name__ == "__main__":
    print(json.dumps(_limit(int(sys.argv[1]))))
