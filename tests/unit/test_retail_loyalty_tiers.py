"""Tiers by spending, and birthdays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.loyalty.birthday import birthday_in, birthday_points_due
from retail.loyalty.program import (
    BirthdayPeriod,
    LeapBirthday,
    LoyaltyProgram,
    PreparedProgram,
    Tier,
    TierFall,
    TierPeriod,
    prepare_program,
)
from retail.loyalty.refusal import PointsRefused
from retail.loyalty.tiers import Standing, tier_of
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.term import Term, TermEnd, TermInvalid

TIERS = (
    Tier(tier_id="gold", from_spend_minor=100_000),
    Tier(tier_id="member"),
    Tier(tier_id="silver", from_spend_minor=30_000),
)
NEXT_YEAR = Term(months=12, to_end_of=TermEnd.YEAR)


def at(day: str) -> str:
    return f"{day}T12:00:00+08:00"


def prepared(**settings: Any) -> PreparedProgram:
    return prepare_program(LoyaltyProgram(**({"tiers": TIERS} | settings)))


ROLLING = prepared(tier_days=365)
YEARLY = prepared(tier_period=TierPeriod.CALENDAR_YEAR, tier_kept=NEXT_YEAR)


def standing(program: PreparedProgram, now: str, *spends: tuple[str, int]) -> Standing:
    return tier_of(program, [(at(day), amount) for day, amount in spends], at(now))


def test_who_has_bought_nothing_is_in_the_first_tier_for_ever() -> None:
    found = standing(ROLLING, "2026-11-22")
    assert found == Standing(tier_id="member", next_tier_id="silver", missing_minor=30_000)


def test_without_tiers_there_is_no_standing() -> None:
    assert standing(prepared(tiers=()), "2026-11-22", ("2026-01-01", 5)) == Standing(spend_minor=5)


def test_below_the_first_tier_a_member_has_none() -> None:
    found = standing(prepared(tiers=TIERS[:1]), "2026-11-22", ("2026-11-01", 40_000))
    assert found == Standing(spend_minor=40_000, next_tier_id="gold", missing_minor=60_000)


def test_a_tier_holds_while_its_spending_counts() -> None:
    buys = (("2026-03-01", 20_000), ("2026-05-01", 15_000))
    assert standing(ROLLING, "2026-11-22", *buys) == Standing(
        tier_id="silver",
        spend_minor=35_000,
        ends_on="2027-02-28",
        falls_to="member",
        next_tier_id="gold",
        missing_minor=65_000,
    )
    assert standing(ROLLING, "2027-02-28", *buys).tier_id == "silver"
    assert standing(ROLLING, "2027-03-01", *buys).tier_id == "member"


def test_the_highest_tier_has_no_next_one_and_falls_to_what_spending_gives() -> None:
    buys = (("2026-03-01", 90_000), ("2026-05-01", 40_000))
    assert standing(ROLLING, "2026-11-22", *buys) == Standing(
        tier_id="gold", spend_minor=130_000, ends_on="2027-02-28", falls_to="silver"
    )


def test_a_tier_of_a_calendar_year_is_kept_through_the_next() -> None:
    buys = (("2025-01-15", 35_000),)
    found = standing(YEARLY, "2026-12-31", *buys)
    assert found == Standing(
        tier_id="silver",
        spend_minor=0,
        ends_on="2026-12-31",
        falls_to="member",
        next_tier_id="gold",
        missing_minor=100_000,
        to_hold_minor=30_000,
    )
    assert standing(YEARLY, "2025-01-14", *buys).tier_id == "member"
    assert standing(YEARLY, "2025-01-15", *buys).ends_on == "2026-12-31"
    assert standing(YEARLY, "2027-01-01", *buys).tier_id == "member"


def test_all_purchases_of_a_year_stop_counting_with_it() -> None:
    program = prepared(tier_period=TierPeriod.CALENDAR_YEAR)
    buys = (("2025-03-01", 20_000), ("2025-05-01", 15_000), ("2026-02-01", 20_000))
    assert standing(program, "2025-12-31", *buys).tier_id == "silver"
    found = standing(program, "2026-02-01", *buys)
    assert (found.tier_id, found.spend_minor, found.missing_minor) == ("member", 20_000, 10_000)


def test_a_purchase_counts_on_its_first_day_and_on_its_last() -> None:
    program = prepared(tier_days=10)
    buys = (("2026-11-01", 30_000),)
    spent = {
        day: standing(program, day, *buys).spend_minor for day in ("2026-11-01", "2026-11-10", "2026-11-11")
    }
    assert list(spent.values()) == [30_000, 30_000, 0]


def test_a_member_may_fall_by_one_tier_only() -> None:
    soft = prepared(tier_period=TierPeriod.CALENDAR_YEAR, tier_kept=NEXT_YEAR, tier_falls=TierFall.ONE_TIER)
    buys = (("2024-06-01", 120_000),)
    assert standing(soft, "2025-12-31", *buys).falls_to == "silver"
    found = standing(soft, "2026-01-01", *buys)
    assert (found.tier_id, found.ends_on, found.falls_to) == ("silver", "2026-12-31", "member")
    assert standing(soft, "2027-01-01", *buys).tier_id == "member"
    assert standing(YEARLY, "2026-01-01", *buys).tier_id == "member"


def test_a_return_counts_as_if_the_goods_had_never_been_bought() -> None:
    buys = (("2026-03-01", 40_000), ("2026-03-01", -15_000), ("2026-04-01", 4_000))
    found = standing(ROLLING, "2026-11-22", *buys)
    assert (found.tier_id, found.spend_minor) == ("member", 29_000)


def test_a_day_below_zero_counts_as_nothing() -> None:
    assert standing(ROLLING, "2026-11-22", ("2026-03-01", -5), ("2026-04-01", 7)).spend_minor == 7


def test_what_lies_ahead_does_not_count_yet() -> None:
    assert standing(ROLLING, "2026-11-22", ("2026-11-23", 50_000)).tier_id == "member"


def test_days_are_those_on_the_wall_of_the_store() -> None:
    late = [("2026-11-22T23:30:00-05:00", 30_000)]
    program = prepared(tier_days=1)
    assert tier_of(program, late, "2026-11-22T01:00:00-05:00").tier_id == "silver"
    assert tier_of(program, late, "2026-11-23T00:00:00-05:00").tier_id == "member"


def test_the_end_of_the_calendar_is_no_accident() -> None:
    found = standing(prepared(tier_days=36_525), "9998-11-22", ("9998-11-22", 30_000))
    assert (found.tier_id, found.ends_on) == ("silver", "9999-12-30")


@pytest.mark.parametrize("amount", [LARGEST_AMOUNT_MINOR + 1, -LARGEST_AMOUNT_MINOR - 1])
def test_spending_that_cannot_be_is_refused(amount: int) -> None:
    with pytest.raises(AmountRefused) as refused:
        standing(ROLLING, "2026-11-22", ("2026-03-01", amount))
    assert refused.value.code == "too_large"


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(TermInvalid):
        tier_of(ROLLING, [("yesterday", 5)], at("2026-11-22"))


FIRST = date(2024, 1, 1)
SPENDS = st.lists(
    st.tuples(st.integers(0, 1_000), st.integers(-20_000, 60_000)).map(
        lambda drawn: ((FIRST + timedelta(days=drawn[0])).isoformat(), drawn[1])
    ),
    max_size=12,
)
PROGRAMS = st.builds(
    prepared,
    tier_period=st.sampled_from(TierPeriod),
    tier_days=st.sampled_from([1, 30, 365]),
    tier_kept=st.sampled_from([Term(), Term(days=20), Term(to_end_of=TermEnd.MONTH), NEXT_YEAR]),
    tier_falls=st.sampled_from(TierFall),
)
RANK = {"member": 0, "silver": 1, "gold": 2}


@given(program=PROGRAMS, spends=SPENDS, day=st.integers(0, 1_400), more=st.integers(0, 90_000))
def test_buying_more_never_lowers_a_tier(
    program: PreparedProgram, spends: list[tuple[str, int]], day: int, more: int
) -> None:
    now = (FIRST + timedelta(days=day)).isoformat()
    before, after = standing(program, now, *spends), standing(program, now, *spends, (now, more))
    assert RANK[before.tier_id] <= RANK[after.tier_id]
    assert before.spend_minor <= after.spend_minor


@given(program=PROGRAMS, spends=SPENDS, day=st.integers(0, 1_400))
def test_what_is_said_of_the_end_of_a_tier_comes_true(
    program: PreparedProgram, spends: list[tuple[str, int]], day: int
) -> None:
    today = FIRST + timedelta(days=day)
    known = [spend for spend in spends if spend[0] <= today.isoformat()]
    found = standing(program, today.isoformat(), *known)
    if not found.ends_on:
        assert found.tier_id == "member"
        return
    ends = date.fromisoformat(found.ends_on)
    assert ends >= today
    assert standing(program, found.ends_on, *known).tier_id == found.tier_id
    day_after = standing(program, (ends + timedelta(days=1)).isoformat(), *known)
    assert day_after.tier_id == found.falls_to
    assert RANK[found.falls_to] < RANK[found.tier_id]


@given(program=PROGRAMS, spends=SPENDS, day=st.integers(0, 1_000))
def test_buying_what_is_missing_reaches_the_next_tier_today(
    program: PreparedProgram, spends: list[tuple[str, int]], day: int
) -> None:
    # A return of today is settled first: what it leaves of the day counts as nothing.
    spends = [spend for spend in spends if spend[1] > 0]
    now = (FIRST + timedelta(days=day)).isoformat()
    found = standing(program, now, *spends)
    if found.next_tier_id:
        assert found.missing_minor > 0
        reached = standing(program, now, *spends, (now, found.missing_minor))
        assert reached.tier_id == found.next_tier_id


# Birthdays

CLUB = prepared(birthday_points=200)
MONTH = prepared(birthday_points=200, birthday_period=BirthdayPeriod.MONTH)


@pytest.mark.parametrize(
    ("program", "birthday", "today", "given_years", "points"),
    [
        (CLUB, "11-22", "2026-11-22", (), 200),
        (CLUB, "11-22", "2026-11-21", (), 0),
        (CLUB, "11-22", "2026-11-22", (2026,), 0),
        (CLUB, "11-22", "2026-11-22", (2024, 2025), 200),
        (CLUB, "", "2026-11-22", (), 0),
        (MONTH, "11-02", "2026-11-22", (), 200),
        (MONTH, "10-31", "2026-11-01", (), 0),
        (MONTH, "11-02", "2026-11-22", (2026,), 0),
        (CLUB, "02-29", "2028-02-29", (), 200),
        (CLUB, "02-29", "2028-02-28", (), 0),
        (CLUB, "02-29", "2027-02-28", (), 200),
        (CLUB, "02-29", "2027-03-01", (), 0),
        (prepared(), "11-22", "2026-11-22", (), 0),
    ],
)
def test_a_birthday_brings_points_once_a_year(
    program: PreparedProgram, birthday: str, today: str, given_years: tuple[int, ...], points: int
) -> None:
    assert birthday_points_due(program, birthday, at(today), given_years) == points


def test_a_shop_may_keep_leap_birthdays_on_the_first_of_march() -> None:
    program = prepared(birthday_points=200, leap_birthday=LeapBirthday.MARCH_1)
    assert birthday_in(program, "02-29", 2027) == "03-01"
    assert birthday_in(program, "02-29", 2100) == "03-01"
    assert birthday_in(program, "02-29", 2028) == "02-29"
    assert birthday_points_due(program, "02-29", at("2027-03-01"), ()) == 200


@pytest.mark.parametrize("birthday", ["02-30", "13-01", "1990-02-03", "2-3", "22.11", "0203x"])
def test_a_birthday_that_is_none_is_refused(birthday: str) -> None:
    with pytest.raises(PointsRefused) as refused:
        birthday_points_due(CLUB, birthday, at("2026-11-22"), ())
    assert refused.value.code == "bad_birthday"
