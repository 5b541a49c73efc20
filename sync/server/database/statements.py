"""Statements that SQLite and PostgreSQL both understand but SQLAlchemy spells per dialect.

A statement that runs for every order or batch is made once and kept: making one takes as long as running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

CHUNK = 500
"""Values in one `IN (…)`: below SQLite's oldest limit of 999 variables."""

T = TypeVar("T")


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose unique keys are not taken, and leave the others as they stand."""
    if not rows:
        return
    connection.execute(adding_missing(connection.dialect.name, table), list(rows))


@cache
def adding_missing(dialect: str, table: Table) -> Insert:
    """Return the statement of `insert_missing`."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def among(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """Match a column against the texts of a parameter, with one statement for any number of them.

    For a `Question`: it gives SQLite the texts as one JSON value, because a parameter each costs more than
    to find the row.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=postgresql.ARRAY(String)))
    wanted = func.json_each(bindparam(name, type_=String)).table_valued("value")
    return column.in_(select(wanted.c.value))


def insert_into(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert of a database's own kind, for `on_conflict_do_update`."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut values into lists of at most `size`."""
    chunk: list[T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
