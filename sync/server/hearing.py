"""Notes when tills were heard, seldom enough that asking for news costs nobody a write."""

from __future__ import annotations

import time
from threading import Lock
from typing import Final

from sync.server.database.hearing_rows import note_heard
from sync.server.database.sessions import Database

NOTE_EVERY_SECONDS: Final = 20.0
"""Tills ask every 25 seconds at the latest, and a store that was heard within a minute is not silent."""


class Hearing:
    """Writes down that a device was heard; one object per process, shared by its threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._noted: dict[str, float] = {}

    def heard(self, device_id: str) -> None:
        """Note that a device asked for something just now."""
        now = time.monotonic()
        with self._lock:
            if now - self._noted.get(device_id, -NOTE_EVERY_SECONDS) < NOTE_EVERY_SECONDS:
                return
            self._noted[device_id] = now
        with self._database.write() as connection:
            note_heard(connection, device_id)
