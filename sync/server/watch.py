"""Hears what other processes publish: a catalogue import beside a running server, or a second server.

PostgreSQL tells by `NOTIFY`. SQLite cannot tell, but says for next to nothing whether anybody has committed
since it was asked before: it is asked five times a second, and after a commit the counter rows are looked at.
They are also looked at every few seconds in case a word got lost. All that only while somebody waits.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from sync.server.centre import Centre
from sync.server.database.sessions import Commits, StreamId
from sync.server.database.stream_rows import hear_published, read_heads
from sync.server.database.upgrade import epoch_of
from sync.server.threads import in_thread

LOOK_EVERY_SECONDS = 5.0
"""How often the counter rows are read, whoever says nothing."""

ASK_EVERY_SECONDS = 0.2
"""How often SQLite is asked whether anybody has committed."""

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
    wakeups, database = centre.wakeups, centre.database
    commits = Commits(database) if database.is_sqlite else None
    seen, looked_at = -1, float("-inf")
    try:
        while not wakeups.closing:
            await asyncio.sleep(LOOK_EVERY_SECONDS if commits is None else ASK_EVERY_SECONDS)
            if not wakeups.anyone:
                continue
            moment = wakeups.heads.moment
            try:
                # Before the rows are read: what is committed after that is another number the next time.
                number = seen if commits is None else await in_thread(commits.number)
                if number == seen and time.monotonic() - looked_at < LOOK_EVERY_SECONDS:
                    continue
                heads, epoch = await in_thread(lambda: _heads(centre))
            except SQLAlchemyError as error:
                # The requests themselves will say it louder; looking goes on when the database is back.
                _log.warning("the counter rows cannot be read: %s", type(error).__name__)
                continue
            # What was told meanwhile counts more than these rows: then they must be read once more.
            seen, looked_at = number if moment == wakeups.heads.moment else -1, time.monotonic()
            wakeups.seen(heads, epoch, moment, all_of_them=True)
    finally:
        if commits is not None:
            commits.close()


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
