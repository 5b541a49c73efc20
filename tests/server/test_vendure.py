"""The connector to Vendure against a shop on a real socket: what becomes of orders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from retail.pickup.amounts import money_of
from retail.pickup.order import OrderState, PickupOrder, Temperature, WishKind
from retail.pickup.steps import (
    AskCustomer,
    FinishPicking,
    MarkReady,
    StageBag,
    StartPicking,
    SubstituteLine,
)
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database.shop_rows import products_by_id
from sync.server.vendure.connector import Connector, Round
from sync.server.vendure.mapping import STAGES, contact, surplus
from sync.server.vendure.shapes import Address, Customer, OrderLine, ShopOrder, VariantNamed
from tests.fakes.vendure_shop import FakeVendure
from tests.server.ordering import (
    LOCK_UNTIL,
    MILK,
    OAT_MILK,
    WINE,
    alerts,
    available,
    handing_over,
    ledger_is_whole,
    set_stock,
    step,
)
from tests.server.vendure_orders import (
    MILK_SKU,
    TEA,
    TEA_SKU,
    WINE_SKU,
    connection,
    count,
    details,
    in_step,
    on_sqlite,
    pick,
    placed,
    published,
    rounds,
    selling_shop,
    standing,
)


@pytest.fixture
def vendure(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeVendure]:
    with selling_shop(monkeypatch) as made:
        yield made


@pytest.fixture
def connector(shop: Centre, vendure: FakeVendure) -> Iterator[Connector]:
    with published(shop, vendure) as made:
        yield made


def test_an_order_is_collected_from_basket_to_bag(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    assert in_step(shop, vendure)
    bought = vendure.buy((MILK_SKU, 3, 750), (TEA_SKU, 2, 1001))
    assert connector.run_once(now_text()).taken == 1
    arrived = placed(shop, bought)
    assert [line.amount_minor for line in arrived.lines] == [750, 1001]
    assert money_of(arrived).paid_minor == 1751
    assert [line.unit_price_minor for line in arrived.lines] == [Decimal(250), Decimal("500.5")]
    assert alerts(shop) == ["shown_price_differs"]
    assert bought["notes"] == [f"Evertill: {arrived.number}, S1, {bought['notes'][0][-22:]}"]
    assert bought["state"] == "PaymentAuthorized"
    assert in_step(shop, vendure)

    ready = pick(shop, arrived, short=1)
    connector.run_once(now_text())
    assert bought["state"] == "Shipped"
    assert [line["quantity"] for line in bought["lines"]] == [2, 2]
    assert bought["payments"][0]["state"] == "Settled"
    assert bought["notes"][1:] == [f"Evertill: {arrived.number}: give back 2.50 SGD. 应退款 2.50 SGD。"]
    handler = bought["fulfillments"][0]["handler"]
    assert handler["arguments"][1] == {"name": "trackingCode", "value": arrived.number}
    connector.run_once(now_text())
    assert in_step(shop, vendure)

    shop.orders.take(handing_over(ready))
    connector.run_once(now_text())
    assert bought["state"] == "Delivered"
    bought["payments"][0]["refunds"].append({"id": "1", "total": 250, "state": "Settled"})
    connector.run_once(now_text())
    assert money_of(standing(shop, arrived)).refund_minor == 0
    connector.run_once(now_text())
    asked = len(vendure.changes())
    assert connector.run_once(now_text()) == Round()
    assert len(vendure.changes()) == asked
    assert ledger_is_whole(shop)


@on_sqlite
def test_an_unknown_item_number_is_noted_once_and_taken_when_it_is_known(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    vendure.add_variant("V-404", on_hand=3)
    bought = vendure.buy((MILK_SKU, 1, 260), ("V-404", 1, 990))
    for _ in range(3):
        assert connector.run_once(now_text()).not_taken == 1
    (note,) = bought["notes"]
    assert note.endswith("(unknown_product) [V-404]")
    (detail,) = details(shop, "vendure_not_taken")
    assert detail == f"{bought['code']}: The store does not know these item numbers. V-404"
    assert count(shop) == 0
    assert vendure.variant("V-404")["on_hand"] == 3
    bought["lines"][1]["productVariant"]["sku"] = TEA_SKU
    assert connector.run_once(now_text()).taken == 1
    assert len(placed(shop, bought).lines) == 2


@on_sqlite
def test_too_little_stock_is_noted_and_the_order_waits_for_goods(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    set_stock(shop, MILK, "2")
    bought = vendure.buy((MILK_SKU, 3, 780))
    rounds(shop, vendure)
    (note,) = bought["notes"]
    assert "(not_enough) [1016]" in note
    assert vendure.for_sale(MILK_SKU) == -1  # what is there is kept for the one who has paid
    set_stock(shop, MILK, "8")
    assert connector.run_once(now_text()).taken == 1
    assert alerts(shop) == ["vendure_not_taken"]


@on_sqlite
@pytest.mark.parametrize(
    ("said", "code"), [({"currencyCode": "EUR"}, "other_currency"), ({"customer": None}, "bad_contact")]
)
def test_an_order_that_cannot_be_ours_is_noted(
    shop: Centre, vendure: FakeVendure, connector: Connector, said: dict[str, Any], code: str
) -> None:
    bought = vendure.buy((MILK_SKU, 1, 260), **said)
    assert connector.run_once(now_text()).not_taken == 1
    assert f"({code})" in bought["notes"][0]
    assert count(shop) == 0


@on_sqlite
def test_wine_needs_a_shop_that_asks_for_the_age(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    bought = vendure.buy((WINE_SKU, 1, 2400))
    assert connector.run_once(now_text()).not_taken == 1
    assert "(under_age_unconfirmed) [1031]" in bought["notes"][0]
    asking = Connector(shop, connection(vendure, ages_asked=True))
    assert asking.run_once(now_text()).taken == 1
    asking.close()
    assert placed(shop, bought).lines[0].product.minimum_age == 18
    assert available(shop, WINE) == vendure.for_sale(WINE_SKU)


@on_sqlite
def test_other_shipping_methods_are_left_alone(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    before = vendure.for_sale(MILK_SKU)
    bought = vendure.buy((MILK_SKU, 4, 1040), method="courier")
    assert connector.run_once(now_text()) == Round()
    assert bought["notes"] == []
    assert vendure.for_sale(MILK_SKU) == before - 4  # the courier's goods stay promised to the courier


@on_sqlite
def test_cancelling_goes_both_ways(shop: Centre, vendure: FakeVendure, connector: Connector) -> None:
    here, there = vendure.buy((MILK_SKU, 2, 520)), vendure.buy((TEA_SKU, 1, 500))
    connector.run_once(now_text())
    ready = pick(shop, placed(shop, here))
    connector.run_once(now_text())
    assert here["state"] == "Shipped"
    shop.orders.cancel(ready.order_id, "The shop burnt down.")
    connector.run_once(now_text())
    assert here["state"] == "Cancelled"
    assert here["fulfillments"][0]["state"] == "Cancelled"
    assert "give back 5.20 SGD" in here["notes"][-1]

    vendure.answer("Cancel", {"input": {"orderId": there["id"]}})
    assert connector.run_once(now_text()).cancelled == 1
    assert placed(shop, there).state is OrderState.CANCELLED
    connector.run_once(now_text())
    assert vendure.for_sale(TEA_SKU) == int(available(shop, TEA))


@on_sqlite
def test_nothing_found_is_an_order_cancelled(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    bought = vendure.buy((MILK_SKU, 1, 260))
    connector.run_once(now_text())
    assert pick(shop, placed(shop, bought), short=1).state is OrderState.SHORT
    connector.run_once(now_text())
    assert bought["state"] == "Cancelled"
    assert bought["payments"][0]["state"] == "Cancelled"  # nothing is taken for nothing
    assert len(bought["notes"]) == 1
    connector.run_once(now_text())
    assert money_of(placed(shop, bought)).refund_minor == 0


@on_sqlite
def test_cancelled_in_vendure_after_it_was_handed_over_is_said(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    bought = vendure.buy((MILK_SKU, 1, 260))
    connector.run_once(now_text())
    ready = pick(shop, placed(shop, bought))
    vendure.fault = lambda operation: "502" if operation == "Login" else ""
    bought["state"] = "Cancelled"
    real = shop.orders.cancel

    def too_late(order_id: str, reason: str, *, by: str = "") -> PickupOrder | None:
        shop.orders.take(handing_over(ready))
        return real(order_id, reason, by=by)

    shop.orders.cancel = too_late  # type: ignore[method-assign]  # the moment between looking and cancelling
    assert connector.run_once(now_text()).cancelled == 0
    (detail,) = details(shop, "vendure_cancelled_late")
    assert detail.startswith(bought["code"])


@on_sqlite
def test_an_order_that_was_changed_in_vendure_is_said(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    bought = vendure.buy((MILK_SKU, 2, 520), (TEA_SKU, 1, 500))
    connector.run_once(now_text())
    assert details(shop, "vendure_changed") == []
    bought["lines"][0]["quantity"] = 3
    connector.run_once(now_text())
    connector.run_once(now_text())
    (detail,) = details(shop, "vendure_changed")
    assert detail.endswith(f"({placed(shop, bought).number}): 1016: 2 → 3")
    pick(shop, placed(shop, bought))
    connector.run_once(now_text())
    assert bought["lines"][0]["quantity"] == 2  # the bag has what was taken here


@on_sqlite
def test_a_substitute_is_told_by_a_note(shop: Centre, vendure: FakeVendure) -> None:
    connector = Connector(shop, connection(vendure, substitutes=WishKind.ASK))
    bought = vendure.buy((MILK_SKU, 1, 260))
    connector.run_once(now_text())
    arrived = placed(shop, bought)
    with shop.database.read() as read:
        oat_milk = products_by_id(read, [OAT_MILK])[OAT_MILK]
    take = shop.orders.take
    take(step(StartPicking, arrived, OrderState.PLACED, lock_until=LOCK_UNTIL))
    offer = {"line_id": "1", "product": oat_milk, "unit_price_minor": Decimal(300)}
    offer |= {"quantity": Decimal(1), "covers": Decimal(1)}
    asked = take(step(AskCustomer, arrived, OrderState.PICKING, **offer)).lines[0].parts[0].now.step_id
    shop.orders.answer(arrived.order_id, "1", asked, agrees=True)
    take(step(SubstituteLine, arrived, OrderState.PICKING, bag_id="BAG1", **offer))
    cold = Temperature(oat_milk.temperature)
    take(step(StageBag, arrived, OrderState.PICKING, bag_id="BAG1", location="A1", temperature=cold))
    take(step(FinishPicking, arrived, OrderState.PICKING))
    take(step(MarkReady, arrived, OrderState.PICKED))
    connector.run_once(now_text())
    assert (
        bought["notes"][1]
        == f"Evertill: {arrived.number}: 1 × {oat_milk.name.en} {oat_milk.name.zh} (1026) → 1016"
    )
    assert bought["state"] == "Shipped"
    connector.close()


def shop_order(**said: Any) -> ShopOrder:
    lines = tuple(
        OrderLine(id=name, quantity=quantity, amount_minor=100, variant=VariantNamed(sku=sku))
        for name, sku, quantity in said.pop("lines", ())
    )
    given = {"id": "1", "code": "V1", "state": "PaymentSettled", "currency_code": "SGD", "lines": lines}
    given["updated_at"] = "2026-11-22T08:00:00.000Z"
    return ShopOrder(**(given | said))


def test_every_state_of_an_order_is_something_in_vendure() -> None:
    assert set(STAGES) == set(OrderState)


def test_lines_of_one_item_number_share_what_became_of_it() -> None:
    found = shop_order(lines=[("a", "1016", 2), ("b", "1016", 3), ("c", "1018", 1)])
    assert surplus(found, {"1016": 3}) == {"b": 2, "c": 1}
    assert surplus(found, {"1016": 5, "1018": 1}) == {}


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("+65 9123 4567", "+65 9123 4567"),
        ("tel. 9123-4567 ext", ". 9123-4567"),
        ("(0)9123+4567", "(0)91234567"),
        ("call me", ""),
        (None, ""),
        ("9" * 50, ""),
    ],
)
def test_a_telephone_number_is_cleaned_or_left_out(phone: str | None, kept: str) -> None:
    customer = Customer(email_address="r@shop.example", phone_number=phone)
    assert contact(shop_order(customer=customer), "en").phone == kept


def test_a_customer_without_a_name_is_called_by_what_there_is() -> None:
    address = Address(full_name="  Wei\n Chen ", phone_number="9123 4567")
    assert contact(shop_order(shipping_address=address), "zh_CN").name == "Wei Chen"
    assert contact(shop_order(shipping_address=address), "zh_CN").phone == "9123 4567"
    assert contact(shop_order(customer=Customer(email_address="rt@shop.example")), "en").name == "rt"
    assert contact(shop_order(), "en").name == "V1"
