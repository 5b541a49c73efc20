"""Locks out of turn: a circle of waiting on PostgreSQL is broken, and both who waited come through, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from retail.pickup.order import OrderState
from retail.pickup.steps import PickLine, StartPicking
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.database import order_rows, stock_rows, tables
from sync.server.database.sessions import TRIES
from sync.server.database.stock_tables import stock_movement
from sync.server.orders import book
from sync.server.settings import Settings
from tests.server.ordering import LOCK_UNTIL, MILK, ledger_is_whole, on_hand, order, set_stock, step
from tests.server.tills import enrolled_till

pytestmark = pytest.mark.postgresql


@pytest.fixture
def centre(new_postgresql: Callable[[str], str], tmp_path: Path) -> Iterator[Centre]:
    """A centre on PostgreSQL with the small demo store."""
    made = Centre(Settings(data=tmp_path, database=new_postgresql("demo_centre")))
    yield made
    made.close()


def test_an_order_placed_between_the_look_and_the_lock_loses_nothing_and_doubles_nothing(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_stock(centre, MILK, "5")
    placed = order(centre, (MILK, "5")).order
    picking = centre.orders.take(step(StartPicking, placed, lock_until=LOCK_UNTIL))
    picked = step(
        PickLine,
        picking,
        line_id=picking.lines[0].line_id,
        product_id=MILK,
        quantity=Decimal(1),
        bag_id="BAG1",
    )
    there = on_hand(centre, MILK)
    shelf_is_held, order_is_held, looks, broken = threading.Event(), threading.Event(), [0], []
    lock_orders, shelf, threatened = order_rows.lock_orders, stock_rows.on_hand, book._threatened

    def look_too_early(*given: Any) -> set[str]:
        looks[0] += 1
        return set() if looks[0] == 1 else threatened(*given)

    def holding(function: Callable[..., Any], mine: threading.Event, other: threading.Event) -> Any:
        def held(*given: Any, **said: Any) -> Any:
            try:
                found = function(*given, **said)
            except OperationalError as error:
                broken.append(error)
                raise
            if found and (function is lock_orders or said.get("lock")):
                mine.set()
                assert other.wait(20)
            return found

        return held

    monkeypatch.setattr(book, "_threatened", look_too_early)
    monkeypatch.setattr(order_rows, "lock_orders", holding(lock_orders, order_is_held, shelf_is_held))
    monkeypatch.setattr(stock_rows, "on_hand", holding(shelf, shelf_is_held, order_is_held))
    with TestClient(create_app(centre)) as client, ThreadPoolExecutor(2) as pool:
        till = enrolled_till(centre, client, "device-1")
        sold = till.sell(sku="1016", quantity=int(there) - 2)
        selling = pool.submit(till.send, sold)
        taking = pool.submit(centre.orders.take, picked)
        assert selling.result(60).quarantined == 0
        assert taking.result(60).state is OrderState.PICKING
    assert 1 <= len(broken) < TRIES, "the two did wait for each other"
    assert on_hand(centre, MILK) == 2 - 1
    assert ledger_is_whole(centre)
    found = centre.orders.order(placed.order_id)
    assert found is not None
    assert [done.kind for done in found.history].count("pick_line") == 1
    assert found.at_risk == (placed.lines[0].line_id,)
    with centre.database.read() as connection:
        assert connection.execute(select(tables.sale.c.event_id)).scalars().all() == [sold.event_id]
        moved = connection.execute(select(stock_movement.c.event_id)).scalars().all()
    assert moved.count(sold.event_id) == 1


@pytest.mark.parametrize(("sqlstate", "tries"), [("40P01", TRIES), ("40001", TRIES), ("57014", 1)])
def test_what_the_database_undoes_again_and_again_is_said_in_the_end(
    centre: Centre, sqlstate: str, tries: int
) -> None:
    done = []

    def work(connection: Connection) -> None:
        done.append(1)
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{sqlstate}'; END $$")

    with pytest.raises(OperationalError):
        centre.database.write_again(work)
    assert len(done) == tries
