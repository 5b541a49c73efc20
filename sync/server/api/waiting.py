"""What a till waits with: one request that is held open for all of its streams, until one has news."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Final

import anyio.to_thread
import msgspec
from litestar import Request, Response, post
from litestar.params import JSONBody
from litestar.types import Scope

from sync.protocol import WaitAnswer, WaitRequest
from sync.server.api.given import AnyRequest, GivenCentre, encoded, refusals
from sync.server.api.till import reading_device, stream_of_store
from sync.server.bodies import Packed, packed
from sync.server.centre import Centre
from sync.server.database.sessions import StreamId
from sync.server.enrolment import Device
from sync.server.heads import Heads, Place
from sync.server.refusals import Refused

NOTHING: Final = packed(msgspec.json.encode(WaitAnswer()))

WAIT: Final = "/v1/streams/wait"

LEAST_WAIT: Final = 0.9
"""The least part of the time that a till would wait: a little jitter, so that the tills of a chain do not all
come back in the same moment."""


@post(WAIT, status_code=200, responses=refusals(400, 401, 403, 404, 413, 426, 429))
async def wait_for_news(
    request: AnyRequest, data: JSONBody[WaitRequest], centre: GivenCentre
) -> Response[WaitAnswer]:
    """Say which streams have news after these cursors; with `wait`, hold the answer until one has."""
    device = await anyio.to_thread.run_sync(reading_device, request, centre)
    return encoded(request, await told(question_of(data, device.store_id), device, request.scope, centre))


@dataclass(slots=True, eq=False)
class Question:
    """Where a till stands, and how many seconds it waits for news."""

    places: tuple[Place, ...]
    streams: tuple[StreamId, ...]
    wait: int
    at_head: object = None
    """What the heads were like when this was found to have everything (`Heads.state`)."""


def question_of(asked: WaitRequest, store_id: str) -> Question:
    """Return what a till of a store asks; raises `Refused` where it names a stream twice."""
    places = tuple(
        Place(stream_of_store(cursor.stream, store_id), cursor.epoch, cursor.after)
        for cursor in asked.cursors
    )
    streams = tuple(place.stream for place in places)
    if len(set(streams)) < len(streams):
        raise Refused("bad_request", "cursors")
    return Question(places, streams, asked.wait)


async def told(question: Question, device: Device, scope: Scope, centre: Centre) -> Packed:
    """Return the answer once there is one; raises `Refused` for a till that was shut out meanwhile."""
    deadline = time.monotonic() + question.wait * random.uniform(LEAST_WAIT, 1.0)  # noqa: S311  # jitter is no secret
    heads = centre.wakeups.heads
    with centre.wakeups.listening(question.streams) as ear:
        # Who would not wait wants to know it exactly: then the database is looked at in any case.
        behind = question.places if not question.wait else _behind(question, heads)
        while True:
            if behind:
                moment = heads.moment
                # All who were woken together ask together, so that one read is enough for them.
                news = await centre.looks.news(behind)
                centre.wakeups.seen(news.heads, news.epoch, moment)
                now = news.changed.get(device.device_id, device)
                if now != device and not await _is_still(device, scope, centre):
                    return NOTHING
                if news.answer is not None:
                    return news.answer
            left = deadline - time.monotonic()
            if left <= 0 or not await ear.heard(left):
                return NOTHING
            behind = _behind(question, heads)


def _behind(question: Question, heads: Heads) -> tuple[Place, ...]:
    """Return the places that are not known to be where their streams stand."""
    if question.at_head is heads.state:
        return ()
    behind = heads.behind(question.places)
    if not behind:
        question.at_head = heads.state
    return behind


async def _is_still(device: Device, scope: Scope, centre: Centre) -> bool:
    """Look again at a device that has changed: refuse one that was shut out, say whether it is the same.

    One that is another store's till now asks again, for the streams of that one.
    """
    found = await anyio.to_thread.run_sync(reading_device, Request(scope), centre)
    if found != device:
        centre.roll.forget()
    return found == device
