"""A till's cache and the wire that brings it snapshot files, cut where a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

import sync.snapshot_file
from pos_app.database import staging, text_index
from pos_app.database.cache import Cache
from pos_app.database.files import open_cache
from pos_app.database.streams import Streams
from sync.client.bootstrap import bootstrap
from sync.client.ports import BootstrapPoint
from sync.client.problems import TransportProblem
from sync.client.side_by_side import Work, to_the_end
from sync.protocol import ErrorAnswer
from sync.server.centre import Centre
from sync.server.database.snapshot_rows import every_row
from sync.server.streams import stream_id
from sync.snapshot_file import SnapshotDescription
from tests.database.till_files import KEY, NOW
from tests.server.tills import Till

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
"""For what does not depend on the centre's database."""


class Wire:
    """What `bootstrap` and `catch_up` need of a transport, over an application without a network."""

    def __init__(self, till: Till) -> None:
        self.cut_at: int | None = None
        """Of a file, from its beginning: no byte beyond it arrives."""
        self.starts: list[int] = []
        self.before_fetch: Callable[[], object] = lambda: None
        self._till = till

    def get(self, path: str, answer_type: type[Any], parameters: Any = None, **_options: Any) -> Any:
        answer = self._till.client.get(path, params=parameters, headers=self._till.headers)
        if answer.status_code != 200:
            code = msgspec.json.decode(answer.content, type=ErrorAnswer).code
            raise TransportProblem("refused", code, status=answer.status_code)
        return msgspec.json.decode(answer.content, type=answer_type)

    def fetch_from(self, path: str, start: int, take: Callable[[bytes], None], **_options: Any) -> None:
        self.before_fetch()
        self.starts.append(start)
        headers = {**self._till.headers, "Range": f"bytes={start}-"}
        answer = self._till.client.get(path, headers=headers)
        if answer.status_code != 206:
            raise TransportProblem("refused", answer.json()["code"], status=answer.status_code)
        assert answer.headers["content-type"] == "application/zstd"
        arrived = answer.content if self.cut_at is None else answer.content[: max(self.cut_at - start, 0)]
        for piece in _thousands(arrived):
            take(piece)
        if self.cut_at is not None:
            raise TransportProblem("unreachable", "cut")


def _thousands(content: bytes) -> Iterator[bytes]:
    return (content[start : start + 1000] for start in range(0, len(content), 1000))


class Side:
    """A till's cache in a folder, as one life of its program has it open."""

    def __init__(self, folder: Path) -> None:
        self.database = open_cache(folder, KEY)
        self.streams = Streams(self.database, lambda: NOW)
        self.cache = Cache(self.database)
        self.heard: list[BootstrapPoint] = []

    def load(self, wire: Wire, stream: str, keep_going: Callable[[], bool] = lambda: True) -> None:
        to_the_end(self.loading(wire, stream, keep_going))

    def loading(self, wire: Wire, stream: str, keep_going: Callable[[], bool] = lambda: True) -> Work[None]:
        return bootstrap(stream, wire, self.streams, keep_going=keep_going, progress=self.heard.append)  # type: ignore[arg-type]  # what it needs of one

    def rows(self, stream: str) -> dict[str, bytes]:
        with self.database.read() as connection:
            return dict(connection.exec_driver_sql(f"SELECT key, body FROM {stream}_rows").fetchall())

    def left_over(self) -> list[str]:
        kept = [path.name for path in self.database.path.parent.glob("snapshot-*")]
        kept += [path.name for path in self.database.path.parent.glob("*.tmp")]
        with self.database.read() as connection:
            staged = "SELECT name FROM sqlite_master WHERE name LIKE '%staged%'"
            return kept + list(connection.exec_driver_sql(staged).scalars())


@contextmanager
def opened_side(folder: Path) -> Iterator[Side]:
    """Open a till's cache in a folder, and close it in the end."""
    made = Side(folder)
    yield made
    made.database.close()


def in_small_pieces(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files of every stream, of many blocks, staged in many transactions and text index segments."""
    centre.snapshots.fewest_rows = 0
    monkeypatch.setattr(sync.snapshot_file, "BLOCK_ROWS", 7)
    monkeypatch.setattr(staging, "ROWS_AT_ONCE", 15)
    monkeypatch.setattr(text_index, "TEXTS_A_SEGMENT", 20)


def rows_of(centre: Centre, stream: str) -> dict[str, bytes]:
    """Return what the centre tells this store in a stream, by key."""
    with centre.database.read() as connection:
        return {key: text.encode() for key, text in every_row(connection, stream_id(stream, "S1"))}


def described(centre: Centre, stream: str = "catalogue") -> SnapshotDescription:
    """Return the description of a file that is made, however long a busy machine needs."""
    for _ in range(60):
        found = centre.snapshots.describe(stream_id(stream, "S1"))
        if found.ready:
            return found
    raise AssertionError("the file was not made in a minute")
