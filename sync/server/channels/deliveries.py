"""Posts to channels what they are to be told, again and again for three days, in the order of each order.

What becomes of an attempt is `OUTCOMES`' to say. Nothing is posted inside a database session.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

import anyio.to_thread
import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sync.server.alerts import raise_alert
from sync.server.channels.posting import TOTAL_SECONDS, AddressRefused, NoAnswer, post
from sync.server.channels.signing import signed_headers
from sync.server.clock import now_text, text_after
from sync.server.database.channel_rows import Channel, channel_of_id, stop_webhook
from sync.server.database.delivery_rows import (
    DELIVERED,
    GIVEN_UP,
    WAITING,
    Delivery,
    channels_due,
    claim_delivery,
    finish_delivery,
    give_up_on,
    put_off,
)
from sync.server.database.sessions import Database
from sync.server.threads import in_thread
from sync.server.wakeups import Wakeups

_log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 0.5
AT_ONCE: Final = 100
"""Posts to one channel in one round."""

DELAYS_SECONDS: Final = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600)
"""How long to wait after each attempt that failed; the last for every one after it."""

TRIED_FOR: Final = timedelta(days=3)
PAUSE: Final = timedelta(seconds=5)
"""How long a channel that did not take one thing is not bothered with another."""

CLAIMED_FOR: Final = timedelta(seconds=4 * TOTAL_SECONDS)
LONGEST_WAIT_SECONDS: Final = 21_600
"""Of what a receiver may ask for in `Retry-After`."""


class Outcome(StrEnum):
    """What an attempt came to."""

    TAKEN = "taken"
    LATER = "later"  # tried again, and nobody is bothered before three days have passed
    TOLD = "told"  # tried again, and a person is told at once: it will not mend itself
    GONE = "gone"  # never tried again, nor anything else of this channel


OUTCOMES: Final[dict[str, Outcome]] = {
    "2xx": Outcome.TAKEN,
    "3xx": Outcome.TOLD,  # a redirect is not followed: it could lead anywhere
    "4xx": Outcome.TOLD,
    "408": Outcome.LATER,
    "410": Outcome.GONE,  # what the Standard Webhooks specification has a receiver say that is no more
    "429": Outcome.LATER,
    "5xx": Outcome.LATER,
    "unknown_host": Outcome.LATER,
    "unreachable": Outcome.LATER,
    "too_slow": Outcome.LATER,
    "bad_certificate": Outcome.TOLD,
    "no_http": Outcome.TOLD,
    "bad_address": Outcome.TOLD,
    "not_https": Outcome.TOLD,
    "private_address": Outcome.TOLD,
}
"""What becomes of an attempt, by the status of the answer or by why there was none."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One post: the answer's status, or 0 and why there was none."""

    status: int = 0
    error: str = ""
    retry_after_seconds: int = 0

    @property
    def outcome(self) -> Outcome:
        if not self.status:
            return OUTCOMES[self.error]
        return OUTCOMES.get(str(self.status)) or OUTCOMES.get(f"{self.status // 100}xx", Outcome.TOLD)

    @property
    def words(self) -> str:
        """What a person reads about it."""
        return f"HTTP {self.status}" if self.status else self.error


def send_due(database: Database, now: str) -> int:
    """Post what is due to every channel, one after the other; return how many posts were made."""
    with database.read() as connection:
        due = channels_due(connection, now)
    return sum(send_to(database, channel_id, now) for channel_id in due)


def send_to(database: Database, channel_id: str, now: str) -> int:
    """Post what is due to one channel until it fails; return how many posts were made."""
    made = 0
    while made < AT_ONCE:
        with database.write() as connection:
            channel = channel_of_id(connection, channel_id)
            if channel is None or not channel.webhook_url or channel.settings.webhook_stopped:
                give_up_on(connection, channel_id, "no receiver")
                return made
            delivery = claim_delivery(connection, channel_id, now=now, until=text_after(now, CLAIMED_FOR))
        if delivery is None:
            return made
        attempt = _attempt(channel, delivery)
        made += 1
        with database.write() as connection:
            if attempt.outcome is Outcome.TAKEN:
                finish_delivery(
                    connection, delivery, state=DELIVERED, status=attempt.status, error="", next_at=now
                )
                continue
            _record_failure(connection, channel, delivery, attempt, now)
        return made
    return made


def _attempt(channel: Channel, delivery: Delivery) -> Attempt:
    body = delivery.body.encode()
    # The time of this attempt is the machine's own: the receiver compares it with its clock.
    sent_at = int(datetime.fromisoformat(now_text()).timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Evertill",
        **signed_headers(channel.webhook_secret, delivery.delivery_key, sent_at, body),
    }
    try:
        answer = post(channel.webhook_url, body, headers, allow_private=channel.settings.allow_private)
    except (NoAnswer, AddressRefused) as none:
        return Attempt(error=none.code)
    return Attempt(status=answer.status, retry_after_seconds=answer.retry_after_seconds)


def _record_failure(
    connection: Connection, channel: Channel, delivery: Delivery, attempt: Attempt, now: str
) -> None:
    finish = partial(finish_delivery, connection, delivery, status=attempt.status, error=attempt.words)
    if attempt.outcome is Outcome.GONE:
        finish(state=GIVEN_UP, next_at=now)
        stop_webhook(connection, channel, attempt.words)
        left = give_up_on(connection, channel.channel_id, attempt.words)
        raise_alert(
            connection,
            "webhook_gone",
            channel.channel_id,
            f"{attempt.words}: nothing is posted there any more; {left + 1} messages were not taken",
        )
        return
    if now >= text_after(delivery.created_at, TRIED_FOR):
        finish(state=GIVEN_UP, next_at=now)
        raise_alert(
            connection,
            "webhook_given_up",
            f"{channel.channel_id} {delivery.delivery_key}",
            f"{delivery.kind} of order {delivery.order_id}: {attempt.words} for three days",
        )
    else:
        finish(state=WAITING, next_at=text_after(now, delay_after(delivery.attempts + 1, attempt)))
    if attempt.outcome is Outcome.TOLD:
        raise_alert(
            connection, "webhook_refused", f"{channel.channel_id} {attempt.words}", channel.webhook_url
        )
    put_off(connection, channel.channel_id, until=text_after(now, PAUSE))


def delay_after(attempts: int, attempt: Attempt) -> timedelta:
    """Return how long to wait after so many attempts, a fifth more or less so that not all come at once."""
    usual = DELAYS_SECONDS[min(attempts, len(DELAYS_SECONDS)) - 1]
    jittered = usual * random.uniform(0.8, 1.2)  # noqa: S311  # jitter is no secret
    return timedelta(seconds=max(jittered, min(attempt.retry_after_seconds, LONGEST_WAIT_SECONDS)))


async def keep_sending(database: Database, wakeups: Wakeups) -> None:
    """Post what is due until cancelled; a channel that is slow keeps no other one waiting."""
    busy: dict[str, asyncio.Task[int]] = {}
    try:
        while not wakeups.closing:
            busy = {channel_id: task for channel_id, task in busy.items() if not _ended(channel_id, task)}
            for channel_id in await in_thread(partial(_due_now, database)):
                if channel_id not in busy:
                    busy[channel_id] = asyncio.create_task(
                        anyio.to_thread.run_sync(send_to, database, channel_id, now_text())
                    )
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    finally:
        # A post that is under way ends by its own deadline, and its outcome is written before we go.
        await asyncio.gather(*busy.values(), return_exceptions=True)


def _due_now(database: Database) -> list[str]:
    try:
        with database.read() as connection:
            return channels_due(connection, now_text())
    except SQLAlchemyError as error:
        # Nothing is lost: what is to be told still waits, and is looked at when the database is back.
        _log.warning("channels cannot be told anything now: %s", type(error).__name__)
        return []


def _ended(channel_id: str, task: asyncio.Task[int]) -> bool:
    if not task.done():
        return False
    error = task.exception()
    if error is not None:
        _log.error("channel %s cannot be told anything now", channel_id, exc_info=error)
    return True
