"""What tills hear as orders rest and logs are trimmed: read through the streams, as a till reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from retail.pickup.order import OrderState
from retail.stock_level import StockLevel
from sync.protocol import ChangePage, SnapshotPage
from sync.server.centre import SHORT_LOGS_KEPT, Centre
from sync.server.channels.book import new_channel
from sync.server.clock import now_text, text_after
from sync.server.database import tables
from sync.server.demo.store import STORE_ID
from sync.server.orders.keeping import COMPLETED_AFTER, ON_TILLS_FOR, Keeper
from sync.server.orders.stock_import import import_stock
from sync.server.orders.values import PAID_TO_CHANNEL
from tests.fakes.online_shop import CROISSANT
from tests.server.ordering import MILK, available, order
from tests.server.tills import Till, enrolled_till
from tests.server.walked_orders import hand_over, make_ready

MINUTE = timedelta(minutes=1)


class Follower:
    """One stream as a connected till has it: its rows, led on by changes from a cursor."""

    def __init__(self, till: Till, stream: str) -> None:
        self._till = till
        self._path = f"/v1/streams/{stream}"
        self._epoch, self._after = "", 0
        self.rows: dict[str, Any] = {}
        self.restarts = 0

    def follow(self) -> Mapping[str, Any]:
        """Take what changed since the last time, by a snapshot when the centre says so; return the rows."""
        while True:
            answer = self._till.get(f"{self._path}/changes", epoch=self._epoch, after=self._after)
            page = msgspec.json.decode(answer.content, type=ChangePage)
            if page.restart:
                self.restarts += 1
                self._restart()
                continue
            for change in page.changes:
                if change.op == "put":
                    self.rows[change.key] = msgspec.json.decode(change.row)
                else:
                    self.rows.pop(change.key, None)
            self._epoch, self._after = page.epoch, page.next_after
            if page.next_after == page.head:
                return self.rows

    def _restart(self) -> None:
        answer = self._till.get(f"{self._path}/snapshot")
        page = msgspec.json.decode(answer.content, type=SnapshotPage)
        assert page.last
        self.rows = {key: msgspec.json.decode(row) for key, row in zip(page.keys, page.rows, strict=True)}
        self._epoch, self._after = page.epoch, page.as_of


def settled_order(shop: Centre) -> str:
    """Have an order that is paid and handed over; return its id."""
    with shop.database.write() as connection:
        new_channel(connection, "market")
    placed = order(shop, (CROISSANT, "2"), channel="market", payment=PAID_TO_CHANNEL).order
    return hand_over(shop, make_ready(shop, placed)).order_id


def keep(shop: Centre, now: str) -> None:
    """Let a keeper that has just started do what is due."""
    Keeper(shop.database, shop.orders).run_once(now)


def test_a_settled_order_is_completed_after_a_day_and_leaves_the_tills_three_days_later(
    shop: Centre, till: Till
) -> None:
    order_id = settled_order(shop)
    unpaid = hand_over(shop, make_ready(shop, order(shop, (CROISSANT, "1")).order))
    orders = Follower(till, "orders")
    key = f"pickup_order:{order_id}"
    assert orders.follow()[key]["state"] == OrderState.HANDED_OVER
    keep(shop, text_after(now_text(), COMPLETED_AFTER - MINUTE))
    assert orders.follow()[key]["state"] == OrderState.HANDED_OVER
    keep(shop, text_after(now_text(), COMPLETED_AFTER + MINUTE))
    assert orders.follow()[key]["state"] == OrderState.COMPLETED
    assert orders.rows[f"pickup_order:{unpaid.order_id}"]["state"] == OrderState.HANDED_OVER, "money is open"
    keep(shop, text_after(now_text(), ON_TILLS_FOR - MINUTE))
    assert key in orders.follow()
    keep(shop, text_after(now_text(), ON_TILLS_FOR + MINUTE))
    assert key not in orders.follow()
    found = shop.orders.order(order_id)
    assert found is not None
    assert found.state is OrderState.COMPLETED, "the book keeps it"
    assert orders.restarts == 0


@pytest.mark.parametrize("stream", ["stock", "orders"])
def test_a_till_behind_a_trimmed_log_begins_again_with_a_snapshot_and_misses_nothing(
    shop: Centre, till: Till, stream: str
) -> None:
    behind, beside = Follower(till, stream), Follower(till, stream)
    order(shop, (MILK, "1"))
    behind.follow()
    first = dict(beside.follow())
    placed = order(shop, (MILK, "2")).order
    till.send(till.sell(sku="1016", quantity=1))
    shop.orders.cancel(placed.order_id, "not wanted")
    now = dict(beside.follow())
    assert now != first
    with shop.database.write() as connection:
        old = now_text(plus=-SHORT_LOGS_KEPT - MINUTE)
        connection.execute(update(tables.stream_version).values(published_at=old))
    shop.forget_old_changes()
    assert beside.follow() == now
    assert beside.restarts == 0, "it was not behind the floor"
    assert behind.follow() == now
    assert behind.restarts == 1
    till.send(till.sell(sku="1016", quantity=1))
    order(shop, (MILK, "1"))
    assert behind.follow() == beside.follow() != now
    assert behind.restarts == 1


def test_strict_quotas_reach_every_till_and_are_together_what_is_never_promised(
    shop: Centre, client: TestClient[Any], till: Till
) -> None:
    second = enrolled_till(shop, client, "device-2")
    import_stock(
        shop.database, "sku,on_hand,place,safety_stock,policy\n1016,40,,7,strict\n", store_id=STORE_ID
    )
    followers = [Follower(one, "stock") for one in (till, second)]

    def levels() -> list[StockLevel]:
        rows = [follower.follow()[f"stock_level:{MILK}"] for follower in followers]
        return [msgspec.convert(row, StockLevel) for row in rows]

    def check(on_hand: str, free: str) -> dict[str, Decimal]:
        first, other = levels()
        assert first == other
        assert first.on_hand == Decimal(on_hand)
        assert set(first.quotas) == {till.enrolled.till_id, second.enrolled.till_id}
        assert sum(first.quotas.values()) == min(first.safety_stock, Decimal(free))
        assert available(shop, MILK) <= first.on_hand - sum(first.quotas.values())
        return first.quotas

    check("40", "40")
    till.send(till.sell(sku="1016", quantity=3))
    check("37", "37")
    order(shop, (MILK, str(available(shop, MILK))))
    check("37", "7")
    mine = check("37", "7")[second.enrolled.till_id]
    second.send(second.sell(sku="1016", quantity=int(mine)))
    quotas = check(str(37 - mine), str(7 - mine))
    assert quotas[second.enrolled.till_id] == 0
    assert available(shop, MILK) == 0
