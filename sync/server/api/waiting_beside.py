"""A till of the roll that waits is answered beside the framework.

A thousand tills wait all day long, and most of them ask the same again and again. Whoever the roll knows is
therefore answered before the framework sees the request. Nobody is refused here: everybody else, and
whatever cannot be read, goes the usual way through guard, handler and database; and what goes wrong while a
till of the roll is answered, the framework says.
"""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from typing import Any, Final

import msgspec
from litestar import MediaType
from litestar.types import Receive, Scope, Send

from sync.protocol import PROTOCOL_HEADER, PROTOCOL_VERSION, WaitRequest
from sync.server.api.till import is_spoken
from sync.server.api.waiting import WAIT, Question, question_of, told
from sync.server.bodies import CONTENT_SHA256, Packed, repeat
from sync.server.centre import Centre
from sync.server.device_requests import PROVING, asked_by_known
from sync.server.enrolment import Device
from sync.server.permissions import Who, allowed
from sync.server.workload import count_answer

SHORT_QUESTION: Final = 2_000
"""Bytes up to which a question is remembered as it was read: the tills of a store mostly ask the same."""

QUESTIONS_KEPT: Final = 256
"""One of each store of a chain. Each is some 3 KB, and asked no more once its store has news."""

_METHOD: Final = "POST"
_PROTOCOL: Final = PROTOCOL_HEADER.lower().encode()
_PROVING: Final = tuple((name, name.encode()) for name in PROVING)
_HEADERS: Final = (
    (b"content-type", MediaType.JSON.value.encode()),
    (_PROTOCOL, str(PROTOCOL_VERSION).encode()),
)
_questions: Final = msgspec.json.Decoder(WaitRequest)


async def answered_beside(scope: Scope, receive: Receive, send: Send, centre: Centre) -> Receive | None:
    """Answer a till of the roll; for everybody else return what the framework is to receive.

    `scope` is that of a request for `WAIT`. What was received of it here is received there again.
    """
    began = time.perf_counter()
    headers = dict(scope["headers"])
    if not _may_be_known(scope, headers):
        return receive
    message = _here_already(receive)
    if message is None:
        return receive
    answer = None
    if message["type"] == "http.request" and not message.get("more_body"):
        try:
            answer = await _answer(message.get("body", b""), headers, scope, centre)
        except Exception as error:  # noqa: BLE001  # not swallowed: the framework meets it, logs and answers it
            return _raising(error)
    if answer is None:
        return repeat(message, receive)
    takes_zstd = b"zstd" in headers.get(b"accept-encoding", b"")
    body, how = answer.for_who_takes_zstd() if takes_zstd else answer.as_it_is()
    count_answer(centre, _METHOD, WAIT, 200, time.perf_counter() - began)
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, *how]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
    return None


def _may_be_known(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    spoken = headers.get(_PROTOCOL)
    return (
        scope.get("method") == _METHOD
        and Who.TILL in allowed(_METHOD, WAIT)
        and b"content-length" in headers
        and b"content-encoding" not in headers
        and is_spoken(None if spoken is None else spoken.decode("latin-1"))
    )


def _here_already(receive: Receive) -> Any:
    """Return the message that came with the headers, None where it must be waited for.

    Waiting belongs to the framework, which knows for how long; a time limit costs as much as half an answer.
    """
    asking = receive().__await__()
    try:
        next(asking)
    except StopIteration as given:
        return given.value
    asking.close()
    return None


async def _answer(content: bytes, headers: dict[bytes, bytes], scope: Scope, centre: Centre) -> Packed | None:
    """Return the answer once there is one, None for whoever is to go the usual way."""
    scope.setdefault("state", {})[CONTENT_SHA256] = hashlib.sha256(content).digest()
    device = await _known_device(headers, scope, centre)
    if device is None:
        return None
    read = _read if len(content) <= SHORT_QUESTION else _read.__wrapped__
    try:
        question = read(content, device.store_id)
    except msgspec.MsgspecError:
        return None
    centre.request_limit.take(device.device_id)
    centre.hearing.note(device.device_id)
    return await told(question, device, scope, centre)


def _raising(error: Exception) -> Receive:
    async def raised() -> Any:
        raise error

    return raised


async def _known_device(headers: dict[bytes, bytes], scope: Scope, centre: Centre) -> Device | None:
    """Return who asks, as far as the roll knows it."""
    proving = {name: headers.get(raw, b"").decode("latin-1") for name, raw in _PROVING}
    return await asked_by_known(scope, proving, centre.device_passes, centre.roll)


@lru_cache(maxsize=QUESTIONS_KEPT)
def _read(content: bytes, store_id: str) -> Question:
    """Read what a till of a store asks; what cannot be read is not remembered, but raised anew."""
    return question_of(_questions.decode(content), store_id)
