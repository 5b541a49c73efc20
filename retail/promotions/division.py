"""Divides the contested lines of one exclusion group among its promotions, exactly and without playing all.

It holds for a part whose questions are all of one group, when every promotion outside the group is separable:
then what a promotion makes of its lines does not depend on who has the others, and the best division follows
from what each promotion makes of each set of lines. Of separable promotions a set is worth the sum of its
lines, so that only the others are asked about every set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from retail.promotions.kind import LineInPlay, Phase
from retail.promotions.play import Candidate, Outcome, Plan, Play
from retail.promotions.questions import Part
from retail.promotions.search import Budget, work_of

_NOBODY: Final = -1
_MOST_DISCOUNTS: Final = 1 << 24

_Answered = tuple[int, tuple[int, ...]]
"""What comes of answers (see `_worth`), and the answers."""


class _Alone(NamedTuple):
    """The best separable promotion for a line, and what it makes of it."""

    worth: int
    rank: int


def divide(play: Play, parts: Sequence[Part], plan: Plan, budget: Budget) -> list[Part]:
    """Write the best answers of parts into the plan; return the parts that cannot be divided so.

    Those have questions of several groups, promotions that influence one another across groups, or more sets
    of lines than the budget allows.
    """
    part_of = {line: part for part in parts for line in part.lines}
    together: dict[Part, list[Candidate]] = {part: [] for part in parts}
    on_lines = [one for one in play.candidates if one.prepared.phase is Phase.LINES]
    for candidate in on_lines:
        if not candidate.prepared.separable:
            part = part_of.get(candidate.lines[0])
            if part is not None:
                together[part].append(candidate)
    ranks = {one.rank for one in on_lines}
    divisible = {part: tied for part, tied in together.items() if _is_of_one_group(part, tied, ranks)}
    alone = _best_separable(play, divisible)
    left = [part for part in parts if part not in divisible]
    for part, tied in divisible.items():
        answers = _division(play, part, tied, alone, budget)
        if answers:
            part.put(plan, answers)
        else:
            left.append(part)
    return left


def _is_of_one_group(part: Part, tied: Iterable[Candidate], on_lines: set[int]) -> bool:
    """Say whether a part's questions are of one group, among promotions on lines, and nothing else ties."""
    questions = part.of_lines
    group = questions[0].group
    return all(one.group == group and on_lines.issuperset(one.answers) for one in questions) and all(
        one.prepared.group == group for one in tied
    )


def _best_separable(play: Play, parts: Iterable[Part]) -> dict[LineInPlay, _Alone]:
    """Return for each contested line the separable promotion of its group that leaves least to be paid.

    Their turns come side by side: no line sees what the others have.
    """
    separable = {one.rank for one in play.candidates if one.prepared.separable}
    takers: dict[LineInPlay, list[int]] = {}
    plan = Plan()
    for part in parts:
        for question in part.of_lines:
            ranks = [rank for rank in question.answers if rank in separable]
            if ranks:
                takers[question.line] = ranks
                question.put(plan, ranks[0])
    best: dict[LineInPlay, _Alone] = {}
    if not takers:
        return best
    part_play = play.part(takers, separable)
    owners = list(plan.owners.values())
    for turn in range(max(map(len, takers.values()))):
        for of_group in owners:
            for line in of_group:
                ranks = takers[line]
                of_group[line] = ranks[min(turn, len(ranks) - 1)]
        discounts = _discounts(part_play.run(plan))
        for line, ranks in takers.items():
            if turn < len(ranks):
                worth = line.remaining_minor * _MOST_DISCOUNTS + discounts.get(line, 0)
                if turn == 0 or worth < best[line].worth:
                    best[line] = _Alone(worth, ranks[turn])
    return best


def _division(
    play: Play, part: Part, tied: Sequence[Candidate], alone: dict[LineInPlay, _Alone], budget: Budget
) -> tuple[int, ...]:
    """Return the best answers; none when that is more work than the budget allows."""
    lines = [question.line for question in part.of_lines]
    separable = {one.rank for one in play.candidates if one.prepared.separable}
    plays = [play.part(one.lines, separable | {one.rank}) for one in tied]
    places = [[place for place, line in enumerate(lines) if line in set(one.lines)] for one in tied]
    work = sum([work_of(one) << len(of_one) for one, of_one in zip(plays, places, strict=True)])
    if not budget.take_exact(work):
        return ()
    found: dict[int, _Answered] = {0: (0, (_NOBODY,) * len(lines))}
    for one, of_one, one_play in zip(tied, places, plays, strict=True):
        sets = _worth_of_sets(one, one_play, lines, of_one)
        if not budget.take_exact(len(found) * len(sets) // 8):
            return ()
        found = _joined(found, sets, one.rank)
    best: _Answered | None = None
    for worth, answers in found.values():
        open_lines = [line for line, answer in zip(lines, answers, strict=True) if answer == _NOBODY]
        if all(line in alone for line in open_lines):
            whole = worth + sum([alone[line].worth for line in open_lines])
            if best is None or whole <= best[0]:
                filled = tuple(
                    [
                        alone[line].rank if answer == _NOBODY else answer
                        for line, answer in zip(lines, answers, strict=True)
                    ]
                )
                best = (whole, filled) if best is None else min(best, (whole, filled))
    assert best is not None, "some promotion may have each contested line"
    return best[1]


def _worth_of_sets(
    candidate: Candidate, play: Play, lines: Sequence[LineInPlay], places: Sequence[int]
) -> dict[int, int]:
    """Return by set of contested lines (a bit for each) what a promotion makes of it and its other lines."""
    plan = Plan()
    owners = plan.owners[candidate.prepared.group] = {}
    contested = {lines[place] for place in places}
    others = [line for line in candidate.lines if line not in contested]
    worths = {}
    for chosen in range(1 << len(places)):
        taken = 0
        mine = list(others)
        for bit, place in enumerate(places):
            line = lines[place]
            if chosen >> bit & 1:
                taken |= 1 << place
                mine.append(line)
                owners[line] = candidate.rank
            else:
                owners[line] = _NOBODY
        discounts = _discounts(play.run(plan))
        remaining = sum([line.remaining_minor for line in mine])
        worths[taken] = remaining * _MOST_DISCOUNTS + sum([discounts.get(line, 0) for line in mine])
    return worths


def _joined(found: dict[int, _Answered], sets: dict[int, int], rank: int) -> dict[int, _Answered]:
    """Return by set of lines the best way to have them taken, when one more promotion takes some."""
    joined: dict[int, _Answered] = {}
    for taken, (worth, answers) in found.items():
        for more, worth_of_more in sets.items():
            if taken & more:
                continue
            both = taken | more
            whole = worth + worth_of_more
            present = joined.get(both)
            if present is None or whole <= present[0]:
                merged = tuple(
                    [rank if more >> place & 1 else answer for place, answer in enumerate(answers)]
                )
                if present is None or (whole, merged) < present:
                    joined[both] = (whole, merged)
    return joined


def _discounts(outcome: Outcome) -> dict[LineInPlay, int]:
    """Return how many discounts each line has."""
    found: dict[LineInPlay, int] = {}
    for _, _, amounts, _ in outcome.taken:
        for line, amount in amounts:
            if amount:
                found[line] = found.get(line, 0) + 1
    return found
