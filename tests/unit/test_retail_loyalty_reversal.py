"""What a return does to points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.loyalty.refusal import PointsRefused
from retail.loyalty.reversal import (
    Returned,
    Reversal,
    points_to_give_back,
    points_to_take_back,
    reversal,
)
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused

PARTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=12).filter(any)


def test_a_part_that_comes_back_takes_its_share_rounded_for_the_customer() -> None:
    assert points_to_take_back(10, 1000, 0, 550) == 5
    assert points_to_take_back(10, 1000, 550, 450) == 5
    assert points_to_give_back(10, 1000, 0, 550) == 6
    assert points_to_give_back(10, 1000, 550, 450) == 4


def test_the_largest_amount_comes_back_whole() -> None:
    most = LARGEST_AMOUNT_MINOR
    assert points_to_take_back(most, most, most - 1, 1) == 1


def test_nothing_paid_and_nothing_earned_gives_nothing() -> None:
    assert points_to_take_back(0, 0, 0, 0) == 0


@pytest.mark.parametrize(
    ("earned", "paid", "before", "now", "code"),
    [
        (-1, 100, 0, 50, "negative"),
        (10, 100, 60, 41, "more_than_paid"),
        (10, 0, 0, 0, "contradictory"),
    ],
)
def test_points_that_cannot_come_back_are_refused(
    earned: int, paid: int, before: int, now: int, code: str
) -> None:
    for count in (points_to_take_back, points_to_give_back):
        with pytest.raises(PointsRefused) as refused:
            count(earned, paid, before, now)
        assert refused.value.code == code


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("amount", "code"), [(-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")])
def test_amounts_that_cannot_come_back_are_refused(place: int, amount: int, code: str) -> None:
    amounts = [100, 10, 10]
    amounts[place] = amount
    with pytest.raises(AmountRefused) as refused:
        points_to_take_back(10, *amounts)
    assert refused.value.code == code


def test_a_return_takes_back_and_gives_back_at_once() -> None:
    paid, worth = Returned(2000, 0, 1000), Returned(500, 0, 250)
    assert reversal(earned=21, paid=paid, redeemed=500, worth=worth) == Reversal(10, 250)
    assert reversal(earned=21, paid=paid) == Reversal(10, 0)
    assert reversal(earned=21, paid=paid, redeemed=500, worth=worth, gives_back=False) == Reversal(10, 0)


@given(points=st.integers(0, 100_000), parts=PARTS)
def test_returning_everything_bit_by_bit_moves_exactly_what_was_earned_and_redeemed(
    points: int, parts: list[int]
) -> None:
    whole = sum(parts)
    before = taken = given_back = 0
    for part in parts:
        take = points_to_take_back(points, whole, before, part)
        give = points_to_give_back(points, whole, before, part)
        assert take >= 0
        assert give >= 0
        taken += take
        given_back += give
        before += part
        assert taken * whole <= points * before <= given_back * whole
    assert (taken, given_back) == (points, points)


@given(points=st.integers(0, 100_000), parts=PARTS, data=st.data())
def test_the_order_of_returns_does_not_matter(points: int, parts: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(parts)))
    whole, early = sum(parts), sum(parts[:cut])
    at_once = points_to_take_back(points, whole, 0, early)
    one_by_one = sum(
        points_to_take_back(points, whole, sum(parts[:place]), parts[place]) for place in range(cut)
    )
    assert at_once == one_by_one
