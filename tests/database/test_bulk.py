"""Many rows go in by few statements, whatever their number is."""

from __future__ import annotations

import pytest

from pos_app.database.bulk import ROWS_A_STATEMENT, insert_flat
from pos_app.database.connection import Database

LONGEST, SHORTER = ROWS_A_STATEMENT


@pytest.mark.parametrize(
    ("rows", "statements"),
    [
        (0, 0),
        (1, 1),
        (SHORTER - 1, 1),
        (SHORTER, 1),
        (SHORTER + 1, 2),
        (LONGEST - 1, LONGEST // SHORTER),
        (LONGEST, 1),
        (2 * LONGEST + 2 * SHORTER + 7, 5),
    ],
)
def test_every_row_goes_in_once(
    cache_database: Database, rows: int, statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [one for number in range(rows) for one in (f"key {number}", bytearray(b"%d" % number))]
    with cache_database.write() as connection:
        made: list[int] = []
        run = connection.exec_driver_sql

        def counted(statement: str, some: tuple[object, ...]) -> object:
            made.append(len(some))
            return run(statement, some)

        monkeypatch.setattr(connection, "exec_driver_sql", counted)
        insert_flat(connection, "members_rows", 2, values, into="(key, body)")
        assert len(made) == statements
        assert sum(made) == len(values)
        found = run("SELECT key, CAST(body AS TEXT) FROM members_rows").all()
    assert sorted(map(tuple, found)) == sorted((f"key {number}", f"{number}") for number in range(rows))
