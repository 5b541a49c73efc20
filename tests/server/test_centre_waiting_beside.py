"""A till of the roll is served beside the framework: it is told the same, and let in by the same rules."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from litestar.testing import TestClient

from sync.protocol import WaitRequest
from sync.server import looks
from sync.server.api import waiting
from sync.server.api.given import AnyRequest
from sync.server.centre import Centre
from sync.server.enrolment import Device
from sync.server.limits import RateLimit
from sync.server.permissions import PERMISSIONS, Who
from tests.server.keyed import KeyedDevice, keyed_device
from tests.server.waiting_tills import NO_NEWS, WAIT, at_head, member, moved, news, put, wait

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def device(shop: Centre, client: TestClient) -> KeyedDevice:
    """A till that is enrolled with its own key."""
    return keyed_device(shop, client, "keyed-1")


@pytest.fixture
def the_usual_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, nobody is served beside the framework."""

    async def nobody(*_asked: object) -> None:
        return None

    return lambda: monkeypatch.setattr(waiting, "_known_device", nobody)


def test_who_is_served_beside_the_framework_is_answered_as_by_it(
    shop: Centre, device: KeyedDevice, the_usual_way: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = at_head(shop)
    put(shop.database, members=[member(number) for number in range(60)])
    device.client.headers["Accept-Encoding"] = "zstd"
    read = waiting.reading_device
    looked_up: list[str] = []

    def counted(request: AnyRequest, centre: Centre) -> Device:
        looked_up.append(request.url.path)
        return read(request, centre)

    monkeypatch.setattr(waiting, "reading_device", counted)
    monkeypatch.setattr(looks, "LOOKED_BACK", -looks.LOOKED_BACK)  # it was enrolled just now
    questions = (before, at_head(shop), moved(before, "stock", epoch="another life"))
    beside_it = [wait(device, one, 1) for one in questions]
    assert not looked_up
    the_usual_way()
    by_it = [wait(device, one, 1) for one in questions]
    assert len(looked_up) == len(questions)
    assert len(news(beside_it[0]).pages[0].changes) == 60
    for ours, theirs in zip(beside_it, by_it, strict=True):
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        assert sorted(ours.headers.items()) == sorted(theirs.headers.items())


def test_what_the_table_shuts_is_shut_for_tills_of_the_roll_too(
    shop: Centre, device: KeyedDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wait(device, at_head(shop), 0).status_code == 200
    monkeypatch.setitem(PERMISSIONS, ("POST", WAIT), frozenset({Who.CHANNEL}))
    assert wait(device, at_head(shop), 0).json()["code"] == "unknown_channel"


def test_who_asks_too_often_is_told_so(shop: Centre, device: KeyedDevice) -> None:
    assert wait(device, at_head(shop), 0).status_code == 200
    shop.request_limit = RateLimit(per_second=0.01, burst=2)
    assert [wait(device, at_head(shop), 0).status_code for _ in range(3)] == [200, 200, 429]


def test_only_short_questions_are_remembered(shop: Centre, device: KeyedDevice) -> None:
    waiting._read.cache_clear()
    short = msgspec.json.encode(WaitRequest(cursors=at_head(shop)))
    long = short + b" " * waiting.SHORT_QUESTION
    for body in (short, short, long):
        assert news(device.post(WAIT, body)) == NO_NEWS
    remembered = waiting._read.cache_info()
    assert (remembered.hits, remembered.currsize) == (1, 1)
