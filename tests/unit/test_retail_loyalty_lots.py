"""Points in lots: expiry, spending, taking back, giving back, and the ledger of it all."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from retail.loyalty.lots import (
    MovementKind,
    PointsAccount,
    PointsLot,
    PointsMovement,
    Posted,
    add,
    balance,
    expire,
    give_back,
    new_lot,
    spend,
    take_back,
)
from retail.loyalty.program import LoyaltyProgram, Shortfall
from retail.loyalty.refusal import LARGEST_POINTS, PointsRefused
from retail.term import Term, TermEnd, TermInvalid

NOW = "2026-11-22T10:00:00+08:00"
LATER = "2026-12-02T10:00:00+08:00"


def lot(
    lot_id: str, points: int, expires_at: str = "", *, sale_id: str = "", earned_at: str = NOW
) -> PointsLot:
    return PointsLot(
        lot_id=lot_id,
        sale_id=sale_id,
        earned_at=earned_at,
        expires_at=expires_at,
        points=points,
        left=points,
    )


def account(*lots: PointsLot, owed: int = 0) -> PointsAccount:
    return PointsAccount(lots=lots, owed=owed)


def left(found: PointsAccount) -> dict[str, int]:
    return {one.lot_id: one.left for one in found.lots}


def moved(movements: tuple[PointsMovement, ...]) -> list[tuple[str, str, int]]:
    return [(one.kind.value, one.lot_id, one.points) for one in movements]


SOON = lot("soon", 30, "2026-12-01T00:00:00+08:00", sale_id="s1")
LONG = lot("long", 50, "2027-12-01T00:00:00+08:00", sale_id="s2")
EVER = lot("ever", 20)
MEMBER = account(EVER, LONG, SOON)


def test_a_lot_expires_as_its_programme_says() -> None:
    program = LoyaltyProgram(expiry=Term(months=12, to_end_of=TermEnd.MONTH))
    made = new_lot(program, lot_id="a", points=19, earned_at=NOW, sale_id="s1")
    assert made == lot("a", 19, "2027-12-01T00:00:00+08:00", sale_id="s1")
    assert new_lot(LoyaltyProgram(), lot_id="a", points=19, earned_at=NOW).expires_at == ""


def test_a_lot_of_nothing_is_refused() -> None:
    with pytest.raises(PointsRefused) as refused:
        new_lot(LoyaltyProgram(), lot_id="a", points=0, earned_at=NOW)
    assert refused.value.code == "zero"


def test_the_balance_counts_what_has_not_expired() -> None:
    assert balance(MEMBER, NOW) == 100
    assert balance(MEMBER, "2026-11-30T23:59:59+08:00") == 100
    assert balance(MEMBER, "2026-12-01T00:00:00+08:00") == 70
    assert balance(account(owed=5), NOW) == -5


def test_expiry_is_written_down_once() -> None:
    after, movements = expire(MEMBER, LATER)
    assert left(after) == {"ever": 20, "long": 50, "soon": 0}
    assert moved(movements) == [("expired", "soon", -30)]
    assert expire(after, LATER) == Posted(after, ())


def test_what_expires_first_is_spent_first() -> None:
    after, movements = spend(MEMBER, 60, NOW, "s9")
    assert left(after) == {"ever": 20, "long": 20, "soon": 0}
    assert moved(movements) == [("spent", "soon", -30), ("spent", "long", -30)]
    assert {one.reference for one in movements} == {"s9"}


def test_of_lots_that_expire_together_the_older_is_spent_first() -> None:
    old = lot("b", 10, earned_at="2026-01-01T00:00:00+08:00")
    after, _ = spend(account(lot("a", 10), old), 10, NOW, "s9")
    assert left(after) == {"a": 10, "b": 0}


def test_expired_points_are_not_spent() -> None:
    after, movements = spend(MEMBER, 70, LATER, "s9")
    assert left(after) == {"ever": 0, "long": 0, "soon": 0}
    assert moved(movements)[0] == ("expired", "soon", -30)


@pytest.mark.parametrize(
    ("points", "now", "code"),
    [
        (101, NOW, "not_enough"),
        (71, LATER, "expired"),
        (100, LATER, "expired"),
        (101, LATER, "not_enough"),
        (0, NOW, "zero"),
        (-1, NOW, "negative"),
        (LARGEST_POINTS + 1, NOW, "too_large"),
    ],
)
def test_points_that_are_not_there_are_refused_with_the_reason(points: int, now: str, code: str) -> None:
    with pytest.raises(PointsRefused) as refused:
        spend(MEMBER, points, now, "s9")
    assert refused.value.code == code


def test_a_time_that_is_none_is_refused() -> None:
    for step in (balance, expire):
        with pytest.raises(TermInvalid):
            step(MEMBER, "now")


def test_new_points_join_and_say_where_they_come_from() -> None:
    after, movements = add(MEMBER, lot("new", 5, sale_id="s4"), NOW)
    assert after.ledger_balance == 105
    assert [(one.points, one.reference) for one in movements] == [(5, "s4")]
    assert add(account(), lot("gift", 5), NOW).movements[0].reference == "gift"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lot("soon", 5), "lot_exists"),
        (PointsLot(lot_id="x", earned_at=NOW, points=5, left=4), "contradictory"),
        (PointsLot(lot_id="x", earned_at=NOW, points=5, left=5, expired=1), "contradictory"),
        (lot("x", 0), "zero"),
        (lot("x", LARGEST_POINTS), "too_large"),
    ],
)
def test_a_lot_that_is_not_new_is_refused(made: PointsLot, code: str) -> None:
    with pytest.raises(PointsRefused) as refused:
        add(MEMBER, made, NOW)
    assert refused.value.code == code


def test_an_account_may_hold_as_many_points_as_there_can_be() -> None:
    assert add(MEMBER, lot("x", LARGEST_POINTS - 100), NOW).account.ledger_balance == LARGEST_POINTS


def test_a_lot_that_comes_late_has_expired_at_once() -> None:
    after, movements = add(account(owed=5), lot("old", 9, "2026-01-01T00:00:00+08:00"), NOW)
    assert moved(movements) == [("earned", "old", 9), ("expired", "old", -9)]
    assert (after.owed, after.ledger_balance) == (5, -5)


# Taking back


def taken_back(
    member: PointsAccount, points: int, now: str = NOW, *, sale: str = "s2", policy: Shortfall = Shortfall.OWE
) -> tuple[PointsAccount, list[tuple[str, str, int]], tuple[int, ...]]:
    found = take_back(member, points, now, sale_id=sale, reference="r1", shortfall=policy)
    figures = (found.taken, found.already_expired, found.shortfall, found.owed, found.waived, found.to_charge)
    return found.account, moved(found.movements), figures


def test_a_return_takes_the_points_of_its_own_sale_first() -> None:
    after, movements, figures = taken_back(MEMBER, 40)
    assert left(after) == {"ever": 20, "long": 10, "soon": 30}
    assert movements == [("taken_back", "long", -40)]
    assert figures == (40, 0, 0, 0, 0, 0)


def test_points_already_spent_are_taken_from_others_that_expire_first() -> None:
    after, movements, figures = taken_back(MEMBER, 70)
    assert left(after) == {"ever": 20, "long": 0, "soon": 10}
    assert movements == [("taken_back", "long", -50), ("taken_back", "soon", -20)]
    assert figures[0] == 70


def test_a_sale_without_a_name_has_no_lots_of_its_own() -> None:
    after, _, _ = taken_back(MEMBER, 30, sale="")
    assert left(after) == {"ever": 20, "long": 50, "soon": 0}


def test_points_that_expired_unused_are_not_taken_a_second_time() -> None:
    after, movements, figures = taken_back(MEMBER, 20, LATER, sale="s1")
    assert left(after) == {"ever": 20, "long": 50, "soon": 0}
    assert movements == [("expired", "soon", -30)]
    assert figures == (0, 20, 0, 0, 0, 0)
    again, _, figures = taken_back(after, 20, LATER, sale="s1")
    assert figures == (10, 10, 0, 0, 0, 0)
    assert left(again) == {"ever": 20, "long": 40, "soon": 0}


def test_of_a_sale_with_several_lots_what_is_left_goes_before_what_expired() -> None:
    bonus = lot("bonus", 40, "2027-12-01T00:00:00+08:00", sale_id="s1")
    after, _, figures = taken_back(account(SOON, bonus, EVER), 50, LATER, sale="s1")
    assert figures == (40, 10, 0, 0, 0, 0)
    assert left(after) == {"soon": 0, "bonus": 0, "ever": 20}
    assert taken_back(after, 25, LATER, sale="s1")[2] == (5, 20, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("policy", "figures", "balance_after"),
    [
        (Shortfall.OWE, (100, 0, 25, 25, 0, 0), -25),
        (Shortfall.WAIVE, (100, 0, 25, 0, 25, 0), 0),
        (Shortfall.CHARGE, (100, 0, 25, 0, 0, 25), 0),
    ],
)
def test_what_is_missing_is_said_and_dealt_with_as_the_programme_says(
    policy: Shortfall, figures: tuple[int, ...], balance_after: int
) -> None:
    after, _, found = taken_back(MEMBER, 125, policy=policy)
    assert found == figures
    assert balance(after, NOW) == balance_after


def test_what_is_owed_is_paid_from_what_is_earned_next() -> None:
    owing, _, _ = taken_back(account(), 25)
    assert owing.owed == 25
    with pytest.raises(PointsRefused):
        spend(owing, 1, NOW, "s9")
    after, movements = add(owing, lot("a", 10), NOW)
    assert moved(movements) == [("earned", "a", 10), ("settled", "a", -10), ("settled", "", 10)]
    assert (after.owed, balance(after, NOW)) == (15, -15)
    after, movements = add(after, lot("b", 40), NOW)
    assert (after.owed, balance(after, NOW)) == (0, 25)


def test_taking_nothing_back_moves_nothing() -> None:
    assert taken_back(MEMBER, 0)[1:] == ([], (0, 0, 0, 0, 0, 0))
    with pytest.raises(PointsRefused) as refused:
        taken_back(MEMBER, -1)
    assert refused.value.code == "negative"


# Giving back


def test_redeemed_points_go_back_to_their_lots_the_last_spent_first() -> None:
    after, spent = spend(MEMBER, 60, NOW, "s9")
    first = give_back(after, spent, 20, NOW, reference="r1")
    assert left(first.account) == {"ever": 20, "long": 40, "soon": 0}
    assert moved(first.movements) == [("given_back", "long", 20)]
    second = give_back(first.account, spent, 40, NOW, reference="r2", given_before=20)
    assert left(second.account) == {"ever": 20, "long": 50, "soon": 30}
    assert (second.given, second.lost) == (40, 0)
    assert second.account.lots == MEMBER.lots


def test_what_goes_back_into_an_expired_lot_is_lost_and_said() -> None:
    after, spent = spend(MEMBER, 60, NOW, "s9")
    found = give_back(after, spent, 60, LATER, reference="r1")
    assert (found.given, found.lost) == (30, 30)
    assert left(found.account) == {"ever": 20, "long": 50, "soon": 0}
    assert taken_back(found.account, 30, LATER, sale="s1")[2] == (0, 30, 0, 0, 0, 0)


def test_a_lot_is_expired_from_its_very_moment_on() -> None:
    after, spent = spend(MEMBER, 30, NOW, "s9")
    assert give_back(after, spent, 30, "2026-11-30T23:59:59+08:00", reference="r1").lost == 0
    assert give_back(after, spent, 30, "2026-12-01T00:00:00+08:00", reference="r1").lost == 30


def test_grace_lets_an_expired_lot_live_on() -> None:
    after, spent = spend(MEMBER, 60, NOW, "s9")
    found = give_back(after, spent, 60, LATER, reference="r1", grace_days=30)
    assert (found.given, found.lost) == (60, 0)
    soon = next(one for one in found.account.lots if one.lot_id == "soon")
    assert (soon.left, soon.expires_at) == (30, "2027-01-02T00:00:00+08:00")


def test_points_given_back_pay_what_is_owed_first() -> None:
    after, spent = spend(account(EVER), 20, NOW, "s9")
    owing, _, _ = taken_back(after, 15)
    found = give_back(owing, spent, 20, NOW, reference="r1")
    assert (found.account.owed, balance(found.account, NOW)) == (0, 5)


@pytest.mark.parametrize(
    ("points", "before", "code"),
    [(61, 0, "more_than_spent"), (1, 60, "more_than_spent"), (0, 61, "more_than_spent"), (-1, 0, "negative")],
)
def test_more_than_was_redeemed_is_not_given_back(points: int, before: int, code: str) -> None:
    after, spent = spend(MEMBER, 60, NOW, "s9")
    with pytest.raises(PointsRefused) as refused:
        give_back(after, spent, points, NOW, reference="r1", given_before=before)
    assert refused.value.code == code


def test_a_redemption_that_was_given_back_is_not_given_back_again() -> None:
    after, spent = spend(MEMBER, 60, NOW, "s9")
    found = give_back(after, spent, 60, NOW, reference="r1")
    with pytest.raises(PointsRefused) as refused:
        give_back(found.account, spent, 60, NOW, reference="r1")
    assert refused.value.code == "more_than_spent"


def test_points_are_given_back_to_lots_that_are_there_only() -> None:
    _, spent = spend(MEMBER, 60, NOW, "s9")
    with pytest.raises(PointsRefused) as refused:
        give_back(account(EVER), spent, 60, NOW, reference="r1")
    assert refused.value.code == "unknown_lot"


# The laws of the ledger

START = datetime.fromisoformat(NOW)
POLICIES = st.sampled_from(Shortfall)


class Ledger(RuleBasedStateMachine):
    """Any number of steps in any order, on a clock that goes forward."""

    @initialize()
    def open(self) -> None:
        self.at = START
        self.account = PointsAccount()
        self.journal: list[PointsMovement] = []
        self.redemptions: list[tuple[tuple[PointsMovement, ...], int]] = []
        self.sales: list[tuple[str, int]] = []

    @property
    def now(self) -> str:
        return self.at.isoformat()

    def post(self, after: PointsAccount, movements: tuple[PointsMovement, ...]) -> None:
        change = sum(movement.points for movement in movements)
        assert after.ledger_balance - self.account.ledger_balance == change
        assert after.ledger_balance == balance(after, self.now)
        self.account = after
        self.journal.extend(movements)

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(points=st.integers(1, 100), days=st.integers(0, 60))
    def earn(self, points: int, days: int) -> None:
        name = f"s{len(self.sales)}"
        program = LoyaltyProgram(expiry=Term(days=days))
        made = new_lot(program, lot_id=name, points=points, earned_at=self.now, sale_id=name)
        self.sales.append((name, points))
        self.post(*add(self.account, made, self.now))

    @rule(points=st.integers(1, 150))
    def spend(self, points: int) -> None:
        there = balance(self.account, self.now)
        if points > there:
            with pytest.raises(PointsRefused) as refused:
                spend(self.account, points, self.now, "s")
            assert refused.value.code in ("not_enough", "expired")
            return
        after, movements = spend(self.account, points, self.now, "s")
        assert balance(after, self.now) == there - points
        self.post(after, movements)
        self.redemptions.append((movements, 0))

    @rule(which=st.integers(0, 20), points=st.integers(0, 100), policy=POLICIES)
    def give_sale_back(self, which: int, points: int, policy: Shortfall) -> None:
        if which >= len(self.sales):
            return
        name, earned = self.sales[which]
        points = min(points, earned)
        self.sales[which] = (name, earned - points)
        before = balance(self.account, self.now)
        found = take_back(self.account, points, self.now, sale_id=name, reference="r", shortfall=policy)
        assert found.taken + found.already_expired + found.shortfall == points
        assert found.owed + found.waived + found.to_charge == found.shortfall
        assert balance(found.account, self.now) == before - found.taken - found.owed
        self.post(found.account, found.movements)

    @rule(which=st.integers(0, 20), points=st.integers(0, 100), grace=st.integers(0, 5))
    def give_points_back(self, which: int, points: int, grace: int) -> None:
        if which >= len(self.redemptions):
            return
        spent, given = self.redemptions[which]
        whole = -sum(one.points for one in spent if one.kind is MovementKind.SPENT)
        points = min(points, whole - given)
        before = balance(self.account, self.now)
        found = give_back(
            self.account, spent, points, self.now, reference="r", given_before=given, grace_days=grace
        )
        assert found.given + found.lost == points
        assert balance(found.account, self.now) == before + found.given
        self.redemptions[which] = (spent, given + points)
        self.post(found.account, found.movements)

    @invariant()
    def every_lot_is_the_sum_of_its_movements(self) -> None:
        sums: Counter[str] = Counter()
        for movement in self.journal:
            sums[movement.lot_id] += movement.points
        assert {one.lot_id: one.left for one in self.account.lots} == {
            one.lot_id: sums[one.lot_id] for one in self.account.lots
        }
        assert self.account.owed == -sums[""]
        assert self.account.ledger_balance == sum(sums.values())

    @invariant()
    def no_lot_holds_more_than_it_was_given_and_nothing_is_below_zero(self) -> None:
        for one in self.account.lots:
            assert one.left >= 0
            assert one.expired >= 0
            assert one.left + one.expired <= one.points
        assert self.account.owed >= 0
        if self.account.owed:
            assert not any(one.left for one in self.account.lots)


TestLedger = Ledger.TestCase


@given(points=st.lists(st.integers(1, 50), min_size=1, max_size=6), wanted=st.integers(1, 300))
def test_spending_and_giving_back_leaves_the_account_as_it_was(points: list[int], wanted: int) -> None:
    lots = [
        lot(f"l{place}", count, f"2027-0{place + 1}-01T00:00:00+08:00") for place, count in enumerate(points)
    ]
    member = account(*lots)
    wanted = min(wanted, sum(points))
    after, spent = spend(member, wanted, NOW, "s9")
    assert give_back(after, spent, wanted, NOW, reference="r1").account == member
