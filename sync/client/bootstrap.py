"""A stream from nothing: from its file or page by page, and on from where an earlier try was broken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.client.ports import BootstrapPoint, StreamStore
from sync.client.problems import TransportProblem
from sync.client.side_by_side import Work
from sync.client.snapshot_download import Stopped as Stopped
from sync.client.snapshot_download import download
from sync.protocol import MAX_PAGE_ROWS, Row, SnapshotPage
from sync.snapshot_file import DamagedSnapshot, SnapshotDescription

if TYPE_CHECKING:
    from sync.client.transport import Transport

SNAPSHOT_READ_SECONDS = 30.0

FILES_TRIED = 3
"""A file may be replaced by a newer one while it is fetched; so often, one begins again at once."""

_row_decoder = msgspec.json.Decoder(Row)

KeepGoing = Callable[[], bool]
Progress = Callable[[BootstrapPoint], None]


def bootstrap(
    stream: str,
    transport: Transport,
    store: StreamStore,
    *,
    keep_going: KeepGoing,
    progress: Progress,
) -> Work[None]:
    """Load a stream's snapshot beside what is served and put it in its place; others may go on meanwhile.

    Raises `TransportProblem`, `StoreUnavailable` and `Stopped`; then what was served is served on, and the
    next call goes on where this one ended.
    """
    described = _described(stream, transport, keep_going, progress)
    if described is None or not described.name:
        _stage_pages(stream, transport, store, keep_going, progress)
    else:
        yield from _stage_file(described, transport, store, keep_going, progress)
    if not store.finish_bootstrap(stream, keep_going):
        raise Stopped(stream)
    if described is not None and described.name:
        store.snapshot_file(stream, described.name).remove()


def _described(
    stream: str, transport: Transport, keep_going: KeepGoing, progress: Progress
) -> SnapshotDescription | None:
    """Return the file that the centre offers once it is made; None from a centre that knows of no files."""
    while True:
        if not keep_going():
            raise Stopped(stream)
        try:
            # The centre holds the answer for a moment while it makes the file: this does not spin.
            described = transport.get(
                f"/v1/snapshots/{stream}", SnapshotDescription, read_seconds=SNAPSHOT_READ_SECONDS
            )
        except TransportProblem as problem:
            if problem.status == 404 and problem.detail == "not_found":
                return None
            raise
        if described.stream != stream:
            raise TransportProblem("not_the_centre", f"{described.stream!r} came for {stream!r}", status=200)
        if described.ready:
            return described
        progress(_arriving(described, 0))


def _stage_file(
    described: SnapshotDescription,
    transport: Transport,
    store: StreamStore,
    keep_going: KeepGoing,
    progress: Progress,
) -> Work[None]:
    stream = described.stream
    described = _fetched(described, transport, store, keep_going, progress)
    point = store.bootstrap_point(stream)
    if point is None or point.file != described.name:
        store.begin_bootstrap(
            stream,
            described.epoch,
            described.as_of,
            described.rows,
            checksum=described.checksum,
            file=described.name,
        )
    file = store.snapshot_file(stream, described.name)
    try:
        whole = yield from store.stage_file(stream, described.name, keep_going, progress)
    except DamagedSnapshot as damaged:
        store.abandon_bootstrap(stream)
        file.remove()
        raise TransportProblem(
            "not_the_centre", f"the snapshot of {stream}: {damaged}", status=200
        ) from damaged
    if not whole:
        raise Stopped(stream)


def _fetched(
    described: SnapshotDescription,
    transport: Transport,
    store: StreamStore,
    keep_going: KeepGoing,
    progress: Progress,
) -> SnapshotDescription:
    """Fetch the file, or the one that has taken its place meanwhile; return which."""
    for tries_left in reversed(range(FILES_TRIED)):
        of_this = described
        try:
            download(
                of_this,
                transport,
                store.snapshot_file(of_this.stream, of_this.name),
                keep_going=keep_going,
                progress=lambda arrived, of_this=of_this: progress(_arriving(of_this, arrived)),  # type: ignore[misc]  # bound at once
            )
        except TransportProblem as problem:
            if problem.detail != "no_snapshot" or not tries_left:
                raise
            again = _described(of_this.stream, transport, keep_going, progress)
            if again is None or not again.name:
                raise
            described = again
        else:
            return of_this
    raise AssertionError("the last try returns or raises")


def _arriving(described: SnapshotDescription, arrived: int) -> BootstrapPoint:
    """Return how far a file has come, in rows of about so many; nothing of it is staged yet."""
    return BootstrapPoint(
        epoch=described.epoch,
        as_of=described.as_of,
        after_key="",
        staged=described.rows * arrived // described.bytes if described.bytes else described.made,
        total=described.rows,
        file=described.name,
    )


def _stage_pages(
    stream: str, transport: Transport, store: StreamStore, keep_going: KeepGoing, progress: Progress
) -> None:
    point = store.bootstrap_point(stream)
    if point is not None and point.file:
        store.abandon_bootstrap(stream)
        point = None
    while True:
        if not keep_going():
            raise Stopped(stream)
        page = _page(stream, transport, point)
        if point is None or (page.epoch, page.as_of) != (point.epoch, point.as_of):
            if point is not None and point.after_key and page.epoch == point.epoch:
                # Not the front of another snapshot but the middle of one: begin again, from the front.
                store.abandon_bootstrap(stream)
                point = None
                continue
            store.begin_bootstrap(stream, page.epoch, page.as_of, page.total)
        point = store.stage(stream, _keyed_rows(page), page.next_key)
        progress(point)
        if page.last:
            return


def _page(stream: str, transport: Transport, point: BootstrapPoint | None) -> SnapshotPage:
    parameters: dict[str, str | int] = {"limit": MAX_PAGE_ROWS}
    if point is not None:
        parameters |= {"epoch": point.epoch, "as_of": point.as_of, "after_key": point.after_key}
    page = transport.get(
        f"/v1/streams/{stream}/snapshot", SnapshotPage, parameters, read_seconds=SNAPSHOT_READ_SECONDS
    )
    if page.stream != stream or (not page.last and not page.rows):
        raise TransportProblem("not_the_centre", f"a snapshot of {stream} that is none", status=200)
    return page


def _keyed_rows(page: SnapshotPage) -> list[tuple[str, bytes]]:
    if len(page.keys) == len(page.rows):
        return [(key, bytes(row)) for key, row in zip(page.keys, page.rows, strict=True)]
    return [(_key_of(bytes(row)), bytes(row)) for row in page.rows]


def _key_of(row: bytes) -> str:
    try:
        value = _row_decoder.decode(row)
    except msgspec.DecodeError as error:
        raise TransportProblem("not_the_centre", f"a row without a key: {error}", status=200) from error
    return f"{value.__struct_config__.tag}:{value.key}"
