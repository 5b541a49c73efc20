"""The roll of devices: whom it knows, and that it forgets what was read before something changed."""

from __future__ import annotations

import asyncio
import threading

import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from sync.server import roll
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.device_list import revoke_device
from sync.server.enrolment import Device
from tests.server.keyed import keyed_device
from tests.server.waiting_tills import at_head, keys, news, price, put, wait


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_till_that_printed_receipts_and_was_enrolled_just_now_is_told_what_is_new(
    shop: Centre, client: TestClient
) -> None:
    device = keyed_device(shop, client, "keyed-1")
    cursors = at_head(shop)
    for number in (1, 2):
        # Its predecessor's receipts, and then one of its own that landed while the roll was as it is.
        with shop.database.write() as connection:
            connection.execute(update(tables.till).values(last_receipt_counter=number))
        put(shop.database, prices=[price(number)])
        told = keys(news(wait(device, cursors, 5)))
        assert told == {"prices": [f"price:W{one:04d}" for one in range(1, number + 1)]}


def test_what_was_being_read_when_a_device_changed_is_not_believed(
    shop: Centre, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed_device(shop, client, "keyed-1")
    has_read, may_end = threading.Event(), threading.Event()
    read_all = roll.Roll._read_all

    def slow(self: roll.Roll) -> dict[str, Device]:
        found = read_all(self)
        has_read.set()
        assert may_end.wait(10)
        return found

    monkeypatch.setattr(roll.Roll, "_read_all", slow)

    async def ask() -> list[Device | None]:
        known = roll.Roll(shop.database)
        early = asyncio.ensure_future(known.device("keyed-1"))
        assert await asyncio.to_thread(has_read.wait, 10)
        with shop.database.write() as connection:
            revoke_device(connection, "keyed-1", by="test")
        known.forget()
        late = asyncio.ensure_future(known.device("keyed-1"))
        may_end.set()
        return [await early, await late, await known.device("keyed-1")]

    assert asyncio.run(ask()) == [None, None, None]
