"""A thousand tills that have nothing to do, each with its long poll open: what the centre needs for them.

A real centre process, and tills of 50 stores that ask as ours do: one long poll for all streams, signed by
the key of each, asked again as soon as it is answered. While a poll is held a till asks for nothing else. Its
signature is made once, as an idle till asks for the same again and again; new tokens (two requests every
eight minutes) are left out. Product: the memory of the centre's process, and its processor time by the clock.
Limit: a bare ASGI application under the same server that holds as many requests for as long and answers with
as much.

`EVERTILL_IDLE_SECONDS` takes another time to measure than a minute.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks.figure import Figure, NotMeasured
from benchmarks.places import empty_folder
from benchmarks.processes import Served, centre_on, listening
from retail.catalogue import LocalisedText, TaxClass
from sync.client.signing import DeviceKey
from sync.protocol import (
    LONG_POLL_SECONDS,
    PROTOCOL_HEADER,
    PROTOCOL_VERSION,
    STREAMS,
    EnrolmentRequest,
    StreamCursor,
    WaitAnswer,
    WaitRequest,
)
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.stream_rows import read_heads
from sync.server.database.upgrade import epoch_of
from sync.server.demo.load import Wanted, load_demo
from sync.server.enrolment import enrol, new_code
from sync.server.settings import Settings
from sync.server.streams import Publication, publish, stream_id

STORES = 50
TILLS_OF_EACH = 20
ALLOWED_MIB = 300.0
ALLOWED_PERCENT = 5.0
SECONDS = 60.0
COMING_SECONDS = 24.0
"""In which the tills come, evenly: as they would be spread after some time."""

LONGEST_WAIT_SECONDS = 30.0
FILES_BESIDE = 200
WAIT = "/v1/streams/wait"


@dataclass(slots=True)
class Chain:
    """What the tills ask: the bytes of each till's request, and what has come back."""

    requests: list[bytes]
    answers: int = 0
    told: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Used:
    """What a process needed."""

    percent: float
    mib: float
    answers: int


def measure() -> tuple[Figure, ...]:
    """Return the memory of the centre's process and its share of a core, with a thousand idle tills."""
    _allow_files()
    with empty_folder("idle-tills") as folder:
        centre = Centre(Settings(data=folder))
        try:
            chain = Chain(_enrolled(centre))
            with centre_on(folder) as served, listening(["benchmarks.idle_tills"]) as bare:
                ours, woken = asyncio.run(_idle(served, chain, centre))
                limit, _ = asyncio.run(_idle(bare, Chain(chain.requests), None))
        finally:
            centre.close()
    tills = len(chain.requests)
    detail = f"{tills} tills; {ours.answers} answers in {_seconds():.0f} s; a change for all of them: {woken}"
    return (
        Figure(
            name="idle_tills_memory",
            product=ours.mib,
            limit=limit.mib,
            unit="MiB",
            allowed=ALLOWED_MIB,
            target=f"{tills} tills long-polling, resident",
            detail=detail,
        ),
        Figure(
            name="idle_tills_processor",
            product=ours.percent,
            limit=limit.percent,
            unit="% of a core",
            allowed=ALLOWED_PERCENT,
            target=f"{tills} tills long-polling, over {_seconds():.0f} s",
            detail=detail,
        ),
    )


async def _idle(served: Served, chain: Chain, centre: Centre | None) -> tuple[_Used, str]:
    """Let the tills come, measure the process that serves them, and then wake all of them once."""
    async with _tills(served.url, chain):
        _check(chain)
        answers, begun, used = chain.answers, time.monotonic(), served.processor_seconds()
        await asyncio.sleep(_seconds())
        percent = (served.processor_seconds() - used) / (time.monotonic() - begun) * 100
        found = _Used(percent, served.resident_mib(), chain.answers - answers)
        _check(chain)
        return found, await _woken(served, chain, centre) if centre is not None else ""


async def _woken(served: Served, chain: Chain, centre: Centre) -> str:
    """Publish something that concerns every till; say how long it took until the last one had it."""
    chain.told.clear()
    used, begun = served.processor_seconds(), time.monotonic()
    row = TaxClass(tax_class_id="bench", code="Z", name=LocalisedText("Bench", "测试"), rate=Decimal(0))
    with centre.database.write() as connection:
        publish(connection, {stream_id("catalogue", ""): Publication(puts=[row])})
    while len(chain.told) < len(chain.requests):
        await asyncio.sleep(0.05)
        if time.monotonic() > begun + LONGEST_WAIT_SECONDS:
            raise NotMeasured(f"only {len(chain.told)} tills were told of a change")
    took = sorted(moment - begun for moment in chain.told)
    busy = served.processor_seconds() - used
    return f"told from {took[0]:.2f} s to {took[-1]:.2f} s, {busy:.2f} s of processor"


def _enrolled(centre: Centre) -> list[bytes]:
    """Enrol the tills of every store; return what each of them asks again and again."""
    load_demo(centre.database, Wanted(products=200), code_keys=(centre.code_keys.own,))
    stores = [f"S{number + 100}" for number in range(STORES)]
    requests: list[bytes] = []
    with centre.database.write() as connection:
        for store in stores:
            row = {"store_id": store, "name": store, "created_at": now_text()}
            connection.execute(tables.store.insert(), row)
        heads, epoch = read_heads(connection), epoch_of(connection)
        for store in stores:
            body = msgspec.json.encode(
                WaitRequest(
                    cursors=tuple(
                        StreamCursor(stream=one, epoch=epoch, after=heads.get(stream_id(one, store), 0))
                        for one in STREAMS
                    ),
                    wait=LONG_POLL_SECONDS,
                )
            )
            for number in range(TILLS_OF_EACH):
                device_id, key = f"{store}-{number}", DeviceKey(random.randbytes(32).hex())
                code = new_code(connection, store_id=store)
                enrol(
                    connection,
                    EnrolmentRequest(
                        code=code,
                        device_id=device_id,
                        till_name="Idle",
                        software_version="bench",
                        public_key=key.public,
                    ),
                )
                requests.append(_request(key, device_id, centre.device_passes.token(device_id), body))
    return requests


def _request(key: DeviceKey, device_id: str, token: str, body: bytes) -> bytes:
    authorization = f"Bearer {token}"
    signed = key.request_headers(
        device_id, method="POST", path=WAIT, query="", content=body, authorization=authorization
    )
    headers = {
        "Host": "centre",
        "User-Agent": "evertill",
        "Accept": "application/json",
        "Accept-Encoding": "zstd",
        "Connection": "keep-alive",
        PROTOCOL_HEADER: str(PROTOCOL_VERSION),
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Authorization": authorization,
        **signed,
    }
    lines = [f"POST {WAIT} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


# ---- the tills --------------------------------------------------------------------------------------------

_NOTHING = msgspec.json.encode(WaitAnswer())


class _Till(asyncio.Protocol):
    """Asks, and asks again as soon as there is an answer, until it was told something new."""

    def __init__(self, request: bytes, chain: Chain) -> None:
        self._request = request
        self._chain = chain
        self._came = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, mark, body = bytes(self._came).partition(b"\r\n\r\n")
        if not mark or len(body) < int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]):
            return
        self._came.clear()
        self._chain.answers += 1
        if not head.startswith(b"HTTP/1.1 200"):
            self._chain.wrong.append(head + body)
        elif body == _NOTHING:
            self._transport.write(self._request)
        else:
            self._chain.told.append(time.monotonic())


@asynccontextmanager
async def _tills(url: str, chain: Chain) -> AsyncIterator[None]:
    """Let every till come, and be there until the block ends."""
    address, loop = urlsplit(url), asyncio.get_running_loop()
    host, port = address.hostname or "", address.port or 0
    transports: list[asyncio.BaseTransport] = []
    try:
        for request in chain.requests:
            till = _Till(request, chain)
            made, _ = await loop.create_connection(lambda till=till: till, host, port)  # type: ignore[misc]  # its own till
            transports.append(made)
            await asyncio.sleep(COMING_SECONDS / len(chain.requests))
        yield
    finally:
        for each in transports:
            each.close()


def _check(chain: Chain) -> None:
    if chain.wrong or chain.told:
        raise NotMeasured(f"a till was answered {(chain.wrong or [b'with news'])[0]!r}")


# ---- the bare application ---------------------------------------------------------------------------------


def _seconds() -> float:
    return float(os.environ.get("EVERTILL_IDLE_SECONDS", SECONDS))


def _allow_files() -> None:
    """Let this process and those it starts open as many files as there are tills."""
    try:
        import resource  # noqa: PLC0415  # not on every system
    except ImportError as missing:
        raise NotMeasured("this system does not tell what a process needs") from missing
    wanted = STORES * TILLS_OF_EACH + FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise NotMeasured(f"a process may open {hard} files here, and {wanted} are needed")
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> None:
    """Serve the bare application until it is ended."""
    import socket  # noqa: PLC0415  # only here

    import uvicorn  # noqa: PLC0415  # only here

    async def bare(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(LONG_POLL_SECONDS * random.uniform(0.9, 1.0))
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(_NOTHING)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": _NOTHING})

    server = socket.create_server(("127.0.0.1", 0))
    print(f"listening on http://127.0.0.1:{server.getsockname()[1]}", flush=True)
    config = uvicorn.Config(bare, log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[server])


if __name__ == "__main__":
    main()
