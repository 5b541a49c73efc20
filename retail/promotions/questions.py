"""What is open between promotions that compete: the questions, and which of them influence one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Final

import msgspec

from retail.basket import ManualDiscount
from retail.discount_by_hand import taken_by_hand
from retail.promotions.kind import LARGEST_COUNT, DocumentKind, LineInPlay, Phase
from retail.promotions.play import Candidate, Outcome, Plan, Play

_MOST_LEVELS: Final = 8
"""A promotion that is used more often than this stands aside as a whole or not at all."""


class LineQuestion(msgspec.Struct, frozen=True):
    """Which promotion of an exclusion group has a line; the answers are ranks, ties go to the earlier."""

    group: str
    line: LineInPlay
    answers: tuple[int, ...]

    def put(self, plan: Plan, answer: int) -> None:
        """Write an answer into a plan."""
        plan.owners.setdefault(self.group, {})[self.line] = answer


class LevelQuestion(msgspec.Struct, frozen=True):
    """How often the promotion of a rank is used at most; ties go to the earlier answer."""

    rank: int
    answers: tuple[int, ...]

    def put(self, plan: Plan, answer: int) -> None:
        """Write an answer into a plan."""
        plan.most[self.rank] = answer


Question = LineQuestion | LevelQuestion


class Part:
    """Questions that influence one another, with the lines whose prices their answers change.

    `answers` are the best so far, `value` is what comes of them (see `Outcome.value`).
    """

    __slots__ = ("answers", "lines", "questions", "value")

    def __init__(self, questions: Sequence[Question], lines: Sequence[LineInPlay]) -> None:
        self.questions = questions
        self.lines = lines
        self.answers: tuple[int, ...] = ()
        self.value: tuple[int, int] | None = None

    @property
    def of_lines(self) -> list[LineQuestion]:
        """The questions that ask who has a line."""
        return [question for question in self.questions if isinstance(question, LineQuestion)]

    @property
    def combinations(self) -> int:
        """How many combinations of answers there are."""
        return prod([len(question.answers) for question in self.questions])

    def put(self, plan: Plan, answers: Sequence[int]) -> None:
        """Write answers to all questions into a plan."""
        for question, answer in zip(self.questions, answers, strict=True):
            question.put(plan, answer)

    def judge(self, answers: tuple[int, ...], value: tuple[int, int]) -> bool:
        """Keep the answers when they are better than the best so far; say whether they are."""
        if self.value is None or value < self.value:
            self.answers, self.value = answers, value
            return True
        return False


def contested(play: Play) -> list[LineQuestion]:
    """Return which lines several promotions of one exclusion group could touch, in the order of the lines."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in play.candidates:
        if candidate.prepared.group:
            groups.setdefault(candidate.prepared.group, []).append(candidate)
    questions = []
    for group in sorted(groups):
        if len(groups[group]) > 1:
            takers: dict[LineInPlay, list[int]] = {}
            for candidate in groups[group]:
                for line in candidate.lines:
                    takers.setdefault(line, []).append(candidate.rank)
            questions += [
                LineQuestion(group, line, tuple(sorted(ranks)))
                for line, ranks in takers.items()
                if len(ranks) > 1
            ]
    questions.sort(key=lambda one: one.line.order)
    return questions


def parts_of(play: Play, questions: Sequence[LineQuestion]) -> list[Part]:
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
    asked: dict[LineInPlay, list[LineQuestion]] = {}
    for question in questions:
        asked.setdefault(root(question.line), []).append(question)
    tied: dict[LineInPlay, list[LineInPlay]] = {}
    for line in play.lines:
        if line in parent and (of_line := root(line)) in asked:
            tied.setdefault(of_line, []).append(line)
    return [Part(asked[one], tied[one]) for one in asked]


def are_apart(play: Play, parts: Sequence[Part]) -> bool:
    """Say whether deciding each part by itself loses nothing, once the document is looked at too.

    So it is when each promotion of the document takes one amount off a sum that holds all lines of a part
    or none of them: the less the lines come to, the less is then paid. Steps that are missed by it are
    looked at afterwards.
    """
    later = [one for one in play.candidates if one.prepared.phase is not Phase.LINES]
    decided = {answer for part in parts for question in part.questions for answer in question.answers}
    if any(one.rank in decided for one in later):
        return False
    lines = {line for part in parts for line in part.lines}
    of_document = [one for one in later if one.prepared.phase is Phase.DOCUMENT]
    for one in of_document:
        touched = lines.intersection(one.lines)
        if not touched:
            continue
        if one.prepared.exclusive or not isinstance(one.prepared.kind, DocumentKind):
            return False
        if len(touched) < len(lines) and any(0 < _common(touched, part) < len(part.lines) for part in parts):
            return False
    closing = [one for one in play.candidates if one.prepared.exclusive and not lines.isdisjoint(one.lines)]
    return not (of_document and closing)


def _common(lines: set[LineInPlay], part: Part) -> int:
    return len(lines.intersection(part.lines))


class StandingAside(msgspec.Struct, frozen=True):
    """How often promotions on lines are used, where they may have cost a larger saving that comes later.

    `beginnings` are answers that are worth being tried first.
    """

    questions: list[LevelQuestion]
    beginnings: list[tuple[int, ...]]


def standing_aside(play: Play, outcome: Outcome) -> StandingAside | None:
    """Ask how often promotions on lines are used, when it may be better to use them less.

    A later promotion has steps (`Kind.steps`); where the lines have come below one that they reach at their
    full prices, the promotions on these lines may be used less often, or not at all. Nothing is asked when
    what would have to be given up on the lines is at least as much as all later savings could grow.
    """
    missed = dict(_missed(play, outcome))
    if not missed:
        return None
    missing = min(missed.values())
    if _later_savings_at_most(play, outcome) <= missing:
        return None
    counted = {line for candidate in missed for line in _counted(candidate)}
    questions, savings = [], []
    for source, times, amounts, _ in outcome.taken:
        if isinstance(source, Candidate) and source.prepared.phase is Phase.LINES:
            saving = sum([amount for line, amount in amounts if line in counted])
            if saving:
                in_levels = not source.prepared.kind.separable and times <= _MOST_LEVELS
                fewer = range(times - 1, -1, -1) if in_levels else (0,)
                questions.append(LevelQuestion(source.rank, (LARGEST_COUNT, *fewer)))
                savings.append(saving)
    return StandingAside(questions, _beginnings(savings, missing)) if questions else None


def _beginnings(savings: Sequence[int], missing: int) -> list[tuple[int, ...]]:
    """Return who stands aside for what is missing: the smallest single saving that is enough, as many as are
    enough from the smallest up and from the largest down, and all."""
    rising = sorted(range(len(savings)), key=lambda place: (savings[place], place))
    asides = [{place} for place in rising if savings[place] >= missing][:1]
    for order in (rising, rising[::-1]):
        aside: set[int] = set()
        for place in order:
            if sum([savings[one] for one in aside]) < missing:
                aside.add(place)
        asides.append(aside)
    asides.append(set(rising))
    return [
        tuple([0 if place in aside else LARGEST_COUNT for place in range(len(savings))]) for aside in asides
    ]


def _counted(candidate: Candidate) -> list[LineInPlay]:
    return candidate.lines if candidate.counted is None else candidate.counted


def _missed(play: Play, outcome: Outcome) -> Iterator[tuple[Candidate, int]]:
    """Yield later promotions that have come below a step, and how much of what came off lines is missing."""
    for candidate in play.candidates:
        steps = candidate.prepared.steps
        if not steps or candidate.prepared.phase is Phase.LINES:
            continue
        base = outcome.bases.get(candidate.rank, 0)
        if base >= steps[-1] and not _counts_less_than_scope(candidate, outcome):
            continue
        lines = _counted(candidate)
        at_most = sum([line.gross_minor for line in lines])
        below = [step for step in steps if base < step <= at_most]
        if below:
            off_lines = _off_lines(outcome)
            all_lines = at_most - sum([off_lines.get(line, 0) for line in lines])
            yield candidate, max(1, below[0] - all_lines)
        elif at_most > base and _counts_less_than_scope(candidate, outcome):
            yield candidate, 1


def _off_lines(outcome: Outcome) -> dict[LineInPlay, int]:
    """Return what came off each line before the document was looked at."""
    found: dict[LineInPlay, int] = {}
    for source, _, amounts, on_document in outcome.taken:
        if not on_document and _is_on_lines(source):
            for line, amount in amounts:
                found[line] = found.get(line, 0) + amount
    return found


def _is_on_lines(source: Candidate | ManualDiscount) -> bool:
    return not isinstance(source, Candidate) or source.prepared.phase is Phase.LINES


def _counts_less_than_scope(candidate: Candidate, outcome: Outcome) -> bool:
    """Say whether a kind found a sum too small that the lines in scope reach: gifts do not count."""
    return outcome.refused.get(candidate.rank) == "below_minimum" and bool(candidate.prepared.kind.steps())


def _later_savings_at_most(play: Play, outcome: Outcome) -> int:
    """Return how much more could come off after the lines, if nothing had come off them; lines stay as is."""
    later = [one for one in play.candidates if one.prepared.phase is not Phase.LINES]
    more = sum([_saving_at_full_prices(one) for one in later])
    for line, discount in play.by_hand:
        more += taken_by_hand(discount, line.gross_minor, play.rounding)
    if play.of_basket is not None:
        whole = sum([line.gross_minor for line in play.discountable])
        more += taken_by_hand(play.of_basket, whole, play.rounding)
    for source, _, amounts, _ in outcome.taken:
        if not isinstance(source, Candidate) or source.prepared.phase is not Phase.LINES:
            more -= sum([amount for _, amount in amounts])
    return more


def _saving_at_full_prices(candidate: Candidate) -> int:
    """Return what a promotion would take off if nothing had come off its lines; they stay as they are."""
    lines, kind = candidate.lines, candidate.prepared.kind
    if isinstance(kind, DocumentKind):
        saving = kind.saving(sum([line.gross_minor for line in lines]), candidate.terms)
        return 0 if isinstance(saving, str) else saving
    present = [line.remaining_minor for line in lines]
    for line in lines:
        line.remaining_minor = line.gross_minor
    savings = kind.savings(lines, candidate.terms)
    for line, remaining in zip(lines, present, strict=True):
        line.remaining_minor = remaining
    return 0 if isinstance(savings, str) else sum([amount for _, amount in savings[1]])
