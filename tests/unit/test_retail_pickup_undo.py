"""Taking a step back: who and why, last things first, and the order is as it was."""

from __future__ import annotations

from typing import Any

import pytest

from retail.pickup.order import LineState, OrderState, PaymentKind, PickupOrder, ShortReason
from retail.pickup.parts import units
from retail.pickup.reducer import applied, apply
from retail.pickup.steps import (
    Accept,
    Answer,
    AskCustomer,
    Cancel,
    Complete,
    CustomerArrived,
    Expire,
    Extend,
    FinishPicking,
    PausePicking,
    PickLine,
    RecordPayment,
    RefuseUnits,
    Remind,
    ReturnUnits,
    ShortLine,
    StageBag,
    StartPicking,
    StartReturn,
    StepRefused,
    SubstituteLine,
    Undo,
)
from tests.fakes.pickup_orders import (
    ASK,
    CHILLED,
    OAT_MILK,
    SAME_PRICE,
    TOO_LATE,
    do,
    hand_over,
    handing_over,
    line,
    order,
    pick,
    picking,
    ready,
    step,
)


def last(of: PickupOrder, kind: str = "") -> str:
    return next(done.step_id for done in reversed(of.history) if not kind or done.kind == kind)


def undone(of: PickupOrder, kind: str = "", **fields: Any) -> PickupOrder:
    return do(of, Undo, **({"undoes": last(of, kind), "reason": "a mistake"} | fields))


def undo_refused(of: PickupOrder, kind: str = "", **fields: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        undone(of, kind, **fields)
    return refusal.value.code


def test_an_undoing_is_a_step_with_who_and_why() -> None:
    of = undone(do(order(), Accept), by="noor", reason="wrong order")
    accepted, back = of.history
    assert of.state is OrderState.PLACED
    assert accepted.undone_by == back.step_id
    assert (back.kind, back.by, back.reason) == ("undo", "noor", "wrong order")
    assert (back.before, back.after) == (OrderState.ACCEPTED, OrderState.PLACED)


OFFER: dict[str, Any] = {
    "line_id": "yogurt",
    "product": OAT_MILK,
    "unit_price_minor": "300",
    "quantity": "1",
    "covers": "1",
}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (PickLine, {"line_id": "yogurt", "product_id": "yogurt", "quantity": "1", "bag_id": "T-1"}),
        (ShortLine, {"line_id": "yogurt", "quantity": "1", "short_reason": ShortReason.NOT_FOUND}),
        (SubstituteLine, {**OFFER, "bag_id": "T-1"}),
        (AskCustomer, OFFER),
    ],
)
def test_what_was_done_to_a_line_is_taken_back_and_the_rest_stays(
    kind: type[Any], fields: dict[str, Any]
) -> None:
    begun = pick(picking(line(quantity="3", wish=SAME_PRICE)), "yogurt", "1", "T-1")
    of = do(begun, kind, **fields)
    assert of.lines != begun.lines
    assert undone(of).lines == begun.lines
    assert undone(of).state is OrderState.PICKING
    also = pick(of, "yogurt", "1", "T-2")
    back = undone(also, of.history[-1].kind) if kind is not PickLine else undone(also, undoes=last(of))
    assert units(back.lines[0], LineState.PICKED) == 2
    assert units(back.lines[0], LineState.TO_PICK) == 1


def test_a_yes_is_taken_back_and_waits_for_another_answer() -> None:
    asked = do(picking(line(wish=ASK)), AskCustomer, **OFFER)
    of = do(asked, Answer, line_id="yogurt", asked=last(asked), agrees=True, by="customer")
    assert undo_refused(of, "ask_customer") == "undo_out_of_order"
    assert undone(of).lines == asked.lines
    swapped = do(of, SubstituteLine, bag_id="T-1", **OFFER)
    assert undone(swapped).lines == of.lines


def test_a_no_is_taken_back_by_asking_again() -> None:
    asked = do(picking(line(wish=ASK)), AskCustomer, **OFFER)
    of = do(asked, Answer, line_id="yogurt", asked=last(asked), agrees=False, by="customer")
    assert undo_refused(of) == "cannot_be_undone"
    assert undo_refused(of, "ask_customer") == "cannot_be_undone"


def test_what_is_picked_is_taken_back_only_while_the_order_is_picked() -> None:
    of = ready()
    assert undo_refused(of, "pick_line") == "picking_is_over"
    of = undone(undone(of, "mark_ready"), "finish_picking")
    assert of.state is OrderState.PAUSED
    of = do(undone(of, "pick_line"), StartPicking)
    assert units(of.lines[0], LineState.TO_PICK) == 2


def test_last_things_first() -> None:
    of = ready()
    assert undo_refused(of, "finish_picking") == "undo_out_of_order"
    assert undo_refused(of, "start_picking") == "undo_out_of_order"
    handed = hand_over(of)
    assert undo_refused(handed, "mark_ready") == "undo_out_of_order"
    assert undone(undone(handed), "mark_ready").state is OrderState.PICKED


def test_undoing_into_picking_leaves_the_order_for_whoever_goes_on() -> None:
    of = do(order(), Accept)
    of = do(do(of, StartPicking), PausePicking, hand_to="noor")
    of = do(of, StartPicking, by="noor")
    of = undone(of)
    assert of.state is OrderState.PAUSED
    assert of.lock is not None
    assert of.lock.staff_id == ""
    of = undone(of, undoes=next(done.step_id for done in of.history if done.kind == "start_picking"))
    assert (of.state, of.lock) == (OrderState.ACCEPTED, None)


def test_a_handover_is_taken_back_when_the_goods_are() -> None:
    waiting = ready(line(), line(OAT_MILK, "1", temperature=CHILLED))
    partly = hand_over(waiting, "T-ambient")
    both = hand_over(partly, "T-chilled")
    assert undo_refused(both, undoes=last(partly)) == "undo_out_of_order"
    assert undone(both).lines == partly.lines
    of = undone(undone(both), undoes=last(partly))
    assert (of.lines, of.state) == (waiting.lines, OrderState.READY)
    assert hand_over(of).state is OrderState.HANDED_OVER


def test_the_handover_of_a_completed_order_is_taken_back_after_its_completion() -> None:
    of = do(ready(), RecordPayment, payment=PaymentKind.PAID, amount_minor=600, reference="s")
    of = do(hand_over(of), Complete)
    assert undo_refused(of, "hand_over") == "undo_out_of_order"
    assert undone(undone(of), "hand_over").state is OrderState.READY


def test_a_handover_is_taken_back_when_what_was_refused_is_on_the_shelf_already() -> None:
    of = do(ready(), RefuseUnits, line_id="yogurt", quantity="1", reason="no")
    of = do(hand_over(of), ReturnUnits, line_id="yogurt")
    assert undone(of, "hand_over").state is OrderState.READY


def test_who_takes_it_after_all() -> None:
    of = do(ready(), RefuseUnits, line_id="yogurt", quantity="1", reason="no")
    assert units(undone(of).lines[0], LineState.PICKED) == 2
    assert undo_refused(hand_over(of), "refuse_units") == "undo_out_of_order"
    everything = do(of, RefuseUnits, line_id="yogurt", reason="no")
    assert undone(everything).state is OrderState.READY


def test_a_cancellation_is_taken_back() -> None:
    waiting = ready()
    of = undone(do(waiting, Cancel, reason="no", by="customer"))
    assert (of.lines, of.state) == (waiting.lines, OrderState.READY)
    begun = pick(picking(), "yogurt", "1")
    of = undone(do(begun, Cancel, reason="no"))
    assert (of.lines, of.state) == (begun.lines, OrderState.PAUSED)
    late = step(begun, PickLine, line_id="yogurt", product_id="yogurt", quantity="1", bag_id="T-14")
    of = undone(apply(do(begun, Cancel, reason="no"), late), "cancel")
    assert units(of.lines[0], LineState.PICKED) == 2


def test_what_goes_back_is_stopped_step_by_step() -> None:
    of = do(do(ready(line(), line(OAT_MILK, "1")), Cancel, reason="no"), StartReturn)
    of = do(do(of, ReturnUnits, line_id="yogurt"), ReturnUnits, line_id="oat-milk")
    assert of.state is OrderState.RETURNED
    assert undo_refused(of, "start_return") == "undo_out_of_order"
    assert undo_refused(of, "cancel") == "undo_out_of_order"
    of = undone(of)
    assert of.state is OrderState.RETURN_TO_SHELF
    of = undone(undone(of, "return_units", undoes=of.history[-3].step_id), "start_return")
    assert undone(of, "cancel").state is OrderState.READY


def test_an_expired_order_is_taken_back_when_the_customer_comes_after_all() -> None:
    of = undone(do(ready(), Expire, at=TOO_LATE))
    assert hand_over(of).state is OrderState.HANDED_OVER


def test_a_late_handover_is_taken_back_to_what_it_crossed() -> None:
    waiting = ready()
    of = apply(do(waiting, Cancel, reason="no"), handing_over(waiting))
    assert undone(of).state is OrderState.CANCELLED


def test_what_was_picked_and_taken_back_offline_of_a_cancelled_order_is_nothing_to_return() -> None:
    begun = picking()
    picked = step(begun, PickLine, line_id="yogurt", product_id="yogurt", quantity="1", bag_id="T-1")
    back = step(apply(begun, picked), Undo, undoes=picked.step_id, reason="wrong one")
    of = applied(do(begun, Cancel, reason="no"), [picked, back]).order
    assert of.lines == begun.lines
    assert of.state is OrderState.CANCELLED


def test_a_customer_who_is_not_here_after_all() -> None:
    of = undone(do(ready(), CustomerArrived, note="bay 3"))
    assert (of.here_since, of.here_note) == ("", "")


def test_a_bag_is_taken_from_its_place_again() -> None:
    of = ready()
    assert undone(of, "stage_bag").bags[0].location == ""
    moved = do(of, StageBag, bag_id="T-ambient", location="A-1", temperature=of.bags[0].temperature)
    assert undo_refused(moved, undoes=last(of, "stage_bag")) == "undo_out_of_order"
    assert undone(moved).bags[0].location == ""


def test_putting_another_bag_away_does_not_stand_in_the_way() -> None:
    of = ready(line(), line(OAT_MILK, "1", temperature=CHILLED))
    first = next(done for done in of.history if done.kind == "stage_bag")
    back = undone(of, undoes=first.step_id)
    assert [done.step_id for done in back.history[:-1]] == [done.step_id for done in of.history]
    assert [bag.location for bag in back.bags] == ["", "B-chilled"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (RecordPayment, {"payment": PaymentKind.PAID, "amount_minor": 600, "reference": "s"}),
        (Extend, {"collect_until": "2026-11-23T20:00:00+08:00"}),
        (Remind, {"minutes_before": 60}),
    ],
)
def test_money_messages_and_deadlines_are_not_undone(kind: type[Any], fields: dict[str, Any]) -> None:
    of = do(ready(), kind, **fields)
    assert undo_refused(of) == "cannot_be_undone"
    assert undone(of, "mark_ready").state is OrderState.PICKED


def test_a_pause_is_not_undone_but_gone_on_from() -> None:
    assert undo_refused(do(picking(), PausePicking)) == "cannot_be_undone"


def test_nothing_is_undone_twice_and_no_undoing_is_undone() -> None:
    of = undone(do(order(), Accept))
    assert undo_refused(of, "accept") == "undone_already"
    assert undo_refused(of, "undo") == "cannot_be_undone"
    assert undo_refused(of, undoes="nobody") == "unknown_step"


def test_a_renewed_lock_that_is_taken_back_leaves_the_order_paused() -> None:
    of = do(picking(), StartPicking, by="noor", taken_over=True)
    assert undone(of).state is OrderState.PAUSED


def test_the_end_of_picking_is_taken_back() -> None:
    of = do(pick(picking(), "yogurt", "2"), FinishPicking)
    assert undone(of).state is OrderState.PAUSED
