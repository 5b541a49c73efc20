"""A one-time code makes a device a till; a token proves it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from retail.receipt_number import MOST_TILLS
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import device_rows, tables
from sync.server.enrolment import UnknownStore, new_code
from sync.server.limits import RateLimit
from sync.server.refusals import Refused
from tests.server.tills import Till, ask_to_enrol, enrolled_till


def code_for(centre: Centre, till_number: int | None = None) -> str:
    with centre.database.write() as connection:
        return new_code(connection, store_id="S1", till_number=till_number)


def test_tills_get_the_next_free_number_or_the_one_their_code_names(shop: Centre, client: TestClient) -> None:
    numbers = [
        enrolled_till(shop, client, "a").enrolled.till_number,
        enrolled_till(shop, client, "b", till_number=7).enrolled.till_number,
        enrolled_till(shop, client, "c").enrolled.till_number,
    ]
    assert numbers == [1, 7, 8]


def test_a_code_may_be_typed_in_small_letters_and_without_its_dash(shop: Centre, client: TestClient) -> None:
    code = code_for(shop)
    assert ask_to_enrol(client, code.lower().replace("-", " "), "a").status_code == 201


def test_a_code_works_for_one_device_which_may_repeat_it(shop: Centre, client: TestClient) -> None:
    code = code_for(shop)
    first = ask_to_enrol(client, code, "a").json()
    again = ask_to_enrol(client, code, "a").json()
    assert first["till_number"] == again["till_number"]
    refused = ask_to_enrol(client, code, "b")
    assert (refused.status_code, refused.json()["code"]) == (403, "code_refused")


def test_an_unknown_or_expired_code_is_refused(shop: Centre, client: TestClient) -> None:
    assert ask_to_enrol(client, "AAAA-AAAA", "a").status_code == 403
    code = code_for(shop)
    with shop.database.write() as connection:
        connection.execute(
            update(tables.enrolment_code).values(expires_at=now_text(plus=-timedelta(seconds=1)))
        )
    assert ask_to_enrol(client, code, "a").status_code == 403


def test_after_the_highest_number_comes_the_lowest_that_no_till_has(
    shop: Centre, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert enrolled_till(shop, client, "highest", till_number=MOST_TILLS).enrolled.till_number == MOST_TILLS
    first = enrolled_till(shop, client, "first")
    assert first.enrolled.till_number == 1
    first.send(first.sell())
    assert enrolled_till(shop, client, "second").enrolled.till_number == 2
    monkeypatch.setattr(device_rows, "MOST_TILLS", 2)
    refused = ask_to_enrol(client, code_for(shop), "third")
    assert (refused.status_code, refused.json()["code"]) == (403, "no_till_number")
    assert enrolled_till(shop, client, "third", till_number=2).enrolled.till_number == 2


def test_a_code_for_a_store_that_is_not_there_is_not_made(shop: Centre) -> None:
    with pytest.raises(UnknownStore), shop.database.write() as connection:
        new_code(connection, store_id="S9")


def test_a_device_that_takes_a_tills_place_lets_the_old_one_send_its_sales_only(
    shop: Centre, client: TestClient
) -> None:
    old = enrolled_till(shop, client, "old", till_number=2)
    first, second = old.sell(), old.sell()
    old.send(first)
    new = enrolled_till(shop, client, "new", till_number=2)
    assert new.enrolled.last_receipt_counter == 1
    assert old.send(second).acked_seq == 2
    refused = old.get("/v1/streams/prices/changes")
    assert (refused.status_code, refused.json()["code"]) == (403, "till_replaced")
    assert new.get("/v1/streams/prices/changes").status_code == 200


class Together:
    """Lets two enrolments come to the same step before either goes on, where the database lets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        self._work: Callable[..., object] = getattr(device_rows, step)
        self._both = Barrier(2)
        monkeypatch.setattr(device_rows, step, self)

    def __call__(self, *arguments: object, **named: object) -> object:
        with suppress(BrokenBarrierError):  # one waits for the other's transaction
            self._both.wait(1)
        return self._work(*arguments, **named)


def test_a_device_with_two_codes_at_once_is_one_till(
    shop: Centre, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [code_for(shop, 4), code_for(shop, 5)]
    Together(monkeypatch, "mark_code_used")  # one is written down by then, and the other waits to be
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda code: ask_to_enrol(client, code, "a"), codes))
    assert [one.status_code for one in answers] == [201, 201]
    with shop.database.read() as connection:
        (device,) = device_rows.all_devices(connection)
    assert device.till_number in {4, 5}


def test_of_two_devices_that_take_one_tills_place_at_once_one_stays(
    shop: Centre, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled_till(shop, client, "old", till_number=4)
    codes = [(code_for(shop, 4), "a"), (code_for(shop, 4), "b")]
    Together(monkeypatch, "seat_device")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: ask_to_enrol(client, *one), codes))
    assert [one.status_code for one in answers] == [201, 201]
    with shop.database.read() as connection:
        devices = device_rows.all_devices(connection)
    assert sorted(bool(one.replaced_at) for one in devices) == [False, True, True]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic dGlsbA=="])
def test_without_a_valid_token_nothing_is_read_or_stored(till: Till, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    for path in ("/v1/streams/prices/changes", "/v1/streams/prices/snapshot"):
        answer = till.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_enrolled")
    till.headers = headers
    assert till.post(till.batch(till.sell())).status_code == 401


def test_a_till_of_another_protocol_is_told_so(till: Till) -> None:
    answer = till.client.get("/v1/streams/prices/changes", headers={**till.headers, "Evertill-Protocol": "9"})
    assert (answer.status_code, answer.json()["code"]) == (426, "protocol_mismatch")
    assert till.get("/v1/streams/prices/changes").headers["Evertill-Protocol"] == "2"


def test_guessing_codes_soon_has_to_wait(shop: Centre, client: TestClient) -> None:
    statuses = [ask_to_enrol(client, "AAAA-AAAA", "a").status_code for _ in range(25)]
    assert statuses[0] == 403
    last = ask_to_enrol(client, "AAAA-AAAA", "a")
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) >= 1


def test_a_rate_limit_refills_with_time_and_is_each_callers_own() -> None:
    now = 0.0
    limit = RateLimit(per_second=2, burst=3, clock=lambda: now)

    def take_all(caller: str, attempt: Callable[[str], None] = limit.take) -> int:
        taken = 0
        try:
            while True:
                attempt(caller)
                taken += 1
        except Refused:
            return taken

    assert (take_all("a"), take_all("b")) == (3, 3)
    now = 1.0
    assert take_all("a") == 2
    now = 100.0
    assert take_all("a") == 3
