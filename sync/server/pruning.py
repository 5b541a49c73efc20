"""Throws away old rows that nobody asks for any more, so that the centre does not grow without end.

Orders, their steps, the ledger of goods and the journal of every till are kept: they are the books.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sync.server.clock import text_after
from sync.server.database.old_rows import forget_baskets, forget_charges, forget_deliveries, forget_messages
from sync.server.database.people_rows import forget_failures, forget_sessions
from sync.server.database.personal_rows import forget_contacts
from sync.server.database.sessions import Database

DELIVERIES_KEPT: Final = timedelta(days=90)
"""An outside shop that has read neither its posts nor its feed for so long reads its orders one by one."""

MESSAGES_KEPT: Final = timedelta(days=90)
"""Until then a customer may ask what was sent; later the order itself still says what happened."""

CHARGES_KEPT: Final = timedelta(days=550)
"""A card payment can be disputed for up to 540 days after it was made; the order keeps its sums for ever."""

BASKETS_KEPT: Final = timedelta(days=30)
"""As long as a browser keeps the cookie by which a basket is found."""

CONTACTS_KEPT: Final = timedelta(days=550)
"""Name and address of who ordered, after the order was over: as long as its payment can be disputed."""

SESSIONS_KEPT: Final = timedelta(days=30)
"""Nobody is signed in by so old a session; until then the list of people says when somebody was here."""

FAILURES_KEPT: Final = timedelta(days=2)

AT_ONCE: Final = 500
"""Rows in one transaction: whoever places an order meanwhile waits for milliseconds."""

MOST_TRANSACTIONS: Final = 40
"""For each kind in one round: the rest goes in the next one."""


def prune(database: Database, now: str) -> int:
    """Forget what is old enough, a bounded number of rows; return how many they were."""
    kinds: tuple[tuple[Callable[..., int], timedelta], ...] = (
        (forget_deliveries, DELIVERIES_KEPT),
        (forget_messages, MESSAGES_KEPT),
        (forget_charges, CHARGES_KEPT),
        (forget_baskets, BASKETS_KEPT),
        (forget_contacts, CONTACTS_KEPT),
        (forget_sessions, SESSIONS_KEPT),
        (forget_failures, FAILURES_KEPT),
    )
    forgotten = 0
    for forget, kept in kinds:
        before = text_after(now, -kept)
        for _ in range(MOST_TRANSACTIONS):
            with database.write() as connection:
                count = forget(connection, before=before, limit=AT_ONCE)
            forgotten += count
            if count < AT_ONCE:
                break
    return forgotten
