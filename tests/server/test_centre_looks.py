"""One look for everybody: what tills that are woken together cost, and that nobody misses anything by it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from retail.catalogue import LocalisedText
from retail.member import Member
from sync.protocol import ChangePage
from sync.server import looks as looking
from sync.server import watch
from sync.server.centre import Centre
from sync.server.looks import Looks
from sync.server.streams import Publication, changes_page, forget_changes, publish
from tests.server.tills import Till

STORE = "S-looks"
MEMBERS = ("members", STORE)
TILLS = 20


class Counted:
    """Looks at a stream in place of `changes_page`: counted, held back when a test wants, failing once."""

    def __init__(self) -> None:
        self.pages: list[ChangePage] = []
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.error: Exception | None = None

    def __call__(self, *args: Any, **said: Any) -> ChangePage:
        page = changes_page(*args, **said)
        self.pages.append(page)
        self.begun.set()
        assert self.may_end.wait(10)
        error, self.error = self.error, None
        if error is not None:
            raise error
        return page

    @property
    def with_news(self) -> int:
        return sum(bool(page.changes) for page in self.pages)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """Count the looks; whoever is still held back at the end of the test goes on."""
    found = Counted()
    monkeypatch.setattr(looking, "changes_page", found)
    yield found
    found.may_end.set()


def add_member(centre: Centre, number: int) -> None:
    """Publish a member."""
    row = Member(
        member_id=f"L{number}",
        display_name=LocalisedText(en="Lookout"),
        tier="standard",
        card_number=f"{number:08d}",
    )
    with centre.database.write() as connection:
        publish(connection, {MEMBERS: Publication(puts=[row])})


async def look(looks: Looks, *, epoch: str = "", after: int = 0, limit: int = 100) -> ChangePage:
    """Ask for what came after a cursor."""
    found = await looks.changes(MEMBERS, epoch=epoch, after=after, limit=limit)
    return found.page


async def until(event: threading.Event) -> None:
    """Wait for another thread's word without holding up the loop."""
    assert await asyncio.to_thread(event.wait, 10)


def test_all_who_ask_at_once_share_one_read(centre: Centre, counted: Counted) -> None:
    async def ask() -> list[ChangePage]:
        looks = Looks(centre.database)
        return await asyncio.gather(*(look(looks) for _ in range(TILLS)))

    add_member(centre, 1)
    pages = asyncio.run(ask())
    assert len(counted.pages) == 1
    assert [[change.key for change in page.changes] for page in pages] == [["member:L1"]] * TILLS


def test_who_asks_while_a_read_is_under_way_gets_a_later_one(centre: Centre, counted: Counted) -> None:
    async def ask() -> tuple[ChangePage, list[ChangePage]]:
        looks = Looks(centre.database)
        counted.may_end.clear()
        first = asyncio.ensure_future(look(looks))
        await until(counted.begun)
        # Published after the first read has seen the stream, and before the others ask.
        await asyncio.to_thread(add_member, centre, 2)
        others = [asyncio.ensure_future(look(looks)) for _ in range(TILLS)]
        await asyncio.sleep(0.05)
        assert len(counted.pages) == 1
        counted.may_end.set()
        return await first, await asyncio.gather(*others)

    add_member(centre, 1)
    first, others = asyncio.run(ask())
    assert [change.key for change in first.changes] == ["member:L1"]
    assert {tuple(change.key for change in page.changes) for page in others} == {("member:L1", "member:L2")}
    assert len(counted.pages) == 2


def test_nobody_is_given_what_another_cursor_epoch_or_limit_asked_for(
    centre: Centre, counted: Counted
) -> None:
    for number in range(3):
        add_member(centre, number)
    with centre.database.write() as connection:
        forget_changes(connection, published_before="9999", streams=["members"])
    add_member(centre, 3)
    add_member(centre, 4)

    async def ask() -> list[ChangePage]:
        looks = Looks(centre.database)
        several = [
            look(looks, after=3),
            look(looks, after=4),
            look(looks, after=3, limit=1),
            look(looks, after=3, epoch="another life"),
            look(looks, after=2),
            look(looks, after=9),
        ]
        return await asyncio.gather(*several)

    pages = asyncio.run(ask())
    assert [page.restart for page in pages] == [False, False, False, True, True, True]
    assert [len(page.changes) for page in pages] == [2, 1, 1, 0, 0, 0]
    assert len(counted.pages) == 6


def test_who_hangs_up_takes_the_look_from_nobody(centre: Centre, counted: Counted) -> None:
    async def ask() -> ChangePage:
        looks = Looks(centre.database)
        counted.may_end.clear()
        leaving, staying = (asyncio.ensure_future(look(looks)) for _ in range(2))
        await until(counted.begun)
        leaving.cancel()
        await asyncio.sleep(0)
        counted.may_end.set()
        found: ChangePage = await staying
        assert leaving.cancelled()
        return found

    add_member(centre, 1)
    assert len(asyncio.run(ask()).changes) == 1


def test_a_look_that_fails_fails_for_all_who_share_it_and_the_next_one_works(
    centre: Centre, counted: Counted
) -> None:
    async def ask() -> tuple[list[ChangePage | BaseException], ChangePage]:
        looks = Looks(centre.database)
        counted.error = RuntimeError("the disk is gone")
        failed = await asyncio.gather(*(look(looks) for _ in range(3)), return_exceptions=True)
        return failed, await look(looks)

    add_member(centre, 1)
    failed, page = asyncio.run(ask())
    assert [str(one) for one in failed] == ["the disk is gone"] * 3
    assert len(page.changes) == 1


@pytest.fixture
def looking_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a centre that has begun learn at once where its streams stand, not after some seconds."""
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.1)


def test_what_wakes_twenty_tills_is_read_once(
    looking_soon: None, shop: Centre, till: Till, counted: Counted
) -> None:
    del looking_soon
    head = till.get("/v1/streams/members/changes", wait=0).json()["head"]
    event = till.sell(member_id="M0001")

    def listen(_number: int) -> list[str]:
        found = till.get("/v1/streams/members/changes", after=head, wait=20)
        return [change["key"] for change in found.json()["changes"]]

    with ThreadPoolExecutor(TILLS) as pool:
        waiting = [pool.submit(listen, number) for number in range(TILLS)]
        deadline = time.monotonic() + 10
        while not _all_listen(shop):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        counted.pages.clear()
        till.send(event)
        heard = [one.result(timeout=10) for one in waiting]
    assert heard == [["member:M0001"]] * TILLS
    assert counted.with_news == 1


def _all_listen(shop: Centre) -> bool:
    # A centre that has just begun wakes everybody once, when it learns where its streams stand. Who was woken
    # for nothing is asked who it is, and would come too late for the look of the others.
    if not shop.wakeups.heads._epoch:
        return False
    ears = [ear for some in list(shop.wakeups._ears.values()) for ear in list(some)]
    listening = all(ear.signal._waiters and not ear.signal.is_set() for ear in ears)
    return len(ears) == TILLS and listening and shop.looks.idle
