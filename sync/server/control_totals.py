"""Control totals: what the centre has of a journal, counted from the inbox and not from projections.

A till that closes its shift compares these with its own; quarantined events are counted like all the
others, so that an event which nobody could apply does not look like missing money.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from sqlalchemy import Connection

from sync.server.database.inbox_rows import QUARANTINED, landed_between


class ControlTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Counts and sums of one journal from `first_seq` to `last_seq`, both included; minor units.

    `tenders_minor` is by tender kind, before change. `unreadable` sales could not be summed: their
    amounts are in none of the sums. `head_hash` is the hash of the last event, empty while it is missing.
    """

    first_seq: int
    last_seq: int
    events: int
    missing: int
    quarantined: int
    unreadable: int
    sales: int
    total_minor: int
    change_minor: int
    cash_rounding_minor: int
    tenders_minor: dict[str, int]
    head_hash: str


def control_totals(
    connection: Connection, *, device_id: str, incarnation: str, first_seq: int, last_seq: int
) -> ControlTotals:
    """Count and sum what landed of a journal in a range of numbers."""
    counts: Counter[str] = Counter()
    tenders: Counter[str] = Counter()
    head_hash = ""
    for row in landed_between(connection, device_id, incarnation, first_seq, last_seq):
        counts["events"] += 1
        counts["quarantined"] += row.outcome == QUARANTINED
        if row.device_seq == last_seq:
            head_hash = row.hash
        if row.kind == "sale.completed":
            counts["sales"] += 1
            counts["unreadable"] += not _add_sale(row.envelope, counts, tenders)
    return ControlTotals(
        first_seq=first_seq,
        last_seq=last_seq,
        events=counts["events"],
        missing=last_seq - first_seq + 1 - counts["events"],
        quarantined=counts["quarantined"],
        unreadable=counts["unreadable"],
        sales=counts["sales"],
        total_minor=counts["total_minor"],
        change_minor=counts["change_minor"],
        cash_rounding_minor=counts["cash_rounding_minor"],
        tenders_minor=dict(sorted(tenders.items())),
        head_hash=head_hash,
    )


class _Tender(msgspec.Struct):
    kind: str
    amount_minor: int


class _Sale(msgspec.Struct):
    total_minor: int
    change_minor: int
    cash_rounding_minor: int
    tenders: list[_Tender]


class _Body(msgspec.Struct):
    sale: _Sale


class _Envelope(msgspec.Struct):
    body: str


_envelope_decoder = msgspec.json.Decoder(_Envelope)
_body_decoder = msgspec.json.Decoder(_Body)


def _add_sale(envelope: str, sums: Counter[str], tenders: Counter[str]) -> bool:
    """Add a sale's own figures, read as loosely as they can be; say whether there were any."""
    try:
        sale = _body_decoder.decode(_envelope_decoder.decode(envelope).body).sale
    except msgspec.DecodeError:
        return False
    for name in ("total_minor", "change_minor", "cash_rounding_minor"):
        amount: Any = getattr(sale, name)
        sums[name] += amount
    for tender in sale.tenders:
        tenders[tender.kind] += tender.amount_minor
    return True
