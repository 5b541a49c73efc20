"""A file that grows by bytes and is unreadable without the till's key: what arrives of a snapshot lies in it.

Whoever takes the disk finds no more in it than in the databases. What is in it is believed only after its
SHA-256 was compared, so the cipher alone (ChaCha20, RFC 8439) is enough; each file has a nonce of its own,
and the place of a byte says which part of the key stream it is under.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_app.database.problems import file_problems

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext

_NONCE_BYTES = 12
_BLOCK = 64
"""Bytes of key stream that one count stands for."""


class SealedFile:
    """One such file. `append` adds to its end, and may be cut short anywhere by a crash.

    Raises `DatabaseProblem`, also while what `open` gives is read.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._key = hashlib.sha256(b"evertill sealed file\0" + bytes.fromhex(key)).digest()

    @property
    def size(self) -> int:
        """Return how many bytes are in it; 0 when there is no file."""
        with file_problems(self.path):
            try:
                return max(self.path.stat().st_size - _NONCE_BYTES, 0)
            except FileNotFoundError:
                return 0

    def append(self, content: bytes) -> None:
        """Add bytes to the end."""
        size = self.size
        with file_problems(self.path):
            if not size:
                self.path.write_bytes(os.urandom(_NONCE_BYTES))
                self.path.chmod(0o600)
            with self.path.open("r+b") as file:
                stream = _stream(self._key, file.read(_NONCE_BYTES), size)
                file.seek(_NONCE_BYTES + size)
                file.write(stream.update(content))

    def open(self) -> io.BufferedReader:
        """Open it to be read from its beginning."""
        with file_problems(self.path):
            return io.BufferedReader(_Unsealing(self.path, self._key), 256 * 1024)

    def remove(self) -> None:
        """Remove it; harmless when there is none."""
        with file_problems(self.path):
            self.path.unlink(missing_ok=True)


class _Unsealing(io.RawIOBase):
    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._stream = _stream(key, self._file.read(_NONCE_BYTES), 0)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes; 0 at the end."""
        view = memoryview(buffer)
        with file_problems(self._path):
            sealed = self._file.read(len(view))
        view[: len(sealed)] = self._stream.update(sealed)
        return len(sealed)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def _stream(key: bytes, nonce: bytes, place: int) -> CipherContext:
    """Return the key stream from a byte on."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms  # noqa: PLC0415  # no part of starting

    count = (place // _BLOCK).to_bytes(4, "little")
    stream = Cipher(algorithms.ChaCha20(key, count + nonce), mode=None).encryptor()
    stream.update(bytes(place % _BLOCK))
    return stream
