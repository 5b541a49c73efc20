"""The disk gives errors while the till sells: a sale holds or it does not, and the till says which."""

from __future__ import annotations

import errno
import gc
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from pos_app.database.connection import Database
from pos_app.database.files import open_journal
from pos_app.database.journal import Journal
from pos_app.database.outbox import Outbox
from pos_app.database.problems import DatabaseProblem
from retail.journal import verify_chain
from tests.database.till_files import KEY, TILL, complete, journal_on, open_sale
from tests.fakes.failing_disk import FailingDisk, failing_disk
from tests.faults.disk.interposing import POSSIBLE

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="calls of the system can be replaced on Linux only")


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    """Give a disk that can fail."""
    with failing_disk() as made:
        yield made


def numbers(journal: Journal) -> list[str]:
    return sorted(each.receipt_number for each in journal.sales(1000))


def chain_of(database: Database, journal: Journal) -> int:
    outgoing = Outbox(database, journal).unsent(1000, 10_000_000)
    assert outgoing is not None
    return verify_chain(outgoing.events)


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("call", ["fsync", "pwrite64"])
def test_a_sale_that_the_disk_refuses_is_none_and_the_next_one_holds(
    journal_database: Database, journal: Journal, disk: FailingDisk, tmp_path: Path, call: str, error: int
) -> None:
    complete(journal, "basket-1")
    journal.save_open_sale(open_sale("basket-2"))
    before = numbers(journal)
    disk.fail(call, file="journal.db-wal", error=error, times=1)
    with pytest.raises(DatabaseProblem) as caught:
        complete(journal, "basket-2")
    assert caught.value.code == (
        "disk_full" if (call, error) == ("pwrite64", errno.ENOSPC) else "write_failed"
    )
    assert disk.failed, "the disk was to fail"
    assert numbers(journal) == before
    assert [each.basket.basket_id for each in journal.open_sales()] == ["basket-2"], "the basket stays"
    complete(journal, "basket-2")
    assert len(numbers(journal)) == len(before) + 1
    assert chain_of(journal_database, journal) == 3
    journal_database.close()
    again = open_journal(tmp_path, KEY)
    assert len(journal_on(again).sales()) == 2, "what was said to hold is on the disk"
    again.close()


def test_no_fsync_is_tried_again_on_a_handle_whose_fsync_failed(
    journal_database: Database, journal: Journal, disk: FailingDisk
) -> None:
    complete(journal, "basket-1")
    disk.fail("fsync", file="journal.db-wal", times=1)
    with pytest.raises(DatabaseProblem):
        complete(journal, "basket-2")
    broken = [descriptor for name, descriptor, failed in disk.seen if failed and name == "fsync"]
    after = disk.seen[next(place for place, (_n, _d, failed) in enumerate(disk.seen) if failed) + 1 :]
    complete(journal, "basket-3")
    assert len(broken) == 1
    synced = [descriptor for name, descriptor, _failed in after if name == "fsync"]
    assert synced, "the file was brought to the disk through other handles"
    assert broken[0] not in synced


def test_a_disk_that_goes_on_failing_takes_nothing_until_it_is_well(
    journal_database: Database, journal: Journal, disk: FailingDisk
) -> None:
    complete(journal, "basket-1")
    disk.fail("fsync")
    for basket in ("basket-2", "basket-2", "basket-3"):
        with pytest.raises(DatabaseProblem) as caught:
            complete(journal, basket)
        assert caught.value.code == "disk_failing"
    with pytest.raises(DatabaseProblem):
        journal.sales()
    disk.heal()
    assert len(numbers(journal)) == 1
    complete(journal, "basket-2")
    assert len(numbers(journal)) == 2
    assert chain_of(journal_database, journal) == 3


def test_another_thread_uses_no_connection_of_before_the_error(
    journal_database: Database, journal: Journal, disk: FailingDisk
) -> None:
    complete(journal, "basket-1")
    seen: list[int] = []
    go_on, looked = threading.Event(), threading.Event()

    def other() -> None:
        with journal_database.read() as connection:
            seen.append(id(connection.connection.driver_connection))
        looked.set()
        go_on.wait(10)
        with journal_database.read() as connection:
            seen.append(id(connection.connection.driver_connection))
        journal_database.release_thread()

    thread = threading.Thread(target=other)
    thread.start()
    assert looked.wait(10)
    disk.fail("fsync", times=1)
    with pytest.raises(DatabaseProblem):
        complete(journal, "basket-2")
    go_on.set()
    thread.join()
    assert len(set(seen)) == 2


class ComplainsAfterCommit(Database):
    """The commit is kept; the answer is an error of the disk all the same, as of a controller that resets."""

    complains = False

    @contextmanager
    def write(self, *, durable: bool | None = None) -> Iterator[Connection]:
        with super().write(durable=durable) as connection:
            yield connection
        if self.complains:
            raise DatabaseProblem("write_failed", "the answer got lost")


def test_what_the_disk_kept_although_it_complained_is_a_sale(tmp_path: Path) -> None:
    open_journal(tmp_path, KEY).close()
    database = ComplainsAfterCommit(tmp_path / "journal.db", KEY)
    journal = journal_on(database)
    journal.enrol(TILL)
    database.complains = True
    sold = complete(journal, "basket-1")
    assert numbers(journal) == [sold.receipt_number]
    assert journal.next_receipt_counter() == TILL.next_receipt_counter + 1
    with pytest.raises(DatabaseProblem):
        journal.set_local_setting("theme", "dark")
    database.close()


def test_what_the_disk_kept_of_a_basket_although_it_complained_is_in_the_basket(tmp_path: Path) -> None:
    open_journal(tmp_path, KEY).close()
    database = ComplainsAfterCommit(tmp_path / "journal.db", KEY)
    journal = journal_on(database)
    journal.enrol(TILL)
    database.complains = True
    basket = open_sale("basket-1")
    journal.save_open_sale(basket)
    assert journal.open_sales() == (basket,)
    database.close()


def test_a_failing_disk_that_is_taken_away_outlives_who_writes_in_it() -> None:
    """A thread can still be inside of a callback: freed under its feet, it once took the process along."""
    with failing_disk() as used:
        seen = weakref.ref(used)
    del used
    gc.collect()
    assert seen() is not None
