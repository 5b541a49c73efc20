"""What is paid at the collection desk: lines that sum to what is due, never more, never less."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from retail.pickup.amounts import due_for, money_of
from retail.pickup.desk_sale import DeskLine, desk_lines
from retail.pickup.order import PaymentKind, PickupOrder, ShortReason
from retail.pickup.parts import bags_with_goods
from retail.pickup.steps import (
    FinishPicking,
    RecordPayment,
    RefuseUnits,
    ShortLine,
    SubstituteLine,
)
from tests.fakes.pickup_orders import (
    CHICKEN,
    CHILLED,
    ICE_CREAM,
    OAT_MILK,
    YOGURT,
    do,
    hand_over,
    line,
    made_ready,
    online,
    pick,
    picking,
    ready,
    up_to_percent,
)


def lines_of(order: PickupOrder, *bags: str) -> dict[str, tuple[str, int]]:
    found = desk_lines(order, bags or bags_with_goods(order))
    assert sum(one.amount_minor for one in found) == due_for(order, bags or bags_with_goods(order))
    return {one.product.product_id: (str(one.quantity), one.amount_minor) for one in found}


def test_everything_due_is_paid_line_by_line_at_what_was_shown() -> None:
    order = ready(line(YOGURT, "3", "300", 800), line(ICE_CREAM, "1", "500"))
    assert lines_of(order) == {"yogurt": ("3", 800), "ice-cream": ("1", 500)}


def test_what_is_short_swapped_or_weighed_is_paid_as_it_was_picked() -> None:
    order = picking(
        line(YOGURT, "2", "300", wish=up_to_percent("20")),
        line(CHICKEN, "0.600", "2000"),
        line(ICE_CREAM, "1", "500"),
    )
    order = do(
        order,
        SubstituteLine,
        line_id="yogurt",
        product=OAT_MILK,
        unit_price_minor="280",
        quantity="2",
        covers="2",
        bag_id="T-1",
    )
    order = pick(order, "chicken", "0.550", "T-1")
    order = do(order, ShortLine, line_id="ice-cream", short_reason=ShortReason.NOT_FOUND)
    order = made_ready(do(order, FinishPicking))
    assert lines_of(order) == {"oat-milk": ("2", 560), "chicken": ("0.550", 1100)}
    assert [one.unit_price_minor for one in desk_lines(order, bags_with_goods(order))] == [280, 2000]


def test_what_was_paid_before_comes_off_in_proportion() -> None:
    order = ready(line(YOGURT, "2", "300"), line(ICE_CREAM, "1", "400"))
    paid = do(order, RecordPayment, payment=PaymentKind.PAID, amount_minor=500, reference="deposit")
    assert lines_of(paid) == {"yogurt": ("2", 300), "ice-cream": ("1", 200)}


def test_bags_taken_now_are_paid_now_and_the_rest_when_they_are_taken() -> None:
    order = ready(line(YOGURT, "2", "300"), line(ICE_CREAM, "1", "400", temperature=CHILLED))
    assert lines_of(order, "T-ambient") == {"yogurt": ("2", 600)}
    paid = do(order, RecordPayment, payment=PaymentKind.PAID, amount_minor=600, reference="sale-1")
    left = hand_over(paid, "T-ambient")
    assert lines_of(left, "T-chilled") == {"ice-cream": ("1", 400)}


def test_what_was_handed_over_unpaid_is_asked_for_with_the_rest() -> None:
    order = ready(line(YOGURT, "2", "300"), line(ICE_CREAM, "1", "400", temperature=CHILLED))
    left = hand_over(order, "T-ambient")  # this desk believed it paid; it was voided meanwhile
    assert lines_of(left, "T-chilled") == {"ice-cream": ("1", 400), "yogurt": ("2", 600)}


def test_what_is_paid_online_leaves_nothing_to_pay() -> None:
    order = ready(line(YOGURT, "2", "300"), payment=online(PaymentKind.PAID, 600))
    assert desk_lines(order, bags_with_goods(order)) == ()
    assert desk_lines(ready(line(YOGURT, "1", "300", 0)), ("T-ambient",)) == ()


def test_a_bag_that_is_not_named_is_not_paid() -> None:
    assert desk_lines(ready(), ()) == ()


@given(
    amounts=st.lists(st.integers(0, 5000), min_size=1, max_size=4),
    paid=st.integers(0, 9000),
    refused=st.integers(0, 3),
)
def test_the_lines_always_sum_to_what_is_due(amounts: list[int], paid: int, refused: int) -> None:
    order = ready(
        *(line(YOGURT, "3", "300", amount, line_id=f"line-{n}") for n, amount in enumerate(amounts))
    )
    if paid:
        order = do(order, RecordPayment, payment=PaymentKind.PAID, amount_minor=paid, reference="r")
    if refused < len(amounts) - 1:
        order = do(order, RefuseUnits, line_id=f"line-{refused}", quantity=Decimal(1), reason="broken")
    found: tuple[DeskLine, ...] = desk_lines(order, bags_with_goods(order))
    assert sum(one.amount_minor for one in found) == money_of(order).due_minor
    assert all(one.amount_minor > 0 for one in found)


def test_pieces_that_were_scanned_one_by_one_are_one_line() -> None:
    order = picking(line(YOGURT, "3", "300", 800))
    for _ in range(3):
        order = pick(order, "yogurt", "1", "T-1")
    order = made_ready(do(order, FinishPicking))
    assert [(str(one.quantity), one.amount_minor) for one in desk_lines(order, ("T-1",))] == [("3", 800)]
