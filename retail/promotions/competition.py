"""Decides between promotions that compete, so that the customer pays least.

What is open: in each exclusion group, which promotion has each line that several of the group could touch
(no line takes two of one group); which coupons are used when one of them does not meet others; and, where
savings on lines have brought the sum below a step from which a promotion on the document or on shipping takes
off more, how often each of those promotions on lines is used, if at all. `exclusive` is not open: there the
priority decides.

The best combination has the lowest sum to pay for the lines (before a tax on top), then the fewest
discounts; of those that are still alike the promotion that comes first in the order of priority and id has
the line. Every answer is played whole, so what is compared is what would be paid, to the minor unit.

Exact and not exact. Answers that cannot influence one another are decided apart, which loses nothing (see
`are_apart`), and lines of one group are divided without playing all (see `retail.promotions.division`). What
is left is tried out completely while that is within the budget (see `Budget`; for a basket of ten lines it is
some hundreds of combinations): then the result is the best of all combinations. Beyond it the search begins
with the better of a few plans, such as each line to the promotion that takes most off it alone; from there
it changes one answer, all answers of a group, or exchanges two, as long as that is better and the budget
lasts. Promotions are asked to stand aside only where a step was missed. Work is counted in promotions and
lines, never in time, so that every machine finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.promotions.division import divide
from retail.promotions.play import Candidate, Outcome, Plan, Play
from retail.promotions.questions import LineQuestion, Part, are_apart, contested, parts_of, standing_aside
from retail.promotions.search import Budget, solve, work_of


def best_plan(play: Play, budget: Budget) -> tuple[Plan, Outcome]:
    """Return the plan under which the customer pays least, and what comes of it; the play is left so."""
    plan = Plan()
    questions = contested(play)
    if questions:
        _divide_groups(play, questions, plan, budget)
    outcome = play.run(plan)
    aside = standing_aside(play, outcome)
    if aside is not None:
        present = tuple([plan.owners[one.group][one.line] for one in questions])
        beginnings = [(*present, *answers) for answers in aside.beginnings]
        solve(play, Part((*questions, *aside.questions), play.lines), plan, budget, beginnings)
        outcome = play.run(plan)
    return plan, outcome


def _divide_groups(play: Play, questions: Sequence[LineQuestion], plan: Plan, budget: Budget) -> None:
    """Decide which promotion of a group has which line."""
    parts = parts_of(play, questions)
    whole = Part(questions, play.lines)
    apart = are_apart(play, parts)
    if not apart and whole.combinations * work_of(play) <= budget.exact:
        solve(play, whole, plan, budget)
        return
    for_parts = budget if apart else budget.half()
    for part in divide(play, parts, plan, for_parts):
        solve(play.part(part.lines), part, plan, for_parts)
    if not apart:
        solve(play, whole, plan, budget)


def coupon_choices(candidates: Iterable[Candidate]) -> list[frozenset[str]]:
    """Return the sets of coupons that may be left out, so that no coupon meets one it does not combine with.

    Nothing to choose is one empty set. All that combine are tried before each of the others alone, these in
    the order of their promotions.
    """
    combines: dict[str, bool] = {}
    for candidate in candidates:
        coupon = candidate.prepared.coupon
        if coupon:
            combines[coupon] = combines.get(coupon, True) and candidate.prepared.promotion.combinable
    every = frozenset(combines)
    alone = [coupon for coupon, does in combines.items() if not does]
    if not alone or len(every) == 1:
        return [frozenset()]
    choices = [every - {coupon} for coupon in alone]
    together = frozenset(alone)
    return [together, *choices] if together != every else choices
