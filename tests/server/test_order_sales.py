"""Sales that pay an online order at the desk: the amount stands as agreed, and is held against the order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import Basket, BasketLine, PriceSource
from retail.pickup.order import PaymentKind, PickupOrder
from retail.pickup.steps import RecordPayment
from retail.sale import Sale
from sync.server.centre import Centre
from sync.server.price_checks import check_waiting
from tests.server.ordering import MILK, OAT_MILK, on_hand, order, step, stepped
from tests.server.test_centre_price_checks import Desk, checked, difference
from tests.server.tills import Till


@pytest.fixture
def placed(shop: Centre) -> PickupOrder:
    """Three oat milks, two for 7.00 and one at 4.20, to be paid at the desk."""
    return order(shop, (OAT_MILK, "3")).order


def paying(desk: Desk, placed: PickupOrder) -> Sale:
    """Return the sale that pays an order, and a bottle of milk bought beside it."""
    desk.scan(MILK)
    (line,) = placed.lines
    at_order_price = BasketLine(
        line_id="of-order",
        product=line.product,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        price_source=PriceSource.ORDER,
        fixed_amount_minor=line.amount_minor,
    )
    basket: Basket = replace(
        desk.basket, order_id=placed.order_id, lines=(*desk.basket.lines, at_order_price)
    )
    desk.basket = basket
    return replace(desk.sale(), order_id=placed.order_id, order_number=placed.number)


def record(till: Till, placed: PickupOrder, sale: Sale, amount_minor: int) -> None:
    """Send what the till writes with the sale: that the order was paid."""
    paid = step(
        RecordPayment,
        placed,
        payment=PaymentKind.PAID,
        amount_minor=amount_minor,
        reference=sale.sale_id,
    )
    till.send(stepped(till, paid))


def test_an_orders_amount_stands_and_only_what_is_beside_it_leaves_the_shelf(
    shop: Centre, till: Till, placed: PickupOrder
) -> None:
    milk, oat_milk = on_hand(shop, MILK), on_hand(shop, OAT_MILK)
    sale = paying(Desk(shop, till), placed)
    assert sale.total_minor == 1120 + 260
    record(till, placed, sale, 1120)
    assert checked(shop, till, sale) == "same"
    assert (on_hand(shop, MILK), on_hand(shop, OAT_MILK)) == (milk - 1, oat_milk)


def test_another_amount_than_was_recorded_is_shown_to_a_person(
    shop: Centre, till: Till, placed: PickupOrder
) -> None:
    sale = paying(Desk(shop, till), placed)
    record(till, placed, sale, 1000)
    assert checked(shop, till, sale) == "differs"
    stated, found, detail = difference(shop, sale)
    assert (stated, found) == (1120, 1000)
    assert placed.number in detail


def test_a_sale_of_an_order_that_nobody_knows_is_shown_to_a_person(
    shop: Centre, till: Till, placed: PickupOrder
) -> None:
    sale = replace(paying(Desk(shop, till), placed), order_id="lost")
    assert checked(shop, till, sale) == "differs"
    assert "lost" in difference(shop, sale)[2]


def test_a_payment_that_has_not_arrived_yet_is_no_difference(
    shop: Centre, till: Till, placed: PickupOrder
) -> None:
    sale = paying(Desk(shop, till), placed)
    assert checked(shop, till, sale) == "same"
    assert check_waiting(shop.database).sales == 0
    assert sale.lines[-1].quantity == Decimal(3)
