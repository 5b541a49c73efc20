"""Who a till's request comes from: the short token names the device, its signature proves it.

A token that was stolen opens nothing: whoever shows it must also sign every request with the key of the
device that it was made for. A request that was caught whole can be sent again until its token expires, word
for word: see docs/security.md for what that can and cannot do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from litestar.types import Scope
from sqlalchemy import Connection

from sync.server.bodies import CONTENT_SHA256
from sync.server.device_passes import TOKEN_START, DevicePasses
from sync.server.enrolment import Device, device_of_id, device_of_token
from sync.server.refusals import Refused
from sync.server.roll import Roll
from sync.signatures import (
    DIGEST_HEADER,
    EMPTY_SHA256,
    INPUT_HEADER,
    SIGNATURE_HEADER,
    content_digest,
    key_bytes,
    request_base,
    signature_bytes,
    signature_input,
    token_proof,
)

_DIGEST, _INPUT, _SIGNATURE = (name.lower() for name in (DIGEST_HEADER, INPUT_HEADER, SIGNATURE_HEADER))
"""As they travel; the framework's headers are found by any letters."""

PROVING: Final = ("authorization", _DIGEST, _INPUT, _SIGNATURE)
"""The headers that say who asks, and prove it."""


def asked_by(connection: Connection, request: Any, passes: DevicePasses) -> Device:
    """Return the enrolled device of a request; raises `Refused` for what proves nobody.

    A device with a key must sign; one of the version before shows its lasting token. A device that was shut
    out is told so, in either way.
    """
    token = _token_of(request.headers)
    if token.startswith(TOKEN_START):
        device = device_of_id(connection, passes.device_of_token(token))
        check_signature(request.scope, request.headers, device)
    else:
        device = device_of_token(connection, token)
        if device.public_key:
            raise Refused("key_needed")
    if device.revoked:
        raise Refused("till_revoked")
    return device


async def asked_by_known(
    scope: Scope, headers: Mapping[str, str], passes: DevicePasses, roll: Roll
) -> Device | None:
    """Return the device of a signed request as far as the roll knows it, without a look in the database.

    None for whoever proves nothing so: only the database refuses, and what it knows may be newer. The names
    of `headers` are in small letters, as they travel.
    """
    try:
        token = _token_of(headers)
        if not token.startswith(TOKEN_START):
            return None
        device = await roll.device(passes.device_of_token(token))
        if device is not None:
            check_signature(scope, headers, device)
    except Refused:
        return None
    return device


def _token_of(headers: Any) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Refused("not_enrolled")
    return str(token)


class _Signed(NamedTuple):
    """What a device signs of a request."""

    method: str
    path: str
    query: str
    digest: str
    authorization: str


def check_signature(scope: Scope, headers: Any, device: Device) -> None:
    """Refuse a request that this device did not sign as it stands."""
    digest = headers.get(_DIGEST, "")
    if digest != content_digest(scope["state"].get(CONTENT_SHA256, EMPTY_SHA256)):
        raise Refused("signature_refused", "content-digest")
    if headers.get(_INPUT, "") != signature_input(device.device_id):
        raise Refused("signature_refused", "signature-input")
    signed = _Signed(
        method=scope["method"],  # type: ignore[typeddict-item]  # an HTTP request has one
        path=scope["raw_path"].partition(b"?")[0].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        digest=digest,
        authorization=headers.get("authorization", ""),
    )
    try:
        _check_once(device.public_key, device.device_id, headers.get(_SIGNATURE, ""), signed)
    except (ValueError, InvalidSignature) as wrong:
        raise Refused("signature_refused") from wrong


def token_for(
    connection: Connection, passes: DevicePasses, *, device_id: str, challenge: str, answer: str
) -> str:
    """Return a short token for a device that signed its challenge; raises `Refused`."""
    passes.check_challenge(challenge, device_id)
    device = device_of_id(connection, device_id)
    try:
        proof = token_proof(device_id, challenge)
        _opened(device.public_key).verify(signature_bytes(answer), proof)
    except (ValueError, InvalidSignature) as wrong:
        raise Refused("signature_refused") from wrong
    if device.revoked:
        raise Refused("till_revoked")
    return passes.token(device_id)


@lru_cache(maxsize=4096)
def _opened(public_key: str) -> Ed25519PublicKey:
    """Return a key ready for use: reading it takes a part of the time of a check."""
    return Ed25519PublicKey.from_public_bytes(key_bytes(public_key))


@lru_cache(maxsize=4096)
def _check_once(public_key: str, key_id: str, signature: str, signed: _Signed) -> None:
    """Check a signature; an idle till asks for the same again and again, word for word, until its token ends.

    Only what holds is remembered: an error is raised anew each time.
    """
    base = request_base(**signed._asdict(), key_id=key_id)
    _opened(public_key).verify(signature_bytes(signature), base)
