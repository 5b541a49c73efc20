"""Intake of journals: lands first, judges later.

A batch is one transaction. Every envelope goes whole into the inbox, unique on its event and on its
place in the journal, and is then applied to the projections. What cannot be applied is quarantined:
acknowledged, alarmed, kept in the control totals, and never in the way of what follows. What refers to an
event that was still missing is judged again by itself when that one comes.

A batch lands with few statements, however many events it has: what is here is asked in one round trip, and
what is new is written in another. Only when something cannot be applied are its halves tried by themselves.
What can be told from a batch alone is told before its transaction begins (`judge_batch`), while others write.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from retail.events import Fact
from retail.journal import Envelope, canonical_text
from sync.protocol import MAX_BATCH_EVENTS, JournalBatch
from sync.server.database import inbox_rows
from sync.server.database.alert_rows import add_alerts, resolve_alerts
from sync.server.database.inbox_rows import QUARANTINED, Here, Outcome, Place
from sync.server.database.round_trip import RoundTrip
from sync.server.enrolment import Device
from sync.server.judging import WAIT_FOR_OTHERS, Quarantined, judge
from sync.server.landed import Landed
from sync.server.projections.registry import apply_all
from sync.server.refusals import Refused

LARGEST_SEQ = 2**53 - 1
LONGEST_ID = 80

_log = logging.getLogger(__name__)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch. `conflicts` are numbers that came with another content than before."""

    acked_seq: int
    quarantined: int = 0
    conflicts: tuple[int, ...] = ()


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Envelopes by number: each as it is kept, and with its fact where it is sound, else with why not."""

    texts: Mapping[int, str]
    sound: Mapping[int, Landed[Fact]]
    outcomes: Mapping[int, Outcome]


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the database has of a journal, read under the lock of its place."""

    place: Place
    receipt_counter: int
    beyond_gap: Sequence[Envelope]
    refused: Sequence[Envelope]
    here: Sequence[Here]


class _Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in parts: what is new, what is here already, and what contradicts what is here."""

    fresh: Sequence[Envelope]
    repeated: Sequence[Here]
    conflicts: Sequence[tuple[Envelope, str]]


def judge_batch(device: Device, batch: JournalBatch) -> Judged:
    """Judge every event of a batch by itself; raises `Refused` when it is not a batch of this device."""
    _check_shape(device, batch)
    return _judge_all(device, batch.events)


def land(
    connection: Connection, device: Device, batch: JournalBatch, judged: Judged | None = None
) -> Receipt:
    """Land a batch and apply what is new; raises `Refused` when it is not a batch of this device.

    Sending the same again changes nothing and gets the stored outcome. A number or event that comes
    with another hash is kept beside the first one, alarmed, and named in the receipt; the rest of the
    batch lands all the same. `judged` is what `judge_batch` said of this batch, where it was asked before.
    """
    if judged is None:
        judged = judge_batch(device, batch)
    found = _look(connection, device, batch)
    parts = _sort_out(batch, found.here)
    waiting = {here.event_id for here in parts.repeated if here.outcome == QUARANTINED}
    quarantined, acked_seq = 0, found.place.acked_seq
    if parts.fresh or parts.conflicts:
        acked_seq = _keep(connection, batch, found, parts, judged)
        fresh = [envelope.device_seq for envelope in parts.fresh]
        # What the till had printed is as it is now: another copy of it may have landed since it was judged.
        of_now = replace(device, last_receipt_counter=found.receipt_counter)
        sound = [replace(judged.sound[each], device=of_now) for each in fresh if each in judged.sound]
        quarantined = len(fresh) - len(sound) + _apply(connection, sound)
        waiting.difference_update(_judge_what_waited(connection, device, found, parts, acked_seq))
    return Receipt(
        acked_seq=acked_seq,
        quarantined=quarantined + len(waiting),
        conflicts=tuple(envelope.device_seq for envelope, _stored in parts.conflicts),
    )


def judge_again(connection: Connection, device: Device, event_id: str) -> bool:
    """Try a quarantined event once more, say after an update; return whether it is applied now."""
    envelope = inbox_rows.quarantined_envelope(connection, event_id)
    if envelope is None:
        return False
    judged = _judge_all(device, [envelope])
    if judged.outcomes or _apply(connection, list(judged.sound.values())):
        return False
    trip = RoundTrip(connection)
    inbox_rows.set_outcomes(trip, [(event_id, Outcome())])
    trip.run()
    resolve_alerts(connection, _place(envelope), "quarantined.")
    return True


def _judge_what_waited(
    connection: Connection, device: Device, found: _Found, parts: _Sorted, acked_seq: int
) -> list[str]:
    """Judge again what landed beyond a gap and missed what has closed it now; return what is applied.

    A centre restored from a backup gets the newest events of a till first, and what it has lost after them.
    """
    if not parts.fresh:
        return []
    first = parts.fresh[0].device_seq
    if not any(first < one.device_seq <= acked_seq for one in found.beyond_gap):
        return []
    of = (device.device_id, parts.fresh[0].incarnation)
    event_ids = inbox_rows.quarantined_between(connection, *of, first, acked_seq, reasons=WAIT_FOR_OTHERS)
    return [event_id for event_id in event_ids if judge_again(connection, device, event_id)]


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


def _look(connection: Connection, device: Device, batch: JournalBatch) -> _Found:
    """Lock the place of a journal and its till, and read what is here of it and of the batch's events."""
    trip = RoundTrip(connection)
    of = (batch.device_id, batch.incarnation)
    place = trip.ask(inbox_rows.lock_place(trip, *of))
    counter = trip.ask(inbox_rows.lock_counter(device.till_id))
    if not batch.events:
        trip.run()
        return _Found(place=place.value, receipt_counter=counter.value, beyond_gap=(), refused=(), here=())
    first, last = batch.events[0].device_seq, batch.events[-1].device_seq
    in_range = trip.ask(inbox_rows.in_range(*of, first, last))
    of_events = trip.ask(inbox_rows.of_events(trip.dialect, [envelope.event_id for envelope in batch.events]))
    beyond_gap = trip.ask(inbox_rows.beyond_gap(*of))
    refused = trip.ask(inbox_rows.conflicts_from(*of, first))
    trip.run()
    of_others = [here for here in of_events.value if here not in set(in_range.value)]
    return _Found(
        place=place.value,
        receipt_counter=counter.value,
        beyond_gap=beyond_gap.value,
        refused=refused.value,
        here=[*in_range.value, *(here._replace(device_seq=0) for here in of_others)],
    )


def _sort_out(batch: JournalBatch, here: Sequence[Here]) -> _Sorted:
    by_place = {one.device_seq: one for one in here if one.device_seq}
    by_event = {one.event_id: one for one in here}
    fresh: list[Envelope] = []
    repeated: list[Here] = []
    conflicts: list[tuple[Envelope, str]] = []
    for envelope in batch.events:
        stored = by_place.get(envelope.device_seq) or by_event.get(envelope.event_id)
        if stored is None:
            fresh.append(envelope)
            by_event[envelope.event_id] = Here(0, envelope.event_id, envelope.hash, "")
        elif stored.hash == envelope.hash:
            repeated.append(stored)
        else:
            conflicts.append((envelope, stored.hash))
    return _Sorted(fresh=fresh, repeated=repeated, conflicts=conflicts)


def _judge_all(device: Device, envelopes: Sequence[Envelope]) -> Judged:
    texts: dict[int, str] = {}
    sound: dict[int, Landed[Fact]] = {}
    outcomes: dict[int, Outcome] = {}
    for envelope in envelopes:
        number, text = envelope.device_seq, canonical_text(envelope)
        texts[number] = text.decode()
        try:
            fact = judge(envelope, device, text)
        except Quarantined as reason:
            outcomes[number] = Outcome(reason.reason, reason.detail)
        else:
            sound[number] = Landed(envelope=envelope, fact=fact, device=device)
    return Judged(texts=texts, sound=sound, outcomes=outcomes)


def _keep(connection: Connection, batch: JournalBatch, found: _Found, parts: _Sorted, judged: Judged) -> int:
    """Write what landed and how far the journal is acknowledged now; return that number."""
    trip = RoundTrip(connection)
    texts, outcomes = judged.texts, judged.outcomes
    inbox_rows.add_envelopes(
        trip,
        [(one, texts[one.device_seq], outcomes.get(one.device_seq, inbox_rows.SOUND)) for one in parts.fresh],
    )
    inbox_rows.add_conflicts(trip, parts.conflicts)
    place, broken = _advanced(found, parts)
    inbox_rows.move_place(trip, batch.device_id, batch.incarnation, place)
    alarms = [("conflict", _place(envelope), envelope.event_id) for envelope, _stored in parts.conflicts]
    alarms += [_alarm(one, outcomes[one.device_seq]) for one in parts.fresh if one.device_seq in outcomes]
    alarms += [("chain_broken", _place(envelope), "") for envelope in broken]
    add_alerts(trip, alarms)
    trip.run()
    return place.acked_seq


def _advanced(found: _Found, parts: _Sorted) -> tuple[Place, list[Envelope]]:
    """Move the acknowledged number over everything that is here without a gap, and check the chain.

    Return where it stands then, and the envelopes that do not follow the one before.
    """
    # What landed beyond a gap, whether the batch that closes it repeats it, contradicts it or ends before it.
    landed = {envelope.device_seq: envelope for envelope in (*parts.fresh, *found.beyond_gap)}
    for envelope in (*found.refused, *(one for one, _stored in parts.conflicts)):
        # An event that is already here from another journal life: its place is taken, not missing.
        landed.setdefault(envelope.device_seq, envelope)
    acked_seq, head_hash = found.place
    broken = []
    while (following := landed.get(acked_seq + 1)) is not None:
        if following.prev_hash != head_hash:
            broken.append(following)
        acked_seq, head_hash = following.device_seq, following.hash
    return Place(acked_seq, head_hash), broken


def _apply(connection: Connection, sound: Sequence[Landed[Fact]]) -> int:
    """Apply events; return how many of them had to be quarantined."""
    refused = _refused_among(connection, sound)
    trip = RoundTrip(connection)
    for event, reason in refused:
        if reason.reason == "cannot_be_stored":
            _log.warning("%s cannot be applied: %s", _place(event.envelope), reason)
    outcomes = [(event, Outcome(reason.reason, reason.detail)) for event, reason in refused]
    inbox_rows.set_outcomes(trip, [(event.envelope.event_id, outcome) for event, outcome in outcomes])
    add_alerts(trip, [_alarm(event.envelope, outcome) for event, outcome in outcomes])
    trip.run()
    return len(refused)


def _refused_among(
    connection: Connection, landed: Sequence[Landed[Fact]]
) -> list[tuple[Landed[Fact], Quarantined]]:
    """Apply events at once; when that fails, each half by itself. Return those that cannot be applied."""
    if not landed:
        return []
    reason = _try_to_apply(connection, landed)
    if reason is None:
        return []
    if len(landed) == 1:
        return [(landed[0], reason)]
    middle = len(landed) // 2
    return _refused_among(connection, landed[:middle]) + _refused_among(connection, landed[middle:])


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


def _alarm(envelope: Envelope, outcome: Outcome) -> tuple[str, str, str]:
    detail = outcome.detail[: inbox_rows.LONGEST_DETAIL].replace("\0", "�")
    return (f"quarantined.{outcome.reason}", _place(envelope), detail)


def _place(envelope: Envelope) -> str:
    return f"{envelope.device_id} {envelope.incarnation} {envelope.device_seq}"
