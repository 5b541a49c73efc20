"""Search as you type over 100,000 products, against the bare full-text query of the same text.

Product: `Cache.search`, from typed text to twenty products with prices. Limit: the same prefix query of the
same index on the same encrypted file through the driver, returning row numbers only. Each text is what stands
in the field after one more key: one letter, a word in the making, two Chinese characters, pinyin, initials,
the beginning of a code, and what finds nothing.
"""

from __future__ import annotations

import time
from pathlib import Path

import sqlcipher3.dbapi2 as driver

from benchmarks import shop
from benchmarks.figure import Figure, median, percentile
from pos_app.database.cache import Cache
from pos_app.database.encrypted_file import Seal, unlock
from pos_app.database.files import CACHE_FILE, open_cache
from retail.search_text import search_query

ROUNDS = 40
WARM_UP = 2
ALLOWED_MS = 10.0

TYPED = {
    "one letter": ("m", "o", "b"),
    "a word growing": ("mi", "mil", "milk", "oat m", "oat milk", "harbour fresh b"),
    "two Chinese characters": ("牛奶", "咖啡", "新鲜", "苹果"),
    "Chinese sentence": ("有机牛奶", "新鲜 面包"),
    "pinyin": ("niu", "niunai", "kaf", "ping guo"),
    "initials": ("nn", "kf", "yjnn", "m"),
    "code": ("690", "690000012", "SKU-0001"),
    "nothing": ("zzzz", "龘"),
}
"""What people type, by kind."""


def measure() -> tuple[Figure, ...]:
    """Return the 99th percentile over every text, in milliseconds; the detail has the slowest kind."""
    with shop.till_folder("search") as folder:
        return measured(folder, name="search", products=shop.PRODUCTS, allowed_ms=ALLOWED_MS)


def measured(folder: Path, *, name: str, products: int, allowed_ms: float) -> tuple[Figure, ...]:
    """Measure the searches of a till's folder."""
    product: dict[str, list[float]] = {kind: [] for kind in TYPED}
    limit: list[float] = []
    database = open_cache(folder, shop.KEY)
    bare = driver.connect(str(folder / CACHE_FILE))
    unlock(bare, shop.KEY, Seal.QUICK)
    cache = Cache(database)
    try:
        for number in range(WARM_UP + ROUNDS):
            for kind, texts in TYPED.items():
                for text in texts:
                    bare_ms = _bare_ms(bare, text)
                    search_ms = _search_ms(cache, text)
                    if number >= WARM_UP:
                        limit.append(bare_ms)
                        product[kind].append(search_ms)
    finally:
        bare.close()
        database.close()
    every = [sample for samples in product.values() for sample in samples]
    by_kind = {kind: percentile(samples, 99) for kind, samples in product.items()}
    slowest = max(by_kind, key=by_kind.__getitem__)
    return (
        Figure(
            name=name,
            product=percentile(every, 99),
            limit=percentile(limit, 99),
            unit="ms",
            allowed=allowed_ms,
            target=f"p99, {products:,} products",
            detail=f"median {median(every):.2f} ms; slowest: {slowest}, p99 {by_kind[slowest]:.2f} ms",
        ),
    )


def _search_ms(cache: Cache, text: str) -> float:
    started = time.perf_counter_ns()
    cache.search(text)
    return (time.perf_counter_ns() - started) / 1e6


def _bare_ms(connection: driver.Connection, text: str) -> float:
    query = "SELECT rowid FROM product_search WHERE product_search MATCH ? ORDER BY rowid LIMIT 20"
    started = time.perf_counter_ns()
    connection.execute(query, (search_query(text),)).fetchall()
    return (time.perf_counter_ns() - started) / 1e6
