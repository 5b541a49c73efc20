"""The desk: what stands in the way, who may have what, the money, and how an order ends."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import LARGEST_AMOUNT_MINOR
from retail.pickup.amounts import (
    OrderMoney,
    PaymentState,
    authorised_left,
    charge_for,
    costs_nothing,
    due_for,
    line_amounts,
    money_of,
    payment_state,
    taken_so_far,
)
from retail.pickup.closing import is_overdue, reminder_due, reminder_times
from retail.pickup.handover import (
    AtDesk,
    Hindrance,
    Missing,
    age_needed,
    age_on,
    born_on_or_before,
    missing_for_handover,
)
from retail.pickup.order import (
    LineState,
    OrderPayment,
    OrderState,
    PaymentKind,
    PickupOrder,
    ShortReason,
    Terms,
)
from retail.pickup.parts import any_part
from retail.pickup.reducer import apply
from retail.pickup.steps import (
    Cancel,
    Collector,
    Complete,
    Expire,
    Extend,
    FinishPicking,
    Proof,
    RecordPayment,
    RefuseUnits,
    Remind,
    ReturnUnits,
    ShortLine,
    StartReturn,
    StepRefused,
    SubstituteLine,
    Undo,
)
from tests.fakes.pickup_orders import (
    CHICKEN,
    CHILLED,
    COLLECT_UNTIL,
    GIN,
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
    picking,
    ready,
    step,
)

TODAY = dt.date(2026, 3, 14)


def refused(of: PickupOrder, kind: type[Any], **fields: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        do(of, kind, **fields)
    return refusal.value.code


def hand_over_refused(of: PickupOrder, *bags: str, **fields: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        hand_over(of, *bags, **fields)
    return refusal.value.code


def pay(
    of: PickupOrder, amount: int, kind: PaymentKind = PaymentKind.PAID, reference: str = "sale-1"
) -> PickupOrder:
    return do(of, RecordPayment, payment=kind, amount_minor=amount, reference=reference)


# Age


@pytest.mark.parametrize(
    ("birth", "today", "age"),
    [
        ("2008-03-14", "2026-03-14", 18),
        ("2008-03-15", "2026-03-14", 17),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2026-03-14", "2026-03-14", 0),
    ],
)
def test_an_age_is_reached_on_the_birthday(birth: str, today: str, age: int) -> None:
    assert age_on(dt.date.fromisoformat(birth), dt.date.fromisoformat(today)) == age


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(ValueError, match="born on 2026-03-15"):
        age_on(dt.date(2026, 3, 15), TODAY)


@given(
    st.dates(dt.date(1920, 1, 1), dt.date(2030, 12, 31)),
    st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)),
    st.integers(0, 25),
)
def test_the_date_beside_the_document_says_the_same_as_the_age(
    birth: dt.date, today: dt.date, age: int
) -> None:
    if birth <= today:
        assert (age_on(birth, today) >= age) is (birth <= born_on_or_before(today, age))


def test_on_a_leap_day_the_date_beside_the_document_is_the_day_before() -> None:
    assert born_on_or_before(dt.date(2028, 2, 29), 18) == dt.date(2010, 2, 28)
    assert born_on_or_before(TODAY, 18) == dt.date(2008, 3, 14)


# What stands in the way


def missing(of: PickupOrder, **fields: Any) -> list[Hindrance]:
    return [one.what for one in missing_for_handover(of, AtDesk(**fields))]


def test_the_button_names_everything_that_is_missing() -> None:
    of = ready(line(WINE, "1", "1650"), line(temperature=CHILLED))
    assert missing_for_handover(of, AtDesk()) == (
        Missing(what=Hindrance.NOT_VERIFIED),
        Missing(what=Hindrance.AGE_NOT_CONFIRMED, age=18),
        Missing(what=Hindrance.BAG_MISSING, bag_id="T-ambient"),
        Missing(what=Hindrance.BAG_MISSING, bag_id="T-chilled"),
        Missing(what=Hindrance.NOT_PAID, amount_minor=2250),
    )
    done = {"proof": Proof.CODE, "age_confirmed": 18, "ticked": ("T-ambient", "T-chilled")}
    assert missing(pay(of, 2250), **done) == []


def test_a_bag_that_is_left_needs_no_tick_no_age_and_no_payment() -> None:
    of = pay(ready(line(WINE, "1", "1650"), line(temperature=CHILLED)), 600)
    assert missing(of, proof=Proof.CODE, ticked=("T-chilled",), leave=("T-ambient",)) == []


@pytest.mark.parametrize(
    ("fields", "allowed", "what"),
    [
        ({"collector": Collector.PROXY}, True, []),
        ({"collector": Collector.PROXY}, False, [Hindrance.PROXY_NOT_ALLOWED]),
        ({"collector": Collector.PROXY, "proof": Proof.IDENTITY}, True, [Hindrance.PROXY_NEEDS_CODE]),
        ({"proof": Proof.IDENTITY}, False, []),
        ({"others_heard": False}, True, [Hindrance.SLIP_MISSING]),
        ({"others_heard": False, "slip_taken": True}, True, []),
    ],
)
def test_who_collects_shows_what_the_store_asks_for(
    fields: dict[str, Any], allowed: bool, what: list[Hindrance]
) -> None:
    of = pay(ready(terms=Terms(proxy_allowed=allowed)), 600)
    assert missing(of, **({"proof": Proof.CODE, "ticked": ("T-ambient",)} | fields)) == what


def test_what_is_not_ready_or_gone_says_so_at_once() -> None:
    assert missing(picking()) == [Hindrance.NOT_READY]
    assert missing(hand_over(ready())) == [Hindrance.SECOND_HANDOVER]
    assert missing(do(ready(), Cancel, reason="no")) == [Hindrance.NOT_READY]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"age_confirmed": 17}, "age_not_confirmed"),
        ({"covered_minor": 2249}, "not_paid"),
        ({"collector": Collector.PROXY, "proof": Proof.IDENTITY}, "proxy_needs_code"),
        ({"bags": ("T-99",)}, "nothing_there"),
        ({"bags": ()}, "nothing_there"),
    ],
)
def test_a_handover_that_the_desk_should_not_have_made_is_refused(fields: dict[str, Any], code: str) -> None:
    of = ready(line(WINE, "1", "1650"), line())
    usual: dict[str, Any] = {"age_confirmed": 18, "covered_minor": 2250}
    assert hand_over_refused(of, **(usual | fields)) == code
    assert hand_over(of, **usual).state is OrderState.HANDED_OVER


def test_a_proxy_collects_only_where_the_store_allows_it() -> None:
    assert (
        hand_over_refused(ready(terms=Terms(proxy_allowed=False)), collector=Collector.PROXY)
        == "proxy_not_allowed"
    )
    assert hand_over(ready(), collector=Collector.PROXY).state is OrderState.HANDED_OVER


def test_the_age_is_that_of_what_is_really_in_the_bag() -> None:
    of = picking(line(OAT_MILK, "1", "1700", wish=SAME_PRICE))
    of = do(
        of,
        SubstituteLine,
        line_id="oat-milk",
        product=GIN,
        unit_price_minor="1600",
        quantity="1",
        covers="1",
        bag_id="T-1",
    )
    of = made_ready(do(of, FinishPicking))
    assert age_needed(of, ("T-1",)) == 18
    assert age_needed(of, ()) == 0


# Partial handover, refused lines


def test_bags_may_be_collected_one_by_one() -> None:
    of = ready(line(), line(OAT_MILK, "1", temperature=CHILLED))
    assert (due_for(of, ("T-ambient",)), due_for(of, ("T-ambient", "T-chilled"))) == (600, 900)
    of = hand_over(pay(of, 600), "T-ambient", covered_minor=600)
    assert of.state is OrderState.PARTLY_HANDED_OVER
    assert of.conflicts == ()
    assert due_for(of, ("T-chilled",)) == 300
    assert hand_over(of, "T-chilled").state is OrderState.HANDED_OVER


def test_what_is_paid_or_authorised_covers_the_bags() -> None:
    of = ready(payment=OrderPayment(entries=online(PaymentKind.AUTHORISED, 350).entries))
    assert due_for(of, ("T-ambient",)) == 250
    assert due_for(pay(of, 100), ("T-ambient",)) == 150
    assert due_for(pay(of, 400), ("T-ambient",)) == 0


def test_everything_refused_offline_of_a_cancelled_order_goes_back_with_it() -> None:
    waiting = ready()
    late = step(waiting, RefuseUnits, line_id="yogurt", reason="no")
    of = apply(do(waiting, Cancel, reason="no"), late)
    assert (of.state, any_part(of, LineState.REFUSED)) == (OrderState.CANCELLED, True)
    assert do(of, StartReturn).state is OrderState.RETURN_TO_SHELF


def test_what_the_customer_gives_back_is_not_paid_and_goes_back_to_the_shelf() -> None:
    of = pay(ready(line(quantity="3")), 900)
    of = do(of, RefuseUnits, line_id="yogurt", quantity="1", reason="dented")
    assert (of.state, money_of(of).refund_minor) == (OrderState.READY, 300)
    of = hand_over(of)
    assert of.state is OrderState.HANDED_OVER
    assert refused(pay(of, 300, PaymentKind.REFUNDED, "r"), Complete) == "goods_to_return"
    of = do(of, ReturnUnits, line_id="yogurt", fit_for_sale=False, reason="dented")
    assert any_part(of, LineState.WRITTEN_OFF)
    assert refused(of, Complete) == "money_open"
    assert do(pay(of, 300, PaymentKind.REFUNDED, "refund-1"), Complete).state is OrderState.COMPLETED


def test_an_order_of_which_everything_is_refused_goes_back() -> None:
    of = do(ready(), RefuseUnits, line_id="yogurt", reason="too young")
    assert of.state is OrderState.RETURN_TO_SHELF
    assert do(of, ReturnUnits, line_id="yogurt").state is OrderState.RETURNED


def test_the_rest_of_a_partly_collected_order_may_be_refused() -> None:
    of = hand_over(ready(line(), line(OAT_MILK, "2", temperature=CHILLED)), "T-ambient")
    of = do(of, RefuseUnits, line_id="oat-milk", quantity="1", reason="no")
    assert of.state is OrderState.PARTLY_HANDED_OVER
    of = do(of, RefuseUnits, line_id="oat-milk", quantity="1", reason="no")
    assert of.state is OrderState.HANDED_OVER
    back = do(of, ReturnUnits, line_id="oat-milk", quantity="2")
    assert back.state is OrderState.HANDED_OVER


def test_before_an_order_is_over_only_refused_goods_go_back() -> None:
    assert refused(ready(), ReturnUnits, line_id="yogurt") == "nothing_there"
    one_refused = do(ready(), RefuseUnits, line_id="yogurt", quantity="1", reason="no")
    assert refused(one_refused, ReturnUnits, line_id="yogurt", quantity="2") == "too_many"
    assert do(one_refused, ReturnUnits, line_id="yogurt", quantity="1").state is OrderState.READY


def test_what_was_weighed_as_one_is_given_back_as_one() -> None:
    of = ready(line(CHICKEN, "0.600", "2000"))
    assert refused(of, RefuseUnits, line_id="chicken", quantity="0.3", reason="no") == "cannot_be_divided"
    assert money_of(do(of, RefuseUnits, line_id="chicken", reason="no")).charge_minor == 0


def test_two_small_packs_for_a_large_one_are_given_back_together() -> None:
    of = picking(line(quantity="1", wish=SAME_PRICE))
    fields = {"line_id": "yogurt", "product": OAT_MILK, "unit_price_minor": "110", "bag_id": "T-1"}
    of = do(of, SubstituteLine, quantity="3", covers="1", **fields)
    of = made_ready(do(of, FinishPicking))
    assert (
        do(of, RefuseUnits, line_id="yogurt", quantity="1", reason="no").state is OrderState.RETURN_TO_SHELF
    )
    of = do(picking(line(wish=SAME_PRICE)), SubstituteLine, quantity="3", covers="2", **fields)
    of = made_ready(do(of, FinishPicking))
    assert refused(of, RefuseUnits, line_id="yogurt", quantity="1", reason="no") == "cannot_be_divided"
    of = do(picking(line(wish=SAME_PRICE)), SubstituteLine, quantity="4", covers="2", **fields)
    of = do(made_ready(do(of, FinishPicking)), RefuseUnits, line_id="yogurt", quantity="1", reason="no")
    assert [(part.covers, part.now.quantity) for part in of.lines[0].divided] == [(1, 2), (1, 2)]


def test_a_quantity_that_cannot_be_is_refused_at_the_desk_too() -> None:
    assert refused(ready(), RefuseUnits, line_id="yogurt", quantity="0.5", reason="no") == "bad_quantity"
    assert refused(ready(), RefuseUnits, line_id="bread", reason="no") == "unknown_line"
    assert refused(hand_over(ready()), ReturnUnits, line_id="yogurt", quantity="-1") == "bad_quantity"


# Money


def figures(of: PickupOrder) -> tuple[int, ...]:
    money = money_of(of)
    return (money.charge_minor, money.paid_minor, money.capture_minor, money.due_minor, money.refund_minor)


def test_an_authorised_order_captures_what_was_picked_and_lets_go_of_the_rest() -> None:
    of = picking(line(quantity="3"), payment=online(PaymentKind.AUTHORISED, 900))
    assert payment_state(of) is PaymentState.AUTHORISED
    of = do(pick(of, "yogurt", "2"), ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
    assert figures(of) == (600, 0, 600, 0, 0)
    assert money_of(of).release_minor == 300
    of = pay(of, 600, PaymentKind.CAPTURED)
    assert figures(of) == (600, 600, 0, 0, 0)
    assert (authorised_left(of), taken_so_far(of)) == (300, 600)
    assert payment_state(of) is PaymentState.PAID


def test_a_paid_order_gives_back_what_is_short() -> None:
    of = picking(line(quantity="3"), payment=online(PaymentKind.PAID, 900))
    of = do(pick(of, "yogurt", "2"), ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
    assert figures(of) == (600, 900, 0, 0, 300)
    assert figures(pay(of, 300, PaymentKind.REFUNDED)) == (600, 600, 0, 0, 0)


def test_an_order_that_is_paid_at_the_desk_is_due() -> None:
    of = order()
    assert payment_state(of) is PaymentState.DUE
    assert payment_state(pay(of, 600)) is PaymentState.PAID
    assert figures(pay(pay(of, 600), 600, reference="sale-2")) == (600, 1200, 0, 0, 600)


def test_a_part_paid_online_and_the_rest_at_the_desk() -> None:
    payment = OrderPayment(entries=online(PaymentKind.PAID, 100).entries)
    assert figures(ready(payment=payment)) == (600, 100, 0, 500, 0)


def test_what_is_heavier_costs_no_more_than_was_shown() -> None:
    of = pick(picking(line(CHICKEN, "0.600", "1990")), "chicken", "0.640")
    assert money_of(of).charge_minor == 1194
    by_weight = Terms(heavier_is_charged=True)
    of = pick(picking(line(CHICKEN, "0.600", "1990"), terms=by_weight), "chicken", "0.640")
    assert money_of(of).charge_minor == 1274  # 12.736


def test_a_weight_costs_its_own_price_to_the_cent() -> None:
    of = pick(picking(line(CHICKEN, "0.600", "1999", 1199)), "chicken", "0.575")
    assert money_of(of).charge_minor == 1149  # 11.49425
    discounted = pick(picking(line(CHICKEN, "0.600", "1999", 959)), "chicken", "0.575")
    assert money_of(discounted).charge_minor == 919  # 919.3...: 959/1199 of 11.49425


def test_a_price_too_small_for_its_weight_costs_what_was_shown() -> None:
    of = pick(picking(line(CHICKEN, "0.010", "1", 0)), "chicken", "0.009")
    assert money_of(of).charge_minor == 0


def test_nobody_pays_more_than_was_agreed_on_online_unless_the_terms_say_so() -> None:
    def heavier(**terms: Any) -> PickupOrder:
        of = picking(
            line(CHICKEN, "1", "2000"),
            line(OAT_MILK, "1"),
            payment=online(PaymentKind.AUTHORISED, 2310),
            terms=Terms(heavier_is_charged=True, **terms),
        )
        return pick(pick(of, "chicken", "1.050"), "oat-milk", "1")

    of = heavier()
    assert money_of(of) == OrderMoney(
        shown_minor=2300,
        charge_minor=2310,
        waived_minor=90,
        fee_minor=0,
        paid_minor=0,
        capture_minor=2310,
        release_minor=0,
        due_minor=0,
        refund_minor=0,
    )
    assert [one.charge_minor for one in line_amounts(of)] == [2021, 289]  # 90 given over 2100 and 300
    assert figures(heavier(charge_above_ceiling=True)) == (2400, 0, 2310, 90, 0)
    assert charge_for(of, ("T-14",)) == 2310


def test_a_line_that_costs_nothing_stays_free_in_parts() -> None:
    of = picking(line(quantity="2", amount=0))
    assert money_of(pick(of, "yogurt", "1")).charge_minor == 0


def test_the_cents_of_a_promotion_are_shared_without_loss() -> None:
    of = picking(line(quantity="3", amount=200))
    costs = []
    for _ in range(3):
        of = pick(of, "yogurt", "1")
        costs.append(money_of(of).charge_minor)
    assert costs == [200, 200, 200]
    short = do(
        pick(picking(line(quantity="3", amount=200)), "yogurt", "2"),
        ShortLine,
        line_id="yogurt",
        short_reason=ShortReason.NOT_FOUND,
    )
    assert money_of(short).charge_minor == 133


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount_minor": 0}, "bad_amount"),
        ({"amount_minor": -1}, "bad_amount"),
        ({"amount_minor": LARGEST_AMOUNT_MINOR + 1}, "bad_amount"),
        ({"reference": ""}, "bad_step"),
        ({"payment": PaymentKind.CAPTURED, "amount_minor": 601}, "more_than_authorised"),
        ({"payment": PaymentKind.VOIDED, "amount_minor": 601}, "more_than_authorised"),
        ({"payment": PaymentKind.REFUNDED, "amount_minor": 1}, "more_than_paid"),
        ({"payment": PaymentKind.AUTHORISED, "reference": "online"}, "payment_already_recorded"),
        ({"amount_minor": LARGEST_AMOUNT_MINOR - 599}, "bad_amount"),
    ],
)
def test_money_that_cannot_have_moved_is_refused(fields: dict[str, Any], code: str) -> None:
    of = ready(payment=online(PaymentKind.AUTHORISED, 600))
    usual = {"payment": PaymentKind.PAID, "amount_minor": 100, "reference": "sale-9"}
    assert refused(of, RecordPayment, **(usual | fields)) == code


def test_all_the_money_of_an_order_is_an_amount_that_can_be_told() -> None:
    of = pay(ready(payment=online(PaymentKind.AUTHORISED, 600)), 100)
    most = LARGEST_AMOUNT_MINOR - 700
    usual = {"payment": PaymentKind.PAID, "reference": "sale-9"}
    assert refused(of, RecordPayment, amount_minor=most + 1, **usual) == "bad_amount"
    assert do(of, RecordPayment, amount_minor=most, **usual).state is OrderState.READY


def test_the_same_sale_counts_once_whoever_tells_of_it() -> None:
    of = pay(order(), 600)
    assert refused(of, RecordPayment, payment=PaymentKind.PAID, amount_minor=600, reference="sale-1") == (
        "payment_already_recorded"
    )


def test_money_moves_in_every_state() -> None:
    of = do(hand_over(pay(ready(), 600)), Complete)
    assert money_of(pay(of, 100, PaymentKind.REFUNDED, "goodwill")).paid_minor == 500


# The end


def test_a_cancelled_order_owes_everything_back() -> None:
    of = do(ready(payment=online(PaymentKind.PAID, 600)), Cancel, reason="no")
    assert figures(of) == (0, 600, 0, 0, 600)
    assert refused(do(picking(), Cancel, reason="no"), StartReturn) == "nothing_there"


def test_an_order_expires_at_its_time_and_not_before() -> None:
    of = ready()
    assert not is_overdue(of, "2026-11-22T19:59:59+08:00")
    assert is_overdue(of, COLLECT_UNTIL)
    assert not is_overdue(ready(collect_until=""), TOO_LATE)
    assert not is_overdue(picking(), TOO_LATE)
    assert refused(of, Expire) == "not_yet"
    assert do(of, Expire, at=COLLECT_UNTIL).state is OrderState.EXPIRED


def test_an_order_that_is_kept_longer_does_not_expire() -> None:
    of = do(ready(), Extend, collect_until="2026-11-23T12:00:00+08:00")
    assert refused(of, Expire, at=TOO_LATE) == "not_yet"
    assert refused(of, Extend, collect_until="2026-11-22T13:00:00+08:00") == "bad_step"


@pytest.mark.parametrize(
    ("fee", "paid", "kept"),
    [(200, 600, 200), (0, 600, 0), (900, 600, 600), (200, 0, 0), (200, 100, 100)],
)
def test_what_is_kept_of_an_order_nobody_came_for_is_never_more_than_there_is(
    fee: int, paid: int, kept: int
) -> None:
    payment = online(PaymentKind.PAID, paid, 600) if paid else OrderPayment()
    of = do(ready(terms=Terms(no_show_fee_minor=fee), payment=payment), Expire, at=TOO_LATE)
    for _ in range(2):
        money = money_of(of)
        assert (money.fee_minor, money.charge_minor, money.refund_minor) == (kept, kept, paid - kept)
        of = do(do(of, StartReturn), ReturnUnits, line_id="yogurt") if of.state is OrderState.EXPIRED else of
    assert of.state is OrderState.RETURNED


def test_an_order_that_has_not_expired_has_no_fee_however_much_was_paid() -> None:
    of = ready(terms=Terms(no_show_fee_minor=200), payment=online(PaymentKind.PAID, 900))
    assert figures(of) == (600, 900, 0, 0, 300)
    expired = do(of, Expire, at=TOO_LATE)
    assert figures(expired) == (200, 900, 0, 0, 700)
    undone = do(expired, Undo, undoes=expired.history[-1].step_id, reason="she came")
    assert figures(undone) == (600, 900, 0, 0, 300)
    assert figures(do(undone, Cancel, reason="no")) == (0, 900, 0, 0, 900)


def test_who_refused_something_at_the_desk_pays_no_fee_for_it() -> None:
    of = ready(terms=Terms(no_show_fee_minor=900), payment=online(PaymentKind.PAID, 600))
    of = do(of, RefuseUnits, line_id="yogurt", quantity="1", reason="no")
    of = do(of, Expire, at=TOO_LATE)
    assert money_of(of).fee_minor == 300
    of = do(of, StartReturn)
    of = do(of, ReturnUnits, line_id="yogurt")
    assert money_of(of).fee_minor == 300


def test_who_came_after_all_pays_no_fee() -> None:
    waiting = ready(terms=Terms(no_show_fee_minor=200), payment=online(PaymentKind.PAID, 600))

    of = apply(do(waiting, Expire, at=TOO_LATE), handing_over(waiting))
    assert figures(of) == (600, 600, 0, 0, 0)
    assert money_of(of).fee_minor == 0
    assert money_of(do(of, Complete)).fee_minor == 0


def test_the_customer_is_reminded_before_the_order_expires() -> None:
    of = ready()
    assert reminder_times(of, (60, 1440, 60)) == (
        (1440, "2026-11-21T20:00:00+08:00"),
        (60, "2026-11-22T19:00:00+08:00"),
    )
    assert reminder_times(order(collect_until=""), (60,)) == ()


@pytest.mark.parametrize(
    ("sent", "now", "due"),
    [
        ((), "2026-11-22T17:59:00+08:00", None),
        ((), "2026-11-22T18:00:00+08:00", 120),
        ((120,), "2026-11-22T18:30:00+08:00", None),
        ((120,), "2026-11-22T19:00:00+08:00", 60),
        ((), "2026-11-22T19:10:00+08:00", 60),  # after a silence only the latest
        ((60,), "2026-11-22T19:10:00+08:00", None),
        ((), TOO_LATE, None),
    ],
)
def test_each_reminder_is_sent_once(sent: tuple[int, ...], now: str, due: int | None) -> None:
    of = ready()
    for minutes in sent:
        of = do(of, Remind, minutes_before=minutes, by="centre")
    assert reminder_due(of, (120, 60), now) == due


def test_a_reminder_is_noted_once_and_only_for_what_is_ready() -> None:
    of = do(ready(), Remind, minutes_before=60)
    assert refused(of, Remind, minutes_before=60) == "already_reminded"
    assert refused(of, Remind, minutes_before=0) == "bad_step"
    assert reminder_due(picking(), (60,), "2026-11-22T19:30:00+08:00") is None


def test_amounts_are_whole_minor_units() -> None:
    of = ready(line(CHICKEN, "0.333", "1999.9999", 666))
    assert isinstance(money_of(of).charge_minor, int)
    assert of.lines[0].quantity == Decimal("0.333")


def test_an_order_that_was_cancelled_unpaid_costs_nothing_and_one_that_was_paid_does() -> None:
    unpaid = do(order(), Cancel, reason="not wanted")
    assert costs_nothing(unpaid)
    assert not costs_nothing(order())
    assert not costs_nothing(do(order(payment=online(PaymentKind.PAID, 600)), Cancel, reason="not wanted"))
