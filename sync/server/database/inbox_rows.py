"""The inbox: every envelope that landed, the place of each journal, and what contradicts what is here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, select, update

from retail.journal import FIRST_HASH, Envelope, canonical_text
from sync.server.clock import now_text
from sync.server.database.round_trip import Question, RoundTrip
from sync.server.database.statements import adding_missing, among
from sync.server.database.tables import conflict, inbox, incarnation, till

APPLIED: Final = "applied"
QUARANTINED: Final = "quarantined"
"""What `inbox.outcome` says."""

LONGEST_DETAIL = 2000

_decoder = msgspec.json.Decoder(Envelope)


class Here(NamedTuple):
    """An envelope that landed before."""

    device_seq: int
    event_id: str
    hash: str
    outcome: str


class Place(NamedTuple):
    """How far a journal is acknowledged, and the hash of that envelope."""

    acked_seq: int
    head_hash: str


class Outcome(NamedTuple):
    """What became of an envelope; `reason` is empty when it was applied."""

    reason: str = ""
    detail: str = ""


SOUND: Final = Outcome()
"""Of an envelope that is applied."""

_OF_JOURNAL = (incarnation.c.device_id == bindparam("device"), incarnation.c.incarnation == bindparam("life"))
_OF_INBOX = (inbox.c.device_id == bindparam("device"), inbox.c.incarnation == bindparam("life"))
_OF_CONFLICT = (conflict.c.device_id == bindparam("device"), conflict.c.incarnation == bindparam("life"))
_LOCK_PLACE = select(incarnation.c.acked_seq, incarnation.c.head_hash).where(*_OF_JOURNAL).with_for_update()
_LOCK_COUNTER = (
    select(till.c.last_receipt_counter).where(till.c.till_id == bindparam("till")).with_for_update()
)
_HERE = (inbox.c.device_seq, inbox.c.event_id, inbox.c.hash, inbox.c.outcome)
_IN_RANGE = select(*_HERE).where(
    *_OF_INBOX, inbox.c.device_seq >= bindparam("first"), inbox.c.device_seq <= bindparam("last")
)
_BEYOND_GAP = select(inbox.c.envelope).where(
    *_OF_INBOX,
    inbox.c.device_seq > select(incarnation.c.acked_seq).where(*_OF_JOURNAL).scalar_subquery(),
)
_CONFLICTS = (
    select(conflict.c.envelope)
    .where(*_OF_CONFLICT, conflict.c.device_seq >= bindparam("first"))
    .order_by(conflict.c.device_seq, conflict.c.received_at)
)
_MOVE_PLACE = (
    update(incarnation)
    .where(*_OF_JOURNAL)
    .values(acked_seq=bindparam("seq"), head_hash=bindparam("head"), last_received_at=bindparam("moment"))
)
_SET_OUTCOME = (
    update(inbox)
    .where(inbox.c.event_id == bindparam("of_event"))
    .values(outcome=bindparam("became"), reason=bindparam("because"), detail=bindparam("more"))
)


@cache
def _of_events(dialect: str) -> Select[Any]:
    return select(*_HERE).where(among(dialect, inbox.c.event_id, "events"))


def lock_place(trip: RoundTrip, device_id: str, life: str) -> Question[Place]:
    """Make the row of a journal when it is new, and return the question that locks it until the commit."""
    moment = now_text()
    row = {
        "device_id": device_id,
        "incarnation": life,
        "acked_seq": 0,
        "head_hash": FIRST_HASH,
        "first_received_at": moment,
        "last_received_at": moment,
    }
    trip.tell(adding_missing(trip.dialect, incarnation), row)
    return Question(_LOCK_PLACE, {"device": device_id, "life": life}, lambda rows: Place(*rows[0]))


def lock_counter(till_id: str) -> Question[int]:
    """Ask for the highest receipt counter of a till, which nobody else raises until the commit."""
    return Question(_LOCK_COUNTER, {"till": till_id}, lambda rows: int(rows[0][0]))


def in_range(device_id: str, life: str, first: int, last: int) -> Question[list[Here]]:
    """Ask what is here of a journal from one number to another."""
    return Question(_IN_RANGE, {"device": device_id, "life": life, "first": first, "last": last}, _here)


def of_events(dialect: str, event_ids: Sequence[str]) -> Question[list[Here]]:
    """Ask which of these events are here, of whatever journal."""
    return Question(_of_events(dialect), {"events": event_ids}, _here)


def beyond_gap(device_id: str, life: str) -> Question[list[Envelope]]:
    """Ask what landed of a journal and is not acknowledged, because something before it is missing."""
    return Question(_BEYOND_GAP, {"device": device_id, "life": life}, _envelopes)


def conflicts_from(device_id: str, life: str, first: int) -> Question[list[Envelope]]:
    """Ask for the envelopes from a number on that contradicted another, in their order."""
    return Question(_CONFLICTS, {"device": device_id, "life": life, "first": first}, _envelopes)


def _here(rows: Sequence[Any]) -> list[Here]:
    return [Here(*row) for row in rows]


def _envelopes(rows: Sequence[Any]) -> list[Envelope]:
    return [_decoder.decode(text) for (text,) in rows]


def add_envelopes(trip: RoundTrip, landed: Sequence[tuple[Envelope, str, Outcome]]) -> None:
    """Put new envelopes whole into the inbox, each with its text and with what has become of it so far."""
    moment = now_text()
    trip.add_rows(
        inbox,
        [
            {
                "event_id": envelope.event_id,
                "device_id": envelope.device_id,
                "incarnation": envelope.incarnation,
                "device_seq": envelope.device_seq,
                "kind": envelope.kind,
                "hash": envelope.hash,
                "envelope": text,
                "received_at": moment,
                "outcome": QUARANTINED if outcome.reason else APPLIED,
                "reason": outcome.reason,
                "detail": _fitting(outcome.detail) if outcome.detail else "",
            }
            for envelope, text, outcome in landed
        ],
    )


def set_outcomes(trip: RoundTrip, outcomes: Sequence[tuple[str, Outcome]]) -> None:
    """Say what became of events, by their id."""
    trip.tell(
        _SET_OUTCOME,
        [
            {
                "of_event": event_id,
                "became": QUARANTINED if outcome.reason else APPLIED,
                "because": outcome.reason,
                "more": _fitting(outcome.detail),
            }
            for event_id, outcome in outcomes
        ],
    )


def _fitting(detail: str) -> str:
    return detail[:LONGEST_DETAIL].replace("\0", "�")  # PostgreSQL has no NUL in its texts


def add_conflicts(trip: RoundTrip, conflicts: Sequence[tuple[Envelope, str]]) -> None:
    """Keep envelopes beside those that they contradict, each with the hash that is stored."""
    moment = now_text()
    trip.add_rows(
        conflict,
        [
            {
                "device_id": envelope.device_id,
                "incarnation": envelope.incarnation,
                "device_seq": envelope.device_seq,
                "hash": envelope.hash,
                "event_id": envelope.event_id,
                "stored_hash": stored,
                "envelope": canonical_text(envelope).decode(),
                "received_at": moment,
            }
            for envelope, stored in conflicts
        ],
        on_conflict="DO NOTHING",
    )


def move_place(trip: RoundTrip, device_id: str, life: str, place: Place) -> None:
    """Say how far a journal is acknowledged now."""
    values = {"seq": place.acked_seq, "head": place.head_hash, "moment": now_text()}
    trip.tell(_MOVE_PLACE, {"device": device_id, "life": life, **values})


def quarantined_envelope(connection: Connection, event_id: str) -> Envelope | None:
    """Return an event in quarantine; None when it is not there."""
    text = connection.execute(
        select(inbox.c.envelope).where(inbox.c.event_id == event_id, inbox.c.outcome == QUARANTINED)
    ).scalar()
    return None if text is None else _decoder.decode(text)


def quarantined_between(
    connection: Connection, device_id: str, life: str, first: int, last: int, *, reasons: Collection[str]
) -> list[str]:
    """Return the events of a journal, from one number to another, that wait for one of these reasons."""
    found = connection.execute(
        select(inbox.c.event_id)
        .where(
            inbox.c.device_id == device_id,
            inbox.c.incarnation == life,
            inbox.c.device_seq.between(first, last),
            inbox.c.outcome == QUARANTINED,
            inbox.c.reason.in_(reasons),
        )
        .order_by(inbox.c.device_seq)
    )
    return list(found.scalars())


def quarantined_events(connection: Connection) -> list[tuple[str, str]]:
    """Return event and device of everything in quarantine, in the order in which it landed."""
    found = connection.execute(
        select(inbox.c.event_id, inbox.c.device_id)
        .where(inbox.c.outcome == QUARANTINED)
        .order_by(inbox.c.inbox_id)
    )
    return [(row.event_id, row.device_id) for row in found]


def landed_between(connection: Connection, device_id: str, life: str, first: int, last: int) -> Iterator[Any]:
    """Yield `device_seq`, `kind`, `outcome`, `hash` and `envelope` of a journal in a range of numbers."""
    columns = (inbox.c.device_seq, inbox.c.kind, inbox.c.outcome, inbox.c.hash, inbox.c.envelope)
    yield from connection.execute(
        select(*columns).where(
            inbox.c.device_id == device_id,
            inbox.c.incarnation == life,
            inbox.c.device_seq >= first,
            inbox.c.device_seq <= last,
        )
    )
