"""Bodies on the wire: `Content-Encoding: zstd` both ways, with a limit on what a body unpacks to.

An ASGI middleware, so that handlers see plain bodies. A body is refused with 413 as soon as it grows
past its limit, packed or unpacked, and never held larger than that.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, NamedTuple

import zstandard
from litestar.types import ASGIApp, Receive, Scope, Send

from sync.protocol import MAX_BATCH_BYTES
from sync.server.refusals import Refused

LARGEST_BODY = MAX_BATCH_BYTES + 64 * 1024
"""A full journal batch and the envelope around it, in bytes, unpacked."""

CONTENT_SHA256 = "evertill_content_sha256"
"""Under which name `scope["state"]` keeps the SHA-256 of a content as it travelled, for whoever checks it."""

PACKED_ANSWER = "evertill_packed_answer"
"""Under which name it keeps an answer that was packed beforehand, because many are given the same."""

BODY_SECONDS = 60.0
"""In which a body must have arrived: who drips it must not hold a place for ever."""

SMALLEST_PACKED = 1024
"""Answers below this many bytes travel as they are."""

_LEVEL = 3
_WITHOUT_BODY = frozenset({204, 304})
"""Answers that have no content, and say nothing of its length (RFC 9110, 8.6)."""

_COUNTED = frozenset({b"accept-ranges", b"content-range", b"content-encoding"})

Message = Any
"""An ASGI event: a dictionary whose keys depend on its `type`."""


class Packed(NamedTuple):
    """A body, and how it travels to whoever takes zstd: None for one that travels as it is."""

    plain: bytes
    zstd: bytes | None

    def for_who_takes_zstd(self) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """Return the bytes that travel, and the headers that say how."""
        headers = [(b"vary", b"accept-encoding")]
        if self.zstd is not None:
            headers.append((b"content-encoding", b"zstd"))
        travelling = self.plain if self.zstd is None else self.zstd
        headers.append((b"content-length", str(len(travelling)).encode()))
        return travelling, headers

    def as_it_is(self) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """Return the same for whoever takes no zstd."""
        return self.plain, [(b"content-length", str(len(self.plain)).encode())]


def packed(plain: bytes) -> Packed:
    """Pack a body when that pays."""
    if len(plain) < SMALLEST_PACKED:
        return Packed(plain, None)
    return Packed(plain, zstandard.ZstdCompressor(level=_LEVEL).compress(plain))


def with_zstd(app: ASGIApp) -> ASGIApp:
    """Wrap an application so that it takes and gives zstd bodies."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        method = str(scope.get("method", ""))
        headers = {name.lower(): value for name, value in scope["headers"]}
        if method in ("POST", "PUT", "PATCH"):
            plain = await _plain_body(headers, scope, receive)
            if plain is None:
                return
            receive = plain
        if method and b"zstd" in headers.get(b"accept-encoding", b""):
            send = _packing(scope, send)
        await app(scope, receive, send)

    return wrapped


async def _plain_body(headers: dict[bytes, bytes], scope: Scope, receive: Receive) -> Receive | None:
    """Return what a handler receives; None when the caller hung up before the end: nobody hears an answer."""
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"identity", b"zstd"):
        raise Refused("unsupported_encoding", encoding.decode("latin-1")[:40])
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _whole_body(receive)
    except TimeoutError as late:
        raise Refused("too_slow") from late
    if body is None:
        return None
    if b"content-digest" in headers:
        scope["state"][CONTENT_SHA256] = hashlib.sha256(body).digest()
    if encoding == b"identity" and b"content-length" in headers:
        return repeat({"type": "http.request", "body": body, "more_body": False}, receive)
    plain = unpacked(body) if encoding == b"zstd" else body
    scope["headers"] = [
        (name, value)
        for name, value in scope["headers"]
        if name.lower() not in (b"content-encoding", b"content-length")
    ] + [(b"content-length", str(len(plain)).encode())]
    return repeat({"type": "http.request", "body": plain, "more_body": False}, receive)


async def _whole_body(receive: Receive) -> bytes | None:
    """Return a body as it travels, None when something else than its end came."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise Refused("too_large")
        if not message.get("more_body"):
            return bytes(body)


def unpacked(body: bytes, *, limit: int = LARGEST_BODY) -> bytes:
    """Unpack a zstd body; raises `Refused` when it is damaged or unpacks to more than `limit` bytes."""
    zstd = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    try:
        # A kilobyte can unpack to thirty megabytes: first no more is unpacked than may be, and then all of
        # it, because only this way of unpacking says whether the end was there.
        if len(zstd.stream_reader(body).read(limit + 1)) > limit:
            raise Refused("too_large")
        unpacker = zstd.decompressobj()
        plain = unpacker.decompress(body)
    except zstandard.ZstdError as error:
        raise Refused("bad_request", "zstd") from error
    if not unpacker.eof:
        raise Refused("bad_request", "zstd")
    return plain


def repeat(first: Message, receive: Receive) -> Receive:
    """Return what gives a message that was taken once more, and then what comes."""
    waiting = [first]

    async def repeated() -> Message:
        return waiting.pop() if waiting else await receive()

    return repeated


def _as_it_is(start: Message) -> bool:
    """Say whether an answer must not be packed: its bytes are counted, or it is packed already."""
    return any(name.lower() in _COUNTED for name, _ in start["headers"])


def _packing(scope: Scope, send: Send) -> Send:
    started: list[Message] = []
    body = bytearray()

    async def pack(message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] not in _WITHOUT_BODY and not _as_it_is(message):
                started.append(message)
                return
        elif message["type"] == "http.response.body" and started:
            await pack_body(message)
            return
        await send(message)

    async def pack_body(message: Message) -> None:
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        start: Message = started.pop()
        ready: Packed | None = scope["state"].get(PACKED_ANSWER)
        answer = ready if ready is not None and ready.plain == body else packed(bytes(body))
        travelling, headers = answer.for_who_takes_zstd()
        said = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        start["headers"] = said + headers
        await send(start)
        await send({"type": "http.response.body", "body": travelling, "more_body": False})

    return pack
