"""Till and centre as two processes: everything arrives once, whatever dies in between."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.client.ports import Credentials
from sync.client.problems import TransportProblem
from sync.client.status import SyncState
from sync.client.transport import Transport
from sync.protocol import STREAMS
from tests.database.till_files import TILL, complete
from tests.sync.both_sides import ROOT, CentreProcess, TillSide, wait_until
from tests.sync.pretender import HTML, Pretender, answer

Announce = Callable[[str], None]


def sell(till: TillSide, *names: str) -> list[str]:
    return [complete(till.journal, name).receipt_number for name in names]


def never_green_while_something_waited(till: TillSide) -> bool:
    return not any(
        status.state is SyncState.SYNCED and (status.waiting_count or waiting)
        for status, waiting in till.statuses
    )


def test_one_round_brings_the_store_down_and_the_journal_up(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    receipts = sell(enrolled, "b1", "b2")
    report = enrolled.engine.run_once(30)
    assert report.problem == ""
    assert report.sent == 3
    assert report.streams_changed == STREAMS
    assert report.status.state is SyncState.SYNCED
    assert centre.receipts() == receipts
    assert enrolled.cache.is_ready()
    assert enrolled.cache.search("牛奶")
    again = enrolled.engine.run_once(30)
    assert (again.sent, again.streams_changed) == (0, ())


def test_a_sale_is_sent_at_once_while_long_polls_wait(enrolled: TillSide, centre: CentreProcess) -> None:
    enrolled.start()
    wait_until(enrolled.is_synced)
    began = time.monotonic()
    receipts = sell(enrolled, "b1")
    enrolled.engine.wake()
    wait_until(lambda: centre.receipts() == receipts)
    assert time.monotonic() - began < 2
    wait_until(enrolled.is_synced)
    assert enrolled.stop() < 2
    assert never_green_while_something_waited(enrolled)


def test_a_change_at_the_centre_arrives_at_once(enrolled: TillSide, centre: CentreProcess) -> None:
    enrolled.start()
    wait_until(enrolled.is_synced)
    enrolled.rows_changed.clear()
    change_a_price(centre)
    wait_until(lambda: "prices" in enrolled.rows_changed, 5)
    assert enrolled.rows_changed == ["prices"]
    wait_until(enrolled.is_synced)


def change_a_price(centre: CentreProcess) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from decimal import Decimal\n"
        "from sqlalchemy import select\n"
        "from retail.catalogue import Price\n"
        "from sync.server.centre import Centre; from sync.server.settings import Settings\n"
        "from sync.server.streams import Publication, publish, stream_id\n"
        "from sync.server.database import tables\n"
        "centre = Centre(Settings(data=Path(sys.argv[1])))\n"
        "with centre.database.write() as connection:\n"
        "    row = connection.execute(select(tables.stream_row.c.row)\n"
        "        .where(tables.stream_row.c.key.like('price:%'))).scalar()\n"
        "    import msgspec; old = msgspec.json.decode(row, type=Price)\n"
        "    new = Price(product_id=old.product_id, unit_price_minor=old.unit_price_minor + 1)\n"
        "    publish(connection, {stream_id('prices', 'S1'): Publication(puts=[new])})\n"
    )
    subprocess.run([sys.executable, "-c", script, str(centre.folder)], cwd=ROOT, check=True)


def test_the_centre_is_lost_and_found_and_the_till_says_so(enrolled: TillSide, centre: CentreProcess) -> None:
    enrolled.start()
    wait_until(enrolled.is_synced)
    centre.kill()
    wait_until(lambda: enrolled.engine.status.state is SyncState.OFFLINE, 5)
    receipts = sell(enrolled, "b1", "b2", "b3")
    enrolled.engine.wake()
    wait_until(lambda: enrolled.engine.status.waiting_count == 3)
    status = enrolled.engine.status
    assert (status.state, status.waiting_sales, status.last_problem) == (SyncState.OFFLINE, 3, "unreachable")
    assert status.waiting_since_time == status.waiting_since[11:16] != ""
    assert status.offline_since <= status.waiting_since
    centre.start()
    enrolled.engine.try_now()
    wait_until(enrolled.is_synced)
    assert centre.receipts() == receipts
    assert never_green_while_something_waited(enrolled)


def test_an_answer_that_is_lost_books_nothing_twice(enrolled: TillSide, centre: CentreProcess) -> None:
    class LosesAnswers(Transport):
        lost = 0

        def post(self, path: str, *arguments: Any, **options: Any) -> Any:
            answer = super().post(path, *arguments, **options)
            if path == "/v1/journal" and LosesAnswers.lost < 3:
                LosesAnswers.lost += 1
                raise TransportProblem("timed_out", "the answer was lost")
            return answer

    def connect(credentials: Credentials) -> Transport:
        return LosesAnswers.of(credentials)

    receipts = sell(enrolled, "b1", "b2")
    enrolled.new_engine(connect=connect)
    assert enrolled.engine.run_once(30).problem == "timed_out"
    assert len(enrolled.unsent()) == 3
    receipts += sell(enrolled, "b3")
    for _ in range(3):
        enrolled.engine.run_once(30)
    assert enrolled.unsent() == ()
    assert centre.receipts() == receipts
    assert centre.ask("SELECT count(*) FROM inbox") == [(4,)]


_PUSH_UNTIL_KILLED = """
import sys
from pathlib import Path
from tests.sync.both_sides import TillSide
till = TillSide(Path(sys.argv[1]))
import sync.client.push as push
push.MAX_BATCH_EVENTS = 3
print("begins", flush=True)
while till.unsent():
    till.engine._sender.send_once(lambda: True)
"""


def test_kill_9_of_the_till_while_it_sends_loses_and_doubles_nothing(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path
) -> None:
    receipts = sell(enrolled, *(f"b{number:03d}" for number in range(120)))
    chance = random.Random(7)
    for _ in range(4):
        pushing = subprocess.Popen(
            [sys.executable, "-c", _PUSH_UNTIL_KILLED, str(tmp_path / "till")],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert pushing.stdout is not None
        pushing.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.5))
        os.kill(pushing.pid, signal.SIGKILL)
        pushing.wait()
        pushing.stdout.close()
    enrolled.engine.run_once(30)
    assert centre.receipts() == receipts
    assert centre.ask("SELECT count(*), count(DISTINCT device_seq), max(device_seq) FROM inbox") == [
        (121, 121, 121)
    ]


def test_kill_9_of_the_centre_while_it_takes_loses_and_doubles_nothing(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    chance = random.Random(11)
    enrolled.start()
    wait_until(enrolled.is_synced)
    receipts: list[str] = []
    for life in range(3):
        for number in range(30):
            receipts += sell(enrolled, f"b{life}-{number:02d}")
            enrolled.engine.wake()
            if number == 20:
                time.sleep(chance.uniform(0, 0.1))
                centre.kill()
        centre.start()
        enrolled.engine.try_now()
        wait_until(enrolled.is_synced)
    assert centre.receipts() == sorted(receipts)
    assert never_green_while_something_waited(enrolled)


def test_a_stream_that_no_longer_agrees_is_fetched_again_alone(
    enrolled: TillSide, centre: CentreProcess, expected_logs: Announce
) -> None:
    expected_logs(r"WARNING sync\.client\.follower: stream prices is fetched again: checksum_mismatch")
    enrolled.engine.run_once(30)
    before = enrolled.cache.search("牛奶")[0]
    with enrolled.cache_database.write() as connection:
        connection.exec_driver_sql("UPDATE cursors SET checksum = '00000000000000ff' WHERE stream = 'prices'")
        connection.exec_driver_sql("DELETE FROM prices_rows")
    assert enrolled.cache.search("牛奶")[0].unit_price_minor is None
    report = enrolled.engine.run_once(30)
    assert report.streams_changed == ("prices",)
    assert enrolled.cache.search("牛奶")[0] == before
    assert report.status.state is SyncState.SYNCED


def test_a_broken_off_snapshot_goes_on_after_a_restart(enrolled: TillSide, centre: CentreProcess) -> None:
    asked: list[str] = []

    class Counts(Transport):
        def get(self, path: str, *arguments: Any, **options: Any) -> Any:
            if path.endswith("/snapshot"):
                asked.append(str(dict(arguments[1])))
                if len(asked) == 3:
                    raise TransportProblem("unreachable", "cut off")
                arguments = (arguments[0], {**arguments[1], "limit": 25})
            return super().get(path, *arguments, **options)

    def connect(credentials: Credentials) -> Transport:
        return Counts.of(credentials)

    enrolled.new_engine(connect=connect)
    assert enrolled.engine.run_once(30).problem == "unreachable"
    point = enrolled.streams.bootstrap_point("catalogue")
    assert point is not None
    assert point.staged == 50
    assert enrolled.new_engine(connect=connect).run_once(30).problem == ""
    assert point.after_key in asked[3]
    assert enrolled.cache.is_ready()


def test_a_centre_restored_from_a_backup_is_filled_again(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path, expected_logs: Announce
) -> None:
    expected_logs(r"WARNING sync\.client\.(push|follower)")
    receipts = sell(enrolled, "b1")
    enrolled.engine.run_once(30)
    centre.kill()
    shutil.copytree(centre.folder, tmp_path / "backup")
    centre.start()
    receipts += sell(enrolled, "b2", "b3")
    enrolled.engine.run_once(30)
    centre.kill()
    shutil.rmtree(centre.folder)
    shutil.copytree(tmp_path / "backup", centre.folder)
    centre.start()
    receipts += sell(enrolled, "b4")
    enrolled.engine.run_once(30)
    assert enrolled.unsent() == ()
    assert centre.receipts() == receipts


def test_a_till_whose_disk_was_rolled_back_asks_for_a_person_and_sells_on(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path, expected_logs: Announce
) -> None:
    expected_logs(r"WARNING sync\.client\.sender: the centre has other facts under the same numbers")
    sell(enrolled, "b1")
    enrolled.journal_database.checkpoint()
    shutil.copy(tmp_path / "till" / "journal.db", tmp_path / "old.db")
    sell(enrolled, "b2", "b3")
    enrolled.engine.run_once(30)
    enrolled.close()
    for ending in ("", "-wal", "-shm"):
        (tmp_path / "till" / f"journal.db{ending}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "old.db", tmp_path / "till" / "journal.db")
    back = TillSide(tmp_path / "till")
    before = back.journal.identity()
    back.start()
    wait_until(lambda: back.engine.status.state is SyncState.ATTENTION)
    after = back.journal.identity()
    assert before is not None
    assert after is not None
    assert after.incarnation != before.incarnation
    complete(back.journal, "b4")
    back.engine.wake()
    wait_until(lambda: back.unsent() == ())
    assert back.engine.status.last_problem == "conflict"
    back.close()
    assert {incarnation for (incarnation,) in centre.ask("SELECT DISTINCT incarnation FROM inbox")} == {
        before.incarnation,
        after.incarnation,
    }


def test_a_token_that_is_no_longer_valid_asks_for_a_person(enrolled: TillSide, centre: CentreProcess) -> None:
    sell(enrolled, "b1")
    with enrolled.journal_database.write() as connection:
        connection.exec_driver_sql("UPDATE identity SET token = 'stale'")
    enrolled.start()
    wait_until(lambda: enrolled.engine.status.state is SyncState.ATTENTION)
    status = enrolled.engine.status
    assert (status.last_problem, status.problem_detail) == ("refused", "not_enrolled")
    assert status.waiting_count == 2
    assert len(enrolled.unsent()) == 2


def test_enrolling_with_a_wrong_code_leaves_the_till_as_it_was(till: TillSide, centre: CentreProcess) -> None:
    from sync.client.enrolment import enrol  # noqa: PLC0415  # beside its use

    transport = Transport(centre.url)
    with pytest.raises(TransportProblem) as refused:
        enrol(
            transport,
            till.outbox,
            server_url=centre.url,
            code="XXXX-XXXX",
            till_name="Till",
            software_version="test",
        )
    transport.close()
    assert (refused.value.code, refused.value.detail) == ("refused", "code_refused")
    assert till.journal.identity() is None
    till.enrol_at(centre)
    assert till.journal.identity() is not None


def test_a_code_may_be_used_again_by_the_device_that_lost_its_answer(
    till: TillSide, centre: CentreProcess
) -> None:
    code = centre.enrolment_code()
    device_id = till.outbox.device_id()
    transport = Transport(centre.url)
    request = {"code": code, "device_id": device_id, "till_name": "T", "software_version": "test"}
    body = msgspec.convert(request, type=msgspec.defstruct("Request", [(name, str) for name in request]))
    assert transport.post("/v1/enrolments", body, dict)["till_number"] == 2
    assert transport.post("/v1/enrolments", body, dict)["till_number"] == 2
    transport.close()
    assert till.outbox.device_id() == device_id


def test_a_till_that_is_not_enrolled_waits_and_says_so(till: TillSide) -> None:
    till.start()
    wait_until(lambda: till.engine.status.state is SyncState.ATTENTION)
    assert till.engine.status.last_problem == "not_enrolled"
    assert till.engine.run_once is not None


@pytest.fixture
def pretender() -> Iterator[Pretender]:
    made = Pretender()
    yield made
    made.close()


def move_to(till: TillSide, url: str) -> None:
    with till.journal_database.write() as connection:
        connection.exec_driver_sql("UPDATE identity SET server_url = ?", (url,))


def test_a_hotel_page_in_place_of_the_centre_changes_nothing(till: TillSide, pretender: Pretender) -> None:
    pretender.pieces = [answer(HTML, kind="text/html")]
    till.journal.enrol(TILL)
    move_to(till, pretender.url)
    sell(till, "b1")
    till.start()
    wait_until(lambda: till.engine.status.last_problem == "not_the_centre")
    status = till.engine.status
    assert (status.state, status.waiting_count) == (SyncState.OFFLINE, 2)
    assert till.stop() < 2
    assert len(till.unsent()) == 2
    assert till.cache.counts() == {}


def test_silence_is_noticed_within_seconds(till: TillSide, pretender: Pretender) -> None:
    pretender.pieces, pretender.pause = [b"HTTP/1.1 200 OK\r\n"], 60
    till.journal.enrol(TILL)
    move_to(till, pretender.url)
    began = time.monotonic()
    till.start()
    wait_until(lambda: till.engine.status.last_problem == "timed_out")
    assert time.monotonic() - began < 6
    assert till.engine.status.state is SyncState.OFFLINE
    assert till.stop() < 2


def test_a_full_disk_stops_a_snapshot_and_nothing_else(enrolled: TillSide, centre: CentreProcess) -> None:
    with enrolled.cache_database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    receipts = sell(enrolled, "b1")
    report = enrolled.engine.run_once(30)
    assert (report.problem, report.sent) == ("disk_full", 2)
    assert centre.receipts() == receipts
    assert not enrolled.cache.is_ready()
    with enrolled.cache_database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert enrolled.engine.run_once(30).problem == ""
    assert enrolled.cache.is_ready()
