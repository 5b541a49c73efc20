"""What can be wrong with a till's files: each has its own code, and nothing is lost or half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from pos_app.database.connection import Database
from pos_app.database.files import discard_cache, open_cache, open_journal
from pos_app.database.folder_lock import lock_folder
from pos_app.database.journal import Journal
from pos_app.database.keys import KEY_FILE, database_key
from pos_app.database.outbox import Outbox
from pos_app.database.problems import DatabaseProblem
from pos_app.database.streams import Streams
from retail.receipt_number import receipt_number
from tests.database.till_files import (
    KEY,
    NOW,
    OTHER_KEY,
    TILL,
    bootstrap,
    complete,
    files_in,
    journal_on,
    open_sale,
    product,
)


def code_of(caught: pytest.ExceptionInfo[DatabaseProblem]) -> str:
    return caught.value.code


def sell(journal: Journal, numbers: range) -> None:
    for number in numbers:
        journal.save_open_sale(open_sale(f"basket-{number}", lines=20))
        complete(journal, f"basket-{number}")


def test_another_key_opens_nothing_and_harms_nothing(
    tmp_path: Path, journal_database: Database, journal: Journal
) -> None:
    complete(journal, "basket-1")
    journal_database.close()
    with pytest.raises(DatabaseProblem) as caught:
        open_journal(tmp_path, OTHER_KEY)
    assert code_of(caught) == "wrong_key"
    again = open_journal(tmp_path, KEY)
    assert len(journal_on(again).sales()) == 1
    again.close()


def test_the_files_hold_no_readable_word(
    tmp_path: Path, journal_database: Database, journal: Journal
) -> None:
    complete(journal, "basket-1")
    journal_database.checkpoint()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Noor" not in everything
    assert b"SQLite format" not in everything


def test_a_key_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_journal(tmp_path, "abcd")
    assert files_in(tmp_path) == []


def test_a_torn_file_is_damaged_not_wrongly_keyed(tmp_path: Path) -> None:
    open_cache(tmp_path, KEY).close()
    path = tmp_path / "cache.db"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DatabaseProblem) as caught:
        open_cache(tmp_path, KEY)
    assert code_of(caught) == "damaged"
    discard_cache(tmp_path)
    open_cache(tmp_path, KEY).close()


def test_a_damaged_page_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    database = open_cache(tmp_path, KEY)
    bootstrap(Streams(database, lambda: NOW), "catalogue", [product(f"p{n:04d}") for n in range(400)])
    database.close()
    path = tmp_path / "cache.db"
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 + 100] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DatabaseProblem) as caught:  # noqa: PT012  # opening may notice it as well
        damaged = open_cache(tmp_path, KEY)
        try:
            damaged.check()
        finally:
            damaged.close()
    assert code_of(caught) == "damaged"


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path, journal_database: Database) -> None:
    with journal_database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    journal_database.close()
    with pytest.raises(DatabaseProblem) as caught:
        open_journal(tmp_path, KEY)
    assert code_of(caught) == "too_new"


def test_a_file_that_may_not_be_written_says_read_only(
    tmp_path: Path, journal_database: Database, journal: Journal
) -> None:
    complete(journal, "basket-1")
    journal_database.close()
    database = Database(tmp_path / "journal.db", KEY, read_only=True)
    reading = journal_on(database)
    assert len(reading.sales()) == 1
    with pytest.raises(DatabaseProblem) as caught:
        complete(reading, "basket-2")
    assert code_of(caught) == "read_only"
    assert len(reading.sales()) == 1
    database.close()


def test_the_log_of_a_file_that_is_gone_is_not_believed(
    tmp_path: Path, journal_database: Database, journal: Journal
) -> None:
    complete(journal, "basket-1")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / "journal.db-wal", elsewhere)
    assert (elsewhere / "journal.db-wal").stat().st_size > 0
    database = open_journal(elsewhere, KEY)
    database.check()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() == 0
    database.close()


def test_a_folder_that_cannot_be_made_says_read_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    with pytest.raises(DatabaseProblem) as caught:
        open_journal(tmp_path / "file", KEY)
    assert code_of(caught) == "read_only"
    with pytest.raises(DatabaseProblem) as caught:
        lock_folder(tmp_path / "file")
    assert code_of(caught) == "read_only"
    with pytest.raises(DatabaseProblem) as caught:
        database_key(tmp_path / "file" / "deeper")
    assert code_of(caught) == "read_only"


def test_a_full_disk_completes_nothing_and_loses_nothing(
    journal_database: Database, journal: Journal
) -> None:
    complete(journal, "basket-1")
    journal.save_open_sale(open_sale("basket-2"))
    with journal_database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseProblem) as caught:
        sell(journal, range(2, 200))
    assert code_of(caught) == "disk_full"
    sold = len(journal.sales(1000))
    assert journal.next_receipt_counter() == 412 + sold
    with journal_database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    complete(journal, "basket-after")
    assert len(journal.sales(1000)) == sold + 1


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 2 MiB, where the machine lets us mount one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and os.geteuid() == 0
    if (
        not made
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no tmpfs can be mounted here: max_page_count stands for it")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk_says_disk_full_and_sells_on_when_there_is_room(tiny_disk: Path) -> None:
    database = open_journal(tiny_disk, KEY)
    journal = journal_on(database)
    journal.enrol(TILL)
    ballast = tiny_disk / "ballast"
    ballast.write_bytes(b"x" * (1024 * 1024))
    with pytest.raises(DatabaseProblem) as caught:
        sell(journal, range(2000))
    assert code_of(caught) == "disk_full"
    sold = len(journal.sales(10_000))
    ballast.unlink()
    complete(journal, "basket-after")
    assert len(journal.sales(10_000)) == sold + 1
    assert Outbox(database, journal).waiting().sales == sold + 1
    database.close()


@pytest.fixture
def read_only_folder(tmp_path: Path, journal_database: Database) -> Iterator[Path]:
    """Give a folder with a journal on a disk that is mounted read-only."""
    journal_database.close()
    folder = tmp_path / "protected"
    folder.mkdir()
    (tmp_path / "journal.db").rename(folder / "journal.db")
    mount = shutil.which("mount")
    made = mount and os.geteuid() == 0
    if (
        not made
        or subprocess.run(
            [mount, "--bind", str(folder), str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no folder can be mounted here: query_only stands for it")
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_folder_on_a_read_only_disk_says_so(read_only_folder: Path) -> None:
    for attempt in (
        lambda: lock_folder(read_only_folder),
        lambda: open_journal(read_only_folder, KEY),
        lambda: open_cache(read_only_folder, KEY),
        lambda: database_key(read_only_folder / "new"),
    ):
        with pytest.raises(DatabaseProblem) as caught:
            attempt()
        assert code_of(caught) == "read_only"


_HOLD_THE_FOLDER = """
import sys
from pathlib import Path
from pos_app.database.folder_lock import lock_folder
lock = lock_folder(Path(sys.argv[1]))
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_second_till_on_the_same_files_is_turned_away_until_the_first_dies(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", _HOLD_THE_FOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert first.stdout is not None
    assert first.stdin is not None
    assert first.stdout.readline() == b"locked\n"
    with pytest.raises(DatabaseProblem) as caught:
        lock_folder(tmp_path)
    assert code_of(caught) == "in_use"
    first.kill()
    first.wait()
    first.stdin.close()
    first.stdout.close()
    lock_folder(tmp_path).release()


def test_a_lock_that_was_given_back_can_be_taken_again(tmp_path: Path) -> None:
    with lock_folder(tmp_path) as lock:
        with pytest.raises(DatabaseProblem):
            lock_folder(tmp_path)
        lock.release()
        lock_folder(tmp_path).release()


def test_two_threads_write_one_after_the_other(journal_database: Database, journal: Journal) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 20):
            complete(journal, f"basket-{number}")
        journal_database.release_thread()

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(each.receipt_number for each in journal.sales(1000))
    assert numbers == [receipt_number(2, 412 + number) for number in range(60)]


def test_a_reader_sees_one_moment_while_another_thread_writes(
    journal_database: Database, journal: Journal
) -> None:
    complete(journal, "basket-1")
    with journal_database.read():
        before = len(journal.sales())
        writer = threading.Thread(target=complete, args=(journal, "basket-2"))
        writer.start()
        writer.join()
        assert len(journal.sales()) == before
    assert len(journal.sales()) == before + 1


def test_a_mistake_of_ours_is_not_called_a_problem_of_the_disk(journal_database: Database) -> None:
    insert = "INSERT INTO local_settings (name, value) VALUES ('a', 'b')"

    def twice() -> None:
        with journal_database.write() as connection:
            connection.exec_driver_sql(insert)
            connection.exec_driver_sql(insert)

    with pytest.raises(IntegrityError):
        twice()
    with journal_database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM local_settings").scalar() == 0


def test_a_closed_database_says_so(journal_database: Database, journal: Journal) -> None:
    journal_database.close()
    journal_database.close()
    with pytest.raises(DatabaseProblem) as caught:
        journal.sales()
    assert code_of(caught) == "in_use"


def test_the_key_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    key = database_key(tmp_path)
    assert database_key(tmp_path) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


def test_databases_without_their_key_are_not_given_a_new_one(tmp_path: Path) -> None:
    open_journal(tmp_path, database_key(tmp_path)).close()
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(DatabaseProblem) as caught:
        database_key(tmp_path)
    assert code_of(caught) == "wrong_key"
    (tmp_path / KEY_FILE).write_text("not a key\n")
    with pytest.raises(DatabaseProblem) as caught:
        database_key(tmp_path)
    assert code_of(caught) == "wrong_key"


def test_the_log_is_folded_back_by_a_worker(journal_database: Database, journal: Journal) -> None:
    for number in range(100):
        journal.save_open_sale(open_sale(f"basket-{number}", lines=50))
    assert journal_database.log_bytes() > 2 * 1024 * 1024
    tending = threading.Thread(target=journal_database.tend)
    tending.start()
    tending.join()
    assert journal_database.path.stat().st_size > 200_000
