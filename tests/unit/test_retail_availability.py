"""Availability: what may be promised, reservations, who is short, and promised goods at the till."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.availability.counter import (
    CHOICES,
    AtRisk,
    Choice,
    ChoiceRefused,
    SaleDecision,
    SalePolicy,
    SaleVerdict,
    checked_choice,
    may_sell,
    renewed_quotas,
    split_quota,
)
from retail.availability.promise import (
    LARGEST_BALANCE,
    Balance,
    FigureRefused,
    Promise,
    exposure,
    promise,
)
from retail.availability.reservation import (
    COUNTS_AS_RESERVED,
    RESERVATION_TRANSITIONS,
    IllegalReservationStep,
    LineGrant,
    Reservation,
    ReservationRefused,
    ReservationState,
    Shortfall,
    Wanted,
    WhenTooFew,
    hold_has_expired,
    next_reservation_state,
    oversold,
    reserve,
    reserved_quantity,
)
from retail.money import AllocationImpossible
from retail.quantity import QuantityRefused, SellingUnit

PIECE, KG = SellingUnit.PIECE, SellingUnit.KILOGRAM
NOW = "2026-11-22T14:00:00+08:00"


def balance(on_hand: str, reserved: str = "0", safety: str = "0", exposed: str = "0") -> Balance:
    return Balance(
        on_hand=Decimal(on_hand),
        reserved=Decimal(reserved),
        safety_stock=Decimal(safety),
        exposure=Decimal(exposed),
    )


def reservation(number: int, quantity: str = "1", state: str = "confirmed", **fields: Any) -> Reservation:
    return Reservation(
        reservation_id=f"r{number}",
        order_id=f"P-{number}",
        product_id="tea",
        quantity=Decimal(quantity),
        number=number,
        state=ReservationState(state),
        **fields,
    )


# Promise and exposure


def test_a_promise_is_what_is_left_of_the_shelf() -> None:
    assert promise(balance("10", "3", "2", "1")) == Promise(available=Decimal(4), shortage=Decimal(0))


def test_what_is_promised_too_much_is_nothing_to_promise_and_a_shortage_beside_it() -> None:
    assert promise(balance("2", "3", "1")) == Promise(available=Decimal(0), shortage=Decimal(2))
    assert promise(balance("-2")) == Promise(available=Decimal(0), shortage=Decimal(2))


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        (("NaN",), "not_a_number"),
        (("sNaN",), "not_a_number"),
        (("1", "Infinity"), "not_a_number"),
        (("1", "-1"), "negative"),
        (("1", "0", "-1"), "negative"),
        (("1", "0", "0", "-1"), "negative"),
        ((str(LARGEST_BALANCE + 1),), "too_large"),
        ((str(-LARGEST_BALANCE - 1),), "too_large"),
    ],
)
def test_figures_that_cannot_be_are_refused(figures: tuple[str, ...], code: str) -> None:
    with pytest.raises(FigureRefused) as refused:
        promise(balance(*figures))
    assert refused.value.code == code


amounts = st.integers(0, 10**6).map(Decimal)


@given(st.integers(-(10**6), 10**6).map(Decimal), amounts, amounts, amounts)
def test_available_less_shortage_is_always_the_difference(
    on_hand: Decimal, reserved: Decimal, safety: Decimal, exposed: Decimal
) -> None:
    figures = Balance(on_hand=on_hand, reserved=reserved, safety_stock=safety, exposure=exposed)
    made = promise(figures)
    assert made.available - made.shortage == on_hand - reserved - safety - exposed
    assert made.available >= 0
    assert made.shortage >= 0
    assert 0 in (made.available, made.shortage)


@pytest.mark.parametrize(
    ("rate", "heard_at", "unit", "exposed"),
    [
        ("6", "2026-11-22T13:59:00+08:00", PIECE, "0"),  # heard a minute ago
        ("6", "2026-11-22T13:58:59+08:00", PIECE, "1"),
        ("6", "2026-11-22T13:50:00+08:00", PIECE, "1"),
        ("6", "2026-11-22T13:49:59+08:00", PIECE, "2"),
        ("6", "2026-11-22T05:00:00+00:00", PIECE, "6"),  # an hour ago, told in another zone
        ("0", "2026-11-20T14:00:00+08:00", PIECE, "0"),
        ("1.5", "2026-11-22T13:00:00+08:00", KG, "1.5"),
        ("0.1", "2026-11-22T13:40:00+08:00", KG, "0.034"),
        ("6", "2026-11-22T14:00:59+08:00", PIECE, "0"),  # two clocks that differ a little
    ],
)
def test_exposure_grows_while_a_store_is_silent(
    rate: str, heard_at: str, unit: SellingUnit, exposed: str
) -> None:
    found = exposure(sold_per_hour=Decimal(rate), heard_at=heard_at, now=NOW, unit=unit)
    assert found == Decimal(exposed)


@pytest.mark.parametrize(
    ("rate", "heard_at", "code"),
    [
        ("-1", NOW, "negative"),
        ("NaN", NOW, "not_a_number"),
        ("1", "2026-11-22T14:02:00+08:00", "heard_in_the_future"),
    ],
)
def test_an_exposure_that_cannot_be_is_refused(rate: str, heard_at: str, code: str) -> None:
    with pytest.raises(FigureRefused) as refused:
        exposure(sold_per_hour=Decimal(rate), heard_at=heard_at, now=NOW, unit=PIECE)
    assert refused.value.code == code


@given(st.decimals(0, 1000, places=3), st.integers(61, 10**6))
def test_exposure_is_never_less_than_what_is_usually_sold(rate: Decimal, seconds: int) -> None:
    hours, left = divmod(seconds, 3600)
    heard_at = f"2026-01-01T{23 - hours % 24:02d}:{59 - left // 60:02d}:{59 - left % 60:02d}+00:00"
    found = exposure(sold_per_hour=rate, heard_at=heard_at, now="2026-01-12T13:46:40+00:00", unit=PIECE)
    later = exposure(sold_per_hour=rate, heard_at=heard_at, now="2026-01-12T14:46:40+00:00", unit=PIECE)
    assert found == found.to_integral_value()
    assert later - found - rate < 1
    assert found + rate - later < 1


# Reservations


def test_a_reservation_takes_the_steps_of_the_table_and_no_other() -> None:
    assert set(RESERVATION_TRANSITIONS) == set(ReservationState)
    for before, after in itertools.product(ReservationState, ReservationState):
        if after in RESERVATION_TRANSITIONS[before]:
            assert next_reservation_state(before.value, after.value) is after
        else:
            with pytest.raises(IllegalReservationStep) as refused:
                next_reservation_state(before, after)
            assert refused.value.code == f"{before}_to_{after}"


def test_a_picked_reservation_is_never_short_and_an_expired_one_never_comes_back() -> None:
    assert ReservationState.SHORT not in RESERVATION_TRANSITIONS[ReservationState.PICKED]
    assert RESERVATION_TRANSITIONS[ReservationState.EXPIRED] == ()
    with pytest.raises(IllegalReservationStep):
        next_reservation_state("lost", "held")


def test_a_hold_expires_at_its_deadline() -> None:
    held = reservation(1, state="held", hold_until=NOW)
    assert hold_has_expired(held, NOW)
    assert not hold_has_expired(held, "2026-11-22T13:59:59+08:00")
    assert not hold_has_expired(reservation(1, state="held"), NOW)
    assert not hold_has_expired(reservation(1, hold_until=NOW), NOW)


def test_what_is_picked_or_gone_is_not_reserved_on_the_shelf() -> None:
    every = [reservation(number, "2", state) for number, state in enumerate(ReservationState)]
    assert reserved_quantity(every) == 2 * len(COUNTS_AS_RESERVED) == 4


def wanted(*lines: tuple[str, str], unit: SellingUnit = PIECE) -> list[Wanted]:
    return [
        Wanted(line_id=str(number), product_id=product_id, quantity=Decimal(quantity), unit=unit)
        for number, (product_id, quantity) in enumerate(lines)
    ]


def test_all_lines_of_a_product_are_summed_before_any_is_promised() -> None:
    two_lines = wanted(("tea", "2"), ("milk", "1"), ("tea", "2"))
    balances = {"tea": balance("3"), "milk": balance("5")}
    made = reserve("P-1", two_lines, balances, NOW, hold_minutes=15)
    assert made.reservations == ()
    assert not made.complete
    assert made.locked == ("milk", "tea")
    assert [grant.granted for grant in made.grants] == [0, 0, 0]


def test_what_can_be_had_is_held_until_its_deadline_in_product_order() -> None:
    made = reserve(
        "P-1",
        wanted(("tea", "2"), ("milk", "1"), ("tea", "2")),
        {"tea": balance("9", "3", "1", "1"), "milk": balance("1")},
        NOW,
        hold_minutes=15,
    )
    assert made.complete
    assert [(one.product_id, one.quantity, one.state) for one in made.reservations] == [
        ("milk", 1, "held"),
        ("tea", 4, "held"),
    ]
    assert {one.hold_until for one in made.reservations} == {"2026-11-22T14:15:00+08:00"}
    assert {one.reservation_id for one in made.reservations} == {"P-1:milk", "P-1:tea"}


def test_in_part_the_first_lines_get_what_there_is() -> None:
    made = reserve(
        "P-1",
        wanted(("tea", "2"), ("tea", "2"), ("milk", "1"), ("rice", "1")),
        {"tea": balance("3"), "rice": balance("-4")},
        NOW,
        hold_minutes=15,
        when_too_few=WhenTooFew.PARTIAL,
    )
    assert not made.complete
    assert [(one.product_id, one.quantity) for one in made.reservations] == [("tea", 3)]
    assert made.grants == (
        LineGrant(line_id="0", product_id="tea", wanted=Decimal(2), granted=Decimal(2)),
        LineGrant(line_id="1", product_id="tea", wanted=Decimal(2), granted=Decimal(1)),
        LineGrant(line_id="2", product_id="milk", wanted=Decimal(1), granted=Decimal(0)),
        LineGrant(line_id="3", product_id="rice", wanted=Decimal(1), granted=Decimal(0)),
    )


def test_no_part_of_a_piece_is_promised_but_any_weight() -> None:
    half = {"tea": balance("2.5")}
    partial = WhenTooFew.PARTIAL
    pieces = reserve("P", wanted(("tea", "3")), half, NOW, hold_minutes=1, when_too_few=partial)
    weight = reserve("P", wanted(("tea", "3"), unit=KG), half, NOW, hold_minutes=1, when_too_few=partial)
    assert [one.quantity for one in pieces.reservations] == [2]
    assert [one.quantity for one in weight.reservations] == [Decimal("2.5")]


@pytest.mark.parametrize(
    ("lines", "minutes", "code"),
    [
        ([], 15, "no_lines"),
        (wanted(("tea", "1")) * 2, 15, "line_twice"),
        (
            [*wanted(("tea", "1")), Wanted(line_id="k", product_id="tea", quantity=Decimal(1), unit=KG)],
            15,
            "two_units",
        ),
        (wanted(("tea", "1")), 0, "bad_hold"),
    ],
)
def test_a_request_that_cannot_be_is_refused(lines: list[Wanted], minutes: int, code: str) -> None:
    with pytest.raises(ReservationRefused) as refused:
        reserve("P-1", lines, {}, NOW, hold_minutes=minutes)
    assert refused.value.code == code


def test_a_quantity_that_cannot_be_is_refused() -> None:
    with pytest.raises(QuantityRefused):
        reserve("P-1", wanted(("tea", "-1")), {}, NOW, hold_minutes=15)


products = st.sampled_from(("tea", "milk", "rice"))
orders = st.lists(st.lists(st.tuples(products, st.integers(1, 4)), min_size=1, max_size=5), max_size=12)


@given(orders, st.dictionaries(products, st.integers(-5, 15)), st.sampled_from(WhenTooFew), st.integers(0, 3))
def test_whoever_asks_no_order_is_promised_what_another_has(
    asked: list[list[tuple[str, int]]], on_hand: dict[str, int], when_too_few: WhenTooFew, safety: int
) -> None:
    kept: list[Reservation] = []
    for number, lines in enumerate(asked):
        balances = {
            product_id: Balance(
                on_hand=Decimal(quantity),
                reserved=reserved_quantity(one for one in kept if one.product_id == product_id),
                safety_stock=Decimal(safety),
            )
            for product_id, quantity in on_hand.items()
        }
        made = reserve(
            f"P-{number}",
            wanted(*((product_id, str(quantity)) for product_id, quantity in lines)),
            balances,
            NOW,
            hold_minutes=15,
            when_too_few=when_too_few,
        )
        assert sum(one.quantity for one in made.reservations) == sum(one.granted for one in made.grants)
        assert made.complete is all(one.granted == one.wanted for one in made.grants)
        if when_too_few is WhenTooFew.ALL_OR_NOTHING:
            assert made.complete or not made.reservations
        kept += made.reservations
    for product_id in ("tea", "milk", "rice"):
        promised = reserved_quantity(one for one in kept if one.product_id == product_id)
        assert promised <= max(0, on_hand.get(product_id, 0) - safety)


# Oversold


def test_the_newest_unpicked_reservation_is_short_first() -> None:
    kept = [
        reservation(1, "2"),
        reservation(2, "2", "picked"),
        reservation(3, "2"),
        reservation(4, "1", "held"),
    ]
    assert oversold(Decimal(5), kept) == ()
    assert oversold(Decimal(4), kept) == (
        Shortfall(reservation_id="r4", order_id="P-4", short=Decimal(1), left=Decimal(0)),
    )
    assert oversold(Decimal(3), kept) == (
        Shortfall(reservation_id="r4", order_id="P-4", short=Decimal(1), left=Decimal(0)),
        Shortfall(reservation_id="r3", order_id="P-3", short=Decimal(1), left=Decimal(1)),
    )
    assert [one.left for one in oversold(Decimal(-3), kept)] == [0, 0, 0]


states = st.sampled_from(list(ReservationState))


@given(st.lists(st.tuples(st.integers(1, 9), states), max_size=8), st.integers(-5, 40), st.randoms())
def test_after_the_newest_gave_way_the_rest_can_be_had(
    kept: list[tuple[int, ReservationState]], on_hand: int, shuffled: Any
) -> None:
    reservations = [
        reservation(number, str(quantity), state) for number, (quantity, state) in enumerate(kept)
    ]
    found = oversold(Decimal(on_hand), reservations)
    mixed = list(reservations)
    shuffled.shuffle(mixed)
    assert oversold(Decimal(on_hand), mixed) == found
    lost = {one.reservation_id: one.short for one in found}
    unpicked = [one for one in reservations if one.state in COUNTS_AS_RESERVED]
    left = sum(one.quantity - lost.get(one.reservation_id, 0) for one in unpicked)
    assert left == min(reserved_quantity(reservations), max(0, on_hand))
    assert set(lost) <= {one.reservation_id for one in unpicked}
    untouched = [one.number for one in unpicked if one.reservation_id not in lost]
    touched = [one.number for one in unpicked if one.reservation_id in lost]
    assert not touched or not untouched or min(touched) > max(untouched)


# At the till


def sell(policy: str = "soft", quantity: str = "1", on_hand: str = "3", **fields: Any) -> SaleDecision:
    usual: dict[str, Any] = {
        "unit": PIECE,
        "on_hand": Decimal(on_hand),
        "reservations": [
            reservation(1, "1", needed_at="2026-11-22T14:25:30+08:00"),
            reservation(2, "1", needed_at="2026-11-22T13:59:30+08:00"),
        ],
        "now": NOW,
    }
    return may_sell(SalePolicy(policy), Decimal(quantity), **(usual | fields))


@pytest.mark.parametrize("policy", SalePolicy)
def test_what_is_not_promised_is_sold(policy: SalePolicy) -> None:
    assert sell(policy) == SaleDecision(verdict=SaleVerdict.SELL, choices=())
    assert sell(policy, on_hand="-4", reservations=[]).verdict is SaleVerdict.SELL
    assert (
        sell(policy, on_hand="1", reservations=[reservation(1, state="picked")]).verdict is SaleVerdict.SELL
    )


def test_a_promised_piece_says_which_order_and_how_long() -> None:
    decision = sell(on_hand="2")
    assert decision.verdict is SaleVerdict.PROMISED
    assert decision.choices == (Choice.SELL_AND_RELEASE, Choice.TAKE_ANOTHER, Choice.ASK_SUPERVISOR)
    assert decision.at_risk == (
        AtRisk(order_id="P-2", reservation_id="r2", quantity=Decimal(1), minutes_left=-1),
    )
    both = sell(quantity="2", on_hand="2")
    assert [(one.order_id, one.minutes_left) for one in both.at_risk] == [("P-2", -1), ("P-1", 25)]
    assert sell(on_hand="0", reservations=[reservation(3)]).at_risk == ()
    assert sell(on_hand="1", reservations=[reservation(3)]).at_risk[0].minutes_left is None


def test_what_an_earlier_sale_took_is_not_taken_again() -> None:
    kept = [reservation(1, "2"), reservation(2, "2")]
    decision = sell(on_hand="3", reservations=kept)
    assert [(one.order_id, one.quantity) for one in decision.at_risk] == [("P-2", 1)]
    decision = sell(on_hand="3", quantity="2", reservations=kept)
    assert [(one.order_id, one.quantity) for one in decision.at_risk] == [("P-2", 1), ("P-1", 1)]


def test_a_strict_product_is_sold_by_a_supervisor_only_when_it_is_promised() -> None:
    decision = sell("strict", on_hand="2")
    assert decision.verdict is SaleVerdict.SUPERVISOR_ONLY
    assert decision.choices == (Choice.TAKE_ANOTHER, Choice.ASK_SUPERVISOR)
    assert [one.order_id for one in decision.at_risk] == ["P-2"]


def test_an_offline_till_sells_its_quota_of_a_strict_product() -> None:
    within = sell("strict", on_hand="0", quota_left=Decimal(1))
    assert within == SaleDecision(verdict=SaleVerdict.SELL, choices=())
    beyond = sell("strict", "2", on_hand="9", quota_left=Decimal(1))
    assert (beyond.verdict, beyond.at_risk) == (SaleVerdict.SUPERVISOR_ONLY, ())
    assert sell("soft", on_hand="2", quota_left=Decimal(0)).verdict is SaleVerdict.PROMISED


@pytest.mark.parametrize("fields", [{"on_hand": Decimal("NaN")}, {"quota_left": Decimal("Infinity")}])
def test_stock_that_is_no_number_decides_nothing(fields: dict[str, Any]) -> None:
    with pytest.raises(FigureRefused):
        sell("strict", **fields) if "on_hand" not in fields else may_sell(
            SalePolicy.SOFT, Decimal(1), unit=PIECE, reservations=[], now=NOW, **fields
        )


def test_a_quantity_that_cannot_be_sold_is_refused() -> None:
    with pytest.raises(QuantityRefused):
        sell(quantity="0")


def test_every_verdict_has_its_choices() -> None:
    assert set(CHOICES) == set(SaleVerdict)


def test_what_a_choice_takes_from_whom() -> None:
    promised, strict = sell(on_hand="2"), sell("strict", on_hand="2")
    assert checked_choice(promised, Choice.SELL_AND_RELEASE) == promised.at_risk
    assert checked_choice(promised, Choice.TAKE_ANOTHER) == ()
    assert checked_choice(strict, Choice.ASK_SUPERVISOR, supervisor_id="ada") == strict.at_risk


@pytest.mark.parametrize(
    ("policy", "choice", "code"),
    [
        ("strict", Choice.SELL_AND_RELEASE, "not_offered"),
        ("strict", Choice.ASK_SUPERVISOR, "supervisor_missing"),
        ("soft", Choice.ASK_SUPERVISOR, "supervisor_missing"),
    ],
)
def test_a_choice_that_is_not_the_cashiers_is_refused(policy: str, choice: Choice, code: str) -> None:
    with pytest.raises(ChoiceRefused) as refused:
        checked_choice(sell(policy, on_hand="2"), choice)
    assert refused.value.code == code


def test_quotas_follow_what_each_till_sells() -> None:
    assert split_quota(Decimal(10), {"t2": 3, "t1": 1}, PIECE) == {"t1": Decimal(3), "t2": Decimal(7)}
    assert split_quota(Decimal(5), {"t1": 0, "t2": 0}, PIECE) == {"t1": Decimal(3), "t2": Decimal(2)}
    assert split_quota(Decimal("0.005"), {"t1": 1, "t2": 1}, KG) == {
        "t1": Decimal("0.003"),
        "t2": Decimal("0.002"),
    }
    assert split_quota(Decimal("2.9"), {"t1": 1}, PIECE) == {"t1": Decimal(2)}


@pytest.mark.parametrize(("available", "code"), [("-1", "negative"), ("NaN", "not_a_number")])
def test_a_quota_of_nothing_real_is_refused(available: str, code: str) -> None:
    with pytest.raises(FigureRefused) as refused:
        split_quota(Decimal(available), {"t1": 1}, PIECE)
    assert refused.value.code == code


@pytest.mark.parametrize("sales", [{}, {"t1": 2, "t2": -1}])
def test_a_quota_for_nobody_is_refused(sales: dict[str, int]) -> None:
    with pytest.raises(AllocationImpossible):
        split_quota(Decimal(3), sales, PIECE)


tills = st.dictionaries(st.sampled_from(("t1", "t2", "t3", "t4")), st.integers(0, 50), min_size=1)


@given(
    tills, st.integers(-3, 40), st.integers(0, 20), st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)))
)
def test_offline_tills_together_never_sell_a_promised_strict_piece(
    sales: dict[str, int], on_hand: int, reserved: int, tried: list[tuple[int, int]]
) -> None:
    free = promise(Balance(on_hand=Decimal(on_hand), reserved=Decimal(reserved))).available
    quotas = split_quota(free, sales, PIECE)
    assert sum(quotas.values()) == free
    sold = Decimal(0)
    for index, quantity in tried:
        till = sorted(quotas)[index % len(quotas)]
        decision = sell("strict", str(quantity), str(on_hand), quota_left=quotas[till])
        if decision.verdict is SaleVerdict.SELL:
            quotas[till] -= quantity
            sold += quantity
    assert sold <= free
    assert on_hand - sold >= reserved or sold == 0


def test_a_quota_stays_its_tills_own_until_it_is_sold_and_what_was_sold_is_given_anew() -> None:
    held = {"t1": Decimal(3), "t2": Decimal(2)}
    sales = {"t1": 5, "t2": 1}

    def renewed(sold: dict[str, Decimal], free: str, most: str = "5") -> dict[str, Decimal]:
        return renewed_quotas(
            held, sold, free=Decimal(free), most=Decimal(most), sales=sales, unit=SellingUnit.PIECE
        )

    assert renewed({}, "9") == held
    assert renewed({"t1": Decimal(2)}, "9") == {"t1": Decimal(3), "t2": Decimal(2)}
    assert renewed({"t1": Decimal(2)}, "3") == {"t1": Decimal(1), "t2": Decimal(2)}
    assert renewed({"t1": Decimal(4)}, "0") == {"t1": Decimal(0), "t2": Decimal(2)}  # one with a supervisor
    assert renewed({"t1": Decimal(-1)}, "9") == {"t1": Decimal(4), "t2": Decimal(2)}  # it took one back
    assert renewed({}, "9", most="2") == held  # a till that is offline still counts on it


@given(
    st.lists(st.tuples(st.sampled_from(("t1", "t2", "t3")), st.integers(1, 4), st.booleans()), max_size=30),
    st.integers(0, 12),
    st.integers(0, 6),
)
def test_whatever_tills_sell_offline_no_promise_of_a_strict_product_is_broken(
    acts: list[tuple[str, int, bool]], on_hand: int, safety: int
) -> None:
    sales = {"t1": 2, "t2": 1, "t3": 0}
    shelf, promised, most = Decimal(on_hand), Decimal(0), Decimal(safety)
    quotas: dict[str, Decimal] = {}
    unheard = dict.fromkeys(sales, Decimal(0))
    for till, quantity, is_sale in [*acts, *((till, 99, True) for till in sales)]:
        sold = dict.fromkeys(sales, Decimal(0))
        if is_sale and Decimal(quantity) <= quotas.get(till, Decimal(0)) - unheard[till]:
            unheard[till] += quantity
        elif is_sale:  # the till is heard again
            sold[till], unheard[till] = unheard[till], Decimal(0)
            shelf -= sold[till]
        elif quantity <= shelf - promised - most:
            promised += quantity
        quotas = renewed_quotas(
            quotas,
            sold,
            free=max(Decimal(0), shelf - promised),
            most=most,
            sales=sales,
            unit=SellingUnit.PIECE,
        )
        assert sum(quotas.values()) <= max(Decimal(0), shelf - promised)
    assert shelf - sum(unheard.values()) >= promised
