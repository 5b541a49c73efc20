"""The sync worker under Qt: signals arrive on the screen's thread, and stopping takes moments."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from pytestqt.qtbot import QtBot

from pos_app.services.clock import local_now
from pos_app.workers.sync_worker import SyncWorker
from sync.client.status import SyncState, SyncStatus
from sync.protocol import STREAMS
from tests.database.till_files import TILL, complete
from tests.sync.both_sides import CentreProcess, TillSide


def worker_of(till: TillSide) -> SyncWorker:
    def release() -> None:
        till.journal_database.release_thread()
        till.cache_database.release_thread()

    return SyncWorker(
        till.outbox,
        till.outbox,
        till.streams,
        now=local_now,
        release=release,
        tend=till.journal_database.tend,
        probe_seconds=0.3,
    )


def test_signals_come_to_the_screen_and_stop_is_quick(
    qtbot: QtBot, enrolled: TillSide, centre: CentreProcess
) -> None:
    worker = worker_of(enrolled)
    statuses: list[tuple[SyncStatus, bool]] = []
    rows: list[str] = []
    here = threading.current_thread()
    worker.status_changed.connect(
        lambda status: statuses.append((status, threading.current_thread() is here))
    )
    worker.rows_changed.connect(rows.append)
    worker.start()
    qtbot.waitUntil(lambda: bool(statuses) and statuses[-1][0].state is SyncState.SYNCED, timeout=20_000)
    assert set(rows) == set(STREAMS)
    receipt = complete(enrolled.journal, "b1").receipt_number
    assert worker.status.waiting_count in {0, 1}
    worker.wake()
    qtbot.waitUntil(lambda: centre.receipts() == [receipt], timeout=5000)
    qtbot.waitUntil(lambda: statuses[-1][0].state is SyncState.SYNCED, timeout=5000)
    assert all(on_screen for _, on_screen in statuses)
    began = time.monotonic()
    assert worker.stop()
    assert time.monotonic() - began < 2
    assert worker.stop()


def test_a_worker_without_a_centre_stops_as_quickly(qtbot: QtBot, tmp_path: Path) -> None:
    till = TillSide(tmp_path / "lonely")
    till.journal.enrol(TILL)
    worker = worker_of(till)
    with qtbot.waitSignal(worker.status_changed, timeout=5000, check_params_cb=_is_offline):
        worker.start()
    began = time.monotonic()
    assert worker.stop()
    assert time.monotonic() - began < 2
    assert till.outbox.waiting().count == 1
    till.close()


def _is_offline(status: SyncStatus) -> bool:
    return status.state is SyncState.OFFLINE and status.last_problem == "unreachable"
