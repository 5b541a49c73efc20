"""What a world leaves behind, read from its files by plain SQL and plain JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.till_file import opened_till_file

Row = Mapping[str, Any]

TILL_KEY = "0123456789abcdef" * 4
SHOWN_FILE = "shown.json"
CENTRE_TABLES = (
    "alert",
    "centre",
    "conflict",
    "device",
    "inbox",
    "incarnation",
    "payment_attempt",
    "payment_charge",
    "pickup_order",
    "pickup_step",
    "recount_task",
    "reservation",
    "sale",
    "sale_line",
    "sale_return",
    "sale_return_line",
    "sale_tender",
    "slot_booking",
    "stock_balance",
    "stock_movement",
    "stream_head",
    "stream_row",
    "till",
)
JOURNAL_TABLES = ("journal", "identity", "open_sales", "attempts", "print_jobs", "sales")
STREAMS = ("catalogue", "prices", "members", "staff", "settings", "stock", "orders")
CHAIN_WIDE = ("catalogue",)


@dataclass(slots=True)
class LeftTill:
    """One till's files."""

    name: str
    store_id: str
    number: int
    tables: dict[str, list[Row]]
    cursors: dict[str, Row]
    rows: dict[str, dict[str, bytes]]

    @property
    def identity(self) -> Row:
        """Return who it is."""
        (who,) = self.tables["identity"]
        return who


@dataclass(slots=True)
class Left:
    """All that a world left behind."""

    shown: Mapping[str, Any]
    tables: dict[str, list[Row]]
    tills: list[LeftTill]
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of the facts of a kind that are at the centre and counted there."""
        return self.facts.get(kind, [])


def gather(folder: Path, centre_rows: Mapping[str, list[Row]] | None = None) -> Left:
    """Read the files of a world; `centre_rows` stand for a centre whose database is no file."""
    shown = json.loads((folder / SHOWN_FILE).read_bytes())
    tables = dict(centre_rows) if centre_rows is not None else _of_centre(folder / "centre" / "centre.db")
    left = Left(shown, tables, [_till(folder / one["folder"], one) for one in shown["tills"]])
    for row in tables["inbox"]:
        if row["outcome"] == "applied":
            body = json.loads(json.loads(row["envelope"])["body"])
            left.facts.setdefault(row["kind"], []).append({**body, "event_id": row["event_id"]})
    return left


def _of_centre(file: Path) -> dict[str, list[Row]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return {name: _rows(connection, name) for name in CENTRE_TABLES}


def _rows(connection: Any, table: str) -> list[Row]:
    return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # a name of ours


def _till(folder: Path, about: Mapping[str, Any]) -> LeftTill:
    with closing(opened_till_file(folder / "journal.db", TILL_KEY)) as connection:
        tables = {name: _rows(connection, name) for name in JOURNAL_TABLES}
    with closing(opened_till_file(folder / "cache.db", TILL_KEY)) as connection:
        cursors = {row["stream"]: row for row in _rows(connection, "cursors")}
        rows = {
            stream: {row["key"]: bytes(row["body"]) for row in _rows(connection, f"{stream}_rows")}
            for stream in STREAMS
        }
    return LeftTill(about["name"], about["store_id"], about["number"], tables, cursors, rows)
