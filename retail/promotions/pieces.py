"""Pieces of lines while promotions are counted: taken from the dearest down, each worth its part of a line.

A line's pieces are worth what remains of the line, cut into whole minor units so that together they are
exactly that: the first k of n pieces are worth `remaining × k ÷ n`, rounded down. Work grows with the number
of lines, never with the number of pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from retail.money import allocate
from retail.promotions.kind import LineInPlay, Savings

_FINE: Final = 10**10
"""Two prices of pieces differ by more than 1/10¹⁰ of a minor unit, or not at all: a line has fewer than
10⁵ pieces, so this many parts of a minor unit compare them exactly."""


class Take(msgspec.Struct, frozen=True, gc=False):
    """Some pieces of a line: so many of them, after the first `first`."""

    line: LineInPlay
    first: int
    pieces: int

    @property
    def worth_minor(self) -> int:
        """Return what the pieces are worth before this promotion."""
        line, first = self.line, self.first
        until = line.remaining_minor * (first + self.pieces) // line.pieces
        return until - line.remaining_minor * first // line.pieces if first else until


class Pieces:
    """The whole pieces of some lines, to be taken one after the other, the dearest first.

    Ties go by the lines' order, which does not depend on how they were scanned. `left` is how many pieces
    have not been taken. Weighed goods have no pieces.
    """

    __slots__ = ("_at", "_lines", "_used", "left")

    def __init__(self, lines: Iterable[LineInPlay]) -> None:
        self._lines = dearest_first(lines)
        self._at = 0
        self._used = 0
        self.left = sum([line.pieces for line in self._lines])

    def alike(self, size: int) -> int:
        """Return how many times `size` pieces can be taken off the next line; 1 when it takes several lines,
        0 when there are not so many."""
        if self.left < size:
            return 0
        return (self._lines[self._at].pieces - self._used) // size or 1

    def take(self, count: int) -> list[Take]:
        """Take the dearest pieces that are left; fewer when there are not so many."""
        taken: list[Take] = []
        wanted = min(count, self.left)
        self.left -= wanted
        while wanted:
            line, first = self._lines[self._at], self._used
            of_line = line.pieces - first
            if wanted < of_line:
                taken.append(Take(line, first, wanted))
                self._used = first + wanted
                break
            taken.append(Take(line, first, of_line))
            wanted -= of_line
            self._at += 1
            self._used = 0
        return taken


def dearest_first(lines: Iterable[LineInPlay]) -> list[LineInPlay]:
    """Return the lines that have pieces, by what a piece of them still costs, dearest first."""
    with_pieces = [line for line in lines if line.pieces]
    if len(with_pieces) > 1:
        with_pieces.sort(key=lambda line: (-(line.remaining_minor * _FINE // line.pieces), line.order))
    return with_pieces


class Shares:
    """What comes off each line, collected."""

    __slots__ = ("_by_line",)

    def __init__(self) -> None:
        self._by_line: dict[LineInPlay, int] = {}

    def add(self, line: LineInPlay, amount_minor: int) -> None:
        """Add an amount to what comes off a line."""
        self._by_line[line] = self._by_line.get(line, 0) + amount_minor

    def divide(self, saving_minor: int, takes: Sequence[Take], weights: Sequence[int]) -> None:
        """Divide a saving over the pieces in proportion to the weights, largest remainder first."""
        shares = (saving_minor,) if len(takes) == 1 else allocate(saving_minor, weights)
        by_line = self._by_line
        for take, share in zip(takes, shares, strict=True):
            by_line[take.line] = by_line.get(take.line, 0) + share

    def savings(self, uses: int) -> Savings | str:
        """Return what was collected with the number of uses, or `nothing_matches` when nothing comes off."""
        saved = [(line, amount) for line, amount in self._by_line.items() if amount]
        return (uses, saved) if saved else "nothing_matches"


def groups_for_price(
    pools: Sequence[Pieces], counts: Sequence[int], price_minor: int, most: int
) -> Savings | str:
    """Make groups of `counts` pieces from the pools, each group for one price; at most so many groups.

    The dearest pieces go together, so that no other grouping saves more: k groups never hold more than
    the dearest pieces for k groups are worth. A group that would cost more than its pieces ends it. The
    saving of a group is divided over its pieces by what they are worth.
    """
    shares = Shares()
    groups = 0
    pairs = tuple(zip(pools, counts, strict=True))
    while True:
        times = most - groups
        for pool, count in pairs:
            times = min(times, pool.alike(count))
        if times <= 0:
            return shares.savings(groups)
        takes = [take for pool, count in pairs for take in pool.take(count * times)]
        worths = [take.worth_minor for take in takes]
        saving = sum(worths) - price_minor * times
        if saving <= 0:
            return shares.savings(groups)
        shares.divide(saving, takes, worths)
        groups += times


def units_of(line: LineInPlay) -> int:
    """Return what a limit counts: the pieces of a line, 1 for weighed goods."""
    return line.pieces or 1


def by_unit(
    lines: Iterable[LineInPlay],
    most: int,
    saving_of: Callable[[LineInPlay, int], int],
    units: Callable[[LineInPlay], int] = units_of,
) -> Savings | str:
    """Take off each line what its units save, at most so many units, those that save most first.

    `saving_of` tells what so many units of a line save, and is asked again for a line of which the limit
    leaves only a part. Units that save nothing are no uses.
    """
    found = []
    uses = 0
    for line in lines:
        count = units(line)
        saving = saving_of(line, count)
        if saving > 0:
            found.append((line, saving, count))
            uses += count
    if uses > most:
        found.sort(key=lambda one: (-(one[1] * _FINE // one[2]), one[0].order))
    saved = []
    left = most
    for line, whole_saving, count in found:
        taken = min(count, left)
        saving = whole_saving if taken == count else saving_of(line, taken)
        if saving > 0:
            saved.append((line, saving))
            left -= taken
    return (most - left, saved) if saved else "nothing_matches"
