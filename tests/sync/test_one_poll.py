"""A till waits with one long poll for all streams, asks nothing else meanwhile, and misses nothing by it."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from retail.catalogue import Price
from sync.client import sender
from sync.client.ports import Credentials, Cursor
from sync.client.problems import TransportProblem
from sync.client.pull import Heard, Listener
from sync.client.transport import Transport
from sync.protocol import STREAMS, Change, ChangePage, WaitAnswer
from sync.server.centre import Centre
from sync.server.looks import SHORT_PAGE
from sync.server.settings import Settings
from sync.server.streams import Publication, publish
from tests.sync.both_sides import CentreProcess, TillSide, wait_until
from tests.sync.pretender import Pretender, answer

WAIT = "/v1/streams/wait"
PRICES = ("prices", "S1")


class Asked:
    """Connects as a till does, and notes what is asked; `of_before` has the centre know no common wait."""

    def __init__(self, *, of_before: bool = False) -> None:
        self.paths: Counter[str] = Counter()
        self._of_before = of_before

    def connect(self, credentials: Credentials) -> Transport:
        noted = self

        class Noting(Transport):
            def get(self, path: str, *arguments: Any, **options: Any) -> Any:
                noted.paths[path] += 1
                return super().get(path, *arguments, **options)

            def post(self, path: str, *arguments: Any, **options: Any) -> Any:
                noted.paths[path] += 1
                if path == WAIT and noted._of_before:
                    raise TransportProblem("refused", "not_found", status=404)
                return super().post(path, *arguments, **options)

        return Noting.of(credentials)


def publish_prices(folder: Path, count: int, minor: int) -> list[Price]:
    """Publish prices as another process beside the serving one does."""
    rows = [Price(product_id=f"W{number:04d}", unit_price_minor=Decimal(minor)) for number in range(count)]
    centre = Centre(Settings(data=folder))
    with centre.database.write() as connection:
        publish(connection, {PRICES: Publication(puts=rows)})
    centre.close()
    return rows


def stored(till: TillSide, rows: list[Price]) -> bool:
    """Say whether a till has these rows as they are."""
    with till.cache_database.read() as connection:
        rows_of = "SELECT key, body FROM prices_rows WHERE key LIKE 'price:W%'"
        found = {row.key: row.body for row in connection.exec_driver_sql(rows_of)}
    return found == {f"price:{row.key}": msgspec.json.encode(row) for row in rows}


def listeners() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("listen")]


def test_one_poll_is_held_for_all_streams_and_an_idle_till_asks_for_nothing_else(
    enrolled: TillSide, centre: CentreProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    enrolled.new_engine(connect=asked.connect, probe_seconds=1.0)
    enrolled.start()
    wait_until(lambda: enrolled.is_synced() and asked.paths[WAIT] == 1)
    time.sleep(0.4)  # what was on its way when the poll began
    asked.paths.clear()
    time.sleep(2.0)  # longer than the longest pause between two questions whether the centre is there
    assert not asked.paths
    assert listeners() == ["listen"]
    rows = publish_prices(centre.folder, 2, 5)
    wait_until(lambda: stored(enrolled, rows))
    wait_until(lambda: asked.paths[WAIT] == 1)
    # The page came with the news: nothing was asked for but the next wait.
    assert not [path for path in asked.paths if path.startswith("/v1/streams/") and path != WAIT]
    wait_until(enrolled.is_synced)
    # A poll that is held says nothing for ever: it is believed for a while only.
    before = asked.paths["/v1/health"]
    monkeypatch.setattr(sender, "PROBES_SPARED", 0)
    wait_until(lambda: asked.paths["/v1/health"] > before)


def test_what_is_too_long_for_the_answer_is_fetched_at_once(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    asked = Asked()
    enrolled.new_engine(connect=asked.connect)
    enrolled.start()
    wait_until(lambda: enrolled.is_synced() and asked.paths[WAIT] == 1)
    asked.paths.clear()
    rows = publish_prices(centre.folder, SHORT_PAGE + 1, 7)
    wait_until(lambda: stored(enrolled, rows), 10)
    assert asked.paths["/v1/streams/prices/changes"] == 1
    wait_until(enrolled.is_synced)


def test_a_centre_of_before_is_asked_stream_by_stream(enrolled: TillSide, centre: CentreProcess) -> None:
    asked = Asked(of_before=True)
    enrolled.new_engine(connect=asked.connect)
    enrolled.start()
    wait_until(lambda: enrolled.is_synced() and asked.paths[WAIT] == 1)
    rows = publish_prices(centre.folder, 2, 9)
    wait_until(lambda: stored(enrolled, rows), 15)
    assert all(asked.paths[f"/v1/streams/{stream}/changes"] >= 2 for stream in STREAMS)
    assert enrolled.stop() < 2


def test_an_answer_that_was_overtaken_changes_nothing(enrolled: TillSide, centre: CentreProcess) -> None:
    enrolled.engine.run_once(30)
    follower = enrolled.engine._follower
    follower._follow("prices")
    here = enrolled.streams.cursor("prices")
    assert here is not None
    row = Price(product_id="W0000", unit_price_minor=Decimal(1))
    change = Change(seq=here.after, op="put", key="price:W0000", row=msgspec.Raw(msgspec.json.encode(row)))
    page = ChangePage(
        stream="prices",
        epoch=here.epoch,
        changes=(change,),
        next_after=here.after,
        head=here.after,
        checksum="f" * 16,
    )
    asked = {"prices": Cursor(epoch=here.epoch, after=here.after - 1, checksum="0" * 16)}
    follower._take(Heard(asked, WaitAnswer(pages=(page,))))
    assert enrolled.streams.cursor("prices") == here
    assert stored(enrolled, [])


def test_the_system_watches_over_a_line_on_which_nothing_comes() -> None:
    pretender = Pretender()
    pretender.pieces = [answer('{"status": "ok"}')]
    transport = Transport(pretender.url, "token")
    transport.get("/v1/health", dict)
    assert transport._connections is not None
    [connection] = transport._connections._open
    assert connection.sock is not None
    assert connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    if hasattr(socket, "TCP_KEEPIDLE"):
        assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 4
    transport.close()
    pretender.close()


def test_a_mistake_of_ours_while_waiting_is_told_and_the_next_question_is_asked(
    expected_logs: Callable[[str], None],
) -> None:
    expected_logs("waiting for news failed")

    class Mistaken:
        last_date = ""
        mistakes = 1

        def post(self, *_arguments: Any, **_options: Any) -> WaitAnswer:
            if self.mistakes:
                self.mistakes -= 1
                raise RuntimeError("a mistake")
            return WaitAnswer()

        def close(self) -> None: ...
        def break_off(self) -> None: ...

    heard: queue.SimpleQueue[Heard | None] = queue.SimpleQueue()
    listener = Listener(Mistaken(), heard)  # type: ignore[arg-type]  # only what it asks
    cursors = {"prices": Cursor(epoch="e", after=1, checksum="0")}
    listener.listen_after(cursors, 1)
    first = heard.get(timeout=5)
    listener.listen_after(cursors, 1)
    second = heard.get(timeout=5)
    listener.stop()
    listener.join(5)
    assert first is not None
    assert first.problem is not None
    assert (first.cursors, first.answer, first.problem.detail) == (cursors, None, "RuntimeError")
    assert second is not None
    assert second.answer == WaitAnswer()
