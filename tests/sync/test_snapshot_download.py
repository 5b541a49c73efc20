"""Bytes of a snapshot on the wire and on the disk: nothing is taken for them that is not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.database.problems import DatabaseProblem
from pos_app.database.sealed_file import SealedFile
from sync.client.problems import TransportProblem
from sync.client.transport import Transport
from sync.snapshot_file import DamagedSnapshot, packed_blocks, unpacked_blocks
from tests.database.till_files import KEY, OTHER_KEY
from tests.sync.pretender import HTML, JSON, Pretender, answer

ROWS = [(f"price:P{number}", f'{{"row":"price","product_id":"P{number}"}}') for number in range(12_000)]


@pytest.fixture
def pretender() -> Iterator[Pretender]:
    made = Pretender()
    yield made
    made.close()


def fetched(pretender: Pretender, start: int) -> bytes:
    transport = Transport(pretender.url)
    content = bytearray()
    try:
        transport.fetch_from("/file", start, content.extend, content_type="application/zstd", read_seconds=2)
    finally:
        transport.close()
        assert f"Range: bytes={start}-".encode() in pretender.requests[-1]
    return bytes(content)


def part(body: bytes, span: str, *, kind: str = "application/zstd") -> bytes:
    return answer(body, status="206 Partial Content", kind=kind, headers=f"Content-Range: bytes {span}\r\n")


def test_a_part_is_taken_from_the_byte_that_was_asked_for(pretender: Pretender) -> None:
    pretender.pieces = [part(b"rest of it", "5-14/15")]
    assert fetched(pretender, 5) == b"rest of it"


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        (part(b"rest", "4-7/8"), "not_the_centre"),
        (part(b"rest", "5-8/9", kind="text/html"), "not_the_centre"),
        (answer(b"whole", kind="application/zstd"), "not_the_centre"),
        (answer(HTML, kind="text/html"), "not_the_centre"),
        (
            answer('{"code":"no_snapshot","message":{"en":"no"}}', status="404 Not Found", kind=JSON),
            "refused",
        ),
        (answer(HTML, status="502 Bad Gateway", kind="text/html"), "unreachable"),
    ],
    ids=["another_place", "another_type", "the_whole", "a_web_page", "a_refusal", "a_gateway"],
)
def test_nothing_else_is_taken_for_a_part(pretender: Pretender, piece: bytes, code: str) -> None:
    pretender.pieces = [piece]
    with pytest.raises(TransportProblem) as problem:
        fetched(pretender, 5)
    assert problem.value.code == code


def test_what_arrived_before_a_cut_is_kept(pretender: Pretender) -> None:
    pretender.pieces = [part(b"0123456789", "0-9/10")[:-4]]
    content = bytearray()
    transport = Transport(pretender.url)
    with pytest.raises(TransportProblem) as cut:
        transport.fetch_from("/file", 0, content.extend, content_type="application/zstd", read_seconds=2)
    transport.close()
    assert cut.value.code == "unreachable"
    assert content == b"012345"


def test_a_file_is_packed_and_unpacked_in_blocks() -> None:
    frames = list(packed_blocks(ROWS))
    assert [count for count, _ in frames] == [5_000, 5_000, 2_000]
    blocks = list(unpacked_blocks(io.BytesIO(b"".join(frame for _, frame in frames))))
    assert [key for block in blocks for key in block.keys] == [key for key, _ in ROWS]
    assert [body.decode() for block in blocks for body in block.bodies] == [text for _, text in ROWS]


@pytest.mark.parametrize("damage", ["cut", "other", "line"])
def test_a_damaged_file_is_no_file(damage: str) -> None:
    content = b"".join(frame for _, frame in packed_blocks(ROWS[:10]))
    if damage == "cut":
        content = content[:-1]
    elif damage == "other":
        content = b"<html>" + content
    else:
        content = b"".join(frame for _, frame in packed_blocks([("price:P1", "{}\n{}")]))
    with pytest.raises(DamagedSnapshot):
        list(unpacked_blocks(io.BytesIO(content)))


def test_a_sealed_file_grows_by_any_pieces_and_is_unreadable_without_its_key(tmp_path: Path) -> None:
    content = b"a till's snapshot " * 1_000
    file = SealedFile(tmp_path / "file", KEY)
    start = 0
    for size in (1, 63, 64, 65, 1, 4_096, 7, len(content)):
        file.append(content[start : start + size])
        start = min(start + size, len(content))
        assert file.size == start
    with file.open() as opened:
        assert opened.read() == content
    kept = (tmp_path / "file").read_bytes()
    assert b"snapshot" not in kept
    with SealedFile(tmp_path / "file", OTHER_KEY).open() as opened:
        assert opened.read() != content
    again = SealedFile(tmp_path / "again", KEY)
    again.append(content)
    assert (tmp_path / "again").read_bytes()[12:] != kept[12:]
    file.remove()
    file.remove()
    assert file.size == 0


def test_what_the_disk_says_of_a_sealed_file_is_said_as_of_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem) as full:
        SealedFile(Path("/dev/full"), KEY).append(b"a till's snapshot")
    assert full.value.code == "disk_full"
    folder = tmp_path / "folder"
    folder.mkdir()
    for use in (SealedFile(folder, KEY).open, SealedFile(folder, KEY).remove):
        with pytest.raises(DatabaseProblem) as problem:
            use()
        assert (problem.value.code, "folder: " in problem.value.detail) == ("read_only", True)
