"""From the checkout to the customer's own page: placed once, as it was shown, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import text

from retail.catalogue import Price
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import OrderState, PaymentEntry, PaymentKind, PickupOrder, ShortReason, Temperature
from retail.pickup.steps import (
    Accept,
    AskCustomer,
    FinishPicking,
    HandOver,
    MarkReady,
    PickLine,
    Proof,
    RecordPayment,
    ShortLine,
    StageBag,
    StartPicking,
    Step,
)
from sync.pickup_code import checked
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.database import slot_rows
from sync.server.database.round_trip import answered
from sync.server.database.shop_rows import products_by_id, read_rows
from sync.server.settings import NO_PAYMENTS, Settings
from sync.server.streams import Publication, publish
from tests.fakes.online_shop import CROISSANT, HERE, OAT_MILK, TEE, open_online
from tests.server.browsing import Browser, Page
from tests.web.customers import BASKET, CHECKOUT, DETAILS, HOME, add, order, submit


def placed_order(shop: Centre) -> PickupOrder:
    """Return the only order of the shop."""
    found = shop.orders.orders_in(*OrderState)
    assert len(found) == 1
    return found[0]


def count_orders(shop: Centre) -> int:
    with shop.database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM pickup_order")).scalar_one())


def walk(shop: Centre, *makers: Callable[[PickupOrder], Step]) -> PickupOrder:
    """Take steps of the store, each made for the order as it then stands."""
    for make in makers:
        shop.orders.take(make(placed_order(shop)))
    return placed_order(shop)


def said(order: PickupOrder, number: int) -> dict[str, object]:
    """Return what every step of the store says."""
    return {
        "step_id": f"step-{number}",
        "order_id": order.order_id,
        "by": "E0001",
        "at": "2026-11-22T08:00:00Z",
        "made_in": order.state,
    }


def start(order: PickupOrder) -> Step:
    return StartPicking(**said(order, 2), lock_until="2030-01-01T00:00:00Z")  # type: ignore[arg-type]  # told by name


def test_an_order_is_placed_and_its_page_shows_everything(shop: Centre, browser: Browser) -> None:
    add(browser, OAT_MILK, "2")
    page = order(browser)
    assert page.status == 200
    placed = placed_order(shop)
    assert placed.number in page.visible
    assert "The store has your order." in page.visible
    assert "$7.00" in page.visible
    assert "Due at the desk" in page.visible
    assert "R. Tan" in page.visible
    assert "9123" not in page.source
    assert "<svg" in page.source
    assert 'http-equiv="refresh"' in page.source
    assert "empty" in browser.read(BASKET).visible
    assert [line.quantity for line in placed.lines] == [Decimal(2)]
    assert placed.payment.ceiling_minor is None


def test_the_code_on_the_page_opens_the_order_at_the_desk(shop: Centre, browser: Browser) -> None:
    add(browser)
    order(browser)
    with shop.database.read() as connection:
        key = connection.execute(text("SELECT page_key FROM pickup_order")).scalar_one()
        desk = read_rows(connection, ("settings", HERE), "pickup_desk", PickupDesk)[0]
    found = shop.orders.order_by_page_key(key)
    assert found is not None
    assert checked(found.code_text, desk.code_keys, HERE).order_id == found.order.order_id
    assert f"{found.digits[:3]} {found.digits[3:]}" in browser.read(f"/shop/o/{key}").visible


def test_nothing_that_names_a_person_stands_in_an_address(client: TestClient, browser: Browser) -> None:
    add(browser)
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    form = next(one for one in page.forms if one.action == CHECKOUT)
    answer = browser.send(page, form=form, fill={**DETAILS, "slot": slot}, follow=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/shop/o/")
    assert "?" not in answer.headers["location"]


@pytest.mark.parametrize(
    ("field", "typed", "said_en", "said_zh"),
    [
        ("name", "", "Please write your name.", "请填写姓名。"),
        ("name", "x" * 81, "shorter name", "姓名过长"),
        ("phone", "12", "6 to 15 digits", "6 至 15 位"),
        ("phone", "call me", "6 to 15 digits", "6 至 15 位"),
        ("phone", "", "telephone number or an e-mail address is needed", "请填写电话或电子邮箱"),
        ("email", "rachel@", "no e-mail address", "电子邮箱格式不正确"),
        ("slot", "", "choose when you come", "请选择取货时间"),
        ("payment", "barter", "choose how to pay", "请选择付款方式"),
        ("note", "x" * 301, "At most 300", "最多 300"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    shop: Centre, client: TestClient, browser: Browser, field: str, typed: str, said_en: str, said_zh: str
) -> None:
    add(browser)
    page = order(browser, **{"note": "ring twice", field: typed})
    assert page.status == 422
    assert said_en in page.visible
    form = next(one for one in page.forms if one.action == CHECKOUT)
    if field not in ("name", "note"):
        assert form.fields["name"] == ["Rachel Tan"]
        assert form.fields["note"] == ["ring twice"]
    client.cookies.set("evertill_language", "zh_CN", domain="shop.example", path="/shop")
    assert said_zh in order(browser, **{field: typed}).visible
    assert count_orders(shop) == 0


def test_a_slot_that_fills_between_page_and_click_is_said(shop: Centre, browser: Browser) -> None:
    add(browser)
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    with shop.database.write() as connection:
        answered(connection, slot_rows.booking(connection.dialect.name, HERE, slot, 100_000))
    refused = submit(browser, page, "/checkout", {**DETAILS, "slot": slot})
    assert refused.status == 409
    assert "This time is taken" in refused.visible
    assert "Nothing was ordered" in refused.visible
    assert slot not in refused.options["slot"]
    assert count_orders(shop) == 0
    assert "1 in it" in refused.visible
    assert next(one for one in refused.forms if one.action == CHECKOUT).fields["name"] == ["Rachel Tan"]


def test_a_price_that_changes_between_page_and_click_places_nothing(shop: Centre, browser: Browser) -> None:
    add(browser, CROISSANT, "2")
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    with shop.database.write() as connection:
        dearer = Price(product_id=CROISSANT, unit_price_minor=Decimal(410))
        publish(connection, {("prices", HERE): Publication(puts=[dearer])})
    refused = submit(browser, page, "/checkout", {**DETAILS, "slot": slot})
    assert refused.status == 409
    assert "Prices have changed" in refused.visible
    assert "It was $7.20 and is $8.20 now" in refused.visible
    assert count_orders(shop) == 0
    again = submit(browser, refused, "/checkout", {**DETAILS, "slot": slot})
    assert again.status == 200
    assert "$8.20" in again.visible


def test_the_last_piece_that_another_bought_places_nothing(
    shop: Centre, client: TestClient, browser: Browser
) -> None:
    add(browser, OAT_MILK, "4")
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    mine = dict(client.cookies)
    client.cookies.clear()
    add(browser, OAT_MILK, "4")
    assert order(browser).status == 200
    client.cookies.clear()
    client.cookies.update(mine)
    refused = submit(browser, page, "/checkout", {**DETAILS, "slot": slot})
    assert refused.status == 409
    assert "Only 2 left" in refused.visible
    assert count_orders(shop) == 1


def test_pressing_twice_places_one_order(shop: Centre, browser: Browser) -> None:
    add(browser)
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    first = submit(browser, page, "/checkout", {**DETAILS, "slot": slot})
    second = submit(browser, page, "/checkout", {**DETAILS, "slot": slot})
    assert count_orders(shop) == 1
    assert placed_order(shop).number in first.visible
    assert placed_order(shop).number in second.visible
    assert "placed already" in second.visible


def test_pressing_twice_at_the_same_moment_places_one_order(shop: Centre, browser: Browser) -> None:
    add(browser)
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)

    def press(_number: int) -> Page:
        return submit(browser, page, "/checkout", {**DETAILS, "slot": slot})

    with ThreadPoolExecutor(4) as four:
        pages = list(four.map(press, range(4)))
    assert count_orders(shop) == 1
    assert {one.status for one in pages} == {200}


def test_a_basket_that_another_tab_changed_is_not_ordered_unseen(shop: Centre, browser: Browser) -> None:
    add(browser)
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    add(browser, CROISSANT)
    refused = submit(browser, page, "/checkout", {**DETAILS, "slot": slot})
    assert refused.status == 409
    assert "changed meanwhile" in refused.visible
    assert count_orders(shop) == 0


@pytest.mark.parametrize("total", ["", "abc", "-5", "9" * 30])
def test_a_total_made_by_hand_places_nothing(shop: Centre, browser: Browser, total: str) -> None:
    add(browser)
    assert order(browser, total=total).status == 422
    assert order(browser, total="1").status == 409
    assert count_orders(shop) == 0


def test_an_empty_basket_has_no_checkout(shop: Centre, browser: Browser) -> None:
    assert "empty" in browser.read(CHECKOUT).visible
    add(browser)
    page = browser.read(CHECKOUT)
    with shop.database.write() as connection:
        connection.execute(text("DELETE FROM shop_basket"))
    gone = submit(browser, page, "/checkout", {**DETAILS, "slot": page.options["slot"][1]})
    assert gone.status == 409
    assert count_orders(shop) == 0


def test_what_is_for_adults_asks_for_the_age(shop: Centre, browser: Browser) -> None:
    with shop.database.write() as connection:
        tee = products_by_id(connection, [TEE])[TEE]
        publish(connection, {("catalogue", ""): Publication(puts=[replace(tee, minimum_age=18)])})
    assert "18+" in browser.read(f"{HOME}/category", id=tee.category_id).visible
    add(browser, TEE)
    assert "confirm that you are 18" in order(browser).visible
    assert order(browser, age="1").status == 200


def test_a_store_that_wants_its_money_online_offers_no_desk(shop: Centre, browser: Browser) -> None:
    settings = ("settings", HERE)
    with shop.database.write() as connection:
        desk = read_rows(connection, settings, "pickup_desk", PickupDesk)[0]
        publish(connection, {settings: Publication(puts=[replace(desk, pay_at_desk=False)])})
    add(browser)
    assert "At the desk" not in browser.read(CHECKOUT).visible
    assert order(browser, payment="desk").status == 422


@pytest.fixture
def unpaid_browser(shop: Centre) -> Iterator[Browser]:
    """A customer's browser at a centre that has no payment provider."""
    centre = Centre(replace(shop.settings, payments=NO_PAYMENTS))
    with TestClient(create_app(centre), base_url="http://shop.example") as made:
        yield Browser(made)
    centre.close()


def test_without_a_provider_the_desk_is_the_only_way_to_pay_and_the_page_says_so(
    unpaid_browser: Browser,
) -> None:
    add(unpaid_browser)
    page = unpaid_browser.read(CHECKOUT)
    assert next(one for one in page.forms if one.action == CHECKOUT).fields["payment"] == ["desk"]
    assert "Now, online" not in page.visible
    assert "Nothing is paid online here: you pay when you collect." in page.visible
    refused = order(unpaid_browser, payment="online")
    assert refused.status == 422
    assert order(unpaid_browser).status == 200


def test_a_store_with_no_way_to_pay_takes_no_order_and_keeps_the_basket(
    shop: Centre, unpaid_browser: Browser
) -> None:
    settings = ("settings", HERE)
    with shop.database.write() as connection:
        desk = read_rows(connection, settings, "pickup_desk", PickupDesk)[0]
        publish(connection, {settings: Publication(puts=[replace(desk, pay_at_desk=False)])})
    add(unpaid_browser)
    page = unpaid_browser.read(CHECKOUT)
    assert "there is no way to pay" in page.visible
    assert "Place the order" not in page.visible
    assert order(unpaid_browser).status == 422
    assert "Oat milk" in unpaid_browser.read(BASKET).visible


def test_an_order_to_be_paid_online_waits_and_then_stands(shop: Centre, browser: Browser) -> None:
    add(browser)
    assert "To the payment" in order(browser, payment="online").visible
    key = _key(shop)
    page = browser.read(f"/shop/o/{key}")
    assert "Your goods are kept while you pay." in page.visible
    assert "pickup code" not in page.visible
    assert "I'm here" not in page.visible
    found = shop.orders.order_by_page_key(key)
    assert found is not None
    entry = PaymentEntry(kind=PaymentKind.AUTHORISED, amount_minor=420, reference="pay-1")
    shop.orders.confirm_payment(found.order.order_id, entry)
    page = browser.read(f"/shop/o/{key}")
    assert "The store has your order." in page.visible
    assert "Paid online" in page.visible
    assert "Due" not in page.visible


def test_an_order_that_was_never_paid_can_be_ordered_again(shop: Centre, browser: Browser) -> None:
    add(browser)
    order(browser, payment="online")
    key = _key(shop)
    found = shop.orders.order_by_page_key(key)
    assert found is not None
    shop.orders.payment_failed(found.order.order_id)
    page = browser.read(f"/shop/o/{key}")
    assert "no longer kept" in page.visible
    assert browser.read(f"/shop/o/{key}/pay").status == 200
    again = submit(browser, page, "/again")
    assert "Oat milk" in again.visible


def test_the_payment_page_leads_on_without_scripts(
    shop: Centre, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = "https://pay.example/session/abc"
    known = {"address": ""}
    monkeypatch.setattr(
        "sync.server.database.outbox_rows.payment_address", lambda _connection, _order_id: known["address"]
    )
    add(browser)
    order(browser, payment="online")
    preparing = browser.read(f"/shop/o/{_key(shop)}/pay")
    assert "The payment page is being prepared." in preparing.visible
    assert 'http-equiv="refresh" content="2"' in preparing.source
    assert "shows it in a moment" in browser.read(f"/shop/o/{_key(shop)}").visible
    known["address"] = provider
    page = browser.read(f"/shop/o/{_key(shop)}/pay")
    assert page.links["Pay now"] == provider
    assert f'content="0; url={provider}"' in page.source


def _key(shop: Centre) -> str:
    with shop.database.read() as connection:
        return str(connection.execute(text("SELECT page_key FROM pickup_order")).scalar_one())


def test_the_customer_says_that_they_are_here_and_where(shop: Centre, browser: Browser) -> None:
    add(browser)
    order(browser)
    here = browser.read(f"/shop/o/{_key(shop)}/here")
    page = submit(browser, here, "/here", {"note": " bay 3,\n blue van "})
    assert "The store knows that you are here (bay 3, blue van)." in page.visible
    assert placed_order(shop).here_note == "bay 3, blue van"


def test_the_customer_cancels_and_the_goods_are_free_again(shop: Centre, browser: Browser) -> None:
    add(browser, OAT_MILK, "6")
    order(browser)
    assert "sold out" in browser.read(f"{HOME}/product", id=OAT_MILK).visible
    question = browser.read(f"/shop/o/{_key(shop)}/cancel")
    assert "You pay nothing." in question.visible
    page = submit(browser, question, "/cancel")
    assert "This order was cancelled." in page.visible
    assert "refresh" not in page.source
    assert placed_order(shop).state is OrderState.CANCELLED
    assert "6 left" in browser.read(f"{HOME}/product", id=OAT_MILK).visible
    late = submit(browser, browser.read(f"/shop/o/{_key(shop)}/here"), "/here")
    assert late.status == 409
    assert "was cancelled" in late.visible


@pytest.mark.parametrize(
    ("answer", "becomes"), [("yes", "agreed to a substitute"), ("no", "Your goods are being")]
)
def test_the_customer_answers_a_proposed_substitute(
    shop: Centre, browser: Browser, answer: str, becomes: str
) -> None:
    add(browser, CROISSANT)
    order(browser)
    with shop.database.read() as connection:
        milk = products_by_id(connection, [OAT_MILK])[OAT_MILK]

    def ask(standing: PickupOrder) -> Step:
        return AskCustomer(
            **said(standing, 3),  # type: ignore[arg-type]  # told by name
            line_id=standing.lines[0].line_id,
            product=milk,
            unit_price_minor=Decimal(300),
            quantity=Decimal(1),
            covers=Decimal(1),
        )

    walk(shop, start, ask)
    page = browser.read(f"/shop/o/{_key(shop)}")
    assert "Butter croissant has run out" in page.visible
    assert "Would 1 × Oat milk, barista 1 L at $3.00 do?" in page.visible
    answered = submit(browser, page, "/answer", {"agrees": answer})
    assert becomes in answered.visible
    assert f'content="15; url=/shop/o/{_key(shop)}"' in answered.source, "the thanks are said once"
    assert "has run out" not in answered.visible
    twice = submit(browser, page, "/answer", {"agrees": answer})
    assert twice.status == 409


def test_the_page_follows_a_short_the_handover_and_takes_a_rating(shop: Centre, browser: Browser) -> None:
    add(browser, CROISSANT, "2")
    add(browser, OAT_MILK, "1")
    order(browser)
    key = _key(shop)

    def line(standing: PickupOrder, product_id: str) -> str:
        return next(one.line_id for one in standing.lines if one.product.product_id == product_id)

    walk(
        shop,
        start,
        lambda one: PickLine(
            **said(one, 3),  # type: ignore[arg-type]  # told by name
            line_id=line(one, CROISSANT),
            product_id=CROISSANT,
            quantity=Decimal(2),
            bag_id="B1",
            lock_id="step-2",
        ),
        lambda one: ShortLine(
            **said(one, 4),  # type: ignore[arg-type]  # told by name
            line_id=line(one, OAT_MILK),
            short_reason=ShortReason.SOLD_OUT,
        ),
        lambda one: FinishPicking(**said(one, 5), lock_id="step-2"),  # type: ignore[arg-type]  # told by name
    )
    page = browser.read(f"/shop/o/{key}")
    assert "could not be had" in page.visible
    assert "$7.20" in page.visible
    walk(
        shop,
        lambda one: StageBag(
            **said(one, 6),  # type: ignore[arg-type]  # told by name
            bag_id="B1",
            location="A1",
            temperature=Temperature.AMBIENT,
        ),
        lambda one: MarkReady(**said(one, 7)),  # type: ignore[arg-type]  # told by name
    )
    assert "Your order is ready." in browser.read(f"/shop/o/{key}").visible
    walk(
        shop,
        lambda one: RecordPayment(
            **said(one, 8),  # type: ignore[arg-type]  # told by name
            payment=PaymentKind.PAID,
            amount_minor=720,
            reference="sale-1",
        ),
        lambda one: HandOver(**said(one, 9), bags=("B1",), proof=Proof.CODE, covered_minor=720),  # type: ignore[arg-type]  # told by name
    )
    page = browser.read(f"/shop/o/{key}")
    assert "You have collected your order." in page.visible
    assert "refresh" not in page.source
    assert submit(browser, page, "/rate", {"stars": "9"}).status == 409
    rated = submit(browser, page, "/rate", {"stars": "4"})
    assert "★★★★☆" in rated.visible
    again = submit(browser, rated, "/again")
    assert "Butter croissant" in again.visible


def test_the_page_stops_updating_when_asked(shop: Centre, browser: Browser) -> None:
    add(browser)
    page = order(browser)
    assert 'content="15"' in page.source
    quiet = browser.follow(page, "Stop updating by itself")
    assert "refresh" not in quiet.source
    assert 'content="15"' in browser.follow(quiet, "Update by itself").source


def test_a_step_of_the_store_shows_in_chinese_too(shop: Centre, client: TestClient, browser: Browser) -> None:
    add(browser)
    order(browser)
    walk(shop, lambda one: Accept(**said(one, 1)))  # type: ignore[arg-type]  # told by name
    client.cookies.set("evertill_language", "zh_CN", domain="shop.example", path="/shop")
    page = browser.read(f"/shop/o/{_key(shop)}")
    assert "门店已接单。" in page.visible
    assert "取货码" in page.visible


def test_times_are_those_of_the_store(shop: Centre, browser: Browser) -> None:
    add(browser)
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    assert slot.endswith("+08:00")
    assert datetime.fromisoformat(slot) > datetime.now().astimezone() + timedelta(minutes=59)


@pytest.mark.postgresql
def test_the_whole_story_over_postgresql(new_postgresql: Callable[[str], str], tmp_path: Path) -> None:
    centre = Centre(Settings(data=tmp_path, database=new_postgresql("demo_centre")))
    try:
        open_online(centre)
        centre.storefront.open()
        assert centre.storefront.index.wait(20)
        with TestClient(create_app(centre), base_url="http://shop.example") as client:
            browser = Browser(client)
            assert "Oat milk" in browser.read(f"{HOME}/search", q="yanmai").visible
            assert add(browser, OAT_MILK, "2").status == 200
            submit(browser, browser.read(BASKET), "/basket/member", {"number": "MBR00008817"})
            assert "The store has your order." in order(browser).visible
            assert "4 left" in browser.read(f"{HOME}/product", id=OAT_MILK).visible
            assert "empty" in browser.read(BASKET).visible
    finally:
        centre.close()
