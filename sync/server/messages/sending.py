"""Sends customers what is to be told, each message once: what may have been sent is never sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from sync.server.alerts import raise_alert
from sync.server.clock import text_after
from sync.server.database.message_rows import (
    NOT_SENT,
    SENT,
    UNCERTAIN,
    WAITING,
    Waiting,
    any_message,
    claim_message,
    finish_message,
    interrupted_messages,
)
from sync.server.database.order_rows import read_order
from sync.server.database.sessions import Database
from sync.server.database.shop_rows import read_stores
from sync.server.messages.letters import letter_to
from sync.server.messages.port import Carrier, Letter, NotSent, Uncertain
from sync.server.messages.texts import LETTERS

AT_ONCE: Final = 100
"""Letters in one round."""

SENDING_FOR: Final = timedelta(minutes=5)
"""Whoever has not said by then what became of a letter was interrupted."""

TRIED_FOR: Final = timedelta(days=1)
"""A letter that is older says nothing useful any more."""

DELAYS_SECONDS: Final = (30, 120, 600, 1800, 3600)


class Post:
    """Sends what waits. `public_address` is what the centre is called on the internet, empty for nothing."""

    def __init__(self, database: Database, carrier: Carrier, *, public_address: str = "") -> None:
        self._database = database
        self._carrier = carrier
        self._public_address = public_address

    def send_due(self, now: str) -> int:
        """Send what is due; return how many letters were tried."""
        with self._database.read() as connection:
            if not any_message(connection, now):
                return 0
        with self._database.write() as connection:
            for key in interrupted_messages(connection, now):
                _tell_somebody(connection, key, "interrupted: it may have been sent")
        tried = 0
        while tried < AT_ONCE:
            with self._database.write() as connection:
                waiting = claim_message(connection, now=now, until=text_after(now, SENDING_FOR))
            if waiting is None:
                return tried
            tried += 1
            state, error, again = self._send(waiting)
            with self._database.write() as connection:
                if again and now < text_after(waiting.created_at, TRIED_FOR):
                    finish_message(
                        connection, waiting, state=WAITING, error=error, next_at=_later(now, waiting)
                    )
                    return tried
                finish_message(connection, waiting, state=state, error=error, next_at=now)
                if error:
                    _tell_somebody(connection, waiting.message_key, error)
        return tried

    def _send(self, waiting: Waiting) -> tuple[str, str, bool]:
        """Return the state that a message has come to, what went wrong, and whether to try again."""
        letter = self._letter(waiting)
        if letter is None:
            return NOT_SENT, "no such order, store or kind of message", False
        try:
            self._carrier.send(letter)
        except NotSent as refused:
            return NOT_SENT, refused.code, refused.again
        except Uncertain as uncertain:
            return UNCERTAIN, f"{uncertain}: it may have been sent", False
        return SENT, "", False

    def _letter(self, waiting: Waiting) -> Letter | None:
        with self._database.read() as connection:
            booked = read_order(connection, waiting.order_id)
            stores = {store.store_id: store for store in read_stores(connection)}
        if booked is None or booked.order.store_id not in stores or waiting.kind not in LETTERS:
            return None
        return letter_to(
            booked,
            stores[booked.order.store_id],
            kind=waiting.kind,
            key=waiting.message_key,
            about=waiting.about,
            public_address=self._public_address,
        )


def _later(now: str, waiting: Waiting) -> str:
    delay = DELAYS_SECONDS[min(waiting.attempts, len(DELAYS_SECONDS) - 1)]
    return text_after(now, timedelta(seconds=delay))


def _tell_somebody(connection: Connection, key: str, error: str) -> None:
    raise_alert(connection, "message_not_sent", key, error)
