"""The journal's envelope, its canonical bytes and its hash chain.

The chain covers content: `hash = SHA-256(canonical envelope with body, without the hash itself)`, and
each envelope carries its predecessor's hash. Canonical bytes are UTF-8 JSON with sorted keys, no
white space and no float anywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from retail.events import SCHEMA_VERSIONS, Fact

FIRST_HASH = "0" * 64
"""The `prev_hash` of the first envelope of an incarnation."""


class ChainBroken(ValueError):
    """A journal does not verify; `device_seq` is the first envelope that is wrong."""

    def __init__(self, device_seq: int, why: str) -> None:
        super().__init__(f"journal broken at {device_seq}: {why}")
        self.device_seq = device_seq
        self.why = why


class Envelope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One journal row. `body` is the canonical JSON of the fact, kept as it was written."""

    event_id: str
    device_id: str
    incarnation: str
    device_seq: int
    kind: str
    schema_version: int
    business_time: str
    monotonic_ms: int
    prev_hash: str
    body: str
    hash: str = ""


_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string")
_fact_decoder: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(Fact)
_HASH_KEY, _NEXT_KEY = b',"hash":"', b',"incarnation":"'
"""In the order of keys, what follows one another."""


def canonical_body(fact: Fact) -> str:
    """Return a fact's canonical JSON text."""
    return _encoder.encode(fact).decode()


def fact_of(envelope: Envelope) -> Fact:
    """Decode the fact in an envelope; raises `msgspec.ValidationError` for an unknown kind or shape."""
    return _fact_decoder.decode(envelope.body)


def canonical_text(envelope: Envelope) -> bytes:
    """Return the envelope's canonical bytes, its own hash included: what the centre keeps of it."""
    return _encoder.encode(envelope)


def content_hash(envelope: Envelope) -> str:
    """Return the SHA-256 (hex) over the envelope's canonical bytes without its own hash."""
    return hash_of_text(canonical_text(envelope))


def hash_of_text(text: bytes) -> str:
    """Return `content_hash` of the envelope whose `canonical_text` this is: a large body is written once."""
    # Within a JSON text every quotation mark is escaped, so only the key itself is found.
    begin = text.rindex(_HASH_KEY)
    end = text.index(_NEXT_KEY, begin)
    digest = hashlib.sha256(text[:begin])
    digest.update(text[end:])
    return digest.hexdigest()


def seal(
    fact: Fact,
    *,
    event_id: str,
    device_id: str,
    incarnation: str,
    device_seq: int,
    business_time: str,
    monotonic_ms: int,
    prev_hash: str,
) -> Envelope:
    """Wrap a fact in the next envelope of a chain."""
    kind = type(fact).__struct_config__.tag
    assert isinstance(kind, str)
    unsealed = Envelope(
        event_id=event_id,
        device_id=device_id,
        incarnation=incarnation,
        device_seq=device_seq,
        kind=kind,
        schema_version=SCHEMA_VERSIONS[kind],
        business_time=business_time,
        monotonic_ms=monotonic_ms,
        prev_hash=prev_hash,
        body=canonical_body(fact),
    )
    return msgspec.structs.replace(unsealed, hash=content_hash(unsealed))


def verify_chain(envelopes: Iterable[Envelope], *, prev_hash: str = FIRST_HASH, first_seq: int = 1) -> int:
    """Check a run of envelopes of one incarnation; return how many there were.

    Raises `ChainBroken` at the first gap, wrong predecessor, or content that does not match its hash.
    """
    expected_seq = first_seq
    for envelope in envelopes:
        if envelope.device_seq != expected_seq:
            raise ChainBroken(expected_seq, f"found number {envelope.device_seq} in its place")
        if envelope.prev_hash != prev_hash:
            raise ChainBroken(envelope.device_seq, "does not follow its predecessor")
        if content_hash(envelope) != envelope.hash:
            raise ChainBroken(envelope.device_seq, "content does not match its hash")
        prev_hash = envelope.hash
        expected_seq += 1
    return expected_seq - first_seq
