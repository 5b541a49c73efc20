"""What those who run a centre see: whether it is well, how much it does, and a log that names nobody."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from sqlalchemy.exc import IntegrityError, OperationalError

from retail.events import SaleCompleted
from retail.journal import FIRST_HASH
from sync.protocol import MAX_PAGE_ROWS, ErrorAnswer
from sync.server import bodies
from sync.server.centre import MOST_BATCHES, Centre
from sync.server.database import tables
from sync.server.database.sessions import is_busy
from sync.server.limits import AtOnce
from sync.server.logs import REQUESTS, JsonLines, TextLines, masked, with_fields
from sync.server.refusals import Refused
from tests.fakes.applications import application
from tests.server.browsing import from_address
from tests.server.ordering import CONTACT, MILK, order
from tests.server.tills import Till


@pytest.fixture
def here(shop: Centre) -> Any:
    """Requests from the centre's own machine."""
    with (
        application(shop) as app,
        TestClient(from_address(app, "127.0.0.1"), base_url="http://127.0.0.1") as made,
    ):
        yield made


def figures(here: TestClient) -> dict[str, float]:
    answer = here.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_anybody_may_ask_whether_the_centre_is_well_and_learns_nothing_else(client: TestClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def alone(shop: Centre) -> Iterator[TestClient]:
    """Requests to the centre from its own machine, without its rounds."""
    with application(shop) as app:
        yield TestClient(from_address(app, "127.0.0.1"), base_url="http://127.0.0.1")


def test_a_centre_without_its_database_says_that_it_is_not_well(
    shop: Centre, alone: TestClient, monkeypatch: pytest.MonkeyPatch, expected_logs: Callable[[str], None]
) -> None:
    def gone() -> object:
        raise OperationalError("SELECT", None, OSError("gone"))

    expected_logs("the database cannot be asked")
    monkeypatch.setattr(shop.database, "read", gone)
    answer = alone.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


def test_what_the_centre_does_is_counted_by_route_and_names_nobody(
    here: TestClient, till: Till, shop: Centre
) -> None:
    wrong = msgspec.structs.replace(till.sale(), total_minor=1)
    till.send(till.sell(member_id="M0001"), till.seal(SaleCompleted(sale=wrong)))
    placed = order(shop, (MILK, "1"))
    here.get("/nowhere/at/all")
    found = figures(here)
    assert found["evertill_events_landed_total[]"] == 2
    assert found["evertill_events_quarantined_total[]"] == 1
    assert found["evertill_requests_total['/v1/journal', '200', 'POST']"] == 1
    assert found["evertill_request_seconds_count['/v1/journal']"] == 1
    assert found["evertill_database_waiting['quarantined_events']"] == 1
    assert found["evertill_journal_batches_in_work[]"] == 0
    text = here.get("/metrics").text
    for secret in (CONTACT.name, CONTACT.phone, CONTACT.email, till.enrolled.token, placed.page_key, "M0001"):
        assert secret not in text


def test_counting_writes_nothing(alone: TestClient, shop: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> object:
        raise AssertionError("a figure must not cost a write")

    monkeypatch.setattr(shop.database, "write", never)
    assert alone.get("/health").status_code == 200
    assert figures(alone)["evertill_requests_total['/health', '200', 'GET']"] == 1


def test_who_comes_when_all_hands_are_full_is_told_when_to_come_again(shop: Centre, till: Till) -> None:
    batches = [till.batch(till.sell()) for _ in range(MOST_BATCHES + 4)]
    with ThreadPoolExecutor(len(batches)) as pool:
        with shop.database.write() as connection:
            # Whoever is in work waits for the till's journal, which is held here.
            place = {"device_id": till.device_id, "incarnation": till.incarnation, "head_hash": FIRST_HASH}
            connection.execute(
                tables.incarnation.insert().values(
                    **place, acked_seq=0, first_received_at="", last_received_at=""
                )
            )
            asked = [pool.submit(till.post, batch) for batch in batches]
            # The others are held up: these four are all that can be answered.
            turned_away = list(islice(as_completed(asked, timeout=30), 4))
        answers = [one.result(timeout=30) for one in asked]
    busy = [answer for answer in answers if answer.status_code == 429]
    assert {one.result().status_code for one in turned_away} == {429}
    assert len(busy) == 4
    for answer in busy:
        assert int(answer.headers["Retry-After"]) >= 1
        assert msgspec.json.decode(answer.content, type=ErrorAnswer).code == "busy"
    assert sorted(answer.status_code for answer in answers) == [200] * MOST_BATCHES + [429] * 4
    assert shop.batches.in_work == 0


def test_as_many_as_may_be_and_no_more() -> None:
    gate = AtOnce(1, later_seconds=3)
    with gate.one():
        with pytest.raises(Refused) as refused, gate.one():
            pass
        assert (refused.value.status, refused.value.retry_after_seconds) == (429, 3)
    with gate.one():
        pass


def test_a_lock_that_is_not_had_in_time_is_no_failure_of_the_centre(
    shop: Centre, till: Till, monkeypatch: pytest.MonkeyPatch, expected_logs: Callable[[str], None]
) -> None:
    class Locked(Exception):
        sqlstate = "55P03"

    def locked(_work: object) -> object:
        raise OperationalError("UPDATE", None, Locked("lock timeout"))

    assert is_busy(OperationalError("", None, Exception("database is locked")))
    assert not is_busy(OperationalError("", None, Exception("disk I/O error")))
    expected_logs("must come later")
    monkeypatch.setattr(shop.database, "write_again", locked)
    answer = till.post(till.batch(till.sell()))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")


def test_a_page_is_no_larger_than_agreed(till: Till) -> None:
    for path in ("changes", "snapshot"):
        answer = till.get(f"/v1/streams/prices/{path}", limit=MAX_PAGE_ROWS + 1)
        assert answer.status_code == 400, path
        assert till.get(f"/v1/streams/prices/{path}", limit=MAX_PAGE_ROWS).status_code == 200


def test_a_long_poll_is_no_longer_than_agreed(till: Till) -> None:
    assert till.get("/v1/streams/prices/changes", wait=26).status_code == 400


def test_a_body_that_drips_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)

    async def drips() -> dict[str, object]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def never(*_arguments: object) -> None:
        raise AssertionError("it must not come so far")

    scope: Any = {"method": "POST", "headers": [], "state": {}}
    with pytest.raises(Refused) as refused:
        asyncio.run(bodies.with_zstd(never)(scope, drips, never))
    assert (refused.value.code, refused.value.status) == ("too_slow", 408)


PERSONAL = ("Rachel Tan", "rachel@example.com", "+65 5550 0142", "+6555500142", "hunter2", "evc_abcDEF123-x")


def record(message: str, *arguments: object, error: BaseException | None = None, **fields: Any) -> Any:
    about = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("sync.server.x", logging.WARNING, "x.py", 1, message, arguments, about)
    made.__dict__.update(with_fields(**fields) if fields else {})
    return made


def test_a_line_of_json_says_what_happened_and_names_nobody() -> None:
    try:
        raise IntegrityError(
            "INSERT", None, Exception("Key (email)=(rachel@example.com) of Rachel Tan exists")
        )
    except IntegrityError as error:
        line = JsonLines().format(
            record("%s cannot be kept: rachel@example.com, +65 5550 0142", "S1-T1", error=error, status=500)
        )
    said = json.loads(line)
    assert (said["level"], said["logger"], said["status"]) == ("warning", "sync.server.x", 500)
    assert said["message"].startswith("S1-T1 cannot be kept")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", said["at"])
    assert said["error"]["kind"] == "sqlalchemy.exc.IntegrityError"
    assert "test_centre_running.py" in said["error"]["places"][0]
    assert not [one for one in PERSONAL if one in line]


@pytest.mark.parametrize(
    "said",
    [
        "smtp://user:hunter2@mail.example:587 refuses",
        "Authorization: Bearer hunter2",
        "password=hunter2",
        "to rachel@example.com",
        "call +65 5550 0142",
        "call +6555500142",
        "the key evc_abcDEF123-x was withdrawn",
    ],
)
def test_what_looks_like_somebodys_own_is_masked(said: str) -> None:
    assert not [one for one in PERSONAL if one in masked(said)]
    assert not [one for one in PERSONAL if one in TextLines().format(record("%s", said))]


@pytest.mark.parametrize(
    "said",
    [
        "device-1 0f1e2d3c4b5a69788796a5b4c3d2e1f0 12 cannot be applied: cannot_be_stored",
        "stream catalogue 2026-11-22T10:15:00.120Z",
        "127.0.0.1:8080 cannot be listened on",
        "S1 T1-000001-2 120345 of 500000",
        "the centre has less than before (1203450): sending again",
    ],
)
def test_what_an_engineer_needs_stays_readable(said: str) -> None:
    assert masked(said) == said


def test_each_answer_is_a_line_by_its_route(
    shop: Centre, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    page_key = order(shop, (MILK, "1")).page_key
    with caplog.at_level(logging.INFO, logger=REQUESTS):
        client.get(f"/shop/o/{page_key}")
    lines = [JsonLines().format(one) for one in caplog.records if one.name == REQUESTS]
    said = json.loads(lines[-1])
    assert (said["route"], said["method"]) == ("/shop/o/{key}", "GET")
    assert said["milliseconds"] >= 0
    assert page_key not in "".join(lines)
