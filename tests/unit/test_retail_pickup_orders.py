"""The pickup order: its tables, the one reducer, and what becomes of steps that cross each other."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from retail.pickup.amounts import money_of
from retail.pickup.order import (
    LineState,
    OrderState,
    PaymentKind,
    PickupOrder,
    ShortReason,
    Temperature,
)
from retail.pickup.parts import shown_state, units
from retail.pickup.reducer import Applied, applied, apply, refusal_of, was_taken
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
    HandOver,
    MarkReady,
    PausePicking,
    PickLine,
    Proof,
    RecordPayment,
    RefuseUnits,
    Remind,
    ReturnUnits,
    ShortLine,
    StageBag,
    StartPicking,
    StartReturn,
    Step,
    StepKind,
    StepRefused,
    SubstituteLine,
    Undo,
    kind_of,
)
from retail.pickup.transitions import (
    LATE_TRANSITIONS,
    LINE_TRANSITIONS,
    ORDER_TRANSITIONS,
    OVER,
    refusal_code,
)
from tests.fakes.pickup_orders import (
    CHICKEN,
    CHILLED,
    LATER,
    NOW,
    OAT_MILK,
    SAME_PRICE,
    TOO_LATE,
    WINE,
    do,
    hand_over,
    handing_over,
    line,
    made_ready,
    online,
    order,
    pick,
    picked_up,
    picking,
    ready,
    step,
)


def refused(of: PickupOrder, taken: Step) -> str:
    """Return the code with which a step is refused."""
    with pytest.raises(StepRefused) as refusal:
        apply(of, taken)
    assert refusal.value.step_id == taken.step_id
    assert refusal.value.kind is kind_of(taken)
    return refusal.value.code


def refused_as(of: PickupOrder, kind: type[Any], **fields: Any) -> str:
    return refused(of, step(of, kind, **fields))


def state_of(of: PickupOrder, line_id: str = "yogurt") -> list[tuple[LineState, Decimal]]:
    found = next(one for one in of.lines if one.line_id == line_id)
    return [(part.state, part.covers) for part in found.divided]


# The tables


def test_every_state_of_an_order_and_of_a_part_stands_in_its_table() -> None:
    assert set(ORDER_TRANSITIONS) == set(OrderState)
    assert set(LINE_TRANSITIONS) == set(LineState) - {LineState.DROPPED, LineState.TO_RETURN}
    assert set(OVER) <= set(OrderState)


def test_every_state_can_be_reached_and_every_step_is_allowed_somewhere() -> None:
    follow = {after for steps in ORDER_TRANSITIONS.values() for states in steps.values() for after in states}
    assert follow | {OrderState.PLACED} == set(OrderState)
    kinds = {kind for steps in ORDER_TRANSITIONS.values() for kind in steps}
    assert kinds == set(StepKind) - {StepKind.UNDO}


def test_a_late_step_is_one_that_the_state_itself_does_not_allow() -> None:
    for state, steps in LATE_TRANSITIONS.items():
        assert not set(steps) & set(ORDER_TRANSITIONS[state])


ONE_OF_EACH: dict[StepKind, tuple[type[Any], dict[str, Any]]] = {
    StepKind.ACCEPT: (Accept, {}),
    StepKind.START_PICKING: (StartPicking, {}),
    StepKind.PAUSE_PICKING: (PausePicking, {}),
    StepKind.PICK_LINE: (
        PickLine,
        {"line_id": "yogurt", "product_id": "yogurt", "quantity": "1", "bag_id": "T"},
    ),
    StepKind.SHORT_LINE: (ShortLine, {"line_id": "yogurt", "short_reason": ShortReason.NOT_FOUND}),
    StepKind.SUBSTITUTE_LINE: (
        SubstituteLine,
        {
            "line_id": "yogurt",
            "product": OAT_MILK,
            "unit_price_minor": "300",
            "quantity": "1",
            "covers": "1",
            "bag_id": "T",
        },
    ),
    StepKind.ASK_CUSTOMER: (
        AskCustomer,
        {
            "line_id": "yogurt",
            "product": OAT_MILK,
            "unit_price_minor": "300",
            "quantity": "1",
            "covers": "1",
        },
    ),
    StepKind.ANSWER: (Answer, {"line_id": "yogurt", "asked": "nobody", "agrees": True}),
    StepKind.STAGE_BAG: (StageBag, {"bag_id": "T", "location": "B-1", "temperature": Temperature.AMBIENT}),
    StepKind.FINISH_PICKING: (FinishPicking, {}),
    StepKind.MARK_READY: (MarkReady, {}),
    StepKind.CUSTOMER_ARRIVED: (CustomerArrived, {}),
    StepKind.RECORD_PAYMENT: (
        RecordPayment,
        {"payment": PaymentKind.PAID, "amount_minor": 100, "reference": "r"},
    ),
    StepKind.EXTEND: (Extend, {"collect_until": "2026-11-23T20:00:00+08:00"}),
    StepKind.REMIND: (Remind, {"minutes_before": 60}),
    StepKind.REFUSE_UNITS: (RefuseUnits, {"line_id": "yogurt", "reason": "too many"}),
    StepKind.HAND_OVER: (HandOver, {"bags": ("T",), "proof": Proof.CODE}),
    StepKind.COMPLETE: (Complete, {}),
    StepKind.CANCEL: (Cancel, {"reason": "changed my mind"}),
    StepKind.EXPIRE: (Expire, {"at": TOO_LATE}),
    StepKind.START_RETURN: (StartReturn, {}),
    StepKind.RETURN_UNITS: (ReturnUnits, {"line_id": "yogurt"}),
}


def in_state(state: OrderState) -> PickupOrder:
    """Return an order that has come to a state by legal steps."""
    if state is OrderState.PLACED:
        return order()
    if state is OrderState.ACCEPTED:
        return do(order(), Accept)
    begun = picking(line(wish=SAME_PRICE))
    if state is OrderState.PICKING:
        return begun
    if state is OrderState.PAUSED:
        return do(begun, PausePicking)
    if state is OrderState.SHORT:
        none = do(begun, ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
        return do(none, FinishPicking)
    if state is OrderState.PICKED:
        return picked_up(begun)
    waiting = ready(line(WINE, "1"), line(temperature=CHILLED))
    after = {
        OrderState.READY: lambda: waiting,
        OrderState.PARTLY_HANDED_OVER: lambda: hand_over(waiting, "T-ambient"),
        OrderState.HANDED_OVER: lambda: hand_over(waiting),
        OrderState.CANCELLED: lambda: do(waiting, Cancel, reason="no"),
        OrderState.EXPIRED: lambda: do(waiting, Expire, at=TOO_LATE),
    }
    if state in after:
        return after[state]()
    if state is OrderState.COMPLETED:
        paid = do(
            hand_over(waiting), RecordPayment, payment=PaymentKind.PAID, amount_minor=900, reference="sale"
        )
        return do(paid, Complete)
    going_back = do(do(waiting, Cancel, reason="no"), StartReturn)
    if state is OrderState.RETURN_TO_SHELF:
        return going_back
    for line_id in ("wine", "yogurt"):
        going_back = do(going_back, ReturnUnits, line_id=line_id)
    return going_back


@pytest.mark.parametrize("state", OrderState)
def test_each_state_is_come_to_by_legal_steps(state: OrderState) -> None:
    assert in_state(state).state is state


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(OrderState, ONE_OF_EACH)))
def test_a_step_that_the_table_does_not_have_is_refused_by_name(state: OrderState, kind: StepKind) -> None:
    of = in_state(state)
    of_kind, fields = ONE_OF_EACH[kind]
    tried = step(of, of_kind, **dict(fields))
    if kind not in ORDER_TRANSITIONS[state]:
        assert refused(of, tried) == refusal_code(state, kind)
    else:
        outcome = applied(of, [tried])
        assert outcome.order.state in (*ORDER_TRANSITIONS[state][kind], state)
        assert not {one.code for one in outcome.refused} & {refusal_code(state, kind)} - {"second_handover"}


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        (OrderState.HANDED_OVER, StepKind.HAND_OVER, "second_handover"),
        (OrderState.COMPLETED, StepKind.HAND_OVER, "second_handover"),
        (OrderState.PICKED, StepKind.HAND_OVER, "not_ready"),
        (OrderState.CANCELLED, StepKind.HAND_OVER, "order_cancelled"),
        (OrderState.EXPIRED, StepKind.HAND_OVER, "order_expired"),
        (OrderState.CANCELLED, StepKind.PICK_LINE, "order_cancelled"),
        (OrderState.HANDED_OVER, StepKind.CANCEL, "already_handed_over"),
        (OrderState.SHORT, StepKind.MARK_READY, "order_short"),
        (OrderState.RETURN_TO_SHELF, StepKind.CANCEL, "goods_going_back"),
        (OrderState.RETURNED, StepKind.CANCEL, "goods_went_back"),
        (OrderState.PICKING, StepKind.MARK_READY, "mark_ready_in_picking"),
    ],
)
def test_a_refusal_says_what_it_is(state: OrderState, kind: StepKind, code: str) -> None:
    assert refusal_code(state, kind) == code


def test_a_refusal_is_a_sentence() -> None:
    with pytest.raises(StepRefused, match=r"hand over of order 'P-1' refused: second handover$"):
        hand_over(hand_over(ready()))


# The reducer


def test_an_order_goes_from_the_browser_to_the_customers_hand() -> None:
    of = order(line(), line(CHICKEN, "0.600", "1990", temperature=CHILLED))
    of = made_ready(picked_up(do(do(of, Accept), StartPicking)))
    of = do(of, CustomerArrived, note="bay 3", by="customer")
    assert (of.here_since, of.here_note) == (NOW, "bay 3")
    of = do(of, RecordPayment, payment=PaymentKind.PAID, amount_minor=1794, reference="sale-1")
    of = hand_over(of, covered_minor=1794)
    assert (of.here_since, of.here_note) == ("", "")
    of = do(of, Complete, by="centre")
    assert of.state is OrderState.COMPLETED
    assert of.conflicts == ()
    assert of.version == len(of.history) == 12


def test_each_step_is_kept_with_who_when_and_why() -> None:
    of = do(order(), Cancel, by="customer", reason="bought it elsewhere", at=LATER)
    done = of.history[-1]
    assert (done.kind, done.by, done.at, done.reason) == ("cancel", "customer", LATER, "bought it elsewhere")
    assert (done.before, done.after) == (OrderState.PLACED, OrderState.CANCELLED)


def test_a_step_about_a_line_or_a_bag_says_which() -> None:
    of = ready()
    about = {done.kind: done.about for done in of.history}
    assert about["pick_line"] == "yogurt"
    assert about["stage_bag"] == "T-ambient"
    assert about["mark_ready"] == ""


def test_a_step_that_comes_again_changes_nothing() -> None:
    begun = picking()
    taken = step(begun, PickLine, line_id="yogurt", product_id="yogurt", quantity="1", bag_id="T-1")
    once = apply(begun, taken)
    assert apply(once, taken) == once
    assert applied(once, [taken, taken]) == Applied(order=once)
    assert was_taken(once, taken.step_id)
    assert not was_taken(begun, taken.step_id)


def test_a_refused_step_stays_refused_even_when_it_would_be_legal_later() -> None:
    of = ready()
    late = handing_over(do(of, Undo, undoes=of.history[-1].step_id, reason="a bag is wanting"))
    not_ready = do(of, Undo, undoes=of.history[-1].step_id, reason="a bag is wanting")
    outcome = applied(not_ready, [late])
    assert [one.code for one in outcome.refused] == ["not_ready"]
    again = do(outcome.order, MarkReady)
    assert refused(again, late) == "not_ready"
    assert applied(again, [late]).order == again
    assert refusal_of(again, late.step_id) == outcome.refused[0]


def test_a_refused_step_is_remembered_with_who_tried_it() -> None:
    of = hand_over(ready())
    second = handing_over(ready(), by="noor")
    outcome = applied(of, [second])
    (refusal,) = outcome.refused
    assert (refusal.code, refusal.by, refusal.kind, refusal.taken) == (
        "second_handover",
        "noor",
        "hand_over",
        False,
    )
    assert outcome.order.conflicts == (*of.conflicts, refusal)
    assert outcome.order.version == of.version + 1
    assert outcome.order.state is OrderState.HANDED_OVER


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        (Accept, {"order_id": "P-2"}, "wrong_order"),
        (Accept, {"step_id": ""}, "bad_step"),
        (Accept, {"by": ""}, "bad_step"),
        (Accept, {"at": "yesterday"}, "bad_step"),
        (Accept, {"at": "2026-11-22T14:00:00"}, "bad_step"),
        (StartPicking, {"lock_until": "soon"}, "bad_step"),
        (Extend, {"collect_until": "2026-11-23"}, "bad_step"),
        (Cancel, {}, "reason_missing"),
        (Cancel, {"reason": "  "}, "reason_missing"),
        (Undo, {"undoes": "x"}, "reason_missing"),
    ],
)
def test_a_step_that_says_nothing_is_refused(kind: type[Any], fields: dict[str, Any], code: str) -> None:
    assert refused_as(order(), kind, **fields) == code


def test_order_and_steps_come_back_from_their_json_as_they_were() -> None:
    for state in OrderState:
        of = in_state(state)
        assert msgspec.json.decode(msgspec.json.encode(of), type=PickupOrder) == of
    for kind, fields in ONE_OF_EACH.values():
        made = step(order(), kind, **dict(fields))
        assert msgspec.json.decode(msgspec.json.encode(made), type=Step) == made


def test_an_order_read_from_json_takes_the_same_steps() -> None:
    for state in OrderState:
        of = in_state(state)
        read = msgspec.json.decode(msgspec.json.encode(of), type=PickupOrder)
        for kind, fields in ONE_OF_EACH.values():
            tried = step(of, kind, **dict(fields))
            assert applied(read, [tried]) == applied(of, [tried])
        if of.history:
            back = step(of, Undo, undoes=of.history[-1].step_id, reason="no")
            assert applied(read, [back]) == applied(of, [back])


def test_the_key_of_an_order_is_its_id() -> None:
    assert order().key == "P-1"


# Steps that cross each other


def test_cancelled_online_while_being_picked_offline_what_is_in_the_bag_goes_back() -> None:
    begun = picking(line(), line(OAT_MILK, "1"))
    local = [step(begun, PickLine, line_id="yogurt", product_id="yogurt", quantity="2", bag_id="T-1")]
    cancelled = do(begun, Cancel, by="customer", reason="no time")
    outcome = applied(cancelled, local)
    assert outcome.refused == ()
    of = outcome.order
    assert of.state is OrderState.CANCELLED
    assert [shown_state(of, part) for one in of.lines for part in one.divided] == [
        LineState.TO_RETURN,
        LineState.DROPPED,
    ]
    (conflict,) = of.conflicts
    assert (conflict.code, conflict.taken, conflict.about) == ("pick_line_after_cancelled", True, "yogurt")
    assert money_of(of).charge_minor == 0
    going_back = do(of, StartReturn)
    assert do(going_back, ReturnUnits, line_id="yogurt").state is OrderState.RETURNED


def test_cancelled_online_while_picked_and_handed_over_offline_the_handover_stands() -> None:
    accepted = do(order(), Accept)
    local: list[Step] = []
    here = accepted
    for kind, fields in (
        (StartPicking, {}),
        (PickLine, {"line_id": "yogurt", "product_id": "yogurt", "quantity": "2", "bag_id": "T-1"}),
        (FinishPicking, {}),
        (StageBag, {"bag_id": "T-1", "location": "B-3", "temperature": Temperature.AMBIENT}),
        (MarkReady, {}),
        (RecordPayment, {"payment": PaymentKind.PAID, "amount_minor": 600, "reference": "sale-1"}),
        (HandOver, {"bags": ("T-1",), "proof": Proof.CODE, "covered_minor": 600}),
    ):
        local.append(step(here, kind, **fields))
        here = apply(here, local[-1])
    assert here.state is OrderState.HANDED_OVER
    cancelled = do(accepted, Cancel, by="customer", reason="no time")
    outcome = applied(cancelled, local)
    assert outcome.order.state is OrderState.HANDED_OVER
    assert [(one.kind, one.code) for one in outcome.refused] == [
        ("start_picking", "order_cancelled"),
        ("finish_picking", "order_cancelled"),
        ("mark_ready", "order_cancelled"),
    ]
    assert [one.code for one in outcome.order.conflicts if one.taken] == [
        "pick_line_after_cancelled",
        "hand_over_after_cancelled",
    ]
    money = money_of(outcome.order)
    assert (money.charge_minor, money.paid_minor, money.due_minor) == (600, 600, 0)


def test_who_knows_that_an_order_is_cancelled_cannot_go_on_with_it() -> None:
    cancelled = do(ready(), Cancel, reason="no")
    assert refused(cancelled, handing_over(cancelled)) == "order_cancelled"
    assert refused_as(cancelled, FinishPicking) == "order_cancelled"


def test_a_step_is_late_only_if_its_maker_saw_a_state_that_allowed_it() -> None:
    cancelled = do(ready(), Cancel, reason="no")
    assert refused(cancelled, handing_over(cancelled, made_in=OrderState.PLACED)) == "order_cancelled"


def test_the_rest_of_a_cancelled_order_still_goes_back_when_only_a_bag_was_handed_over() -> None:
    waiting = ready(line(), line(OAT_MILK, "1", temperature=CHILLED))
    of = apply(do(waiting, Cancel, reason="no"), handing_over(waiting, "T-chilled"))
    assert of.state is OrderState.CANCELLED
    assert state_of(of, "oat-milk") == [(LineState.HANDED_OVER, 1)]
    of = do(do(of, StartReturn), ReturnUnits, line_id="yogurt")
    assert of.state is OrderState.RETURNED
    assert money_of(of).charge_minor == 300


@pytest.mark.parametrize("also", [False, True])
def test_an_expired_order_that_was_handed_over_meanwhile_is_handed_over(also: bool) -> None:
    waiting = ready()
    late = handing_over(waiting)
    of = do(waiting, Expire, at=TOO_LATE, by="centre")
    if also:
        of = do(of, StartReturn, by="noor")
    of = apply(of, late)
    assert of.state is OrderState.HANDED_OVER
    assert [one.code.partition("_after_")[0] for one in of.conflicts] == ["handed_over_unpaid", "hand_over"]


def test_what_was_put_back_already_cannot_have_been_handed_over() -> None:
    waiting = ready()
    of = do(do(do(waiting, Cancel, reason="no"), StartReturn), ReturnUnits, line_id="yogurt")
    assert refused(of, handing_over(waiting)) == "goods_went_back"


def test_a_tote_that_turns_up_after_everything_went_back_goes_back_too() -> None:
    begun = picking(line(), line(OAT_MILK, "1"))
    late = step(begun, PickLine, line_id="oat-milk", product_id="oat-milk", quantity="1", bag_id="T-2")
    of = do(pick(begun, "yogurt", "2"), Cancel, reason="no")
    of = do(do(of, StartReturn), ReturnUnits, line_id="yogurt")
    assert of.state is OrderState.RETURNED
    of = apply(of, late)
    assert of.state is OrderState.RETURN_TO_SHELF
    assert do(of, ReturnUnits, line_id="oat-milk").state is OrderState.RETURNED


def test_handed_over_at_most_once_by_two_tills_that_hear_nothing_of_each_other() -> None:
    waiting = ready()
    first, second = handing_over(waiting, by="noor"), handing_over(waiting, by="tomas")
    for steps in ([first, second], [second, first]):
        outcome = applied(waiting, steps)
        assert outcome.order.state is OrderState.HANDED_OVER
        assert [(one.by, one.code) for one in outcome.refused] == [(steps[1].by, "second_handover")]
        assert units(outcome.order.lines[0], LineState.HANDED_OVER) == 2


def test_a_bag_that_another_till_gave_away_is_shown_and_the_other_bag_counts() -> None:
    waiting = ready(line(), line(OAT_MILK, "1", temperature=CHILLED))
    one_bag = handing_over(waiting, "T-ambient", by="noor")
    both = handing_over(waiting, by="tomas")
    of = apply(apply(waiting, one_bag), both)
    assert of.state is OrderState.HANDED_OVER
    assert "bag_handed_over_before" in [one.code for one in of.conflicts if one.step_id == both.step_id]
    assert refused(of, handing_over(waiting, "T-ambient")) == "second_handover"
    partly = apply(waiting, one_bag)
    assert refused(partly, handing_over(waiting, "T-ambient")) == "second_handover"


def test_two_tills_that_pick_the_same_order_offline_one_tote_counts_for_each_unit() -> None:
    accepted = do(order(line(), line(OAT_MILK, "1")), Accept)
    a, b = (do(accepted, StartPicking, by=who) for who in ("tomas", "noor"))
    of_a = [
        step(a, PickLine, line_id="yogurt", product_id="yogurt", quantity="2", bag_id="A-1", by="tomas"),
        step(a, PickLine, line_id="oat-milk", product_id="oat-milk", quantity="1", bag_id="A-1", by="tomas"),
    ]
    start_a = step(accepted, StartPicking, by="tomas", step_id=a.history[-1].step_id)
    centre = pick(b, "yogurt", "2", "B-1", by="noor")
    outcome = applied(centre, [start_a, *of_a])
    assert [(one.kind, one.code) for one in outcome.refused] == [
        ("start_picking", "locked_by_other"),
        ("pick_line", "already_complete"),
    ]
    assert [one.code for one in outcome.order.conflicts if one.taken] == ["picked_by_two"]
    assert state_of(outcome.order, "oat-milk") == [(LineState.PICKED, 1)]
    assert do(outcome.order, FinishPicking, by="noor").state is OrderState.PICKED


def test_a_handover_that_crossed_another_picker_counts_and_the_rest_is_picked_on() -> None:
    begun = picking(line(), line(OAT_MILK, "1"))
    a = pick(begun, "yogurt", "2", "A-1")
    finished_elsewhere = made_ready(
        do(do(a, ShortLine, line_id="oat-milk", short_reason=ShortReason.NOT_FOUND), FinishPicking)
    )
    of = apply(a, handing_over(finished_elsewhere, "A-1"))
    assert of.state is OrderState.PICKING
    assert state_of(of) == [(LineState.HANDED_OVER, 2)]
    short = do(of, ShortLine, line_id="oat-milk", short_reason=ShortReason.NOT_FOUND)
    assert do(short, FinishPicking).state is OrderState.HANDED_OVER
    both = pick(of, "oat-milk", "1", "A-2")
    assert do(both, FinishPicking).state is OrderState.PICKED
    again = made_ready(do(both, FinishPicking))
    assert hand_over(again, "A-2").state is OrderState.HANDED_OVER
    left = do(again, RefuseUnits, line_id="oat-milk", reason="not wanted")
    assert left.state is OrderState.HANDED_OVER


def test_a_handover_that_crossed_an_undone_ready_counts() -> None:
    waiting = ready(line(), line(OAT_MILK, "1", temperature=CHILLED))
    back = do(waiting, Undo, undoes=waiting.history[-1].step_id, reason="bag wanting", by="noor")
    assert back.state is OrderState.PICKED
    assert apply(back, handing_over(waiting, "T-ambient")).state is OrderState.PARTLY_HANDED_OVER
    assert apply(back, handing_over(waiting)).state is OrderState.HANDED_OVER
    late = step(waiting, RefuseUnits, line_id="yogurt", reason="not wanted")
    assert apply(back, late).state is OrderState.PICKED


def test_what_was_picked_while_someone_else_paused_the_order_counts() -> None:
    begun = picking(line(wish=SAME_PRICE), line(OAT_MILK, "1"))
    late = step(begun, PickLine, line_id="yogurt", product_id="yogurt", quantity="1", bag_id="A-1")
    missing = step(begun, ShortLine, line_id="oat-milk", short_reason=ShortReason.SOLD_OUT)
    paused = do(begun, PausePicking)
    of = applied(paused, [late, missing]).order
    assert of.state is OrderState.PAUSED
    assert state_of(of) == [(LineState.PICKED, 1), (LineState.TO_PICK, 1)]


def test_a_handover_that_crossed_a_pause_counts() -> None:
    begun = picking(line(), line(OAT_MILK, "1"))
    here = pick(begun, "yogurt", "2", "A-1")
    paused = do(here, PausePicking, by="tomas")
    waiting = made_ready(
        do(do(here, ShortLine, line_id="oat-milk", short_reason=ShortReason.SOLD_OUT), FinishPicking)
    )
    assert apply(paused, handing_over(waiting, "A-1")).state is OrderState.PAUSED
    late = step(waiting, RefuseUnits, line_id="yogurt", reason="not wanted")
    assert apply(paused, late).state is OrderState.PAUSED


def test_a_payment_voided_online_while_the_desk_saw_it_the_goods_are_gone_and_it_is_shown() -> None:
    waiting = ready(payment=online(PaymentKind.AUTHORISED, 600))
    handing = handing_over(waiting, covered_minor=600)
    voided = do(
        waiting, RecordPayment, payment=PaymentKind.VOIDED, amount_minor=600, reference="v", by="centre"
    )
    of = apply(voided, handing)
    assert of.state is OrderState.HANDED_OVER
    assert [one.code for one in of.conflicts] == ["handed_over_unpaid"]
    assert money_of(of).due_minor == 600


def test_replicas_that_take_the_same_steps_in_pieces_end_alike() -> None:
    begun = picking(line(quantity="5"), line(OAT_MILK, "3"))
    steps: list[Step] = []
    of = begun
    for line_id, _ in itertools.product(("yogurt", "oat-milk"), range(3)):
        steps.append(step(of, PickLine, line_id=line_id, product_id=line_id, quantity="1", bag_id="T-1"))
        of = apply(of, steps[-1])
    choose = random.Random(7)
    for _ in range(20):
        cut = choose.randrange(len(steps) + 1)
        part = applied(begun, steps[:cut]).order
        assert applied(part, steps[cut:]).order == of
        assert applied(part, steps).order == of
        mixed = sorted(steps + steps, key=steps.index)
        assert applied(begun, mixed).order == of
