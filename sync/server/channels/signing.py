"""Signs and checks messages between servers as the Standard Webhooks specification 1.0 says.

Signed is `<webhook-id>.<webhook-timestamp>.<body>` by HMAC-SHA256; the header says `v1,` and the signature in
base64, and several with a space between while a secret is being changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # the beginning that the specification gives to every secret
SECRET_BYTES: Final = 32
"""The specification asks for 24 to 64."""

TOLERANCE_SECONDS: Final = 300
"""How far the time of a message may be from ours: an old one that somebody has kept is not taken again."""

ID_HEADER: Final = "webhook-id"
TIMESTAMP_HEADER: Final = "webhook-timestamp"
SIGNATURE_HEADER: Final = "webhook-signature"


class SignatureRefused(ValueError):
    """A message whose origin is not proven; `code` is `bad_secret`, `header_missing`, `too_old`, `too_new` or
    `forged`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"signature refused: {code}")
        self.code = code


def new_secret() -> str:
    """Return a new secret as both sides write it down: `whsec_` and base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message; `timestamp` is Unix time, of this attempt to send it."""
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: f"v1,{_signature(secret, message_id, str(timestamp), body)}",
    }


def check_signature(secret: str, headers: Mapping[str, str], body: bytes, *, now: int) -> None:
    """Return when the message is one of the secret's holder and of these minutes; raises `SignatureRefused`.

    Names of headers are in small letters; `now` is Unix time.
    """
    try:
        message_id, timestamp = headers[ID_HEADER], headers[TIMESTAMP_HEADER]
        given = headers[SIGNATURE_HEADER]
        sent = int(timestamp) if len(timestamp) <= 12 else -1
    except (KeyError, ValueError) as missing:
        raise SignatureRefused("header_missing") from missing
    if sent < now - TOLERANCE_SECONDS:
        raise SignatureRefused("too_old")
    if sent > now + TOLERANCE_SECONDS:
        raise SignatureRefused("too_new")
    expected = f"v1,{_signature(secret, message_id, timestamp, body)}".encode()
    if not any(hmac.compare_digest(expected, one.encode()) for one in given.split(" ")):
        raise SignatureRefused("forged")


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as unreadable:
        raise SignatureRefused("bad_secret") from unreadable
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
