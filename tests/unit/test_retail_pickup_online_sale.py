"""What was paid online is sold when it is handed over: once, for what it cost, whatever was paid where."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.order_rules import order_rules
from retail.payment import IllegalStep
from retail.pickup.amounts import charge_for, due_for, paid_at_desk, paid_online
from retail.pickup.desk_sale import DeskLine, desk_lines, online_part, online_reference
from retail.pickup.online_sale import SoldOnline, handovers, online_amount, online_lines, online_sale
from retail.pickup.order import OrderPayment, PaymentEntry, PaymentKind, PickupLine, PickupOrder
from retail.pickup.steps import RecordPayment, RefuseUnits, StepRefused, Undo
from retail.pricing import prepare
from retail.returns.record import ReturnKind
from retail.returns.void import SaleState, sale_state, undo_online_sale
from retail.sale import Sale, Tender, TenderKind
from sync.server.judging import return_differences, sale_differences
from tests.fakes.pickup_orders import (
    CHILLED,
    FROZEN,
    ICE_CREAM,
    OAT_MILK,
    YOGURT,
    do,
    hand_over,
    line,
    online,
    ready,
)
from tests.fakes.shop import STANDARD, member, rules
from tests.fakes.sold import recorded, taken_back, wanted

RULES = prepare(order_rules(rules(tax_classes=(replace(STANDARD, tax_class_id="A"),))))
DAYS_LATER = "2026-11-24T10:00:00+08:00"
THREE = (
    line(YOGURT, "2", "300"),
    line(OAT_MILK, "1", "250", temperature=CHILLED),
    line(ICE_CREAM, "1", "400", temperature=FROZEN),
)


def authorised(*lines: PickupLine, amount: int | None = None) -> PickupOrder:
    """Return an order that waits at the desk, authorised online."""
    total = sum(one.amount_minor for one in lines) if amount is None else amount
    return ready(*lines, payment=online(PaymentKind.AUTHORISED, total, 10**6), number="S1-7")


def latest(order: PickupOrder) -> str:
    return handovers(order)[-1].step_id


def sold(order: PickupOrder, before: int = 0) -> dict[str, tuple[str, int]]:
    lines = online_lines(order, latest(order), before)
    assert sum(one.amount_minor for one in lines) == online_amount(order, before)
    return {one.product.product_id: (str(one.quantity), one.amount_minor) for one in lines}


def record(order: PickupOrder, before: int = 0, *, of: str = "") -> Sale | None:
    return online_sale(
        order,
        handovers(order)[-1],
        before,
        RULES,
        SoldOnline(
            sale_id="sale-w",
            receipt_number="W-000001-0",
            till_id="S1-T0",
            cashier_name="Noor A.",
            reference="pi_4711",
            member=replace(member("gold"), fiscal_position="export") if of else None,
        ),
    )


def paid_for(order: PickupOrder, amount: int, online: int = 0) -> PickupOrder:
    return do(
        order,
        RecordPayment,
        payment=PaymentKind.PAID,
        amount_minor=amount,
        reference=f"sale-{len(order.payment.entries)}",
        online_minor=online,
    )


def test_what_is_handed_over_is_sold_line_by_line_and_nothing_before() -> None:
    order = authorised(*THREE)
    assert online_amount(order, 0) == 0
    assert sold(hand_over(order)) == {"yogurt": ("2", 600), "oat-milk": ("1", 250), "ice-cream": ("1", 400)}


def test_each_part_that_is_handed_over_is_sold_by_itself() -> None:
    first = hand_over(authorised(*THREE), "T-chilled")
    assert sold(first) == {"oat-milk": ("1", 250)}
    assert sold(hand_over(first, "T-ambient", "T-frozen"), 250) == {
        "yogurt": ("2", 600),
        "ice-cream": ("1", 400),
    }


def test_what_the_customer_does_not_take_is_not_sold() -> None:
    order = do(authorised(*THREE), RefuseUnits, line_id="yogurt", quantity="1", reason="dented")
    assert sold(hand_over(order, "T-ambient")) == {"yogurt": ("1", 300)}


def test_what_is_partly_due_at_the_desk_is_sold_there_whole() -> None:
    order = authorised(*THREE, amount=1000)
    bags = ("T-ambient", "T-chilled", "T-frozen")
    assert (due_for(order, bags), online_part(order, bags)) == (250, 1000)
    at_desk = {
        one.product.product_id: (str(one.quantity), one.amount_minor) for one in desk_lines(order, bags)
    }
    assert at_desk == {"yogurt": ("2", 600), "oat-milk": ("1", 250), "ice-cream": ("1", 400)}
    done = hand_over(paid_for(order, 250, 1000))
    assert (paid_at_desk(done), paid_online(done)) == (250, 1000)
    assert sold(done) == {}
    assert record(done) is None, "its goods are in one sale"


def test_what_was_handed_over_before_is_not_sold_again_with_what_is_due() -> None:
    first = hand_over(authorised(*THREE, amount=700), "T-chilled")
    assert sold(first) == {"oat-milk": ("1", 250)}
    rest = ("T-ambient", "T-frozen")
    assert (due_for(first, rest), online_part(first, rest)) == (550, 450)
    done = hand_over(paid_for(first, 550, 450), *rest)
    assert sold(done, 250) == {}


def test_a_mixed_sale_stays_the_one_when_its_handover_is_taken_back_and_made_again() -> None:
    order = paid_for(authorised(*THREE, amount=1000), 250, 1000)
    done = hand_over(order)
    back = do(done, Undo, undoes=latest(done), reason="wrong customer")
    assert (due_for(back, ("T-ambient", "T-chilled", "T-frozen")), online_amount(back, 0)) == (0, 0)
    assert sold(hand_over(back)) == {}


def test_what_came_online_is_named_by_its_authorisation_or_by_its_channel() -> None:
    assert online_reference(authorised(*THREE)) == "online"
    assert online_reference(ready(channel="market", outside_reference="M-1")) == "market:M-1"


def test_what_is_said_to_have_come_online_is_an_amount_of_a_payment_at_the_desk() -> None:
    order = authorised(*THREE)
    for kind, amount in ((PaymentKind.PAID, -1), (PaymentKind.PAID, 10**12), (PaymentKind.VOIDED, 1)):
        with pytest.raises(StepRefused) as refused:
            do(order, RecordPayment, payment=kind, amount_minor=1, reference="x", online_minor=amount)
        assert refused.value.code == "bad_amount"


def test_what_is_paid_at_the_desk_alone_is_no_online_sale() -> None:
    done = hand_over(paid_for(ready(*THREE), 1250))
    assert sold(done) == {}
    assert record(done) is None


def test_what_was_handed_over_though_the_payment_was_voided_waits_for_the_desk() -> None:
    order = do(
        authorised(*THREE), RecordPayment, payment=PaymentKind.VOIDED, amount_minor=1250, reference="v"
    )
    assert sold(hand_over(order)) == {}


def test_what_a_channel_has_taken_is_online_money_and_what_it_gave_back_is_not() -> None:
    taken = PaymentEntry(kind=PaymentKind.PAID, amount_minor=1250, reference="market:M-1")
    order = ready(
        *THREE,
        channel="market",
        outside_reference="M-1",
        payment=OrderPayment(ceiling_minor=1250, entries=(taken,)),
    )
    assert (paid_at_desk(order), paid_online(order)) == (0, 1250)
    assert sum(amount for _, amount in sold(hand_over(order)).values()) == 1250
    back = do(order, RecordPayment, payment=PaymentKind.REFUNDED, amount_minor=50, reference="r")
    assert online_amount(hand_over(back), 0) == 1200


def test_goods_that_cost_nothing_make_no_sale() -> None:
    assert record(hand_over(authorised(line(YOGURT, "1", "300", 0), amount=100))) is None


def test_the_sale_agrees_with_itself_and_says_who_took_the_money_for_which_order() -> None:
    made = record(hand_over(authorised(*THREE)), of="gold")
    assert made is not None
    assert list(sale_differences(made)) == []
    assert (made.total_minor, made.tax_minor, made.till_number) == (1250, 103, 0)
    assert (made.order_id, made.order_number, made.cashier_id) == ("P-1", "S1-7", "tomas")
    assert made.member is not None
    (tender,) = made.tenders
    assert tender == Tender(
        kind=TenderKind.ONLINE, amount_minor=1250, reference="pi_4711", approved_at=made.completed_at
    )
    assert record(hand_over(authorised(*THREE)), before=1250) is None


def test_what_comes_back_goes_to_whoever_took_the_money() -> None:
    made = record(hand_over(authorised(*THREE)))
    assert made is not None
    (tender,) = taken_back(made, (), wanted((1, "1")), now=DAYS_LATER).tenders
    assert (tender.kind, tender.amount_minor, tender.reference) == (TenderKind.ONLINE, 300, "pi_4711")


def test_a_handover_that_is_taken_back_undoes_its_sale_and_moves_no_goods() -> None:
    order = hand_over(authorised(*THREE))
    made = record(order)
    assert made is not None
    priced = undo_online_sale(made, ())
    undone = recorded(made, (), priced, now=DAYS_LATER)
    assert (undone.kind, undone.refund_minor) == (ReturnKind.VOID, 1250)
    assert not any(one.restock for one in undone.lines)
    assert list(return_differences(undone)) == []
    assert sale_state(made, (undone,)) is SaleState.VOIDED
    with pytest.raises(IllegalStep, match="voided_to_voided"):
        undo_online_sale(made, (undone,))
    with pytest.raises(IllegalStep, match="partly_returned_to_voided"):
        undo_online_sale(made, (taken_back(made, (), wanted((1, "1")), now=DAYS_LATER),))
    back = do(order, Undo, undoes=latest(order), reason="wrong customer")
    assert [bool(one.undone_by) for one in handovers(back)] == [True]
    assert online_amount(back, 0) == 0


@given(
    amounts=st.lists(st.integers(0, 5000), min_size=3, max_size=3),
    promised=st.integers(0, 16_000),
    parts=st.permutations(["T-ambient", "T-chilled", "T-frozen"]),
)
def test_all_sales_of_an_order_come_to_what_it_cost(
    amounts: list[int], promised: int, parts: list[str]
) -> None:
    lines = tuple(replace(one, amount_minor=amount) for one, amount in zip(THREE, amounts, strict=True))
    order, by_desk, by_provider = authorised(*lines, amount=promised), 0, 0
    for bag in parts:
        due, before = due_for(order, (bag,)), online_part(order, (bag,))
        at_desk = desk_lines(order, (bag,))
        assert sum(one.amount_minor for one in at_desk) == due + before
        if due:
            order = paid_for(order, due, before)
            by_desk += due + before
        order = hand_over(order, bag)
        handed = [one.line_id for one in (*at_desk, *online_lines(order, latest(order), by_provider))]
        assert len(handed) == len(set(handed)), "no goods are in two sales"
        sold_now: tuple[DeskLine, ...] = online_lines(order, latest(order), by_provider)
        assert {one.quantity for one in sold_now} <= {Decimal(1), Decimal(2)}
        by_provider += sum(one.amount_minor for one in sold_now)
    assert by_desk + by_provider == charge_for(order)
    assert by_provider + sum(one.online_minor for one in order.payment.entries) <= promised
