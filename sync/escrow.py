"""The key of a till's databases, wrapped so that only its centre can open it.

X25519 (RFC 7748) with a key of one use, HKDF-SHA256 (RFC 5869), ChaCha20-Poly1305 (RFC 8439). The device's id
is bound in: a wrapped key that is filed under another device opens nothing. On the wire: the public half of
the one-time key, then the sealed key, in base64url.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.signatures import key_bytes, key_text

WRAPPED_BYTES: Final = 32 + 32 + 16
"""One-time public key, the 32 bytes of the key, and the tag."""

_ONCE: Final = bytes(12)
"""The nonce: each wrapping key seals one message, so it need not differ."""


class EscrowRefused(ValueError):
    """A wrapped key that does not open: of another centre, of another device, or damaged."""


def wrapped(database_key: str, *, device_id: str, centre_key: str) -> str:
    """Wrap a database key (64 hexadecimal digits) for the centre whose public X25519 key this is.

    Raises `ValueError` when `centre_key` is none.
    """
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(key_bytes(centre_key)))
    public = once.public_key().public_bytes_raw()
    sealed = _cipher(shared, public, key_bytes(centre_key)).encrypt(
        _ONCE, bytes.fromhex(database_key), device_id.encode()
    )
    return key_text(public + sealed)


def unwrapped(text: str, *, device_id: str, private: X25519PrivateKey) -> str:
    """Return the database key that a device wrapped; raises `EscrowRefused`."""
    try:
        content = key_bytes(text, WRAPPED_BYTES)
        shared = private.exchange(X25519PublicKey.from_public_bytes(content[:32]))
        cipher = _cipher(shared, content[:32], private.public_key().public_bytes_raw())
        return cipher.decrypt(_ONCE, content[32:], device_id.encode()).hex()
    except (ValueError, InvalidTag) as refused:
        raise EscrowRefused("this wrapped key does not open") from refused


def _cipher(shared: bytes, once: bytes, centre: bytes) -> ChaCha20Poly1305:
    derived = HKDF(SHA256(), 32, salt=None, info=b"evertill database key" + once + centre).derive(shared)
    return ChaCha20Poly1305(derived)
