"""A snapshot's file comes to the till: from any byte on, after any cut, believed only when it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.client.ports import SnapshotFile
from sync.client.problems import TransportProblem
from sync.snapshot_file import CONTENT_TYPE, SnapshotDescription

if TYPE_CHECKING:
    from sync.client.transport import Transport

READ_SECONDS = 30.0
"""Of silence. A slow line may take as long as it needs: what has arrived stays."""

_PIECE = 1024 * 1024


class Stopped(Exception):
    """Whoever asked for it no longer wants it; what was staged stays for the next time."""


def download(
    described: SnapshotDescription,
    transport: Transport,
    file: SnapshotFile,
    *,
    keep_going: Callable[[], bool],
    progress: Callable[[int], None],
) -> None:
    """Fetch what is missing of a file, and check the whole.

    A file that turns out to be another than described is thrown away. `progress` hears how many bytes are
    here. Raises `TransportProblem`, `StoreUnavailable` and `Stopped`; then the next call goes on at the
    same byte.
    """
    if file.size > described.bytes:
        file.remove()
    if file.size < described.bytes:
        _fetch_rest(described, transport, file, keep_going, progress)
    found = _digest(file, keep_going)
    if (file.size, found) != (described.bytes, described.sha256):
        file.remove()
        raise TransportProblem(
            "not_the_centre", f"the snapshot of {described.stream} is not what was described", status=200
        )


def _fetch_rest(
    described: SnapshotDescription,
    transport: Transport,
    file: SnapshotFile,
    keep_going: Callable[[], bool],
    progress: Callable[[int], None],
) -> None:
    def take(piece: bytes) -> None:
        if not keep_going():
            raise Stopped(described.stream)
        if file.size + len(piece) > described.bytes:
            raise TransportProblem("not_the_centre", "more of a snapshot than was described", status=206)
        file.append(piece)
        progress(file.size)

    transport.fetch_from(
        f"/v1/snapshots/{described.stream}/{described.name}",
        file.size,
        take,
        content_type=CONTENT_TYPE,
        read_seconds=READ_SECONDS,
    )
    if file.size < described.bytes:
        raise TransportProblem("unreachable", "the snapshot was cut off")


def _digest(file: SnapshotFile, keep_going: Callable[[], bool]) -> str:
    digest = hashlib.sha256()
    with file.open() as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
            if not keep_going():
                raise Stopped
    return digest.hexdigest()
