"""Goods that ran out here are offered at another store, and moved there once, at what they were shown for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.catalogue import LocalisedText
from retail.pickup.amounts import money_of, shares
from retail.pickup.goods import still_to_pick, stock_movements
from retail.pickup.order import (
    LinePart,
    LineState,
    OfferState,
    OrderState,
    OtherOrder,
    Passage,
    PaymentEntry,
    PaymentKind,
    PickupOrder,
    ShortReason,
)
from retail.pickup.other_store import (
    has_ended,
    is_moved,
    movable,
    moved_amount,
    moved_reference,
    offer_of,
    open_offers,
    others_of,
)
from retail.pickup.parts import units, with_line
from retail.pickup.steps import (
    Accept,
    AnswerStore,
    Cancel,
    FinishPicking,
    OfferStore,
    ShortLine,
    StepRefused,
    Undo,
)
from tests.fakes.pickup_orders import (
    CHICKEN,
    COLLECT_UNTIL,
    LATER,
    NOW,
    OAT_MILK,
    YOGURT,
    do,
    line,
    online,
    order,
    pick,
    picking,
    step,
)

QUEEN = LocalisedText("Queen Street", "皇后街")
THERE = OtherOrder(order_id="P-2", number="S2-1", store_id="S2", store_name=QUEEN)


def offered(of: PickupOrder, line_id: str = "yogurt", quantity: str = "1", **fields: Any) -> PickupOrder:
    usual = {
        "by": "centre",
        "line_id": line_id,
        "store_id": "S2",
        "store_name": QUEEN,
        "quantity": quantity,
        "answer_until": COLLECT_UNTIL,
    }
    return do(of, OfferStore, **(usual | fields))


def said(of: PickupOrder, *, agrees: bool, quantity: str = "1", **fields: Any) -> PickupOrder:
    offer = of.offers[-1]
    usual: dict[str, Any] = {
        "by": "customer",
        "line_id": offer.line_id,
        "offered": offer.offer_id,
        "agrees": agrees,
    }
    if agrees:
        usual |= {"quantity": quantity, "moved_to": THERE}
    return do(of, AnswerStore, **(usual | fields))


def undone(of: PickupOrder, step_id: str = "") -> PickupOrder:
    return do(of, Undo, undoes=step_id or of.history[-1].step_id, reason="a mistake")


def code(refusal: pytest.ExceptionInfo[StepRefused]) -> str:
    return refusal.value.code


def test_an_offer_waits_and_the_line_is_open_and_costs_what_was_shown() -> None:
    of = offered(order(line(quantity="3", amount=800)))
    (offer,) = open_offers(of)
    assert (offer.store_id, offer.store_name, offer.quantity) == ("S2", QUEEN, 1)
    assert offer_of(of, offer.offer_id) == offer
    assert offer_of(of, "another") is None
    assert (of.state, money_of(of).charge_minor) == (OrderState.PLACED, 800)
    assert still_to_pick(of) == (("yogurt", Decimal(3)),)
    assert others_of(of) == ()
    assert (has_ended(offer, NOW), has_ended(offer, COLLECT_UNTIL)) == (False, True)


def test_a_yes_strikes_the_goods_off_here_and_the_money_goes_with_them() -> None:
    before = offered(picking(line(quantity="3", amount=800), payment=online(PaymentKind.AUTHORISED, 800)))
    amount = moved_amount(before.lines[0], Decimal(1))
    of = said(before, agrees=True)
    assert (amount, money_of(of).charge_minor) == (267, 533)
    assert of.payment.ceiling_minor == 533
    assert of.state is OrderState.PICKING
    (part,) = [each for each in of.lines[0].divided if each.state is LineState.SHORT]
    assert (part.covers, part.now.reason) == (1, ShortReason.MOVED)
    assert (of.offers[0].state, of.offers[0].moved_to) == (OfferState.MOVED, THERE)
    assert others_of(of) == ("P-2",)
    assert open_offers(of) == ()
    last_step = step(before, AnswerStore, line_id="yogurt", offered="x", agrees=True)
    assert stock_movements(before, of, last_step, event_id="e") == (), "no goods of this store moved"
    with pytest.raises(StepRefused) as refused:
        undone(of)
    assert code(refused) == "cannot_be_undone"


def test_an_order_that_nobody_began_ends_when_nothing_is_left_of_it() -> None:
    of = said(offered(do(order(line()), Accept), quantity="2"), agrees=True, quantity="2")
    assert of.state is OrderState.SHORT
    assert money_of(of).charge_minor == 0
    picked = picking(line(), line(OAT_MILK, "1", "100"))
    picked = pick(picked, "oat-milk", "1")
    moved = said(offered(picked, quantity="2"), agrees=True, quantity="2")
    assert moved.state is OrderState.PICKING
    assert do(moved, FinishPicking).state is OrderState.PICKED


def test_a_no_strikes_it_off_or_has_it_looked_for_as_the_offer_says() -> None:
    struck = said(offered(picking(line(quantity="3"))), agrees=False)
    assert units(struck.lines[0], LineState.SHORT) == 1
    assert struck.lines[0].divided[0].now.reason == ShortReason.SOLD_OUT
    looked = said(offered(picking(line(quantity="3")), struck_if_not=False), agrees=False)
    assert looked.lines == picking(line(quantity="3")).lines
    assert [one.offers[0].state for one in (struck, looked)] == [OfferState.DECLINED] * 2


def test_what_was_picked_meanwhile_is_not_moved() -> None:
    of = pick(offered(picking(line(quantity="3")), quantity="2"), "yogurt", "2")
    assert movable(of, of.offers[0]) == 1
    with pytest.raises(StepRefused) as refused:
        said(of, agrees=True, quantity="2")
    assert code(refused) == "too_many"
    assert units(said(of, agrees=True).lines[0], LineState.SHORT) == 1
    gone = do(of, ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
    assert open_offers(gone) == ()
    with pytest.raises(StepRefused) as late:
        said(gone, agrees=True)
    assert code(late) == "answer_too_late"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"store_id": ""}, "bad_step"),
        ({"store_id": "S1"}, "bad_step"),
        ({"answer_until": "soon"}, "bad_step"),
        ({"quantity": "3"}, "too_many"),
        ({"quantity": "0"}, "bad_quantity"),
        ({"line_id": "none"}, "unknown_line"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(fields: dict[str, Any], refusal: str) -> None:
    with pytest.raises(StepRefused) as refused:
        offered(order(), **fields)
    assert code(refused) == refusal


def test_a_line_has_one_offer_at_a_time_and_none_when_nothing_is_left() -> None:
    of = offered(order())
    with pytest.raises(StepRefused) as twice:
        offered(of)
    assert code(twice) == "offer_waiting"
    with pytest.raises(StepRefused) as none:
        offered(do(picking(), ShortLine, line_id="yogurt", short_reason=ShortReason.SOLD_OUT))
    assert code(none) == "nothing_there"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"offered": "another"}, "answer_too_late"),
        ({"line_id": "oat-milk"}, "answer_too_late"),
        ({"moved_to": None}, "bad_step"),
        ({"quantity": "0"}, "bad_quantity"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(fields: dict[str, Any], refusal: str) -> None:
    with pytest.raises(StepRefused) as refused:
        said(offered(order(line(), line(OAT_MILK))), agrees=True, **fields)
    assert code(refused) == refusal


def test_an_order_that_was_called_off_asks_nobody() -> None:
    of = do(offered(order()), Cancel, reason="changed my mind")
    assert open_offers(of) == ()
    with pytest.raises(StepRefused) as refused:
        said(of, agrees=True)
    assert code(refused) == "order_cancelled"


def test_an_offer_is_withdrawn_until_it_is_answered() -> None:
    before = order(line(quantity="3"))
    of = offered(before)
    back = undone(of)
    (withdrawn,) = back.offers
    assert withdrawn.state is OfferState.WITHDRAWN
    assert open_offers(back) == ()
    assert back.lines == before.lines
    again = offered(back)
    assert [one.state for one in again.offers] == [OfferState.WITHDRAWN, OfferState.OPEN]
    assert undone(again).offers[0] == withdrawn
    answered = said(of, agrees=False)
    with pytest.raises(StepRefused) as refused:
        undone(answered, of.history[-1].step_id)
    assert code(refused) == "undo_out_of_order"
    assert undone(do(before, Accept)).state is OrderState.PLACED
    accepted = do(before, Accept)
    assert undone(offered(accepted), accepted.history[-1].step_id).state is OrderState.PLACED


def test_a_no_is_taken_back_as_long_as_somebody_can_still_look_for_it() -> None:
    waiting = offered(order(line(quantity="1")))
    ended = said(waiting, agrees=False)
    assert ended.state is OrderState.SHORT
    assert (undone(ended).state, undone(ended).lines) == (OrderState.PLACED, waiting.lines)
    being_picked = offered(picking(line(quantity="3")))
    struck = said(being_picked, agrees=False)
    assert undone(struck).lines == being_picked.lines
    finished = do(pick(struck, "yogurt", "2"), FinishPicking)
    with pytest.raises(StepRefused) as refused:
        undone(finished, struck.history[-1].step_id)
    assert code(refused) == "picking_is_over"


def test_money_that_goes_with_goods_is_called_after_the_other_order() -> None:
    entry = PaymentEntry(kind=PaymentKind.VOIDED, amount_minor=1, reference=moved_reference("P-2"))
    assert is_moved(entry)
    assert not is_moved(PaymentEntry(kind=PaymentKind.VOIDED, amount_minor=1, reference="P-2"))


def test_a_weight_moves_with_its_share_of_the_price() -> None:
    of = offered(order(line(CHICKEN, "0.900", "2000")), "chicken", "0.300")
    assert moved_amount(of.lines[0], Decimal("0.300")) == 600
    assert money_of(said(of, agrees=True, quantity="0.300")).charge_minor == 1200


@given(
    amount=st.integers(0, 5000), quantity=st.integers(1, 9), picked=st.integers(0, 8), moved=st.integers(1, 9)
)
def test_both_orders_together_cost_what_was_shown(
    amount: int, quantity: int, picked: int, moved: int
) -> None:
    of = picking(line(YOGURT, str(quantity), "300", amount))
    if picked and picked < quantity:
        of = pick(of, "yogurt", str(picked))
    left = units(of.lines[0], LineState.TO_PICK)
    some = min(Decimal(moved), left)
    waiting = offered(of, quantity=str(some))
    there = moved_amount(waiting.lines[0], some)
    assert money_of(said(waiting, agrees=True, quantity=str(some))).charge_minor + there == amount


@st.composite
def orders_with_divided_lines(draw: st.DrawFn) -> PickupOrder:
    """Draw an order of one line in parts, whatever they are: some in a bag, some short, some open."""
    covers = draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    trails: list[tuple[Passage, ...]] = [()]
    for place in range(1, len(covers)):
        state = draw(st.sampled_from([LineState.TO_PICK, LineState.PICKED, LineState.SHORT]))
        quantity = Decimal(covers[place] if state is LineState.PICKED else 0)
        trails.append((Passage(state=state, step_id=f"step-{place}", quantity=quantity),))
    parts = [
        LinePart(covers=Decimal(many), trail=trail)
        for many, trail in zip(covers, draw(st.permutations(trails)), strict=True)
    ]
    of = picking(line(YOGURT, str(sum(covers)), "300", draw(st.integers(0, 5000))))
    return with_line(of, replace(of.lines[0], parts=tuple(parts)))


@given(of=orders_with_divided_lines())
def test_of_a_divided_line_what_moves_and_what_stays_make_up_what_was_shown(of: PickupOrder) -> None:
    (before,) = of.lines
    for many in range(1, int(units(before, LineState.TO_PICK)) + 1):
        there = moved_amount(before, Decimal(many))
        moved = said(offered(of, quantity=str(many)), agrees=True, quantity=str(many))
        (after,) = moved.lines
        gone = [part.now.reason is ShortReason.MOVED for part in after.divided]
        stays = [share for share, goes in zip(shares(after), gone, strict=True) if not goes]
        assert there + sum(stays) == before.amount_minor
        assert units(after, LineState.TO_PICK) == units(before, LineState.TO_PICK) - many
        assert sum(part.covers for part, goes in zip(after.divided, gone, strict=True) if goes) == many


def test_what_moves_of_two_open_parts_has_the_share_of_both() -> None:
    again = Passage(state=LineState.TO_PICK, step_id="again")
    parts = (LinePart(covers=Decimal(2)), LinePart(covers=Decimal(3), trail=(again,)))
    of = replace(line(YOGURT, "5", "300", 1000), parts=parts)
    assert [moved_amount(of, Decimal(many)) for many in range(1, 6)] == [200, 400, 600, 800, 1000]


def test_an_offer_is_of_its_time() -> None:
    assert has_ended(offered(order(), answer_until=LATER).offers[0], COLLECT_UNTIL)
