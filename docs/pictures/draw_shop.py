"""Draws the pictures of the storefront in a real browser: `python3 run.py pictures`.

A real centre with the demo store serves them, and a customer orders what they show. With a folder as its
argument every page is drawn into it, at phone and desktop size, in both languages, light and dark: for people
who look for what is ugly, cramped or clipped.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import shop_states
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from shop_states import Keep, click, write

from sync.server.centre import Centre
from sync.server.demo.load import Wanted, load_demo
from sync.server.settings import NO_PAYMENTS, SIMULATED_PAYMENTS, Settings
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, HERE, OAT_MILK, SOURDOUGH, open_online
from tests.web.chromium import DESKTOP, PHONE, chromium
from tests.web.serving import served

FOLDER = Path(__file__).resolve().parent
BANANAS, TEE, TEA = "P1011", "P1021", "P1018"
PRODUCTS = 2_000


class Look(NamedTuple):
    """How a page is looked at."""

    name: str
    size: tuple[int, int]
    language: str
    dark: bool


LOOKS = tuple(
    Look(f"{place}-{language[:2]}-{'dark' if dark else 'light'}", size, language, dark)
    for place, size in (("phone", PHONE), ("desktop", DESKTOP))
    for language in ("en", "zh-CN")
    for dark in (False, True)
)
SHOWN = {
    ("desktop-en-light", "home"): "shop-home.png",
    ("phone-en-light", "basket"): "shop-basket.png",
    ("phone-zh-dark", "product"): "shop-product-dark-zh.png",
    ("phone-en-light", "order"): "shop-order.png",
}
"""The pictures of the README, by look and page."""

ALL_PICTURES = """
const done = arguments[0], all = [...document.images];
all.forEach(one => one.loading = "eager");
Promise.all(all.map(one => one.decode().catch(() => null))).then(done);
"""
"""Loads the pictures below the first screen too, which a customer sees when they scroll there."""


def main(arguments: list[str]) -> int:
    """Draw the README's pictures beside this file, or every page into a folder."""
    everything = Path(arguments[0]) if arguments else None
    if everything is not None:
        everything.mkdir(parents=True, exist_ok=True)
    wanted = LOOKS if everything else [one for one in LOOKS if any(one.name == look for look, _ in SHOWN)]
    payments = SIMULATED_PAYMENTS if everything else NO_PAYMENTS
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Settings(data=Path(folder), payments=payments))
        try:
            load_demo(centre.database, Wanted(products=PRODUCTS), pictures=centre.pictures)
            open_online(centre)
            centre.storefront.open()
            centre.storefront.index.wait(60)
            with served(centre) as address:
                for look in wanted:
                    with chromium(look.size, language=look.language, dark=look.dark) as page:
                        keep = _keeper(look, everything)
                        _draw(address, page, keep)
                        if everything is not None:
                            shop_states.draw(centre, page, f"{address}/shop/s/{HERE}", keep)
        finally:
            centre.close()
    return 0


def _keeper(look: Look, everything: Path | None) -> Keep:
    def keep(page: Chrome, name: str) -> None:
        shown = SHOWN.get((look.name, name))
        if everything is not None:
            target = everything / f"{name}-{look.name}.png"
        elif shown is not None:
            target = FOLDER / shown
        else:
            return
        if everything is not None:
            page.execute_async_script(ALL_PICTURES)
        whole = {"captureBeyondViewport": everything is not None}
        data = page.execute_cdp_cmd("Page.captureScreenshot", whole)["data"]
        target.write_bytes(base64.b64decode(data))

    return keep


def _draw(address: str, page: Chrome, keep: Keep) -> None:
    home = f"{address}/shop/s/{HERE}"
    for name, place in (
        ("stores", "/shop"),
        ("home", f"/shop/s/{HERE}"),
        ("category", f"/shop/s/{HERE}/category?id=dairy"),
        ("search", f"/shop/s/{HERE}/search?q=%E7%89%9B%E5%A5%B6"),
        ("sold-out", f"/shop/s/{HERE}/product?id={SOURDOUGH}"),
        ("product", f"/shop/s/{HERE}/product?id={OAT_MILK}"),
    ):
        page.get(f"{address}{place}")
        keep(page, name)
    for product_id in (OAT_MILK, FLAT_WHITE, CROISSANT, BANANAS):
        page.get(f"{home}/product?id={product_id}")
        click(page, "main form .main")
    keep(page, "added")
    page.get(f"{home}/basket")
    write(page, "input[name=number]", "MBR00008817")
    page.find_element(By.CSS_SELECTOR, "input[name=number]").submit()
    keep(page, "basket")
    click(page, "a.pay")
    keep(page, "checkout")
    for field in page.find_elements(By.CSS_SELECTOR, "[required]"):
        page.execute_script("arguments[0].removeAttribute('required')", field)
    write(page, "#phone", "12")
    click(page, "button.pay")
    keep(page, "checkout-wrong")
    write(page, "#name", "Rachel Tan")
    write(page, "#phone", "5550 0142")
    shop_states.choose_slot(page)
    if shop_states.may_choose_payment(page):
        page.find_element(By.CSS_SELECTOR, "input[value=desk]").click()
    click(page, "button.pay")
    keep(page, "order")
    click(page, ".here a")
    keep(page, "here")
    write(page, "#note", "bay 3, blue van")
    click(page, "button.pay")
    click(page, "a.danger")
    keep(page, "cancel")
    click(page, "button.danger")
    keep(page, "cancelled")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
