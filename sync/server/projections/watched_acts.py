"""`basket.voided`, `receipt.reprinted`, `drawer.opened`, `promise.overridden` → what managers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from retail.events import BasketVoided, DrawerOpened, Fact, PromiseOverridden, ReceiptReprinted
from sync.server.database.act_rows import add_acts
from sync.server.database.round_trip import RoundTrip
from sync.server.landed import Landed


def apply_voids(trip: RoundTrip, landed: Sequence[Landed[BasketVoided]]) -> None:
    """Store given-up baskets with what they would have come to."""
    add_acts(
        trip,
        [
            _row(
                event,
                event.fact.cashier_id,
                subject=event.fact.basket_id,
                amount_minor=event.fact.total_minor,
                reason=event.fact.reason,
                approved_by=event.fact.approved_by,
            )
            for event in landed
        ],
    )


def apply_reprints(trip: RoundTrip, landed: Sequence[Landed[ReceiptReprinted]]) -> None:
    """Store copies of receipts."""
    add_acts(
        trip,
        [
            _row(
                event,
                event.fact.cashier_id,
                subject=event.fact.receipt_number,
                approved_by=event.fact.approved_by,
            )
            for event in landed
        ],
    )


def apply_drawer_openings(trip: RoundTrip, landed: Sequence[Landed[DrawerOpened]]) -> None:
    """Store openings of the drawer without a sale."""
    add_acts(
        trip,
        [
            _row(
                event,
                event.fact.cashier_id,
                reason=event.fact.reason,
                approved_by=event.fact.approved_by,
            )
            for event in landed
        ],
    )


def apply_overridden_promises(trip: RoundTrip, landed: Sequence[Landed[PromiseOverridden]]) -> None:
    """Store sales of goods that were promised: which product, what was chosen, and whose orders lost it."""
    add_acts(
        trip,
        [
            _row(
                event,
                event.fact.cashier_id,
                subject=event.fact.product_id,
                reason=f"{event.fact.choice}: {', '.join(event.fact.order_ids)}",
                approved_by=event.fact.approved_by,
            )
            for event in landed
        ],
    )


def _row(
    event: Landed[Fact],
    cashier_id: str,
    *,
    subject: str = "",
    amount_minor: int = 0,
    reason: str = "",
    approved_by: str = "",
) -> dict[str, Any]:
    return {
        "event_id": event.envelope.event_id,
        "kind": event.envelope.kind,
        "device_id": event.device.device_id,
        "cashier_id": cashier_id,
        "subject": subject,
        "amount_minor": amount_minor,
        "reason": reason,
        "business_time": event.envelope.business_time,
        "approved_by": approved_by,
    }
