"""What sales and returns take off the shelf and put back, for the till's figures and the centre's ledger."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from retail.basket import PriceSource
from retail.catalogue import ProductKind
from retail.returns.record import Condition
from retail.sold_stock import return_movements, sale_movements
from retail.stock import Location, StockCause
from tests.fakes.shop import basket
from tests.fakes.sold import everything, sold, taken_back, wanted

SOLD = sold(basket(("milk", "2", "300"), ("cheese", "0.345kg", "2000"), ("milk", "1", "250")))


def test_a_sale_takes_each_of_its_lines_off_the_shelf() -> None:
    moved = sale_movements(SOLD, event_id="event-1")
    assert [(one.product_id, one.quantity) for one in moved] == [
        ("milk", Decimal(-2)),
        ("cheese", Decimal("-0.345")),
        ("milk", Decimal(-1)),
    ]
    assert {(one.location, one.cause, one.store_id, one.event_id, one.at) for one in moved} == {
        (Location.SHELF, StockCause.SALE, "S1", "event-1", SOLD.completed_at)
    }


def test_what_was_ordered_online_left_the_shelf_when_it_was_picked() -> None:
    first, *others = SOLD.lines
    paid_at_desk = replace(SOLD, lines=(replace(first, price_source=PriceSource.ORDER), *others))
    moved = sale_movements(paid_at_desk, event_id="event-1")
    assert [one.product_id for one in moved] == ["cheese", "milk"]


def test_what_is_no_goods_lies_nowhere() -> None:
    cards = tuple(replace(line, product_kind=ProductKind.GIFT_CARD) for line in SOLD.lines)
    assert sale_movements(replace(SOLD, lines=cards), event_id="event-1") == ()


def test_only_what_can_be_sold_again_is_back_on_the_shelf() -> None:
    whole = return_movements(taken_back(SOLD, (), everything(SOLD)), event_id="event-2")
    assert [(one.product_id, one.quantity) for one in whole] == [
        ("milk", Decimal(2)),
        ("cheese", Decimal("0.345")),
        ("milk", Decimal(1)),
    ]
    assert {(one.location, one.cause) for one in whole} == {(Location.SHELF, StockCause.RETURN)}
    damaged = taken_back(SOLD, (), wanted((1, "1"), condition=Condition.DAMAGED))
    assert return_movements(damaged, event_id="event-2") == ()
