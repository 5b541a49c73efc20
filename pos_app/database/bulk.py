"""Many rows by few statements: each row of an ordinary `executemany` enters the driver by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection

ROWS_A_STATEMENT = (5_000, 500)
"""Tried one after the other, then the rest at once; SQLite takes 32,766 values, so six columns at most.

After each statement a thread waits until it has the interpreter again, which costs more than the statement
where another thread is busy with Python; and a text is kept for each number of rows, so there are few long
ones."""


def insert_flat(
    connection: Connection,
    table: str,
    columns: int,
    values: list[Any],
    *,
    into: str = "",
    replacing: bool = False,
) -> None:
    """Insert rows whose values stand one after the other; `into` names the columns where not all are given.

    With `replacing` a row takes the place of one that has its key.

    While a statement runs, the interpreter's lock is free for other threads.
    """
    start = 0
    for rows in _steps(len(values) // columns):
        some = tuple(values[start : start + rows * columns])
        connection.exec_driver_sql(_statement(table, into, columns, rows, replacing), some)
        start += len(some)


def _steps(rows: int) -> Iterator[int]:
    for size in ROWS_A_STATEMENT:
        while rows >= size:
            yield size
            rows -= size
    if rows:
        yield rows


@cache
def _statement(table: str, into: str, columns: int, rows: int, replacing: bool) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"INSERT{' OR REPLACE' * replacing} INTO {table} {into} VALUES {', '.join([row] * rows)}"
