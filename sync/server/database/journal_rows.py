"""What the centre knows of a till's journal, to tell it when it greets."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from retail.journal import FIRST_HASH
from sync.server.database import tables


class KnownOfTill(msgspec.Struct, frozen=True):
    """The hash of the last envelope of a life without a gap, and the highest receipt counter of the till."""

    head_hash: str
    last_receipt_counter: int


def known_of(connection: Connection, till_id: str, device_id: str, incarnation: str) -> KnownOfTill:
    """Return what is known of a till and of one life of its device; nothing known is the first hash and 0."""
    life, till = tables.incarnation, tables.till
    head_hash = connection.execute(
        select(life.c.head_hash).filter_by(device_id=device_id, incarnation=incarnation)
    ).scalar()
    counter = connection.execute(select(till.c.last_receipt_counter).filter_by(till_id=till_id)).scalar()
    return KnownOfTill(head_hash or FIRST_HASH, int(counter or 0))
