"""The journal's mirror: every fact once more, sealed one by one, in files that are only ever appended to.

A folder of segments `journal-000001.mirror`, best on another disk than the journal's. Each record is
`EVM1`, the length of what follows (four bytes, big-endian), a nonce of 12 bytes and the record's JSON under
ChaCha20-Poly1305 (RFC 8439), bound to its segment and its place in it. So one flipped bit costs one record,
is always noticed, and nothing that somebody moved or made up is ever believed. The key is derived from that
of the databases. A program's first record begins a new segment: a torn end of the one before stays as it is.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pos_app.database.identity import Identity
from retail.journal import Envelope
from sync.durable_files import force_names

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MIRROR_FOLDER = "mirror"
SEGMENT_BYTES = 4 * 1024 * 1024
LOOK_BACK = 32
"""Records that are looked at for a state, once a fact is found."""

LARGEST_RECORD_BYTES = 16 * 1024 * 1024

_MAGIC = b"EVM1"
_HEAD = struct.Struct(">4sI")
_NONCE_BYTES = 12
_PURPOSE = b"evertill mirror"


class MirroredFact(msgspec.Struct, frozen=True, kw_only=True, tag="fact"):
    """A row of the journal at its place; `moves` are (product, location, quantity) of a step of an order."""

    position: int
    envelope: Envelope
    moves: tuple[tuple[str, str, str], ...] = ()


class MirroredState(msgspec.Struct, frozen=True, kw_only=True, tag="state"):
    """What the journal's file holds besides facts: who the till is, open sales and settings, as stored."""

    identity: Identity | None = None
    open_sales: tuple[str, ...] = ()
    settings: dict[str, str] = {}
    earlier_lives: tuple[tuple[str, int, int], ...] = ()


Record = MirroredFact | MirroredState


@dataclass(slots=True)
class MirrorReport:
    """What reading a mirror came to."""

    records: int = 0
    segments: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Places, as `journal-000002.mirror:1840`, at which something stands that is no sound record."""


class MirrorProblem(OSError):
    """The mirror's folder cannot be written; selling goes on, and the till says that it has no mirror."""


_encoder = msgspec.json.Encoder(decimal_format="string")
_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


class Mirror:
    """One mirror, for one thread. Nothing is made before the first record is appended."""

    def __init__(self, folder: Path, key: str) -> None:
        """`key` is the databases' key: 64 hexadecimal digits."""
        self.folder = folder
        self._key = hashlib.blake2b(bytes.fromhex(key), digest_size=32, person=_PURPOSE).digest()
        self._opened: ChaCha20Poly1305 | None = None
        self._descriptor = -1
        self._name = ""
        self._size = 0

    def append(self, records: Sequence[Record]) -> None:
        """Write records and bring them to the disk; raises `MirrorProblem`, then none of them counts."""
        if not records:
            return
        try:
            if self._descriptor < 0 or self._size >= SEGMENT_BYTES:
                self._begin_segment()
            content = bytearray()
            for record in records:
                content += self._sealed(record, self._size + len(content))
            _write_whole(self._descriptor, bytes(content))
            os.fsync(self._descriptor)
            self._size += len(content)
        except OSError as error:
            self.close()  # the handle is not used again: what became of a failed fsync is not known
            raise MirrorProblem(error.errno, f"{self.folder}: {error.strerror}") from error

    def head(self) -> tuple[MirroredFact | None, MirroredState | None]:
        """Return the last fact that can be read, and the last state if it is near.

        Opening a till waits for this, so it looks at little more than the last records.
        """
        fact: MirroredFact | None = None
        state: MirroredState | None = None
        looked_at = 0
        for path in reversed(self.segments()):
            content = _content(path)
            for offset, length in reversed(list(_hops(content))):
                record = self._open(path.name, offset, content, length)
                if isinstance(record, MirroredFact) and fact is None:
                    fact = record
                elif isinstance(record, MirroredState) and state is None:
                    state = record
                looked_at += 1
                if fact is not None and (state is not None or looked_at >= LOOK_BACK):
                    return fact, state
        return fact, state

    def read(self, report: MirrorReport | None = None) -> Iterator[Record]:
        """Give every record that can be read, in order; what cannot be is noted in the report."""
        report = report or MirrorReport()
        for path in self.segments():
            report.segments += 1
            content = _content(path)
            offset = 0
            while offset < len(content):
                length = _length_at(content, offset)
                record = None if length is None else self._open(path.name, offset, content, length)
                if record is not None and length is not None:
                    report.records += 1
                    yield record
                    offset += _HEAD.size + length
                    continue
                report.unreadable.append(f"{path.name}:{offset}")
                offset = content.find(_MAGIC, offset + 1)
                if offset < 0:
                    break

    def segments(self) -> list[Path]:
        """Return the mirror's files in order."""
        try:
            return sorted(self.folder.glob("journal-*.mirror"))
        except OSError:
            return []

    def close(self) -> None:
        """Close the segment; harmless twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    # ---- inside -------------------------------------------------------------------------------

    def _begin_segment(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        last = self.segments()
        number = int(last[-1].stem.removeprefix("journal-")) + 1 if last else 1
        self._name, self._size = f"journal-{number:06d}.mirror", 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._descriptor = os.open(self.folder / self._name, flags, 0o600)
        force_names(self.folder)

    def _sealed(self, record: Record, offset: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher().encrypt(nonce, _encoder.encode(record), _place(self._name, offset))
        return _HEAD.pack(_MAGIC, len(nonce) + len(sealed)) + nonce + sealed

    def _open(self, name: str, offset: int, content: bytes, length: int) -> Record | None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # as in `_cipher`

        start = offset + _HEAD.size
        nonce, sealed = content[start : start + _NONCE_BYTES], content[start + _NONCE_BYTES : start + length]
        try:
            return _decoder.decode(self._cipher().decrypt(nonce, sealed, _place(name, offset)))
        except (InvalidTag, msgspec.DecodeError):
            return None

    def _cipher(self) -> ChaCha20Poly1305:
        if self._opened is None:
            from cryptography.hazmat.primitives.ciphers.aead import (  # noqa: PLC0415  # not part of an import
                ChaCha20Poly1305,
            )

            self._opened = ChaCha20Poly1305(self._key)
        return self._opened


def _place(name: str, offset: int) -> bytes:
    return f"{name}:{offset}".encode()


def _hops(content: bytes) -> Iterator[tuple[int, int]]:
    offset = 0
    while (length := _length_at(content, offset)) is not None:
        yield offset, length
        offset += _HEAD.size + length


def _length_at(content: bytes, offset: int) -> int | None:
    """Return the length of the record at this place, or None when none can begin here."""
    if offset + _HEAD.size > len(content):
        return None
    magic, length = _HEAD.unpack_from(content, offset)
    if magic != _MAGIC or not _NONCE_BYTES < length <= LARGEST_RECORD_BYTES:
        return None
    return length if offset + _HEAD.size + length <= len(content) else None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write_whole(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]
