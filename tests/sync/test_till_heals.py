"""A till with a real centre: its cache breaks while it sells, its clock is wrong, its connections die."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pos_app.database.journal import Journal
from pos_app.database.mirror import MIRROR_FOLDER, Mirror
from pos_app.database.problems import DatabaseProblem
from pos_app.services.clock import local_now, uuid7
from pos_app.services.safety import Safety
from sync.client import watchdog
from sync.client.engine import Engine
from sync.client.problems import TransportProblem
from sync.client.skew import skew_seconds
from sync.client.status import SyncState
from sync.client.transport import Transport
from sync.client.watchdog import Watchdog
from tests.database.till_files import KEY, complete
from tests.faults.network import Network
from tests.sync.both_sides import CentreProcess, TillSide, wait_until

PAGE = 4096


def damage(till: TillSide, path: Path, first: int) -> None:
    """Flip a bit in every page from one on, under the open database."""
    till.cache_database.checkpoint()
    till.cache_database.release_thread()  # its page cache would hide the damage
    content = bytearray(path.read_bytes())
    for page in range(first, len(content) // PAGE):
        content[page * PAGE + 700] ^= 4
    path.write_bytes(content)


def look_at_everything(till: TillSide) -> None:
    for letter in "abcdefghijklmnopqrstuvwxyz":
        till.cache.search(letter)
    till.cache.rules()
    till.cache.staff()
    till.cache.member_search("a")


def test_a_cache_that_breaks_while_selling_is_fetched_again_and_exchanged(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path
) -> None:
    till, folder = enrolled, tmp_path / "till"
    till.engine.run_once(60)
    before = till.cache.counts()
    safety = Safety(
        folder,
        KEY,
        till.journal_database,
        till.cache_database,
        Mirror(folder / MIRROR_FOLDER, KEY),
        now=local_now,
    )
    damage(till, folder / "cache.db", 30)
    with pytest.raises(DatabaseProblem) as caught:
        look_at_everything(till)
    assert caught.value.code == "damaged"
    complete(till.journal, "sold-meanwhile")
    safety.mirror(lambda: True)
    assert safety.standing.cache == "damaged"
    centre.kill()
    assert not safety.renew_cache(till.engine.fetch_into), "the centre does not answer: later"
    assert safety.standing.cache == "damaged"
    centre.start()
    till.engine.run_once(30)
    assert safety.renew_cache(till.engine.fetch_into)
    assert safety.standing.cache == "renewed"
    assert till.cache.counts() | {"stock": 0} == before | {"stock": 0}, "the sale moved stock meanwhile"
    till.cache_database.check()
    assert till.cache.rules().settings is not None
    assert not (folder / "cache-new").exists()
    safety.close()
    till.engine.run_once(30)
    assert till.is_synced()


def test_a_clock_that_is_years_wrong_and_jumps_sells_and_syncs(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    years = 10  # first ahead, then as many behind, then right
    ahead = [timedelta(days=365 * years)]

    def now() -> str:
        return (datetime.now().astimezone() + ahead[0]).isoformat(timespec="milliseconds")

    journal = Journal(enrolled.journal_database, now=now, monotonic_ms=lambda: 0, new_id=uuid7)
    engine = Engine(enrolled.outbox, enrolled.outbox, enrolled.streams, now=now, probe_seconds=0.3)
    complete(journal, "before")
    assert engine.run_once(60).problem == ""
    skew = engine.skew_seconds
    assert skew is not None
    assert abs(skew - 365 * 86400 * years) < 60
    ahead[0] = -ahead[0]
    complete(journal, "jumped")
    threads = [threading.Thread(target=run) for run in (engine.run_push, engine.run_pull)]
    for thread in threads:
        thread.start()
    wait_until(lambda: engine.status.state is SyncState.SYNCED)
    ahead[0] = timedelta()
    complete(journal, "right again")
    engine.wake()
    wait_until(lambda: engine.status.state is SyncState.SYNCED)
    engine.stop()
    for thread in threads:
        thread.join(5)
    assert len(centre.receipts()) == 3


def test_the_skew_is_measured_without_believing_it() -> None:
    assert skew_seconds("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T16:49:40+08:00") == 3
    assert skew_seconds("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:44:37+00:00") == -300
    for header in ("", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"):
        assert skew_seconds(header, "1994-11-06T08:44:37+00:00") is None
    assert skew_seconds("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:44:37") is None


def test_a_queue_that_does_not_move_for_a_minute_is_noticed_once_a_minute() -> None:
    at = [0.0]
    dog = Watchdog(lambda: at[0])

    def after(seconds: float, waiting: int) -> bool:
        at[0] += seconds
        return dog.stalled(waiting)

    assert not after(500, 0), "nothing waits"
    assert not after(1, 3)
    assert not after(59, 5), "more was sold, nothing was taken"
    assert after(1.5, 5)
    assert not after(30, 5)
    assert after(31, 6)
    assert not after(59, 4), "it moved"
    assert not after(59, 3)


@pytest.fixture
def network(centre: CentreProcess) -> Iterator[Network]:
    """Give what stands between."""
    between = Network(centre.port)
    yield between
    between.close()


def test_connections_that_died_without_a_word_hold_nothing_up(
    enrolled: TillSide, centre: CentreProcess, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.sender.PROBE_READ_SECONDS", 0.3)
    enrolled.outbox.move_centre(network.url)
    enrolled.start()
    wait_until(enrolled.is_synced)
    before = network.connections
    network.forget()
    for number in range(3):
        complete(enrolled.journal, f"b{number}")
    enrolled.engine.wake()
    wait_until(lambda: len(centre.receipts()) == 3, 40)
    assert network.connections > before, "through new connections"


def test_the_watchdog_makes_a_new_session_where_nothing_else_would(
    enrolled: TillSide, centre: CentreProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A captive portal keeps the connection open and answers with a page: no request ever times out."""
    monkeypatch.setattr(watchdog, "STALLED_SECONDS", 0.2)
    renewed: list[int] = []
    real: Callable[[Transport], None] = Transport.renew
    monkeypatch.setattr(Transport, "renew", lambda self: (renewed.append(1), real(self))[1])
    enrolled.engine.run_once(60)
    centre.kill()
    with socket.create_server(("127.0.0.1", centre.port)) as listening:
        threading.Thread(target=_portal, args=(listening,), daemon=True).start()
        complete(enrolled.journal, "b1")
        enrolled.start()
        wait_until(lambda: len(renewed) >= 2)
        assert enrolled.engine.status.last_problem == "not_the_centre"
    enrolled.stop()


PAGE_OF_THE_HOTEL = b"<html>Welcome</html>"


def _portal(listening: socket.socket) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE_OF_THE_HOTEL)}\r\n\r\n"
    while True:
        try:
            caller, _ = listening.accept()
        except OSError:
            return
        threading.Thread(
            target=_welcome, args=(caller, head.encode() + PAGE_OF_THE_HOTEL), daemon=True
        ).start()


def _welcome(caller: socket.socket, page: bytes) -> None:
    with caller:
        try:
            while caller.recv(65536):
                caller.sendall(page)
        except OSError:
            return


@pytest.mark.parametrize("problem", [TransportProblem("timed_out"), TransportProblem("refused", status=408)])
def test_a_line_that_carries_little_at_a_time_still_carries_everything(
    enrolled: TillSide, centre: CentreProcess, problem: TransportProblem
) -> None:
    sent: list[int] = []

    class Thin(Transport):
        def post(self, path: str, body: Any, *arguments: Any, **options: Any) -> Any:
            if path == "/v1/journal":
                if len(body.events) > 40:
                    raise problem
                sent.append(len(body.events))
            return super().post(path, body, *arguments, **options)

    enrolled.new_engine(connect=Thin.of)
    sales = [complete(enrolled.journal, f"basket-{number}").receipt_number for number in range(150)]
    tries = 0
    while enrolled.outbox.waiting().count:
        assert (tries := tries + 1) < 12
        enrolled.engine.run_once(30)
    assert centre.receipts() == sorted(sales)
    assert max(sent) > 16, "what is carried is tried again with more"
