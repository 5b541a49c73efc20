"""The storefront's pages at 100,000 products, against a handler of the same server that answers "ok".

Product: one request for a page, from the framework's entry to its last byte, with stock, prices and
promotions of a store, and a customer's basket of eight lines. Limit: a handler that answers "ok" in the same
run. Both go through the application in this process: no network and no browser, only the server's time.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from litestar import Litestar, get

from benchmarks.figure import Figure, NotMeasured, median, percentile
from benchmarks.places import empty_folder
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.demo.load import Wanted, load_demo
from sync.server.settings import Settings
from sync.server.shop.basket import Entry, ShopBasket, with_quantity
from tests.fakes.online_shop import HERE, open_online

PRODUCTS = 100_000
ROUNDS = 120
WARM_UP = 5
ALLOWED_MS = 50.0
BUILD_SECONDS = 180.0

HOME = f"/shop/s/{HERE}"
SESSION = "benchmark-session-of-a-customer"
TYPED = ("milk", "oat milk", "牛奶", "有机 牛奶", "niunai", "nn", "ymnn", "95200", "1026", "m", "zzzz")
CATEGORIES = ("pantry", "dairy", "home", "bakery")


def measure() -> tuple[Figure, ...]:
    """Return the 99th percentile of each kind of page, in milliseconds."""
    with empty_folder("storefront") as folder:
        centre = Centre(Settings(data=folder))
        try:
            load_demo(centre.database, Wanted(products=PRODUCTS))
            open_online(centre)
            started = time.perf_counter()
            centre.storefront.open()
            if not centre.storefront.index.wait(BUILD_SECONDS):
                raise NotMeasured("the search index was not built in time")
            built = time.perf_counter() - started
            return asyncio.run(_measure(centre, built))
        finally:
            centre.close()


async def _measure(centre: Centre, built_seconds: float) -> tuple[Figure, ...]:
    pages = _pages(centre)
    application = create_app(centre)
    bare = Litestar(route_handlers=[_ok], openapi_config=None)
    product: dict[str, list[float]] = {kind: [] for kind in pages}
    limit: list[float] = []
    gc.collect()
    for number in range(WARM_UP + ROUNDS):
        for kind, address in pages.items():
            limit_ms = await _request_ms(bare, "/ok")
            page_ms = await _request_ms(application, address(number))
            if number >= WARM_UP:
                limit.append(limit_ms)
                product[kind].append(page_ms)
    slowest = percentile(limit, 99)
    return tuple(
        Figure(
            name=f"storefront_{kind}",
            product=percentile(samples, 99),
            limit=slowest,
            unit="ms",
            allowed=ALLOWED_MS,
            target=f"p99, {PRODUCTS:,} products",
            detail=f"median {median(samples):.2f} ms; search index built in {built_seconds:.1f} s",
        )
        for kind, samples in product.items()
    )


def _pages(centre: Centre) -> dict[str, Callable[[int], str]]:
    """Return the address of each kind of page for a round: every round asks for others."""
    index = centre.storefront.index
    ids = index.popular(5_000)
    ranks = {
        category: [one.rank for one in index.after(category, -1, 3_000)][::24] for category in CATEGORIES
    }

    def fill(basket: ShopBasket) -> ShopBasket:
        for product_id in itertools.islice(ids, 8):
            basket = with_quantity(basket, Entry(product_id=product_id, quantity=Decimal(1)))
        return basket

    centre.storefront.baskets.change(SESSION, HERE, fill)

    def category(number: int) -> str:
        name = CATEGORIES[number % len(CATEGORIES)]
        return f"{HOME}/category?id={name}&after={ranks[name][number % len(ranks[name])]}"

    return {
        "home": lambda _number: HOME,
        "category": category,
        "search": lambda number: f"{HOME}/search?q={quote(TYPED[number % len(TYPED)])}",
        "product": lambda number: f"{HOME}/product?id={quote(ids[number * 31 % len(ids)])}",
        "basket": lambda _number: f"{HOME}/basket",
    }


@get("/ok", sync_to_thread=True)
def _ok() -> str:
    return "ok"


async def _request_ms(application: Litestar, address: str) -> float:
    """Return how long the application takes for a request; a page that is none is no measurement."""
    path, _, query = address.partition("?")
    statuses: list[int] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"shop.example"), (b"cookie", f"evertill_shop={SESSION}".encode())],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    started = time.perf_counter_ns()
    await application(scope, receive, send)  # type: ignore[arg-type]  # a plain ASGI call
    taken = (time.perf_counter_ns() - started) / 1e6
    if statuses != [200]:
        raise NotMeasured(f"{address} answered {statuses}")
    return taken
