"""Many rows by few statements: each row of an ordinary `executemany` enters the driver by itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection

ROWS_A_STATEMENT = 500


def insert_flat(
    connection: Connection,
    table: str,
    columns: int,
    values: list[Any],
    *,
    into: str = "",
    rows_a_statement: int = ROWS_A_STATEMENT,
    replacing: bool = False,
) -> None:
    """Insert rows whose values stand one after the other; `into` names the columns where not all are given.

    With `replacing` a row takes the place of one that has its key.

    While a statement runs, the interpreter's lock is free for other threads.
    """
    step = rows_a_statement * columns
    for start in range(0, len(values), step):
        some = tuple(values[start : start + step])
        connection.exec_driver_sql(_statement(table, into, columns, len(some) // columns, replacing), some)


@cache
def _statement(table: str, into: str, columns: int, rows: int, replacing: bool) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"INSERT{' OR REPLACE' * replacing} INTO {table} {into} VALUES {', '.join([row] * rows)}"
