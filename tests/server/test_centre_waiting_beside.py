"""A till of the roll is served beside the framework: it is told the same, and let in by the same rules."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy.exc import OperationalError

from sync.protocol import WaitRequest
from sync.server import looks
from sync.server.api import waiting, waiting_beside
from sync.server.api.given import AnyRequest
from sync.server.app import create_app
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

    return lambda: monkeypatch.setattr(waiting_beside, "_known_device", nobody)


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
    waiting_beside._read.cache_clear()
    short = msgspec.json.encode(WaitRequest(cursors=at_head(shop)))
    long = short + b" " * waiting_beside.SHORT_QUESTION
    for body in (short, short, long):
        assert news(device.post(WAIT, body)) == NO_NEWS
    remembered = waiting_beside._read.cache_info()
    assert (remembered.hits, remembered.currsize) == (1, 1)


def test_a_database_that_cannot_be_asked_is_said_as_to_anybody(
    shop: Centre,
    device: KeyedDevice,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: Callable[[str], None],
) -> None:
    assert wait(device, at_head(shop), 0).status_code == 200
    expected_logs("/v1/streams/wait must come later: OperationalError")
    expected_logs("POST /v1/streams/wait failed")
    locked = OperationalError("", None, Exception("database is locked"))
    for error, status, code in ((locked, 429, "busy"), (ValueError("a mistake"), 500, "centre_failed")):
        asked = []

        async def fails(places: object, error: Exception = error, asked: list[object] = asked) -> None:
            asked.append(places)
            raise error

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(shop.looks, "news", fails)
            answer = wait(device, at_head(shop), 0)
        assert (answer.status_code, answer.json()["code"], len(asked)) == (status, code, 1)
        assert (int(answer.headers.get("Retry-After", 0)) > 0) is (code == "busy")
    assert wait(device, at_head(shop), 0).status_code == 200


class _ByPieces:
    """Gives an application the body of each request cut at some places, after some time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.cuts: tuple[int, ...] = ()
        self.seconds = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pieces: list[Any] = []

        async def piece() -> Any:
            if not pieces:
                await asyncio.sleep(self.seconds)
                message: Any = await receive()
                if scope["type"] != "http" or message["type"] != "http.request":
                    return message
                body, ends = message["body"], [*self.cuts, len(message["body"])]
                for start, end in zip([0, *self.cuts], ends, strict=True):
                    more = end < len(body)
                    pieces.append({"type": "http.request", "body": body[start:end], "more_body": more})
            return pieces.pop(0)

        await self._app(scope, piece, send)


def test_a_question_that_comes_in_pieces_or_late_is_answered_all_the_same(
    shop: Centre, device: KeyedDevice
) -> None:
    app = _ByPieces(create_app(shop))
    with TestClient(app) as client:
        device.client = client
        assert news(wait(device, at_head(shop), 0)) == NO_NEWS
        for app.cuts in ((40,), (0, 40)):
            assert news(wait(device, at_head(shop), 0)) == NO_NEWS
        app.seconds = 0.2
        assert news(wait(device, at_head(shop), 0)) == NO_NEWS
