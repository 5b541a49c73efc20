"""Steps of orders at the centre, of tills and customers, late and crossing: goods go where hands put them."""

from __future__ import annotations

import uuid
from decimal import Decimal

import msgspec
import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import select

from retail.availability.reservation import ReservationState
from retail.catalogue import LocalisedText, Product
from retail.events import PromiseOverridden
from retail.pickup.order import (
    LineState,
    OrderState,
    PaymentEntry,
    PaymentKind,
    PickupOrder,
    SubstitutionWish,
    Temperature,
    WishKind,
)
from retail.pickup.steps import (
    Accept,
    AskCustomer,
    Cancel,
    Expire,
    Extend,
    HandOver,
    PickLine,
    RecordPayment,
    Remind,
    ReturnUnits,
    StartPicking,
    StartReturn,
    Undo,
)
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.database.order_tables import order_rating, pickup_step
from sync.server.database.stock_tables import picking_time
from sync.server.orders.values import OrderProblem
from tests.server.ordering import (
    AT,
    CHICKEN,
    LOCK_UNTIL,
    MILK,
    OAT_MILK,
    alerts,
    available,
    booked,
    handing_over,
    ledger_is_whole,
    messages,
    on_hand,
    order,
    picking_steps,
    published,
    recounts,
    reservations,
    set_stock,
    step,
    stepped,
    wish,
)
from tests.server.tills import Till, enrolled_till


@pytest.fixture
def second_till(shop: Centre, client: TestClient) -> Till:
    """Another till of the same store."""
    return enrolled_till(shop, client, "device-2")


def stands(shop: Centre, order_id: str) -> PickupOrder:
    """Return the order as it stands; what tills see is the same."""
    found = shop.orders.order(order_id)
    assert found is not None
    row = published(shop, f"pickup_order:{order_id}")
    assert row is not None
    assert msgspec.json.decode(row, type=PickupOrder) == found
    return found


def test_picking_takes_goods_off_the_shelf_and_handing_over_out_of_the_store(
    shop: Centre, till: Till
) -> None:
    milk, chicken = on_hand(shop, MILK), on_hand(shop, CHICKEN)
    placed = order(shop, (MILK, "2"), (CHICKEN, "1.2"), payment="channel", channel="market").order
    answer = till.send(*(stepped(till, one) for one in picking_steps(placed)))
    assert answer.quarantined == 0
    ready = stands(shop, placed.order_id)
    assert ready.state is OrderState.READY
    assert (on_hand(shop, MILK), on_hand(shop, MILK, "pickup")) == (milk - 2, Decimal(2))
    assert on_hand(shop, CHICKEN) == chicken - Decimal("1.2")
    assert {one.state for one in reservations(shop, placed.order_id).values()} == {ReservationState.PICKED}
    assert published(shop, f"stock_level:{MILK}") is not None
    assert f'"on_hand":"{milk - 2}"' in str(published(shop, f"stock_level:{MILK}"))
    till.send(stepped(till, handing_over(ready)))
    assert stands(shop, placed.order_id).state is OrderState.HANDED_OVER
    assert on_hand(shop, MILK, "pickup") == 0
    assert on_hand(shop, MILK) == milk - 2
    held = reservations(shop, placed.order_id)
    assert {one.state for one in held.values()} == {ReservationState.HANDED_OVER}
    assert messages(shop, placed.order_id) == ["confirmed", "ready", "handed_over"]
    assert ledger_is_whole(shop)
    assert alerts(shop) == []
    with shop.database.read() as connection:
        assert connection.execute(select(picking_time.c.line_count)).scalars().all() == [2]


def test_the_same_steps_again_change_nothing(shop: Centre, till: Till, second_till: Till) -> None:
    placed = order(shop, (MILK, "2")).order
    steps = picking_steps(placed)
    till.send(*(stepped(till, one) for one in steps))
    before, shelf = stands(shop, placed.order_id), on_hand(shop, MILK)
    # The same steps in other envelopes: a journal that was restored, say.
    second_till.send(*(stepped(second_till, one) for one in steps))
    assert stands(shop, placed.order_id) == before
    assert on_hand(shop, MILK) == shelf
    assert ledger_is_whole(shop)


def test_two_tills_that_hand_over_the_same_bags_are_shown_to_a_person(
    shop: Centre, till: Till, second_till: Till
) -> None:
    placed = order(shop, (MILK, "1"), payment="channel", channel="market").order
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    ready = stands(shop, placed.order_id)
    till.send(stepped(till, handing_over(ready)))
    second_till.send(stepped(second_till, handing_over(ready)))
    after = stands(shop, placed.order_id)
    assert [(one.code, one.taken) for one in after.conflicts] == [("second_handover", False)]
    assert alerts(shop) == ["order_conflict"]
    assert on_hand(shop, MILK, "pickup") == 0
    with shop.database.read() as connection:
        outcomes = connection.execute(
            select(pickup_step.c.outcome, pickup_step.c.code).where(pickup_step.c.outcome == "refused")
        ).all()
    assert outcomes == [("refused", "second_handover")]
    assert ledger_is_whole(shop)


def test_an_order_cancelled_online_while_it_is_picked_offline_keeps_its_goods_in_sight(
    shop: Centre, till: Till
) -> None:
    shelf = on_hand(shop, MILK)
    placed = order(shop, (MILK, "2")).order
    slot = placed.slot.starts_at
    shop.orders.cancel(placed.order_id, "changed my mind")
    assert booked(shop, slot) == 0
    assert reservations(shop, placed.order_id)[MILK].state is ReservationState.RELEASED
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    after = stands(shop, placed.order_id)
    assert after.state is OrderState.CANCELLED
    assert "pick_line_after_cancelled" in [one.code for one in after.conflicts if one.taken]
    assert (on_hand(shop, MILK), on_hand(shop, MILK, "pickup")) == (shelf - 2, Decimal(2))
    assert "order_conflict" in alerts(shop)
    back = [
        step(StartReturn, after),
        step(ReturnUnits, after, OrderState.RETURN_TO_SHELF, line_id="1"),
    ]
    till.send(*(stepped(till, one) for one in back))
    assert stands(shop, placed.order_id).state is OrderState.RETURNED
    assert (on_hand(shop, MILK), on_hand(shop, MILK, "pickup")) == (shelf, Decimal(0))
    assert ledger_is_whole(shop)


def test_a_cancelling_that_is_undone_promises_the_goods_anew(shop: Centre, till: Till) -> None:
    before = available(shop, MILK)
    placed = order(shop, (MILK, "2")).order
    cancelled = shop.orders.cancel(placed.order_id, "by mistake")
    assert cancelled is not None
    assert available(shop, MILK) == before
    undo = step(Undo, cancelled, undoes=cancelled.history[-1].step_id, reason="the customer called")
    till.send(stepped(till, undo))
    assert stands(shop, placed.order_id).state is OrderState.PLACED
    assert available(shop, MILK) == before - 2
    assert booked(shop, placed.slot.starts_at) == 1


def test_a_sale_of_promised_goods_takes_them_from_the_newest_order(shop: Centre, till: Till) -> None:
    set_stock(shop, MILK, "4")
    first, second = order(shop, (MILK, "2")).order, order(shop, (MILK, "2")).order
    sold = int(on_hand(shop, MILK)) - 3
    fact = PromiseOverridden(
        basket_id="b",
        product_id=MILK,
        quantity=Decimal(sold),
        choice="sell_and_release",
        order_ids=(second.order_id,),
        cashier_id="E0001",
        approved_by="E0002",
    )
    till.send(till.seal(fact), till.sell(sku="1016", quantity=sold))
    assert on_hand(shop, MILK) == 3
    assert stands(shop, first.order_id).at_risk == ()
    assert stands(shop, second.order_id).at_risk == ("1",)
    kept = reservations(shop, second.order_id)[MILK]
    assert (kept.state, kept.quantity) == (ReservationState.CONFIRMED, 1)
    till.send(till.sell(sku="1016", quantity=2))
    assert reservations(shop, second.order_id)[MILK].state is ReservationState.SHORT
    assert reservations(shop, first.order_id)[MILK].quantity == 1
    till.send(till.sell(sku="1016", quantity=2))
    assert on_hand(shop, MILK) == -1
    assert recounts(shop) == [MILK]
    assert "oversold" in alerts(shop)
    assert messages(shop, second.order_id) == ["confirmed", "at_risk", "at_risk"]
    assert available(shop, MILK) == 0
    with shop.database.read() as connection:
        act = connection.execute(select(tables.watched_act)).one()
    assert (act.kind, act.subject, act.approved_by) == ("promise.overridden", MILK, "E0002")
    assert second.order_id in act.reason
    assert ledger_is_whole(shop)


def test_goods_that_are_found_all_the_same_are_no_longer_at_risk(shop: Centre, till: Till) -> None:
    set_stock(shop, MILK, "2")
    placed = order(shop, (MILK, "2")).order
    till.send(till.sell(sku="1016", quantity=int(on_hand(shop, MILK))))
    assert stands(shop, placed.order_id).at_risk == ("1",)
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    after = stands(shop, placed.order_id)
    assert (after.state, after.at_risk) == (OrderState.READY, ())
    assert reservations(shop, placed.order_id)[MILK].state is ReservationState.PICKED
    assert on_hand(shop, MILK) == -2
    assert ledger_is_whole(shop)


def test_the_customer_answers_a_question_and_says_that_they_are_here(shop: Centre, till: Till) -> None:
    wanted = wish(shop, (MILK, "1"))
    asks = replace(wanted.lines[0], wish=SubstitutionWish(kind=WishKind.ASK))
    placed = shop.orders.place(replace(wanted, lines=(asks,))).order
    other = Product(
        product_id=OAT_MILK, sku="1026", name=LocalisedText("Oat milk"), category_id="dairy", tax_class_id="Z"
    )
    asked = step(
        AskCustomer,
        placed,
        OrderState.PICKING,
        line_id="1",
        product=other,
        unit_price_minor=Decimal(420),
        quantity=Decimal(1),
        covers=Decimal(1),
    )
    till.send(
        stepped(till, step(StartPicking, placed, lock_until=LOCK_UNTIL)),
        stepped(till, asked),
    )
    assert stands(shop, placed.order_id).lines[0].divided[0].state is LineState.ASKED
    answered = shop.orders.answer(placed.order_id, "1", asked.step_id, agrees=True)
    assert answered.lines[0].divided[0].state is LineState.AGREED
    assert messages(shop, placed.order_id) == ["confirmed", "question"]
    with pytest.raises(OrderProblem) as late:
        shop.orders.answer(placed.order_id, "1", "another", agrees=False)
    assert late.value.code == "answer_too_late"
    here = shop.orders.arrived(placed.order_id, "bay 3")
    assert here.here_note == "bay 3"
    shop.orders.rate(placed.order_id, 4, "quick")
    shop.orders.rate(placed.order_id, 5)
    with shop.database.read() as connection:
        assert connection.execute(select(order_rating.c.stars)).scalars().all() == [5]
    with pytest.raises(OrderProblem) as no_stars:
        shop.orders.rate(placed.order_id, 0)
    assert no_stars.value.code == "bad_rating"


def test_the_centre_reminds_extends_and_gives_up_waiting(shop: Centre, till: Till) -> None:
    placed = order(shop, (MILK, "1")).order
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    ready = stands(shop, placed.order_id)
    shop.orders.take(step(Remind, ready, by="centre", minutes_before=120))
    later = "2099-01-02T00:00:00+08:00"
    shop.orders.take(step(Extend, ready, by="centre", collect_until=later))
    with pytest.raises(OrderProblem) as early:
        shop.orders.take(step(Expire, ready, by="centre"))
    assert early.value.code == "not_yet"
    expired = shop.orders.take(step(Expire, ready, by="centre", at=later))
    assert expired.state is OrderState.EXPIRED
    assert messages(shop, placed.order_id) == ["confirmed", "ready", "reminder", "extended", "expired"]
    assert on_hand(shop, MILK, "pickup") == 1
    assert shop.orders.orders_in(OrderState.EXPIRED) == (expired,)


def test_a_refused_step_of_the_centre_changes_nothing(shop: Centre) -> None:
    placed = order(shop, (MILK, "1")).order
    with pytest.raises(OrderProblem) as refused:
        shop.orders.take(handing_over(placed))
    assert refused.value.code == "not_ready"
    assert refused.value.message.zh
    assert stands(shop, placed.order_id) == placed
    with pytest.raises(OrderProblem) as unknown:
        shop.orders.take(step(Cancel, placed, order_id="nothing", reason="x"))
    assert unknown.value.code == "unknown_order"
    held = order(shop, (MILK, "1"), payment="online").order
    with pytest.raises(OrderProblem) as waiting:
        shop.orders.take(step(Accept, held))
    assert waiting.value.code == "waiting_for_payment"


def test_a_payment_at_the_desk_is_a_step_of_the_till(shop: Centre, till: Till) -> None:
    placed = order(shop, (MILK, "1")).order
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    ready = stands(shop, placed.order_id)
    paid = step(RecordPayment, ready, payment=PaymentKind.PAID, amount_minor=260, reference=uuid.uuid4().hex)
    till.send(stepped(till, paid), stepped(till, handing_over(ready)))
    assert stands(shop, placed.order_id).state is OrderState.HANDED_OVER
    entry = PaymentEntry(kind=PaymentKind.REFUNDED, amount_minor=60, reference="refund-1")
    refunded = shop.orders.confirm_payment(placed.order_id, entry)
    assert refunded.payment.entries[-1] == entry


def test_two_tills_that_both_took_the_money_are_told_to_give_one_back(
    shop: Centre, till: Till, second_till: Till
) -> None:
    placed = order(shop, (MILK, "1")).order
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    ready = stands(shop, placed.order_id)
    due = placed.lines[0].amount_minor
    first, second = (
        step(RecordPayment, ready, payment=PaymentKind.PAID, amount_minor=due, reference=uuid.uuid4().hex)
        for _ in range(2)
    )
    till.send(stepped(till, first), stepped(till, handing_over(ready)))
    assert alerts(shop) == []
    second_till.send(stepped(second_till, second))
    assert alerts(shop) == ["refund_at_desk"]


def test_a_step_of_an_order_that_nobody_knows_waits_for_a_person(
    shop: Centre, till: Till, client: TestClient
) -> None:
    placed = order(shop, (MILK, "1")).order
    known, unknown = step(Accept, placed), step(Accept, placed, order_id="lost")
    answer = till.send(stepped(till, known), stepped(till, unknown))
    assert answer.quarantined == 1
    assert stands(shop, placed.order_id).state is OrderState.ACCEPTED
    assert alerts(shop) == ["quarantined.order_unknown"]


def test_orders_that_are_over_leave_the_tills_and_stay_in_the_book(shop: Centre) -> None:
    first, second = order(shop, (MILK, "1")).order, order(shop, (MILK, "1")).order
    shop.orders.cancel(first.order_id, "no")
    assert shop.orders.put_away("2000-01-01T00:00:00.000Z") == 0
    assert shop.orders.put_away("2099-01-01T00:00:00.000Z") == 1
    assert published(shop, f"pickup_order:{first.order_id}") is None
    assert published(shop, f"pickup_order:{second.order_id}") is not None
    assert shop.orders.order(first.order_id) is not None


def test_two_lines_picked_in_turn_by_two_tills_come_together(
    shop: Centre, till: Till, second_till: Till
) -> None:
    placed = order(shop, (MILK, "1"), (OAT_MILK, "1")).order
    till.send(stepped(till, step(StartPicking, placed, lock_until=LOCK_UNTIL)))
    for number, (which, line) in enumerate(zip((till, second_till), placed.lines, strict=True)):
        pick = step(
            PickLine,
            placed,
            OrderState.PICKING,
            by=f"E000{number + 1}",
            line_id=line.line_id,
            product_id=line.product.product_id,
            quantity=Decimal(1),
            bag_id="BAG1",
        )
        which.send(stepped(which, pick))
    after = stands(shop, placed.order_id)
    assert [line.divided[0].state for line in after.lines] == [LineState.PICKED] * 2
    assert [one.code for one in after.conflicts] == ["picked_by_two"]
    assert after.bags[0].temperature is Temperature.CHILLED
    assert on_hand(shop, OAT_MILK, "pickup") == 1


def test_a_handover_without_the_desk_s_money_stays_refused(shop: Centre, till: Till) -> None:
    placed = order(shop, (MILK, "1")).order
    till.send(*(stepped(till, one) for one in picking_steps(placed)))
    ready = stands(shop, placed.order_id)
    early: HandOver = replace(handing_over(ready), covered_minor=0)
    answer = till.send(stepped(till, early))
    assert answer.quarantined == 0
    after = stands(shop, placed.order_id)
    assert (after.state, after.conflicts[0].taken) == (OrderState.READY, False)
    assert AT in after.conflicts[0].at
    assert on_hand(shop, MILK, "pickup") == 1
