"""Facts in a write-ahead log that SQLite throws away: behind a damaged frame it believes nothing.

At its first opening after a crash SQLite reads the log up to the first frame whose checksum is wrong and
silently forgets that frame and all later ones (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
For a torn end that is right; for a flipped bit in the middle it would take stored sales away. So the frames
that belong to this log are counted by their headers, and compared with what SQLite took. Where it took
fewer, a copy of the files gets a log with its checksums made whole again: SQLCipher's MAC then judges every
page alone, and each fact's own SHA-256 the fact.
"""

from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path
from typing import NamedTuple

from pos_app.database.connection import Database
from pos_app.database.files import JOURNAL_FILE
from pos_app.database.mirror_rows import MirrorSource
from pos_app.database.problems import DatabaseProblem

RECOVERED_FOLDER = "log-recovered"

WRITTEN_BESIDE = frozenset({"pickup.stepped", "promise.overridden"})
"""Facts that may stand in the transaction of another (`Journal.complete_sale`)."""

MOST_FACTS_OF_A_TRANSACTION = 4
"""More behind a bad frame are of several transactions; a sale brings few with it."""

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_BIG_ENDIAN_SUMS, _LITTLE_ENDIAN_SUMS = 0x377F0683, 0x377F0682
_VERSION = 3007000
_PAGE_BYTES = 4096
_WORD = 0xFFFFFFFF


def lost_frames(folder: Path, database: Database) -> bool:
    """Say whether SQLite took less from the log than was committed to it; reads frame headers only."""
    committed = _committed_frames(folder / f"{JOURNAL_FILE}-wal")
    return committed > 0 and database.log_frames() < committed


def facts_behind(folder: Path, key: str, database: Database) -> Path | None:
    """Return a folder with copies in which facts can be read that SQLite has thrown away; None for none.

    Called while `database` has been read only, so that the log is still as it was found.
    """
    copy = folder / RECOVERED_FOLDER
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700)
    shutil.copy2(folder / JOURNAL_FILE, copy / JOURNAL_FILE)
    log = bytearray((folder / f"{JOURNAL_FILE}-wal").read_bytes())
    _make_sums_whole(log)
    (copy / f"{JOURNAL_FILE}-wal").write_bytes(log)
    recovered = Database(copy / JOURNAL_FILE, key, read_only=True)
    try:
        found = _proves_damage(MirrorSource(recovered), MirrorSource(database).last_position())
    finally:
        recovered.close()
    # Closing folds the log into the copy; it is written again for whoever reads the copy next.
    shutil.copy2(folder / JOURNAL_FILE, copy / JOURNAL_FILE)
    (copy / f"{JOURNAL_FILE}-wal").write_bytes(log)
    if found:
        return copy
    shutil.rmtree(copy)
    return None


def _proves_damage(recovered: MirrorSource, served: int) -> bool:
    """Tell a damaged log from one whose last transaction the power cut short.

    What a power cut leaves half written was never acknowledged, and must not come back: its goods are still
    in the open sale. But a transaction with a fact is forced to the disk before the next one begins, so where
    two of them are behind the bad frame, the first was whole. Of a single one nobody can tell from the log;
    then the mirror and the centre know (`safety.quick_check`, the till's greeting).
    """
    try:
        behind = recovered.facts_after(served, MOST_FACTS_OF_A_TRANSACTION + 1)
    except DatabaseProblem:
        try:
            return recovered.last_position() - served > MOST_FACTS_OF_A_TRANSACTION
        except DatabaseProblem:
            return False
    return sum(fact.envelope.kind not in WRITTEN_BESIDE for fact in behind) > 1


class _Log(NamedTuple):
    """What a log says of itself, or its frames where its header is damaged."""

    words: str
    page_size: int
    salts: tuple[int, int]


def _log_of(header: bytes, frame: bytes) -> _Log:
    """Read a log's header; SQLite forgets the whole log when the header's own checksum is wrong."""
    magic, _, page_size, _, salt_1, salt_2, *sums = _HEADER.unpack(header)
    words = ">" if magic == _BIG_ENDIAN_SUMS else "<"
    if magic in {_BIG_ENDIAN_SUMS, _LITTLE_ENDIAN_SUMS} and _sums(header[:24], (0, 0), words) == tuple(sums):
        return _Log(words, page_size, (salt_1, salt_2))
    _page, _after, salt_1, salt_2, *_ = _FRAME.unpack(frame)
    return _Log(">" if sys.byteorder == "big" else "<", _PAGE_BYTES, (salt_1, salt_2))


def _committed_frames(log: Path) -> int:
    """Return the number of the last frame of this log that ends a transaction; 0 for none."""
    last = 0
    try:
        with log.open("rb") as file:
            start = file.read(_HEADER.size + _FRAME.size)
            if len(start) < _HEADER.size + _FRAME.size:
                return 0
            about = _log_of(start[: _HEADER.size], start[_HEADER.size :])
            file.seek(_HEADER.size)
            number = 0
            while len(frame := file.read(_FRAME.size)) == _FRAME.size:
                number += 1
                _page, size_after, salt_1, salt_2, *_ = _FRAME.unpack(frame)
                # A flipped bit in a salt itself must not end the walk: the frames behind it are of this log.
                if size_after and (salt_1, salt_2) == about.salts:
                    last = number
                file.seek(about.page_size, 1)
    except OSError:
        return 0
    return last


def _make_sums_whole(log: bytearray) -> None:
    """Write into the header and every frame of this log the checksums that SQLite wants to find there."""
    about = _log_of(bytes(log[: _HEADER.size]), bytes(log[_HEADER.size : _HEADER.size + _FRAME.size]))
    magic = _BIG_ENDIAN_SUMS if about.words == ">" else _LITTLE_ENDIAN_SUMS
    struct.pack_into(">3I", log, 0, magic, _VERSION, about.page_size)
    struct.pack_into(">2I", log, 16, *about.salts)
    sums = _sums(bytes(log[:24]), (0, 0), about.words)
    struct.pack_into(">2I", log, 24, *sums)
    offset = _HEADER.size
    while offset + _FRAME.size + about.page_size <= len(log):
        page = offset + _FRAME.size
        after = page + about.page_size
        if _FRAME.unpack_from(log, offset)[2:4] != about.salts and not _belongs(log, after, about.salts):
            return  # of an earlier round of the log
        struct.pack_into(">2I", log, offset + 8, *about.salts)
        sums = _sums(bytes(log[offset : offset + 8]), sums, about.words)
        sums = _sums(bytes(log[page:after]), sums, about.words)
        struct.pack_into(">2I", log, offset + 16, *sums)
        offset = after


def _belongs(log: bytearray, after: int, salts: tuple[int, int]) -> bool:
    """Say whether the frame behind one with other salts is of this log: then that one's bits flipped."""
    return after + _FRAME.size <= len(log) and _FRAME.unpack_from(log, after)[2:4] == salts


def _sums(content: bytes, sums: tuple[int, int], words: str) -> tuple[int, int]:
    """SQLite's checksum of a log, over pairs of 32-bit words."""
    first, second = sums
    pairs = iter(struct.unpack(f"{words}{len(content) // 4}I", content))
    for one, other in zip(pairs, pairs, strict=True):
        first = (first + one + second) & _WORD
        second = (second + other + first) & _WORD
    return first, second
