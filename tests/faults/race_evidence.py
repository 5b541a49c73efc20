"""What a race leaves behind, read from its files by plain SQL: the evidence of the oracle."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.faults.till_file import opened_till_file

Row = Mapping[str, Any]


@dataclass(slots=True)
class Left:
    """All that a seed left behind."""

    tables: dict[str, list[Row]]
    tills: dict[int, dict[str, list[Row]]]
    shown: Mapping[int, Mapping[str, str]]
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    sales: list[dict[str, Any]] = field(default_factory=list)
    strict: frozenset[str] = frozenset()
    unaware: frozenset[str] = frozenset()
    """Sales of tills that had never been told which goods are strictly kept."""


CENTRE_TABLES = (
    "alert",
    "conflict",
    "inbox",
    "incarnation",
    "payment_charge",
    "pickup_order",
    "pickup_step",
    "recount_task",
    "reservation",
    "sale",
    "sale_tender",
    "stock_balance",
    "stock_movement",
    "stream_head",
    "stream_row",
    "slot_booking",
)
STILL_OPEN = ("to_pick", "asked", "agreed")
OVER = ("handed_over", "completed", "cancelled", "expired", "return_to_shelf", "returned")
"""States in which nothing is still to be picked, whatever stands open on a line."""

OFF_THE_SHELF = ("picked", "refused", "handed_over", "written_off")

TILL_KEY = "0123456789abcdef" * 4


CENTRES_OWN = "centre:"
"""How the device of facts that the centre makes is called: no till has a journal of them."""


def gather(folder: Path, shown: Mapping[int, Mapping[str, str]]) -> Left:
    """Read the files that a seed left."""
    with closing(sqlite3.connect(folder / "centre" / "centre.db")) as connection:
        connection.row_factory = sqlite3.Row
        tables = {name: _rows(connection, name) for name in CENTRE_TABLES}
    left = Left(tables, {number: _till(folder / f"till-{number}") for number in shown}, shown)
    left.orders = {row["order_id"]: json.loads(row["body"]) for row in tables["pickup_order"]}
    left.sales = [
        json.loads(json.loads(row["envelope"])["body"])["sale"]
        for row in tables["inbox"]
        if row["kind"] == "sale.completed"
    ]
    levels = [json.loads(row["row"]) for row in tables["stream_row"] if row["stream"] == "stock"]
    left.strict = frozenset(each["product_id"] for each in levels if each["policy"] == "strict")
    return left


def _rows(connection: Any, table: str) -> list[Row]:
    return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]


def _till(folder: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for file, names in (
        ("journal.db", ("journal", "identity", "open_sales")),
        ("cache.db", ("cursors", "orders_rows", "stock_rows", "settings_rows")),
    ):
        with closing(opened_till_file(folder / file, TILL_KEY)) as connection:
            found |= {name: _rows(connection, name) for name in names}
    return found


def facts(left: Left, kind: str) -> list[dict[str, Any]]:
    """Return the bodies of the facts of a kind that are at the centre."""
    return [
        json.loads(json.loads(row["envelope"])["body"]) for row in left.tables["inbox"] if row["kind"] == kind
    ]


def facts_of_centre(left: Left, kind: str) -> list[dict[str, Any]]:
    """Return the bodies of the facts of a kind that the centre itself has made."""
    return [
        json.loads(json.loads(row["envelope"])["body"])
        for row in left.tables["inbox"]
        if row["kind"] == kind and row["device_id"].startswith(CENTRES_OWN)
    ]


def parts_of(line: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a line; one that nothing has become of is one part."""
    return line["parts"] or [{"covers": line["quantity"], "trail": []}]


def milli(quantity: str) -> int:
    """Return a quantity in thousandths."""
    return int(Decimal(quantity) * 1000)
