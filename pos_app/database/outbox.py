"""The journal as synchronisation sees it: what the centre does not have yet, and who this till is.

There is no second queue: the outbox is every journal row above `acked_seq`.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, func, select, update

from pos_app.database.connection import Database
from pos_app.database.identity import Identity
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import identity, journal, pickup_steps, sales
from pos_app.database.keys import TillKeys
from pos_app.database.lives import acknowledge_earlier, first_unsent_position, last_seq_of, lives
from retail.journal import Envelope
from sync.client.ports import AcknowledgedTooMuch, Credentials, Numbering, Outgoing, Waiting
from sync.client.signing import DeviceKey
from sync.client.trust import Trust
from sync.protocol import EnrolmentAnswer

_DEVICE_ID = "device_id"
_CENTRE_PIN = "centre_pin"
_ESCROW = "key_in_escrow"

_encoder = msgspec.json.Encoder()
_columns = tuple(journal.c[name] for name in Envelope.__struct_fields__)
_next_life = (
    select(lives.c.incarnation, lives.c.acked_seq, lives.c.last_seq)
    .where(lives.c.last_seq > lives.c.acked_seq)
    .order_by(lives.c.place)
    .limit(1)
)
_unsent = (
    select(*_columns)
    .where(
        journal.c.incarnation == bindparam("of_incarnation"),
        journal.c.device_seq > bindparam("above"),
        journal.c.device_seq <= bindparam("up_to"),
    )
    .order_by(journal.c.device_seq)
    .limit(bindparam("limit"))
)
_count_unsent = select(func.sum(lives.c.last_seq - lives.c.acked_seq)).where(
    lives.c.last_seq > lives.c.acked_seq
)
_in_force = select(identity.c.incarnation, identity.c.acked_seq, identity.c.epoch)
_hash_at = select(journal.c.hash).where(
    journal.c.incarnation == bindparam("of_incarnation"), journal.c.device_seq == bindparam("seq")
)
_time_at = select(journal.c.business_time).where(journal.c.position == bindparam("position"))
_sales_from = select(func.count()).where(sales.c.position >= bindparam("position"))
_pickups_from = select(func.count()).where(pickup_steps.c.position >= bindparam("position"))
_acknowledge = (
    update(identity)
    .where(identity.c.incarnation == bindparam("of_incarnation"))
    .values(acked_seq=bindparam("acked"), epoch=bindparam("of_epoch"))
)
_forget_token = update(identity).values(token="")
_trusted_again = update(identity).values(token=bindparam("new_token"), server_url=bindparam("new_server_url"))
_move_centre = update(identity).values(server_url=bindparam("new_server_url"))


class Outbox:
    """Implements `sync.client.ports.JournalSource` and `IdentityStore`. Raises `DatabaseProblem`."""

    def __init__(self, database: Database, journal_of_till: Journal, keys: TillKeys | None = None) -> None:
        """Without `keys` this is a till of the version before: its token alone says who it is."""
        self._database = database
        self._journal = journal_of_till
        self._keys = keys
        self._device_key = None if keys is None else DeviceKey(keys.device)
        self._trust: Trust | None = None

    def waiting(self) -> Waiting:
        """Return what the centre does not have yet; a few short look-ups however much it is."""
        with self._database.read() as connection:
            count = connection.execute(_count_unsent).scalar()
            if not count:
                return Waiting()
            position = connection.execute(first_unsent_position).scalar_one()
            since = connection.execute(_time_at, {"position": position}).scalar() or ""
            sold = connection.execute(_sales_from, {"position": position}).scalar_one()
            stepped = connection.execute(_pickups_from, {"position": position}).scalar_one()
        return Waiting(count=count, since=since, sales=sold, pickups=stepped)

    def unsent(self, most_events: int, most_bytes: int) -> Outgoing | None:
        """Return the next envelopes, at least one, together no longer than `most_bytes` as JSON.

        They are of one life; what is left of an earlier one goes first.
        """
        events: list[Envelope] = []
        size = 200  # the batch around the envelopes
        with self._database.read() as connection:
            life = connection.execute(_next_life).first()
            if life is None:
                return None
            some = {
                "of_incarnation": life.incarnation,
                "above": life.acked_seq,
                "up_to": life.last_seq,
                "limit": most_events,
            }
            with connection.execution_options(yield_per=50).execute(_unsent, some) as rows:
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

    def acknowledge(self, incarnation: str, acked_seq: int, epoch: str, *, sent_up_to: int = 0) -> None:
        """Store what the centre has; less than before after the centre was restored from a backup.

        Of an earlier life, everything up to `sent_up_to` has landed, although numbers below may be missing
        for good. Not forced to the disk, so that no cashier waits for it: what a power cut forgets is sent
        again.
        """
        with self._database.write(durable=False) as connection:
            row = connection.execute(_in_force).first()
            if row is None:
                return
            if row.incarnation != incarnation:
                acknowledge_earlier(connection, incarnation, max(acked_seq, sent_up_to))
                return
            head = last_seq_of(connection, incarnation)
            if acked_seq > head:
                raise AcknowledgedTooMuch(f"the centre has {acked_seq}, this till wrote {head}")
            connection.execute(
                _acknowledge,
                {"of_incarnation": incarnation, "acked": acked_seq, "of_epoch": epoch or row.epoch},
            )

    def agrees(self, incarnation: str, seq: int, head_hash: str) -> bool:
        """Say whether the fact under this number is the one that the centre has there."""
        if not seq or not head_hash:
            return True
        with self._database.read() as connection:
            found = connection.execute(_hash_at, {"of_incarnation": incarnation, "seq": seq}).scalar()
        return found in {None, head_hash}

    def begin_incarnation(self, incarnation: str = "", agreed_up_to: int | None = None) -> int:
        """End this life, or without a name the one in force; returns how many facts were written again."""
        who = self._journal.identity()
        if who is None or incarnation not in {"", who.incarnation}:
            return 0
        return self._journal.begin_incarnation(str(uuid.uuid4()), agreed_up_to)

    def contradicted(self, incarnation: str, numbers: Sequence[int]) -> int:
        """Write the facts again that the centre has others for; a life in force ends with that."""
        self.begin_incarnation(incarnation)
        return self._journal.write_again(incarnation, numbers)

    def receipts_seen(self, last_receipt_counter: int) -> bool:
        """Use no receipt number that the centre has seen of this till; say whether that was news."""
        return bool(last_receipt_counter) and self._journal.raise_receipt_counter(last_receipt_counter)

    def credentials(self) -> Credentials | None:
        """Return how to speak to the centre, or None before enrolment."""
        who = self._journal.identity()
        if who is None:
            return None
        return Credentials(
            server_url=who.server_url,
            token=who.token,
            device_id=who.device_id,
            key=self._device_key,
            trust=self.trust(),
        )

    def device_id(self) -> str:
        """Return this device's id; it is stored before it is first told to anybody."""
        known = self._journal.local_setting(_DEVICE_ID)
        if known is None:
            known = str(uuid.uuid4())
            self._journal.set_local_setting(_DEVICE_ID, known)
        return known

    def public_key(self) -> str:
        """Return the public half of the device's key; empty for a till without one."""
        return "" if self._device_key is None else self._device_key.public

    def till_id(self) -> str:
        """Return which till this device is already, empty before enrolment."""
        who = self._journal.identity()
        return "" if who is None else who.till_id

    def trust(self) -> Trust | None:
        """Return the trust in the centre's own authority, or None where the public ones count."""
        pin = self._journal.local_setting(_CENTRE_PIN) or ""
        if not pin:
            self._trust = None
        elif self._trust is None or self._trust.pin != pin:
            self._trust = Trust(pin)
        return self._trust

    def trust_pin(self, pin: str) -> None:
        """Believe the authority of this pin from now on, and no other."""
        self._journal.set_local_setting(_CENTRE_PIN, pin)

    def key_accepted(self) -> None:
        """The centre has the device's key: the lasting token is of no more use."""
        with self._database.write() as connection:
            connection.execute(_forget_token)

    def wrapped_key(self, escrow_key: str) -> str:
        """Return the databases' key wrapped for the centre of this key; empty when it has it already."""
        if self._keys is None or self._journal.local_setting(_ESCROW) == self._escrow_mark(escrow_key):
            return ""
        from sync.escrow import wrapped  # noqa: PLC0415  # once in a till's life

        return wrapped(self._keys.database, device_id=self.device_id(), centre_key=escrow_key)

    def key_in_escrow(self, escrow_key: str) -> None:
        """The centre of this key has the wrapped key."""
        self._journal.set_local_setting(_ESCROW, self._escrow_mark(escrow_key))

    def _escrow_mark(self, escrow_key: str) -> str:
        """Return what says which database key is in escrow for whom, without telling the key."""
        assert self._keys is not None
        return hashlib.sha256(f"{escrow_key} {self._keys.database}".encode()).hexdigest()

    def move_centre(self, server_url: str) -> None:
        """The centre has another address now; who this till is to it stays."""
        with self._database.write() as connection:
            connection.execute(_move_centre, {"new_server_url": server_url})

    def enrolled(self, answer: EnrolmentAnswer, *, server_url: str, software_version: str) -> None:
        """Store the centre's answer, with a new incarnation and `till.enrolled` as its first fact.

        A till that is enrolled already keeps its journal and its numbers; the centre trusts it again.
        """
        known = self._journal.identity()
        if known is not None:
            assert known.till_id == answer.till_id, "the centre does not make a till another one"
            with self._database.write() as connection:
                connection.execute(_trusted_again, {"new_token": answer.token, "new_server_url": server_url})
            self._journal.raise_receipt_counter(answer.last_receipt_counter)
            return
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
