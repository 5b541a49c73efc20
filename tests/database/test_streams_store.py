"""Rows of the streams: cursor and rows are one, snapshots replace whole, and checksums tell the truth."""

from __future__ import annotations

import threading
import time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_app.database.cache import Cache
from pos_app.database.connection import Database
from pos_app.database.staging import NO_ROWS
from pos_app.database.streams import Streams
from retail.catalogue import LocalisedText, Product
from sync.client.ports import IncomingChange
from sync.protocol import STREAMS, row_checksum
from tests.database.till_files import bootstrap, keyed, member, price, product
from tests.fakes.failing_disk import failing_disk
from tests.faults.disk.interposing import POSSIBLE


def put(row: msgspec.Struct) -> IncomingChange:
    ((key, body),) = keyed([row])
    return IncomingChange(key=key, row=body)


def gone(key: str) -> IncomingChange:
    return IncomingChange(key=key, row=None)


def checksum_of(rows: dict[str, bytes]) -> str:
    return f"{sum(row_checksum(key, body) for key, body in rows.items()) % 2**64:016x}"


def found(cache: Cache, typed: str) -> list[str]:
    return [each.product.product_id for each in cache.search(typed)]


def test_changes_move_rows_look_ups_and_cursor_together(streams: Streams, cache: Cache) -> None:
    bootstrap(
        streams, "catalogue", [product("p1", codes=("111",)), product("p2", "Rye", "黑麦", pinyin="hei mai")]
    )
    changed = product("p1", "Goat cheese", "羊奶酪", pinyin="yang nai lao", codes=("222",), popularity=7)
    cursor = streams.apply_changes(
        "catalogue", "epoch-1", [put(changed), put(product("p3", codes=("333",))), gone("product:p2")], 4
    )
    assert streams.cursor("catalogue") == cursor
    assert cursor.after == 4
    assert found(cache, "oat") == ["p3"]
    assert found(cache, "goat") == ["p1"]
    assert found(cache, "羊") == ["p1"]
    assert found(cache, "rye") == []
    assert found(cache, "SKU") == ["p1", "p3"]
    assert cache.product_by_code(("111",)) is None
    assert cache.product_by_code(("222",)) is not None
    assert [each.product.product_id for each in cache.products_in("dairy")] == ["p1", "p3"]
    assert cache.counts()["catalogue"] == 2


@pytest.mark.skipif(not POSSIBLE, reason="calls of the C library are watched on Linux only")
@pytest.mark.parametrize("stream", STREAMS)
def test_what_a_power_cut_may_not_take_back_is_forced_to_the_disk(streams: Streams, stream: str) -> None:
    bootstrap(streams, stream, [])
    streams.apply_changes(stream, "epoch-1", [], 2)  # SQLite forces the beginning of a log that begins again
    with failing_disk() as disk:
        streams.apply_changes(stream, "epoch-1", [put(product("p1"))], 3)
        calls = {name for name, _file, _failed in disk.seen}
    assert calls == {"pwrite64"} | ({"fsync"} if stream in {"staff", "settings", "stock"} else set())


def test_a_product_that_is_hardly_more_popular_keeps_its_place(streams: Streams, cache: Cache) -> None:
    def rows(popularities: dict[str, int]) -> list[Product]:
        return [product(name, popularity=popularity) for name, popularity in popularities.items()]

    bootstrap(streams, "catalogue", rows({"p1": 10_000, "p2": 10_000, "p3": 10_000}))
    nearly = [put(row) for row in rows({"p1": 10_010, "p2": 9_990})]
    streams.apply_changes("catalogue", "epoch-1", nearly, 4)
    assert found(cache, "oat") == ["p1", "p2", "p3"]
    streams.apply_changes("catalogue", "epoch-1", [put(row) for row in rows({"p3": 11_000})], 5)
    assert found(cache, "oat") == ["p3", "p1", "p2"]
    assert [each.product.product_id for each in cache.products_in("dairy")] == ["p3", "p1", "p2"]


def test_a_product_may_be_renamed_or_moved_or_lose_its_codes(streams: Streams, cache: Cache) -> None:
    bootstrap(streams, "catalogue", [product("p1", codes=("111",))])
    streams.apply_changes(
        "catalogue", "epoch-1", [put(product("p1", "Oat drink", "燕麦饮", codes=("111",)))], 2
    )
    assert found(cache, "drink") == ["p1"]
    assert found(cache, "milk") == []
    streams.apply_changes("catalogue", "epoch-1", [put(product("p1", category_id="cafe"))], 3)
    assert cache.products_in("dairy") == ()
    assert len(cache.products_in("cafe")) == 1
    assert cache.product_by_code(("111",)) is None


def test_a_failure_between_leaves_rows_and_cursor_as_they_were(streams: Streams, cache: Cache) -> None:
    bootstrap(streams, "catalogue", [product("p1")])
    before = streams.cursor("catalogue")
    with pytest.raises(TypeError):
        streams.apply_changes(
            "catalogue",
            "epoch-1",
            [put(product("p2")), IncomingChange(key="product:p3", row=3)],
            9,  # type: ignore[arg-type]  # broken on purpose
        )
    assert streams.cursor("catalogue") == before
    assert cache.product("p2") is None
    assert found(cache, "milk") == ["p1"]


def test_the_checksum_is_that_of_the_rows(streams: Streams) -> None:
    rows = dict(keyed([product("p1"), product("p2")]))
    bootstrap(streams, "catalogue", [product("p1"), product("p2")])
    cursor = streams.cursor("catalogue")
    assert cursor is not None
    assert cursor.checksum == checksum_of(rows)
    cursor = streams.apply_changes("catalogue", "epoch-1", [gone("product:p1"), gone("product:p2")], 2)
    assert cursor.checksum == NO_ROWS
    cursor = streams.apply_changes("catalogue", "epoch-1", [gone("product:never")], 3)
    assert cursor.checksum == NO_ROWS


_NAMES = st.sampled_from(["Oat milk", "Rye bread", "Tea", "牛奶"])
_CHANGE = st.tuples(
    st.integers(0, 5),
    st.one_of(st.none(), st.tuples(_NAMES, st.sampled_from((0, 1, 2, 9_000, 9_001, 900_000)))),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.lists(st.lists(_CHANGE, min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_history_of_changes_ends_as_if_only_the_last_word_was_said(
    streams: Streams, cache: Cache, pages: list[list[tuple[int, tuple[str, int] | None]]]
) -> None:
    bootstrap(streams, "catalogue", [])
    rows: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for after, page in enumerate(pages, 2):
        changes = []
        for number, value in page:
            key = f"product:p{number}"
            if value is None:
                changes.append(gone(key))
                rows.pop(key, None)
                names.pop(f"p{number}", None)
            else:
                row = product(f"p{number}", value[0], codes=(f"9{number}",), popularity=value[1])
                changes.append(put(row))
                rows[key] = msgspec.json.encode(row)
                names[f"p{number}"] = value[0]
        cursor = streams.apply_changes("catalogue", "epoch-1", changes, after)
    assert cursor.checksum == checksum_of(rows)
    for word in ("oat", "rye", "tea"):
        assert set(found(cache, word)) == {each for each, name in names.items() if word in name.lower()}
    for number in range(6):
        assert (cache.product_by_code((f"9{number}",)) is not None) == (f"p{number}" in names)


def test_what_was_served_is_served_until_the_swap(streams: Streams, cache: Cache) -> None:
    bootstrap(streams, "catalogue", [product("p1")])
    fresh = keyed([product("p2", "Rye", "黑麦", pinyin="hei mai")])
    streams.begin_bootstrap("catalogue", "epoch-2", 7, 1)
    streams.stage("catalogue", fresh, fresh[-1][0])
    assert found(cache, "oat") == ["p1"]
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert found(cache, "oat") == []
    assert found(cache, "rye") == ["p2"]
    cursor = streams.cursor("catalogue")
    assert cursor is not None
    assert (cursor.epoch, cursor.after) == ("epoch-2", 7)
    assert streams.bootstrap_point("catalogue") is None
    streams.apply_changes("catalogue", "epoch-2", [put(product("p3"))], 8)
    assert found(cache, "oat") == ["p3"]


def test_an_interrupted_bootstrap_goes_on_where_it_was(streams: Streams, cache: Cache) -> None:
    rows = keyed([product("p1"), product("p2")])
    streams.begin_bootstrap("catalogue", "epoch-1", 5, 2)
    streams.stage("catalogue", rows[:1], rows[0][0])
    point = streams.bootstrap_point("catalogue")
    assert point is not None
    assert (point.after_key, point.staged, point.as_of) == ("product:p1", 1, 5)
    streams.stage("catalogue", rows[1:], rows[1][0])
    assert not streams.finish_bootstrap("catalogue", lambda: False)
    assert streams.cursor("catalogue") is None
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert found(cache, "oat") == ["p1", "p2"]


def test_an_indexing_that_was_broken_off_is_done_again_whole(streams: Streams, cache: Cache) -> None:
    rows = keyed([product(f"p{number:05d}", popularity=number % 7) for number in range(400)])
    streams.begin_bootstrap("catalogue", "epoch-1", 5, len(rows))
    for start in range(0, len(rows), 10):  # forty segments: more than are left unmerged
        streams.stage("catalogue", rows[start : start + 10], rows[start + 9][0])
    answers = iter([True, False])
    assert not streams.finish_bootstrap("catalogue", lambda: next(answers, False))
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert len(cache.search("oat", 10_000)) == len(rows)
    streams.begin_bootstrap("catalogue", "epoch-1", 6, 0)
    streams.abandon_bootstrap("catalogue")
    assert len(cache.search("oat", 10_000)) == len(rows)


def test_members_follow_their_stream(streams: Streams, cache: Cache) -> None:
    bootstrap(streams, "members", [member("M1")])
    richer = msgspec.structs.replace(member("M1"), points=99)
    streams.apply_changes("members", "epoch-1", [put(richer), put(member("M2", "A. Tan", card="MBR2"))], 2)
    known = cache.member_by_card("MBR00008817")
    assert known is not None
    assert known.points == 99
    new_card = msgspec.structs.replace(
        richer, card_number="MBR9", display_name=LocalisedText("Mei Lin", "林美")
    )
    streams.apply_changes("members", "epoch-1", [put(new_card), gone("member:M2")], 3)
    assert cache.member_by_card("MBR00008817") is None
    assert cache.member_by_card("MBR9") == new_card
    assert [each.member_id for each in cache.member_search("mei")] == ["M1"]
    assert cache.member_search("tan") == ()


def test_readers_go_on_while_a_snapshot_is_swapped_in(
    cache_database: Database, streams: Streams, cache: Cache
) -> None:
    bootstrap(streams, "catalogue", [product("p1", codes=("111",))])
    bootstrap(streams, "prices", [price("p1", "420")])
    slowest, stop, counts = [0.0], threading.Event(), set[int]()

    def read() -> None:
        while not stop.is_set():
            began = time.perf_counter()
            assert cache.product_by_code(("111",)) is not None
            counts.add(len(cache.search("oat", 100)))
            slowest[0] = max(slowest[0], time.perf_counter() - began)
        cache_database.release_thread()

    reader = threading.Thread(target=read)
    reader.start()
    more = [product("p1", codes=("111",)), *(product(f"q{number:05d}") for number in range(20))]
    for _ in range(4):
        bootstrap(streams, "catalogue", more, epoch="epoch-2")
        bootstrap(streams, "catalogue", [product("p1", codes=("111",))], epoch="epoch-3")
    stop.set()
    reader.join()
    assert counts <= {1, 21}, "a reader saw a half-swapped catalogue"
    assert slowest[0] < 2.0
