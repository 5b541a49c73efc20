"""A database is closed while workers still use it: they finish, and nobody's memory is freed under them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pos_app.database import connection as module
from pos_app.database.connection import Database
from pos_app.database.files import open_journal
from pos_app.database.problems import DatabaseProblem
from tests.database.till_files import KEY


def test_closing_waits_for_a_statement_of_another_thread(tmp_path: Path) -> None:
    database = open_journal(tmp_path, KEY)
    begun, seen = threading.Event(), list[int]()

    def read_long() -> None:
        counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        with database.read() as connection:
            begun.set()
            seen.append(connection.exec_driver_sql(f"{counting} SELECT count(*) FROM n").scalar_one())

    worker = threading.Thread(target=read_long)
    worker.start()
    begun.wait(10)
    database.close()
    worker.join(10)
    assert seen == [300_000]


def test_a_worker_left_behind_in_a_transaction_keeps_its_connection_and_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSE_TIMEOUT_SECONDS", 0.05)
    database = open_journal(tmp_path, KEY)
    begun, go_on = threading.Event(), threading.Event()
    said = list[object]()

    def work() -> None:
        with database.write() as connection:
            begun.set()
            go_on.wait(10)
            connection.exec_driver_sql("INSERT INTO local_settings VALUES ('late', 'kept')")
            said.append(connection)
        try:
            with database.read():
                said.append("read after the end")
        except DatabaseProblem as problem:
            said.append(problem.code)

    worker = threading.Thread(target=work)
    worker.start()
    begun.wait(10)
    database.close()
    go_on.set()
    worker.join(10)
    connection, after = said
    assert after == "in_use"
    assert getattr(connection, "closed", False)
    again = Database(tmp_path / "journal.db", KEY)
    with again.read() as fresh:
        assert fresh.exec_driver_sql("SELECT value FROM local_settings").scalar_one() == "kept"
    again.close()
