"""Messages and limits that the till and the centre agree on.

Facts go up as sealed envelopes of the journal; state comes down as rows of streams. The words and
the invariants are those of the project's synchronisation protocol, version 1.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from retail.barcode import BarcodeRule
from retail.catalogue import Category, ListPrice, LocalisedText, Price, Product, QuickKey, TaxClass
from retail.gift_card.rules import StoredValueRules
from retail.journal import Envelope
from retail.loyalty.program import LoyaltyProgram
from retail.member import Member as Member
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupOrder
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from retail.returns.policy import ReturnPolicy
from retail.returns.record import Return
from retail.sale import Sale
from retail.staff import StaffMember as StaffMember
from retail.stock_level import StockLevel
from retail.store import StoreSettings as StoreSettings
from retail.tax.rows import FiscalPosition, Tax, TaxGroup
from retail.unit_price import UnitMeasure

PROTOCOL_VERSION = 2
"""Sent in the `Evertill-Protocol` header of every request and answer.

1: lasting tokens, pages of snapshots, a long poll for each stream.
2: a key of the till's own, signed requests and short tokens; a greeting that says what the centre has;
   snapshots as files; one long poll for all streams.
"""

PREVIOUS_VERSION = PROTOCOL_VERSION - 1
"""A centre serves tills of this one too, and a till goes on with a centre of it; older ones are refused."""

PROTOCOL_HEADER = "Evertill-Protocol"
MAX_BATCH_EVENTS = 500
MAX_BATCH_BYTES = 1024 * 1024
"""Of a journal batch after decompression."""
MAX_PAGE_ROWS = 5_000
LONG_POLL_SECONDS = 25
JOURNAL_RETENTION_DAYS = 90
MAX_PICTURE_BYTES = 512 * 1024
"""Of one product picture, `GET /v1/pictures/{name}`."""

PICTURE_TYPES: dict[str, str] = {"png": "image/png", "jpg": "image/jpeg"}
"""The content type of each kind of picture, by the ending of its name."""

STREAMS: tuple[str, ...] = (
    "catalogue",
    "prices",
    "members",
    "staff",
    "settings",
    "stock",
    "orders",
)
"""Streams of this version, always written in this order. A till may sell once `REQUIRED_STREAMS` are in."""

REQUIRED_STREAMS: tuple[str, ...] = ("catalogue", "prices", "staff", "settings")


Row = (
    Product
    | Category
    | TaxClass
    | Tax
    | TaxGroup
    | FiscalPosition
    | Price
    | PriceList
    | ListPrice
    | Promotion
    | QuickKey
    | Member
    | StaffMember
    | BarcodeRule
    | StoreSettings
    | LoyaltyProgram
    | ReturnPolicy
    | StoredValueRules
    | UnitMeasure
    | PickupDesk
    | StockLevel
    | PickupOrder
)
"""Every row that a stream can carry. Its stream key is `<row tag>:<row.key>`."""

STREAM_OF_ROW: dict[str, str] = {
    "category": "catalogue",
    "tax_class": "catalogue",
    "tax": "catalogue",
    "tax_group": "catalogue",
    "fiscal_position": "catalogue",
    "product": "catalogue",
    "price": "prices",
    "price_list": "prices",
    "list_price": "prices",
    "promotion": "prices",
    "member": "members",
    "staff": "staff",
    "store_settings": "settings",
    "loyalty_program": "settings",
    "return_policy": "settings",
    "stored_value_rules": "settings",
    "unit_measure": "settings",
    "quick_key": "settings",
    "barcode_rule": "settings",
    "pickup_desk": "settings",
    "stock_level": "stock",
    "pickup_order": "orders",
}
"""Which stream a row travels in, by its tag."""


class EnrolmentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/enrolments`: a till asks to be known, with a one-time code from the back office."""

    code: str
    device_id: str
    till_name: str
    software_version: str
    public_key: str = ""
    """The device's own Ed25519 key, base64url without padding. Tills of the version before have none."""

    till_id: str = ""
    """Which till this device is already; a code of another till is refused then."""


class EnrolmentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The till's place in the house. `token` is lasting, and empty for a till that has a key of its own."""

    token: str
    store_id: str
    till_id: str
    till_number: int
    epoch: str
    last_receipt_counter: int = 0
    """The highest receipt counter that the centre has seen of this till: a till that starts again from
    nothing goes on above it."""


class ChallengeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/challenges`: a device asks for something to sign."""

    device_id: str


class ChallengeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What to sign (`sync.signatures.token_proof`), and for how long the answer is taken."""

    challenge: str
    valid_seconds: int


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/tokens`: the signed challenge; `signature` as in the `Signature` header of a request."""

    device_id: str
    challenge: str
    signature: str


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A short token. It holds with signed requests only. `escrow_key` is the centre's X25519 public key."""

    token: str
    valid_seconds: int
    escrow_key: str = ""


class DeviceKeyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/device-keys`: a device of the version before has a key of its own now."""

    public_key: str


class EscrowRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/escrow`: the key of the till's databases, wrapped by `sync.escrow`."""

    wrapped: str


class KeyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The centre has the key of this device."""

    device_id: str


class AuthorityAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/authority`: the certificate (PEM) of the authority whose pin came with the enrolment code."""

    certificate: str


PIN_MARK = "."
"""Between an enrolment code and the pin of the centre's authority: `7KQ2-M9XD.<64 hexadecimal digits>`."""


class OtherReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Another sale of an order, to be asked for by its number; `left` says whether any of it is left."""

    receipt_number: str
    completed_at: str
    total_minor: int
    left: bool = True


class ReceiptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/receipts/{number}`: a sale, and what came back of it at any till.

    An order that was handed over in parts, or paid both online and at the desk, has `others` beside it.
    """

    sale: Sale
    returns: tuple[Return, ...] = ()
    others: tuple[OtherReceipt, ...] = ()


class JournalBatch(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/journal`: envelopes of one device and incarnation in `device_seq` order."""

    device_id: str
    incarnation: str
    events: tuple[Envelope, ...]


class JournalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`acked_seq` is the highest number up to which the centre has every envelope of the incarnation.

    `head_hash` is the hash of the envelope under that number, and `last_receipt_counter` the highest receipt
    counter that the centre has seen of this till: with both, a till whose disk was rolled back or copied
    notices it before it uses a number twice. A centre of before does not say them.
    """

    acked_seq: int
    epoch: str
    quarantined: int = 0
    head_hash: str = ""
    last_receipt_counter: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One change of a stream: `put` with a row (raw JSON, tagged), or `remove` without one."""

    seq: int
    op: str
    key: str
    row: msgspec.Raw = msgspec.Raw(b"null")


class ChangePage(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/streams/{stream}/changes?epoch=&after=&limit=&wait=`.

    `next_after` is the cursor to store together with the rows. `restart` true means: the epoch is new
    or the cursor too old, throw the stream away and take a snapshot. `checksum` is the stream's rolling
    checksum at `head`, meaningful when `next_after == head`.
    """

    stream: str
    epoch: str
    changes: tuple[Change, ...]
    next_after: int
    head: int
    checksum: str
    restart: bool = False


class StreamCursor(msgspec.Struct, frozen=True, kw_only=True):
    """Where a till stands in one of its streams."""

    stream: str
    epoch: str
    after: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class WaitRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/streams/wait`: where a till stands in each stream, and how many seconds it waits for news."""

    cursors: Annotated[tuple[StreamCursor, ...], msgspec.Meta(max_length=len(STREAMS))]
    wait: Annotated[int, msgspec.Meta(ge=0, le=LONG_POLL_SECONDS)] = 0


class WaitAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """In which streams there is news; nothing of a stream means that its cursor is where the stream stands.

    `pages` is what follows the cursors, as far as it is short; each page is like one asked for alone.
    `others` names the streams whose news is longer: it is read with `GET /v1/streams/{stream}/changes`.
    """

    pages: tuple[ChangePage, ...] = ()
    others: tuple[str, ...] = ()


class SnapshotPage(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/streams/{stream}/snapshot?epoch=&as_of=&after_key=&limit=`: the rows of a stream at `as_of`.

    Pages go by key; `last` says that there are no more. A page for an `as_of` that is no longer the
    head still serves current rows: later deltas bring the till to the same place.
    """

    stream: str
    epoch: str
    as_of: int
    rows: tuple[msgspec.Raw, ...]
    next_key: str
    total: int
    checksum: str
    last: bool
    keys: tuple[str, ...] = ()
    """The stream keys of `rows`, so that a till can keep rows of a tag that it does not know."""


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Every refusal of the centre: a stable code, and a sentence in both languages.

    A 409 `conflict` of a journal batch says in `acked_seq` how far the journal is acknowledged all the
    same: the rest of the batch has landed, and what contradicts is kept for a person to judge.
    """

    code: str
    message: LocalisedText
    acked_seq: int | None = None
    conflicts: tuple[int, ...] = ()
    """The numbers of a batch under which the centre has other facts."""


_SHARE_BYTES: Final = 8
_NO_ROW: Final = hashlib.blake2b(digest_size=_SHARE_BYTES)


def row_checksum(key: str, row_json: bytes) -> int:
    """Return a row's share of its stream's checksum: 64 bits of BLAKE2b over key and row.

    The stream's checksum is the sum of its rows' shares modulo 2**64, as 16 hexadecimal digits. A sum
    does not depend on order, and a row's share is taken out again when the row is replaced.
    """
    return rows_checksum([(key, row_json)])


def rows_checksum(rows: Iterable[tuple[str, bytes]]) -> int:
    """Return the sum of the shares of many rows, given as key and row: twice as fast as one by one."""
    begin = _NO_ROW.copy
    digests = bytearray()
    for key, row_json in rows:
        share = begin()
        share.update(key.encode() + b"\0" + row_json)
        digests += share.digest()
    return sum(struct.unpack(f">{len(digests) // _SHARE_BYTES}Q", digests))


_PICTURE_NAME = re.compile(r"[0-9a-f]{16}\.(?:png|jpg)", re.ASCII)
_PICTURE_STARTS: dict[bytes, str] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
"""The first bytes of each kind of picture: the PNG signature, and JPEG's start of image and marker."""


def picture_name(content: bytes) -> str:
    """Return what `Product.picture` calls these bytes: the same bytes always have the same name.

    Sixteen hexadecimal digits of their SHA-256 and the ending of their kind; empty when they are
    neither PNG nor JPEG, or longer than `MAX_PICTURE_BYTES`.
    """
    for start, ending in _PICTURE_STARTS.items():
        if content.startswith(start) and len(content) <= MAX_PICTURE_BYTES:
            return f"{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    return ""


def is_picture_name(name: str) -> bool:
    """Say whether a text can be a picture's name: nothing that could lead to another folder is one."""
    return _PICTURE_NAME.fullmatch(name) is not None
