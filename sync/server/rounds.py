"""What the centre does beside answering requests: rounds of bounded work, one at a time, each in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from sync.server.centre import Centre
from sync.server.channels.deliveries import keep_sending
from sync.server.clock import now_text
from sync.server.hearing import WRITE_EVERY_SECONDS
from sync.server.pruning import prune
from sync.server.threads import in_thread
from sync.server.wakeups import Wakeups

_log = logging.getLogger(__name__)

ORDERS_EVERY_SECONDS: Final = 5.0
PAYMENTS_EVERY_SECONDS: Final = 1.0
MESSAGES_EVERY_SECONDS: Final = 1.0
CHANGE_LOGS_EVERY_SECONDS: Final = 3600.0
OLD_ROWS_EVERY_SECONDS: Final = 3600.0


def rounds_of(centre: Centre) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what runs as long as the centre does: orders, payments, messages, tills, logs, old rows."""
    wakeups = centre.wakeups
    return (
        keep_running(
            "orders", lambda: centre.keeper.run_once(now_text()), wakeups, every_seconds=ORDERS_EVERY_SECONDS
        ),
        keep_running(
            "payments",
            lambda: centre.cashier.run_once(now_text()),
            wakeups,
            every_seconds=PAYMENTS_EVERY_SECONDS,
        ),
        keep_running(
            "messages",
            lambda: centre.post.send_due(now_text()),
            wakeups,
            every_seconds=MESSAGES_EVERY_SECONDS,
        ),
        keep_running("heard tills", centre.hearing.write_down, wakeups, every_seconds=WRITE_EVERY_SECONDS),
        keep_running(
            "change logs", centre.forget_old_changes, wakeups, every_seconds=CHANGE_LOGS_EVERY_SECONDS
        ),
        keep_running(
            "old rows",
            lambda: prune(centre.database, now_text()),
            wakeups,
            every_seconds=OLD_ROWS_EVERY_SECONDS,
        ),
        keep_sending(centre.database, wakeups),
    )


async def keep_running(
    name: str, run_once: Callable[[], object], wakeups: Wakeups, *, every_seconds: float
) -> None:
    """Run rounds until cancelled; one that fails is logged, and the next comes in its time.

    A round that has begun ends before this does: its outcome is written.
    """
    while not wakeups.closing:
        try:
            await in_thread(run_once)
        except SQLAlchemyError as error:
            # Nothing is lost: what waits in the database is looked at when it is back.
            _log.warning("%s must wait for the database: %s", name, type(error).__name__)
        except Exception:  # noqa: BLE001  # whatever one round met, the next must come
            _log.exception("%s: a round failed", name)
        await asyncio.sleep(every_seconds)
