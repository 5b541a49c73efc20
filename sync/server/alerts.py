"""Alarms: what waits for a person."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.server.database.alert_rows import add_alerts
from sync.server.database.round_trip import RoundTrip


def raise_alert(connection: Connection, code: str, subject: str, detail: str = "") -> None:
    """Raise an alarm for a person, once for a code and subject."""
    trip = RoundTrip(connection)
    add_alerts(trip, [(code, subject, detail)])
    trip.run()
