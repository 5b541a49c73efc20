"""What a till waits with: one request that is held open for all of its streams, until one has news.

A thousand tills ask this all day long, and most of them the same again and again. Whoever the roll knows is
therefore served beside the framework, by a middleware of this one route (`beside_the_framework`). It refuses
nobody: everybody else, and whatever cannot be read, goes the usual way through guard, handler and database,
and is refused there.
"""

from __future__ import annotations

import random
import time
from functools import lru_cache
from typing import Final, NamedTuple

import anyio.to_thread
import msgspec
from litestar import MediaType, Request, Response, post
from litestar.params import JSONBody
from litestar.types import ASGIApp, Receive, Scope, Send

from sync.protocol import PROTOCOL_HEADER, PROTOCOL_VERSION, WaitAnswer, WaitRequest
from sync.server.api.given import AnyRequest, GivenCentre, encoded, refusals
from sync.server.api.till import is_spoken, reading_device, stream_of_store
from sync.server.bodies import PACKED_ANSWER, Packed, packed, repeat
from sync.server.centre import Centre
from sync.server.device_requests import PROVING, asked_by_known
from sync.server.enrolment import Device
from sync.server.looks import Place
from sync.server.permissions import Who, allowed
from sync.server.refusals import Refused

_NOTHING: Final = packed(msgspec.json.encode(WaitAnswer()))

LEAST_WAIT: Final = 0.9
"""The least part of the time that a till would wait: a little jitter, so that the tills of a chain do not all
come back in the same moment."""

SHORT_QUESTION: Final = 2_000
"""Bytes up to which a question is remembered as it was read: the tills of a store mostly ask the same."""

QUESTIONS_KEPT: Final = 256
"""One of each store of a chain. Each is some 3 KB, and asked no more once its store has news."""

_WAIT: Final = "/v1/streams/wait"
_PROTOCOL: Final = PROTOCOL_HEADER.lower()
_READ: Final = frozenset(name.encode() for name in (_PROTOCOL, *PROVING))
_questions: Final = msgspec.json.Decoder(WaitRequest)


def beside_the_framework(app: ASGIApp) -> ASGIApp:
    """Wrap the route so that a till of the roll is answered here, and everybody else by the route."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        centre: Centre = scope["litestar_app"].state.centre
        device = await _known_device(scope, centre)
        if device is None:
            await app(scope, receive, send)
            return
        # Whole: `with_zstd` has taken it apart.
        message = await receive()
        content: bytes = message["body"]  # type: ignore[typeddict-item]  # of a request
        try:
            read = _read if len(content) <= SHORT_QUESTION else _read.__wrapped__
            question = read(content, device.store_id)
        except (msgspec.MsgspecError, Refused):
            await app(scope, repeat(message, receive), send)
            return
        centre.request_limit.take(device.device_id)
        centre.hearing.note(device.device_id)
        await _send(await _told(question, device, scope, centre), scope, send)

    return wrapped


@post(
    _WAIT,
    status_code=200,
    responses=refusals(400, 401, 403, 404, 413, 426, 429),
    middleware=[beside_the_framework],
)
async def wait_for_news(
    request: AnyRequest, data: JSONBody[WaitRequest], centre: GivenCentre
) -> Response[WaitAnswer]:
    """Say which streams have news after these cursors; with `wait`, hold the answer until one has."""
    device = await anyio.to_thread.run_sync(reading_device, request, centre)
    return encoded(request, await _told(_question(data, device.store_id), device, request.scope, centre))


async def _known_device(scope: Scope, centre: Centre) -> Device | None:
    """Return who asks, as far as the roll knows it; None for whoever is to go the usual way."""
    if scope.get("method") != "POST" or Who.TILL not in allowed("POST", _WAIT):
        return None
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"] if name in _READ
    }
    if not is_spoken(headers.get(_PROTOCOL)):
        return None
    return await asked_by_known(scope, headers, centre.device_passes, centre.roll)


class _Question(NamedTuple):
    """Where a till stands, and how many seconds it waits for news."""

    places: tuple[Place, ...]
    wait: int


def _question(asked: WaitRequest, store_id: str) -> _Question:
    places = tuple(
        Place(stream_of_store(cursor.stream, store_id), cursor.epoch, cursor.after)
        for cursor in asked.cursors
    )
    if len({place.stream for place in places}) < len(places):
        raise Refused("bad_request", "cursors")
    return _Question(places, asked.wait)


@lru_cache(maxsize=QUESTIONS_KEPT)
def _read(content: bytes, store_id: str) -> _Question:
    """Read what a till of a store asks; what cannot be read is not remembered, but raised anew."""
    return _question(_questions.decode(content), store_id)


async def _told(question: _Question, device: Device, scope: Scope, centre: Centre) -> Packed:
    """Return the answer once there is one; raises `Refused` for a till that was shut out meanwhile."""
    places = question.places
    deadline = time.monotonic() + question.wait * random.uniform(LEAST_WAIT, 1.0)  # noqa: S311  # jitter is no secret
    heads = centre.wakeups.heads
    with centre.wakeups.listening(*(place.stream for place in places)) as ear:
        # Who would not wait wants to know it exactly: then the database is looked at in any case.
        behind = places if not question.wait else _behind(places, centre)
        while True:
            if behind:
                moment = heads.moment
                # All who were woken together ask together, so that one read is enough for them.
                news = await centre.looks.news(behind)
                centre.wakeups.seen(news.heads, news.epoch, moment)
                now = news.changed.get(device.device_id, device)
                if now != device and not await _is_still(device, scope, centre):
                    return _NOTHING
                if news.answer is not None:
                    return news.answer
            left = deadline - time.monotonic()
            if left <= 0 or not await ear.heard(left):
                return _NOTHING
            behind = _behind(places, centre)


async def _send(body: Packed, scope: Scope, send: Send) -> None:
    scope["state"][PACKED_ANSWER] = body
    headers = [
        (b"content-type", MediaType.JSON.value.encode()),
        (b"content-length", str(len(body.plain)).encode()),
        (_PROTOCOL.encode(), str(PROTOCOL_VERSION).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body.plain, "more_body": False})


async def _is_still(device: Device, scope: Scope, centre: Centre) -> bool:
    """Look again at a device that has changed: refuse one that was shut out, say whether it is the same.

    One that is another store's till now asks again, for the streams of that one.
    """
    found = await anyio.to_thread.run_sync(reading_device, Request(scope), centre)
    if found != device:
        centre.roll.forget()
    return found == device


def _behind(places: tuple[Place, ...], centre: Centre) -> tuple[Place, ...]:
    """Return the places that are not known to be where their streams stand."""
    heads = centre.wakeups.heads
    return tuple(place for place in places if not heads.stands_at(*place))
