"""Streams: gapless numbers in commit order, whole versions, checksums that agree, snapshots."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgspec
import pytest
import zstandard
from sqlalchemy.exc import IntegrityError

from retail.catalogue import LocalisedText, Price, Product
from retail.member import Member
from sync.protocol import STREAMS, Change, ChangePage, Row, SnapshotPage, row_checksum
from sync.server import streams
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database.sessions import StreamId
from sync.server.streams import Publication, changes_page, forget_changes, publish, read_head, stream_id
from tests.server.tills import Till

PRICES = stream_id("prices", "S1")
MEMBERS = stream_id("members", "S1")
CATALOGUE = stream_id("catalogue", "S1")


def priced(number: int, minor: int = 100) -> Price:
    return Price(product_id=f"X{number}", unit_price_minor=Decimal(minor))


def put(centre: Centre, stream: StreamId, *rows: Row, removes: Sequence[str] = ()) -> int:
    with centre.database.write() as connection:
        heads = publish(connection, {stream: Publication(puts=rows, removes=removes)})
        return heads.get(stream, 0)


def page(centre: Centre, stream: StreamId, after: int, limit: int = 5_000, epoch: str = "") -> ChangePage:
    with centre.database.read() as connection:
        return changes_page(connection, stream, epoch=epoch, after=after, limit=limit)


def checksum(rows: dict[str, bytes]) -> str:
    return f"{sum(row_checksum(key, row) for key, row in rows.items()) % 2**64:016x}"


def applied(rows: dict[str, bytes], changes: Sequence[Change]) -> dict[str, bytes]:
    for change in changes:
        if change.op == "put":
            rows[change.key] = bytes(change.row)
        else:
            del rows[change.key]
    return rows


def test_all_changes_of_a_transaction_carry_one_number(centre: Centre) -> None:
    assert put(centre, PRICES, priced(1), priced(2)) == 1
    assert put(centre, PRICES, priced(1, 200), removes=["price:X2"]) == 2
    found = page(centre, PRICES, after=0)
    assert [(change.seq, change.op, change.key) for change in found.changes] == [
        (1, "put", "price:X1"),
        (1, "put", "price:X2"),
        (2, "put", "price:X1"),
        (2, "remove", "price:X2"),
    ]
    assert (found.next_after, found.head) == (2, 2)


def test_the_checksum_of_the_head_is_that_of_the_rows_a_till_ends_up_with(centre: Centre) -> None:
    put(centre, PRICES, *(priced(number) for number in range(20)))
    put(centre, PRICES, priced(3, 7), removes=["price:X1", "price:X19"])
    put(centre, PRICES, priced(1, 9))
    found = page(centre, PRICES, after=0)
    assert checksum(applied({}, found.changes)) == found.checksum


def test_putting_a_row_as_it_stands_and_removing_what_is_not_there_is_no_change(centre: Centre) -> None:
    put(centre, PRICES, priced(1))
    assert put(centre, PRICES, priced(1), removes=["price:none"]) == 0
    assert page(centre, PRICES, after=0).head == 1


def test_a_version_is_never_split_across_pages(centre: Centre) -> None:
    put(centre, PRICES, *(priced(number) for number in range(8)))
    put(centre, PRICES, priced(100), priced(101))
    put(centre, PRICES, priced(102), priced(103))
    first = page(centre, PRICES, after=0, limit=3)
    assert ({change.seq for change in first.changes}, len(first.changes)) == ({1}, 8)
    second = page(centre, PRICES, after=first.next_after, limit=3)
    assert ({change.seq for change in second.changes}, second.next_after) == ({2}, 2)
    assert page(centre, PRICES, after=1, limit=4).next_after == 3


def test_a_version_too_large_for_a_page_asks_for_a_snapshot(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LARGEST_VERSION", 5)
    put(centre, PRICES, priced(1))
    put(centre, PRICES, *(priced(number) for number in range(10, 16)))
    put(centre, PRICES, priced(2))
    assert page(centre, PRICES, after=1).restart
    assert not page(centre, PRICES, after=2).restart


def test_another_epoch_or_a_cursor_from_the_future_or_the_far_past_restarts(centre: Centre) -> None:
    put(centre, PRICES, priced(1))
    put(centre, PRICES, priced(2))
    epoch = page(centre, PRICES, after=0).epoch
    assert not page(centre, PRICES, after=1, epoch=epoch).restart
    assert page(centre, PRICES, after=1, epoch="another").restart
    assert page(centre, PRICES, after=3, epoch=epoch).restart
    with centre.database.write() as connection:
        forget_changes(connection, published_before=now_text())
    assert page(centre, PRICES, after=1, epoch=epoch).restart
    assert not page(centre, PRICES, after=2, epoch=epoch).restart


def test_nothing_published_in_a_transaction_that_fails_is_seen(centre: Centre) -> None:
    def failing() -> None:
        with centre.database.write() as connection:
            publish(connection, {PRICES: Publication(puts=[priced(1)])})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert page(centre, PRICES, after=0).head == 0
    assert put(centre, PRICES, priced(1)) == 1


def test_a_code_belongs_to_one_product_only(centre: Centre) -> None:
    def product(identity: str) -> Product:
        return Product(
            product_id=identity,
            sku=identity,
            name=LocalisedText("Milk"),
            category_id="dairy",
            tax_class_id="Z",
            codes=("4006381333931",),
        )

    put(centre, CATALOGUE, product("1"))
    with pytest.raises(IntegrityError):
        put(centre, CATALOGUE, product("2"))
    put(centre, CATALOGUE, product("2"), removes=["product:1"])


def test_eight_writers_and_a_reader_of_what_comes_after_lose_nothing(centre: Centre) -> None:
    """The counter row makes numbers gapless and in commit order, also across two streams."""
    writers, each = 8, 25
    seen: dict[StreamId, dict[str, bytes]] = {PRICES: {}, MEMBERS: {}}
    numbers: dict[StreamId, list[int]] = {PRICES: [], MEMBERS: []}
    done = threading.Event()

    def write(writer: int) -> None:
        for number in range(each):
            member = Member(
                member_id=f"{writer}-{number}",
                display_name=LocalisedText("M"),
                tier="gold",
                card_number="1",
            )
            with centre.database.write() as connection:
                publish(
                    connection,
                    {
                        MEMBERS: Publication(puts=[member]),
                        PRICES: Publication(
                            puts=[priced(writer, number + 1), priced(1000 * writer + number)]
                        ),
                    },
                )

    def read() -> None:
        cursors = {PRICES: 0, MEMBERS: 0}
        while True:
            last = done.is_set()
            for stream, cursor in cursors.items():
                found = page(centre, stream, after=cursor, limit=10)
                numbers[stream].extend(sorted({change.seq for change in found.changes}))
                applied(seen[stream], found.changes)
                cursors[stream] = found.next_after
                last = last and found.next_after == found.head
            if last:
                return

    with ThreadPoolExecutor(writers + 1) as pool:
        reading = pool.submit(read)
        try:
            for writing in [pool.submit(write, writer) for writer in range(1, writers + 1)]:
                writing.result(timeout=60)
        finally:
            done.set()  # also when a writer failed: the reader would go on for ever
        reading.result(timeout=60)
    for stream in (PRICES, MEMBERS):
        assert numbers[stream] == list(range(1, writers * each + 1))
        assert checksum(seen[stream]) == page(centre, stream, after=0, limit=1).checksum
    assert len(seen[MEMBERS]) == writers * each


def test_a_snapshot_in_pages_is_the_stream(shop: Centre, till: Till) -> None:
    for stream in STREAMS:
        rows: dict[str, bytes] = {}
        key, as_of, last = "", 0, False
        while not last:
            answer = till.get(f"/v1/streams/{stream}/snapshot", as_of=as_of, after_key=key, limit=25)
            found = msgspec.json.decode(answer.content, type=SnapshotPage)
            for row in found.rows:
                decoded = msgspec.json.decode(row, type=Row)
                rows[streams.key_of(decoded)] = bytes(row)
            assert found.next_key == max(rows, default="")
            assert found.keys == tuple(rows)[-len(found.keys) :]
            key, as_of, last = found.next_key, found.as_of, found.last
        assert (len(rows), checksum(rows)) == (found.total, found.checksum)


def test_a_snapshot_that_is_overtaken_comes_to_the_same_place_by_its_changes(
    shop: Centre, till: Till
) -> None:
    first = till.get("/v1/streams/prices/snapshot", limit=10)
    begun = msgspec.json.decode(first.content, type=SnapshotPage)
    key = streams.key_of(msgspec.json.decode(begun.rows[0], type=Row))
    put(shop, PRICES, Price(product_id="AAA", unit_price_minor=Decimal(5)), removes=[key])
    rest = till.get("/v1/streams/prices/snapshot", as_of=begun.as_of, after_key=begun.next_key)
    ended = msgspec.json.decode(rest.content, type=SnapshotPage)
    assert (ended.as_of, ended.last) == (begun.as_of, True)
    rows = {
        streams.key_of(msgspec.json.decode(row, type=Row)): bytes(row) for row in (*begun.rows, *ended.rows)
    }
    changes = page(shop, PRICES, after=begun.as_of)
    assert checksum(applied(rows, changes.changes)) == changes.checksum


def test_a_large_answer_is_packed_for_whoever_takes_it(till: Till) -> None:
    plain = till.get("/v1/streams/catalogue/snapshot").content
    answer = till.client.get(
        "/v1/streams/catalogue/snapshot", headers={**till.headers, "Accept-Encoding": "zstd"}
    )
    assert answer.headers["Content-Encoding"] == "zstd"
    raw = answer.content
    assert (raw if raw == plain else zstandard.decompress(raw)) == plain


def test_a_long_poll_is_answered_as_soon_as_something_is_published(shop: Centre, till: Till) -> None:
    with shop.database.read() as connection:
        head = read_head(connection, MEMBERS).head
    event = till.sell(member_id="M0001")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(till.get, "/v1/streams/members/changes", after=head, wait=20)
        time.sleep(0.3)
        assert not waiting.done()
        told = time.monotonic()
        till.send(event)
        found = waiting.result(timeout=10)
    assert time.monotonic() - told < 5
    assert [change["key"] for change in found.json()["changes"]] == ["member:M0001"]


def test_a_long_poll_ends_with_an_empty_page_when_nothing_happens(till: Till) -> None:
    found = till.get("/v1/streams/staff/changes", after=1, wait=1)
    assert (found.status_code, found.json()["changes"], found.json()["next_after"]) == (200, [], 1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/streams/nothing/changes", 404),
        ("/v1/streams/prices/changes?limit=0", 400),
        ("/v1/streams/prices/changes?limit=5001", 400),
        ("/v1/streams/prices/changes?after=-1", 400),
        ("/v1/streams/prices/changes?wait=26", 400),
        ("/v1/streams/prices/changes?after=word", 400),
        ("/v1/streams/prices/snapshot?as_of=99999999999999999999999", 400),
    ],
)
def test_a_strange_question_gets_a_sentence(till: Till, path: str, status: int) -> None:
    answer = till.client.get(path, headers=till.headers)
    assert answer.status_code == status
    assert answer.json()["message"]["zh"]
