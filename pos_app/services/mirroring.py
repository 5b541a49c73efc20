"""Keeps the journal's mirror: what was recorded is sealed into it at once, beside selling."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pos_app.database.mirror import Mirror, MirroredState, MirrorProblem, Record
from pos_app.database.mirror_rows import MirrorSource
from pos_app.database.problems import DatabaseProblem

_log = logging.getLogger(__name__)

MOST_FACTS = 200
"""Of one round: a till that gets its first mirror writes it in steps that can be stopped."""


@dataclass(frozen=True, slots=True)
class MirrorStanding:
    """How many facts the mirror lacks (-1: not known), and the code of why, empty for nothing."""

    behind: int = -1
    problem: str = ""


class Mirroring:
    """Copies the journal's facts into its mirror, for one thread."""

    def __init__(self, source: MirrorSource, mirror: Mirror) -> None:
        self._source = source
        self._mirror = mirror
        self._position = -1
        self._state: MirroredState | None = None
        self.standing = MirrorStanding()

    def run_once(self) -> bool:
        """Mirror the next facts; return whether there may be more at once."""
        try:
            return self._mirror_next()
        except MirrorProblem as problem:
            self._fail("unreachable", problem)
        except DatabaseProblem as problem:
            self._fail(problem.code, problem)
        return False

    def close(self) -> None:
        """Close the mirror's segment."""
        self._mirror.close()

    def _mirror_next(self) -> bool:
        if self._position < 0:
            self._position = self._known_up_to()
        facts = self._source.facts_after(self._position, MOST_FACTS)
        state = self._source.state()
        records: list[Record] = [*facts]
        if state != self._state:
            records.append(state)
        self._mirror.append(records)
        self._state = state
        if facts:
            self._position = facts[-1].position
        behind = max(0, self._source.last_position() - self._position)
        self.standing = MirrorStanding(behind)
        return behind > 0

    def _known_up_to(self) -> int:
        """Return the place up to which this mirror is of this journal; 0 when it is another's."""
        fact, _ = self._mirror.head()
        if fact is None:
            return 0
        here = self._source.fact_at(fact.position)
        return fact.position if here is not None and here.envelope == fact.envelope else 0

    def _fail(self, code: str, problem: Exception) -> None:
        if self.standing.problem != code:
            _log.info("the journal is not mirrored: %s", problem)
        self._position = -1
        self._state = None
        self.standing = MirrorStanding(-1, code)
