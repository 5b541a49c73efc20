"""`sale.returned` → the return with its lines, and the receipt number that it took."""

from __future__ import annotations

from collections.abc import Sequence

from retail.events import SaleReturned
from sync.server.database.round_trip import RoundTrip
from sync.server.database.sale_rows import OfEvent, add_returns, raise_counters
from sync.server.landed import Landed
from sync.server.projections.sales import receipt_counters


def apply_returns(trip: RoundTrip, landed: Sequence[Landed[SaleReturned]]) -> None:
    """Store returns; the database refuses a second one of the same id."""
    returns = [event.fact.returned for event in landed]
    brought = [OfEvent(event.envelope.event_id, event.device.device_id) for event in landed]
    add_returns(trip, list(zip(returns, brought, strict=True)))
    raise_counters(trip, receipt_counters((one.till_id, one.receipt_number) for one in returns))
