"""Reads a whole journal and says what is wrong with it: for the background, for auditors and for tests.

It reads only, and works on a copy as well. What it checks: every page against its MAC (SQLCipher's
HMAC-SHA512) and every index; every fact against its SHA-256; the chain and the numbers of each life without a
gap; receipt counters, each used once; the figures in the list of sales against the facts; and the mirror.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import select

from pos_app.database.connection import Database
from pos_app.database.journal_tables import identity, sales
from pos_app.database.mirror import Mirror, MirroredFact, MirrorReport
from pos_app.database.mirror_rows import MirrorSource
from pos_app.database.problems import DatabaseProblem
from retail.events import Fact, SaleCompleted, SaleReturned, TillRecovered
from retail.journal import FIRST_HASH, content_hash, fact_of

FACTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an auditor is told. What is not `serious` has an explanation, which the text says."""

    text: str
    serious: bool = True


@dataclass(slots=True)
class Checked:
    """What was looked at, in numbers."""

    facts: int = 0
    lives: int = 0
    sales: int = 0
    total_minor: Counter[str] = field(default_factory=Counter)
    mirror: MirrorReport = field(default_factory=MirrorReport)
    mirrored: int = 0


@dataclass(slots=True)
class _Life:
    last_seq: int = 0
    last_hash: str = FIRST_HASH


@dataclass(slots=True)
class _Walk:
    """What is remembered while the facts go by."""

    checked: Checked
    lives: dict[str, _Life] = field(default_factory=dict)
    sales: dict[str, tuple[str, int]] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, int], str] = field(default_factory=dict)
    recovered: set[str] = field(default_factory=set)


def check_journal(database: Database, mirror: Mirror | None, checked: Checked | None = None) -> list[Finding]:
    """Return what is wrong, the serious first; nothing when all is sound. Raises `DatabaseProblem`.

    A damaged page is a finding as long as the rest can be read.
    """
    checked = checked or Checked()
    walk = _Walk(checked)
    findings = list(_pages(database))
    try:
        findings += _facts(database, walk)
        findings += _lists(database, walk)
    except DatabaseProblem as problem:
        if problem.code != "damaged":
            raise
        findings.append(Finding(f"cannot be read to its end: {problem.detail}"))
    if mirror is not None and mirror.segments():
        findings += _mirror(mirror, walk)
    checked.lives = len(walk.lives)
    return sorted(findings, key=lambda finding: not finding.serious)


def _pages(database: Database) -> Iterator[Finding]:
    try:
        database.check()
    except DatabaseProblem as problem:
        if problem.code != "damaged":
            raise
        yield Finding(f"damaged pages: {problem.detail}")


def _facts(database: Database, walk: _Walk) -> Iterator[Finding]:
    source = MirrorSource(database)
    position = 0
    while some := source.facts_after(position, FACTS_AT_ONCE):
        for fact in some:
            yield from _fact(fact, walk)
        position = some[-1].position


def _fact(fact: MirroredFact, walk: _Walk) -> Iterator[Finding]:
    envelope = fact.envelope
    life = walk.lives.setdefault(envelope.incarnation, _Life())
    place = f"number {envelope.device_seq} of life {envelope.incarnation}"
    walk.checked.facts += 1
    walk.known[envelope.incarnation, envelope.device_seq] = envelope.hash
    if content_hash(envelope) != envelope.hash:
        yield Finding(f"{place}: its content is not what its hash says")
    elif envelope.device_seq != life.last_seq + 1:
        yield Finding(f"{place}: follows number {life.last_seq}; what was between is missing")
    elif envelope.prev_hash != life.last_hash:
        yield Finding(f"{place}: does not follow its predecessor")
    life.last_seq, life.last_hash = envelope.device_seq, envelope.hash
    try:
        told = fact_of(envelope)
    except msgspec.DecodeError:
        yield Finding(f"{place}: of a kind that this program does not know ({envelope.kind})", serious=False)
        return
    yield from _told(told, place, walk)


def _told(told: Fact, place: str, walk: _Walk) -> Iterator[Finding]:
    if isinstance(told, TillRecovered):
        walk.recovered.add(told.earlier_incarnation)
        yield Finding(
            f"{place}: the journal was put right here ({told.reason}): {told.kept} facts kept, "
            f"{told.from_mirror} from the mirror, {told.missing} missing",
            serious=False,
        )
    if isinstance(told, SaleCompleted):
        sale = told.sale
        thing, number, total = sale.sale_id, sale.receipt_number, sale.total_minor
        if thing not in walk.sales:
            walk.checked.sales += 1
            walk.checked.total_minor[sale.currency] += total
        walk.sales[thing] = (number, total)
    elif isinstance(told, SaleReturned):
        thing, number = told.returned.return_id, told.returned.receipt_number
    else:
        return
    if walk.receipts.setdefault(number, thing) != thing:
        yield Finding(f"{place}: receipt {number} was used before")


def _lists(database: Database, walk: _Walk) -> Iterator[Finding]:
    with database.read() as connection:
        rows = connection.execute(select(sales.c.sale_id, sales.c.receipt_number, sales.c.total_minor)).all()
        who = connection.execute(select(identity.c.incarnation, identity.c.acked_seq)).first()
    listed = {row.sale_id: (row.receipt_number, row.total_minor) for row in rows}
    for sale_id in sorted(listed.keys() | walk.sales.keys()):
        if listed.get(sale_id) != walk.sales.get(sale_id):
            told, fact = listed.get(sale_id), walk.sales.get(sale_id)
            yield Finding(f"sale {sale_id}: the list says {told}, the fact {fact}")
    if who is not None:
        head = walk.lives.get(who.incarnation, _Life()).last_seq
        if who.acked_seq > head:
            yield Finding(f"the centre has {who.acked_seq} facts of this life, the journal {head}")


def _mirror(mirror: Mirror, walk: _Walk) -> Iterator[Finding]:
    report = walk.checked.mirror
    missing = dict(walk.known)
    for record in mirror.read(report):
        if not isinstance(record, MirroredFact):
            continue
        envelope = record.envelope
        place = (envelope.incarnation, envelope.device_seq)
        here = walk.known.get(place)
        if here is None and envelope.incarnation in walk.lives:
            yield Finding(f"the mirror has number {place[1]} of life {place[0]}, the journal has not")
        elif here is not None and here != envelope.hash:
            yield Finding(f"the mirror has another fact under number {place[1]} of life {place[0]}")
        missing.pop(place, None)
    walk.checked.mirrored = len(walk.known) - len(missing)
    for place_in_mirror in report.unreadable[:10]:
        yield Finding(f"mirror: {place_in_mirror} is no sound record")
    if missing:
        yield Finding(f"the mirror lacks {len(missing)} facts", serious=bool(report.unreadable))
