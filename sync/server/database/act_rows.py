"""Watched acts as rows: voids, reprints, drawer openings and broken promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync.server.database.round_trip import RoundTrip
from sync.server.database.tables import watched_act


def add_acts(trip: RoundTrip, rows: Sequence[dict[str, Any]]) -> None:
    """Store what managers read about tills; the database refuses a second act of the same event."""
    trip.add_rows(watched_act, rows)
