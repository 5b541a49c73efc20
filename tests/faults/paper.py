"""Reading ESC/POS as a printer does: commands and letters, apart from the product's own reader.

It knows the commands that a receipt uses. One that it does not know is an error (`Unreadable`): a
reader that guesses would take the bytes of a picture for letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

PLAIN_LENGTHS: dict[bytes, int] = {
    **{bytes([ESC, each]): 2 for each in b"@2im"},
    **{bytes([ESC, each]): 3 for each in b"!-3EGJMRVadt{ "},
    **{bytes([ESC, each]): 4 for each in b"$\\"},
    bytes([ESC]) + b"p": 5,
    **{bytes([FS, each]): 2 for each in b"&."},
    **{bytes([FS, each]): 3 for each in b"!CW"},
    bytes([FS]) + b"S": 4,
    **{bytes([GS, each]): 3 for each in b"!BHIabfhrw"},
    **{bytes([GS, each]): 4 for each in b"LW"},
    bytes([DLE, 0x04]): 3,
    bytes([DLE, 0x05]): 3,
}
"""Length of a command with everything that belongs to it, by its first two bytes."""

NUMBER = re.compile(r"T\d{1,3}-\d{6,12}-\d")
TOTAL = re.compile(r"TOTAL\s+\$?([\d,]+)\.(\d\d)")


class Unreadable(ValueError):
    """A byte sequence that is no command of a receipt printer."""


@dataclass(frozen=True, slots=True)
class Token:
    """A command with its arguments, or one letter (`command` is empty)."""

    command: bytes
    data: bytes


@dataclass(slots=True)
class Job:
    """What came out between one initialisation of the printer and the next, or the end of a connection."""

    text: str = ""
    kicks: int = 0
    cut: bool = False

    @property
    def numbers(self) -> list[str]:
        """Return the receipt numbers on it, each once."""
        return sorted(set(NUMBER.findall(self.text)))

    @property
    def total_minor(self) -> int | None:
        """Return the total in cents, or None when the paper ends before it."""
        found = TOTAL.search(self.text)
        return None if found is None else int(found[1].replace(",", "")) * 100 + int(found[2])

    @property
    def is_copy(self) -> bool:
        """Say whether it is marked as a repetition."""
        return "COPY" in self.text


@dataclass(slots=True)
class Reader:
    """Takes bytes as they come over one connection and gives whole tokens."""

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[Token]:
        """Take bytes; yield every command and letter that is complete."""
        self._rest += data
        while self._rest:
            length = token_length(bytes(self._rest[:64]))
            if length is None or length > len(self._rest):
                return
            token = bytes(self._rest[:length])
            del self._rest[:length]
            is_command = token[0] in {ESC, FS, GS, DLE}
            yield Token(token[:2] if is_command else b"", token)


def token_length(start: bytes) -> int | None:
    """Return how long the first token is, from its first bytes; None when more of them are needed."""
    if start[0] not in {ESC, FS, GS, DLE}:
        return 1
    if len(start) < 2:
        return None
    head = start[:2]
    if head in PLAIN_LENGTHS:
        return PLAIN_LENGTHS[head]
    needs, length_of = VARIABLE.get(head, (0, None))
    if length_of is None:
        raise Unreadable(start[:8].hex(" "))
    return length_of(start) if len(start) >= needs else None


def _raster(start: bytes) -> int:
    return 8 + (start[4] + 256 * start[5]) * (start[6] + 256 * start[7])


def _barcode(start: bytes) -> int:
    if start[2] <= 6:
        raise Unreadable("a barcode ended by NUL")
    return 4 + start[3]


def _cut(start: bytes) -> int:
    return 3 if start[2] in {0, 1, 48, 49} else 4


def _real_time(start: bytes) -> int:
    return 10 if start[2] == 8 else 5


VARIABLE = {
    bytes([GS]) + b"v": (8, _raster),
    bytes([GS]) + b"k": (4, _barcode),
    bytes([GS]) + b"V": (3, _cut),
    bytes([GS]) + b"(": (5, lambda start: 5 + start[3] + 256 * start[4]),
    bytes([FS]) + b"(": (5, lambda start: 5 + start[3] + 256 * start[4]),
    bytes([DLE, 0x14]): (3, _real_time),
}
"""Commands whose length stands in their first bytes: how many of those are needed, and the length."""

KICKS = (bytes([ESC]) + b"p", bytes([DLE, 0x14]))
INITIALISE = bytes([ESC]) + b"@"
CUT = bytes([GS]) + b"V"
CHINESE_ON, CHINESE_OFF = bytes([FS]) + b"&", bytes([FS]) + b"."
STATUS_REQUEST = bytes([DLE, 0x04])
PRINTED_REQUEST = bytes([GS]) + b"r"


def jobs_of(connections: Sequence[bytes]) -> list[Job]:
    """Return the jobs on the paper, in order, from the bytes of each connection."""
    return [job for each in connections for job in _jobs_of_one(each)]


def _jobs_of_one(data: bytes) -> Iterator[Job]:
    job: Job | None = None
    letters, chinese = bytearray(), False
    for token in Reader().feed(data):
        if token.command in {CHINESE_ON, CHINESE_OFF, INITIALISE} and job is not None:
            job.text += _read(letters, chinese=chinese)
            letters.clear()
            chinese = token.command == CHINESE_ON
        if token.command == INITIALISE:
            if job is not None:
                yield job
            job, chinese = Job(), False
        elif token.command in {STATUS_REQUEST, PRINTED_REQUEST}:
            continue
        else:
            job = job or Job()
            letters += b"" if token.command else token.data
            job.kicks += token.command in KICKS
            job.cut = job.cut or token.command == CUT
    if job is not None:
        job.text += _read(letters, chinese=chinese)
        yield job


def _read(letters: bytearray, *, chinese: bool) -> str:
    return bytes(letters).decode("gbk" if chinese else "cp858", errors="replace")
