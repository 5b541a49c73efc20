"""Divides the contested lines of one exclusion group among its promotions, exactly and without playing all.

It holds for a part whose questions are all of one group, when every promotion outside the group is separable:
then what a promotion makes of its lines does not depend on who has the others, and the best division follows
from what each promotion makes of each set of lines. Of separable promotions a set is worth the sum of its
lines, so that only the others are asked about every set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from retail.discount_by_hand import taken_by_hand
from retail.promotions.kind import LineInPlay, Phase
from retail.promotions.play import Candidate, Outcome, Plan, Play, reaches_minimum
from retail.promotions.questions import Part
from retail.promotions.search import FIXED_WORK, Budget

_NOBODY: Final = -1
_JOINED_FOR_ONE_WORK: Final = 8
"""So many sets are compared in the time in which a promotion looks at a line."""

_MOST_DISCOUNTS: Final = 1 << 24

_Answered = tuple[int, tuple[int, ...]]
"""What comes of answers (see `_worth`), and the answers."""


class _Alone(msgspec.Struct, frozen=True):
    """The best separable promotion for a line, and what it makes of it."""

    worth: int
    rank: int


def divide(play: Play, parts: Sequence[Part], plan: Plan, budget: Budget) -> list[Part]:
    """Write the best answers of parts into the plan; return the parts that cannot be divided so.

    Those have questions of several groups, promotions that influence one another across groups, exclusive
    ones, or more sets of lines than the budget allows.
    """
    part_of = {line: part for part in parts for line in part.lines}
    together: dict[Part, list[Candidate]] = {part: [] for part in parts}
    on_lines = [one for one in play.candidates if one.prepared.phase is Phase.LINES]
    for candidate in on_lines:
        part = part_of.get(candidate.lines[0])
        if part is not None and not candidate.prepared.separable:
            together[part].append(candidate)
    ranks = {one.rank for one in on_lines}
    if any(one.prepared.exclusive and not part_of.keys().isdisjoint(one.lines) for one in on_lines):
        return list(parts)
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
    takers = [_Taker(play, one, lines) for one in tied]
    joining = (1 << sum([len(one.places) for one in takers])) // _JOINED_FOR_ONE_WORK
    if not budget.take_exact(sum([one.work for one in takers]) + joining):
        return ()
    found: dict[int, _Answered] = {0: (0, (_NOBODY,) * len(lines))}
    for one in takers:
        found = _joined(found, one.worth_of_sets(), one.own.rank)
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


class _Taker:
    """A promotion that is not separable, among the separable ones that are applied before and after it."""

    __slots__ = ("_after", "_by_hand", "_contested", "_others", "_rounding", "_start", "own", "places")

    def __init__(self, play: Play, own: Candidate, lines: Sequence[LineInPlay]) -> None:
        """Count what comes off its lines before it, which does not depend on which of them it has."""
        self.own = own
        touched = set(own.lines)
        self.places = [place for place, line in enumerate(lines) if line in touched]
        self._contested = [lines[place] for place in self.places]
        self._others = touched.difference(self._contested)
        free = [
            (one, shared)
            for one in play.candidates
            if one.prepared.separable
            and one.prepared.group != own.prepared.group
            and (shared := [line for line in one.lines if line in touched])
        ]
        for line in own.lines:
            line.remaining_minor = line.gross_minor
        discounts = dict.fromkeys(own.lines, 0)
        for one, shared in free:
            if one.rank < own.rank:
                for line in _take(one, shared):
                    discounts[line] += 1
        self._start = {line: (line.remaining_minor, discounts[line]) for line in own.lines}
        self._after = [(one, shared) for one, shared in free if one.rank > own.rank]
        self._by_hand = [(line, discount) for line, discount in play.by_hand if line in touched]
        self._rounding = play.rounding

    @property
    def work(self) -> int:
        """How much work it is to ask for all sets."""
        of_one = sum([FIXED_WORK + len(shared) for _, shared in self._after])
        return (of_one + FIXED_WORK + len(self.own.lines)) << len(self.places)

    def worth_of_sets(self) -> dict[int, int]:
        """Return by set of contested lines (a bit for each) what is made of it and of its other lines."""
        worths = {}
        for chosen in range(1 << len(self.places)):
            taken = 0
            mine = set(self._others)
            for bit, place in enumerate(self.places):
                if chosen >> bit & 1:
                    taken |= 1 << place
                    mine.add(self._contested[bit])
            worths[taken] = self._worth(mine)
        return worths

    def _worth(self, mine: set[LineInPlay]) -> int:
        discounts = 0
        for line in mine:
            line.remaining_minor, before = self._start[line]
            discounts += before
        for one, lines in ((self.own, self.own.lines), *self._after):
            discounts += len(_take(one, [line for line in lines if line in mine]))
        for line, discount in self._by_hand:
            if line in mine:
                amount = taken_by_hand(discount, line.remaining_minor, self._rounding)
                line.remaining_minor -= amount
                discounts += amount > 0
        return sum([line.remaining_minor for line in mine]) * _MOST_DISCOUNTS + discounts


def _take(candidate: Candidate, lines: Sequence[LineInPlay]) -> list[LineInPlay]:
    """Use a promotion on lines; return those that something came off."""
    prepared = candidate.prepared
    if not lines:
        return []
    if prepared.has_minimum:
        base = sum([line.remaining_minor for line in lines])
        if not reaches_minimum(prepared, base, lines):
            return []
    savings = prepared.kind.savings(lines, candidate.terms)
    if isinstance(savings, str):
        return []
    for line, amount in savings[1]:
        line.remaining_minor -= amount
    return [line for line, amount in savings[1] if amount]


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
                joined[both] = (whole, merged) if present is None else min(present, (whole, merged))
    return joined


def _discounts(outcome: Outcome) -> dict[LineInPlay, int]:
    """Return how many discounts each line has."""
    found: dict[LineInPlay, int] = {}
    for _, _, amounts, _ in outcome.taken:
        for line, amount in amounts:
            found[line] = found.get(line, 0) + (amount > 0)
    return found
