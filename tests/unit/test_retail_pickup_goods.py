"""What an order does to the stock, what it still needs, and what it must be to be placed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from retail.catalogue import ProductKind
from retail.money import LARGEST_AMOUNT_MINOR, UnknownCurrency
from retail.pickup.goods import PLACE_OF, SHORT_TAKES_STOCK, still_to_pick, stock_movements
from retail.pickup.order import (
    OrderPayment,
    OrderState,
    PaymentEntry,
    PaymentKind,
    PickupOrder,
    ShortReason,
    Slot,
    SubstitutionWish,
    Terms,
    WishKind,
)
from retail.pickup.placing import OrderRefused, checked_order
from retail.pickup.reducer import apply
from retail.pickup.steps import (
    Accept,
    Cancel,
    HandOver,
    PickLine,
    RefuseUnits,
    ReturnUnits,
    ShortLine,
    StartReturn,
    SubstituteLine,
    Undo,
)
from retail.pickup.transitions import LINE_TRANSITIONS
from retail.stock import Location, StockCause, StockRefused
from tests.fakes.pickup_orders import (
    CHICKEN,
    OAT_MILK,
    SAME_PRICE,
    YOGURT,
    do,
    handing_over,
    line,
    online,
    order,
    pick,
    picking,
    ready,
    step,
    up_to_amount,
    up_to_percent,
)

Moved = list[tuple[str, str, str, Decimal]]


def moved(of: PickupOrder, kind: type[Any], **fields: Any) -> tuple[PickupOrder, Moved]:
    """Return the order with a step taken, and what it moved."""
    taken = handing_over(of) if kind is HandOver else step(of, kind, **fields)
    after = apply(of, taken)
    found = stock_movements(of, after, taken, event_id="event-1")
    assert all(one.event_id == "event-1" and one.store_id == "S1" for one in found)
    return after, [(one.product_id, one.cause, one.location, one.quantity) for one in found]


PICK_TWO = {"line_id": "yogurt", "product_id": "yogurt", "quantity": "2", "bag_id": "T-1"}


def test_every_state_of_a_part_has_a_place_and_every_reason_a_meaning() -> None:
    assert set(PLACE_OF) == set(LINE_TRANSITIONS)
    assert set(SHORT_TAKES_STOCK) == set(ShortReason)


def test_a_picked_piece_leaves_the_shelf_for_the_pickup_place() -> None:
    of, picked = moved(picking(), PickLine, **PICK_TWO)
    assert picked == [("yogurt", "pick", "shelf", -2), ("yogurt", "pick", "pickup", 2)]
    _, back = moved(of, Undo, undoes=of.history[-1].step_id, reason="no")
    assert back == [("yogurt", "put_back", "pickup", -2), ("yogurt", "put_back", "shelf", 2)]


def test_a_handover_takes_the_goods_out_of_the_store_and_its_undoing_brings_them_in() -> None:
    of, gone = moved(ready(), HandOver)
    assert gone == [("yogurt", "hand_over", "pickup", -2)]
    _, back = moved(of, Undo, undoes=of.history[-1].step_id, reason="no")
    assert back == [("yogurt", "hand_over", "pickup", 2)]


@pytest.mark.parametrize("reason", ShortReason)
def test_a_short_adjusts_the_stock_only_if_the_stock_was_wrong(reason: ShortReason) -> None:
    begun = picking()
    taken = step(begun, ShortLine, line_id="yogurt", quantity="1", short_reason=reason)
    of = apply(begun, taken)
    found = stock_movements(begun, of, taken, event_id="e")
    if SHORT_TAKES_STOCK[reason]:
        (movement,) = found
        assert (movement.cause, movement.location, movement.quantity, movement.reason) == (
            StockCause.SHORT,
            Location.SHELF,
            -1,
            reason,
        )
        _, back = moved(of, Undo, undoes=taken.step_id, reason="found it")
        assert back == [("yogurt", "short", "shelf", 1)]
    else:
        assert found == ()


def test_a_substitute_moves_what_was_really_taken() -> None:
    begun = picking(line(CHICKEN, "0.600", "2000"), line(wish=SAME_PRICE))
    of, picked = moved(
        begun,
        SubstituteLine,
        line_id="yogurt",
        product=OAT_MILK,
        unit_price_minor="150",
        quantity="3",
        covers="2",
        bag_id="T-1",
    )
    assert picked == [("oat-milk", "pick", "shelf", -3), ("oat-milk", "pick", "pickup", 3)]
    _, weighed = moved(of, PickLine, line_id="chicken", product_id="chicken", quantity="0.585", bag_id="T-1")
    assert weighed[0] == ("chicken", "pick", "shelf", Decimal("-0.585"))


def test_what_goes_back_is_on_the_shelf_or_thrown_away() -> None:
    of = do(do(ready(line(quantity="3")), Cancel, reason="no"), StartReturn)
    of, back = moved(of, ReturnUnits, line_id="yogurt", quantity="2")
    assert back == [("yogurt", "put_back", "pickup", -2), ("yogurt", "put_back", "shelf", 2)]
    of, waste = moved(of, ReturnUnits, line_id="yogurt", fit_for_sale=False)
    assert waste == [("yogurt", "write_off", "pickup", -1)]
    _, undone = moved(of, Undo, undoes=of.history[-1].step_id, reason="no")
    assert undone == [("yogurt", "write_off", "pickup", 1)]


def test_what_moves_no_goods_moves_no_stock() -> None:
    assert moved(order(), Accept)[1] == []
    assert moved(ready(), RefuseUnits, line_id="yogurt", reason="no")[1] == []
    assert moved(ready(), Cancel, reason="no")[1] == []


def test_several_steps_at_once_move_the_sum_of_theirs() -> None:
    before, after = picking(), ready()
    handing = handing_over(after)
    found = stock_movements(before, apply(after, handing), handing, event_id="e")
    assert [(one.cause, one.location, one.quantity) for one in found] == [
        ("pick", "shelf", -2),
        ("pick", "pickup", 2),
        ("hand_over", "pickup", -2),
    ]


def test_a_movement_without_its_fact_is_refused() -> None:
    begun = picking()
    taken = step(begun, PickLine, **PICK_TWO)
    with pytest.raises(StockRefused) as refused:
        stock_movements(begun, apply(begun, taken), taken, event_id="")
    assert refused.value.code == "no_event"


def test_what_is_still_to_be_picked_stays_reserved() -> None:
    of = picking(line(quantity="3"), line(OAT_MILK, "1"), line(YOGURT, "2", line_id="more"))
    assert still_to_pick(of) == (("oat-milk", 1), ("yogurt", 5))
    of = pick(pick(of, "yogurt", "2"), "oat-milk", "1")
    assert still_to_pick(of) == (("yogurt", 3),)
    assert still_to_pick(do(of, Cancel, reason="no")) == ()


# Placing


def refused_order(**fields: Any) -> str:
    with pytest.raises(OrderRefused) as refused:
        checked_order(order(**fields))
    return refused.value.code


def refused_line(**fields: Any) -> str:
    with pytest.raises(OrderRefused) as refused:
        checked_order(order(replace(line(), **fields)))
    assert refused.value.line_id == "yogurt"
    assert "yogurt" in str(refused.value)
    return refused.value.code


def test_an_order_that_can_be_worked_with_is_taken_as_it_is() -> None:
    for of in (
        order(),
        order(line(amount=0), slot=Slot(), ready_by="", collect_until=""),
        order(line(wish=up_to_percent("10")), line(OAT_MILK, "1", wish=up_to_amount(200))),
        order(payment=online(PaymentKind.AUTHORISED, 700)),
        order(payment=OrderPayment()),
        order(payment=online(PaymentKind.AUTHORISED, 600)),
        order(payment=OrderPayment(ceiling_minor=LARGEST_AMOUNT_MINOR)),
        order(line(amount=LARGEST_AMOUNT_MINOR)),
        order(line(wish=up_to_percent("100"))),
        order(terms=Terms(weight_tolerance_percent=Decimal(0), gift_percent=Decimal(100))),
        order(terms=Terms(no_show_fee_minor=LARGEST_AMOUNT_MINOR)),
        order(collect_until="2026-11-22T15:30:00+08:00"),
    ):
        assert checked_order(of) is of


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"order_id": ""}, "no_id"),
        ({"state": OrderState.READY}, "not_new"),
        ({"version": 1}, "not_new"),
        ({"lines": ()}, "no_lines"),
        ({"lines": (line(), line())}, "line_twice"),
        ({"placed_at": "noon"}, "bad_time"),
        ({"ready_by": "2026-11-22"}, "bad_time"),
        ({"slot": Slot(starts_at="2026-11-22T15:00:00+08:00")}, "bad_slot"),
        (
            {"slot": Slot(starts_at="2026-11-22T15:00:00+08:00", ends_at="2026-11-22T15:00:00+08:00")},
            "bad_slot",
        ),
        (
            {"slot": Slot(starts_at="2026-11-22T16:00:00+08:00", ends_at="2026-11-22T15:00:00+08:00")},
            "bad_slot",
        ),
        ({"collect_until": "2026-11-22T15:15:00+08:00"}, "bad_slot"),
        ({"terms": Terms(weight_tolerance_percent=Decimal(101))}, "bad_terms"),
        ({"terms": Terms(weight_tolerance_percent=Decimal("NaN"))}, "bad_terms"),
        ({"terms": Terms(gift_percent=Decimal(-1))}, "bad_terms"),
        ({"terms": Terms(no_show_fee_minor=-1)}, "bad_terms"),
        ({"payment": OrderPayment(ceiling_minor=599)}, "ceiling_too_low"),
        ({"payment": OrderPayment(ceiling_minor=LARGEST_AMOUNT_MINOR + 1)}, "bad_payment"),
        ({"payment": online(PaymentKind.PAID, -5, 600)}, "bad_payment"),
        ({"payment": online(PaymentKind.CAPTURED, 5, 600)}, "bad_payment"),
        ({"payment": online(PaymentKind.REFUNDED, 5, 600)}, "bad_payment"),
        (
            {"lines": (line(amount=LARGEST_AMOUNT_MINOR), line(OAT_MILK, "1", amount=1))},
            "bad_amount",
        ),
    ],
)
def test_an_order_that_contradicts_itself_is_refused(fields: dict[str, Any], code: str) -> None:
    assert refused_order(**fields) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quantity": Decimal(0)}, "bad_quantity"),
        ({"quantity": Decimal("1.5")}, "bad_quantity"),
        ({"quantity": Decimal("NaN")}, "bad_quantity"),
        ({"unit_price_minor": Decimal(0)}, "bad_price"),
        ({"unit_price_minor": Decimal("Infinity")}, "bad_price"),
        ({"unit_price_minor": Decimal("0.00001")}, "bad_price"),
        ({"amount_minor": -1}, "bad_amount"),
        ({"amount_minor": LARGEST_AMOUNT_MINOR + 1}, "bad_amount"),
        ({"parts": line().divided}, "not_new"),
        ({"product": msgspec.structs.replace(YOGURT, kind=ProductKind.SHIPPING)}, "not_pickable"),
        ({"product": msgspec.structs.replace(YOGURT, kind=ProductKind.SERVICE)}, "not_pickable"),
        ({"wish": up_to_percent("101")}, "bad_wish"),
        ({"wish": up_to_percent("NaN")}, "bad_wish"),
        ({"wish": up_to_percent("0")}, "bad_wish"),
        ({"wish": up_to_amount(-1)}, "bad_wish"),
        ({"wish": up_to_amount(0)}, "bad_wish"),
        ({"wish": SubstitutionWish(kind=WishKind.ASK, percent=Decimal(5))}, "bad_wish"),
        ({"wish": SubstitutionWish(kind=WishKind.NONE, amount_minor=5)}, "bad_wish"),
    ],
)
def test_a_line_that_cannot_be_picked_or_charged_is_refused(fields: dict[str, Any], code: str) -> None:
    assert refused_line(**fields) == code


def test_an_order_in_money_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        checked_order(order(currency="XXX"))


def test_an_order_that_has_been_worked_on_is_not_new() -> None:
    assert (
        refused_order(conflicts=do(order(), Accept).conflicts, history=do(order(), Accept).history)
        == "not_new"
    )


def test_a_refused_order_says_why() -> None:
    with pytest.raises(OrderRefused, match=r"order refused: bad_payment \(negative\)"):
        checked_order(
            order(
                payment=OrderPayment(
                    entries=(PaymentEntry(kind=PaymentKind.PAID, amount_minor=-1, reference="r"),)
                )
            )
        )
