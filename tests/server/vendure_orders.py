"""Orders of a shop in Vendure and the connector that brings them, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from retail.pickup.order import OrderState, PickupOrder, ShortReason, Temperature
from retail.pickup.steps import (
    FinishPicking,
    MarkReady,
    PickLine,
    ShortLine,
    StageBag,
    StartPicking,
)
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.order_tables import pickup_order
from sync.server.demo.store import STORE_ID
from sync.server.vendure import client as client_module
from sync.server.vendure import connector as connector_module
from sync.server.vendure.client import Access, VendureProblem
from sync.server.vendure.connection import Connection
from sync.server.vendure.connector import Connector
from tests.fakes.vendure_shop import PASSWORD, USER, FakeVendure, vendure_shop
from tests.server.ordering import (
    LOCK_UNTIL,
    MILK,
    available,
    picking_steps,
    step,
)

CHANNEL = "vendure:s1"
MILK_SKU, TEA_SKU, TEA, WINE_SKU = "1016", "1018", "P1018", "1031"
on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@contextmanager
def selling_shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeVendure]:
    """Open a shop that sells milk, tea and wine of the demo store; nothing waits before it asks again."""
    monkeypatch.setattr(client_module, "RETRY_AFTER_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(connector_module, "AGAIN_SECONDS", 0.0)
    with vendure_shop() as made:
        for sku in (MILK_SKU, TEA_SKU, WINE_SKU):
            made.add_variant(sku)
        yield made


@contextmanager
def published(centre: Centre, vendure: FakeVendure) -> Iterator[Connector]:
    """Open a connector that has published the stock."""
    made = Connector(centre, connection(vendure))
    made.run_once(now_text())
    yield made
    made.close()


def connection(vendure: FakeVendure, **said: Any) -> Connection:
    """Return the connection of the demo store to this shop, but for what is said."""
    access = Access(url=vendure.address, user=USER, password=PASSWORD)
    usual: dict[str, Any] = {"name": "s1", "store_id": STORE_ID, "access": access}
    return Connection(**(usual | said))


def placed(centre: Centre, shop_order: dict[str, Any]) -> PickupOrder:
    """Return the order in the book."""
    found = centre.orders.order_of_reference(CHANNEL, shop_order["code"])
    assert found is not None
    return found.order


def count(centre: Centre) -> int:
    """Return how many orders are in the book."""
    with centre.database.read() as read:
        return int(read.execute(select(func.count()).select_from(pickup_order)).scalar_one())


def details(centre: Centre, code: str) -> list[str]:
    """Return what the alarms of a code say."""
    with centre.database.read() as read:
        return list(read.execute(select(tables.alert.c.detail).filter_by(code=code)).scalars())


def pick(centre: Centre, of: PickupOrder, *, short: int = 0) -> PickupOrder:
    """Pick an order and make it ready; so many pieces of its first line cannot be found."""
    if not short:
        for one in picking_steps(of):
            centre.orders.take(one)
        return standing(centre, of)
    take = centre.orders.take
    take(step(StartPicking, of, OrderState.PLACED, lock_until=LOCK_UNTIL))
    for number, line in enumerate(of.lines):
        about = {
            "line_id": line.line_id,
            "product_id": line.product.product_id,
            "bag_id": f"BAG{line.line_id}",
        }
        picked = line.quantity - (0 if number else short)
        if picked:
            take(step(PickLine, of, OrderState.PICKING, quantity=picked, **about))
            cold = Temperature(line.product.temperature)
            bag = {"bag_id": about["bag_id"], "location": "A1", "temperature": cold}
            take(step(StageBag, of, OrderState.PICKING, **bag))
        if not number:
            reason = ShortReason.NOT_FOUND
            take(step(ShortLine, of, OrderState.PICKING, line_id=line.line_id, short_reason=reason))
    finished = take(step(FinishPicking, of, OrderState.PICKING))
    if finished.state is OrderState.PICKED:
        take(step(MarkReady, of, OrderState.PICKED))
    return standing(centre, of)


def standing(centre: Centre, of: PickupOrder) -> PickupOrder:
    """Return an order as it stands."""
    found = centre.orders.order(of.order_id)
    assert found is not None
    return found


def in_step(centre: Centre, vendure: FakeVendure) -> bool:
    """Say whether Vendure may sell what the store may promise, of milk and of tea."""
    return all(vendure.for_sale(f"1{one[2:]}") == int(available(centre, one)) for one in (MILK, TEA))


def rounds(centre: Centre, vendure: FakeVendure) -> None:
    """Run rounds of connectors that begin anew, as after a crash, until one ends well; and one more."""
    for _ in range(4):
        made = Connector(centre, connection(vendure))
        try:
            made.run_once(now_text())
            made.run_once(now_text())
        except VendureProblem:
            continue
        else:
            return
        finally:
            made.close()
    raise AssertionError("no round ended well")
