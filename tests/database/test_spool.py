"""The print spool: nothing is lost, nothing opens the drawer twice, a doubtful receipt says COPY."""

from __future__ import annotations

from pos_app.database.spool import PrintJobRequest, Spool
from tests.database.till_files import NOW, RECEIPT

LATER = "2026-03-14T15:00:00+08:00"


def test_jobs_are_printed_in_the_order_they_came(spool: Spool) -> None:
    first, second = spool.queue(RECEIPT), spool.queue(PrintJobRequest(kind="copy", body="{}"))
    claimed = spool.claim(NOW)
    assert claimed is not None
    assert (claimed.job_id, claimed.kind, claimed.tries, claimed.interrupted) == (first, "receipt", 0, False)
    other = spool.claim(NOW)
    assert other is not None
    assert other.job_id == second
    assert spool.claim(NOW) is None
    spool.finish(first)
    spool.finish(second)
    assert spool.waiting() == (0, "", "")


def test_a_failed_job_waits_until_its_time(spool: Spool) -> None:
    job = spool.queue(RECEIPT)
    assert spool.claim(NOW) is not None
    spool.fail(job, "paper_out", LATER)
    assert spool.claim(NOW) is None
    assert spool.waiting() == (1, NOW, "paper_out")
    again = spool.claim(LATER)
    assert again is not None
    assert (again.tries, again.interrupted) == (1, False)


def test_new_paper_brings_every_waiting_job_at_once(spool: Spool) -> None:
    job = spool.queue(RECEIPT)
    spool.claim(NOW)
    spool.fail(job, "paper_out", LATER)
    spool.retry_now()
    assert spool.claim(NOW) is not None


def test_a_partly_printed_job_says_copy_next_time(spool: Spool) -> None:
    job = spool.queue(RECEIPT)
    spool.claim(NOW)
    spool.fail(job, "unreachable", NOW, partly_printed=True)
    again = spool.claim(NOW)
    assert again is not None
    assert again.interrupted


def test_a_job_that_a_crash_cut_off_says_copy(spool: Spool) -> None:
    spool.queue(RECEIPT)
    spool.claim(NOW)
    assert spool.recover() == 1
    again = spool.claim(NOW)
    assert again is not None
    assert again.interrupted
    assert spool.recover() == 1


def test_the_drawer_opens_once_per_job(spool: Spool) -> None:
    opens = spool.queue(RECEIPT)
    stays = spool.queue(PrintJobRequest(kind="receipt", body="{}"))
    assert spool.drawer_may_open(opens)
    assert not spool.drawer_may_open(opens)
    assert not spool.drawer_may_open(stays)
