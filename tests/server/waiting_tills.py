"""What a till that waits for news asks and is told, and news to tell it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from httpx import Response

from retail.catalogue import LocalisedText, Price
from retail.member import Member
from sync.protocol import STREAMS, StreamCursor, WaitAnswer, WaitRequest
from sync.server.centre import Centre
from sync.server.database.sessions import Database
from sync.server.database.stream_rows import read_heads
from sync.server.database.upgrade import epoch_of
from sync.server.demo.store import STORE_ID
from sync.server.streams import Publication, publish, stream_id
from tests.server.keyed import KeyedDevice

WAIT = "/v1/streams/wait"
NO_NEWS = WaitAnswer()


def at_head(centre: Centre, store_id: str = STORE_ID) -> tuple[StreamCursor, ...]:
    """Return cursors of a till that has everything."""
    with centre.database.read() as connection:
        heads, epoch = read_heads(connection), epoch_of(connection)
    return tuple(
        StreamCursor(stream=one, epoch=epoch, after=heads.get(stream_id(one, store_id), 0)) for one in STREAMS
    )


def moved(cursors: tuple[StreamCursor, ...], stream: str, **to: Any) -> tuple[StreamCursor, ...]:
    return tuple(msgspec.structs.replace(one, **to) if one.stream == stream else one for one in cursors)


def wait(device: KeyedDevice, cursors: tuple[StreamCursor, ...], seconds: int = 20) -> Response:
    return device.post(WAIT, WaitRequest(cursors=cursors, wait=seconds))


def news(response: Response) -> WaitAnswer:
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=WaitAnswer)


def keys(answer: WaitAnswer) -> dict[str, list[str]]:
    return {page.stream: [change.key for change in page.changes] for page in answer.pages}


def member(number: int) -> Member:
    return Member(
        member_id=f"W{number}",
        display_name=LocalisedText(en="Waiter"),
        tier="standard",
        card_number=f"{number:08d}",
    )


def price(number: int, minor: int = 5) -> Price:
    return Price(product_id=f"W{number:04d}", unit_price_minor=Decimal(minor))


def put(database: Database, **rows: list[Any]) -> None:
    with database.write() as connection:
        publish(
            connection,
            {stream_id(stream, STORE_ID): Publication(puts=some) for stream, some in rows.items()},
        )
