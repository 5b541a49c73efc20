"""Paying and paying back: what is due, cash rounding, change, suggested amounts, states of an attempt."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, CashRounding, Rounding
from retail.payment import (
    ATTEMPT_TRANSITIONS,
    REFUND_ROUNDING,
    AttemptState,
    CashTaken,
    IllegalStep,
    RefundRounding,
    RefundSettlement,
    Settlement,
    TenderRefused,
    next_attempt_state,
    settle,
    settle_refund,
    standing,
    suggested_amounts,
)
from retail.sale import RefundTender, Tender, TenderKind

SINGAPORE = (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5)
JAPAN = (10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1)
FIVE_CENTS = CashRounding(5)


def cash(amount: int) -> Tender:
    return Tender(kind=TenderKind.CASH, amount_minor=amount)


def card(amount: int) -> Tender:
    return Tender(kind=TenderKind.CARD, amount_minor=amount)


def mobile(amount: int) -> Tender:
    return Tender(kind=TenderKind.MOBILE_CODE, amount_minor=amount)


SETTLEMENTS = [
    # total, tenders, cash next, (rounding, due, paid, remaining, change, complete)
    (6022, (), False, (0, 6022, 0, 6022, 0, False)),
    (6022, (), True, (-2, 6020, 0, 6020, 0, False)),
    (6022, (mobile(4000),), False, (0, 6022, 4000, 2022, 0, False)),
    (6022, (mobile(4000),), True, (-2, 6020, 4000, 2020, 0, False)),  # the picture, before the cash
    (6022, (mobile(4000), cash(5000)), False, (-2, 6020, 9000, 0, 2980, True)),  # and after it
    (6022, (card(6022),), False, (0, 6022, 6022, 0, 0, True)),  # a card pays to the cent
    (6022, (mobile(4000), card(2022)), False, (0, 6022, 6022, 0, 0, True)),
    (6022, (cash(6020),), False, (-2, 6020, 6020, 0, 0, True)),
    (6023, (cash(6025),), False, (2, 6025, 6025, 0, 0, True)),
    (6023, (cash(6100),), False, (2, 6025, 6100, 0, 75, True)),
    (6022, (cash(1000),), False, (0, 6022, 1000, 5022, 0, False)),  # the rest may still go on a card
    (6022, (cash(1000), card(5022)), False, (0, 6022, 6022, 0, 0, True)),
    (6022, (cash(1000),), True, (-2, 6020, 1000, 5020, 0, False)),
    (6022, (cash(1000), cash(5020)), False, (-2, 6020, 6020, 0, 0, True)),
    (2, (cash(5),), False, (-2, 0, 5, 0, 5, True)),
    (0, (), False, (0, 0, 0, 0, 0, True)),
    (0, (), True, (0, 0, 0, 0, 0, True)),
]


@pytest.mark.parametrize(("total", "tenders", "cash_next", "figures"), SETTLEMENTS)
def test_where_paying_stands(
    total: int, tenders: tuple[Tender, ...], cash_next: bool, figures: tuple[int, int, int, int, int, bool]
) -> None:
    rounding, due, paid, remaining, change, complete = figures
    assert settle(total, tenders, FIVE_CENTS, cash_next=cash_next) == Settlement(
        total_minor=total,
        cash_rounding_minor=rounding,
        due_minor=due,
        paid_minor=paid,
        remaining_minor=remaining,
        change_minor=change,
        complete=complete,
    )


@pytest.mark.parametrize(
    ("tenders", "code"),
    [
        ((card(6023),), "over_tender"),
        ((mobile(4000), card(2023)), "over_tender"),
        ((cash(6000), card(23)), "over_tender"),
        ((cash(7000), card(1)), "over_tender"),
        ((cash(0),), "zero"),
        ((card(-1),), "negative"),
        ((cash(LARGEST_AMOUNT_MINOR + 1),), "too_large"),
    ],
)
def test_a_tender_that_cannot_be_is_refused_with_its_code(tenders: tuple[Tender, ...], code: str) -> None:
    with pytest.raises(TenderRefused) as refused:
        settle(6022, tenders, FIVE_CENTS, cash_next=False)
    assert refused.value.code == code
    assert refused.value.tender == tenders[-1]


@pytest.mark.parametrize(
    ("tenders", "over"),
    [((cash(6020), card(6022)), 6020), ((card(6023),), 1), ((cash(7000), card(1)), 979)],
)
def test_what_has_moved_but_is_not_due_is_told_and_completes_nothing(
    tenders: tuple[Tender, ...], over: int
) -> None:
    found = standing(6022, tenders, FIVE_CENTS, cash_next=True)
    assert (found.overpaid, found.complete, found.remaining_minor) == (True, False, 0)
    assert (found.due_minor, found.change_minor, found.cash_rounding_minor) == (6022, over, 0)
    assert found.due_minor + found.change_minor == found.paid_minor + found.remaining_minor


@pytest.mark.parametrize(("total", "tenders", "cash_next", "figures"), SETTLEMENTS)
def test_what_can_be_settled_stands_as_it_is_settled(
    total: int, tenders: tuple[Tender, ...], cash_next: bool, figures: tuple[int, ...]
) -> None:
    settled = settle(total, tenders, FIVE_CENTS, cash_next=cash_next)
    assert standing(total, tenders, FIVE_CENTS, cash_next=cash_next) == settled
    assert not settled.overpaid


def test_a_tender_that_cannot_be_is_refused_also_where_it_only_stands() -> None:
    with pytest.raises(TenderRefused, match="negative"):
        standing(6022, (card(-1),), FIVE_CENTS, cash_next=False)
    with pytest.raises(AmountRefused):
        standing(-1, (), FIVE_CENTS, cash_next=False)


NOT_CASH = [kind for kind in TenderKind if kind is not TenderKind.CASH]


@pytest.mark.parametrize("kind", NOT_CASH)
def test_only_cash_gives_change(kind: TenderKind) -> None:
    exact = settle(6022, (Tender(kind=kind, amount_minor=6022),), FIVE_CENTS, cash_next=False)
    assert (exact.complete, exact.change_minor, exact.cash_rounding_minor) == (True, 0, 0)
    with pytest.raises(TenderRefused) as refused:
        settle(6022, (Tender(kind=kind, amount_minor=6023),), FIVE_CENTS, cash_next=False)
    assert refused.value.code == "over_tender"


@pytest.mark.parametrize(("total", "code"), [(-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")])
def test_a_total_that_cannot_be_paid_is_refused(total: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        settle(total, (), FIVE_CENTS, cash_next=True)
    assert refused.value.code == code


@given(
    st.integers(0, 10**8),
    st.lists(st.tuples(st.sampled_from(TenderKind), st.integers(1, 10**8)), max_size=5),
    st.sampled_from((1, 5, 10, 100)),
    st.sampled_from((Rounding.HALF_UP, Rounding.UP, Rounding.DOWN)),
    st.booleans(),
)
def test_a_settlement_always_balances(
    total: int,
    offered: list[tuple[TenderKind, int]],
    step: int,
    rounding: Rounding,
    cash_next: bool,
) -> None:
    tenders = [Tender(kind=kind, amount_minor=amount) for kind, amount in offered]
    try:
        made = settle(total, tenders, CashRounding(step, rounding), cash_next=cash_next)
    except TenderRefused:
        return
    assert made.due_minor == total + made.cash_rounding_minor
    assert made.due_minor + made.change_minor == made.paid_minor + made.remaining_minor
    assert made.change_minor == 0 or made.remaining_minor == 0
    assert made.complete == (made.remaining_minor == 0)
    assert abs(made.cash_rounding_minor) < step
    assert made.change_minor <= sum(one.amount_minor for one in tenders if one.kind is TenderKind.CASH)


def back(kind: TenderKind, amount: int) -> RefundTender:
    return RefundTender(kind=kind, amount_minor=amount, position=1)


def cash_back(amount: int) -> RefundTender:
    return back(TenderKind.CASH, amount)


def card_back(amount: int) -> RefundTender:
    return back(TenderKind.CARD, amount)


PICTURE_CASH = CashTaken(amount_minor=2022, handed_over_minor=2020)
"""The picture's sale: 20.22 of it was paid in cash, which came to 20.20."""

REFUNDS = [
    # refund, given, cash next, what the sale took in cash, (rounding, due, given, remaining, complete, why)
    (6022, (), False, None, (0, 6022, 0, 6022, False, "exact")),
    (6022, (), True, None, (-2, 6020, 0, 6020, False, "step")),
    (6023, (), True, None, (2, 6025, 0, 6025, False, "step")),
    (6022, (card_back(4000),), True, None, (-2, 6020, 4000, 2020, False, "step")),
    (6022, (card_back(4000), cash_back(2020)), False, None, (-2, 6020, 6020, 0, True, "step")),
    (6022, (card_back(6022),), True, None, (0, 6022, 6022, 0, True, "exact")),
    (6022, (cash_back(1000),), False, None, (0, 6022, 1000, 5022, False, "exact")),
    (6022, (cash_back(1000), card_back(5022)), False, None, (0, 6022, 6022, 0, True, "exact")),
    (2, (), True, None, (-2, 0, 0, 0, True, "step")),
    (2, (), False, None, (0, 2, 0, 2, False, "exact")),
    (0, (), True, None, (0, 0, 0, 0, True, "exact")),
    (2022, (), True, PICTURE_CASH, (-2, 2020, 0, 2020, False, "as_paid")),
    (1013, (), True, PICTURE_CASH, (2, 1015, 0, 1015, False, "step")),
    (674, (), True, CashTaken(amount_minor=674, handed_over_minor=670), (-4, 670, 0, 670, False, "as_paid")),
    (
        674,
        (),
        True,
        CashTaken(amount_minor=675, handed_over_minor=670),
        (-4, 670, 0, 670, False, "no_more_than_paid"),
    ),
    # the card is gone: 30.00 goes back in cash, of which the sale had taken 20.22
    (3000, (), True, PICTURE_CASH, (0, 3000, 0, 3000, False, "exact")),
    (3003, (), True, PICTURE_CASH, (-3, 3000, 0, 3000, False, "as_paid")),
]


@pytest.mark.parametrize(("refund", "given", "cash_next", "taken", "figures"), REFUNDS)
def test_where_paying_back_stands(
    refund: int,
    given: tuple[RefundTender, ...],
    cash_next: bool,
    taken: CashTaken | None,
    figures: tuple[int, int, int, int, bool, str],
) -> None:
    rounding, due, paid_back, remaining, complete, why = figures
    made = settle_refund(refund, given, FIVE_CENTS, cash_next=cash_next, cash_taken=taken)
    assert made == RefundSettlement(
        refund_minor=refund,
        cash_rounding_minor=rounding,
        due_minor=due,
        given_minor=paid_back,
        remaining_minor=remaining,
        complete=complete,
        rounded=RefundRounding(why),
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((card_back(6023),), "over_tender"),
        ((cash_back(6022),), "over_tender"),  # 60.20 is due in cash, and nobody gives change on a refund
        ((cash_back(1000), card_back(5023)), "over_tender"),
        ((card_back(0),), "zero"),
        ((cash_back(-5),), "negative"),
        ((card_back(LARGEST_AMOUNT_MINOR + 1),), "too_large"),
    ],
)
def test_a_refund_that_cannot_be_given_is_refused(given: tuple[RefundTender, ...], code: str) -> None:
    with pytest.raises(TenderRefused) as refused:
        settle_refund(6022, given, FIVE_CENTS, cash_next=False)
    assert (refused.value.code, refused.value.tender) == (code, given[-1])


@pytest.mark.parametrize(("refund", "code"), [(-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")])
def test_a_refund_of_an_amount_that_cannot_be_is_refused(refund: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        settle_refund(refund, (), FIVE_CENTS, cash_next=True)
    assert refused.value.code == code


def test_every_way_to_round_cash_has_its_mirror() -> None:
    assert set(REFUND_ROUNDING) == set(Rounding)


@given(st.integers(0, 10**7), st.sampled_from((1, 5, 10, 50, 100)), st.sampled_from(Rounding))
def test_a_step_that_favours_customers_who_pay_favours_those_who_are_paid_back(
    amount: int, step: int, rounding: Rounding
) -> None:
    sold = settle(amount, (), CashRounding(step, rounding), cash_next=True).cash_rounding_minor
    back = settle_refund(amount, (), CashRounding(step, rounding), cash_next=True).cash_rounding_minor
    assert abs(back) < step
    if rounding in (Rounding.UP, Rounding.DOWN):
        assert back >= 0
    elif 2 * abs(sold) != step:  # to the nearest step: the same for both
        assert back == sold


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from((1, 5, 10, 100)),
    st.sampled_from(Rounding),
)
def test_cash_that_was_rounded_when_it_came_goes_back_as_it_came(
    first: int, second: int, step: int, rounding: Rounding
) -> None:
    policy = CashRounding(step, rounding)
    total = first + second
    paid = total + settle(total, (), policy, cash_next=True).cash_rounding_minor
    taken = CashTaken(amount_minor=total, handed_over_minor=paid)
    one = settle_refund(first, (), policy, cash_next=True, cash_taken=taken)
    left = CashTaken(amount_minor=second, handed_over_minor=paid - one.due_minor)
    other = settle_refund(second, (), policy, cash_next=True, cash_taken=left)
    assert one.due_minor + other.due_minor == paid
    assert min(one.due_minor, other.due_minor) >= 0


SUGGESTIONS = [
    (2020, SINGAPORE, (2020, 2100, 2200, 2500, 3000, 5000, 7000, 10000)),  # the picture
    (6020, SINGAPORE, (6020, 6200, 6500, 7000, 8000, 10000, 15000)),
    (360, SINGAPORE, (360, 400, 500, 700, 1000, 2000, 5000, 10000)),
    (2000, SINGAPORE, (2000, 5000, 10000)),
    (123456, SINGAPORE, (123456, 125000, 130000)),
    (5, SINGAPORE, (5, 10, 20, 50, 100, 200, 500, 1000)),
    (1234, JAPAN, (1234, 1250, 1300, 1500, 2000, 3000, 5000, 10000)),
    (448, JAPAN, (448, 450, 500, 600, 1000, 2000, 5000, 10000)),
    (700, (), (700,)),
    (0, SINGAPORE, ()),
    (-5, SINGAPORE, ()),
]


@pytest.mark.parametrize(("due", "pieces", "amounts"), SUGGESTIONS)
def test_the_amounts_a_customer_is_likely_to_hand_over(
    due: int, pieces: tuple[int, ...], amounts: tuple[int, ...]
) -> None:
    assert suggested_amounts(due, pieces) == amounts


def test_as_many_suggestions_as_asked_for() -> None:
    assert suggested_amounts(2020, SINGAPORE, 3) == (2020, 2100, 2200)
    assert suggested_amounts(2020, SINGAPORE, 1) == (2020,)
    assert suggested_amounts(2020, SINGAPORE, 0) == ()


@given(st.integers(1, LARGEST_AMOUNT_MINOR), st.integers(1, 12))
def test_each_suggestion_pays_what_is_due(due: int, count: int) -> None:
    amounts = suggested_amounts(due, SINGAPORE, count)
    assert amounts[0] == due
    assert list(amounts) == sorted(set(amounts))
    assert 1 <= len(amounts) <= count


def test_an_attempt_takes_the_steps_of_the_table_and_no_other() -> None:
    for before, after in itertools.product(AttemptState, AttemptState):
        if after in ATTEMPT_TRANSITIONS[before]:
            assert next_attempt_state(before, after) is after
        else:
            with pytest.raises(IllegalStep) as refused:
                next_attempt_state(before, after)
            assert refused.value.code == f"{before}_to_{after}"


def test_an_attempt_in_doubt_is_resolved_but_never_started_again() -> None:
    assert next_attempt_state("in_doubt", "approved") is AttemptState.APPROVED
    with pytest.raises(IllegalStep):
        next_attempt_state("in_doubt", "started")


def test_a_declined_attempt_never_becomes_approved() -> None:
    with pytest.raises(IllegalStep):
        next_attempt_state("declined", "approved")


@pytest.mark.parametrize(("state", "outcome"), [("started", "maybe"), ("lost", "approved")])
def test_a_state_that_does_not_exist_is_refused(state: str, outcome: str) -> None:
    with pytest.raises(IllegalStep) as refused:
        next_attempt_state(state, outcome)
    assert refused.value.code == f"{state}_to_{outcome}"
