"""The devices that may read streams, as one read for all of them showed a moment ago.

A thousand tills that come back from their long polls are known by one read every few seconds instead of one
for each. Whoever is not on the roll, or proves nothing with what it says, is looked up in the database as
anybody else: the roll never refuses. Whoever was shut out may ask for as long as the roll is old, and is told
nothing new: before anybody is, `sync.server.looks` has read who has changed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import anyio.to_thread

from sync.server.database.sessions import Database
from sync.server.enrolment import Device, keyed_devices

ROLL_SECONDS: Final = 10.0
"""How old what is known of a device may be."""


class Roll:
    """Belongs to the event loop of this server process."""

    def __init__(self, database: Database, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._seconds = seconds
        self._devices: dict[str, Device] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def device(self, device_id: str) -> Device | None:
        """Return a device that may read streams with its own key, None for any that is not known for one."""
        if self._seconds() - self._read_at > ROLL_SECONDS:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read())
                self._reading.add_done_callback(lambda done: done.cancelled() or done.exception())
            await asyncio.shield(self._reading)
        return self._devices.get(device_id)

    def forget(self) -> None:
        """Read again before anybody else is believed: a device is no longer what it was.

        A read that is under way may have begun before that, so what it finds is not kept.
        """
        self._devices = {}
        self._read_at = float("-inf")
        self._reading = None

    async def _read(self) -> None:
        began = self._seconds()
        devices = await anyio.to_thread.run_sync(self._read_all)
        if self._reading is asyncio.current_task():
            self._devices, self._read_at = devices, began

    def _read_all(self) -> dict[str, Device]:
        with self._database.read() as connection:
            return keyed_devices(connection)
