"""Several statements in one round trip: what an order or a batch asks of the database, sent at once.

While a row is locked that everybody wants, the time on the way is time in which everybody waits. PostgreSQL
is sent all statements together, and runs them one after the other, each with a view of its own on what is
committed: what is read behind a lock is as it is under the lock. SQLite, which is in this process, is asked
one by one.

Many rows of a table are few statements (`add_rows`): PostgreSQL is given them as one JSON value, which costs
a fraction of a statement for each, and SQLite a hundred at a time, so that while it works other threads have
the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Executable, Integer, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""The values of a statement; several for one that is run once for each, as when rows are inserted."""

MOST_AT_ONCE: Final = 5_000
"""Rows in one value: a catalogue comes in pieces that both sides hold easily."""

ROWS_A_STATEMENT: Final = 100
"""Of SQLite: long enough not to wait for the interpreter after each row."""

_json = msgspec.json.Encoder()
_BY_NAME: Final = sqlite.dialect(paramstyle="named")
_texts: Final[dict[tuple[str, Executable, tuple[str, ...]], tuple[str, dict[str, Any]]]] = {}


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A statement with its values, and how its rows are read.

    The statement is one that is made once and kept: what it is for the database is kept with it. It is the
    same for any number of values: `IN` a list is written with `statements.among`.
    """

    statement: Executable
    values: Mapping[str, Any]
    read: Callable[[Sequence[Any]], T]


class Answer(Generic[T]):
    """What came of a question; there is a value once the round trip was made."""

    def __init__(self, read: Callable[[Sequence[Any]], T]) -> None:
        self._read = read
        self.rows: Sequence[Any] | None = None

    @property
    def value(self) -> T:
        assert self.rows is not None, "the round trip was not made"
        return self._read(self.rows)


@dataclass(frozen=True, slots=True)
class _ManyRows:
    """An insert of many rows in the driver's own words, and how the rows become its values."""

    text: str
    values_of: Callable[[Sequence[Mapping[str, Any]]], Any]
    text_of_many: str = ""


_Waiting = tuple[Executable | _ManyRows, Any, Answer[Any] | None]
"""A statement, its values, and where its rows go."""


class RoundTrip:
    """Statements of one transaction that wait to be sent, in this order.

    `run` sends them, and empties the list. An error of any of them is SQLAlchemy's, as if it had been sent
    alone; those behind it are not run then, and the transaction can only be undone.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._waiting: list[_Waiting] = []

    def ask(self, question: Question[T]) -> Answer[T]:
        """Add a statement that is answered with rows."""
        answer = Answer(question.read)
        self._waiting.append((question.statement, question.values, answer))
        return answer

    def tell(self, statement: Executable, values: Values) -> None:
        """Add a statement whose answer is of no interest; without any rows of values it is left out."""
        if isinstance(values, Mapping) or values:
            self._waiting.append((statement, values, None))

    def add_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], *, on_conflict: str = "") -> None:
        """Add rows of a table, all with the same columns: one statement, however many they are.

        `on_conflict` is what follows `ON CONFLICT`, in the words that both databases share; without it a row
        whose key is taken is an error of `run`, as is what a column refuses. Raises `OverflowError` for a
        number that no database holds.
        """
        for start in range(0, len(rows), MOST_AT_ONCE):
            statement = _inserting(self.dialect, table, tuple(rows[0]), on_conflict)
            some = rows if len(rows) <= MOST_AT_ONCE else rows[start : start + MOST_AT_ONCE]
            self._waiting.append((statement, statement.values_of(some), None))

    def run(self) -> None:
        """Send what waits, and have the answers."""
        waiting, self._waiting = self._waiting, []
        if self.dialect == "postgresql":
            self._send(waiting)
            return
        self._run_here(waiting)

    def _run_here(self, waiting: Sequence[_Waiting]) -> None:
        """Run statements of SQLite by its driver: SQLAlchemy's own way takes longer than most of them."""
        if not self.connection.in_transaction():
            self.connection.begin()
        dialect = self.connection.dialect
        raw: Any = self.connection.connection.driver_connection
        cursor = raw.cursor()
        try:
            for statement, values, answer in waiting:
                if isinstance(statement, _ManyRows):
                    _add_here(cursor, statement, values)
                elif isinstance(values, Mapping):
                    text, fixed = _text_of(dialect, statement, values)
                    cursor.execute(text, _plain({**fixed, **values}))
                else:
                    text, fixed = _text_of(dialect, statement, values[0])
                    cursor.executemany(text, [{**fixed, **each} for each in values])
                if answer is not None:
                    answer.rows = cursor.fetchall()
        except dialect.loaded_dbapi.Error as error:
            raise self._as_one_of_ours(error, raw) from error
        finally:
            cursor.close()

    def _send(self, waiting: Sequence[_Waiting]) -> None:
        dialect = self.connection.dialect
        raw: Any = self.connection.connection.driver_connection
        asked: list[tuple[Answer[Any], Any]] = []
        failed: list[Exception] = []
        try:
            with raw.pipeline():
                try:
                    self._fill(raw, waiting, asked)
                except dialect.loaded_dbapi.Error as error:
                    # What failed while the rest was still being sent; the pipeline's end will only say that
                    # it was aborted.
                    failed.append(error)
            for answer, cursor in asked:
                answer.rows = cursor.fetchall()
        except dialect.loaded_dbapi.Error as error:
            failed.append(error)
        if failed:
            raise self._as_one_of_ours(failed[0], raw) from failed[0]

    def _fill(
        self,
        raw: Any,
        waiting: Sequence[_Waiting],
        asked: list[tuple[Answer[Any], Any]],
    ) -> None:
        dialect = self.connection.dialect
        telling = raw.cursor()
        for statement, values, answer in waiting:
            if isinstance(statement, _ManyRows):
                telling.execute(statement.text, values)
                continue
            if not isinstance(values, Mapping):
                text, fixed = _text_of(dialect, statement, values[0])
                telling.executemany(text, [{**fixed, **each} for each in values])
                continue
            text, fixed = _text_of(dialect, statement, values)
            cursor = telling if answer is None else raw.cursor()
            cursor.execute(text, {**fixed, **values})
            if answer is not None:
                asked.append((answer, cursor))

    def _as_one_of_ours(self, error: Exception, raw: Any) -> Exception:
        dialect = self.connection.dialect
        gone = dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]  # the driver's own, caught as such
        if gone:
            self.connection.invalidate(error)
        # Errors go to logs: parameters are no part of them, as everywhere.
        return DBAPIError.instance(
            None,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=gone,
            dialect=dialect,
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as SQLite takes them: several texts (`statements.among`) are one JSON value."""
    return {
        name: _json.encode(value).decode() if isinstance(value, list | tuple) else value
        for name, value in values.items()
    }


def answered(connection: Connection, question: Question[T]) -> T:
    """Return the answer of one question alone."""
    trip = RoundTrip(connection)
    answer = trip.ask(question)
    trip.run()
    return answer.value


@cache
def _inserting(dialect: str, table: Table, names: tuple[str, ...], on_conflict: str) -> _ManyRows:
    quoted = ", ".join(f'"{name}"' for name in names)
    begin = f'INSERT INTO "{table.name}" ({quoted})'
    end = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    if dialect == "postgresql":
        # Texts come as `text`, so that the column itself refuses what is too long for it.
        kinds = ", ".join(
            f'"{name}" {"bigint" if isinstance(table.c[name].type, Integer) else "text"}' for name in names
        )
        rows = f"SELECT {quoted} FROM json_to_recordset(%s::json) AS made({kinds})"  # noqa: S608  # names of the schema
        return _ManyRows(f"{begin} {rows}{end}", lambda rows: (_json.encode(rows).decode(),))
    assert len(names) > 1, "the value of one column would be no tuple"
    values_of = itemgetter(*names)
    places = f"({', '.join('?' * len(names))})"
    many = ", ".join([places] * ROWS_A_STATEMENT)
    return _ManyRows(
        f"{begin} VALUES {places}{end}",
        lambda rows: list(map(values_of, rows)),
        f"{begin} VALUES {many}{end}",
    )


def _add_here(cursor: Any, statement: _ManyRows, rows: list[tuple[Any, ...]]) -> None:
    """Add rows to a table of SQLite."""
    in_hundreds = len(rows) - len(rows) % ROWS_A_STATEMENT
    for start in range(0, in_hundreds, ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        cursor.execute(statement.text_of_many, list(chain.from_iterable(some)))
    cursor.executemany(statement.text, rows[in_hundreds:])


def _text_of(
    dialect: Dialect, statement: Executable, values: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the text of a statement for the driver, and the values that are part of the statement itself."""
    names = tuple(values)
    kept = _texts.get((dialect.name, statement, names))
    if kept is None:
        compiled = statement.compile(  # type: ignore[attr-defined]  # every statement of Core has it
            dialect=_BY_NAME if dialect.name == "sqlite" else dialect,
            column_keys=list(names),
            for_executemany=True,
        )
        fixed = {name: value for name, value in compiled.params.items() if name not in values}
        kept = _texts[dialect.name, statement, names] = (str(compiled), fixed)
    return kept
