"""Two centre processes over one PostgreSQL are one centre: both hear everything, and each fact lands once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from sync.protocol import EnrolmentAnswer, EnrolmentRequest
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.database.stock_rows import broken_balances
from sync.server.demo.store import STORE_ID
from sync.server.enrolment import new_code
from sync.server.rebuild import rebuild
from sync.server.settings import Settings
from tests.server.test_centre_process import serving
from tests.server.tills import Till

pytestmark = pytest.mark.postgresql

BATCHES, SALES = 8, 5


@pytest.fixture
def settings(new_postgresql: Callable[[str], str], tmp_path: Path) -> Settings:
    """Settings of a centre with the small demo store over PostgreSQL."""
    return Settings(data=tmp_path / "centre", database=new_postgresql("demo_centre"))


@pytest.fixture
def beside(settings: Settings) -> Iterator[Centre]:
    """The same centre from inside this test, to look into its database."""
    made = Centre(settings)
    yield made
    made.close()


@pytest.fixture
def addresses(settings: Settings, beside: Centre) -> Iterator[tuple[str, str]]:
    """Two processes that serve the same database."""
    with serving(settings) as (_one, first), serving(settings) as (_other, second):
        yield first, second


@pytest.fixture
def wires(addresses: tuple[str, str]) -> Iterator[list[httpx.Client]]:
    """A connection to each process."""
    made = [httpx.Client(base_url=address, timeout=30, trust_env=False) for address in addresses]
    yield made
    for one in made:
        one.close()


def till_at(beside: Centre, wire: httpx.Client, device_id: str) -> Till:
    with beside.database.write() as connection:
        code = new_code(connection, store_id=STORE_ID)
    asked = EnrolmentRequest(code=code, device_id=device_id, till_name="Till", software_version="test")
    answer = wire.post("/v1/enrolments", content=msgspec.json.encode(asked))
    assert answer.status_code == 201, answer.text
    enrolled = msgspec.json.decode(answer.content, type=EnrolmentAnswer)
    return Till(wire, enrolled, device_id)  # type: ignore[arg-type]  # speaks like the test client


def test_what_one_publishes_is_heard_by_who_waits_at_the_other(
    beside: Centre, wires: list[httpx.Client]
) -> None:
    here, there = (till_at(beside, wire, f"device-{number}") for number, wire in enumerate(wires))
    head = there.get("/v1/streams/stock/snapshot", limit=1).json()["as_of"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(there.get, "/v1/streams/stock/changes", after=head, wait=25)
        time.sleep(0.5)  # the other process holds the request now, and nothing of this one can see it
        assert not waiting.done()
        here.send(here.sell())
        began = time.monotonic()
        page = waiting.result(timeout=10).json()
        assert time.monotonic() - began < 1
    assert page["changes"]


def test_a_batch_that_is_sent_to_both_at_once_lands_once(beside: Centre, wires: list[httpx.Client]) -> None:
    till = till_at(beside, wires[0], "device-1")
    batches = [
        msgspec.json.encode(till.batch(*(till.sell(member_id="M0001") for _ in range(SALES))))
        for _ in range(BATCHES)
    ]
    together = Barrier(2)
    headers = {**till.headers, "Content-Type": "application/json"}

    def send(wire: httpx.Client) -> list[int]:
        acked = []
        for body in batches:
            together.wait(timeout=30)
            answer = wire.post("/v1/journal", content=body, headers=headers)
            assert answer.status_code == 200, answer.text
            acked.append(answer.json()["acked_seq"])
        return acked

    with ThreadPoolExecutor(2) as pool:
        answers = [one.result(timeout=60) for one in [pool.submit(send, wire) for wire in wires]]
    assert answers == [[(number + 1) * SALES for number in range(BATCHES)]] * 2
    with beside.database.read() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.inbox, tables.sale, tables.member_points, tables.conflict)
        ]
        assert broken_balances(connection) == {}
    assert counted == [BATCHES * SALES] * 3 + [0]
    assert rebuild(beside.database.url, check_only=True).differences == ()
