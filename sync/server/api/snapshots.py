"""Snapshot files for tills: which one there is, and its bytes, whole or from any of them on."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import anyio
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from sync.server.api.given import AnyRequest, GivenCentre, refusals
from sync.server.api.till import reading_device, stream_of_device
from sync.server.refusals import Refused
from sync.snapshot_file import CONTENT_TYPE, SnapshotDescription

PIECE_BYTES: Final = 256 * 1024

_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})", re.ASCII)


@get("/v1/snapshots/{stream:str}", sync_to_thread=True, responses=refusals(401, 403, 404, 426, 429))
def describe_snapshot(request: AnyRequest, centre: GivenCentre, stream: FromPath[str]) -> SnapshotDescription:
    """Say which file a stream can be loaded from; it is made when there is none yet."""
    device = reading_device(request, centre)
    return centre.snapshots.describe(stream_of_device(stream, device))


@get(
    "/v1/snapshots/{stream:str}/{name:str}",
    media_type=CONTENT_TYPE,
    responses=refusals(401, 403, 404, 416, 426, 429),
)
async def read_snapshot_file(
    request: AnyRequest, centre: GivenCentre, stream: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Give a snapshot file, or the range of it that is asked for (RFC 9110, 14): one range, from a byte on.

    The name says what is in the file, so what was fetched earlier is the beginning of the same bytes.
    """
    path = await anyio.to_thread.run_sync(_file_of, request, centre, stream, name)
    size = (await anyio.Path(path).stat()).st_size
    asked = request.headers.get("Range", "")
    first, last = _wanted(asked, size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(last - first + 1),
        "ETag": f'"{path.stem}"',
    }
    if not asked:
        return Stream(_pieces(path, first, last), media_type=CONTENT_TYPE, headers=headers)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Stream(_pieces(path, first, last), media_type=CONTENT_TYPE, headers=headers, status_code=206)


def _file_of(request: AnyRequest, centre: GivenCentre, stream: str, name: str) -> Path:
    device = reading_device(request, centre)
    path = centre.snapshots.path(stream_of_device(stream, device), name)
    if path is None:
        raise Refused("no_snapshot")
    return path


def _wanted(header: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte of a request; a range of another kind is as if there were none."""
    asked = _RANGE.fullmatch(header.strip())
    if asked is None:
        return 0, size - 1
    first = int(asked[1])
    last = min(int(asked[2]), size - 1) if asked[2] else size - 1
    if not first <= last:
        raise Refused("no_such_range", f"{first} / {size}")
    return first, last


async def _pieces(path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(first)
        left = last - first + 1
        while left and (piece := await file.read(min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece
