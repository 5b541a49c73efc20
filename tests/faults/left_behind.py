"""What a till that has ended left in its folder, read with the database's driver and none of its code."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from tests.faults.oracle import TillLeftBehind


def left_behind(folder: Path) -> TillLeftBehind:
    """Return the journal and what waits, from a copy: what the killed till left is not touched.

    A till that was killed before it had a journal has left nothing.
    """
    if not (folder / "till.key").exists():
        return TillLeftBehind()
    with tempfile.TemporaryDirectory(prefix="evertill-left-") as copies:
        for name in ("journal.db", "journal.db-wal"):
            if (folder / name).exists():
                shutil.copy(folder / name, copies)
        connection = driver.connect(str(Path(copies) / "journal.db"))
        try:
            key = (folder / "till.key").read_text("ascii").strip()
            connection.execute(f"PRAGMA key=\"x'{key}'\"")
            return _read(connection)
        finally:
            connection.close()


def _read(connection: Any) -> TillLeftBehind:
    def rows(query: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(query))

    if not rows("SELECT name FROM sqlite_master WHERE name = 'print_jobs'"):
        return TillLeftBehind()
    return TillLeftBehind(
        journal=tuple(
            rows("SELECT incarnation, device_seq, hash, kind, body FROM journal ORDER BY position")
        ),
        acked_seq=next(iter(rows("SELECT acked_seq FROM identity")), (0,))[0],
        jobs_waiting=rows("SELECT count(*) FROM print_jobs WHERE state <> 'printed'")[0][0],
        jobs_printing=rows("SELECT count(*) FROM print_jobs WHERE state = 'printing'")[0][0],
        attempts_open=rows("SELECT count(*) FROM attempts WHERE state IN ('started', 'in_doubt')")[0][0],
        open_baskets=frozenset(row[0] for row in rows("SELECT basket_id FROM open_sales")),
    )
