"""The print spool: jobs that survive a crash, are never lost, and open the drawer once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Boolean, Connection, bindparam, func, insert, select, update

from pos_app.database.connection import Database
from pos_app.database.journal_tables import print_jobs

JOB_KINDS = ("receipt", "return", "copy", "drawer", "test", "pick_list", "bag_label", "handover_slip")


class PrintJobRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Something to print. `body` is the JSON of what to lay out; `printer` names a configured printer."""

    kind: str
    body: str
    printer: str = "receipt"
    opens_drawer: bool = False


class PrintJob(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job. `interrupted` means: an earlier try may have come out, so this one says COPY."""

    job_id: int
    kind: str
    body: str
    printer: str
    opens_drawer: bool
    interrupted: bool
    tries: int
    queued_at: str


_insert_job = insert(print_jobs)
_columns = (
    print_jobs.c.job_id,
    print_jobs.c.kind,
    print_jobs.c.body,
    print_jobs.c.printer,
    print_jobs.c.opens_drawer,
    print_jobs.c.interrupted,
    print_jobs.c.tries,
    print_jobs.c.queued_at,
)
_next_job = (
    select(*_columns)
    .where(
        print_jobs.c.state == "waiting",
        (print_jobs.c.next_try_at <= bindparam("now")) | (print_jobs.c.next_try_at > bindparam("latest")),
    )
    .order_by(print_jobs.c.job_id)
    .limit(1)
)
_claim_job = (
    update(print_jobs)
    .where(print_jobs.c.job_id == bindparam("job"))
    .values(state="printing", tries=print_jobs.c.tries + 1)
)
_kick_drawer = (
    update(print_jobs)
    .where(
        print_jobs.c.job_id == bindparam("job"),
        print_jobs.c.opens_drawer.is_(True),
        print_jobs.c.drawer_kicked.is_(False),
    )
    .values(drawer_kicked=True)
)
_finish_job = (
    update(print_jobs)
    .where(print_jobs.c.job_id == bindparam("job"))
    .values(state="printed", finished_at=bindparam("at"), problem="")
)
_fail_job = (
    update(print_jobs)
    .where(print_jobs.c.job_id == bindparam("job"))
    .values(
        state="waiting",
        problem=bindparam("code"),
        next_try_at=bindparam("next_try"),
        interrupted=print_jobs.c.interrupted | bindparam("partly", type_=Boolean),
    )
)
_recover_jobs = (
    update(print_jobs).where(print_jobs.c.state == "printing").values(state="waiting", interrupted=True)
)
_retry_now = update(print_jobs).where(print_jobs.c.state == "waiting").values(next_try_at="")
_waiting = select(func.count(), func.min(print_jobs.c.queued_at)).where(print_jobs.c.state != "printed")
_last_problem = (
    select(print_jobs.c.problem)
    .where(print_jobs.c.state != "printed", print_jobs.c.problem != "")
    .order_by(print_jobs.c.job_id.desc())
    .limit(1)
)


def insert_job(connection: Connection, request: PrintJobRequest, queued_at: str) -> int:
    """Queue a job inside a transaction of the caller; return its number."""
    assert request.kind in JOB_KINDS, request.kind
    result = connection.execute(
        _insert_job,
        {
            "kind": request.kind,
            "printer": request.printer,
            "opens_drawer": request.opens_drawer,
            "state": "waiting",
            "tries": 0,
            "drawer_kicked": False,
            "interrupted": False,
            "queued_at": queued_at,
            "next_try_at": "",
            "finished_at": "",
            "problem": "",
            "body": request.body,
        },
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]  # an insert of one row has one key


LONGEST_WAIT = timedelta(hours=1)
"""No next try is put further off than this."""


class Spool:
    """The print jobs of this till. Every method is one transaction and raises `DatabaseProblem`.

    Times are the texts of `now`: RFC 3339 local times of one till, compared as text.
    """

    def __init__(self, database: Database, now: Callable[[], str]) -> None:
        self._database = database
        self._now = now

    def queue(self, request: PrintJobRequest) -> int:
        """Add a job and return its number."""
        with self._database.write() as connection:
            return insert_job(connection, request, self._now())

    def claim(self, now: str) -> PrintJob | None:
        """Take the oldest job that is due, marking it `printing`; None when there is none.

        A next try further off than any is ever put is of a clock that was wrong then: it is due.
        """
        due = {"now": now, "latest": _longest_wait_after(now)}
        with self._database.read() as connection:
            if connection.execute(_next_job, due).first() is None:
                return None  # the usual answer, found without a write
        with self._database.write() as connection:
            row = connection.execute(_next_job, due).first()
            if row is None:
                return None
            connection.execute(_claim_job, {"job": row.job_id})
            return PrintJob(**row._mapping)  # noqa: SLF001  # SQLAlchemy's documented access by name

    def drawer_may_open(self, job_id: int) -> bool:
        """Say once, and only once ever, that this job may open the drawer; stored before the kick is sent."""
        with self._database.write() as connection:
            return connection.execute(_kick_drawer, {"job": job_id}).rowcount == 1

    def finish(self, job_id: int) -> None:
        """Mark a job as printed."""
        with self._database.write() as connection:
            connection.execute(_finish_job, {"job": job_id, "at": self._now()})

    def fail(self, job_id: int, code: str, next_try_at: str, *, partly_printed: bool = False) -> None:
        """Put a job back with the code of its problem; `partly_printed` makes the next try say COPY."""
        with self._database.write() as connection:
            connection.execute(
                _fail_job, {"job": job_id, "code": code, "next_try": next_try_at, "partly": partly_printed}
            )

    def recover(self) -> int:
        """Put back what was being printed when the program ended; return how many such jobs there were."""
        with self._database.write() as connection:
            return connection.execute(_recover_jobs).rowcount

    def retry_now(self) -> None:
        """Make every waiting job due at once, as after new paper or by a person's wish."""
        with self._database.write() as connection:
            connection.execute(_retry_now)

    def waiting(self) -> tuple[int, str, str]:
        """Return (jobs not printed yet, when the oldest was queued, code of the newest problem)."""
        with self._database.read() as connection:
            count, oldest = connection.execute(_waiting).one()
            problem = connection.execute(_last_problem).scalar() if count else None
        return count, oldest or "", problem or ""


def _longest_wait_after(now: str) -> str:
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        return now
    return (moment + LONGEST_WAIT).isoformat(timespec="milliseconds")
