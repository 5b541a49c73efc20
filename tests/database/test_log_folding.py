"""While many rows are written, the log is folded back beside that, and does not grow without end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from pos_app.database import log_folding
from pos_app.database.connection import Database
from pos_app.database.log_folding import LogFolding
from tests.database.till_files import keyed, member

ROWS = 2_000  # about a megabyte
_MOST_SECONDS = 60.0


@pytest.fixture
def folding(cache_database: Database) -> Iterator[LogFolding]:
    made = LogFolding(cache_database)
    yield made
    made.close()


def write_some(database: Database, folding: LogFolding, number: int) -> None:
    rows = keyed(member(f"M{number}-{each}") for each in range(ROWS))
    with database.write() as connection:
        folding.left_to_it(connection)
        connection.exec_driver_sql("INSERT INTO members_rows (key, body) VALUES (?, ?)", list(rows))


def test_a_long_log_is_begun_anew(
    cache_database: Database, folding: LogFolding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_folding, "LONGEST_LOG_BYTES", 1)
    monkeypatch.setattr("pos_app.database.connection.TEND_LOG_BYTES", 1)
    write_some(cache_database, folding, 0)
    folding.begin()
    of_one = cache_database.log_bytes()
    for number in range(1, 6):
        write_some(cache_database, folding, number)
        folding.begin()
    assert of_one
    assert cache_database.log_bytes() < 2 * of_one


def test_the_next_transaction_does_not_wait_for_the_folding(
    cache_database: Database, folding: LogFolding, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    folded: list[bool] = []
    monkeypatch.setattr(cache_database, "tend", lambda: folded.append(may_end.wait(_MOST_SECONDS)))
    write_some(cache_database, folding, 0)
    folding.begin()
    write_some(cache_database, folding, 1)
    folding.begin()
    assert not folded
    may_end.set()


def test_no_commit_folds_back_by_itself(
    cache_database: Database, folding: LogFolding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_database, "tend", lambda: None)
    cache_database.checkpoint()
    for number in range(60):
        write_some(cache_database, folding, number)
    assert cache_database.log_frames() > 8_000, "a commit would have folded it back and begun anew"
