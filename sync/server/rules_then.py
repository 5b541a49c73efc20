"""The rules of a store as they were at a version of its streams, so that a sale can be priced again.

Each change in the log of a stream keeps the row that it found, so a row at a version is what the first
change after it found, or else the row of today. A version that is newer than the stream, or older than its
log, cannot be seen again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec
from sqlalchemy import Connection

from retail.store import StoreSettings
from retail.store_rules import RULE_TAGS
from sync.protocol import STREAM_OF_ROW, Row
from sync.server.database.rule_rows import Wanted, in_parts, rows_before, rows_now
from sync.server.database.sessions import StreamId
from sync.server.streams import read_head

RULE_STREAMS = ("catalogue", "prices", "settings")
"""The streams whose rows decide prices, in the order in which a sale states their versions."""


def rule_keys(stream: str) -> list[str]:
    """Return how the keys begin of those rows of a stream that decide prices for a whole store."""
    return [f"{tag}:" for tag in ("store_settings", *RULE_TAGS) if STREAM_OF_ROW[tag] == stream]


class VersionNotSeen(LookupError):
    """A stream cannot be seen as it was: `reason` is `ahead`, `forgotten` or `unknown`."""

    def __init__(self, stream: str, version: int, reason: str) -> None:
        super().__init__(f"{stream} {version} is {reason}")
        self.reason = reason


_row_decoder: msgspec.json.Decoder[Row] = msgspec.json.Decoder(Row)


@lru_cache(maxsize=100_000)
def _decoded(text: str) -> Row:
    """Read a row; the same text is the same row, and most rows of two versions are the same."""
    return _row_decoder.decode(text)


def rows_then(
    connection: Connection,
    stream: StreamId,
    version: int,
    *,
    beginnings: Iterable[str] = (),
    keys: Iterable[str] = (),
) -> dict[str, Row]:
    """Return rows by stream key as they were at a version: those whose keys begin so, and those by key.

    Raises `VersionNotSeen`.
    """
    head = read_head(connection, stream)
    if version <= 0:
        raise VersionNotSeen(stream[0], version, "unknown")
    if version > head.head:
        raise VersionNotSeen(stream[0], version, "ahead")
    if version < head.floor:
        raise VersionNotSeen(stream[0], version, "forgotten")
    found: dict[str, str] = {}
    for wanted in in_parts(beginnings, keys):
        some = rows_now(connection, stream, wanted)
        found |= some if version == head.head else _undone(connection, stream, version, wanted, some)
    return {key: _decoded(text) for key, text in found.items()}


def _undone(
    connection: Connection, stream: StreamId, version: int, wanted: Wanted, now: Mapping[str, str]
) -> dict[str, str]:
    """Take back what was published after the version: each row as its first change since then found it."""
    then = dict(now)
    for key, before in rows_before(connection, stream, version, wanted).items():
        if before is None:
            raise VersionNotSeen(stream[0], version, "forgotten")  # logged before the log kept this
        if before:
            then[key] = before
        else:
            then.pop(key, None)
    return then


def settings_then(rows: Mapping[str, Row]) -> StoreSettings | None:
    """Return the store's settings among the rows of its settings stream."""
    return next((row for row in rows.values() if isinstance(row, StoreSettings)), None)
