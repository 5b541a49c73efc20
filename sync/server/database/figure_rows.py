"""What only the database knows of how the centre is doing: a few counts, read when somebody collects them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, func, select

from sync.server.database.inbox_rows import QUARANTINED
from sync.server.database.order_tables import message, payment_charge, webhook_delivery
from sync.server.database.tables import alert, device, inbox, sale


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits, by kind, and since when the most silent till that is in use was not heard."""

    waiting: Mapping[str, int]
    longest_silence_seconds: float


def read_figures(connection: Connection) -> Figures:
    """Return the counts of one state of the database; each is answered from an index."""
    questions = {
        "quarantined_events": select(func.count()).select_from(inbox).where(inbox.c.outcome == QUARANTINED),
        "open_alerts": select(func.count()).select_from(alert).where(alert.c.resolved_at.is_(None)),
        "sales_to_price_again": select(func.count()).select_from(sale).where(sale.c.price_check == "waiting"),
        "messages": select(func.count()).select_from(message).where(message.c.state == "waiting"),
        "payment_requests": select(func.count())
        .select_from(payment_charge)
        .where(payment_charge.c.state == "waiting"),
        "webhooks": select(func.count())
        .select_from(webhook_delivery)
        .where(webhook_delivery.c.state == "waiting"),
    }
    waiting = {kind: int(connection.execute(question).scalar_one()) for kind, question in questions.items()}
    heard = connection.execute(
        select(func.min(func.coalesce(device.c.heard_at, device.c.enrolled_at))).where(
            device.c.replaced_at.is_(None), device.c.revoked_at.is_(None)
        )
    ).scalar()
    return Figures(waiting=waiting, longest_silence_seconds=_seconds_since(heard) if heard else 0.0)


def _seconds_since(moment: str) -> float:
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())
