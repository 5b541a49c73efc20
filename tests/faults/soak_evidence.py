"""What a soak leaves behind, put together for the judge of the simulation, and the judge's word on it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sync.server.centre import Centre
from sync.server.control_totals import control_totals
from tests.faults.paper import jobs_of
from tests.faults.printer import paper_of
from tests.faults.simulation.evidence import SHOWN_FILE, Left, gather
from tests.faults.simulation.oracle import judge
from tests.faults.simulation.template import FIRST_STORE
from tests.faults.soak_till import SHOWN

EXPECTED_WARNINGS = re.compile(r"left behind at the end|disk_full")
"""Besides those that the judge of the simulation expects."""

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (WARNING|ERROR|CRITICAL) (.*)$")


@dataclass(slots=True)
class Judgement:
    """The judge's complaints, and what there was to judge."""

    complaints: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)


def judged(folder: Path, groups: Sequence[Sequence[int]], centre: Centre) -> Judgement:
    """Put the evidence of a run together and judge it; every process of it has ended."""
    numbers = [number for group in groups for number in group]
    said = {number: _said(folder / f"till-{number}" / SHOWN) for number in numbers}
    shown: dict[str, Any] = {
        "paid": _all(said, "paid"),
        "returned": _all(said, "returned"),
        "handed_over": _all(said, "handed_over"),
        "baskets_lost": [f"{one['till']}: {one['basket_id']}" for one in _all(said, "basket_lost")],
        "orders_shown": {
            _name(number): one["orders"]
            for number, lines in said.items()
            for one in lines[-1:]
            if "orders" in one
        },
        "printed": [],
        "terminals": {_name(number): _books(folder / f"till-{number}") for number in numbers},
        "tills": [
            {"name": _name(number), "store_id": FIRST_STORE, "folder": f"till-{number}", "number": number}
            for number in numbers
        ],
        "warnings": [one for group in groups for one in _warnings(folder / f"tills-{group[0]}.log")],
        "totals": [],
        "tills_restored": [],
        "rows_lost": [],
        "complaints": [],
        "promised_too_much": [],
        "centre_restored": 0,
    }
    (folder / SHOWN_FILE).write_text(json.dumps(shown))
    left = gather(folder)
    left.shown["printed"].extend(_printed(folder / "paper", left))  # type: ignore[attr-defined]
    left.shown["totals"].extend(_totals(left, centre))  # type: ignore[attr-defined]
    complaints = [f"rule {one.rule}: {one.text}" for one in judge(left)]
    acts = sum(one["what"] == "basket" for lines in said.values() for one in lines)
    return Judgement(complaints, {"acts at tills": acts, **_figures(left)})


def _name(number: int) -> str:
    return f"{FIRST_STORE}/{number}"


def _said(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _all(said: dict[int, list[dict[str, Any]]], what: str) -> list[dict[str, Any]]:
    return [
        {"till": _name(number), **one}
        for number, lines in said.items()
        for one in lines
        if one["what"] == what
    ]


def _printed(folder: Path, left: Left) -> list[dict[str, Any]]:
    """Return the sales on paper as the judge reads them: receipts with their total. Paper tells no sale's id:
    it is that of the journals' sale with this number.
    """
    ids = {
        sale["receipt_number"]: sale["sale_id"]
        for till in left.tills
        for row in till.tables["journal"]
        if row["kind"] == "sale.completed"
        for sale in (json.loads(row["body"])["sale"],)
    }
    return [
        {
            "kind": "receipt",
            "body": json.dumps({"sale": {"receipt_number": number, "sale_id": ids.get(number, "")}}),
            "copy": job.is_copy,
        }
        for job in jobs_of(paper_of(folder))
        for number in job.numbers
        if job.total_minor is not None
    ]


def _books(folder: Path) -> dict[str, list[Any]]:
    books: dict[str, list[Any]] = {}
    for file in (folder / "terminal").glob("*-attempts.json"):
        for attempt_id, one in json.loads(file.read_bytes()).items():
            books[attempt_id] = [one["outcome"], one["amount_minor"]]
    return books


def _warnings(log: Path) -> list[str]:
    found = [match[2] for line in log.read_text().splitlines() if (match := LINE.match(line))]
    return [one for one in found if not EXPECTED_WARNINGS.search(one)]


def _totals(left: Left, centre: Centre) -> list[dict[str, Any]]:
    """Return the control totals of each journal life as the centre counts them."""
    found = []
    with centre.database.read() as connection:
        for till in left.tills:
            who = till.identity
            totals = control_totals(
                connection,
                device_id=who["device_id"],
                incarnation=who["incarnation"],
                first_seq=1,
                last_seq=who["acked_seq"],
            )
            life = {"device_id": who["device_id"], "incarnation": who["incarnation"]}
            found.append({**life, **json.loads(msgspec.json.encode(totals))})
    return found


def _figures(left: Left) -> dict[str, int]:
    tables = left.tables
    kinds = Counter(row["kind"] for row in tables["inbox"])
    return {
        "facts at the centre": len(tables["inbox"]),
        "sales booked": len(tables["sale"]),
        "sales shown as paid": len(left.shown["paid"]),
        "returns": len(tables["sale_return"]),
        "receipts on paper": len(left.shown["printed"]),
        "card payments": kinds["payment.started"],
        "orders": len(tables["pickup_order"]),
        "steps of orders": len(tables["pickup_step"]),
        "orders handed over": len(left.shown["handed_over"]),
        "changes of streams": sum(row["head"] for row in tables["stream_head"]),
    }
