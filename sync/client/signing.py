"""The till's own key and the short token that the centre gave for it; one object per till, for all threads.

Nothing here is secret for long but the key, and the key leaves this object only as signatures. When a token
ends is measured by the monotonic clock from the moment it came: the clock on the till's wall may be wrong.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.protocol import TokenAnswer
from sync.signatures import (
    DIGEST_HEADER,
    INPUT_HEADER,
    SIGNATURE_HEADER,
    content_digest,
    key_text,
    request_base,
    signature_input,
    signature_text,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RENEW_AFTER = 0.8
"""Of a token's life: then it is renewed before anybody is refused."""


class HeldToken(msgspec.Struct, frozen=True):
    """A token as it came from a centre; `renew_at` is monotonic seconds."""

    server_url: str
    token: str
    renew_at: float
    escrow_key: str

    def __repr__(self) -> str:
        return f"HeldToken({self.server_url})"


class DeviceKey:
    """Signs for one device. `seed` is the Ed25519 private key as 64 hexadecimal digits (RFC 8032, 5.1.5)."""

    def __init__(self, seed: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seed = bytes.fromhex(seed)
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._private: Ed25519PrivateKey | None = None
        self._held: HeldToken | None = None

    def __repr__(self) -> str:
        return "DeviceKey()"

    @property
    def public(self) -> str:
        """The public half, as it stands in messages."""
        return key_text(self._opened().public_key().public_bytes_raw())

    def signature(self, content: bytes) -> str:
        """Return the value of a `Signature` header over these bytes."""
        return signature_text(self._opened().sign(content))

    def request_headers(
        self, key_id: str, *, method: str, path: str, query: str, content: bytes, authorization: str
    ) -> dict[str, str]:
        """Return the headers that sign a request (RFC 9421); all of it as it travels."""
        digest = content_digest(hashlib.sha256(content).digest())
        signed = request_base(
            method=method, path=path, query=query, digest=digest, authorization=authorization, key_id=key_id
        )
        return {
            DIGEST_HEADER: digest,
            INPUT_HEADER: signature_input(key_id),
            SIGNATURE_HEADER: self.signature(signed),
        }

    def token(self, server_url: str, ask: Callable[[], TokenAnswer]) -> HeldToken:
        """Return the token in force at a centre, asking for one when there is none or it ends soon.

        `ask` may raise; then there is no new token. Two threads may ask at once: both tokens hold.
        """
        held = self._held
        if held is not None and held.server_url == server_url and self._monotonic() < held.renew_at:
            return held
        answer = ask()
        renew_at = self._monotonic() + answer.valid_seconds * RENEW_AFTER
        held = HeldToken(server_url, answer.token, renew_at, answer.escrow_key)
        with self._guard:
            self._held = held
        return held

    def forget(self, token: str) -> None:
        """Let go of a token that the centre did not take, unless another thread has a newer one already."""
        with self._guard:
            if self._held is not None and self._held.token == token:
                self._held = None

    def _opened(self) -> Ed25519PrivateKey:
        if self._private is None:
            # Loaded by the first thread that speaks: no part of starting.
            from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
                Ed25519PrivateKey,
            )

            self._private = Ed25519PrivateKey.from_private_bytes(self._seed)
        return self._private
