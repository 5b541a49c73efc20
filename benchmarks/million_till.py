"""A till with a million products: start to ready, scan to paint, search, and a change of many prices.

The first three are the benchmarks of the same names on another folder: one that a till has filled from a
centre, kept between runs. The last is one version of 10,000 prices, stored together with its cursor; its
limit is the same rows by `executemany` into the same table, in one transaction.

`EVERTILL_PRODUCTS` takes another number of products; the targets then hold no more.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from decimal import Decimal
from pathlib import Path

import msgspec

from benchmarks import million, scan_to_paint, search, shop, start_up
from benchmarks.figure import Figure, median
from benchmarks.million_bootstrap import bootstrapped_into, serving, wanted_products
from benchmarks.places import DATA, ROOT, empty_folder
from pos_app.database.files import open_cache
from pos_app.database.streams import Streams
from pos_app.services.clock import Clock
from retail.catalogue import Price
from retail.quantity import SellingUnit
from sync.client.ports import IncomingChange

ALLOWED_MORE_SECONDS = 1.5
ALLOWED_MIB = 200.0
ALLOWED_MS = 15.0
CHANGED_PRICES = 10_000
ALLOWED_CHANGE_SECONDS = 1.0
CHANGES = 5
TILL = 9


def measure() -> tuple[Figure, ...]:
    """Return the figures of all four."""
    products = wanted_products()
    codes = _codes(products)
    with empty_folder("million-till") as folder:
        shutil.copytree(_kept_folder(products), folder, dirs_exist_ok=True)
        return (
            *start_up.measured(
                folder,
                codes[0],
                name="million_start_up",
                products=products,
                allowed_more_seconds=ALLOWED_MORE_SECONDS,
                allowed_mib=ALLOWED_MIB,
            ),
            *search.measured(folder, name="million_search", products=products, allowed_ms=ALLOWED_MS),
            _price_change(folder, products),
            *scan_to_paint.measured(folder, codes, name="million_scan_to_paint"),
        )


def _codes(products: int) -> list[str]:
    """Return codes from all over the shop, of products that are sold by the piece."""
    step = products // (scan_to_paint.LINES * 2)
    spread = (million.product(number) for number in range(0, products, step))
    return [each.codes[0] for each in spread if each.unit is SellingUnit.PIECE][: scan_to_paint.LINES]


def _price_change(folder: Path, products: int) -> Figure:
    database = open_cache(folder, shop.KEY)
    streams = Streams(database, Clock().now)
    encode = msgspec.json.Encoder().encode
    step = products // CHANGED_PRICES
    took: list[float] = []
    bare: list[float] = []
    for round_number in range(CHANGES):
        rows = [
            Price(product_id=f"P{number:06d}", unit_price_minor=Decimal(50_000 + round_number))
            for number in range(round_number, products, step)
        ]
        changes = [IncomingChange(key=f"price:{row.key}", row=encode(row)) for row in rows]
        cursor = streams.cursor("prices")
        assert cursor is not None
        begun = time.perf_counter()
        streams.apply_changes("prices", cursor.epoch, changes, cursor.after + 1)
        took.append(time.perf_counter() - begun)
        plain = [(each.key, bytearray(each.row or b"")) for each in changes]
        begun = time.perf_counter()
        with database.write() as connection:
            connection.exec_driver_sql("INSERT OR REPLACE INTO prices_rows VALUES (?, ?)", plain)
        bare.append(time.perf_counter() - begun)
    database.close()
    return Figure(
        name="million_price_change",
        product=median(took),
        limit=median(bare),
        unit="s",
        allowed=ALLOWED_CHANGE_SECONDS,
        target=f"{CHANGED_PRICES:,} prices in one version",
    )


def _kept_folder(products: int) -> Path:
    digest = hashlib.sha256()
    makers = (
        Path(__file__),
        *(ROOT / "pos_app/database").rglob("*.py"),
        ROOT / "retail/search_text.py",
        ROOT / "benchmarks/million.py",
    )
    for source in sorted(makers):
        digest.update(source.read_bytes())
    kept = DATA / f"million-till-{products}-{digest.hexdigest()[:12]}"
    if not kept.exists():
        for old in DATA.glob(f"million-till-{products}-*"):
            shutil.rmtree(old)
        centre = million.centre_folder(products)
        with empty_folder("million-till-in-the-making") as folder:
            with serving(centre) as url:
                bootstrapped_into(folder, centre, url, TILL)
            shutil.copytree(folder, kept)
    return kept
