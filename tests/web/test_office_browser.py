"""The back office in a real browser: signing in, an order cancelled, a desk changed, signed out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import OrderState
from sync.server.centre import Centre
from sync.server.database.shop_rows import read_rows
from sync.server.orders.values import ContactDetails, PlaceOrder, WantedLine
from tests.fakes.online_shop import CROISSANT, HERE
from tests.server.people import PASSWORD, add_person
from tests.web.chromium import DESKTOP, PHONE, chromium, missing_browser
from tests.web.person import click, fits, patiently, sees, write
from tests.web.serving import served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_browser()), reason=missing_browser() or "a browser is there"),
]

PAGES = (
    "",
    "/orders",
    "/attention",
    "/promotions",
    "/price-lists",
    "/desk",
    "/devices",
    "/members",
    "/people",
)


@pytest.fixture
def address(shop: Centre) -> Iterator[str]:
    """The address of a centre that serves, with an owner."""
    add_person(shop, "rachel", "owner")
    with served(shop) as found:
        yield found


def place(shop: Centre) -> str:
    """Place an order; return its id."""
    slot = next(one for one in shop.orders.slots(HERE) if not one.refusal)
    wanted = PlaceOrder(
        store_id=HERE,
        outside_reference="office-story",
        lines=(WantedLine(product_id=CROISSANT, quantity=Decimal(2)),),
        contact=ContactDetails(name="Rachel Tan", phone="9123 4567", email=""),
        slot_starts_at=slot.starts_at,
    )
    return shop.orders.place(wanted).order.order_id


def press(page: Chrome, text: str) -> None:
    """Press the button of the page that says this."""

    def pressed() -> None:
        buttons = page.find_elements(By.CSS_SELECTOR, "main button")
        next(one for one in buttons if one.text == text).click()

    patiently(pressed)


def test_an_owner_works_through_the_back_office_without_scripts(shop: Centre, address: str) -> None:
    order_id = place(shop)
    with chromium(PHONE, language="en", scripts=False) as page:
        page.get(f"{address}/backoffice/orders?state=open")
        assert sees(page, "Please sign in")
        assert fits(page, PHONE)
        write(page, "input[name=name]", "rachel")
        write(page, "input[name=password]", PASSWORD)
        press(page, "Sign in")
        assert sees(page, "1 found")
        assert page.get_cookie("evertill_session")["httpOnly"]
        click(page, "td a")
        assert sees(page, "What can be done")
        assert fits(page, PHONE)
        write(page, "input[name=why_cancelled]", "The oven broke.")
        press(page, "Cancel the order")
        assert sees(page, "The order is cancelled")
        cancelled = shop.orders.order(order_id)
        assert cancelled is not None
        assert cancelled.state is OrderState.CANCELLED
        for path in PAGES:
            page.get(f"{address}/backoffice{path}?lang=zh_CN")
            assert sees(page, "English")
            assert fits(page, PHONE), path
        click(page, "header .account")
        press(page, "退出登录")
        assert sees(page, "登录")
        page.get(f"{address}/backoffice/orders")
        assert sees(page, "Please sign in")


def test_a_desk_is_changed_on_a_wide_screen(shop: Centre, address: str) -> None:
    with chromium(DESKTOP, language="en") as page:
        page.get(f"{address}/backoffice/desk")
        write(page, "input[name=name]", "rachel")
        write(page, "input[name=password]", PASSWORD)
        press(page, "Sign in")
        assert sees(page, "Opening hours of the desk")
        write(page, "input[name=pickers]", "many")
        press(page, "Publish")
        assert sees(page, "Write a whole number from 0 to 500.")
        write(page, "input[name=pickers]", "4")
        press(page, "Publish")
        assert sees(page, "Tills have it a moment later")
        assert fits(page, DESKTOP)
    with shop.database.read() as connection:
        (desk,) = read_rows(connection, ("settings", HERE), "pickup_desk", PickupDesk)
    assert desk.slots.pickers == 4
