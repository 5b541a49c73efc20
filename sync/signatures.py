"""Signed requests: the part of HTTP Message Signatures (RFC 9421) that tills and the centre agree on.

A till signs method, path, query, the digest of the content as it travels (RFC 9530) and its token, with the
Ed25519 key (RFC 8032) that only it has. Nothing else is understood: no other component, algorithm or order,
so there is nothing to negotiate down. There is no `created`: no clock of a till is trusted. The short token
says how long a request holds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

COVERED: Final = ("@method", "@path", "@query", "content-digest", "authorization")
"""What is signed, in this order."""

INPUT_HEADER: Final = "Signature-Input"
SIGNATURE_HEADER: Final = "Signature"
DIGEST_HEADER: Final = "Content-Digest"
LABEL: Final = "till"
EMPTY_SHA256: Final = hashlib.sha256(b"").digest()

_SIGNATURE: Final = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]{{86}}==):")


def content_digest(sha256: bytes) -> str:
    """Return the `Content-Digest` of a content with this SHA-256 (RFC 9530, section 2)."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


@lru_cache(maxsize=4096)
def signature_parameters(key_id: str) -> str:
    """Return the parameters of a till's signature: what is covered, by whose key, how."""
    covered = " ".join(f'"{name}"' for name in COVERED)
    return f'({covered});keyid="{key_id}";alg="ed25519"'


def signature_input(key_id: str) -> str:
    """Return the value of `Signature-Input`."""
    return f"{LABEL}={signature_parameters(key_id)}"


def signature_base(values: Sequence[tuple[str, str]], parameters: str) -> bytes:
    """Return the bytes that are signed (RFC 9421, section 2.5): each component and its value, then how."""
    lines = [f'"{name}": {value}' for name, value in values]
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode()


def request_base(
    *, method: str, path: str, query: str, digest: str, authorization: str, key_id: str
) -> bytes:
    """Return what a till signs of a request; `path` and `query` as they travel, `query` without its `?`."""
    values = (method.upper(), path or "/", f"?{query}", digest, authorization)
    return signature_base(tuple(zip(COVERED, values, strict=True)), signature_parameters(key_id))


def signature_text(signature: bytes) -> str:
    """Return the value of `Signature`."""
    return f"{LABEL}=:{base64.b64encode(signature).decode()}:"


def signature_bytes(text: str) -> bytes:
    """Read the value of `Signature`; raises `ValueError` for anything but one signature of a till."""
    found = _SIGNATURE.fullmatch(text)
    if found is None:
        raise ValueError("no signature of a till")
    return base64.b64decode(found[1])


def token_proof(device_id: str, challenge: str) -> bytes:
    """Return what a till signs to get a token: nothing that could be taken for a signed request."""
    return f"evertill token\n{device_id}\n{challenge}".encode()


def key_text(content: bytes) -> str:
    """Return a public key or a wrapped one as it stands in messages: base64url without padding (RFC 4648)."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def key_bytes(text: str, length: int = 32) -> bytes:
    """Read a key of so many bytes; raises `ValueError` for anything else."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as unreadable:
        raise ValueError("this is no key") from unreadable
    if len(content) != length:
        raise ValueError("a key of another length")
    return content
