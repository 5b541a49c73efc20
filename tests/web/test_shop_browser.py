"""The storefront in a real browser: from the choice of the store to the pickup code, without scripts too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By

from retail.pickup.order import OrderState
from sync.server.centre import Centre
from tests.fakes.online_shop import HERE
from tests.web.chromium import DESKTOP, PHONE, chromium, missing_browser
from tests.web.person import click, fits, go, is_painted, sees, write
from tests.web.serving import served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_browser()), reason=missing_browser() or "a browser is there"),
]


@pytest.fixture
def address(shop: Centre) -> Iterator[str]:
    """The address of a centre that serves."""
    with served(shop) as found:
        yield found


@pytest.mark.parametrize(
    ("size", "scripts"),
    [
        pytest.param(PHONE, False, id="phone-without-scripts"),
        pytest.param(DESKTOP, True, id="desktop"),
    ],
)
def test_a_customer_orders_in_chinese(
    shop: Centre, address: str, size: tuple[int, int], scripts: bool
) -> None:
    with chromium(size, language="zh-CN", scripts=scripts) as page:
        page.get(f"{address}/shop")
        assert sees(page, "选择门店")
        assert fits(page, size)
        click(page, f"a[href='/shop/s/{HERE}']")
        assert sees(page, "热销商品")
        assert fits(page, size)

        write(page, "input[name=q]", "燕麦奶")
        page.find_element(By.CSS_SELECTOR, "input[name=q]").submit()
        assert sees(page, "燕麦奶 咖啡师版 1 L")
        click(page, ".goods .add")
        assert sees(page, "已加入购物篮")
        click(page, ".goods .add")
        click(page, ".message a")
        assert sees(page, "2 件 7.00")
        assert "$7.00" in page.find_element(By.CSS_SELECTOR, "dd.total").text
        assert fits(page, size)

        click(page, "a.pay")
        write(page, "#name", "陈 小明")
        write(page, "#phone", "5550 0142")
        slot = next(one for one in page.find_elements(By.CSS_SELECTOR, "#slot option[value]") if _free(one))
        slot.click()
        click(page, "input[value=desk]")
        assert fits(page, size)
        click(page, "button.pay")

        assert sees(page, "门店已收到您的订单")
        drawing = page.find_element(By.CSS_SELECTOR, ".qr svg")
        assert drawing.size["width"] >= 200
        digits = page.find_element(By.CSS_SELECTOR, ".digits").text
        assert len(digits.replace(" ", "")) == 6
        assert fits(page, size)
        placed = shop.orders.orders_in(OrderState.PLACED)
        assert [str(one.lines[0].quantity) for one in placed] == ["2"]

        click(page, ".here a")
        write(page, "#note", "3 号车位")
        click(page, "button.pay")
        assert sees(page, "3 号车位")
        assert shop.orders.orders_in(OrderState.PLACED)[0].here_note == "3 号车位"


def _free(option: object) -> bool:
    return bool(option.get_attribute("value")) and option.is_enabled()  # type: ignore[attr-defined]  # an element


def test_the_order_page_follows_by_itself_without_scripts(
    shop: Centre, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.web.shop_order.LIVE_SECONDS", 1)
    with chromium(PHONE, scripts=False) as page:
        page.get(f"{address}/shop/s/{HERE}/product?id=P1006")
        go(page, "main form .main")
        page.get(f"{address}/shop/s/{HERE}/checkout")
        write(page, "#name", "Rachel Tan")
        write(page, "#email", "rachel@example.com")
        next(one for one in page.find_elements(By.CSS_SELECTOR, "#slot option[value]") if _free(one)).click()
        click(page, "button.pay")
        assert sees(page, "The store has your order.")
        order = shop.orders.orders_in(OrderState.PLACED)[0]
        shop.orders.cancel(order.order_id, "the store is closed", by="E0001")
        assert sees(page, "This order was cancelled.")


def test_the_page_breaks_no_rule_of_its_own_policy(address: str) -> None:
    with chromium(DESKTOP) as page:
        for place in ("/shop", f"/shop/s/{HERE}", f"/shop/s/{HERE}/product?id=P1026"):
            page.get(f"{address}{place}")
            assert is_painted(page, "background-color", "rgba(239, 242, 238, 1)")
        broken = [
            one
            for one in page.get_log("browser")
            if "Content Security Policy" in one["message"] or one["level"] == "SEVERE"
        ]
        assert [one for one in broken if "favicon" not in one["message"]] == []
