"""Payment attempts at tills as rows: in doubt until they are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from sync.server.database.round_trip import Question, RoundTrip
from sync.server.database.statements import among
from sync.server.database.tables import payment_attempt

_RESOLVE = (
    update(payment_attempt)
    .where(payment_attempt.c.attempt_id == bindparam("of_attempt"))
    .values(state=bindparam("became"), reference=bindparam("shown"), resolved_at=bindparam("moment"))
)


@cache
def _known(dialect: str) -> Select[tuple[str, str]]:
    return select(payment_attempt.c.attempt_id, payment_attempt.c.device_id).where(
        among(dialect, payment_attempt.c.attempt_id, "attempts")
    )


def known_attempts(dialect: str, attempt_ids: Sequence[str]) -> Question[set[tuple[str, str]]]:
    """Ask which of these attempts were started, each with the device that did."""
    return Question(
        _known(dialect), {"attempts": attempt_ids}, lambda rows: {(row[0], row[1]) for row in rows}
    )


def add_attempts(trip: RoundTrip, rows: Sequence[dict[str, Any]]) -> None:
    """Store attempts; the database refuses a second one of the same id."""
    trip.add_rows(payment_attempt, rows)


def resolve_attempts(trip: RoundTrip, resolved: Sequence[tuple[str, str, str, str]]) -> None:
    """Store what became of attempts: each its id, state, reference and moment, in this order."""
    trip.tell(
        _RESOLVE,
        [
            {"of_attempt": attempt_id, "became": state, "shown": reference, "moment": moment}
            for attempt_id, state, reference, moment in resolved
        ],
    )
