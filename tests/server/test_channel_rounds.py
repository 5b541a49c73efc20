"""What runs beside the requests: it starts with the centre, survives errors, and ends before the database."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError

from sync.server import price_checks
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.channels.book import new_channel
from sync.server.database.sessions import StreamId
from sync.server.price_checks import AT_ONCE, Checked, PriceChecks, keep_checking
from sync.server.rounds import keep_running
from sync.server.threads import in_thread
from sync.server.wakeups import Wakeups
from sync.server.watch import watch
from tests.fakes.online_shop import open_online
from tests.fakes.receiver import receiving
from tests.server.walked_orders import place


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_running_centre_tells_channel_and_customer_by_itself(shop: Centre) -> None:
    open_online(shop, with_sister=False)
    letters = shop.settings.data / "messages.jsonl"
    with receiving() as receiver, TestClient(create_app(shop)):
        with shop.database.write() as connection:
            new_channel(connection, "market", webhook_url=receiver.address, allow_private=True)
        placed = place(shop, channel="market")
        wait_for(lambda: bool(receiver.received) and letters.exists())
        assert placed.order.order_id.encode() in receiver.received[0].body
        wait_for(lambda: placed.order.number in letters.read_text(encoding="utf-8"))


def test_a_round_that_fails_is_logged_and_the_next_one_comes(expected_logs: Callable[[str], None]) -> None:
    expected_logs("ERROR sync.server.rounds: orders: a round failed")
    expected_logs("WARNING sync.server.rounds: orders must wait for the database")
    wakeups, rounds = Wakeups(), []

    def run_once() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("something nobody thought of")
        if len(rounds) == 2:
            raise OperationalError("", None, Exception("gone"))
        wakeups.closing = True

    asyncio.run(keep_running("orders", run_once, wakeups, every_seconds=0.001))
    assert len(rounds) == 3


def test_price_checks_go_on_after_an_error_until_nothing_is_left(
    shop: Centre, monkeypatch: pytest.MonkeyPatch, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("ERROR sync.server.rounds: price checks: a round failed")
    goes = iter([AT_ONCE, RuntimeError("something nobody thought of"), AT_ONCE, AT_ONCE, 3])
    monkeypatch.setattr(price_checks, "LOOK_EVERY_SECONDS", 0.001)

    def check_some(_self: PriceChecks) -> Checked:
        go = next(goes)
        if isinstance(go, Exception):
            raise go
        shop.wakeups.closing = go == 3
        return Checked(go, 0)

    monkeypatch.setattr(PriceChecks, "check_some", check_some)
    asyncio.run(keep_checking(shop))
    assert next(goes, None) is None


def test_what_ends_beside_the_requests_says_so_and_the_centre_still_stops_in_order(
    shop: Centre, monkeypatch: pytest.MonkeyPatch, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("ERROR sync.server.app: what runs beside the requests has ended")
    ended, stopped = threading.Event(), threading.Event()

    async def fails(_centre: Centre) -> None:
        ended.set()
        raise RuntimeError("something nobody thought of")

    async def runs(_centre: Centre) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            stopped.set()

    monkeypatch.setattr("sync.server.app.watch", fails)
    monkeypatch.setattr("sync.server.app.keep_checking", runs)
    with TestClient(create_app(shop)) as client:
        assert ended.wait(10)
        assert client.get("/health").status_code == 200
    assert stopped.is_set()


def test_what_has_begun_in_a_thread_ends_before_its_task_does() -> None:
    ended = threading.Event()
    begun = threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.1)
        ended.set()

    async def cancel_it() -> None:
        task = asyncio.create_task(in_thread(work))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(cancel_it())


@pytest.mark.parametrize("running", [keep_checking, watch])
def test_what_looks_at_the_database_beside_the_rounds_lets_go_of_it_before_its_task_ends(
    shop: Centre, monkeypatch: pytest.MonkeyPatch, running: Callable[[Centre], Coroutine[Any, Any, None]]
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def look(*_: object) -> dict[StreamId, int] | Checked:
        begun.set()
        time.sleep(0.1)
        ended.set()
        return Checked(0, 0) if running is keep_checking else {}

    monkeypatch.setattr(PriceChecks, "check_some", look)
    monkeypatch.setattr("sync.server.watch._heads", look)
    for often in ("LOOK_EVERY_SECONDS", "ASK_EVERY_SECONDS"):
        monkeypatch.setattr(f"sync.server.watch.{often}", 0.01)

    async def stop_it() -> None:
        shop.wakeups.open()
        with shop.wakeups.listening((("prices", "S1"),)):
            task = asyncio.create_task(running(shop))
            while not begun.is_set():
                await asyncio.sleep(0.001)
        shop.wakeups.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(stop_it())
