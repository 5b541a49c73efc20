"""Lands what a dead till had not sent, from its disk.

The till left the key of its databases in escrow when it was enrolled; the centre's folder has the key that
opens the escrow. What lands is the till's own sealed journal: a fact that is at the centre already, or that
the till sends after all when it comes back, counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from retail.journal import Envelope
from sync.protocol import MAX_BATCH_EVENTS, JournalBatch
from sync.server.centre import Centre
from sync.server.database.device_rows import landed_count, wrapped_keys
from sync.server.database.till_disk import DiskUnreadable, read_disk
from sync.server.enrolment import device_of_id
from sync.server.intake import land


class Salvaged(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on a disk, and how much of it the centre did not have."""

    found: int
    landed: int
    quarantined: int
    conflicts: int
    damaged: bool


def salvage(centre: Centre, device_id: str, disk: Path) -> Salvaged:
    """Land the journal of a till's disk; raises `Refused` for an unknown device, and `DiskUnreadable`.

    `DiskUnreadable` is `no_key` when the device left none that this centre can open, `other_device` when
    the disk is another till's.
    """
    with centre.database.read() as connection:
        device = device_of_id(connection, device_id)
        keys = centre.escrow_key.opened(wrapped_keys(connection, device_id), device_id)
        before = landed_count(connection, device_id)
    if not keys:
        raise DiskUnreadable("no_key", device_id)
    found = read_disk(disk, keys)
    if found.device_id != device_id:
        raise DiskUnreadable("other_device", found.device_id)
    quarantined = conflicts = 0
    for batch in _batches(device_id, found.envelopes):
        receipt = centre.database.write_again(partial(land, device=device, batch=batch))
        quarantined += receipt.quarantined
        conflicts += len(receipt.conflicts)
    with centre.database.read() as connection:
        landed = landed_count(connection, device_id) - before
    return Salvaged(
        found=len(found.envelopes),
        landed=landed,
        quarantined=quarantined,
        conflicts=conflicts,
        damaged=found.damaged,
    )


def _batches(device_id: str, envelopes: tuple[Envelope, ...]) -> Iterator[JournalBatch]:
    lives: dict[str, list[Envelope]] = {}
    for envelope in envelopes:
        lives.setdefault(envelope.incarnation, []).append(envelope)
    for incarnation, events in lives.items():
        for start in range(0, len(events), MAX_BATCH_EVENTS):
            some = tuple(events[start : start + MAX_BATCH_EVENTS])
            yield JournalBatch(device_id=device_id, incarnation=incarnation, events=some)
