"""Alarms as rows: raised once for a code and subject, and resolved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from sync.server.clock import now_text
from sync.server.database.round_trip import RoundTrip
from sync.server.database.tables import alert

LONGEST_SUBJECT = 200

_RAISED_AGAIN = (
    "(code, subject) DO UPDATE SET resolved_at = NULL, raised_at = excluded.raised_at, "
    "detail = excluded.detail WHERE alert.resolved_at IS NOT NULL"
)
_RESOLVE = (
    update(alert)
    .where(alert.c.subject == bindparam("about"), alert.c.code.startswith(bindparam("beginning")))
    .values(resolved_at=bindparam("moment"))
)


def add_alerts(trip: RoundTrip, raised: Sequence[tuple[str, str, str]]) -> None:
    """Raise alarms, each a code, a subject and a detail, once for a code and subject.

    One that waits for a person already stays as it is; one that was resolved is raised again.
    """
    moment = now_text()
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for code, subject, detail in raised:
        fitting = subject[:LONGEST_SUBJECT]
        row = {"code": code, "subject": fitting, "detail": detail, "raised_at": moment}
        rows.setdefault((code, fitting), row)
    trip.add_rows(alert, list(rows.values()), on_conflict=_RAISED_AGAIN)


def resolve_alerts(connection: Connection, subject: str, beginning: str) -> None:
    """Resolve the alarms about a subject whose codes begin so."""
    values = {"about": subject[:LONGEST_SUBJECT], "beginning": beginning, "moment": now_text()}
    connection.execute(_RESOLVE, values)
