"""What a customer does in the storefront, over any browser without scripts."""

from __future__ import annotations

from tests.fakes.online_shop import HERE, OAT_MILK
from tests.server.browsing import Browser, FormOnPage, Page

HOME = f"/shop/s/{HERE}"
BASKET = f"{HOME}/basket"
CHECKOUT = f"{HOME}/checkout"

DETAILS = {"name": "Rachel Tan", "phone": "9123 4567", "email": "", "payment": "desk"}


def form_to(page: Page, action: str, **fields: str) -> FormOnPage:
    """Return the form of a page that goes to an address and carries these fields."""
    return next(
        form
        for form in page.forms
        if form.action.endswith(action)
        and all(form.fields.get(name) == [value] for name, value in fields.items())
    )


def submit(
    browser: Browser, page: Page, action: str, fill: dict[str, str] | None = None, **fields: str
) -> Page:
    """Fill in and send the form of a page that goes to an address."""
    answer = browser.send(page, fill=dict(fill or {}), form=form_to(page, action, **fields))
    return Page(answer)


def add(browser: Browser, product_id: str = OAT_MILK, quantity: str = "1") -> Page:
    """Put something into the basket from its page."""
    page = browser.read(f"{HOME}/product", id=product_id)
    return submit(browser, page, "/basket/add", {"quantity": quantity})


def order(browser: Browser, **details: str) -> Page:
    """Order what is in the basket."""
    page = browser.read(CHECKOUT)
    slot = next(value for value in page.options["slot"] if value)
    return submit(browser, page, "/checkout", {**DETAILS, "slot": slot, **details})
