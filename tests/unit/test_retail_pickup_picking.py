"""Picking: scans, bags, weights, shorts, substitutes, questions, locks, and the walk through the store."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import Product
from retail.pickup.amounts import dearest, line_amounts, money_of, most_charged
from retail.pickup.order import (
    LineState,
    OrderState,
    PickupOrder,
    ShortReason,
    Substitute,
    Temperature,
    Terms,
)
from retail.pickup.parts import shown_state, units
from retail.pickup.pick_list import PickScan, Progress, ScanVerdict, judge_scan, progress, walk
from retail.pickup.picking import held_lock
from retail.pickup.reducer import apply
from retail.pickup.steps import (
    Answer,
    AskCustomer,
    Cancel,
    FinishPicking,
    MarkReady,
    PausePicking,
    PickLine,
    ShortLine,
    StageBag,
    StartPicking,
    StepRefused,
    SubstituteLine,
)
from retail.pickup.substitution import Verdict, judge_substitute, left_of_offer
from retail.pickup.weights import WeightWindow, covered_by, weight_window
from tests.fakes.pickup_orders import (
    ASK,
    CHICKEN,
    CHILLED,
    FROZEN,
    ICE_CREAM,
    LATER,
    LOCK_UNTIL,
    NOW,
    OAT_MILK,
    SAME_PRICE,
    TURKEY,
    WINE,
    YOGURT,
    do,
    line,
    order,
    pick,
    picking,
    ready,
    step,
    up_to_amount,
    up_to_percent,
)


def refused(of: PickupOrder, kind: type[Any], **fields: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        do(of, kind, **fields)
    return refusal.value.code


def pick_refused(of: PickupOrder, line_id: str, quantity: str, bag_id: str = "T-14", **fields: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        pick(of, line_id, quantity, bag_id, **fields)
    return refusal.value.code


def swap(
    of: PickupOrder,
    for_line: str,
    to: Product,
    price: str,
    quantity: str = "1",
    covers: str = "1",
    **fields: Any,
) -> PickupOrder:
    usual: dict[str, Any] = {
        "line_id": for_line,
        "product": to,
        "unit_price_minor": price,
        "quantity": quantity,
        "covers": covers,
        "bag_id": "T-14",
    }
    return do(of, SubstituteLine, **(usual | fields))


def ask(
    of: PickupOrder, for_line: str, to: Product, price: str, quantity: str = "1", covers: str = "1"
) -> PickupOrder:
    return do(
        of,
        AskCustomer,
        line_id=for_line,
        product=to,
        unit_price_minor=price,
        quantity=quantity,
        covers=covers,
    )


def say(of: PickupOrder, for_line: str, agrees: bool) -> PickupOrder:
    asked = next(done.step_id for done in reversed(of.history) if done.kind == "ask_customer")
    return do(of, Answer, line_id=for_line, asked=asked, agrees=agrees, by="customer")


def swap_refused(*arguments: Any, **fields: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        swap(*arguments, **fields)
    return refusal.value.code


def states(of: PickupOrder, line_id: str) -> dict[str, Decimal]:
    found = next(one for one in of.lines if one.line_id == line_id)
    return {state: units(found, state) for state in LineState if units(found, state)}


# Scanning


def test_each_scan_confirms_a_piece() -> None:
    of = pick(picking(), "yogurt", "1")
    assert states(of, "yogurt") == {"picked": 1, "to_pick": 1}
    of = pick(of, "yogurt", "1")
    assert states(of, "yogurt") == {"picked": 2}
    assert pick_refused(of, "yogurt", "1") == "already_complete"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"product_id": "oat-milk"}, "wrong_product"),
        ({"quantity": "3"}, "too_many"),
        ({"quantity": "0"}, "bad_quantity"),
        ({"quantity": "-1"}, "bad_quantity"),
        ({"quantity": "0.5"}, "bad_quantity"),
        ({"quantity": "NaN"}, "bad_quantity"),
        ({"quantity": "100000"}, "bad_quantity"),
        ({"bag_id": ""}, "bad_step"),
        ({"line_id": "bread", "product_id": "bread"}, "unknown_line"),
    ],
)
def test_a_wrong_scan_never_counts(fields: dict[str, Any], code: str) -> None:
    usual = {"line_id": "yogurt", "product_id": "yogurt", "quantity": "1", "bag_id": "T-14"}
    assert refused(picking(), PickLine, **(usual | fields)) == code


def test_what_is_kept_cold_has_a_bag_of_its_own() -> None:
    of = picking(line(temperature=CHILLED), line(ICE_CREAM, "1", temperature=FROZEN))
    of = pick(of, "yogurt", "1", "T-15")
    assert pick_refused(of, "ice-cream", "1", "T-15") == "wrong_bag"
    of = pick(of, "ice-cream", "1", "T-16")
    assert [(bag.bag_id, bag.temperature) for bag in of.bags] == [("T-15", CHILLED), ("T-16", FROZEN)]


def test_a_scan_is_judged_before_it_counts() -> None:
    orders = (
        pick(picking(line(quantity="1"), line(CHICKEN, "0.5", "2000"), line(WINE, "1")), "yogurt", "1"),
        order(line(), line(OAT_MILK, "1"), order_id="P-2"),
    )
    here = do(orders[0], ShortLine, line_id="wine", short_reason=ShortReason.NOT_FOUND)
    together = (here, orders[1])

    def verdict(product_id: str) -> PickScan:
        return judge_scan(together, "P-1", product_id)

    assert verdict("chicken") == PickScan(verdict=ScanVerdict.WEIGH, order_id="P-1", line_id="chicken")
    assert verdict("oat-milk") == PickScan(
        verdict=ScanVerdict.WRONG_ORDER, order_id="P-2", line_id="oat-milk"
    )
    assert verdict("yogurt").verdict is ScanVerdict.WRONG_ORDER
    assert judge_scan((here,), "P-1", "yogurt").verdict is ScanVerdict.ALREADY_COMPLETE
    assert verdict("wine").verdict is ScanVerdict.LINE_IS_SHORT
    assert verdict("gin") == PickScan(verdict=ScanVerdict.WRONG_PRODUCT)
    assert judge_scan(together, "P-2", "yogurt").verdict is ScanVerdict.RIGHT


def test_what_the_customer_agreed_to_is_right_too() -> None:
    of = say(ask(picking(line(wish=ASK)), "yogurt", OAT_MILK, "350"), "yogurt", agrees=True)
    assert judge_scan((of,), "P-1", "oat-milk").verdict is ScanVerdict.SUBSTITUTE
    assert judge_scan((of,), "P-1", "turkey").verdict is ScanVerdict.WRONG_PRODUCT


# Weights


@pytest.mark.parametrize(
    ("weight", "covers"),
    [
        ("0.600", "0.600"),
        ("0.660", "0.600"),  # ten per cent over
        ("0.661", None),
        ("0.540", "0.600"),  # ten per cent under
        ("0.539", "0.539"),  # so more has to be put on
    ],
)
def test_a_weight_within_the_tolerance_completes_the_line(weight: str, covers: str | None) -> None:
    ordered = line(CHICKEN, "0.600", "2000")
    expected = None if covers is None else Decimal(covers)
    assert covered_by(ordered, Terms(), Decimal(weight)) == expected


def test_a_weight_that_is_too_much_is_refused() -> None:
    of = picking(line(CHICKEN, "0.600", "2000"))
    assert pick_refused(of, "chicken", "0.661") == "too_heavy"
    assert pick_refused(of, "chicken", "0.6601") == "bad_quantity"


def test_two_light_pieces_make_one_line() -> None:
    of = pick(picking(line(CHICKEN, "0.600", "2000")), "chicken", "0.250")
    assert weight_window(of.lines[0], of.terms) == WeightWindow(least=Decimal("0.29"), most=Decimal("0.41"))
    assert states(of, "chicken") == {"picked": Decimal("0.25"), "to_pick": Decimal("0.35")}
    assert pick_refused(of, "chicken", "0.411") == "too_heavy"
    of = pick(of, "chicken", "0.300")
    assert states(of, "chicken") == {"picked": Decimal("0.6")}
    assert money_of(of).charge_minor == 500 + 600
    assert weight_window(of.lines[0], of.terms) is None
    assert covered_by(of.lines[0], of.terms, Decimal("0.1")) is None


def test_a_light_piece_after_enough_others_needs_no_more() -> None:
    of = pick(picking(line(CHICKEN, "0.600", "2000")), "chicken", "0.530")
    window = weight_window(of.lines[0], of.terms)
    assert window == WeightWindow(least=Decimal("0.01"), most=Decimal("0.13"))


def test_what_is_short_is_no_longer_expected_on_the_scale() -> None:
    of = picking(line(CHICKEN, "0.600", "2000"))
    of = do(of, ShortLine, line_id="chicken", quantity="0.300", short_reason=ShortReason.NOT_FOUND)
    assert weight_window(of.lines[0], of.terms) == WeightWindow(least=Decimal("0.27"), most=Decimal("0.33"))
    of = pick(of, "chicken", "0.270")
    assert money_of(of).charge_minor == 540


def test_a_weight_found_after_the_customer_was_asked_about_it_counts() -> None:
    of = ask(picking(line(CHICKEN, "0.600", "2000", wish=ASK)), "chicken", TURKEY, "2400", "0.6", "0.6")
    of = pick(of, "chicken", "0.590")
    assert states(of, "chicken") == {"picked": Decimal("0.6")}
    assert money_of(of).charge_minor == 1180


@given(st.lists(st.integers(1, 700), max_size=8), st.integers(1, 5000), st.integers(0, 50))
def test_a_weighed_line_never_ends_beyond_its_tolerance(
    weights: list[int], ordered: int, percent: int
) -> None:
    terms = Terms(weight_tolerance_percent=Decimal(percent))
    of = picking(line(CHICKEN, str(Decimal(ordered) / 1000), "1990", 777), terms=terms)
    for weight in weights:
        grams = Decimal(weight) / 1000
        window = weight_window(of.lines[0], terms)
        if window is not None and grams <= window.most:
            of = pick(of, "chicken", str(grams))
        else:
            assert pick_refused(of, "chicken", str(grams)) in ("too_heavy", "already_complete")
    taken = sum((part.now.quantity for part in of.lines[0].divided), Decimal(0))
    assert taken <= Decimal(ordered) / 1000 * (100 + percent) / 100
    assert sum(part.covers for part in of.lines[0].divided) == Decimal(ordered) / 1000
    assert money_of(of).charge_minor <= 777


# Short


def test_a_line_may_be_short_in_part_or_whole() -> None:
    of = picking(line(quantity="3"), line(OAT_MILK, "1"))
    of = do(of, ShortLine, line_id="yogurt", quantity="1", short_reason=ShortReason.DAMAGED)
    assert states(of, "yogurt") == {"short": 1, "to_pick": 2}
    of = do(of, ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
    assert states(of, "yogurt") == {"short": 3}
    assert [part.now.reason for part in of.lines[0].divided] == ["damaged", "not_found"]
    assert refused(of, ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND) == "already_complete"
    assert pick_refused(of, "yogurt", "1") == "line_is_short"
    one_left = do(of, ShortLine, line_id="oat-milk", short_reason=ShortReason.NOT_FOUND)
    assert pick_refused(one_left, "oat-milk", "1") == "line_is_short"
    two_many = {"line_id": "oat-milk", "quantity": "2", "short_reason": ShortReason.NOT_FOUND}
    assert refused(of, ShortLine, **two_many) == "too_many"


def test_an_order_of_which_nothing_can_be_had_is_short() -> None:
    of = do(picking(), ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
    of = do(of, FinishPicking)
    assert of.state is OrderState.SHORT
    assert money_of(of).charge_minor == 0


# Substitutes


def test_a_substitute_at_the_same_price_costs_the_lower_of_both() -> None:
    of = picking(line(quantity="3", wish=SAME_PRICE))
    of = swap(of, "yogurt", OAT_MILK, "360")
    assert money_of(of).charge_minor == 900
    of = swap(of, "yogurt", OAT_MILK, "240")
    assert money_of(of).charge_minor == 840
    assert states(of, "yogurt") == {"picked": 2, "to_pick": 1}


@pytest.mark.parametrize(
    ("wish", "price", "code"),
    [
        (SAME_PRICE, "375", ""),
        (SAME_PRICE, "376", "too_dear"),  # more than the store gives
        (up_to_percent("10"), "330", ""),
        (up_to_percent("10"), "331", "too_dear"),
        (up_to_amount(200), "500", ""),
        (up_to_amount(200), "501", "too_dear"),
        (ASK, "300", "ask_first"),
    ],
)
def test_a_substitute_stays_within_the_customers_wish(wish: Any, price: str, code: str) -> None:
    of = picking(line(quantity="1", wish=wish))
    if code:
        assert swap_refused(of, "yogurt", OAT_MILK, price) == code
    else:
        assert states(swap(of, "yogurt", OAT_MILK, price), "yogurt") == {"picked": 1}


@pytest.mark.parametrize(
    ("wish", "price", "charge"),
    [(SAME_PRICE, "375", 300), (up_to_percent("10"), "330", 330), (up_to_amount(200), "440", 440)],
)
def test_only_who_allowed_a_dearer_one_pays_it(wish: Any, price: str, charge: int) -> None:
    of = swap(picking(line(quantity="1", wish=wish)), "yogurt", OAT_MILK, price)
    assert money_of(of).charge_minor == charge


def test_without_a_wish_there_is_no_substitute_and_no_question() -> None:
    of = picking()
    assert swap_refused(of, "yogurt", OAT_MILK, "100") == "no_substitute_wanted"
    with pytest.raises(StepRefused) as refusal:
        ask(of, "yogurt", OAT_MILK, "100")
    assert refusal.value.code == "no_substitute_wanted"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"product": YOGURT}, "same_product"),
        ({"unit_price_minor": "0"}, "bad_price"),
        ({"unit_price_minor": "-5"}, "bad_price"),
        ({"unit_price_minor": "NaN"}, "bad_price"),
        ({"quantity": "1.5"}, "bad_quantity"),
        ({"covers": "0"}, "bad_quantity"),
        ({"covers": "3"}, "too_many"),
        ({"bag_id": ""}, "bad_step"),
    ],
)
def test_a_substitute_that_cannot_be_is_refused(fields: dict[str, Any], code: str) -> None:
    of = picking(line(wish=SAME_PRICE))
    assert swap_refused(of, "yogurt", OAT_MILK, "300", **fields) == code


def test_nothing_is_substituted_for_what_is_picked_already() -> None:
    of = pick(picking(line(wish=SAME_PRICE)), "yogurt", "2")
    assert swap_refused(of, "yogurt", OAT_MILK, "300") == "already_complete"
    with pytest.raises(StepRefused) as refusal:
        ask(of, "yogurt", OAT_MILK, "300")
    assert refusal.value.code == "already_complete"


def test_a_weighed_substitute_costs_its_weight_up_to_what_was_shown() -> None:
    of = picking(line(CHICKEN, "0.500", "2000", wish=SAME_PRICE))
    of = swap(of, "chicken", TURKEY, "1800", "0.480", "0.5")
    assert money_of(of).charge_minor == 864
    of = picking(line(CHICKEN, "0.500", "2000", wish=SAME_PRICE))
    assert money_of(swap(of, "chicken", TURKEY, "2400", "0.500", "0.5")).charge_minor == 1000


def test_the_verdict_tells_the_picker_what_the_customer_would_pay() -> None:
    def judged(wish: Any, price: str) -> tuple[Verdict, int, int, str]:
        offer = Substitute(
            product=OAT_MILK, unit_price_minor=Decimal(price), quantity=Decimal(1), covers=Decimal(1)
        )
        one = judge_substitute(line(quantity="2", amount=500, wish=wish), Terms(), offer)
        return one.verdict, one.charge_minor, one.difference_minor, one.code

    assert judged(SAME_PRICE, "300") == (Verdict.USE, 250, 50, "")
    assert judged(SAME_PRICE, "200") == (Verdict.USE, 200, -50, "")
    assert judged(SAME_PRICE, "400") == (Verdict.ASK, 400, 150, "too_dear")
    assert judged(ASK, "300") == (Verdict.ASK, 300, 50, "ask_first")
    assert judged(line().wish, "300") == (Verdict.NO, 250, 50, "no_substitute_wanted")


def test_limits_are_rounded_down_in_the_customers_favour() -> None:
    three_thirds = line(quantity="1", unit_price="333", wish=up_to_percent("10"))
    assert most_charged(three_thirds, Decimal(1), 333) == 366
    weighed = line(CHICKEN, "0.333", "1000", wish=up_to_amount(100))
    assert most_charged(weighed, Decimal("0.333"), 333) == 366
    assert dearest(line(wish=SAME_PRICE), Decimal(1), 333, Terms()) == 416


# Questions


def test_the_customer_is_asked_and_a_yes_is_kept_to_its_price() -> None:
    of = ask(picking(line(wish=ASK)), "yogurt", OAT_MILK, "350")
    assert states(of, "yogurt") == {"asked": 1, "to_pick": 1}
    assert money_of(of).charge_minor == 600
    assert refused(of, FinishPicking) == "answer_waiting"
    of = say(of, "yogurt", agrees=True)
    assert states(of, "yogurt") == {"agreed": 1, "to_pick": 1}
    assert money_of(of).charge_minor == 650
    dearer = swap(of, "yogurt", OAT_MILK, "400")
    assert money_of(dearer).charge_minor == 650
    cheaper = swap(of, "yogurt", OAT_MILK, "320")
    assert money_of(cheaper).charge_minor == 620
    assert states(cheaper, "yogurt") == {"picked": 1, "to_pick": 1}


def test_after_a_no_the_line_is_as_before_the_question() -> None:
    begun = picking(line(wish=ASK))
    of = say(ask(begun, "yogurt", OAT_MILK, "350"), "yogurt", agrees=False)
    assert of.lines == begun.lines
    assert money_of(of).charge_minor == 600


def test_only_what_was_agreed_on_stands_in() -> None:
    of = ask(picking(line(quantity="1", wish=ASK)), "yogurt", OAT_MILK, "350")
    assert swap_refused(of, "yogurt", OAT_MILK, "350") == "answer_waiting"
    of = say(of, "yogurt", agrees=True)
    assert swap_refused(of, "yogurt", ICE_CREAM, "300") == "not_agreed"
    assert refused(of, FinishPicking) == "lines_open"


def test_more_than_was_agreed_on_needs_another_question() -> None:
    of = say(ask(picking(line(quantity="3", wish=ASK)), "yogurt", OAT_MILK, "350"), "yogurt", agrees=True)
    assert swap_refused(of, "yogurt", OAT_MILK, "350", "2", "2") == "ask_first"
    of = swap(of, "yogurt", OAT_MILK, "350")
    assert states(of, "yogurt") == {"picked": 1, "to_pick": 2}


def test_an_agreed_pair_may_be_found_one_by_one() -> None:
    of = ask(picking(line(wish=ASK, unit_price="333", amount=666)), "yogurt", OAT_MILK, "399.5", "2", "2")
    of = say(of, "yogurt", agrees=True)
    assert money_of(of).charge_minor == 799
    of = swap(of, "yogurt", OAT_MILK, "399.5")
    assert states(of, "yogurt") == {"picked": 1, "agreed": 1}
    of = swap(of, "yogurt", OAT_MILK, "399.5")
    assert money_of(of).charge_minor in (798, 799)


def test_who_finds_it_after_all_takes_it() -> None:
    asked = ask(picking(line(wish=ASK)), "yogurt", OAT_MILK, "350", "2", "2")
    of = pick(asked, "yogurt", "2")
    assert states(of, "yogurt") == {"picked": 2}
    with pytest.raises(StepRefused) as refusal:
        say(of, "yogurt", agrees=True)
    assert refusal.value.code == "answer_too_late"
    assert states(pick(say(asked, "yogurt", agrees=True), "yogurt", "2"), "yogurt") == {"picked": 2}


def test_an_answer_may_come_while_the_picker_rests_but_not_after_it_was_given_up() -> None:
    asked = ask(picking(line(quantity="1", wish=ASK)), "yogurt", OAT_MILK, "350")
    paused = say(do(asked, PausePicking), "yogurt", agrees=True)
    assert (paused.state, states(paused, "yogurt")) == (OrderState.PAUSED, {"agreed": 1})
    short = do(asked, ShortLine, line_id="yogurt", short_reason=ShortReason.SUBSTITUTE_DECLINED)
    with pytest.raises(StepRefused) as refusal:
        say(short, "yogurt", agrees=True)
    assert refusal.value.code == "answer_too_late"


def test_a_question_about_more_than_is_open_is_refused() -> None:
    of = ask(picking(line(wish=ASK)), "yogurt", OAT_MILK, "350")
    with pytest.raises(StepRefused) as refusal:
        ask(of, "yogurt", OAT_MILK, "350", "2", "2")
    assert refusal.value.code == "answer_waiting"


def test_two_questions_about_one_line_are_answered_apart() -> None:
    of = picking(line(wish=ASK))
    of = ask(ask(of, "yogurt", OAT_MILK, "350"), "yogurt", ICE_CREAM, "310")
    of = say(of, "yogurt", agrees=True)
    assert states(of, "yogurt") == {"asked": 1, "agreed": 1}
    of = swap(of, "yogurt", ICE_CREAM, "310")
    assert states(of, "yogurt") == {"asked": 1, "picked": 1}


# Locks, pauses, bags, ready


def test_who_picks_is_shown_until_the_lock_runs_out() -> None:
    of = picking()
    lock = held_lock(of, LATER)
    assert lock is not None
    assert (lock.staff_id, lock.until) == ("tomas", LOCK_UNTIL)
    assert held_lock(of, LOCK_UNTIL) is None
    assert held_lock(order(), NOW) is None
    assert held_lock(do(of, PausePicking), NOW) is None


def test_another_picker_takes_over_when_the_lock_has_run_out_or_by_word_of_mouth() -> None:
    of = picking()
    later = "2026-11-22T14:40:00+08:00"
    assert refused(of, StartPicking, by="noor") == "locked_by_other"
    assert do(of, StartPicking, by="noor", taken_over=True).lock.staff_id == "noor"  # type: ignore[union-attr]
    taken = do(of, StartPicking, by="noor", at=LOCK_UNTIL, lock_until=later)
    assert taken.lock is not None
    assert taken.lock.staff_id == "noor"
    renewed = do(of, StartPicking, at=LATER, lock_until=later)
    assert renewed.lock is not None
    assert (renewed.lock.staff_id, renewed.lock.until) == ("tomas", later)


def test_a_lock_runs_out_later_than_it_is_taken() -> None:
    assert refused(order(), StartPicking, lock_until=NOW) == "bad_step"


def test_a_paused_order_goes_to_anybody_or_to_the_one_it_was_handed_to() -> None:
    of = picking()
    assert do(do(of, PausePicking), StartPicking, by="noor").state is OrderState.PICKING
    handed = do(of, PausePicking, hand_to="noor")
    assert refused(handed, StartPicking) == "handed_to_other"
    assert do(handed, StartPicking, by="noor").state is OrderState.PICKING
    assert do(handed, StartPicking, taken_over=True).state is OrderState.PICKING


@pytest.mark.parametrize("kind", [PausePicking, FinishPicking])
def test_only_who_picks_can_pause_or_finish(kind: type[Any]) -> None:
    assert refused(pick(picking(), "yogurt", "2"), kind, by="noor") == "locked_by_other"


def test_who_sees_that_another_picks_cannot_pick() -> None:
    of = picking(line(wish=SAME_PRICE))
    assert pick_refused(of, "yogurt", "1", by="noor") == "locked_by_other"
    lock_id = of.lock.lock_id if of.lock is not None else ""
    assert swap_refused(of, "yogurt", OAT_MILK, "300", by="noor", lock_id=lock_id) == "locked_by_other"


def test_who_did_not_know_of_the_new_lock_has_picked_all_the_same() -> None:
    of = picking(line(wish=SAME_PRICE))
    mine = step(of, PickLine, line_id="yogurt", product_id="yogurt", quantity="1", bag_id="A-1")
    of = do(of, StartPicking, by="noor", taken_over=True)
    of = apply(of, mine)
    assert states(of, "yogurt") == {"picked": 1, "to_pick": 1}
    assert [(one.code, one.by) for one in of.conflicts] == [("picked_by_two", "tomas")]


def test_picking_ends_when_nothing_is_open() -> None:
    of = pick(picking(), "yogurt", "1")
    assert refused(of, FinishPicking) == "lines_open"
    done = do(pick(of, "yogurt", "1"), FinishPicking)
    assert (done.state, done.lock) == (OrderState.PICKED, None)


def test_every_bag_with_goods_is_put_away_before_the_customer_is_called() -> None:
    of = pick(picking(line(temperature=CHILLED)), "yogurt", "1", "T-15")
    of = do(pick(of, "yogurt", "1", "T-16"), FinishPicking)
    of = do(of, StageBag, bag_id="T-15", location="Fridge 2", temperature=CHILLED)
    assert refused(of, MarkReady) == "bag_not_staged"
    of = do(of, StageBag, bag_id="T-16", location="Fridge 2", temperature=CHILLED)
    assert do(of, MarkReady).state is OrderState.READY


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"temperature": Temperature.AMBIENT}, "wrong_temperature"),
        ({"bag_id": "T-99"}, "unknown_bag"),
        ({"location": ""}, "bad_step"),
    ],
)
def test_a_bag_is_put_where_it_is_as_cold_as_it_has_to_be(fields: dict[str, Any], code: str) -> None:
    of = pick(picking(line(temperature=CHILLED)), "yogurt", "1", "T-15")
    usual = {"bag_id": "T-15", "location": "Fridge 2", "temperature": CHILLED}
    assert refused(of, StageBag, **(usual | fields)) == code


def test_a_bag_may_be_put_elsewhere() -> None:
    of = ready()
    of = do(of, StageBag, bag_id="T-ambient", location="A-12", temperature=Temperature.AMBIENT)
    assert of.bags[0].location == "A-12"


# The walk


def test_the_walk_goes_by_place_and_takes_what_is_cold_last() -> None:
    first = picking(
        line(ICE_CREAM, "1", temperature=FROZEN),
        line(temperature=CHILLED),
        line(OAT_MILK, "1"),
        line(WINE, "1"),
        line(CHICKEN, "0.5", "2000", temperature=CHILLED),
    )
    second = order(line(OAT_MILK, "3"), order_id="P-2", ready_by="2026-11-22T14:30:00+08:00")
    places = {"oat-milk": "A10-02", "wine": "A9-11", "yogurt": "C1-04", "chicken": "C1-04", "ice-cream": "B1"}
    tasks = walk((first, second), places)
    assert [(task.location, task.product_id, task.order_id) for task in tasks] == [
        ("A9-11", "wine", "P-1"),
        ("A10-02", "oat-milk", "P-2"),
        ("A10-02", "oat-milk", "P-1"),
        ("C1-04", "chicken", "P-1"),
        ("C1-04", "yogurt", "P-1"),
        ("B1", "ice-cream", "P-1"),
    ]
    assert [task.quantity for task in tasks][:3] == [1, 3, 1]


def test_what_has_no_place_comes_at_the_end_and_what_is_done_not_at_all() -> None:
    of = pick(picking(line(), line(OAT_MILK, "1"), line(WINE, "1")), "wine", "1")
    assert [task.product_id for task in walk((of,), {"oat-milk": "Z-1"})] == ["oat-milk", "yogurt"]
    assert walk((do(of, Cancel, reason="no"),), {}) == ()


# How far it is


def test_the_band_says_how_far_picking_is() -> None:
    of = picking(
        line(),
        line(OAT_MILK, "1", wish=SAME_PRICE),
        line(WINE, "1"),
        line(CHICKEN, "0.600", "2000"),
        line(ICE_CREAM, "3"),
    )
    of = pick(pick(of, "yogurt", "2"), "ice-cream", "1")
    of = swap(of, "oat-milk", WINE, "300")
    of = do(of, ShortLine, line_id="wine", short_reason=ShortReason.NOT_FOUND)
    assert progress(of) == Progress(items=8, picked=4, swapped=1, short=1, to_go=3)
    weighed = pick(of, "chicken", "0.300")
    assert progress(weighed).to_go == 3
    assert progress(pick(weighed, "chicken", "0.300")) == Progress(
        items=8, picked=5, swapped=1, short=1, to_go=2
    )
    none = do(of, ShortLine, line_id="chicken", short_reason=ShortReason.NOT_FOUND)
    assert progress(none).short == 2


def test_what_a_cancelled_order_did_not_get_counts_as_short() -> None:
    of = do(pick(picking(), "yogurt", "1"), Cancel, reason="no")
    assert progress(of) == Progress(items=2, picked=1, swapped=0, short=1, to_go=0)
    assert [shown_state(of, part) for part in of.lines[0].divided] == [LineState.TO_RETURN, LineState.DROPPED]


def test_each_line_says_what_it_costs_now() -> None:
    of = picking(line(quantity="3"), line(OAT_MILK, "1"))
    of = do(of, ShortLine, line_id="yogurt", quantity="1", short_reason=ShortReason.NOT_FOUND)
    assert [(one.shown_minor, one.charge_minor, one.refund_minor) for one in line_amounts(of)] == [
        (900, 600, 300),
        (300, 300, 0),
    ]


def test_what_is_left_of_an_offer_is_as_much_as_is_still_open() -> None:
    def offered(quantity: str, of: PickupOrder) -> Substitute:
        asked = ask(of, "yogurt", OAT_MILK, "100", quantity, "3")
        short = do(asked, ShortLine, line_id="yogurt", quantity="1", short_reason=ShortReason.NOT_FOUND)
        (part,) = [one for one in short.lines[0].divided if one.state is LineState.ASKED]
        found = left_of_offer(part)
        assert found is not None
        return found

    of = picking(line(quantity="3", wish=ASK))
    assert left_of_offer(of.lines[0].divided[0]) is None
    left = offered("6", of)
    assert (left.quantity, left.covers) == (4, 2)
    pack = offered("1", of)
    assert (pack.quantity, pack.covers) == (1, 3), "nobody takes two thirds of a piece"
