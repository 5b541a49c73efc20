"""How far the till's clock is from the centre's, from the `Date` of its answers (RFC 9110 section 6.6.1).

For diagnostics only. Business times are the till's own: nothing is dated by another machine's clock.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ALARMING_SECONDS = 300


def skew_seconds(date_header: str, now: str) -> int | None:
    """Return by how many seconds the till is ahead of the centre; None when one of the two says no time.

    `now` is RFC 3339 with its offset. The header counts whole seconds, and its way here is not known, so a
    few seconds mean nothing.
    """
    try:
        there = parsedate_to_datetime(date_header)
        here = datetime.fromisoformat(now)
    except (ValueError, TypeError):
        return None
    if there.tzinfo is None:
        there = there.replace(tzinfo=UTC)
    if here.tzinfo is None:
        return None
    return round((here - there).total_seconds())
