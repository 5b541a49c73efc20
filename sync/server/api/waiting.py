"""What a till waits with: one request that is held open for all of its streams, until one has news."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import Final

import anyio.to_thread
import msgspec
from litestar import Response, post
from litestar.params import JSONBody

from sync.protocol import StreamCursor, WaitAnswer, WaitRequest
from sync.server.api.given import AnyRequest, GivenCentre, encoded, refusals
from sync.server.api.till import check_protocol, reading_device, stream_of_device
from sync.server.bodies import packed
from sync.server.centre import Centre
from sync.server.device_requests import asked_by_known
from sync.server.enrolment import Device
from sync.server.looks import Place
from sync.server.refusals import Refused

_NOTHING: Final = packed(msgspec.json.encode(WaitAnswer()))

LEAST_WAIT: Final = 0.9
"""The least part of the time that a till would wait: a little jitter, so that the tills of a chain do not all
come back in the same moment."""


@post("/v1/streams/wait", status_code=200, responses=refusals(400, 401, 403, 404, 413, 426, 429))
async def wait_for_news(
    request: AnyRequest, data: JSONBody[WaitRequest], centre: GivenCentre
) -> Response[WaitAnswer]:
    """Say which streams have news after these cursors; with `wait`, hold the answer until one has."""
    device = await _reading_device(request, centre)
    places = _places(data.cursors, device)
    deadline = time.monotonic() + data.wait * random.uniform(LEAST_WAIT, 1.0)  # noqa: S311  # jitter is no secret
    heads = centre.wakeups.heads
    with centre.wakeups.listening(*(place.stream for place in places)) as ear:
        # Who would not wait wants to know it exactly: then the database is looked at in any case.
        behind = places if not data.wait else _behind(places, centre)
        while True:
            if behind:
                moment = heads.moment
                # All who were woken together ask together, so that one read is enough for them.
                news = await centre.looks.news(behind)
                centre.wakeups.seen(news.heads, news.epoch, moment)
                now = news.changed.get(device.device_id, device)
                if now != device and not await _is_still(device, request, centre):
                    return encoded(request, _NOTHING)
                if news.answer is not None:
                    return encoded(request, news.answer)
            left = deadline - time.monotonic()
            if left <= 0 or not await ear.heard(left):
                return encoded(request, _NOTHING)
            behind = _behind(places, centre)


async def _reading_device(request: AnyRequest, centre: Centre) -> Device:
    check_protocol(request)
    device = await asked_by_known(request, centre.device_passes, centre.roll)
    if device is None:
        return await anyio.to_thread.run_sync(reading_device, request, centre)
    centre.request_limit.take(device.device_id)
    centre.hearing.note(device.device_id)
    return device


async def _is_still(device: Device, request: AnyRequest, centre: Centre) -> bool:
    """Look again at a device that has changed: refuse one that was shut out, say whether it is the same.

    One that is another store's till now asks again, for the streams of that one.
    """
    found = await anyio.to_thread.run_sync(reading_device, request, centre)
    if found != device:
        centre.roll.forget()
    return found == device


def _places(cursors: Iterable[StreamCursor], device: Device) -> tuple[Place, ...]:
    places = tuple(
        Place(stream_of_device(cursor.stream, device), cursor.epoch, cursor.after) for cursor in cursors
    )
    if len({place.stream for place in places}) < len(places):
        raise Refused("bad_request", "cursors")
    return places


def _behind(places: tuple[Place, ...], centre: Centre) -> tuple[Place, ...]:
    """Return the places that are not known to be where their streams stand."""
    heads = centre.wakeups.heads
    return tuple(place for place in places if not heads.stands_at(*place))
