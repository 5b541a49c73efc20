"""Judges a till's journal after an accident: the driver, SQL and JSON, and none of the product's code."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

FIRST_HASH = "0" * 64
COVERED = (
    "event_id",
    "device_id",
    "incarnation",
    "device_seq",
    "kind",
    "schema_version",
    "business_time",
    "monotonic_ms",
    "prev_hash",
    "body",
)
"""What a hash covers (docs/sync: the envelope)."""


@dataclass(slots=True)
class Told:
    """What a till acknowledged to the world, from the lines that it wrote."""

    sales: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    attempts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def hear(self, lines: Iterable[str]) -> Told:
        """Take in lines of JSON."""
        for line in lines:
            fact = json.loads(line)
            if "sale" in fact:
                self.sales[fact["sale"]] = fact
            elif "attempt" in fact:
                self.attempts[fact["attempt"]] = tuple(fact["states"])
        return self


@dataclass(frozen=True, slots=True)
class Judgement:
    """`lost` are acknowledged things that are gone; `wrong` is anything else that must not be."""

    lost: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    sales: int = 0

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything there is to say against it."""
        return self.lost + self.wrong


def judge_folder(folder: Path, told: Told, *, spooled: bool = True) -> Judgement:
    """Judge the journal of a folder that nobody has open.

    `spooled` is false for a journal that was put right from its mirror, which does not hold print jobs: what
    waited for the printer is printed again by hand.
    """
    path = folder / "journal.db"
    if not path.exists():
        return Judgement(lost=tuple(told.sales) + tuple(told.attempts))
    with closing(driver.connect(str(path))) as connection:
        key = (folder / "till.key").read_text("ascii").strip()
        connection.execute(f"PRAGMA key=\"x'{key}'\"")
        try:
            return _judge(connection, told, spooled=spooled)
        except driver.DatabaseError as error:
            return Judgement(lost=tuple(told.sales), wrong=(f"the journal cannot be read: {error}",))


def _judge(connection: Any, told: Told, *, spooled: bool) -> Judgement:
    connection.row_factory = driver.Row
    if not _rows(connection, "SELECT 1 FROM sqlite_master WHERE name = 'print_jobs'"):
        return Judgement(lost=tuple(told.sales) + tuple(told.attempts))
    journal = _rows(connection, "SELECT * FROM journal ORDER BY position")
    sold = {
        sale["sale_id"]: sale
        for sale in (json.loads(row["body"])["sale"] for row in journal if row["kind"] == "sale.completed")
    }
    wrong = [
        *_pages(connection),
        *_chain(journal),
        *_halves(connection, journal, sold),
        *(_unprinted(connection, sold) if spooled else ()),
    ]
    return Judgement(tuple(_lost(connection, sold, told)), tuple(wrong), len(sold))


def _rows(connection: Any, query: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(query)]


def _lost(connection: Any, sold: Mapping[str, Any], told: Told) -> Iterator[str]:
    for sale_id, fact in told.sales.items():
        sale = sold.get(sale_id)
        if sale is None:
            yield f"sale {fact['receipt']} was acknowledged and is gone"
        elif (sale["receipt_number"], sale["total_minor"]) != (fact["receipt"], fact["total_minor"]):
            yield f"sale {fact['receipt']} is another one now, {sale['receipt_number']}"
    states = {row["attempt_id"]: row["state"] for row in _rows(connection, "SELECT * FROM attempts")}
    for attempt_id, possible in told.attempts.items():
        if states.get(attempt_id) not in possible:
            yield f"attempt {attempt_id} was {possible[0]} and is {states.get(attempt_id, 'gone')}"


def _pages(connection: Any) -> Iterator[str]:
    for row in connection.execute("PRAGMA cipher_integrity_check"):
        yield f"a damaged page: {row[0]}"
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"a damaged tree: {row[0]}"


def _chain(journal: list[Mapping[str, Any]]) -> Iterator[str]:
    """Every number from 1 without a gap, every hash over its row and after its predecessor."""
    heads: dict[str, tuple[int, str]] = {}
    for row in journal:
        seq, head = heads.get(row["incarnation"], (0, FIRST_HASH))
        covered = {name: row[name] for name in COVERED}
        text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        content = hashlib.sha256(text.encode()).hexdigest()
        if row["device_seq"] != seq + 1:
            yield f"after {seq} comes {row['device_seq']}"
        if row["prev_hash"] != head or row["hash"] != content:
            yield f"the chain breaks at {row['device_seq']}"
        heads[row["incarnation"]] = (row["device_seq"], row["hash"])


def _halves(connection: Any, journal: list[Mapping[str, Any]], sold: Mapping[str, Any]) -> Iterator[str]:
    """A sale is whole: its row, its place in the list, its receipt, its money, and its basket gone."""
    kinds = Counter(row["kind"] for row in journal)
    if kinds["sale.completed"] != len(sold):
        yield "one sale stands in the journal twice"
    listed = {row["sale_id"]: row for row in _rows(connection, "SELECT * FROM sales")}
    if set(listed) != set(sold):
        yield f"journal and list of sales differ in {sorted(set(listed) ^ set(sold))}"
    baskets = {row["basket_id"] for row in _rows(connection, "SELECT basket_id FROM open_sales")}
    moved = {row["position"] for row in _rows(connection, "SELECT position FROM stock_moves")}
    for sale in sold.values():
        number = sale["receipt_number"]
        row = listed.get(sale["sale_id"])
        if row is not None and (row["total_minor"], row["receipt_number"]) != (sale["total_minor"], number):
            yield f"{number} is listed with other figures"
        if row is not None and row["position"] not in moved:
            yield f"{number} moved no stock"
        if sale["sale_id"] in baskets:
            yield f"{number} is sold and still an open basket"
        paid = sum(each["amount_minor"] for each in sale["tenders"]) - sale["change_minor"]
        if paid != sale["total_minor"] + sale["cash_rounding_minor"]:
            yield f"{number} costs {sale['total_minor']} and {paid} were paid"
    yield from _counter(connection, sold)
    yield from _attempts(connection, journal)


def _unprinted(connection: Any, sold: Mapping[str, Any]) -> Iterator[str]:
    jobs = " ".join(row["body"] for row in _rows(connection, "SELECT body FROM print_jobs"))
    for sale in sold.values():
        if f'"{sale["receipt_number"]}"' not in jobs:
            yield f"{sale['receipt_number']} has no receipt to print"


def _counter(connection: Any, sold: Mapping[str, Any]) -> Iterator[str]:
    used = [int(sale["receipt_number"].split("-")[1]) for sale in sold.values()]
    if len(set(used)) != len(used):
        yield "one receipt number was used twice"
    for row in _rows(connection, "SELECT next_receipt_counter FROM identity"):
        if used and row["next_receipt_counter"] <= max(used):
            yield f"the next receipt would be {row['next_receipt_counter']}, and {max(used)} is used"


def _attempts(connection: Any, journal: list[Mapping[str, Any]]) -> Iterator[str]:
    bodies = [json.loads(row["body"]) for row in journal if row["kind"].startswith("payment.")]
    told = {body["attempt_id"] for body in bodies}
    stored = {row["attempt_id"] for row in _rows(connection, "SELECT attempt_id FROM attempts")}
    if told != stored:
        yield f"journal and table of attempts differ in {sorted(told ^ stored)}"
