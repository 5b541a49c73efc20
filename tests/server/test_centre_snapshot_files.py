"""Snapshot files at the centre: who gets them, when they are made anew, and what serves until they are."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

import sync.snapshot_file
from sync.client.bootstrap import bootstrap
from sync.client.ports import BootstrapPoint
from sync.client.side_by_side import to_the_end
from sync.server import snapshots
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.streams import Publication, forget_changes, publish, read_head, stream_id
from sync.snapshot_file import SnapshotDescription
from tests.server.snapshot_wire import Side, Wire, described, in_small_pieces, on_sqlite, opened_side, rows_of
from tests.server.test_centre_streams import CATALOGUE, PRICES, priced, put
from tests.server.tills import Till


@pytest.fixture(autouse=True)
def small_pieces(shop: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    in_small_pieces(shop, monkeypatch)


@pytest.fixture
def wire(till: Till) -> Wire:
    return Wire(till)


@pytest.fixture
def side(tmp_path: Path) -> Iterator[Side]:
    with opened_side(tmp_path) as made:
        yield made


def ranged(till: Till, path: str, wanted: str) -> tuple[int, bytes, str]:
    answer = till.client.get(path, headers={**till.headers, "Range": wanted, "Accept-Encoding": "identity"})
    return answer.status_code, answer.content, answer.headers.get("content-range", "")


@on_sqlite
def test_a_file_is_given_whole_or_from_any_byte(shop: Centre, till: Till) -> None:
    file = described(shop)
    path = f"/v1/snapshots/catalogue/{file.name}"
    whole = till.client.get(path, headers={**till.headers, "Accept-Encoding": "identity"})
    content, size = whole.content, file.bytes
    assert (whole.status_code, len(content)) == (200, size)
    assert (whole.headers["accept-ranges"], whole.headers["etag"]) == ("bytes", f'"{file.sha256}"')
    assert ranged(till, path, "bytes=0-") == (206, content, f"bytes 0-{size - 1}/{size}")
    assert ranged(till, path, "bytes=7-9") == (206, content[7:10], f"bytes 7-9/{size}")
    assert ranged(till, path, f"bytes={size - 1}-{size + 5}")[:2] == (206, content[-1:])
    assert ranged(till, path, f"bytes={size}-")[0] == 416
    assert ranged(till, path, "bytes=9-7")[0] == 416


@on_sqlite
def test_a_file_is_for_its_store_and_for_tills_only(shop: Centre, till: Till, client: Any) -> None:
    name = described(shop, "prices").name
    assert client.get(f"/v1/snapshots/prices/{name}").status_code == 401
    assert client.get("/v1/snapshots/prices").status_code == 401
    for path in (
        f"catalogue/{name}",
        "prices/..%2f..%2fcentre.db",
        "prices/x.zst",
        "nothing",
        f"nothing/{name}",
    ):
        answer = till.client.get(f"/v1/snapshots/{path}", headers=till.headers)
        assert answer.status_code == 404, path
    assert shop.snapshots.path(stream_id("prices", "S2"), name) is None


def test_a_file_is_made_once_and_followed_until_it_is_too_far_behind(
    shop: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = snapshots.Snapshots._make

    def counted(store: snapshots.Snapshots, stream: Any) -> SnapshotDescription:
        made.append(stream)
        return make(store, stream)

    monkeypatch.setattr(snapshots.Snapshots, "_make", counted)
    first = described(shop, "prices")
    assert first.ready
    assert first.rows == len(rows_of(shop, "prices"))
    put(shop, PRICES, priced(1))
    assert described(shop, "prices") == first
    assert len(made) == 1
    monkeypatch.setattr(snapshots, "MAX_PAGE_ROWS", 0)
    second = described(shop, "prices")
    assert (second.as_of, len(made)) == (first.as_of + 1, 2)
    put(shop, PRICES, priced(2))
    described(shop, "prices")
    assert shop.snapshots.path(PRICES, first.name) is None
    assert shop.snapshots.path(PRICES, second.name) is not None
    files = [path for path in shop.snapshots.folder.rglob("*") if path.is_file()]
    assert len(files) == 2 * snapshots.FILES_KEPT


@on_sqlite
def test_a_log_that_was_trimmed_takes_its_file_with_it(shop: Centre) -> None:
    first = described(shop, "prices")
    put(shop, PRICES, priced(1))
    put(shop, PRICES, priced(2))
    with shop.database.write() as connection:
        forget_changes(connection, published_before="9999")
    assert described(shop, "prices").as_of == first.as_of + 2


@on_sqlite
def test_who_asks_while_a_file_is_made_is_told_how_far_it_is(
    shop: Centre, wire: Wire, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    write = snapshots.Snapshots._write

    def slow(store: snapshots.Snapshots, *arguments: Any) -> SnapshotDescription:
        go.wait(10)
        return write(store, *arguments)

    monkeypatch.setattr(snapshots.Snapshots, "_write", slow)
    monkeypatch.setattr(snapshots, "WAIT_SECONDS", 0.01)
    told = shop.snapshots.describe(stream_id("catalogue", "S1"))
    assert (told.ready, told.made, told.rows) == (False, 0, len(rows_of(shop, "catalogue")))
    heard: list[BootstrapPoint] = []

    def hear(point: BootstrapPoint) -> None:
        heard.append(point)
        go.set()

    to_the_end(bootstrap("catalogue", wire, side.streams, keep_going=lambda: True, progress=hear))  # type: ignore[arg-type]  # what it needs of one
    assert heard[0].staged == 0
    assert side.rows("catalogue") == rows_of(shop, "catalogue")


@on_sqlite
@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "full"), snapshots.SnapshotsDisagree("they do")])
def test_without_a_file_the_pages_serve(
    shop: Centre,
    wire: Wire,
    side: Side,
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: Callable[[str], None],
) -> None:
    expected_logs(r"WARNING sync\.server\.snapshots: no snapshot file of catalogue could be made")

    def fail(*_arguments: Any) -> None:
        raise failure

    monkeypatch.setattr(snapshots.Snapshots, "_write", fail)
    side.load(wire, "catalogue")
    assert wire.starts == []
    assert side.rows("catalogue") == rows_of(shop, "catalogue")
    assert not [path for path in shop.snapshots.folder.rglob("*") if path.is_file()]


@on_sqlite
def test_a_file_that_is_forgotten_while_it_is_made_reaches_nobody(
    shop: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = snapshots._note_beside

    def forgotten(path: Path, file: SnapshotDescription) -> None:
        shop.snapshots.forget(CATALOGUE)
        noted(path, file)

    monkeypatch.setattr(snapshots, "_note_beside", forgotten)
    with pytest.raises(snapshots.Stopping):
        described(shop)
    assert not [path for path in shop.snapshots.folder.rglob("*") if path.is_file()]
    monkeypatch.undo()
    shop.snapshots.fewest_rows = 0
    file = described(shop)
    assert shop.snapshots.path(CATALOGUE, file.name) is not None
    shop.snapshots.forget(CATALOGUE)
    assert shop.snapshots.path(CATALOGUE, file.name) is None


@on_sqlite
def test_rows_that_do_not_add_up_to_their_checksum_are_in_no_file(shop: Centre) -> None:
    with shop.database.write() as connection:
        connection.execute(update(tables.stream_head).values(checksum="00000000000000ff"))
    making: Future[SnapshotDescription] = shop.snapshots._making(CATALOGUE)
    with pytest.raises(snapshots.SnapshotsDisagree):
        making.result(10)


def test_publishing_goes_on_while_a_file_is_made(shop: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = sync.snapshot_file.packed_blocks

    def meanwhile(rows: Any) -> Iterator[tuple[int, bytes]]:
        for number, block in enumerate(packed(rows)):
            with shop.database.write() as connection:
                publish(connection, {PRICES: Publication(puts=[priced(1, number)])})
            yield block

    before = rows_of(shop, "prices")
    with shop.database.read() as connection:
        head = read_head(connection, PRICES)
    monkeypatch.setattr(snapshots, "packed_blocks", meanwhile)
    file = described(shop, "prices")
    assert (file.as_of, file.checksum, file.rows) == (head.head, head.checksum, len(before))
