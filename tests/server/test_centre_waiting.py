"""One long poll for all streams of a till: what it is told, when, and what a thousand of them cost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import event, select

from sync.client.signing import DeviceKey
from sync.protocol import (
    PROTOCOL_HEADER,
    PROTOCOL_VERSION,
    ChangePage,
    WaitRequest,
)
from sync.server import looks, roll
from sync.server.api import waiting
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.sessions import Database, StreamId
from sync.server.database.upgrade import renew_epoch
from sync.server.demo.store import STORE_ID
from sync.server.device_list import revoke_device
from sync.server.enrolment import new_code
from sync.server.heads import Heads, Place
from sync.server.hearing import Hearing
from sync.server.wakeups import Wakeups
from tests.server.keyed import KeyedDevice, keyed_device
from tests.server.tills import Till
from tests.server.waiting_tills import NO_NEWS, WAIT, at_head, keys, member, moved, news, price, put, wait

PRICES: StreamId = ("prices", STORE_ID)
MEMBERS: StreamId = ("members", STORE_ID)


@pytest.fixture
def device(shop: Centre, client: TestClient) -> KeyedDevice:
    """A till that is enrolled with its own key."""
    return keyed_device(shop, client, "keyed-1")


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    """Threads for whoever waits."""
    with ThreadPoolExecutor(24) as pool:
        yield pool


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def waiting_now(centre: Centre) -> int:
    """Return how many wait and have looked: nothing is left to be read for them."""
    return len([*centre.wakeups._ears_of(PRICES)]) if centre.looks.idle else 0


def start(pool: ThreadPoolExecutor, centre: Centre, device: KeyedDevice) -> Future[Response]:
    """Have a till wait, and go on once it does."""
    before, cursors = waiting_now(centre), at_head(centre)
    future = pool.submit(wait, device, cursors)
    until(lambda: waiting_now(centre) > before)
    return future


# ---- what is told -----------------------------------------------------------------------------------------


def test_what_is_published_in_two_streams_is_told_at_once_and_in_one_answer(
    shop: Centre, device: KeyedDevice, beside: ThreadPoolExecutor
) -> None:
    cursors = at_head(shop)
    told = start(beside, shop, device)
    began = time.monotonic()
    put(shop.database, prices=[price(1)], members=[member(1)])
    found = news(told.result(timeout=10))
    assert time.monotonic() - began < 5
    assert keys(found) == {"prices": ["price:W0001"], "members": ["member:W1"]}
    assert found.others == ()
    for page in found.pages:
        after = next(one.after for one in cursors if one.stream == page.stream)
        alone = device.get(f"/v1/streams/{page.stream}/changes", f"epoch={page.epoch}&after={after}")
        assert msgspec.json.decode(alone.content, type=ChangePage) == page


@pytest.mark.parametrize("seconds", [0, 1])
def test_nothing_is_told_of_streams_that_stand_where_the_till_does(
    shop: Centre, device: KeyedDevice, seconds: int
) -> None:
    assert news(wait(device, at_head(shop), seconds)) == NO_NEWS


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_till_that_is_behind_another_life_or_ahead_is_told_so_without_waiting(
    shop: Centre, device: KeyedDevice
) -> None:
    put(shop.database, prices=[price(1)])
    cursors = at_head(shop)
    now = next(one.after for one in cursors if one.stream == "prices")
    behind = news(wait(device, moved(cursors, "prices", after=now - 1)))
    assert keys(behind) == {"prices": ["price:W0001"]}
    for wrong in ({"epoch": "another life"}, {"after": now + 1}):
        [page] = news(wait(device, moved(cursors, "prices", **wrong))).pages
        assert (page.stream, page.restart) == ("prices", True)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_long_news_is_named_and_read_with_the_request_for_one_stream(
    shop: Centre, device: KeyedDevice
) -> None:
    before = at_head(shop)
    put(shop.database, prices=[price(number) for number in range(looks.SHORT_PAGE + 1)], members=[member(1)])
    found = news(wait(device, before))
    assert (keys(found), found.others) == ({"members": ["member:W1"]}, ("prices",))
    cursor = next(one for one in before if one.stream == "prices")
    query = f"epoch={cursor.epoch}&after={cursor.after}"

    def page() -> ChangePage:
        answer = device.get("/v1/streams/prices/changes", query)
        return msgspec.json.decode(answer.content, type=ChangePage)

    first = page()
    assert (len(first.changes), first.next_after) == (looks.SHORT_PAGE + 1, first.head)
    # The page is kept for the other tills, but not beyond the next change or the centre's life.
    assert page() == first
    put(shop.database, prices=[price(9_000)])
    second = page()
    assert (len(second.changes), second.head) == (looks.SHORT_PAGE + 2, first.head + 1)
    with shop.database.write() as connection:
        renew_epoch(connection)
    assert page().restart


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_strange_question_gets_a_sentence(device: KeyedDevice) -> None:
    stock = b'{"stream":"stock","epoch":"","after":0}'
    for body, status in (
        (b'{"cursors":[{"stream":"nothing","epoch":"","after":0}]}', 404),
        (b'{"cursors":[' + stock + b"," + stock + b"]}", 400),
        (b'{"cursors":[{"stream":"stock","epoch":"","after":-1}]}', 400),
        (b'{"cursors":[],"wait":26}', 400),
        (b'{"cursors":[' + b",".join([stock] * 8) + b"]}", 400),
        (b'{"wait":1}', 400),
        (b"no JSON", 400),
    ):
        answer = device.post(WAIT, body)
        assert answer.status_code == status, body
        assert answer.json()["message"]["zh"]


def test_what_another_process_publishes_is_heard(
    shop: Centre, device: KeyedDevice, beside: ThreadPoolExecutor
) -> None:
    news(wait(device, at_head(shop), 1))  # by now this process knows where the streams stand
    told = start(beside, shop, device)
    other = Database(shop.database.url)
    put(other, prices=[price(1)])
    other.close()
    assert keys(news(told.result(timeout=10))) == {"prices": ["price:W0001"]}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_look_of_one_till_wakes_the_others_that_wait_for_the_same(
    shop: Centre, device: KeyedDevice, client: TestClient, beside: ThreadPoolExecutor
) -> None:
    second = keyed_device(shop, client, "keyed-2", 3)
    cursors = at_head(shop)
    told = start(beside, shop, device)
    other = Database(shop.database.url)
    put(other, prices=[price(1)])
    other.close()
    # Whoever stands elsewhere than is known is looked at, before the watch has looked by itself.
    news(wait(second, moved(cursors, "members", after=1), 0))
    assert keys(news(told.result(timeout=10))) == {"prices": ["price:W0001"]}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("spoken", [PROTOCOL_VERSION, PROTOCOL_VERSION - 1])
def test_a_till_of_before_waits_for_each_stream_by_itself(
    shop: Centre, till: Till, beside: ThreadPoolExecutor, spoken: int
) -> None:
    till.headers[PROTOCOL_HEADER] = str(spoken)
    at = {one.stream: one for one in at_head(shop)}
    waits = {
        stream: beside.submit(
            till.get, f"/v1/streams/{stream}/changes", epoch=at[stream].epoch, after=at[stream].after, wait=2
        )
        for stream in ("prices", "members", "staff")
    }
    until(lambda: sum(len(some) for some in shop.wakeups._ears.values()) == len(waits) and shop.looks.idle)
    put(shop.database, prices=[price(1)], members=[member(1)])
    found = {
        stream: msgspec.json.decode(one.result(timeout=10).content, type=ChangePage)
        for stream, one in waits.items()
    }
    assert {stream: [change.key for change in page.changes] for stream, page in found.items()} == {
        "prices": ["price:W0001"],
        "members": ["member:W1"],
        "staff": [],
    }


# ---- who is told ------------------------------------------------------------------------------------------


def test_a_till_that_is_shut_out_while_it_waits_is_told_nothing_new(
    shop: Centre, device: KeyedDevice, beside: ThreadPoolExecutor
) -> None:
    told = start(beside, shop, device)
    with shop.database.write() as connection:
        revoke_device(connection, device.device_id, by="test")
    put(shop.database, prices=[price(1)])
    answer = told.result(timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (403, "till_revoked")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_till_that_was_shut_out_is_refused_once_the_roll_is_read_again(
    shop: Centre, device: KeyedDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    news(wait(device, at_head(shop), 1))
    with shop.database.write() as connection:
        revoke_device(connection, device.device_id, by="test")
    monkeypatch.setattr(roll, "ROLL_SECONDS", 0.0)
    answer = wait(device, at_head(shop), 1)
    assert (answer.status_code, answer.json()["code"]) == (403, "till_revoked")
    assert roll.ROLL_SECONDS < 60


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_till_that_becomes_another_stores_hears_nothing_of_the_first(
    shop: Centre, device: KeyedDevice, beside: ThreadPoolExecutor
) -> None:
    told = start(beside, shop, device)
    with shop.database.write() as connection:
        row = {"store_id": "S-other", "name": "Other", "created_at": now_text()}
        connection.execute(tables.store.insert(), row)
        code = new_code(connection, store_id="S-other")
    assert device.enrol(code).status_code == 201
    put(shop.database, prices=[price(1)])
    assert news(told.result(timeout=10)) == NO_NEWS
    # And from now on it is asked about the streams of the other one.
    assert news(wait(device, at_head(shop, "S-other"), 0)) == NO_NEWS
    put(shop.database, prices=[price(2)])
    assert news(wait(device, at_head(shop, "S-other"), 1)) == NO_NEWS


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_nobody_waits_without_a_signature_that_holds(shop: Centre, device: KeyedDevice) -> None:
    cursors = at_head(shop)
    assert news(wait(device, cursors, 0)) == NO_NEWS
    body = msgspec.json.encode(WaitRequest(cursors=cursors))
    signed = device.headers("POST", WAIT, "", body)
    other = msgspec.json.encode(WaitRequest(cursors=moved(cursors, "stock", after=0)))
    device.key = DeviceKey("ab" * 32)
    anothers = device.headers("POST", WAIT, "", body)
    for content, headers, status in (
        (other, signed, 401),
        (body, anothers, 401),
        (body, signed, 200),
        (body, {"Authorization": signed["Authorization"]}, 401),
        (body, {}, 401),
        (body, signed | {PROTOCOL_HEADER: "99"}, 426),
    ):
        answer = device.client.post(
            WAIT, content=content, headers={**headers, "Content-Type": "application/json"}
        )
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_twenty_tills_that_are_woken_together_cost_one_look_and_no_trust_check_of_their_own(
    shop: Centre,
    client: TestClient,
    beside: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    devices = [keyed_device(shop, client, f"keyed-{number}", number + 2) for number in range(20)]
    monkeypatch.setattr(looks, "LOOKED_BACK", -looks.LOOKED_BACK)  # they were enrolled just now
    news(wait(devices[0], at_head(shop), 1))
    told = [start(beside, shop, device) for device in devices]
    asked: list[str] = []
    checked: list[object] = []
    event.listen(shop.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    monkeypatch.setattr(waiting, "reading_device", lambda *said: checked.append(said))
    put(shop.database, prices=[price(1)], members=[member(1)])
    answers = [news(one.result(timeout=10)) for one in told]
    assert len({msgspec.json.encode(answer) for answer in answers}) == 1
    assert keys(answers[0]) == {"prices": ["price:W0001"], "members": ["member:W1"]}
    assert not checked
    assert sum("revoked_at" in statement for statement in asked) <= 2


def test_those_whose_time_ends_within_a_moment_are_told_so_together() -> None:
    waits = [0.05 + number / 100 for number in range(20)]

    async def wait_for(wakeups: Wakeups, seconds: float) -> tuple[bool, float]:
        with wakeups.listening((PRICES, MEMBERS)) as ear:
            return await ear.heard(seconds), asyncio.get_running_loop().time()

    async def story() -> None:
        wakeups = Wakeups()
        wakeups.open()
        began = asyncio.get_running_loop().time()
        told = asyncio.create_task(wait_for(wakeups, 5))
        ended = await asyncio.gather(*(wait_for(wakeups, seconds) for seconds in waits))
        assert [heard for heard, _ in ended] == [False] * len(waits)
        for seconds, (_, at) in zip(waits, ended, strict=True):
            assert seconds <= at - began + 0.001  # the loop's clock has milliseconds
        assert len({round(at, 1) for _, at in ended}) <= 2
        wakeups.wake([MEMBERS])
        heard, at = await told
        assert heard
        assert at - began < 2
        assert not wakeups.anyone
        assert not any(wakeups._ending.values())

    asyncio.run(story())


# ---- what this process knows ------------------------------------------------------------------------------


def test_what_was_read_before_something_was_told_does_not_take_it_back() -> None:
    heads = Heads()
    heads.seen({PRICES: 5, MEMBERS: 2}, "one", heads.moment, all_of_them=True)
    assert not heads.behind((Place(PRICES, "one", 5),))
    assert not heads.behind((Place(("stock", STORE_ID), "one", 0),))
    assert heads.behind((Place(PRICES, "one", 4),))
    assert heads.behind((Place(PRICES, "", 5),))
    began = heads.moment
    heads.published({PRICES: 6})
    heads.doubt([MEMBERS])
    heads.seen({PRICES: 5, MEMBERS: 2}, "one", began, all_of_them=True)
    assert not heads.behind((Place(PRICES, "one", 6),))
    assert heads.behind((Place(MEMBERS, "one", 2),))
    assert heads.seen({PRICES: 6, MEMBERS: 3}, "one", heads.moment) == [MEMBERS]
    assert not heads.behind((Place(MEMBERS, "one", 3),))


def test_another_life_of_the_centre_is_news_for_everybody() -> None:
    heads = Heads()
    heads.seen({PRICES: 5}, "one", heads.moment, all_of_them=True)
    assert heads.seen({PRICES: 5}, "two", heads.moment) == []
    assert not heads.behind((Place(PRICES, "one", 5),))
    assert heads.seen({PRICES: 5}, "two", heads.moment, all_of_them=True) == [PRICES]
    assert heads.behind((Place(PRICES, "one", 5),))
    assert not heads.behind((Place(PRICES, "two", 5),))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_tills_that_were_noted_are_written_down_together(shop: Centre, client: TestClient) -> None:
    names = [keyed_device(shop, client, f"noted-{number}", number + 2).device_id for number in range(3)]
    hearing = Hearing(shop.database)
    transactions: list[object] = []
    event.listen(shop.database.engine, "commit", transactions.append)
    hearing.write_down()
    assert not transactions
    for name in (*names, *names):
        hearing.note(name)
    assert not transactions
    hearing.write_down()
    assert len(transactions) == 1
    hearing.write_down()
    assert len(transactions) == 1
    with shop.database.read() as connection:
        found = connection.execute(select(tables.device.c.device_id, tables.device.c.heard_at))
        heard = {row.device_id: row.heard_at for row in found}
    assert all(heard[name] for name in names)


def test_the_roll_is_read_once_for_all_who_ask_at_the_same_time(
    shop: Centre, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed_device(shop, client, "keyed-1")
    reads: list[int] = []
    may_end = threading.Event()
    read_all = roll.Roll._read_all

    def counted(self: roll.Roll) -> Any:
        reads.append(1)
        assert may_end.wait(10)
        return read_all(self)

    monkeypatch.setattr(roll.Roll, "_read_all", counted)

    async def ask() -> None:
        known = roll.Roll(shop.database)
        several = [asyncio.ensure_future(known.device("keyed-1")) for _ in range(20)]
        await asyncio.sleep(0.05)
        may_end.set()
        found = await asyncio.gather(*several, known.device("nobody"))
        assert [one.store_id for one in found if one is not None] == [STORE_ID] * 20
        assert found[-1] is None

    asyncio.run(ask())
    assert len(reads) == 1
