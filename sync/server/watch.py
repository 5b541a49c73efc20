"""Hears what other processes publish: a catalogue import beside a running server, or a second server.

PostgreSQL tells by `NOTIFY`, and the counter rows are looked at now and then in case a word got lost.
SQLite cannot tell, so the counter rows are looked at twice a second. Both only while somebody waits.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from sync.server.centre import Centre
from sync.server.database.sessions import StreamId
from sync.server.database.stream_rows import hear_published, read_heads
from sync.server.database.upgrade import epoch_of
from sync.server.threads import in_thread

LOOK_EVERY_SECONDS = {"sqlite": 0.5, "postgresql": 5.0}
LISTEN_SECONDS = 0.5
"""How long one blocking wait for a NOTIFY lasts, and so how long stopping may take."""

_log = logging.getLogger(__name__)


async def watch(centre: Centre) -> None:
    """Wake long polls for what other processes publish, until cancelled."""
    tasks = [asyncio.create_task(_look(centre))]
    if not centre.database.is_sqlite:
        tasks.append(asyncio.create_task(in_thread(lambda: _listen(centre))))
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _look(centre: Centre) -> None:
    every = LOOK_EVERY_SECONDS["sqlite" if centre.database.is_sqlite else "postgresql"]
    wakeups = centre.wakeups
    while not wakeups.closing:
        await asyncio.sleep(every)
        if not wakeups.anyone:
            continue
        moment = wakeups.heads.moment
        try:
            heads, epoch = await in_thread(lambda: _heads(centre))
        except SQLAlchemyError as error:
            # The requests themselves will say it louder; looking goes on when the database is back.
            _log.warning("the counter rows cannot be read: %s", type(error).__name__)
            continue
        wakeups.seen(heads, epoch, moment, all_of_them=True)


def _heads(centre: Centre) -> tuple[dict[StreamId, int], str]:
    with centre.database.read() as connection:
        return read_heads(connection), epoch_of(connection)


def _listen(centre: Centre) -> None:
    try:
        with centre.database.engine.connect() as connection:
            for streams in hear_published(connection, LISTEN_SECONDS):
                centre.wakeups.wake(streams)
                if centre.wakeups.closing:
                    return
    except SQLAlchemyError as error:
        _log.warning("NOTIFY is not heard any more, looking goes on: %s", type(error).__name__)
