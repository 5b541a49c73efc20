"""The pickup code: signed by the centre, checked by every till of the store, also with no network.

Two forms of one code. The long one is what the customer's QR code says: `EVP1.<pass>.<signature>`, both in
base64url, the signature by Ed25519 (RFC 8032) over `EVP1.` and the pass. The pass is MessagePack and as short
as it can be, so that the QR code is coarse enough for an old scanner. The short one is six digits to type; a
till checks them against the digest that travels with the order, so nobody reads them off a screen.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec.structs import replace

from retail.barcode import PICKUP_PREFIX, SIGNED_PICKUP_PREFIX
from retail.gtin import check_digit
from retail.occasion import Moment
from retail.pickup.desk_rules import CodeKey

DIGITS: Final = 6
"""Of the short form, the last of them a check digit (GS1 General Specifications 7.9)."""


class CodeRefused(ValueError):
    """A pickup code that opens nothing here; `code` names the reason.

    Codes: `unreadable`, `unknown_key` (another chain, or a key that was withdrawn), `forged`, `other_store`
    (`store_id` then says which).
    """

    def __init__(self, code: str, store_id: str = "") -> None:
        super().__init__(f"pickup code refused: {code}")
        self.code = code
        self.store_id = store_id


class PickupPass(msgspec.Struct, frozen=True):
    """What a signed code says. `expires_at` is RFC 3339, to the minute; the order has the last word."""

    key_id: str
    store_id: str
    order_id: str
    expires_at: str

    def is_past(self, now: str) -> bool:
        """Say whether the code has expired by the clock that says `now`."""
        return Moment(self.expires_at).exact <= Moment(now).exact


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """A pass on the wire: minutes since 1970, an order id that is a UUID in hexadecimal digits as its bytes.

    One of `uuid` and `order_id` is empty.
    """

    key_id: str
    store_id: str
    minutes: int
    uuid: bytes
    order_id: str = ""


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Packed)
_HEX_UUID: Final = re.compile(r"[0-9a-f]{32}")


def _packed(given: PickupPass) -> bytes:
    minutes = int(dt.datetime.fromisoformat(given.expires_at).timestamp()) // 60
    packed = _Packed(given.key_id, given.store_id, minutes, b"", given.order_id)
    if _HEX_UUID.fullmatch(given.order_id):
        packed = replace(packed, uuid=bytes.fromhex(given.order_id), order_id="")
    return _encoder.encode(packed)


def _unpacked(content: bytes) -> PickupPass:
    found = _decoder.decode(content)
    try:
        expires = dt.datetime.fromtimestamp(found.minutes * 60, dt.UTC)
    except (OverflowError, OSError) as no_time:
        raise ValueError(f"no time: {found.minutes}") from no_time
    order_id = found.order_id or found.uuid.hex()
    return PickupPass(found.key_id, found.store_id, order_id, expires.strftime("%Y-%m-%dT%H:%M:%SZ"))


def sign(pickup_pass: PickupPass, private: Ed25519PrivateKey) -> str:
    """Return the long form of a code."""
    signed = SIGNED_PICKUP_PREFIX + _text(_packed(pickup_pass))
    return f"{signed}.{_text(private.sign(signed.encode()))}"


def checked(text: str, keys: Sequence[CodeKey], store_id: str) -> PickupPass:
    """Return what a long code says once its signature and its store are right; raises `CodeRefused`.

    Whether it has expired is for the order to say: the clock of a till may be wrong by a year.
    """
    found = of_chain(text, keys)
    if found.store_id != store_id:
        raise CodeRefused("other_store", found.store_id)
    return found


def of_chain(text: str, keys: Sequence[CodeKey]) -> PickupPass:
    """Return what a long code of any store says once its signature is right; raises `CodeRefused`."""
    signed, _, signature = text.rpartition(".")
    if not signed.startswith(SIGNED_PICKUP_PREFIX):
        raise CodeRefused("unreadable")
    try:
        found = _unpacked(_bytes(signed.removeprefix(SIGNED_PICKUP_PREFIX)))
        proof = _bytes(signature)
    except ValueError as unreadable:
        raise CodeRefused("unreadable") from unreadable
    public = {key.key_id: key.public for key in keys}.get(found.key_id)
    if public is None:
        raise CodeRefused("unknown_key")
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(public)).verify(proof, signed.encode())
    except (InvalidSignature, ValueError) as wrong:
        raise CodeRefused("forged") from wrong
    return found


def new_digits() -> str:
    """Return the short form of a new code; the caller sees that no open order of the store has it."""
    chosen = f"{secrets.randbelow(10 ** (DIGITS - 1)):0{DIGITS - 1}d}"
    return f"{chosen}{check_digit(chosen)}"


def digest_of(order_id: str, digits: str) -> str:
    """Return what an order carries of its digits; `PKP`, spaces and hyphens do not count."""
    plain = digits.strip().upper().removeprefix(PICKUP_PREFIX)
    plain = plain.replace(" ", "").replace("-", "")
    return hashlib.blake2b(f"{order_id} {plain}".encode(), digest_size=16).hexdigest()


def public_text(private: Ed25519PrivateKey) -> str:
    """Return a key's public half as `CodeKey.public` has it."""
    return _text(private.public_key().public_bytes_raw())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as unreadable:
        raise ValueError(str(unreadable)) from unreadable
