"""`payment.started` and `payment.resolved` → the payment attempt and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from retail.events import PaymentResolved, PaymentStarted
from sync.server.database import tables
from sync.server.judging import Quarantined
from sync.server.landed import Landed


def apply_started(connection: Connection, landed: Sequence[Landed[PaymentStarted]]) -> None:
    """Store attempts, in doubt until they are resolved."""
    connection.execute(
        tables.payment_attempt.insert(),
        [
            {
                "attempt_id": event.fact.attempt_id,
                "device_id": event.device.device_id,
                "basket_id": event.fact.basket_id,
                "tender": event.fact.tender.value,
                "amount_minor": event.fact.amount_minor,
                "currency": event.fact.currency,
                "state": "started",
                "reference": "",
                "started_at": event.envelope.business_time,
                "resolved_at": None,
            }
            for event in landed
        ],
    )


def apply_resolved(connection: Connection, landed: Sequence[Landed[PaymentResolved]]) -> None:
    """Store outcomes in the order of the journal; raises `Quarantined` for an attempt never started."""
    table = tables.payment_attempt
    for event in landed:
        changed = connection.execute(
            update(table)
            .where(
                table.c.attempt_id == event.fact.attempt_id,
                table.c.device_id == event.device.device_id,
            )
            .values(
                state=event.fact.outcome,
                reference=event.fact.reference,
                resolved_at=event.envelope.business_time,
            )
        )
        if changed.rowcount == 0:
            raise Quarantined("attempt_unknown", event.fact.attempt_id)
