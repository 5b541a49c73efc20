"""Alarms: what waits for a person."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.statements import insert_missing


def raise_alert(connection: Connection, code: str, subject: str, detail: str = "") -> None:
    """Raise an alarm for a person, once for a code and subject."""
    insert_missing(
        connection,
        tables.alert,
        [{"code": code, "subject": subject[:200], "detail": detail, "raised_at": now_text()}],
    )
