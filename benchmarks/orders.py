"""Placing online orders with everything promised under lock, against the bare rate of locked updates.

Product: `OrderDesk.place` of five lines each on PostgreSQL, by several threads of one process that all want
the same store: priced, reserved under the lock of the balances, slot, number and code, published. Limit: the
same threads doing nothing but `UPDATE … RETURNING` of one row, a transaction each: the counter row of the
store's stream, which every order has to take. Durable in both: the database forces each commit to the disk.

Some goods run out on the way, and afterwards nothing is promised that is not there.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from benchmarks.figure import Figure, NotMeasured
from retail.pickup.desk_rules import PickupDesk
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.database.reservation_rows import reserved
from sync.server.database.shop_rows import read_rows
from sync.server.database.stock_rows import broken_balances, on_hand
from sync.server.demo.load import Wanted, load_demo
from sync.server.demo.store import STORE_ID
from sync.server.orders.levels import read_levels
from sync.server.orders.values import ContactDetails, OrderProblem, PlaceOrder, WantedLine
from sync.server.settings import Settings
from sync.server.streams import Publication, publish
from tests.fakes.postgresql import own_postgresql

THREADS = 6
ORDERS = 600
WARM_UP = 60
LINES = 5
PRODUCTS = 200
ROUNDS_OF_LIMIT = 1_500
ALLOWED_MS = 10.0
"""A hundred orders a second."""

_CONTACT = ContactDetails(name="Rachel Tan", phone="+65 5550 0142")


def measure() -> tuple[Figure, ...]:
    """Return the time from one placed order to the next, in milliseconds."""
    with _centre() as centre:
        goods = _goods(centre)
        slots = [slot.starts_at for slot in centre.orders.slots(STORE_ID) if not slot.refusal][:40]
        chance = random.Random(7)
        wishes = [_wish(number, goods, slots, chance) for number in range(WARM_UP + ORDERS)]
        _all(wishes[:WARM_UP], lambda one: _place(centre, one))
        floor_before = _limit_ms(centre)
        started = time.perf_counter()
        placed = sum(_all(wishes[WARM_UP:], lambda one: _place(centre, one)))
        seconds = time.perf_counter() - started
        floor = min(floor_before, _limit_ms(centre))
        _check(centre, goods)
    if placed < ORDERS // 2:
        raise NotMeasured(f"only {placed} of {ORDERS} orders could be placed")
    each = seconds * 1000 / placed
    return (
        Figure(
            name="orders",
            product=each,
            limit=floor,
            unit="ms",
            allowed=ALLOWED_MS,
            target="100 orders a second under lock",
            detail=f"{1000 / each:.0f} orders/s of {LINES} lines against {1000 / floor:.0f} updates/s, "
            f"{THREADS} threads; {ORDERS - placed} of {ORDERS} refused for want of goods, nothing oversold",
        ),
    )


@contextmanager
def _centre() -> Iterator[Centre]:
    with tempfile.TemporaryDirectory(prefix="evertill-bench-") as folder, _postgresql() as address:
        centre = Centre(Settings(data=Path(folder), database=address))
        try:
            load_demo(centre.database, Wanted(products=PRODUCTS, promotions=24, members=3))
            with centre.database.write() as connection:
                _widen(connection)
            yield centre
        finally:
            centre.close()


@contextmanager
def _postgresql() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            address = stack.enter_context(own_postgresql())
        except ImportError as missing:
            raise NotMeasured("there is no PostgreSQL; the test dependencies bring one") from missing
        yield address


def _widen(connection: Connection) -> None:
    """Let the store pick as much as anybody wants: slots are not what is measured."""
    stream = ("settings", STORE_ID)
    (desk,) = read_rows(connection, stream, "pickup_desk", PickupDesk)
    wide = replace(desk, slots=replace(desk.slots, usual_per_hour=100_000))
    publish(connection, {stream: Publication(puts=[wide])})


def _goods(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        prices = connection.execute(
            select(tables.stream_row.c.key).where(
                tables.stream_row.c.stream == "stock", tables.stream_row.c.scope == STORE_ID
            )
        ).scalars()
        return [key.partition(":")[2] for key in prices]


def _wish(number: int, goods: list[str], slots: list[str], chance: random.Random) -> PlaceOrder:
    # Some goods are wanted far more than others, as in every store, so that they run out.
    ranks: dict[int, None] = {}
    while len(ranks) < LINES:
        ranks[int(chance.paretovariate(0.8)) % len(goods)] = None
    return PlaceOrder(
        store_id=STORE_ID,
        outside_reference=f"bench-{number}",
        lines=tuple(WantedLine(product_id=goods[rank], quantity=Decimal(1)) for rank in ranks),
        contact=_CONTACT,
        slot_starts_at=chance.choice(slots),
        age_confirmed=True,
        allow_partial=True,
    )


def _place(centre: Centre, wish: PlaceOrder) -> bool:
    try:
        centre.orders.place(wish)
    except OrderProblem as problem:
        if problem.code != "not_enough":
            raise
        return False
    return True


def _all(wishes: list[PlaceOrder], place: Callable[[PlaceOrder], bool]) -> list[bool]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(place, wishes))


def _limit_ms(centre: Centre) -> float:
    """Return the time of one locked update after the other, all of one row, in milliseconds."""
    table = tables.stream_head
    statement = (
        update(table)
        .where(table.c.stream == "orders", table.c.scope == STORE_ID)
        .values(row_count=table.c.row_count)
        .returning(table.c.head)
    )

    def one(_number: int) -> None:
        with centre.database.write() as connection:
            connection.execute(statement).scalar_one()

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(one, range(ROUNDS_OF_LIMIT)):
            pass
    return (time.perf_counter() - started) * 1000 / ROUNDS_OF_LIMIT


def _check(centre: Centre, goods: list[str]) -> None:
    """Stop when anything is promised that is not there."""
    with centre.database.read() as connection:
        shelf = on_hand(connection, STORE_ID, goods)
        levels = read_levels(connection, STORE_ID, goods)
        for product_id, quantity in reserved(connection, STORE_ID, goods).items():
            if quantity > shelf[product_id] - levels[product_id].safety_stock:
                raise NotMeasured(f"{product_id} is oversold: {quantity} of {shelf[product_id]}")
        if broken_balances(connection):
            raise NotMeasured("a balance is not the sum of its ledger")
