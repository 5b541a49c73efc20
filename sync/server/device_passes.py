"""Challenges and short tokens of devices. Nothing about them is stored: both carry their own proof.

A challenge is answered with a signature of the device's key and holds a minute; a token holds ten. Both are
read by the centre's own clock alone and sealed with a secret that all processes of a centre share, so no
request costs a write, and no flood of challenges fills a table. A challenge may be answered twice: the
second token is worth no more than the first, and neither anything without the key (see `device_requests`).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import msgspec

from sync.server.database.device_rows import centre_secret_of
from sync.server.database.sessions import Database
from sync.server.refusals import Refused

CHALLENGE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 600
TOKEN_START: Final = "evt1."  # noqa: S105  # how one is told, no secret
CHALLENGE_START: Final = "evq1."
_NAME: Final = "device-passes"
_MAC_BYTES: Final = 16
_LONGEST: Final = 400
_REMEMBERED: Final = 4096


class _Said(msgspec.Struct, frozen=True, array_like=True):
    device_id: str
    expires: int
    salt: bytes


class _NotOurs(ValueError):
    """A text that was not sealed here."""


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Said)


class DevicePasses:
    """Makes and reads challenges and tokens; one object per process, shared by its threads."""

    def __init__(self, database: Database, *, seconds: Callable[[], float] = time.time) -> None:
        with database.write() as connection:
            self._secret = centre_secret_of(connection, _NAME)
        self._seconds = seconds
        # A till shows its token with every request: its seal is checked once, when it expires each time.
        self._read_once = lru_cache(maxsize=_REMEMBERED)(self._read)

    def challenge(self, device_id: str) -> str:
        """Return a challenge for whoever says to be this device."""
        return self._sealed(CHALLENGE_START, device_id, CHALLENGE_SECONDS)

    def token(self, device_id: str) -> str:
        """Return a token for a device that has answered its challenge."""
        return self._sealed(TOKEN_START, device_id, TOKEN_SECONDS)

    def check_challenge(self, challenge: str, device_id: str) -> None:
        """Refuse a challenge that was not made here for this device, or has expired."""
        if self._device_of(CHALLENGE_START, challenge) != device_id:
            raise Refused("challenge_refused")

    def device_of_token(self, token: str) -> str:
        """Return whose token this is; raises `Refused` when it has expired or was not made here."""
        device_id = self._device_of(TOKEN_START, token)
        if not device_id:
            raise Refused("token_expired")
        return device_id

    def _sealed(self, start: str, device_id: str, seconds: int) -> str:
        said = _Said(device_id, int(self._seconds()) + seconds, secrets.token_bytes(8))
        content = _encoder.encode(said)
        return start + base64.urlsafe_b64encode(content + self._mac(start, content)).decode()

    def _device_of(self, start: str, text: str) -> str:
        """Return the device of a sealed text, empty when it does not hold."""
        try:
            found = self._read_once(start, text)
        except _NotOurs:
            return ""
        return found.device_id if self._seconds() < found.expires else ""

    def _read(self, start: str, text: str) -> _Said:
        """Return what was sealed; an error for anything else, which is raised anew each time."""
        if not text.startswith(start) or len(text) > _LONGEST:
            raise _NotOurs
        try:
            content = base64.b64decode(text[len(start) :].encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError) as unreadable:
            raise _NotOurs from unreadable
        said, mac = content[:-_MAC_BYTES], content[-_MAC_BYTES:]
        if not hmac.compare_digest(self._mac(start, said), mac):
            raise _NotOurs
        return _decoder.decode(said)

    def _mac(self, start: str, content: bytes) -> bytes:
        return hmac.digest(self._secret, start.encode() + content, "sha256")[:_MAC_BYTES]
