"""Notes when tills were heard, seldom enough that asking for news costs nobody a write."""

from __future__ import annotations

import time
from threading import Lock
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from sync.server.database.hearing_rows import note_heard
from sync.server.database.sessions import Database

NOTE_EVERY_SECONDS: Final = 20.0
"""Tills ask every 25 seconds at the latest, and a store that was heard within a minute is not silent."""

WRITE_EVERY_SECONDS: Final = 5.0
"""How long what was only noted may wait: one transaction for all tills that came back meanwhile."""


class Hearing:
    """Writes down that a device was heard; one object per process, shared by its threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._noted: dict[str, float] = {}
        self._waiting: set[str] = set()

    def heard(self, device_id: str) -> None:
        """Write down that a device asked for something just now."""
        if self._is_news(device_id):
            with self._database.write() as connection:
                note_heard(connection, [device_id])

    def note(self, device_id: str) -> None:
        """Have the next `write_down` say that a device asked for something; touches no database."""
        if self._is_news(device_id):
            with self._lock:
                self._waiting.add(device_id)

    def write_down(self) -> None:
        """Write down whoever was noted."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        if not waiting:
            return
        try:
            with self._database.write() as connection:
                note_heard(connection, waiting)
        except SQLAlchemyError:
            with self._lock:
                self._waiting |= waiting  # for the next time
            raise

    def _is_news(self, device_id: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._noted.get(device_id, -NOTE_EVERY_SECONDS) < NOTE_EVERY_SECONDS:
                return False
            self._noted[device_id] = now
            return True
