"""Sales that wait to be priced again, and what came of it."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from sync.server.clock import now_text
from sync.server.database.round_trip import RoundTrip
from sync.server.database.tables import inbox, price_difference, sale

_SET = (
    update(sale)
    .where(sale.c.sale_id == bindparam("of_sale"), sale.c.price_check == "waiting")
    .values(price_check=bindparam("became"))
)


def waiting_envelopes(connection: Connection, most: int) -> list[str]:
    """Return the envelopes of sales that wait, at most so many."""
    found = connection.execute(
        select(inbox.c.envelope)
        .join(sale, sale.c.event_id == inbox.c.event_id)
        .where(sale.c.price_check == "waiting")
        .limit(most)
    )
    return list(found.scalars())


def set_outcome(trip: RoundTrip, sale_id: str, outcome: str) -> None:
    """Say what pricing a sale again came to, once."""
    trip.tell(_SET, {"of_sale": sale_id, "became": outcome})


def add_difference(
    trip: RoundTrip, sale_id: str, *, stated_minor: int, found_minor: int, detail: str
) -> None:
    """Keep by how much a sale differs, as it was first found."""
    row = {
        "sale_id": sale_id,
        "stated_minor": stated_minor,
        "found_minor": found_minor,
        "detail": detail,
        "found_at": now_text(),
    }
    trip.add_rows(price_difference, [row], on_conflict="DO NOTHING")
