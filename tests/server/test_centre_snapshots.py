"""Snapshot files at the till: whole, whatever is cut, damaged, full or restarted on the way."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

import sync.snapshot_file
from pos_app.database.cache import Cache
from pos_app.database.cache_tables import SEARCH_OF_STREAM
from pos_app.database.problems import DatabaseProblem
from pos_app.database.sealed_file import SealedFile
from sync.client.bootstrap import Stopped
from sync.client.ports import StoreUnavailable
from sync.client.problems import TransportProblem
from sync.client.pull import catch_up
from sync.client.side_by_side import side_by_side
from sync.protocol import STREAMS
from sync.server import snapshots
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.streams import read_head, stream_id
from tests.database.till_files import note_placed
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
def till_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "till"
    folder.mkdir()
    return folder


@pytest.fixture
def side(till_folder: Path) -> Iterator[Side]:
    with opened_side(till_folder) as made:
        yield made


def everything_found(cache: Cache) -> list[list[str]]:
    asked = ("牛奶", "milk", "niun", "nn", "o", "950", "bread fresh", "P1")
    found = [[one.product.product_id for one in cache.search(typed, 100)] for typed in asked]
    found += [
        [one.product.product_id for one in cache.products_in(each.category_id)] for each in cache.categories()
    ]
    return found


def test_every_stream_comes_from_its_file_as_it_would_page_by_page(
    shop: Centre, wire: Wire, side: Side, tmp_path: Path
) -> None:
    for stream in STREAMS:
        side.load(wire, stream)
        assert side.rows(stream) == rows_of(shop, stream)
        cursor = side.streams.cursor(stream)
        assert cursor is not None
        with shop.database.read() as connection:
            head = read_head(connection, stream_id(stream, "S1"))
        assert (cursor.after, cursor.checksum) == (head.head, head.checksum)
    assert len(wire.starts) == len([stream for stream in STREAMS if rows_of(shop, stream)])
    assert side.left_over() == []
    shop.snapshots.fewest_rows = 1_000_000
    (tmp_path / "pages").mkdir()
    by_page = Side(tmp_path / "pages")
    for stream in STREAMS:
        by_page.load(wire, stream)
    assert everything_found(side.cache) == everything_found(by_page.cache)
    assert any(everything_found(side.cache))
    assert side.cache.member_search("l") == by_page.cache.member_search("l") != ()
    by_page.database.close()
    with side.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO product_search (product_search) VALUES ('integrity-check')")


@on_sqlite
def test_a_file_that_is_cut_anywhere_goes_on_at_the_same_byte(shop: Centre, wire: Wire, side: Side) -> None:
    file = described(shop)
    cuts = sorted({0, 1, 2, file.bytes - 1, *range(0, file.bytes, file.bytes // 20)})
    for cut in cuts:
        wire.cut_at = cut
        with pytest.raises(TransportProblem, match="cut"):
            side.load(wire, "catalogue")
    assert wire.starts == [0, *cuts[:-1]]
    assert side.streams.cursor("catalogue") is None
    wire.cut_at = None
    side.load(wire, "catalogue")
    assert wire.starts[-1] == file.bytes - 1
    assert side.rows("catalogue") == rows_of(shop, "catalogue")


@on_sqlite
def test_a_file_is_resumed_by_another_life_of_the_program(
    shop: Centre, wire: Wire, till_folder: Path
) -> None:
    size = described(shop).bytes
    first = Side(till_folder)
    wire.cut_at = size // 2
    with pytest.raises(TransportProblem):
        first.load(wire, "catalogue")
    first.database.close()
    wire.cut_at = None
    second = Side(till_folder)
    second.load(wire, "catalogue")
    second.database.close()
    assert wire.starts == [0, size // 2]


@on_sqlite
def test_what_arrived_wrong_is_thrown_away_and_fetched_again(
    shop: Centre, wire: Wire, side: Side, till_folder: Path
) -> None:
    wire.cut_at = described(shop).bytes // 2
    with pytest.raises(TransportProblem):
        side.load(wire, "catalogue")
    (part,) = till_folder.glob("snapshot-*")
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    wire.cut_at = None
    with pytest.raises(TransportProblem, match="not what was described") as wrong:
        side.load(wire, "catalogue")
    assert wrong.value.code == "not_the_centre"
    assert (side.left_over(), side.streams.cursor("catalogue")) == ([], None)
    side.load(wire, "catalogue")
    assert side.rows("catalogue") == rows_of(shop, "catalogue")


@on_sqlite
def test_a_file_that_says_more_than_was_described_is_refused(shop: Centre, wire: Wire, side: Side) -> None:
    file = described(shop)
    path = shop.snapshots.path(CATALOGUE, file.name)
    assert path is not None
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(TransportProblem, match="more of a snapshot"):
        side.load(wire, "catalogue")


@on_sqlite
def test_a_file_under_which_the_head_moves_is_followed_by_its_changes(
    shop: Centre, wire: Wire, side: Side
) -> None:
    wire.before_fetch = lambda: put(shop, PRICES, priced(1, 77 + len(wire.starts)))
    before = described(shop, "prices")
    side.load(wire, "prices")
    applied = catch_up(wire, side.streams, "prices", lambda: True)  # type: ignore[arg-type]  # what it needs of one
    assert (applied.at_head, applied.cursor.after) == (True, before.as_of + 1)
    assert side.rows("prices") == rows_of(shop, "prices")
    assert described(shop, "prices") == before


@on_sqlite
def test_a_file_that_is_replaced_while_it_is_fetched_is_fetched_as_it_is_now(
    shop: Centre, wire: Wire, side: Side
) -> None:
    old = described(shop, "prices")

    def move_on() -> None:
        wire.before_fetch = lambda: None
        for minor in range(snapshots.FILES_KEPT + 1):
            put(shop, PRICES, priced(1, minor))
            with shop.database.write() as connection:
                head = read_head(connection, PRICES).head
                change = tables.stream_head
                connection.execute(update(change).where(change.c.stream == "prices").values(floor=head))
            described(shop, "prices")

    wire.before_fetch = move_on
    side.load(wire, "prices")
    assert shop.snapshots.path(PRICES, old.name) is None
    assert side.rows("prices") == rows_of(shop, "prices")
    assert len(wire.starts) == 2


@on_sqlite
def test_a_restored_centre_in_the_middle_begins_the_file_again(shop: Centre, wire: Wire, side: Side) -> None:
    wire.cut_at = 500
    with pytest.raises(TransportProblem):
        side.load(wire, "catalogue")
    with shop.database.write() as connection:
        connection.execute(update(tables.centre).values(epoch="another"))
    wire.cut_at = None
    side.load(wire, "catalogue")
    cursor = side.streams.cursor("catalogue")
    assert cursor is not None
    assert cursor.epoch == "another"
    assert side.left_over() == []


@on_sqlite
@pytest.mark.parametrize("goes", [4, 10, 16, 24])
def test_staging_is_stopped_anywhere_and_goes_on_after_a_restart(
    shop: Centre, wire: Wire, till_folder: Path, goes: int
) -> None:
    asked = itertools.count()
    first = Side(till_folder)
    try:
        first.load(wire, "catalogue", lambda: next(asked) < goes)
    except Stopped:
        assert first.streams.cursor("catalogue") is None
    staged = first.streams.bootstrap_point("catalogue")
    first.database.close()
    second = Side(till_folder)
    assert second.streams.bootstrap_point("catalogue") == staged
    if second.streams.cursor("catalogue") is None:
        second.load(wire, "catalogue")
    assert second.rows("catalogue") == rows_of(shop, "catalogue")
    assert second.cache.search("milk")
    assert second.left_over() == []
    if staged is not None:
        assert second.heard[-1].staged > staged.staged or staged.staged == staged.total
    second.database.close()


@on_sqlite
def test_other_streams_are_put_in_their_places_while_texts_are_indexed(
    shop: Centre, wire: Wire, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = note_placed(monkeypatch)
    side_by_side(side.loading(wire, stream) for stream in STREAMS)
    last = [stream for stream in STREAMS if stream in SEARCH_OF_STREAM]
    assert placed == [stream for stream in STREAMS if stream not in last] + last
    for stream in STREAMS:
        assert side.rows(stream) == rows_of(shop, stream)
    assert everything_found(side.cache)
    assert side.left_over() == []


@on_sqlite
def test_a_disk_that_is_full_while_staging_loses_nothing_that_was_staged(
    shop: Centre, wire: Wire, side: Side
) -> None:
    with side.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 12}")
    with pytest.raises(DatabaseProblem) as full:
        side.load(wire, "catalogue")
    assert full.value.code == "disk_full"
    assert side.streams.cursor("catalogue") is None
    side.load(wire, "catalogue")  # on a connection of its own again, without that limit
    assert side.rows("catalogue") == rows_of(shop, "catalogue")
    assert side.left_over() == []


@on_sqlite
def test_a_disk_that_is_full_while_a_file_arrives_is_said_and_what_arrived_stays(
    shop: Centre, wire: Wire, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = SealedFile.append
    written = itertools.count()

    def full(file: SealedFile, content: bytes) -> None:
        append(SealedFile(Path("/dev/full"), "00") if next(written) == 2 else file, content)

    monkeypatch.setattr(SealedFile, "append", full)
    with pytest.raises(StoreUnavailable) as problem:
        side.load(wire, "catalogue")
    assert problem.value.code == "disk_full"
    side.load(wire, "catalogue")
    assert wire.starts == [0, 2000]


@on_sqlite
def test_readers_see_the_old_rows_or_the_new_ones_and_never_both(
    shop: Centre, wire: Wire, side: Side
) -> None:
    side.load(wire, "catalogue")
    keys = {key for key in rows_of(shop, "catalogue") if key.startswith("product:")}
    small, large = len(keys) - 30, len(keys)
    stop, seen = threading.Event(), set[tuple[int, int, int]]()
    gone = sorted(keys)[:30]
    kept = {key: text for key, text in rows_of(shop, "catalogue").items() if key in gone}

    def read() -> None:
        counts = (
            "SELECT (SELECT count(*) FROM catalogue_rows WHERE key LIKE 'product:%'), "
            "(SELECT count(*) FROM product_ranks), (SELECT count(*) FROM category_products)"
        )
        while not stop.is_set():
            with side.database.read() as connection:
                seen.add(tuple(connection.exec_driver_sql(counts).one()))
        side.database.release_thread()

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(3):
        put(shop, CATALOGUE, removes=gone)
        begin_again(shop, side, wire)
        put(shop, CATALOGUE, *(msgspec.json.decode(text, type=sync.protocol.Row) for text in kept.values()))
        begin_again(shop, side, wire)
    stop.set()
    reader.join()
    assert seen <= {(small,) * 3, (large,) * 3}
    assert side.rows("catalogue") == rows_of(shop, "catalogue")


def begin_again(shop: Centre, side: Side, wire: Wire) -> None:
    with shop.database.write() as connection:
        head = tables.stream_head
        now = read_head(connection, CATALOGUE).head
        connection.execute(update(head).where(head.c.stream == "catalogue").values(floor=now))
    side.load(wire, "catalogue")
