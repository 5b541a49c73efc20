"""Looks for the best answers by playing: all combinations, or as many as a budget of work allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Final

from retail.promotions.kind import LineInPlay
from retail.promotions.play import Plan, Play
from retail.promotions.questions import LevelQuestion, LineQuestion, Part, Question

SMALL: Final = 10
"""A basket of at most so many lines is decided exactly wherever that is not far too much work."""

WORK_OF_SMALL: Final = 4_000
"""How much work trying out all combinations may be for a small basket: promotions asked, lines looked at."""

WORK: Final = 2_000
"""How much work trying out all combinations, or looking for a good one, may be otherwise."""

WORK_OF_A_LINE: Final = 10
"""How much more for each line, so that large baskets take longer in proportion to their lines."""

FIXED_WORK: Final = 3
"""What asking a promotion costs beside the lines that it looks at."""


class Budget:
    """The work that is left for a basket: `exact` to try out all combinations, `improving` to try some."""

    __slots__ = ("exact", "improving")

    def __init__(self, exact: int, improving: int) -> None:
        self.exact = exact
        self.improving = improving

    @classmethod
    def of(cls, lines: int, choices: int) -> Budget:
        """Return what is allowed for so many lines, for each of so many choices of coupons."""
        usual = WORK + WORK_OF_A_LINE * lines
        return cls((WORK_OF_SMALL if lines <= SMALL else usual) // choices, usual // choices)

    def half(self) -> Budget:
        """Take half of it out of the budget, to be spent on its own."""
        half = Budget(self.exact // 2, self.improving // 2)
        self.exact -= half.exact
        self.improving -= half.improving
        return half

    def take_exact(self, work: int) -> bool:
        """Take the work of all combinations out of the budget; say whether it was there."""
        if work > self.exact:
            return False
        self.exact -= work
        return True

    def take(self, work: int) -> bool:
        """Take the work of one more combination out of the budget; say whether it was there."""
        if work > self.improving:
            return False
        self.improving -= work
        return True


def work_of(play: Play) -> int:
    """Return how much work it is to play once."""
    return len(play.lines) + sum([FIXED_WORK + len(one.lines) for one in play.candidates])


def solve(
    play: Play, part: Part, plan: Plan, budget: Budget, beginnings: Sequence[tuple[int, ...]] = ()
) -> None:
    """Write the best answers of a part into the plan.

    All combinations are tried when the budget allows; otherwise the `beginnings` and those of the part, and
    from the best of them one change after the other for as long as that is better and the budget lasts.
    """
    play.remember()
    if budget.take_exact(part.combinations * work_of(play)):
        for answers in product(*[question.answers for question in part.questions]):
            _try(play, part, plan, answers)
    else:
        _improve(play, part, plan, budget, beginnings)
    part.put(plan, part.answers)


def _try(play: Play, part: Part, plan: Plan, answers: tuple[int, ...]) -> bool:
    part.put(plan, answers)
    return part.judge(answers, play.run(plan).value())


def _improve(
    play: Play, part: Part, plan: Plan, budget: Budget, beginnings: Sequence[tuple[int, ...]]
) -> None:
    work = work_of(play)
    _try(play, part, plan, _first(play, part, plan))
    budget.take(work)
    for beginning in beginnings:
        if budget.take(work):
            _try(play, part, plan, beginning)
    changed = True
    while changed:
        changed = False
        for change in _changes(part):
            if change != part.answers:
                if not budget.take(work):
                    return
                changed |= _try(play, part, plan, change)


def _first(play: Play, part: Part, plan: Plan) -> tuple[int, ...]:
    """Return the answers of the plan so far; where it has none, who takes most off the line by itself."""
    alone: dict[int, dict[LineInPlay, int]] = {}
    asked = {answer for question in part.of_lines for answer in question.answers}
    for line in play.lines:
        line.remaining_minor = line.gross_minor
    for candidate in play.candidates:
        if candidate.rank in asked:
            savings = candidate.prepared.kind.savings(candidate.lines, candidate.terms)
            alone[candidate.rank] = {} if isinstance(savings, str) else dict(savings[1])

    def first(question: Question) -> int:
        if isinstance(question, LevelQuestion):
            return question.answers[0]
        line = question.line
        decided = plan.owners.get(question.group, {}).get(line)
        if decided is not None:
            return decided
        return max(question.answers, key=lambda rank: alone.get(rank, {}).get(line, 0))

    return tuple([first(question) for question in part.questions])


def _changes(part: Part) -> Iterable[tuple[int, ...]]:
    """Yield changes of the best answers so far: a whole group to one promotion, one by one, two exchanged."""
    groups = {(question.group, answer) for question in part.of_lines for answer in question.answers}
    for group, answer in sorted(groups):
        yield tuple(
            [
                answer
                if isinstance(question, LineQuestion)
                and question.group == group
                and answer in question.answers
                else present
                for question, present in zip(part.questions, part.answers, strict=True)
            ]
        )
    for place, question in enumerate(part.questions):
        for answer in question.answers:
            yield (*part.answers[:place], answer, *part.answers[place + 1 :])
    for first, second in combinations(range(len(part.questions)), 2):
        one, other = part.answers[first], part.answers[second]
        if one != other and one in part.questions[second].answers and other in part.questions[first].answers:
            exchanged = list(part.answers)
            exchanged[first], exchanged[second] = other, one
            yield tuple(exchanged)
