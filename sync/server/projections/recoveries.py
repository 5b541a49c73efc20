"""`till.recovered` → an alarm: somebody should know that a till's disk lost something, and what."""

from __future__ import annotations

from collections.abc import Sequence

from retail.events import TillRecovered
from sync.server.database.alert_rows import add_alerts
from sync.server.database.round_trip import RoundTrip
from sync.server.landed import Landed

CODE = "till_recovered"


def apply_recoveries(trip: RoundTrip, landed: Sequence[Landed[TillRecovered]]) -> None:
    """Raise an alarm for each journal that was put right."""
    add_alerts(
        trip,
        [(CODE, f"{event.device.till_id} {event.envelope.event_id}", _detail(event)) for event in landed],
    )


def _detail(event: Landed[TillRecovered]) -> str:
    fact = event.fact
    tail = "" if fact.tail_known else "; the last moments before may be missing"
    return (
        f"{fact.reason}: {fact.kept} facts kept, {fact.from_mirror} from the mirror, {fact.missing} missing, "
        f"{fact.missing_at_centre} of those at the centre{tail}"
    )
