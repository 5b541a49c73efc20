"""A stream of ESC/POS bytes cut into commands: the first half of the virtual printer.

Only commands that some till sends are known by their length; an unknown one loses its two bytes and
is reported, as a real printer would print rubbish from there on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D

REAL_TIME = DLE
"""Commands that begin with this byte are carried out when they arrive, not in their turn."""

ARGUMENT_BYTES: dict[bytes, int] = {
    b"\x1b@": 0,
    b"\x1b2": 0,
    b"\x1b!": 1,
    b"\x1b-": 1,
    b"\x1b3": 1,
    b"\x1bE": 1,
    b"\x1bG": 1,
    b"\x1bJ": 1,
    b"\x1bM": 1,
    b"\x1bR": 1,
    b"\x1bV": 1,
    b"\x1ba": 1,
    b"\x1bd": 1,
    b"\x1bt": 1,
    b"\x1b{": 1,
    b"\x1b$": 2,
    b"\x1bp": 3,
    b"\x1c&": 0,
    b"\x1c.": 0,
    b"\x1c!": 1,
    b"\x1c-": 1,
    b"\x1cC": 1,
    b"\x1cS": 2,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dH": 1,
    b"\x1dI": 1,
    b"\x1da": 1,
    b"\x1db": 1,
    b"\x1df": 1,
    b"\x1dh": 1,
    b"\x1dr": 1,
    b"\x1dw": 1,
    b"\x1dL": 2,
    b"\x1dP": 2,
    b"\x1dW": 2,
    b"\x10\x04": 1,
    b"\x10\x05": 1,
}
"""How many bytes follow a two-byte command of fixed length."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its two-byte name (one byte for LF and the like) and what followed it.

    A run of letters has the empty name. Letters keep their bytes: what they mean depends on modes.
    """

    name: bytes
    data: bytes = b""

    @property
    def real_time(self) -> bool:
        """Say whether it is carried out at once."""
        return self.name[:1] == bytes([REAL_TIME])


class EscposReader:
    """Takes bytes as they arrive and gives whole commands; half a command waits for its rest."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._double_bytes = False  # between `FS &` and `FS .` two bytes are one letter

    def feed(self, data: bytes) -> Iterator[Command]:
        """Add bytes and yield each command that is complete."""
        self._buffer += data
        while self._buffer:
            length = self._length()
            if length is None or length > len(self._buffer):
                return
            raw = bytes(self._buffer[:length])
            del self._buffer[:length]
            yield self._command(raw)

    def _command(self, raw: bytes) -> Command:
        if raw[0] in (DLE, ESC, FS, GS):
            command = Command(raw[:2], raw[2:])
        elif raw[0] < 0x20:
            command = Command(raw)
        else:
            command = Command(b"", raw)
        if command.name in (b"\x1c&", b"\x1c."):
            self._double_bytes = command.name == b"\x1c&"
        elif command.name == b"\x1b@":
            self._double_bytes = False
        return command

    def _length(self) -> int | None:
        """Return the length of the command at the buffer's head, or None while that is unknown."""
        buffer = self._buffer
        if buffer[0] not in (DLE, ESC, FS, GS):
            return self._letters() if buffer[0] >= 0x20 else 1
        if len(buffer) < 2:
            return None
        name = bytes(buffer[:2])
        if name in ARGUMENT_BYTES:
            return 2 + ARGUMENT_BYTES[name]
        return self._long_command(name)

    def _letters(self) -> int | None:
        """Return the length of a run of letters; a double-byte letter is never cut in two."""
        length = 0
        while length < len(self._buffer) and self._buffer[length] >= 0x20:
            wide = self._double_bytes and self._buffer[length] >= 0x81
            if wide and length + 1 >= len(self._buffer):
                return length or None
            length += 2 if wide else 1
        return length

    def _long_command(self, name: bytes) -> int | None:
        """Return the length of a command that carries its own length; 2 for one that nobody knows."""
        buffer = self._buffer
        length: int | None = 2
        if name == b"\x1dv":  # GS v 0 m xL xH yL yH
            length = None
            if len(buffer) >= 8:
                length = 8 + (buffer[4] + 256 * buffer[5]) * (buffer[6] + 256 * buffer[7])
        elif name == b"\x1d(":  # GS ( fn pL pH
            length = 5 + buffer[3] + 256 * buffer[4] if len(buffer) >= 5 else None
        elif name == b"\x1dk":
            length = self._barcode()
        elif name == b"\x1dV":  # functions B, C and D carry a number of dots
            length = (4 if buffer[2] >= 0x41 else 3) if len(buffer) >= 3 else None
        elif name == b"\x1b*":
            length = None
            if len(buffer) >= 5:
                length = 5 + (buffer[3] + 256 * buffer[4]) * (3 if buffer[2] >= 32 else 1)
        elif name == b"\x10\x14":  # DLE DC4: function 8 has seven bytes, the others three
            length = (10 if buffer[2] == 8 else 5) if len(buffer) >= 3 else None
        return length

    def _barcode(self) -> int | None:
        """Return the length of `GS k`: up to a zero byte in function A, counted in function B."""
        buffer = self._buffer
        if len(buffer) < 4:
            return None
        if buffer[2] >= 0x41:
            return 4 + buffer[3]
        end = buffer.find(0, 3)
        return end + 1 if end >= 0 else None
