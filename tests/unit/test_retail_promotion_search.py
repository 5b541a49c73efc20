"""The search for the best answers when trying out all of them is too much work."""

from __future__ import annotations

from collections.abc import Sequence

from retail.money import Rounding
from retail.promotions.kind import LARGEST_COUNT, Kind, LineInPlay, Savings, Terms
from retail.promotions.play import Candidate, Plan, Play, record
from retail.promotions.prepared import PreparedPromotion
from retail.promotions.questions import LevelQuestion, Part, contested, standing_aside
from retail.promotions.rule import Promotion
from retail.promotions.search import Budget, solve, work_of
from tests.fakes.shop import promotion

NO_LIMIT = 10**9


def line(product_id: str, pieces: int, gross_minor: int, order: int) -> LineInPlay:
    return LineInPlay(product_id, "pantry", pieces, gross_minor, gross_minor, order=order)


def play_of(lines: list[LineInPlay], *promotions: Promotion) -> Play:
    candidates = [
        Candidate(rank, PreparedPromotion(row), lines, Terms(most=row.limit_per_sale or LARGEST_COUNT))
        for rank, row in enumerate(promotions)
    ]
    return Play(lines, candidates, Rounding.HALF_UP)


TENTH = promotion("tenth", "percent_off", percent=10, limit_per_sale=3, exclusion_group="g")
CENTS = promotion("cents", "amount_off", amount_minor=50, per="piece", limit_per_sale=3, exclusion_group="g")


def two_lines() -> list[LineInPlay]:
    """Return lines of which the first is worth more to TENTH, the second to CENTS."""
    return [line("a", 2, 1500, 0), line("b", 3, 1000, 1)]


def test_two_answers_are_exchanged_where_changing_one_alone_is_worse() -> None:
    lines = two_lines()
    play = play_of(lines, TENTH, CENTS)
    part = Part(contested(play), lines)
    plan = Plan()
    part.put(plan, (1, 0))
    assert play.run(plan).total_minor == 2500 - 100 - 100
    solve(play, part, plan, Budget(0, NO_LIMIT))
    assert part.answers == (0, 1)
    assert play.run(plan).total_minor == 2500 - 150 - 150


def test_a_search_without_a_budget_keeps_what_was_decided() -> None:
    lines = two_lines()
    play = play_of(lines, TENTH, CENTS)
    part = Part(contested(play), lines)
    plan = Plan()
    part.put(plan, (1, 0))
    solve(play, part, plan, Budget(0, 0))
    assert part.answers == (1, 0)


def test_a_search_begins_with_who_takes_most_off_a_line_alone() -> None:
    lines = two_lines()
    play = play_of(lines, TENTH, CENTS)
    part = Part(contested(play), lines)
    solve(play, part, Plan(), Budget(0, 0))
    assert part.answers == (0, 1)


def test_lines_are_not_exchanged_with_a_promotion_that_is_not_for_them() -> None:
    lines = two_lines()
    fifth = promotion("fifth", "percent_off", percent=5, exclusion_group="g")
    whom = ((TENTH, lines[:1]), (CENTS, lines), (fifth, lines[1:]))
    candidates = [
        Candidate(rank, PreparedPromotion(row), theirs, Terms(most=row.limit_per_sale or LARGEST_COUNT))
        for rank, (row, theirs) in enumerate(whom)
    ]
    play = Play(lines, candidates, Rounding.HALF_UP)
    part, plan = Part(contested(play), lines), Plan()
    assert [question.answers for question in part.of_lines] == [(0, 1), (1, 2)]
    part.put(plan, (0, 2))
    solve(play, part, plan, Budget(0, NO_LIMIT))
    assert part.answers == (0, 1)
    assert play.run(plan).total_minor == 2500 - 150 - 150


def test_beginnings_are_tried_for_as_long_as_the_budget_lasts() -> None:
    lines = two_lines()
    small = promotion("small", "percent_off", percent=1)
    spend = promotion("spend", "amount_off_basket", amount_minor=900, minimum_minor=2500)
    play = play_of(lines, small, spend)
    aside = standing_aside(play, play.run(Plan()))
    assert aside is not None
    assert aside.questions == [LevelQuestion(0, (LARGEST_COUNT, 0))]
    for improving, total in ((work_of(play), 2475), (2 * work_of(play), 1600)):
        plan = Plan()
        solve(play, Part(aside.questions, lines), plan, Budget(0, improving), aside.beginnings)
        assert play.run(plan).total_minor == total


class OnTheSecond(Kind, frozen=True):
    """A kind that names both lines and takes something off one."""

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings:
        return 1, [(lines[0], 0), (lines[1], 5)]


def test_a_line_that_nothing_came_off_has_no_discount() -> None:
    lines = two_lines()
    play = play_of(lines, TENTH)
    play.candidates[0].prepared.kind = OnTheSecond()
    record(play.run(Plan()))
    assert [[one.amount_minor for one in each.discounts] for each in lines] == [[], [5]]
    assert [each.groups for each in lines] == [frozenset(), frozenset({"g"})]


def test_most_kinds_offer_nothing_and_multiply_no_points() -> None:
    assert OnTheSecond().offers(two_lines(), Terms()) == ()
    assert OnTheSecond().points_multiplier(two_lines(), Terms()) == 1
    assert OnTheSecond().steps() == ()


def test_half_a_budget_leaves_the_other_half() -> None:
    budget = Budget(11, 5)
    half = budget.half()
    assert (half.exact, half.improving, budget.exact, budget.improving) == (5, 2, 6, 3)


def test_large_baskets_have_a_budget_in_proportion_to_their_lines() -> None:
    small, large, larger = (Budget.of(lines, 1) for lines in (10, 1000, 2000))
    assert small.exact > Budget.of(11, 1).exact
    assert larger.improving - large.improving == large.improving - Budget.of(0, 1).improving
    assert Budget.of(10, 2).exact == small.exact // 2
