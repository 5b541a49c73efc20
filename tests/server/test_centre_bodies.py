"""Bodies on the wire: no larger in memory than agreed, and packed only where that changes nothing else."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest
import zstandard

from sync.server import bodies
from sync.server.bodies import LARGEST_BODY, unpacked
from sync.server.centre import Centre
from sync.server.refusals import Refused
from tests.server.snapshot_wire import described, in_small_pieces, on_sqlite
from tests.server.tills import Till


def test_what_unpacks_to_more_than_agreed_is_never_held() -> None:
    bomb = zstandard.compress(bytes(64 * 1024 * 1024))
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="too_large"):
            unpacked(bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(bomb) < 8192
    assert most < 3 * LARGEST_BODY


def test_what_unpacks_to_as_much_as_agreed_is_taken_whole_and_a_cut_one_is_refused() -> None:
    plain = bytes(range(256)) * 40
    for level in (1, 19):
        whole = zstandard.ZstdCompressor(level=level).compress(plain)
        assert unpacked(whole, limit=len(plain)) == plain
        with pytest.raises(Refused, match="too_large"):
            unpacked(whole, limit=len(plain) - 1)
        for cut in range(len(whole)):
            with pytest.raises(Refused, match="zstd"):
                unpacked(whole[:cut], limit=len(plain))
    assert unpacked(zstandard.compress(b"")) == b""


def answered(status: int, headers: list[tuple[bytes, bytes]], *pieces: bytes) -> list[dict[str, Any]]:
    """Return what goes out to somebody who takes zstd."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: object, _receive: object, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for number, piece in enumerate(pieces, start=1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope: Any = {"method": "GET", "headers": [(b"Accept-Encoding", b"gzip, zstd")], "state": {}}
    asyncio.run(bodies.with_zstd(app)(scope, send, send))  # type: ignore[arg-type]  # nothing is received
    return sent


def test_an_answer_of_several_pieces_is_packed_whole() -> None:
    start, body = answered(200, [(b"content-length", b"4000")], b"a" * 2000, b"b" * 2000)
    assert dict(start["headers"])[b"content-encoding"] == b"zstd"
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    assert unpacked(body["body"]) == b"a" * 2000 + b"b" * 2000


@pytest.mark.parametrize(
    ("status", "headers", "pieces"),
    [
        (204, [], [b""]),
        (304, [(b"etag", b"x")], [b""]),
        (206, [(b"Content-Range", b"bytes 0-3999/9000")], [b"a" * 2000, b"b" * 2000]),
        (200, [(b"accept-ranges", b"bytes")], [b"a" * 2000, b"b" * 2000]),
        (200, [(b"content-encoding", b"zstd")], [zstandard.compress(b"a" * 2000)]),
    ],
)
def test_what_has_no_content_or_is_counted_or_packed_travels_piece_by_piece_as_it_is(
    status: int, headers: list[tuple[bytes, bytes]], pieces: list[bytes]
) -> None:
    start, *rest = answered(status, headers, *pieces)
    assert (start["status"], start["headers"]) == (status, headers)
    assert [one["body"] for one in rest] == pieces


@on_sqlite
def test_a_part_of_a_file_is_that_part_whatever_else_its_reader_takes(
    shop: Centre, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_pieces(shop, monkeypatch)
    path = f"/v1/snapshots/catalogue/{described(shop).name}"
    headers = {**till.headers, "Accept-Encoding": "zstd"}
    whole = till.client.get(path, headers=headers)
    assert "content-encoding" not in whole.headers
    part = till.client.get(path, headers={**headers, "Range": "bytes=0-1999"})
    assert "content-encoding" not in part.headers
    assert (part.status_code, part.headers["content-length"]) == (206, "2000")
    assert part.content == whole.content[:2000]
