"""The connector to Vendure against a shop on a real socket: orders in, stock out, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from retail.pickup.amounts import money_of
from retail.pickup.order import OrderState, PickupOrder, ShortReason, Temperature, WishKind
from retail.pickup.steps import (
    AskCustomer,
    FinishPicking,
    MarkReady,
    PickLine,
    ShortLine,
    StageBag,
    StartPicking,
    SubstituteLine,
)
from sync.server.centre import Centre
from sync.server.cli import main
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.order_tables import pickup_order
from sync.server.database.shop_rows import products_by_id
from sync.server.demo.store import STORE_ID
from sync.server.vendure import arriving as arriving_module
from sync.server.vendure import client as client_module
from sync.server.vendure import connector as connector_module
from sync.server.vendure.client import Access, VendureProblem
from sync.server.vendure.connection import Connection
from sync.server.vendure.connector import ConnectionRefused, Connector, Round, keep_in_step
from sync.server.vendure.mapping import STAGES, contact, surplus
from sync.server.vendure.shapes import Address, Customer, OrderLine, ShopOrder, VariantNamed
from tests.fakes.receiver import closed_port
from tests.fakes.vendure_shop import CHANGES, PASSWORD, USER, FakeVendure, vendure_shop
from tests.server.ordering import (
    LOCK_UNTIL,
    MILK,
    OAT_MILK,
    WINE,
    alerts,
    available,
    handing_over,
    ledger_is_whole,
    order,
    picking_steps,
    set_stock,
    step,
)

CHANNEL = "vendure:s1"
MILK_SKU, TEA_SKU, TEA, WINE_SKU = "1016", "1018", "P1018", "1031"
on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def vendure(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeVendure]:
    """A shop that sells milk, tea and wine of the demo store."""
    monkeypatch.setattr(client_module, "RETRY_AFTER_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(connector_module, "AGAIN_SECONDS", 0.0)
    with vendure_shop() as made:
        for sku in (MILK_SKU, TEA_SKU, WINE_SKU):
            made.add_variant(sku)
        yield made


def connection(vendure: FakeVendure, **said: Any) -> Connection:
    access = Access(url=vendure.address, user=USER, password=PASSWORD)
    return Connection(**({"name": "s1", "store_id": STORE_ID, "access": access} | said))


@pytest.fixture
def connector(shop: Centre, vendure: FakeVendure) -> Iterator[Connector]:
    """A connector that has published the stock."""
    made = Connector(shop, connection(vendure))
    made.run_once(now_text())
    yield made
    made.close()


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
    found = centre.orders.order(of.order_id)
    assert found is not None
    return found


def in_step(centre: Centre, vendure: FakeVendure) -> bool:
    """Say whether Vendure may sell what the store may promise, of milk and of tea."""
    return all(vendure.for_sale(f"1{one[2:]}") == int(available(centre, one)) for one in (MILK, TEA))


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


class Loss:
    """Loses the answer to one change, the `number`th from now on."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, operation: str) -> str:
        if operation not in CHANGES:
            return ""
        self.left -= 1
        return "lost" if self.left == 0 else ""


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


@on_sqlite
def test_whatever_answer_is_lost_nothing_is_done_twice(shop: Centre, vendure: FakeVendure) -> None:
    set_stock(shop, MILK, "60")
    losses = 0
    for number in range(1, 20):
        loss = vendure.fault = Loss(number)
        bought = vendure.buy((MILK_SKU, 3, 780))
        rounds(shop, vendure)
        pick(shop, placed(shop, bought), short=1)
        rounds(shop, vendure)
        assert bought["state"] == "Shipped"
        assert [line["quantity"] for line in bought["lines"]] == [2]
        assert len(bought["notes"]) == len(set(bought["notes"])) == 2
        assert len(bought["fulfillments"]) == 1
        assert count(shop) == number
        assert in_step(shop, vendure)
        if loss.left > 0:
            break
        losses += 1
    assert losses >= 6


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
def test_stock_follows_the_counter_and_only_what_changed_is_written(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    set_stock(shop, MILK, "9")
    assert connector.run_once(now_text()) == Round()  # a count is published with its level, which nobody did
    made = order(shop, (MILK, "2"))
    asked = vendure.asked.count("SetStock")
    assert connector.run_once(now_text()).stock_written == 1
    assert vendure.for_sale(MILK_SKU) == 7
    assert vendure.asked.count("SetStock") == asked + 1
    assert connector.run_once(now_text()).stock_written == 0
    shop.orders.cancel(made.order.order_id, "not wanted")
    connector.run_once(now_text())
    assert vendure.for_sale(MILK_SKU) == 9


@on_sqlite
def test_a_variant_that_is_refused_holds_no_other_up(shop: Centre, vendure: FakeVendure) -> None:
    refusals = iter(["ENTITY_NOT_FOUND", "ENTITY_NOT_FOUND"])
    vendure.fault = lambda operation: next(refusals, "") if operation == "SetStock" else ""
    made = Connector(shop, connection(vendure))
    made.run_once(now_text())
    made.close()
    (detail,) = details(shop, "vendure_not_told")
    assert "ENTITY_NOT_FOUND" in detail
    assert sum(one["on_hand"] > 0 for one in vendure.variants) == 2


@on_sqlite
def test_goods_that_vendure_does_not_count_are_said(shop: Centre, vendure: FakeVendure) -> None:
    vendure.variants[0]["track"], vendure.variants[1]["track"] = "FALSE", "INHERIT"
    vendure.tracks = False
    made = Connector(shop, connection(vendure))
    made.run_once(now_text())
    made.close()
    assert details(shop, "vendure_not_tracked") == ["1016, 1018"]


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
def test_at_no_moment_more_is_for_sale_than_may_be_promised(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    too_much = []

    def look(operation: str) -> str:
        for_sale, promised = vendure.for_sale(MILK_SKU), int(available(shop, MILK))
        if for_sale > promised:
            too_much.append((operation, for_sale, promised))
        return ""

    vendure.fault = look
    orders = [vendure.buy((MILK_SKU, quantity, quantity * 260)) for quantity in (2, 3, 4)]
    connector.run_once(now_text())
    shop.orders.cancel(placed(shop, orders[0]).order_id, "not wanted")
    connector.run_once(now_text())
    pick(shop, placed(shop, orders[1]), short=2)
    connector.run_once(now_text())
    shop.orders.take(handing_over(pick(shop, placed(shop, orders[2]))))
    for _ in range(2):
        connector.run_once(now_text())
    look("at the end")
    assert [one["state"] for one in orders] == ["Cancelled", "Shipped", "Delivered"]
    assert too_much == []
    assert in_step(shop, vendure)


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
def test_what_vendure_refuses_is_said_and_tried_again(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    first, second = vendure.buy((MILK_SKU, 1, 260)), vendure.buy((TEA_SKU, 1, 500))
    connector.run_once(now_text())
    declined = iter(["SETTLE_PAYMENT_ERROR"])
    vendure.fault = lambda operation: next(declined, "") if operation == "Settle" else ""
    pick(shop, placed(shop, first))
    pick(shop, placed(shop, second))
    done = connector.run_once(now_text())
    assert (done.told, done.not_told) == (1, 1)
    assert "SETTLE_PAYMENT_ERROR" in details(shop, "vendure_not_told")[0]
    connector.run_once(now_text())
    assert {first["state"], second["state"]} == {"Shipped"}


@on_sqlite
def test_an_order_that_breaks_vendure_holds_no_other_up(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    bought = vendure.buy((MILK_SKU, 1, 260))
    gone = vendure.buy((TEA_SKU, 1, 500))
    connector.run_once(now_text())
    vendure.orders.remove(gone)
    pick(shop, placed(shop, gone))
    pick(shop, placed(shop, bought))
    broken = iter(["INTERNAL_SERVER_ERROR"])
    vendure.fault = lambda operation: next(broken, "") if operation == "Fulfil" else ""
    assert connector.run_once(now_text()).not_told == 2
    connector.run_once(now_text())
    assert bought["state"] == "Shipped"


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


@on_sqlite
def test_what_did_not_change_is_looked_at_now_and_then(
    shop: Centre, vendure: FakeVendure, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendure.buy((MILK_SKU, 1, 260))
    assert connector.run_once(now_text()).taken == 1
    vendure.buy((MILK_SKU, 1, 260), updatedAt="2026-01-01T00:00:00.000Z")
    assert connector.run_once(now_text()).taken == 0
    monkeypatch.setattr(arriving_module, "LOOK_AT_ALL_SECONDS", 0.0)
    connector.run_once(now_text())
    assert count(shop) == 2


@on_sqlite
def test_a_session_that_ended_is_begun_again(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    vendure.tokens.clear()
    bought = vendure.buy((MILK_SKU, 1, 260))
    assert connector.run_once(now_text()).taken == 1
    assert vendure.asked.count("Login") == 2
    assert len(bought["notes"]) == 1


@on_sqlite
def test_questions_are_asked_again_when_the_network_fails(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    failing = iter(["502", "lost"])
    vendure.fault = lambda operation: next(failing, "") if operation == "Orders" else ""
    vendure.buy((MILK_SKU, 1, 260))
    assert connector.run_once(now_text()).taken == 1


@on_sqlite
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"password": "wrong"}, "bad_login"),
        ({"url": f"http://127.0.0.1:{closed_port()}/admin-api"}, "unreachable"),
    ],
)
def test_a_shop_that_cannot_be_worked_with_is_named(
    shop: Centre, vendure: FakeVendure, said: dict[str, str], code: str
) -> None:
    access = Access(**({"url": vendure.address, "user": USER, "password": PASSWORD} | said))
    made = Connector(shop, connection(vendure, access=access))
    with pytest.raises(VendureProblem) as caught:
        made.run_once(now_text())
    made.close()
    assert caught.value.code == code
    assert PASSWORD not in repr(access)


@on_sqlite
def test_a_page_that_is_no_vendure_is_named(shop: Centre, vendure: FakeVendure, connector: Connector) -> None:
    vendure.fault = lambda _operation: "404"
    with pytest.raises(VendureProblem) as caught:
        connector.run_once(now_text())
    assert caught.value.code == "not_vendure"


@on_sqlite
def test_connections_that_cannot_be_are_refused(shop: Centre, vendure: FakeVendure) -> None:
    with pytest.raises(ConnectionRefused, match="no store S9"):
        Connector(shop, connection(vendure, store_id="S9"))
    vendure.precision = 3
    made = Connector(shop, connection(vendure))
    with pytest.raises(ConnectionRefused, match="3 decimals"):
        made.check()
    with pytest.raises(VendureProblem) as caught:
        Connector(shop, connection(vendure, location="Nowhere")).run_once(now_text())
    assert caught.value.code == "no_location"
    made.close()


def _failing_once(clock: Callable[[], str]) -> Callable[[], str]:
    failures = iter([OSError("the clock has stopped")])

    def tell() -> str:
        for failure in failures:
            raise failure
        return clock()

    return tell


@on_sqlite
def test_the_loop_goes_on_after_trouble_and_tells_a_person_of_a_long_silence(
    shop: Centre,
    vendure: FakeVendure,
    expected_logs: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected_logs(r"WARNING sync\.server\.vendure\.connector: vendure:s1 must wait: Vendure: not_vendure")
    expected_logs(r"ERROR sync\.server\.vendure\.connector: vendure:s1: a round failed")
    monkeypatch.setattr(connector_module, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr(connector_module, "now_text", _failing_once(now_text))
    stopping = Event()

    def fault(operation: str) -> str:
        if vendure.asked.count("Orders") >= 7:
            stopping.set()
        return "404" if operation == "Orders" and vendure.asked.count("Orders") < 3 else ""

    vendure.fault = fault
    bought = vendure.buy((MILK_SKU, 1, 260), updatedAt="the other day")
    keep_in_step(shop, connection(vendure), stopping, every_seconds=0.0)
    assert "vendure_unreachable" in alerts(shop)
    assert placed(shop, bought).state is OrderState.PLACED
    assert vendure.for_sale(MILK_SKU) == int(available(shop, MILK))


@on_sqlite
def test_the_command_runs_one_round_and_says_what_it_did(
    shop: Centre, vendure: FakeVendure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    words = ["vendure-sync", "--data", str(shop.settings.data), "--user", USER, "--once"]
    words += ["--url", vendure.address.removesuffix("/admin-api"), "--password-file", str(password)]
    vendure.buy((MILK_SKU, 1, 260))
    assert main([*words, "--store", STORE_ID]) == 0
    assert "taken=1" in capsys.readouterr().out
    assert main([*words, "--store", "S9"]) == 1
    assert "no store S9" in capsys.readouterr().err
    password.unlink()
    assert main([*words, "--store", STORE_ID]) == 1
    assert str(password) in capsys.readouterr().err


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
