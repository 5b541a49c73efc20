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
`_are_apart`). What is left is tried out completely while the work fits the budget (`Budget`): then the result
is the best of all combinations. Beyond it the search begins with the better of: each line to the promotion
that takes most off it, and each promotion of a group as the only one where it can be; from there it changes
one answer, or all answers of a group to one promotion, as long as that is better and the budget lasts. Work
is counted in promotions and lines, never in time, so that every machine finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from math import prod
from typing import Final, NamedTuple

from retail.promotions.kind import LARGEST_COUNT, DocumentKind, LineInPlay, Phase
from retail.promotions.play import Candidate, Outcome, Plan, Play

WORK: Final = 4_000
"""How much work the search for one basket may do: lines looked at by promotions."""

WORK_OF_A_LINE: Final = 40
"""How much more for each line, so that large baskets take longer in proportion to their lines."""

_FIXED_WORK: Final = 3
"""What asking a promotion costs beside the lines that it looks at."""

_SIDE_BY_SIDE: Final = 8
"""Parts of at most so many combinations are tried out together."""

_MOST_LEVELS: Final = 8
"""A promotion that is used more often than this stands aside as a whole or not at all."""


class Budget:
    """The work that is left, for one of so many choices of coupons."""

    __slots__ = ("left",)

    def __init__(self, lines: int, choices: int = 1) -> None:
        self.left = (WORK + WORK_OF_A_LINE * lines) // choices

    def take(self, work: int) -> bool:
        """Take some work out of the budget; say whether it was there."""
        if work > self.left:
            return False
        self.left -= work
        return True


class Question(NamedTuple):
    """Something to be decided, and the answers that there are, in the order in which ties are broken.

    With a `line`: which promotion (rank) of the `group` has it. Without: how often the promotion `rank` is
    used at most.
    """

    group: str
    line: LineInPlay | None
    rank: int
    answers: tuple[int, ...]

    def put(self, plan: Plan, answer: int) -> None:
        """Write an answer into a plan."""
        if self.line is None:
            plan.most[self.rank] = answer
        else:
            plan.owners.setdefault(self.group, {})[self.line] = answer


class _Part:
    """Questions that influence one another, with the lines whose prices their answers change."""

    __slots__ = ("answers", "lines", "questions", "value")

    def __init__(self, questions: Sequence[Question], lines: Sequence[LineInPlay]) -> None:
        self.questions = questions
        self.lines = lines
        self.answers: Sequence[int] = ()
        self.value: tuple[int, int] | None = None

    @property
    def combinations(self) -> int:
        return prod([len(question.answers) for question in self.questions])

    def put(self, plan: Plan, answers: Sequence[int]) -> None:
        for question, answer in zip(self.questions, answers, strict=True):
            question.put(plan, answer)

    def judge(self, answers: Sequence[int], value: tuple[int, int]) -> bool:
        """Keep the answers when they are better than the best so far; say whether they are."""
        if self.value is None or value < self.value:
            self.answers, self.value = answers, value
            return True
        return False


def best_plan(play: Play, budget: Budget) -> tuple[Plan, Outcome]:
    """Return the plan under which the customer pays least, and what comes of it; the play is left so."""
    plan = Plan()
    questions = contested(play)
    if questions:
        parts = _parts(play, questions)
        _solve_apart(play, parts, plan, budget)
        if not _are_apart(play, parts):
            _solve(play, _Part(questions, play.lines), plan, budget)
    outcome = play.run(plan)
    standing_aside = _levels(play, outcome)
    if standing_aside:
        _solve(play, _Part((*questions, *standing_aside), play.lines), plan, budget)
        outcome = play.run(plan)
    return plan, outcome


def contested(play: Play) -> tuple[Question, ...]:
    """Return which lines several promotions of one exclusion group could touch."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in play.candidates:
        if candidate.prepared.group:
            groups.setdefault(candidate.prepared.group, []).append(candidate)
    questions = []
    for group in sorted(groups):
        takers: dict[LineInPlay, list[int]] = {}
        for candidate in groups[group]:
            for line in candidate.lines:
                takers.setdefault(line, []).append(candidate.rank)
        for line in sorted(takers, key=_order):
            if len(takers[line]) > 1:
                questions.append(Question(group, line, -1, tuple(sorted(takers[line]))))
    return tuple(questions)


def _order(line: LineInPlay) -> int:
    return line.order


def _parts(play: Play, questions: Sequence[Question]) -> list[_Part]:
    """Divide questions into parts that do not influence one another before the document is looked at.

    A promotion that is not separable ties all of its lines together.
    """
    parent: dict[LineInPlay, LineInPlay] = {}

    def root(line: LineInPlay) -> LineInPlay:
        while parent.setdefault(line, line) is not line:
            parent[line] = line = parent[parent[line]]
        return line

    for candidate in play.candidates:
        if candidate.prepared.phase is Phase.LINES and not candidate.prepared.separable:
            first = root(candidate.lines[0])
            for line in candidate.lines:
                parent[root(line)] = first
    asked: dict[LineInPlay, list[Question]] = {}
    for question in questions:
        assert question.line is not None
        asked.setdefault(root(question.line), []).append(question)
    tied: dict[LineInPlay, list[LineInPlay]] = {}
    for line in play.lines:
        if (of_line := root(line)) in asked:
            tied.setdefault(of_line, []).append(line)
    return [_Part(asked[one], tied[one]) for one in asked]


def _are_apart(play: Play, parts: Sequence[_Part]) -> bool:
    """Say whether deciding each part by itself loses nothing, once the document is looked at too.

    So it is when each promotion of the document takes one amount off a sum that holds all lines of a part
    or none of them: the less the lines come to, the less is then paid. Steps that are missed by it are
    looked at afterwards.
    """
    decided = {answer for part in parts for question in part.questions for answer in question.answers}
    later = [one for one in play.candidates if one.prepared.phase is not Phase.LINES]
    if any(one.rank in decided for one in later):
        return False
    lines = {line for part in parts for line in part.lines}
    of_document = [one for one in later if one.prepared.phase is Phase.DOCUMENT]
    for one in of_document:
        touched = lines.intersection(one.lines)
        if touched and (one.prepared.exclusive or not isinstance(one.prepared.kind, DocumentKind)):
            return False
        if any(0 < len(touched.intersection(part.lines)) < len(part.lines) for part in parts):
            return False
    closing = [one for one in play.candidates if one.prepared.exclusive and not lines.isdisjoint(one.lines)]
    return not (of_document and closing)


def _work_of(play: Play) -> int:
    """Return how much work it is to play once."""
    return len(play.lines) + sum([_FIXED_WORK + len(one.lines) for one in play.candidates])


def _solve_apart(play: Play, parts: Sequence[_Part], plan: Plan, budget: Budget) -> None:
    """Decide each part by what its lines come to before the document is looked at."""
    small = [part for part in parts if part.combinations <= _SIDE_BY_SIDE]
    if small:
        _try_side_by_side(play.part([line for part in small for line in part.lines]), small, plan, budget)
    large = [part for part in parts if part.combinations > _SIDE_BY_SIDE]
    for part in sorted(large, key=lambda one: one.combinations):
        _solve(play.part(part.lines), part, plan, budget)


def _try_side_by_side(play: Play, parts: Sequence[_Part], plan: Plan, budget: Budget) -> None:
    """Try all combinations of many small parts at once: no part sees what another has decided."""
    combinations = [tuple(product(*[question.answers for question in part.questions])) for part in parts]
    rounds = max(map(len, combinations))
    budget.take(rounds * _work_of(play))
    for turn in range(rounds):
        for part, of_part in zip(parts, combinations, strict=True):
            part.put(plan, of_part[min(turn, len(of_part) - 1)])
        outcome = play.run(plan)
        discounts: dict[LineInPlay, int] = {}
        for _, _, amounts, _ in outcome.taken:
            for line, amount in amounts:
                if amount:
                    discounts[line] = discounts.get(line, 0) + 1
        for part, of_part in zip(parts, combinations, strict=True):
            if turn < len(of_part):
                remaining = sum([line.remaining_minor for line in part.lines])
                part.judge(of_part[turn], (remaining, sum([discounts.get(line, 0) for line in part.lines])))
    for part in parts:
        part.put(plan, part.answers)


def _solve(play: Play, part: _Part, plan: Plan, budget: Budget) -> None:
    """Find the best answers of a part by playing: all combinations, or as many as the budget allows."""
    if budget.take(part.combinations * _work_of(play)):
        for answers in product(*[question.answers for question in part.questions]):
            _try(play, part, plan, answers)
    else:
        _improve(play, part, plan, budget)
    part.put(plan, part.answers)


def _try(play: Play, part: _Part, plan: Plan, answers: Sequence[int]) -> bool:
    part.put(plan, answers)
    return part.judge(answers, play.run(plan).value())


def _improve(play: Play, part: _Part, plan: Plan, budget: Budget) -> None:
    """Begin with the best of a few plans, then change answers for as long as that is better."""
    work = _work_of(play)
    begin = _begin(play, part, plan)
    _try(play, part, plan, begin)
    budget.take(2 * work)
    changed = True
    while changed:
        changed = False
        for change in _changes(part):
            if tuple(change) == tuple(part.answers):
                continue
            if not budget.take(work):
                return
            changed |= _try(play, part, plan, change)


def _begin(play: Play, part: _Part, plan: Plan) -> list[int]:
    """Return the answers of the plan so far; where it has none, who takes most off the line by itself."""
    alone: dict[int, dict[LineInPlay, int]] = {}
    asked = {answer for question in part.questions if question.line for answer in question.answers}
    for line in play.lines:
        line.remaining_minor = line.gross_minor
    for candidate in play.candidates:
        if candidate.rank in asked:
            savings = candidate.prepared.kind.savings(candidate.lines, candidate.terms)
            alone[candidate.rank] = {} if isinstance(savings, str) else dict(savings[1])

    def first(question: Question) -> int:
        if question.line is None:
            return question.answers[0]
        decided = plan.owners.get(question.group, {}).get(question.line)
        if decided is not None:
            return decided
        line = question.line
        return max(question.answers, key=lambda rank: alone[rank].get(line, 0))

    return [first(question) for question in part.questions]


def _changes(part: _Part) -> Iterable[list[int]]:
    """Yield changes of the best answers so far: those of a whole group at once, then one by one."""
    groups = {
        (question.group, answer)
        for question in part.questions
        if question.line is not None
        for answer in question.answers
    }
    for group, answer in sorted(groups):
        yield [
            answer if question.group == group and answer in question.answers else present
            for question, present in zip(part.questions, part.answers, strict=True)
        ]
    for place, question in enumerate(part.questions):
        for answer in question.answers:
            changed = list(part.answers)
            changed[place] = answer
            yield changed


def _levels(play: Play, outcome: Outcome) -> list[Question]:
    """Return the promotions on lines that may have cost a step of one on the document or on shipping."""
    counted: set[LineInPlay] = set()
    for candidate in play.candidates:
        if candidate.prepared.steps and candidate.prepared.phase is not Phase.LINES:
            lines = candidate.lines if candidate.counted is None else candidate.counted
            gross = sum([line.gross_minor for line in lines])
            base = outcome.bases.get(candidate.rank, 0)
            if outcome.refused.get(candidate.rank) == "below_minimum":
                base = -1
            if any(base < step <= gross for step in candidate.prepared.steps):
                counted.update(lines)
    questions = []
    for source, times, amounts, _ in outcome.taken:
        if not isinstance(source, Candidate) or source.prepared.phase is not Phase.LINES:
            continue
        if any(amount and line in counted for line, amount in amounts):
            in_steps = not source.prepared.kind.separable and times <= _MOST_LEVELS
            fewer = range(times - 1, -1, -1) if in_steps else (0,)
            questions.append(Question("", None, source.rank, (LARGEST_COUNT, *fewer)))
    return questions


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
