"""How a centre over SQLite finds out what other processes publish: it reads only where somebody wrote."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from sync.server import watch
from sync.server.centre import Centre
from sync.server.database.sessions import Commits, Database, StreamId
from sync.server.demo.store import STORE_ID
from sync.server.streams import Publication, publish
from tests.server.waiting_tills import member, put

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

MEMBERS: StreamId = ("members", STORE_ID)
ASKED_MANY_TIMES = 0.3


class Looks:
    """Counts the reads of the counter rows; the first `failing` ones fail."""

    def __init__(self) -> None:
        self.made = 0
        self.failing = 0
        self._read = watch._heads

    def __call__(self, centre: Centre) -> tuple[dict[StreamId, int], str]:
        self.made += 1
        if self.failing:
            self.failing -= 1
            raise OperationalError("", None, Exception("gone for a moment"))
        return self._read(centre)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """The looks of the watch, which asks for commits without a pause."""
    counted = Looks()
    monkeypatch.setattr(watch, "ASK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(watch, "_heads", counted)
    return counted


def while_somebody_waits(shop: Centre, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do something while one request waits for members and the watch runs."""

    async def run() -> None:
        shop.wakeups.open()
        with shop.wakeups.listening((MEMBERS,)):
            task = asyncio.create_task(watch.watch(shop))
            try:
                await work()
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    asyncio.run(run())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(4):  # sooner than the look that comes in any case
        while not true():
            await asyncio.sleep(0.005)


def has_looked(shop: Centre) -> bool:
    """Say whether what the first look found is known: it is read in a thread, and told to the loop then."""
    return bool(shop.wakeups.heads._epoch)


def head(shop: Centre) -> int:
    return shop.wakeups.heads._known.get(MEMBERS, 0)


def test_the_counter_rows_are_read_again_only_after_a_commit(shop: Centre, counted: Looks) -> None:
    async def work() -> None:
        await until(lambda: has_looked(shop))
        await asyncio.sleep(ASKED_MANY_TIMES)
        assert counted.made == 1
        before = head(shop)
        other = Database(shop.database.url)
        put(other, members=[member(1)])
        other.close()
        await until(lambda: head(shop) == before + 1)
        made = counted.made
        await asyncio.sleep(ASKED_MANY_TIMES)
        assert counted.made == made

    while_somebody_waits(shop, work)


def test_they_are_read_now_and_then_all_the_same(
    shop: Centre, counted: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.05)

    async def work() -> None:
        await until(lambda: counted.made >= 3)

    while_somebody_waits(shop, work)


def test_a_look_that_failed_is_made_again_though_nobody_commits(
    shop: Centre, counted: Looks, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("WARNING sync.server.watch: the counter rows cannot be read")

    async def work() -> None:
        await until(lambda: has_looked(shop))
        counted.failing, before = 2, head(shop)
        other = Database(shop.database.url)
        put(other, members=[member(1)])
        await until(lambda: head(shop) == before + 1)
        other.close()

    while_somebody_waits(shop, work)


def test_what_was_told_while_the_rows_were_read_has_them_read_again(shop: Centre, counted: Looks) -> None:
    async def work() -> None:
        await until(lambda: has_looked(shop))
        other, before = Database(shop.database.url), head(shop)

        def told_late(centre: Centre) -> tuple[dict[StreamId, int], str]:
            """Read that another process is two versions on, when this one has told of the first just now."""
            found = counted(centre)
            if counted.made == 2:
                centre.wakeups.published({MEMBERS: before + 1})
                time.sleep(0.05)
            return found

        watch._heads = told_late  # the fixture puts back what was there
        with other.write() as connection:
            for number in (1, 2):
                publish(connection, {MEMBERS: Publication(puts=[member(number)])})
        other.close()
        await until(lambda: head(shop) == before + 2)

    while_somebody_waits(shop, work)


def test_commits_of_others_are_counted_and_nothing_else(shop: Centre) -> None:
    commits = Commits(shop.database)
    first = commits.number()
    with shop.database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM stream_head").scalar_one()
    assert commits.number() == first
    put(shop.database, members=[member(2)])
    assert commits.number() != first
    commits.close()
