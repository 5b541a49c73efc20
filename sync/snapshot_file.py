"""The file that a large stream travels down in: what both sides know of its form.

A file is a row of zstd frames, one after the other, so any tool unpacks it (RFC 8878, 3.1). Each frame is a
block: a line with the stream keys of its rows as a JSON array, then each row as it is stored at the centre, a
line each, in the order of keys. Rows are JSON of our own encoder, which holds no line feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

import msgspec

CONTENT_TYPE: Final = "application/zstd"
FEWEST_ROWS: Final = 5_000
"""A stream of fewer rows has no file: it fits a single page of the other kind of snapshot."""

BLOCK_ROWS: Final = 5_000
BLOCK_BYTES: Final = 4 * 1024 * 1024
"""A block ends with the row that passes this many bytes, unpacked."""

LARGEST_BLOCK: Final = 64 * 1024 * 1024
"""Unpacked; a file with a larger one is not of a centre."""

_LEVEL = 3
_PIECE = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{64}\.zst", re.ASCII)
_encode = msgspec.json.Encoder().encode
_keys_decoder = msgspec.json.Decoder(tuple[str, ...])


class SnapshotDescription(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/snapshots/{stream}`: the file that a stream can be loaded from.

    `name` empty means: there is none, take `/v1/streams/{stream}/snapshot` page by page. `ready` false
    means: it is being made, `made` of `rows` are in it; ask again in a moment. Once ready, it is at
    `/v1/snapshots/{stream}/{name}`, whole or in a range: `bytes` long, of this `sha256`, holding the `rows`
    rows of the stream at version `as_of`, whose checksum is `checksum`.
    """

    stream: str
    epoch: str
    as_of: int
    rows: int
    checksum: str
    name: str = ""
    ready: bool = True
    made: int = 0
    bytes: int = 0
    sha256: str = ""


class DamagedSnapshot(ValueError):
    """A snapshot file is not what a centre writes; the text says where."""


class Block(msgspec.Struct, frozen=True):
    """Some rows of a stream: keys and bodies, side by side."""

    keys: tuple[str, ...]
    bodies: tuple[bytes, ...]


def name_of(sha256: str) -> str:
    """Return what a file with this content is called."""
    return f"{sha256}.zst"


def is_name(text: str) -> bool:
    """Say whether a text can be a file's name: nothing that could lead to another folder is one."""
    return _NAME.fullmatch(text) is not None


def packed_blocks(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[int, bytes]]:
    """Yield each block of rows (key and JSON text) as a frame, with the number of its rows."""
    import zstandard  # noqa: PLC0415  # no part of starting a till

    packer = zstandard.ZstdCompressor(level=_LEVEL)
    keys: list[str] = []
    texts: list[str] = []
    size = 0
    for key, text in rows:
        keys.append(key)
        texts.append(text)
        size += len(text)
        if len(keys) == BLOCK_ROWS or size > BLOCK_BYTES:
            yield len(keys), packer.compress(_plain(keys, texts))
            keys, texts, size = [], [], 0
    if keys:
        yield len(keys), packer.compress(_plain(keys, texts))


def unpacked_blocks(file: BinaryIO) -> Iterator[Block]:
    """Yield the blocks of a file, holding no more than one at a time; raises `DamagedSnapshot`."""
    import zstandard  # noqa: PLC0415  # as above

    rest = b""
    while piece := rest or file.read(_PIECE):
        unpacker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
        plain: list[bytes] = []
        size = 0
        while True:
            try:
                plain.append(unpacker.decompress(piece))
            except zstandard.ZstdError as error:
                raise DamagedSnapshot(str(error)) from error
            size += len(plain[-1])
            if size > LARGEST_BLOCK:
                raise DamagedSnapshot("a block without end")
            if unpacker.eof:
                break
            piece = file.read(_PIECE)
            if not piece:
                raise DamagedSnapshot("the last block is cut short")
        rest = unpacker.unused_data
        yield _block(b"".join(plain))


def _plain(keys: list[str], texts: list[str]) -> bytes:
    return b"\n".join((_encode(keys), "\n".join(texts).encode()))


def _block(plain: bytes) -> Block:
    first, *bodies = plain.split(b"\n")
    try:
        keys = _keys_decoder.decode(first)
    except msgspec.DecodeError as error:
        raise DamagedSnapshot(f"a block without keys: {error}") from error
    if not keys or len(keys) != len(bodies):
        raise DamagedSnapshot(f"{len(keys)} keys for {len(bodies)} rows")
    return Block(keys, tuple(bodies))
