"""The judge of a crash test: it reads what is left behind and knows nothing of the product's code.

Its evidence is the centre's SQLite file, the printer's raw bytes, the books of the payment terminals,
and the till's own journal. `judge` returns every complaint; no complaint means that each printed sale
is at the centre exactly once and every figure agrees.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.paper import Job, jobs_of

NUMBER = re.compile(r"T(\d{1,3})-(\d{6,12})-\d")
FIRST_HASH = "0" * 64
ENVELOPE_FIELDS = (
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
"""What a hash covers, in any order: the canonical bytes sort the names."""


@dataclass(frozen=True, slots=True)
class TillLeftBehind:
    """The till's own files after its end: what it wrote, and what waits.

    A row of `journal` is (incarnation, device_seq, hash, kind, body).
    """

    journal: tuple[tuple[str, int, str, str, str], ...] = ()
    acked_seq: int = 0
    jobs_waiting: int = 0
    jobs_printing: int = 0
    attempts_open: int = 0
    open_baskets: frozenset[str] = frozenset()

    @property
    def unsent(self) -> int:
        """Return how many facts the centre has not acknowledged."""
        return max((row[1] for row in self.journal), default=0) - self.acked_seq


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that must not be; `rule` is the number in the oracle's list."""

    rule: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was left behind."""

    envelopes: tuple[Mapping[str, Any], ...]
    outcomes: Mapping[str, str]
    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    jobs: tuple[Job, ...]
    terminal: Mapping[str, Mapping[str, Any]]
    till: TillLeftBehind
    sales: tuple[Mapping[str, Any], ...] = field(default=())


READ_TABLES = (
    "sale",
    "sale_tender",
    "sale_line",
    "sale_tax",
    "payment_attempt",
    "incarnation",
    "conflict",
    "alert",
    "till",
)


def gather(
    centre: Path, paper: Sequence[bytes], books: Iterable[Path], till: TillLeftBehind = TillLeftBehind()
) -> Evidence:
    """Read the evidence; a terminal without books has charged nothing."""
    terminal: dict[str, Mapping[str, Any]] = {}
    for book in books:
        if book.exists():
            kind = book.name.removesuffix("-attempts.json")
            terminal |= {name: {**each, "book": kind} for name, each in json.loads(book.read_bytes()).items()}
    with closing(sqlite3.connect(f"file:{centre}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        tables = {name: _rows(connection, f"SELECT * FROM {name}") for name in READ_TABLES}
        inbox = _rows(connection, "SELECT * FROM inbox ORDER BY inbox_id")
    envelopes = tuple(json.loads(row["envelope"]) for row in inbox)
    return Evidence(
        envelopes=envelopes,
        outcomes={row["event_id"]: row["outcome"] for row in inbox},
        tables=tables,
        jobs=tuple(jobs_of(paper)),
        terminal=terminal,
        till=till,
        sales=tuple(_sale_in(each) for each in envelopes if each["kind"] == "sale.completed"),
    )


def _rows(connection: sqlite3.Connection, query: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(dict(row) for row in connection.execute(query))


def _sale_in(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    sale: Mapping[str, Any] = json.loads(envelope["body"])["sale"]
    return sale


def judge(evidence: Evidence) -> list[Complaint]:
    """Return every complaint, by rule."""
    return [Complaint(rule, text) for rule, check in CHECKS.items() for text in check(evidence)]


def printed_is_at_the_centre_once(evidence: Evidence) -> Iterator[str]:
    """Rule 1: a number on paper is at the centre exactly once, with the total that is on the paper."""
    landed = Counter(sale["receipt_number"] for sale in evidence.sales)
    booked = Counter(row["receipt_number"] for row in evidence.tables["sale"])
    totals = {sale["receipt_number"]: sale["total_minor"] for sale in evidence.sales}
    for job in evidence.jobs:
        if len(job.numbers) > 1:
            yield f"one receipt with several numbers: {', '.join(job.numbers)}"
        for number in job.numbers:
            if landed[number] != 1 or booked[number] != 1:
                yield f"{number} is on paper; landed {landed[number]} times, booked {booked[number]} times"
            elif job.total_minor is None and job.cut:
                yield f"{number} has no total on paper"
            elif job.total_minor not in {None, totals[number]}:
                yield f"{number}: {job.total_minor} on paper, {totals[number]} at the centre"
    for name, counts in (("landed", landed), ("booked", booked)):
        yield from (f"{number} {name} {count} times" for number, count in counts.items() if count > 1)


def numbers_are_gapless(evidence: Evidence) -> Iterator[str]:
    """Rule 2: the receipt numbers of a till are 1, 2, 3 …, each under the till's own number."""
    counters: dict[str, list[int]] = defaultdict(list)
    till_numbers = {row["till_id"]: row["till_number"] for row in evidence.tables["till"]}
    for sale in evidence.sales:
        found = NUMBER.fullmatch(sale["receipt_number"])
        if found is None:
            yield f"{sale['receipt_number']!r} is no receipt number"
            continue
        counters[sale["till_id"]].append(int(found[2]))
        if int(found[1]) != till_numbers.get(sale["till_id"]):
            yield f"{sale['receipt_number']} is a sale of {sale['till_id']}"
    for till_id, found_here in counters.items():
        wanted = set(range(1, len(found_here) + 1))
        if sorted(found_here) != sorted(wanted):
            missing, strange = wanted - set(found_here), Counter(found_here) - Counter(wanted)
            yield f"{till_id}: missing {sorted(missing)}, too many {sorted(strange)}"


def chain_verifies(evidence: Evidence) -> Iterator[str]:
    """Rule 3: journals are gapless from 1, and every hash is that of its content and its predecessor's."""
    lives: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for each in evidence.envelopes:
        lives[each["device_id"], each["incarnation"]].append(each)
    heads = {(row["device_id"], row["incarnation"]): row for row in evidence.tables["incarnation"]}
    for life, envelopes in lives.items():
        previous, seq = FIRST_HASH, 0
        for each in sorted(envelopes, key=lambda envelope: int(envelope["device_seq"])):
            seq += 1
            if each["device_seq"] != seq:
                yield f"{life[1]}: number {seq} is missing, {each['device_seq']} follows"
                seq = each["device_seq"]
            if each["prev_hash"] != previous:
                yield f"{life[1]} {seq} does not follow its predecessor"
            if hash_of(each) != each["hash"]:
                yield f"{life[1]} {seq} does not have the hash of its content"
            previous = each["hash"]
        head = heads.get(life)
        if head is None or (head["acked_seq"], head["head_hash"]) != (seq, previous):
            yield f"{life[1]}: the centre's head is not number {seq}"
    here = {(each["incarnation"], each["device_seq"]): each["hash"] for each in evidence.envelopes}
    for incarnation, seq, digest, kind, _body in evidence.till.journal:
        if here.get((incarnation, seq)) != digest:
            yield f"the till's number {seq} ({kind}) is not at the centre as it was written"


def hash_of(envelope: Mapping[str, Any]) -> str:
    """Return SHA-256 over the envelope's canonical JSON without its own hash."""
    content = {name: envelope[name] for name in ENVELOPE_FIELDS}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def money_balances(evidence: Evidence) -> Iterator[str]:
    """Rule 4: every sale balances, and till, inbox and projections come to the same sums."""
    for sale in evidence.sales:
        number = sale["receipt_number"]
        tendered = sum(each["amount_minor"] for each in sale["tenders"])
        if tendered - sale["change_minor"] != sale["total_minor"] + sale["cash_rounding_minor"]:
            yield f"{number}: {tendered} tendered, total {sale['total_minor']}"
        paid = sum(each["paid_minor"] for each in sale["lines"])
        if sale["tax_included"] and paid != sale["total_minor"]:
            yield f"{number}: lines come to {paid}, total {sale['total_minor']}"
    landed = _sums(evidence.sales)
    booked = _booked_sums(evidence)
    if landed != booked:
        yield f"control totals: landed {dict(landed)}, booked {dict(booked)}"
    facts = [json.loads(body) for *_key, kind, body in evidence.till.journal if kind == "sale.completed"]
    written = _sums([fact["sale"] for fact in facts])
    if evidence.till.journal and written != landed:
        yield f"control totals: the till wrote {dict(written)}, the centre has {dict(landed)}"


def _sums(sales: Sequence[Mapping[str, Any]]) -> Counter[str]:
    sums: Counter[str] = Counter(sales=len(sales))
    for sale in sales:
        sums.update({name: sale[name] for name in ("total_minor", "change_minor", "cash_rounding_minor")})
        sums["tax_minor"] += sale["tax_minor"]
        sums["lines"] += sum(each["paid_minor"] for each in sale["lines"])
        for tender in sale["tenders"]:
            sums[f"tender {tender['kind']}"] += tender["amount_minor"]
    return sums


def _booked_sums(evidence: Evidence) -> Counter[str]:
    rows = evidence.tables["sale"]
    sums: Counter[str] = Counter(sales=len(rows))
    for row in rows:
        for name in ("total_minor", "change_minor", "cash_rounding_minor", "tax_minor"):
            sums[name] += row[name]
    sums["lines"] = sum(row["paid_minor"] for row in evidence.tables["sale_line"])
    for row in evidence.tables["sale_tender"]:
        sums[f"tender {row['kind']}"] += row["amount_minor"]
    return sums


def cards_are_charged_once(evidence: Evidence) -> Iterator[str]:
    """Rule 5: what a terminal took stands in one sale (or one still open), once; and nothing else does."""
    tenders: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in evidence.tables["sale_tender"]:
        if row["kind"] != "cash":
            tenders[row["attempt_id"]].append(row)
    attempts = {row["attempt_id"]: row for row in evidence.tables["payment_attempt"]}
    # What was open when a till started is sold under an id of its own, and says of which basket it is.
    basket_of = {sale["sale_id"]: sale.get("basket_id") or sale["sale_id"] for sale in evidence.sales}
    for attempt_id, book in evidence.terminal.items():
        here = tenders.pop(attempt_id, [])
        known = attempts.get(attempt_id)
        if book["outcome"] != "approved":
            if here:
                yield f"attempt {attempt_id} is a tender, but the terminal says {book['outcome']}"
            continue
        if book.get("times_charged", 0) != 1:
            yield f"attempt {attempt_id} was charged {book.get('times_charged', 0)} times"
        if known is None:
            yield f"attempt {attempt_id} was charged, and the centre does not know it"
            continue
        if not here and known["basket_id"] in evidence.till.open_baskets:
            continue
        if len(here) != 1:
            yield f"attempt {attempt_id} was charged and stands in {len(here)} sales"
        elif (
            here[0]["amount_minor"] != book["amount_minor"]
            or basket_of.get(here[0]["sale_id"]) != known["basket_id"]
        ):
            yield f"attempt {attempt_id}: the tender is not what was charged, or in another sale"
        if known["state"] != "approved":
            yield f"attempt {attempt_id} was charged; the centre says {known['state']}"
    yield from (f"tender of attempt {each or 'nobody'} is in no terminal's books" for each in tenders)


def paper_repeats_only_as_copy(evidence: Evidence) -> Iterator[str]:
    """Rule 6: a receipt comes out once, a repetition says COPY, and the drawer opens once for a cash sale."""
    originals: Counter[str] = Counter()
    kicks: Counter[str] = Counter()
    for job in evidence.jobs:
        for number in job.numbers:
            originals[number] += not job.is_copy
            kicks[number] += job.kicks
    cash = {
        sale["receipt_number"]
        for sale in evidence.sales
        if any(each["kind"] == "cash" for each in sale["tenders"])
    }
    yield from (f"{number} was printed {n} times without COPY" for number, n in originals.items() if n > 1)
    yield from (f"the drawer opened {n} times for {number}" for number, n in kicks.items() if n > 1)
    yield from (
        f"the drawer opened for {each}, a sale without cash"
        for each in kicks
        if kicks[each] and each not in cash
    )
    every = sum(job.kicks for job in evidence.jobs)
    opened = len(cash) + sum(each["kind"] == "drawer.opened" for each in evidence.envelopes)
    if every > opened:
        yield f"the drawer opened {every} times, for {opened} occasions"


def nothing_waits(evidence: Evidence) -> Iterator[str]:
    """Rule 7: everything is sent, applied, printed, answered and closed."""
    till = evidence.till
    for what, count in (
        ("facts not acknowledged", till.unsent),
        ("print jobs", till.jobs_waiting),
        ("payment attempts without a result", till.attempts_open),
        ("open sales", len(till.open_baskets)),
    ):
        if count > 0:
            yield f"{count} {what} at the till"
    for event_id, outcome in evidence.outcomes.items():
        if outcome != "applied":
            yield f"event {event_id} is {outcome}"
    for table in ("conflict", "alert"):
        yield from (f"{table}: {json.dumps(row)}" for row in evidence.tables[table])
    for row in evidence.tables["payment_attempt"]:
        if row["state"] == "started":
            yield f"attempt {row['attempt_id']} has no result at the centre"
    whole = {number for job in evidence.jobs if job.cut for number in job.numbers}
    yield from (
        f"{sale['receipt_number']} never came out of the printer whole"
        for sale in evidence.sales
        if sale["receipt_number"] not in whole
    )


def prices_are_the_centres(evidence: Evidence) -> Iterator[str]:
    """Rule 8: the centre, asked again with the rules of then, comes to the price of every sale."""
    for row in evidence.tables["sale"]:
        if row["price_check"] != "same":
            yield f"{row['receipt_number']}: the centre's price check says {row['price_check']}"


CHECKS = {
    1: printed_is_at_the_centre_once,
    2: numbers_are_gapless,
    3: chain_verifies,
    4: money_balances,
    5: cards_are_charged_once,
    6: paper_repeats_only_as_copy,
    7: nothing_waits,
    8: prices_are_the_centres,
}
"""Every rule, by its number."""


def figures(evidence: Evidence) -> dict[str, int]:
    """Return what there was to judge: a test that saw nothing proves nothing."""
    on_paper = {number for job in evidence.jobs for number in job.numbers}
    return {
        "sales at the centre": len(evidence.sales),
        "receipt numbers on paper": len(on_paper),
        "receipts printed whole": sum(job.cut for job in evidence.jobs if job.numbers),
        "of them COPY": sum(job.is_copy and job.cut for job in evidence.jobs),
        "receipts cut short": sum(not job.cut for job in evidence.jobs),
        "of them with their number": sum(not job.cut and bool(job.numbers) for job in evidence.jobs),
        "drawer kicks": sum(job.kicks for job in evidence.jobs),
        "events": len(evidence.envelopes),
        "terminal attempts": len(evidence.terminal),
        "approved": sum(each["outcome"] == "approved" for each in evidence.terminal.values()),
    }
