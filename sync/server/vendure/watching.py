"""Looks at the orders of the book in Vendure: cancelled there, changed there, and what they hold back."""

from __future__ import annotations

import msgspec

from retail.pickup.order import PickupOrder
from sync.server.centre import Centre
from sync.server.database.vendure_rows import open_orders
from sync.server.orders.desk import CENTRE
from sync.server.orders.values import OrderProblem
from sync.server.vendure.client import VendureClient
from sync.server.vendure.connection import Connection, alert
from sync.server.vendure.mapping import UNFINISHED, Stage, allocated, kept, ordered
from sync.server.vendure.shapes import CANCELLED, ShopOrder


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen. `held_back` is what orders hold back on both sides, by item number."""

    held_back: dict[str, int] = {}
    cancelled: int = 0


def watch_orders(centre: Centre, client: VendureClient, connection: Connection) -> Watched:
    """Look at every order that is not over; cancel here what was cancelled in Vendure."""
    with centre.database.read() as read:
        unfinished = open_orders(read, connection.channel_id, UNFINISHED)
    order_ids = {one.code: one.order_id for one in unfinished}
    held_back: dict[str, int] = {}
    cancelled = 0
    for shop_order in client.orders_of(list(order_ids)):
        order_id = order_ids[shop_order.code]
        if shop_order.state == CANCELLED:
            cancelled += _cancel(centre, connection, order_id, shop_order.code)
            continue
        order = centre.orders.order(order_id)
        if order is None:
            continue
        _look_for_changes(centre, connection, order, shop_order)
        # What is still allocated in Vendure but given up here already is left out: when Vendure lets go of it
        # too, nothing may be sold that is not there.
        pieces = kept(order).pieces
        for sku, quantity in allocated(shop_order).items():
            held_back[sku] = held_back.get(sku, 0) + min(quantity, pieces.get(sku, 0))
    return Watched(held_back=held_back, cancelled=cancelled)


def _cancel(centre: Centre, connection: Connection, order_id: str, code: str) -> int:
    try:
        centre.orders.cancel(order_id, "Cancelled in Vendure. 已在 Vendure 取消。", by=CENTRE)
    except OrderProblem as problem:
        subject = f"{connection.channel_id} {code}"
        alert(centre, "vendure_cancelled_late", subject, f"{code}: {problem.message.en}")
        return 0
    return 1


def _look_for_changes(
    centre: Centre, connection: Connection, order: PickupOrder, shop_order: ShopOrder
) -> None:
    """Have a person look at an order that somebody changed in Vendure after it was taken."""
    if kept(order).stage is not Stage.OPEN:
        return
    there: dict[str, int] = {}
    for line in shop_order.lines:
        there[line.sku] = there.get(line.sku, 0) + line.quantity
    here = ordered(order)
    changed = sorted(sku for sku in here.keys() | there.keys() if here.get(sku, 0) != there.get(sku, 0))
    if changed:
        said = ", ".join(f"{sku}: {here.get(sku, 0)} → {there.get(sku, 0)}" for sku in changed)
        subject = f"{connection.channel_id} {shop_order.code} {said}"
        alert(centre, "vendure_changed", subject, f"{shop_order.code} ({order.number}): {said}")
