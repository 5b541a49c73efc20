"""The journal as synchronisation sees it: what the centre does not have yet, and who this till is.

There is no second queue: the outbox is every journal row above `acked_seq`.
"""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy import bindparam, func, select, update

from pos_app.database.connection import Database
from pos_app.database.identity import Identity
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import identity, journal, sales
from retail.journal import Envelope
from sync.client.ports import AcknowledgedTooMuch, Credentials, Numbering, Outgoing, Waiting
from sync.protocol import EnrolmentAnswer

_DEVICE_ID = "device_id"

_encoder = msgspec.json.Encoder()
_columns = tuple(journal.c[name] for name in Envelope.__struct_fields__)
_unsent = (
    select(*_columns)
    .join(identity, identity.c.incarnation == journal.c.incarnation)
    .where(journal.c.device_seq > identity.c.acked_seq)
    .order_by(journal.c.device_seq)
    .limit(bindparam("limit"))
)
_head = (
    select(func.max(journal.c.device_seq))
    .where(journal.c.incarnation == identity.c.incarnation)
    .scalar_subquery()
)
_counted = select(identity.c.acked_seq, _head.label("head"), identity.c.incarnation, identity.c.epoch)
_oldest = select(journal.c.position, journal.c.business_time).where(
    journal.c.incarnation == bindparam("of_incarnation"), journal.c.device_seq == bindparam("seq")
)
_sales_from = select(func.count()).where(sales.c.position >= bindparam("position"))
_acknowledge = (
    update(identity)
    .where(identity.c.incarnation == bindparam("of_incarnation"))
    .values(acked_seq=bindparam("acked"), epoch=bindparam("of_epoch"))
)
_move_centre = update(identity).values(server_url=bindparam("new_server_url"))


class Outbox:
    """Implements `sync.client.ports.JournalSource` and `IdentityStore`. Raises `DatabaseProblem`."""

    def __init__(self, database: Database, journal_of_till: Journal) -> None:
        self._database = database
        self._journal = journal_of_till

    def waiting(self) -> Waiting:
        """Return what the centre does not have yet; three short look-ups however much it is."""
        with self._database.read() as connection:
            row = connection.execute(_counted).first()
            if row is None or row.head is None or row.head <= row.acked_seq:
                return Waiting()
            oldest = connection.execute(
                _oldest, {"of_incarnation": row.incarnation, "seq": row.acked_seq + 1}
            ).one()
            sold = connection.execute(_sales_from, {"position": oldest.position}).scalar_one()
        return Waiting(count=row.head - row.acked_seq, since=oldest.business_time, sales=sold)

    def unsent(self, most_events: int, most_bytes: int) -> Outgoing | None:
        """Return the next envelopes, at least one, together no longer than `most_bytes` as JSON."""
        events: list[Envelope] = []
        size = 200  # the batch around the envelopes
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=50).execute(_unsent, {"limit": most_events}) as rows,
        ):
            for row in rows.mappings():
                envelope = Envelope(**row)
                size += len(_encoder.encode(envelope)) + 1
                if events and size > most_bytes:
                    break
                events.append(envelope)
        if not events:
            return None
        first = events[0]
        return Outgoing(device_id=first.device_id, incarnation=first.incarnation, events=tuple(events))

    def numbering(self) -> Numbering | None:
        """Return the numbering in force, or None before enrolment."""
        who = self._journal.identity()
        if who is None:
            return None
        return Numbering(device_id=who.device_id, incarnation=who.incarnation, epoch=who.epoch)

    def acknowledge(self, incarnation: str, acked_seq: int, epoch: str) -> None:
        """Store what the centre has; less than before after the centre was restored from a backup.

        Not forced to the disk, so that no cashier waits for it: what a power cut forgets is sent again.
        """
        with self._database.write(durable=False) as connection:
            row = connection.execute(_counted).first()
            if row is None or row.incarnation != incarnation:
                return  # an answer for a life that ended meanwhile
            if acked_seq > (row.head or 0):
                raise AcknowledgedTooMuch(f"the centre has {acked_seq}, this till wrote {row.head or 0}")
            connection.execute(
                _acknowledge,
                {"of_incarnation": incarnation, "acked": acked_seq, "of_epoch": epoch or row.epoch},
            )

    def begin_incarnation(self) -> None:
        """Begin a new numbering after this disk was rolled back; the journal goes on with `till.enrolled`."""
        self._journal.begin_incarnation(str(uuid.uuid4()))

    def credentials(self) -> Credentials | None:
        """Return how to speak to the centre, or None before enrolment."""
        who = self._journal.identity()
        if who is None:
            return None
        return Credentials(server_url=who.server_url, token=who.token, device_id=who.device_id)

    def device_id(self) -> str:
        """Return this device's id; it is stored before it is first told to anybody."""
        known = self._journal.local_setting(_DEVICE_ID)
        if known is None:
            known = str(uuid.uuid4())
            self._journal.set_local_setting(_DEVICE_ID, known)
        return known

    def move_centre(self, server_url: str) -> None:
        """The centre has another address now; who this till is to it stays."""
        with self._database.write() as connection:
            connection.execute(_move_centre, {"new_server_url": server_url})

    def enrolled(self, answer: EnrolmentAnswer, *, server_url: str, software_version: str) -> None:
        """Store the centre's answer, with a new incarnation and `till.enrolled` as its first fact."""
        self._journal.enrol(
            Identity(
                device_id=self.device_id(),
                incarnation=str(uuid.uuid4()),
                store_id=answer.store_id,
                till_id=answer.till_id,
                till_number=answer.till_number,
                token=answer.token,
                server_url=server_url,
                epoch=answer.epoch,
                next_receipt_counter=answer.last_receipt_counter + 1,
            ),
            software_version,
        )
