"""`pickup.stepped`, `sale.completed`, `sale.returned` → orders and stock, booked as one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from retail.events import Fact, PickupStepped, SaleCompleted, SaleReturned
from retail.sold_stock import return_movements, sale_movements
from retail.stock import StockMovement, StockRefused
from sync.server.alerts import raise_alert
from sync.server.database import order_rows
from sync.server.judging import Quarantined
from sync.server.landed import Landed
from sync.server.orders.book import Arrived, book
from sync.server.orders.levels import GoodsChange


def book_goods(connection: Connection, landed: Sequence[Landed[Fact]]) -> GoodsChange:
    """Book what a batch did to orders and stock; return what is to be published, last of all.

    A step that is refused is remembered on its order. Raises `Quarantined` for a step of an order that is not
    in the book, or of another store's.
    """
    steps = [
        (event, Arrived(step=event.fact.step, event_id=event.envelope.event_id))
        for event in landed
        if isinstance(event.fact, PickupStepped)
    ]
    moved = [movement for event in landed for movement in _movements(connection, event)]
    if not steps and not moved:
        return GoodsChange()
    stores = order_rows.known_orders(connection, {one.step.order_id for _, one in steps})
    for event, one in steps:
        store_id = stores.get(one.step.order_id)
        if store_id is None:
            raise Quarantined("order_unknown", one.step.order_id)
        if store_id != event.device.store_id:
            raise Quarantined("other_store", f"{store_id} {one.step.order_id}")
    try:
        return book(connection, [one for _, one in steps], moved)
    except StockRefused as refused:
        raise Quarantined("cannot_be_stored", str(refused)) from refused


def _movements(connection: Connection, event: Landed[Fact]) -> tuple[StockMovement, ...]:
    """Return what a sale or a return moves; figures that no ledger takes are shown to a person instead.

    The money of such a sale is sound, so it must not wait for its stock.
    """
    try:
        return movements_of(event)
    except StockRefused as refused:
        raise_alert(connection, "stock_unclear", event.envelope.event_id, str(refused))
    return ()


def movements_of(event: Landed[Fact]) -> tuple[StockMovement, ...]:
    """Return what a sale or a return moves by itself; raises `StockRefused` for what no ledger takes."""
    fact, event_id = event.fact, event.envelope.event_id
    if isinstance(fact, SaleCompleted):
        return sale_movements(fact.sale, event_id=event_id)
    if isinstance(fact, SaleReturned):
        return return_movements(fact.returned, event_id=event_id)
    return ()
