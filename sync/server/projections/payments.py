"""`payment.started` and `payment.resolved` → the payment attempt and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from retail.events import PaymentResolved, PaymentStarted
from sync.server.database.attempt_rows import add_attempts, known_attempts, resolve_attempts
from sync.server.database.round_trip import RoundTrip
from sync.server.judging import Quarantined
from sync.server.landed import Landed
from sync.server.projections.asking import Asking

Payment = PaymentStarted | PaymentResolved


def ask_started(trip: RoundTrip, landed: Sequence[Landed[Payment]]) -> Asking:
    """Ask for the attempts that were resolved; the answer raises `Quarantined` for one never started."""
    started = [
        (event.fact.attempt_id, event.device.device_id)
        for event in landed
        if isinstance(event.fact, PaymentStarted)
    ]
    wanted = {
        (event.fact.attempt_id, event.device.device_id)
        for event in landed
        if isinstance(event.fact, PaymentResolved)
    }.difference(started)
    known = trip.ask(known_attempts(trip.dialect, sorted({attempt for attempt, _ in wanted})))

    def check() -> None:
        if len(set(started)) < len(started):
            raise Quarantined("cannot_be_stored", "an attempt was started twice in one batch")
        unknown = wanted - known.value
        if unknown:
            raise Quarantined("attempt_unknown", min(unknown)[0])

    return check


def apply_payments(trip: RoundTrip, landed: Sequence[Landed[Payment]]) -> None:
    """Store attempts, in doubt until they are resolved, and outcomes in the order of the journal."""
    rows = {
        event.fact.attempt_id: {
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
        if isinstance(event.fact, PaymentStarted)
    }
    later: list[tuple[str, str, str, str]] = []
    for event in landed:
        fact = event.fact
        if not isinstance(fact, PaymentResolved):
            continue
        moment = event.envelope.business_time
        if fact.attempt_id in rows:
            rows[fact.attempt_id] |= {
                "state": fact.outcome,
                "reference": fact.reference,
                "resolved_at": moment,
            }
        else:
            later.append((fact.attempt_id, fact.outcome, fact.reference, moment))
    add_attempts(trip, list(rows.values()))
    resolve_attempts(trip, later)
