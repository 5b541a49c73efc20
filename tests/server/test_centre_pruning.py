"""Old rows are thrown away, a bounded number at a time; orders, numbers and whatever still waits stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from sync.server import pruning
from sync.server.centre import Centre
from sync.server.channels.book import new_channel
from sync.server.clock import now_text, text_after
from sync.server.database.delivery_rows import add_delivery, feed
from sync.server.database.metadata import metadata
from sync.server.database.order_tables import payment_charge, shop_basket, webhook_delivery
from sync.server.orders.values import PAID_ONLINE
from sync.server.pruning import CHARGES_KEPT, DELIVERIES_KEPT, MESSAGES_KEPT, prune
from tests.fakes.online_shop import open_online
from tests.server.walked_orders import place

DAY = timedelta(days=1)


def count(centre: Centre, table: str) -> int:
    with centre.database.read() as connection:
        found = connection.execute(select(func.count()).select_from(metadata.tables[table]))
        return int(found.scalar_one())


def after(kept: timedelta, more: timedelta = DAY) -> str:
    return text_after(now_text(), kept + more)


def tell(centre: Centre, *numbers: int) -> None:
    with centre.database.write() as connection:
        for number in numbers:
            add_delivery(
                connection,
                key=f"P-{number}:0",
                channel_id="market",
                order_id=f"P-{number}",
                kind="order.placed",
                body=b"{}",
                now=now_text(),
            )


def numbers_of_feed(centre: Centre, behind: int = 0) -> list[int]:
    with centre.database.write() as connection:
        return [entry.number for entry in feed(connection, "market", after=behind, limit=100)]


def test_what_channels_were_told_goes_but_no_number_of_a_feed_comes_twice(centre: Centre) -> None:
    with centre.database.write() as connection:
        new_channel(connection, "market")
    tell(centre, 1, 2, 3)
    assert numbers_of_feed(centre) == [1, 2, 3]
    assert prune(centre.database, after(DELIVERIES_KEPT, -DAY)) == 0
    assert prune(centre.database, after(DELIVERIES_KEPT)) == 2
    assert prune(centre.database, after(DELIVERIES_KEPT)) == 0
    tell(centre, 4)
    assert numbers_of_feed(centre, behind=3) == [4]


def test_what_is_still_to_be_posted_is_never_thrown_away(centre: Centre) -> None:
    with centre.database.write() as connection:
        new_channel(connection, "market", webhook_url="https://market.example/hook")
    tell(centre, 1)
    assert prune(centre.database, after(DELIVERIES_KEPT)) == 0
    with centre.database.write() as connection:
        connection.execute(update(webhook_delivery).values(state="delivered"))
    assert prune(centre.database, after(DELIVERIES_KEPT)) == 1


@pytest.fixture
def online(shop: Centre) -> Centre:
    open_online(shop, with_sister=False)
    return shop


def test_sent_messages_go_and_waiting_ones_stay(online: Centre) -> None:
    place(online)
    messages = count(online, "message")
    assert messages > 0
    assert prune(online.database, after(MESSAGES_KEPT)) == 0
    online.post.send_due(now_text())
    assert prune(online.database, after(MESSAGES_KEPT, -DAY)) == 0
    assert prune(online.database, after(MESSAGES_KEPT)) == messages
    assert count(online, "pickup_order") == 1


def test_charges_go_when_nothing_of_their_order_is_left_to_charge(online: Centre) -> None:
    over, standing, declined = (place(online, payment=PAID_ONLINE).order.order_id for _ in range(3))
    for order_id in (over, standing, declined):
        reference = online.cashier.begin(order_id).rpartition("/")[2]
        online.simulator.decide(reference, approves=order_id != declined)
    online.orders.payment_failed(declined)
    online.orders.cancel(over, "not wanted")
    for _ in range(10):
        online.cashier.run_once(text_after(now_text(), timedelta(minutes=10)))
    charges = count(online, "payment_charge")
    prune(online.database, after(CHARGES_KEPT, -DAY))
    assert count(online, "payment_charge") == charges == 4
    prune(online.database, after(CHARGES_KEPT))
    with online.database.read() as connection:
        left = list(connection.execute(select(payment_charge.c.order_id)).scalars())
    assert left == [standing], "it may still be taken or let go"
    assert count(online, "pickup_order") == 3


def test_a_round_is_bounded_and_the_next_one_goes_on(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 3)
    monkeypatch.setattr(pruning, "MOST_TRANSACTIONS", 2)
    now = now_text()
    rows = [
        {"basket_key": f"b{number}", "store_id": "S1", "body": "{}", "created_at": now, "updated_at": now}
        for number in range(8)
    ]
    with centre.database.write() as connection:
        connection.execute(insert(shop_basket), rows)
    assert prune(centre.database, after(pruning.BASKETS_KEPT, -DAY)) == 0
    assert prune(centre.database, after(pruning.BASKETS_KEPT)) == 6
    assert prune(centre.database, after(pruning.BASKETS_KEPT)) == 2
    assert count(centre, "shop_basket") == 0
