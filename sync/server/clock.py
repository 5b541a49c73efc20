"""The centre's clock: moments as RFC 3339 text in UTC, which sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now_text(*, plus: timedelta = timedelta(0)) -> str:
    """Return the present moment, or one that far away, such as `2026-03-14T06:33:07.120Z`."""
    moment = datetime.now(UTC) + plus
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
