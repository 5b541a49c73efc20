"""A stream from nothing: its snapshot, page by page, and on from where an earlier try was broken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.client.ports import BootstrapPoint, StreamStore
from sync.client.problems import TransportProblem
from sync.protocol import MAX_PAGE_ROWS, Row, SnapshotPage

if TYPE_CHECKING:
    from sync.client.transport import Transport

SNAPSHOT_READ_SECONDS = 30.0

_row_decoder = msgspec.json.Decoder(Row)


class Stopped(Exception):
    """Whoever asked for it no longer wants it; what was staged stays for the next time."""


def bootstrap(
    stream: str,
    transport: Transport,
    store: StreamStore,
    *,
    keep_going: Callable[[], bool],
    progress: Callable[[BootstrapPoint], None],
) -> None:
    """Load a stream's snapshot beside what is served and put it in its place.

    Raises `TransportProblem` and `Stopped`; then what was served is served on, and the next call goes on
    where this one ended.
    """
    point = store.bootstrap_point(stream)
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
            break
    if not store.finish_bootstrap(stream, keep_going):
        raise Stopped(stream)


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
