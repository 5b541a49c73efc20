"""The order's page asks whether another store will do, and leads to the order there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from retail.pickup.order import OrderState
from retail.quantity import SellingUnit
from retail.stock import StockCause, movements
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import stock_rows
from sync.server.database.message_rows import claim_message
from sync.server.database.order_rows import read_order
from sync.server.database.shop_rows import read_stores
from sync.server.messages.letters import letter_to
from sync.server.messages.texts import LETTERS
from sync.server.orders.book import book
from sync.server.orders.levels import publish_goods
from tests.fakes.online_shop import HERE, OAT_MILK, SISTER
from tests.server.browsing import Browser, Page
from tests.web.customers import add, order, submit


def keys(shop: Centre) -> list[str]:
    with shop.database.read() as connection:
        return list(
            connection.execute(text("SELECT page_key FROM pickup_order ORDER BY placed_at")).scalars()
        )


def sell_all(shop: Centre, store_id: str) -> None:
    """Sell all oat milk of a store at its counter, whatever was promised."""
    with shop.database.write() as connection:
        there = stock_rows.on_hand(connection, store_id, [OAT_MILK])[OAT_MILK]
        sold = movements(
            StockCause.SALE,
            store_id=store_id,
            product_id=OAT_MILK,
            unit=SellingUnit.PIECE,
            quantity=there,
            event_id=f"sold-{store_id}",
        )
        publish_goods(connection, book(connection, [], sold))


@pytest.fixture
def asked(shop: Centre, browser: Browser) -> Page:
    """The page of an order whose goods were sold to somebody else."""
    add(browser, OAT_MILK, "2")
    order(browser)
    sell_all(shop, HERE)
    shop.keeper.run_once(now_text())
    return browser.read(f"/shop/o/{keys(shop)[0]}")


def test_a_yes_leads_to_the_order_at_the_other_store(shop: Centre, browser: Browser, asked: Page) -> None:
    assert "2 × Oat milk, barista 1 L was sold at the counter" in asked.visible
    assert "Queen Street Market has it." in asked.visible
    answered = submit(browser, asked, "/elsewhere", {"agrees": "yes"})
    assert answered.status == 200, answered.visible
    assert "the other store keeps it for you, with a code of its own" in answered.visible
    assert "Your order waits for you at another store." in answered.visible
    assert "collected at another store" in answered.visible
    assert "could not be had" not in answered.visible
    assert "was sold at the counter" not in answered.visible
    key = next(one for one in keys(shop) if one not in asked.source)
    assert f"/shop/o/{key}" in answered.source
    there = browser.read(f"/shop/o/{key}")
    assert "Queen Street Market" in there.visible
    assert "This was part of" in there.visible
    assert "$7.00" in there.visible
    twice = submit(browser, asked, "/elsewhere", {"agrees": "yes"})
    assert (twice.status, len(keys(shop))) == (200, 2)
    chinese = browser.read(f"/shop/o/{keys(shop)[0]}", lang="zh_CN")
    assert "您的订单已转到其他门店" in chinese.visible


def test_a_no_takes_it_off_and_a_late_yes_is_told(shop: Centre, browser: Browser, asked: Page) -> None:
    answered = submit(browser, asked, "/elsewhere", {"agrees": "no"})
    assert "Thank you: the store has your answer." in answered.visible
    assert "could not be had" in answered.visible
    late = submit(browser, asked, "/elsewhere", {"agrees": "yes"})
    assert late.status == 409
    assert "The answer came too late" in late.visible
    assert len(keys(shop)) == 1


def test_who_comes_after_the_last_piece_of_that_store_is_told(
    shop: Centre, browser: Browser, asked: Page
) -> None:
    sell_all(shop, SISTER)
    told = submit(browser, asked, "/elsewhere", {"agrees": "yes"})
    assert told.status == 409
    assert "Somebody else had the last of it at the other store." in told.visible
    assert "could not be had" in told.visible
    assert shop.orders.orders_in(OrderState.SHORT)[0].history[-1].by == "centre"


def test_the_offer_and_its_end_are_told_by_a_message(shop: Centre, asked: Page) -> None:
    assert "by" in asked.visible
    shop.keeper.run_once(text_after(now_text(), timedelta(minutes=121)))
    letters = {}
    while True:
        with shop.database.write() as connection:
            moment = text_after(now_text(), timedelta(minutes=1))
            waiting = claim_message(connection, now=moment, until=text_after(moment, timedelta(hours=1)))
            if waiting is None:
                break
            booked = read_order(connection, waiting.order_id)
            assert booked is not None
            stores = {one.store_id: one for one in read_stores(connection)}
        letters[waiting.kind] = letter_to(
            booked,
            stores[HERE],
            kind=waiting.kind,
            key=waiting.message_key,
            about=waiting.about,
            public_address="https://shop.example",
        )
    assert set(letters) == {"confirmed", "at_risk", "other_store", "struck"} <= set(LETTERS)
    assert "Queen Street Market has it and would keep it for you" in letters["other_store"].text
    assert letters["struck"].subject.endswith("Oat milk, barista 1 L was taken off")
    assert Decimal(0) == sum(one.payment.ceiling_minor or 0 for one in shop.orders.orders_in(*OrderState))
