"""The centre's own facts of a store: a journal in the inbox like a till's, sealed and counted alike."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select, update

from retail.events import Fact
from retail.journal import FIRST_HASH, Envelope, seal
from retail.receipt_number import ONLINE_TILL
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.statements import insert_missing
from sync.server.database.upgrade import epoch_of

_encoder = msgspec.json.Encoder(order="sorted")


def own_till(store_id: str) -> str:
    """Return the till under which the centre sells for a store; no device ever is it."""
    return f"{store_id}-T{ONLINE_TILL}"


def own_device(store_id: str) -> str:
    """Return the device under which the centre's facts of a store lie in the inbox."""
    return f"centre:{store_id}"


def next_counter(connection: Connection, store_id: str) -> int:
    """Return the next number of the centre's receipts of a store; others wait until the commit."""
    table, till_id = tables.till, own_till(store_id)
    row = {
        "till_id": till_id,
        "store_id": store_id,
        "till_number": ONLINE_TILL,
        "last_receipt_counter": 0,
    }
    insert_missing(connection, table, [row])
    counter: int = connection.execute(
        update(table)
        .where(table.c.till_id == till_id)
        .values(last_receipt_counter=table.c.last_receipt_counter + 1)
        .returning(table.c.last_receipt_counter)
    ).scalar_one()
    return counter


def write_fact(connection: Connection, store_id: str, fact: Fact, *, event_id: str, at: str) -> None:
    """Append a fact to the centre's journal of a store; the caller holds it through `next_counter`."""
    table, epoch = tables.inbox, epoch_of(connection)
    before = connection.execute(
        select(table.c.device_seq, table.c.hash)
        .where(table.c.device_id == own_device(store_id), table.c.incarnation == epoch)
        .order_by(table.c.device_seq.desc())
        .limit(1)
    ).first()
    envelope: Envelope = seal(
        fact,
        event_id=event_id,
        device_id=own_device(store_id),
        incarnation=epoch,
        device_seq=1 if before is None else before.device_seq + 1,
        business_time=at,
        monotonic_ms=0,
        prev_hash=FIRST_HASH if before is None else before.hash,
    )
    connection.execute(
        table.insert().values(
            event_id=envelope.event_id,
            device_id=envelope.device_id,
            incarnation=envelope.incarnation,
            device_seq=envelope.device_seq,
            kind=envelope.kind,
            hash=envelope.hash,
            envelope=_encoder.encode(envelope).decode(),
            received_at=now_text(),
            outcome="applied",
            reason="",
            detail="",
        )
    )
