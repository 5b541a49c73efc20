"""A disk without room: the till's journal cannot grow by a single page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pos_app.bootstrap import Till
from pos_app.database.problems import DatabaseProblem
from retail.events import DrawerOpened


@contextmanager
def full_disk(till: Till) -> Iterator[None]:
    """Let `journal.db` not grow by a single page; what is free inside it can still be written."""
    with till.files.journal.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with till.files.journal.read() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    yield
    with till.files.journal.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")


def use_up(till: Till) -> None:
    """Write facts until not even the smallest fits into what is free inside the file."""
    for size in (10_000, 1_000, 100, 1):
        with suppress(DatabaseProblem):
            while True:
                till.journal.record(DrawerOpened(cashier_id="E0001", reason="x" * size))
