"""Intake of journals: lands first, judges later.

A batch is one transaction. Every envelope goes whole into the inbox, unique on its event and on its
place in the journal, and is then applied to the projections. What cannot be applied is quarantined:
acknowledged, alarmed, kept in the control totals, and never in the way of what follows.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DataError, IntegrityError

from retail.events import Fact
from retail.journal import FIRST_HASH, Envelope
from sync.protocol import MAX_BATCH_EVENTS, JournalBatch
from sync.server.alerts import raise_alert
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.statements import chunks, insert_missing
from sync.server.enrolment import Device
from sync.server.judging import Quarantined, judge
from sync.server.landed import Landed
from sync.server.projections.registry import apply_all
from sync.server.refusals import Refused

LARGEST_SEQ = 2**53 - 1
LONGEST_ID = 80

_log = logging.getLogger(__name__)
_envelope_encoder = msgspec.json.Encoder(order="sorted")
_envelope_decoder = msgspec.json.Decoder(Envelope)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch. `conflicts` are numbers that came with another content than before."""

    acked_seq: int
    quarantined: int = 0
    conflicts: tuple[int, ...] = ()


def land(connection: Connection, device: Device, batch: JournalBatch) -> Receipt:
    """Land a batch and apply what is new; raises `Refused` when it is not a batch of this device.

    Sending the same again changes nothing and gets the stored outcome. A number or event that comes
    with another hash is kept beside the first one, alarmed, and named in the receipt; the rest of the
    batch lands all the same.
    """
    _check_shape(device, batch)
    acked_seq, head_hash = _lock_incarnation(connection, batch)
    fresh, repeated, conflicts = _sort_out(connection, batch)
    if conflicts:
        _keep_conflicts(connection, conflicts)
    quarantined = _quarantined_before(connection, repeated) + _land_fresh(connection, device, fresh)
    if fresh or conflicts:
        acked_seq = _advance(connection, batch, acked_seq, head_hash)
    return Receipt(
        acked_seq=acked_seq,
        quarantined=quarantined,
        conflicts=tuple(envelope.device_seq for envelope, _stored in conflicts),
    )


def judge_again(connection: Connection, device: Device, event_id: str) -> bool:
    """Try a quarantined event once more, say after an update; return whether it is applied now."""
    text = connection.execute(
        select(tables.inbox.c.envelope).where(
            tables.inbox.c.event_id == event_id, tables.inbox.c.outcome == "quarantined"
        )
    ).scalar()
    if text is None:
        return False
    envelope = _envelope_decoder.decode(text)
    outcomes = _apply(connection, device, [envelope])
    if event_id in outcomes:
        return False
    table, alert = tables.inbox, tables.alert
    connection.execute(
        update(table).where(table.c.event_id == event_id).values(outcome="applied", reason="", detail="")
    )
    connection.execute(
        update(alert)
        .where(alert.c.subject == _place(envelope), alert.c.code.startswith("quarantined."))
        .values(resolved_at=now_text())
    )
    return True


def quarantined_events(connection: Connection) -> list[tuple[str, str]]:
    """Return event and device of everything in quarantine, in the order in which it landed."""
    table = tables.inbox
    found = connection.execute(
        select(table.c.event_id, table.c.device_id)
        .where(table.c.outcome == "quarantined")
        .order_by(table.c.inbox_id)
    )
    return [(row.event_id, row.device_id) for row in found]


def _check_shape(device: Device, batch: JournalBatch) -> None:
    if batch.device_id != device.device_id:
        raise Refused("other_device")
    if len(batch.events) > MAX_BATCH_EVENTS:
        raise Refused("too_large", f"{len(batch.events)} events")
    if not 1 <= len(batch.incarnation) <= LONGEST_ID or "\0" in batch.incarnation:
        raise Refused("bad_request", "incarnation")
    before = 0
    for envelope in batch.events:
        if (envelope.device_id, envelope.incarnation) != (batch.device_id, batch.incarnation):
            raise Refused("mixed_batch", f"event {envelope.event_id[:LONGEST_ID]}")
        if not before < envelope.device_seq <= LARGEST_SEQ:
            raise Refused("mixed_batch", f"number {envelope.device_seq}")
        if not 1 <= len(envelope.event_id) <= LONGEST_ID or len(envelope.kind) > LONGEST_ID:
            raise Refused("bad_request", f"number {envelope.device_seq}")
        if "\0" in envelope.event_id + envelope.kind or len(envelope.hash) != 64 or "\0" in envelope.hash:
            raise Refused("bad_request", f"hash or name of number {envelope.device_seq}")
        before = envelope.device_seq


def _lock_incarnation(connection: Connection, batch: JournalBatch) -> tuple[int, str]:
    table = tables.incarnation
    key = {"device_id": batch.device_id, "incarnation": batch.incarnation}
    moment = now_text()
    insert_missing(
        connection,
        table,
        [
            {
                **key,
                "acked_seq": 0,
                "head_hash": FIRST_HASH,
                "first_received_at": moment,
                "last_received_at": moment,
            }
        ],
    )
    row = connection.execute(
        select(table.c.acked_seq, table.c.head_hash).filter_by(**key).with_for_update()
    ).one()
    return row.acked_seq, row.head_hash


def _sort_out(
    connection: Connection, batch: JournalBatch
) -> tuple[list[Envelope], list[Envelope], list[tuple[Envelope, str]]]:
    """Part a batch into what is new, what is here already, and what contradicts what is here."""
    table = tables.inbox
    by_place: dict[int, str] = {}
    by_event: dict[str, str] = {}
    columns = select(table.c.device_seq, table.c.hash)
    here = columns.where(table.c.device_id == batch.device_id, table.c.incarnation == batch.incarnation)
    for some in chunks(envelope.device_seq for envelope in batch.events):
        by_place.update(connection.execute(here.where(table.c.device_seq.in_(some))).all())
    events = select(table.c.event_id, table.c.hash)
    for names in chunks(envelope.event_id for envelope in batch.events):
        by_event.update(connection.execute(events.where(table.c.event_id.in_(names))).all())
    fresh: list[Envelope] = []
    repeated: list[Envelope] = []
    conflicts: list[tuple[Envelope, str]] = []
    for envelope in batch.events:
        stored = by_place.get(envelope.device_seq) or by_event.get(envelope.event_id)
        if stored is None:
            fresh.append(envelope)
            by_event[envelope.event_id] = envelope.hash
        elif stored == envelope.hash:
            repeated.append(envelope)
        else:
            conflicts.append((envelope, stored))
    return fresh, repeated, conflicts


def _keep_conflicts(connection: Connection, conflicts: Sequence[tuple[Envelope, str]]) -> None:
    rows = [
        {
            "device_id": envelope.device_id,
            "incarnation": envelope.incarnation,
            "device_seq": envelope.device_seq,
            "hash": envelope.hash,
            "event_id": envelope.event_id,
            "stored_hash": stored,
            "envelope": _envelope_encoder.encode(envelope).decode(),
            "received_at": now_text(),
        }
        for envelope, stored in conflicts
    ]
    insert_missing(connection, tables.conflict, rows)
    for envelope, _stored in conflicts:
        raise_alert(connection, "conflict", _place(envelope), envelope.event_id)


def _quarantined_before(connection: Connection, repeated: Sequence[Envelope]) -> int:
    table = tables.inbox
    count = 0
    for some in chunks(envelope.event_id for envelope in repeated):
        found = connection.execute(
            select(table.c.event_id).where(table.c.event_id.in_(some), table.c.outcome == "quarantined")
        )
        count += len(found.all())
    return count


def _land_fresh(connection: Connection, device: Device, fresh: Sequence[Envelope]) -> int:
    if not fresh:
        return 0
    received_at = now_text()
    connection.execute(tables.inbox.insert(), [_inbox_row(envelope, received_at) for envelope in fresh])
    outcomes = _apply(connection, device, fresh)
    _set_outcomes(connection, outcomes, {envelope.event_id: envelope for envelope in fresh})
    return len(outcomes)


def _inbox_row(envelope: Envelope, received_at: str) -> dict[str, Any]:
    return {
        "event_id": envelope.event_id,
        "device_id": envelope.device_id,
        "incarnation": envelope.incarnation,
        "device_seq": envelope.device_seq,
        "kind": envelope.kind,
        "hash": envelope.hash,
        "envelope": _envelope_encoder.encode(envelope).decode(),
        "received_at": received_at,
        "outcome": "applied",
        "reason": "",
        "detail": "",
    }


def _apply(connection: Connection, device: Device, envelopes: Sequence[Envelope]) -> dict[str, Quarantined]:
    """Judge and apply; return the quarantined events. All at once when all are sound, else one by one."""
    outcomes: dict[str, Quarantined] = {}
    sound: list[Landed[Fact]] = []
    for envelope in envelopes:
        try:
            sound.append(Landed(envelope=envelope, fact=judge(envelope, device), device=device))
        except Quarantined as reason:
            outcomes[envelope.event_id] = reason
    if not _try_to_apply(connection, sound):
        return outcomes
    for event in sound:
        reason_now = _try_to_apply(connection, [event])
        if reason_now:
            if reason_now.reason == "cannot_be_stored":
                _log.warning("%s cannot be applied: %s", _place(event.envelope), reason_now)
            outcomes[event.envelope.event_id] = reason_now
    return outcomes


def _try_to_apply(connection: Connection, landed: Sequence[Landed[Fact]]) -> Quarantined | None:
    try:
        with connection.begin_nested():
            apply_all(connection, landed)
    except Quarantined as reason:
        return reason
    except (IntegrityError, DataError, OverflowError) as error:
        # A figure too large for a column, say: what has landed is safe, and must not hold up the queue.
        # Any other database error ends the batch, and the till sends it again.
        return Quarantined("cannot_be_stored", type(error).__name__)
    return None


def _set_outcomes(
    connection: Connection, outcomes: dict[str, Quarantined], envelopes: dict[str, Envelope]
) -> None:
    table = tables.inbox
    for event_id, envelope in envelopes.items():
        reason = outcomes.get(event_id)
        if reason is None:
            continue
        detail = reason.detail[:2000].replace("\0", "�")  # PostgreSQL has no NUL in its texts
        connection.execute(
            update(table)
            .where(table.c.event_id == event_id)
            .values(outcome="quarantined", reason=reason.reason, detail=detail)
        )
        raise_alert(connection, f"quarantined.{reason.reason}", _place(envelope), detail)


def _advance(connection: Connection, batch: JournalBatch, acked_seq: int, head_hash: str) -> int:
    """Move the acknowledged number over everything that is here without a gap, and check the chain."""
    table = tables.inbox
    landed = connection.execute(
        select(table.c.device_seq, table.c.envelope)
        .where(
            table.c.device_id == batch.device_id,
            table.c.incarnation == batch.incarnation,
            table.c.device_seq > acked_seq,
        )
        .order_by(table.c.device_seq)
    )
    envelopes = {seq: _envelope_decoder.decode(text) for seq, text in landed}
    for refused in _conflicts_above(connection, batch, acked_seq):
        # An event that is already here from another journal life: its place is taken, not missing.
        envelopes.setdefault(refused.device_seq, refused)
    while (envelope := envelopes.get(acked_seq + 1)) is not None:
        if envelope.prev_hash != head_hash:
            raise_alert(connection, "chain_broken", _place(envelope))
        acked_seq, head_hash = envelope.device_seq, envelope.hash
    place = tables.incarnation
    connection.execute(
        update(place)
        .where(place.c.device_id == batch.device_id, place.c.incarnation == batch.incarnation)
        .values(acked_seq=acked_seq, head_hash=head_hash, last_received_at=now_text())
    )
    return acked_seq


def _conflicts_above(connection: Connection, batch: JournalBatch, acked_seq: int) -> list[Envelope]:
    table = tables.conflict
    found = connection.execute(
        select(table.c.envelope)
        .where(
            table.c.device_id == batch.device_id,
            table.c.incarnation == batch.incarnation,
            table.c.device_seq > acked_seq,
        )
        .order_by(table.c.device_seq, table.c.received_at)
    ).scalars()
    return [_envelope_decoder.decode(text) for text in found]


def _place(envelope: Envelope) -> str:
    return f"{envelope.device_id} {envelope.incarnation} {envelope.device_seq}"
