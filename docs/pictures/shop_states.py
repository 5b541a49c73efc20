"""What becomes of a customer's order, state by state on its page; the store's steps are real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import cycle

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from retail.pickup.amounts import money_of
from retail.pickup.order import PaymentKind, PickupLine, PickupOrder, ShortReason, Slot
from retail.pickup.steps import (
    AskCustomer,
    FinishPicking,
    MarkReady,
    OfferStore,
    PickLine,
    RecordPayment,
    ShortLine,
    StageBag,
    StartPicking,
    SubstituteLine,
)
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database.shop_rows import products_by_id
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, SISTER, SISTER_NAME
from tests.server.walked_orders import hand_over, take

Keep = Callable[[Chrome, str], None]

MILK, TEA = "P1016", "P1018"
WAITS_S = 20
_moved: Iterator[str] = cycle(("P1002", "P1003"))
"""Goods for the other store, in turn: it has few of each."""


def draw(centre: Centre, page: Chrome, home: str, keep: Keep) -> None:
    """Order three times, and look at the orders' pages as the store goes on."""
    _ordered(page, home, CROISSANT, MILK, TEA)
    _collected(centre, page, keep)
    _ordered(page, home, next(_moved))
    _moved_elsewhere(centre, page, keep)
    _ordered(page, home, FLAT_WHITE, payment="online", keep=keep)


def _ordered(
    page: Chrome, home: str, *product_ids: str, payment: str = "desk", keep: Keep | None = None
) -> None:
    for product_id in product_ids:
        page.get(f"{home}/product?id={product_id}")
        click(page, "main form .main")
    page.get(f"{home}/checkout")
    write(page, "#name", "Rachel Tan")
    write(page, "#phone", "5550 0142")
    choose_slot(page)
    page.find_element(By.CSS_SELECTOR, f"input[value={payment}]").click()
    click(page, "button.pay")
    if keep is not None:
        WebDriverWait(page, WAITS_S).until(lambda one: one.find_elements(By.CSS_SELECTOR, "button.yes"))
        keep(page, "payment")
        click(page, "button.yes")
        keep(page, "order-paid")


def _collected(centre: Centre, page: Chrome, keep: Keep) -> None:
    order = take(
        centre, _order(centre, page), StartPicking, lock_until=text_after(now_text(), timedelta(hours=1))
    )
    croissant, milk, tea = (_line(order, one) for one in (CROISSANT, MILK, TEA))
    with centre.database.read() as connection:
        instead = products_by_id(connection, ["P1008"])["P1008"]
    order = take(
        centre,
        order,
        AskCustomer,
        line_id=croissant.line_id,
        product=instead,
        unit_price_minor=Decimal(380),
        quantity=Decimal(1),
        covers=Decimal(1),
    )
    _see(page, keep, "order-asked")
    click(page, "button[value=yes]")
    keep(page, "order-answered")
    order = take(
        centre,
        _order(centre, page),
        SubstituteLine,
        line_id=croissant.line_id,
        product=instead,
        unit_price_minor=Decimal(380),
        quantity=Decimal(1),
        covers=Decimal(1),
        bag_id="B1",
    )
    order = take(
        centre,
        order,
        PickLine,
        line_id=milk.line_id,
        product_id=MILK,
        quantity=Decimal(1),
        bag_id="B2",
    )
    order = take(centre, order, ShortLine, line_id=tea.line_id, short_reason=ShortReason.SOLD_OUT)
    order = take(centre, order, FinishPicking)
    _see(page, keep, "order-picked")
    for bag in order.bags:
        order = take(centre, order, StageBag, bag_id=bag.bag_id, location="A-1", temperature=bag.temperature)
    order = take(centre, order, MarkReady)
    _see(page, keep, "order-ready")
    click(page, ".here a")
    write(page, "#note", "bay 3, blue van")
    click(page, "button.pay")
    keep(page, "order-here")
    order = _order(centre, page)
    order = take(
        centre,
        order,
        RecordPayment,
        payment=PaymentKind.PAID,
        amount_minor=money_of(order).due_minor,
        reference="sale-1",
    )
    hand_over(centre, order)
    _see(page, keep, "order-collected")
    page.find_element(By.CSS_SELECTOR, ".stars input[value='4']").click()
    click(page, ".stars + p button")
    keep(page, "order-rated")


def _moved_elsewhere(centre: Centre, page: Chrome, keep: Keep) -> None:
    order = _order(centre, page)
    there = next(slot for slot in centre.orders.slots(SISTER) if not slot.refusal)
    take(
        centre,
        order,
        OfferStore,
        line_id=order.lines[0].line_id,
        store_id=SISTER,
        store_name=SISTER_NAME,
        quantity=Decimal(1),
        answer_until=text_after(now_text(), timedelta(minutes=30)),
        slot=Slot(starts_at=there.starts_at, ends_at=there.ends_at),
    )
    _see(page, keep, "order-elsewhere")
    click(page, "button[value=yes]")
    keep(page, "order-moved")


def _see(page: Chrome, keep: Keep, name: str) -> None:
    page.refresh()
    keep(page, name)


def _order(centre: Centre, page: Chrome) -> PickupOrder:
    """Return the order whose page is shown."""
    key = page.current_url.partition("/shop/o/")[2].partition("?")[0].partition("/")[0]
    found = centre.orders.order_by_page_key(key)
    assert found is not None, page.current_url
    return found.order


def _line(order: PickupOrder, product_id: str) -> PickupLine:
    return next(one for one in order.lines if one.product.product_id == product_id)


# ---- a customer's hands


def click(page: Chrome, selector: str) -> None:
    """Press what leads to another page, and wait until that is there."""
    page.execute_script("window.pressed = true")
    page.find_element(By.CSS_SELECTOR, selector).click()
    shown = "return !window.pressed && document.readyState === 'complete'"
    waiting = WebDriverWait(page, WAITS_S, ignored_exceptions=[WebDriverException])
    waiting.until(lambda one: one.execute_script(shown))


def write(page: Chrome, selector: str, text: str) -> None:
    """Write into a field."""
    field = page.find_element(By.CSS_SELECTOR, selector)
    field.clear()
    field.send_keys(text)


def choose_slot(page: Chrome) -> None:
    """Choose the first time that can be had."""
    options = page.find_elements(By.CSS_SELECTOR, "#slot option")
    next(one for one in options if one.get_attribute("value") and one.is_enabled()).click()


def may_choose_payment(page: Chrome) -> bool:
    """Say whether there is a choice of ways to pay."""
    return bool(page.find_elements(By.CSS_SELECTOR, "input[value=desk][type=radio]"))
