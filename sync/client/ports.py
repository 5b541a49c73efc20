"""What synchronisation needs from the till's database, without knowing that there is SQL.

Every call is one transaction of its own, and may raise `StoreUnavailable`: nothing was changed, and the
engine says so and tries again later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO, Protocol

import msgspec

from retail.journal import Envelope
from sync.client.side_by_side import Work
from sync.protocol import EnrolmentAnswer

if TYPE_CHECKING:
    from sync.client.signing import DeviceKey
    from sync.client.trust import Trust


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """Where the centre is and who this till is to it."""

    server_url: str
    token: str
    """Lasting, of a device of the version before; empty when the centre has the device's own key."""
    device_id: str
    key: DeviceKey | None = None
    trust: Trust | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.server_url}, {self.device_id})"


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """The next envelopes to send, in order; all of one incarnation."""

    device_id: str
    incarnation: str
    events: tuple[Envelope, ...]


class Numbering(msgspec.Struct, frozen=True, kw_only=True):
    """Under which numbers the journal is written, and the centre's epoch when it last answered."""

    device_id: str
    incarnation: str
    epoch: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What the centre does not have yet, and how many of it are sales and steps of orders for pickup.

    `since` is the business time of the oldest, empty for nothing.
    """

    count: int = 0
    since: str = ""
    sales: int = 0
    pickups: int = 0


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Where a stream stands here; `checksum` is over the rows that are really stored."""

    epoch: str
    after: int
    checksum: str


class IncomingChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One change as it is to be stored; `row` None removes the key."""

    key: str
    row: bytes | None


class BootstrapPoint(msgspec.Struct, frozen=True, kw_only=True):
    """How far a snapshot is loaded: it goes on after `after_key`, also after a restart.

    `file` is the name of the file that it is loaded from, empty for one that comes page by page.
    """

    epoch: str
    as_of: int
    after_key: str
    staged: int
    total: int
    file: str = ""


class StoreUnavailable(Exception):
    """The till's database cannot do this now; `code` is stable (`disk_full`, `damaged` …)."""

    code: str = ""


class AcknowledgedTooMuch(Exception):
    """The centre has more of this incarnation than the till ever wrote: the till's disk was rolled back."""


class JournalSource(Protocol):
    """The outbox: every journal row above what the centre has acknowledged."""

    def waiting(self) -> Waiting:
        """Return what the centre does not have yet."""

    def unsent(self, most_events: int, most_bytes: int) -> Outgoing | None:
        """Return the next envelopes within both limits, at least one; None when there is nothing."""

    def numbering(self) -> Numbering | None:
        """Return the numbering in force, or None before enrolment."""

    def acknowledge(self, incarnation: str, acked_seq: int, epoch: str, *, sent_up_to: int = 0) -> None:
        """Store what the centre has, also when it is less than before; raises `AcknowledgedTooMuch`.

        An empty `epoch` leaves the known one as it is. `sent_up_to` is the last number that has just landed:
        of an earlier life, numbers below it may be missing for good.
        """

    def agrees(self, incarnation: str, seq: int, head_hash: str) -> bool:
        """Say whether the fact under this number is the one that the centre has there."""

    def begin_incarnation(self, incarnation: str = "", agreed_up_to: int | None = None) -> int:
        """End this life, so that nothing written from now on meets a number of before.

        Facts above `agreed_up_to` are written again in the new life; returns how many. Nothing happens when
        this life is not in force any more; without a name it is the one in force.
        """

    def contradicted(self, incarnation: str, numbers: Sequence[int]) -> int:
        """Write the facts again that the centre has others for, in a new life; returns how many."""

    def receipts_seen(self, last_receipt_counter: int) -> bool:
        """Use no receipt number up to this one; say whether that is news."""


class IdentityStore(Protocol):
    """Who this till is."""

    def credentials(self) -> Credentials | None:
        """Return how to speak to the centre, or None before enrolment."""

    def device_id(self) -> str:
        """Return this device's id, made and stored at the first call."""

    def public_key(self) -> str:
        """Return the public half of this device's key, stored before it is told; empty without one."""

    def till_id(self) -> str:
        """Return which till this device is already, empty before enrolment."""

    def enrolled(self, answer: EnrolmentAnswer, *, server_url: str, software_version: str) -> None:
        """Store the centre's answer, and the first fact of the journal with it.

        A device that is that till already goes on with its journal.
        """

    def key_accepted(self) -> None:
        """The centre has this device's key: the lasting token is of no more use, and is forgotten."""

    def wrapped_key(self, escrow_key: str) -> str:
        """Return the databases' key wrapped for the centre of this key; empty when it has it already."""

    def key_in_escrow(self, escrow_key: str) -> None:
        """The centre of this key has the wrapped key."""


class SnapshotFile(Protocol):
    """A file that arrives: what was appended stays, also after a restart.

    Calls, and reading what `open` gives, may raise `StoreUnavailable`.
    """

    @property
    def size(self) -> int:
        """Return how many bytes are here."""

    def append(self, content: bytes) -> None:
        """Add bytes to the end."""

    def open(self) -> BinaryIO:
        """Open it to be read from its beginning."""

    def remove(self) -> None:
        """Remove it; harmless when there is none."""


class StreamStore(Protocol):
    """The rows of the streams, each with its cursor in the same transaction."""

    def cursor(self, stream: str) -> Cursor | None:
        """Return where a stream stands, or None when it must be bootstrapped."""

    def apply_changes(
        self, stream: str, epoch: str, changes: Sequence[IncomingChange], next_after: int
    ) -> Cursor:
        """Store rows and cursor in one transaction; return the new cursor."""

    def confirm_current(self, stream: str) -> None:
        """Note that a stream is complete as of now."""

    def bootstrap_point(self, stream: str) -> BootstrapPoint | None:
        """Return how far an interrupted bootstrap came, or None."""

    def snapshot_file(self, stream: str, name: str) -> SnapshotFile:
        """Return where a snapshot's file lies while it arrives; what there was of another one is removed."""

    def begin_bootstrap(
        self, stream: str, epoch: str, as_of: int, total: int, *, checksum: str = "0" * 16, file: str = ""
    ) -> None:
        """Begin a bootstrap from nothing; what is served now stays until `finish_bootstrap`.

        From a `file`, the checksum of the whole is known beforehand.
        """

    def stage(self, stream: str, rows: Sequence[tuple[str, bytes]], next_key: str) -> BootstrapPoint:
        """Keep a page of a snapshot aside."""

    def stage_file(
        self,
        stream: str,
        name: str,
        keep_going: Callable[[], bool],
        progress: Callable[[BootstrapPoint], None],
    ) -> Work[bool]:
        """Keep aside what a stream's snapshot file holds, from where an earlier try was broken off.

        Yields while its text index is made by others. Returns False, with nothing lost, when `keep_going`
        said no. Raises `DamagedSnapshot`.
        """

    def finish_bootstrap(self, stream: str, keep_going: Callable[[], bool]) -> bool:
        """Index what was staged and put it in the place of what was served, in one transaction.

        Returns False, with nothing lost, when `keep_going` said no in between.
        """

    def abandon_bootstrap(self, stream: str) -> None:
        """Throw away what was staged."""
