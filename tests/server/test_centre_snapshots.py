"""Snapshot files: whole at the till whatever is cut, damaged, full or restarted on the way."""

from __future__ import annotations

import errno
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

import sync.snapshot_file
from pos_app.database import search_index, staging
from pos_app.database.cache import Cache
from pos_app.database.files import open_cache
from pos_app.database.problems import DatabaseProblem
from pos_app.database.sealed_file import SealedFile
from pos_app.database.streams import Streams
from sync.client.bootstrap import Stopped, bootstrap
from sync.client.ports import BootstrapPoint, StoreUnavailable
from sync.client.problems import TransportProblem
from sync.client.pull import catch_up
from sync.protocol import STREAMS, ErrorAnswer
from sync.server import snapshots
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.database.snapshot_rows import every_row
from sync.server.streams import Publication, forget_changes, publish, read_head, stream_id
from sync.snapshot_file import SnapshotDescription
from tests.database.till_files import KEY, NOW
from tests.server.test_centre_streams import CATALOGUE, PRICES, priced, put
from tests.server.tills import Till

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
"""For what does not depend on the centre's database."""


@pytest.fixture(autouse=True)
def small_pieces(shop: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files of every stream, of many blocks, staged in many transactions and text index segments."""
    shop.snapshots.fewest_rows = 0
    monkeypatch.setattr(sync.snapshot_file, "BLOCK_ROWS", 7)
    monkeypatch.setattr(staging, "ROWS_AT_ONCE", 15)
    monkeypatch.setattr(search_index, "TEXTS_A_SEGMENT", 20)


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
        bootstrap(stream, wire, self.streams, keep_going=keep_going, progress=self.heard.append)  # type: ignore[arg-type]  # what it needs of one

    def rows(self, stream: str) -> dict[str, bytes]:
        with self.database.read() as connection:
            return dict(connection.exec_driver_sql(f"SELECT key, body FROM {stream}_rows").fetchall())

    def left_over(self) -> list[str]:
        kept = [path.name for path in self.database.path.parent.glob("snapshot-*")]
        kept += [path.name for path in self.database.path.parent.glob("*.tmp")]
        with self.database.read() as connection:
            staged = "SELECT name FROM sqlite_master WHERE name LIKE '%staged%'"
            return kept + list(connection.exec_driver_sql(staged).scalars())


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
    made = Side(till_folder)
    yield made
    made.database.close()


def rows_of(centre: Centre, stream: str) -> dict[str, bytes]:
    with centre.database.read() as connection:
        return {key: text.encode() for key, text in every_row(connection, stream_id(stream, "S1"))}


def described(centre: Centre, stream: str = "catalogue") -> SnapshotDescription:
    """Return the description of a file that is made, however long a busy machine needs."""
    for _ in range(60):
        found = centre.snapshots.describe(stream_id(stream, "S1"))
        if found.ready:
            return found
    raise AssertionError("the file was not made in a minute")


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
def test_a_disk_that_is_full_while_staging_loses_nothing_that_was_staged(
    shop: Centre, wire: Wire, side: Side
) -> None:
    with side.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 25}")
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
        if next(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(file, content)

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


# ---- the centre's side ------------------------------------------------------------------------


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

    bootstrap("catalogue", wire, side.streams, keep_going=lambda: True, progress=hear)  # type: ignore[arg-type]  # what it needs of one
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
