"""The limit of landing: the very rows that a round of landing left, inserted again and nothing else.

Everything that landing writes is compared with what was there before, table by table: new rows, and rows
that were changed (balances, rows of streams, places of journals), each once as it stands at the end. They are
taken out, and inserted by themselves into the same tables of the same database, in as many transactions by as
many threads, each transaction with the rows of one batch, many rows a statement. So indexes, keys, durability
and the size of the tables are the same, and afterwards the database is as landing left it.

Left out is one column of a table that rows cannot be taken out of: the receipt counter of a till.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Integer, Table, select

from sync.server.centre import Centre
from sync.server.database import stock_tables, tables

WRITTEN: tuple[Table, ...] = (
    tables.incarnation,
    tables.inbox,
    tables.sale,
    tables.sale_line,
    tables.sale_tender,
    tables.sale_tax,
    tables.payment_attempt,
    tables.watched_act,
    tables.member_points,
    stock_tables.stock_movement,
    stock_tables.stock_balance,
    tables.stream_head,
    tables.stream_row,
    tables.stream_change,
    tables.stream_version,
)
"""Whatever landing these facts writes to, in the order in which keys refer to each other."""

_OWNERS = ("event_id", "sale_id", "attempt_id")

Rows = list[tuple[Any, ...]]
Contents = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]
"""Rows by table and primary key."""

Transaction = list[tuple[Table, Rows]]


class Took(NamedTuple):
    """How long something took, and how much of that this process was busy."""

    seconds: float
    busy: float


class Watch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._busy = time.perf_counter(), time.process_time()

    def read(self) -> Took:
        """Return what has passed."""
        return Took(time.perf_counter() - self._wall, time.process_time() - self._busy)


def contents(centre: Centre) -> Contents:
    """Return everything that landing may change."""
    found: Contents = {}
    with centre.database.read() as connection:
        for table in WRITTEN:
            places = [list(table.c).index(column) for column in table.primary_key]
            rows = connection.execute(select(table))
            found[table.name] = {tuple(row[place] for place in places): tuple(row) for row in rows}
    return found


def written_since(centre: Centre, before: Contents) -> dict[str, Rows]:
    """Return the rows that are new or other than before, by table."""
    now = contents(centre)
    return {
        name: [row for key, row in rows.items() if before[name].get(key) != row] for name, rows in now.items()
    }


def transactions_of(written: Mapping[str, Rows]) -> list[Transaction]:
    """Put the rows together as the batches brought them; what is of no event is dealt evenly."""
    inbox = tables.inbox.c.keys()
    of_batch = [inbox.index(name) for name in ("received_at", "device_id")]
    owners: dict[str, tuple[Any, ...]] = {}
    batches: dict[tuple[Any, ...], Transaction] = {}
    for row in written["inbox"]:
        batch = tuple(row[place] for place in of_batch)
        owners[row[inbox.index("event_id")]] = batch
        batches.setdefault(batch, [])
    for row in written["sale"]:
        owners[row[0]] = owners[row[1]]
    for row in written["sale_tender"]:
        owners[row[4]] = owners[row[0]]
    in_turn = list(batches)
    for table in WRITTEN:
        names = table.c.keys()
        owner = next((names.index(name) for name in _OWNERS if name in names), None)
        dealt: dict[tuple[Any, ...], Rows] = defaultdict(list)
        rows = written[table.name]
        for place, row in enumerate(rows):
            batch = in_turn[place * len(in_turn) // len(rows)] if owner is None else owners[row[owner]]
            dealt[batch].append(row)
        for batch, some in dealt.items():
            batches[batch].append((table, some))
    return list(batches.values())


def insert_again(centre: Centre, transactions: Sequence[Transaction], threads: int) -> Took:
    """Take rows out and insert them again; return how long inserting took."""
    _take_out(centre, transactions)
    insert = _insert_many if centre.database.is_sqlite else _insert_values
    made = [[insert(table, rows) for table, rows in one] for one in transactions]

    def run(statements: Sequence[Callable[[Any], None]]) -> None:
        with centre.database.write() as connection:
            raw: Any = connection.connection.driver_connection
            cursor = raw.cursor()
            for statement in statements:
                statement(cursor)
            cursor.close()

    settle(centre)
    watch = Watch()
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(run, made):
            pass
    return watch.read()


def settle(centre: Centre) -> None:
    """Do what the database has put off, so that whatever is measured next pays for itself alone."""
    with centre.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if centre.database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("CHECKPOINT")


def _take_out(centre: Centre, transactions: Sequence[Transaction]) -> None:
    rows_of: dict[str, Rows] = defaultdict(list)
    for one in transactions:
        for table, rows in one:
            rows_of[table.name] += rows
    with centre.database.write() as connection:
        mark = "?" if centre.database.is_sqlite else "%s"
        for table in reversed(WRITTEN):
            key = list(table.primary_key)
            places = [list(table.c).index(column) for column in key]
            where = " AND ".join(f'"{column.name}" = {mark}' for column in key)
            keys = [tuple(row[place] for place in places) for row in rows_of[table.name]]
            if keys:
                connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE {where}', keys)


def _insert_values(table: Table, rows: Rows) -> Callable[[Any], None]:
    """Return PostgreSQL's quickest insert of many rows, its values made before; `VALUES` is far slower."""
    names = table.c.keys()
    quoted = ", ".join(f'"{name}"' for name in names)
    kinds = ", ".join(
        f'"{name}" {"bigint" if isinstance(table.c[name].type, Integer) else "text"}' for name in names
    )
    begin = f'INSERT INTO "{table.name}" ({quoted}) SELECT {quoted}'
    text = f"{begin} FROM json_to_recordset(%s::json) AS made({kinds})"
    values = msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
    return lambda cursor: cursor.execute(text, (values,))


def _insert_many(table: Table, rows: Rows) -> Callable[[Any], None]:
    """Return SQLite's way of many rows: one prepared statement, run for each."""
    names = table.c.keys()
    text = f"INSERT INTO {table.name} VALUES ({', '.join(['?'] * len(names))})"
    return lambda cursor: cursor.executemany(text, rows)
