"""Runs a bounded piece of work again and again beside the requests: one round at a time, in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError

from sync.server.wakeups import Wakeups

_log = logging.getLogger(__name__)


async def keep_running(
    name: str, run_once: Callable[[], object], wakeups: Wakeups, *, every_seconds: float
) -> None:
    """Run rounds until cancelled; one that fails is logged, and the next comes in its time.

    A round that has begun ends before this does: its outcome is written.
    """
    while not wakeups.closing:
        try:
            await anyio.to_thread.run_sync(run_once)
        except SQLAlchemyError as error:
            # Nothing is lost: what waits in the database is looked at when it is back.
            _log.warning("%s must wait for the database: %s", name, type(error).__name__)
        except Exception:  # noqa: BLE001  # whatever one round met, the next must come
            _log.exception("%s: a round failed", name)
        await asyncio.sleep(every_seconds)
