"""Reads whatever can be read of a damaged `journal.db`, and what its mirror has besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import select

from pos_app.database.connection import Database
from pos_app.database.identity import Identity
from pos_app.database.journal_tables import identity, local_settings, open_sales, print_jobs
from pos_app.database.lost_frames import RECOVERED_FOLDER
from pos_app.database.mirror import Mirror, MirroredFact, MirroredState, MirrorReport
from pos_app.database.mirror_rows import MirrorSource, state_in
from pos_app.database.problems import DatabaseProblem
from retail.journal import content_hash

_STRIDE = 100
_SMALLEST_ROW_BYTES = 400
"""A row has five identifiers and two hashes: so many facts a file holds at most, when it does not say."""


@dataclass(slots=True)
class SalvageReport:
    """What was done: `kept` facts from the damaged file, `from_mirror` more that only the mirror had.

    `missing` numbers have no fact here any more; the centre has `missing_at_centre` of them. `tail_known`
    is false when the damaged file's end could not be read: later facts may be missing, of which the last
    could only have been written in the moments before the damage.
    """

    reason: str = "damaged"
    kept: int = 0
    from_mirror: int = 0
    missing: int = 0
    missing_at_centre: int = 0
    tail_known: bool = True
    new_incarnation: bool = False
    kept_in: str = ""


@dataclass(slots=True)
class Found:
    """What was read of a damaged file and of its mirror."""

    facts: dict[tuple[str, int], MirroredFact] = field(default_factory=dict)
    others: list[MirroredFact] = field(default_factory=list)
    """Facts of the mirror whose place has another fact in the file: an older copy that sold on."""
    state: MirroredState = field(default_factory=MirroredState)
    jobs: list[dict[str, object]] = field(default_factory=list)


def read_what_can_be(path: Path, key: str, mirror: Mirror, report: SalvageReport) -> Found:
    found = Found()
    whole = False
    if path.exists():
        database = Database(path, key, read_only=True)
        try:
            whole = _read_file(database, found, mirror)
        except DatabaseProblem:
            whole = False  # not a page of it opens: the mirror is all there is
        finally:
            database.close()
    recovered = path.parent / RECOVERED_FOLDER / path.name
    if recovered.exists():
        whole = False
        _read_recovered(Database(recovered, key, read_only=True), found, mirror)
    report.kept = len(found.facts)
    ahead = _read_mirror(found, mirror, report)
    report.tail_known = whole and not ahead and report.reason != "restored"
    return found


def _read_recovered(database: Database, found: Found, mirror: Mirror) -> None:
    """Add what a log has behind its damage; its state is later than the file's, where it can be read."""
    behind = Found()
    try:
        _read_file(database, behind, mirror)
    except DatabaseProblem:
        pass  # what could be read of it before is kept
    finally:
        database.close()
    found.facts = behind.facts | found.facts
    if behind.state.identity is not None:
        found.state = behind.state
        found.jobs = behind.jobs or found.jobs


def _read_file(database: Database, found: Found, mirror: Mirror) -> bool:
    """Read whatever can be read; say whether that was everything."""
    source = MirrorSource(database)
    state, state_whole = _readable_state(database)
    found.state = state
    last, _ = mirror.head()
    whole = state_whole
    try:
        highest = source.last_position()
    except DatabaseProblem:
        highest, whole = database.path.stat().st_size // _SMALLEST_ROW_BYTES, False
    highest = max(highest, last.position + 1000 if last else 0)
    for fact in _readable_facts(source, highest):
        if fact is None:
            whole = False
        elif content_hash(fact.envelope) == fact.envelope.hash:
            found.facts[fact.envelope.incarnation, fact.envelope.device_seq] = fact
        else:
            whole = False
    try:
        with database.read() as connection:
            rows = connection.execute(select(print_jobs).where(print_jobs.c.state != "printed")).mappings()
            found.jobs = [dict(row) for row in rows]
    except DatabaseProblem:
        whole = False
    return whole


def _readable_state(database: Database) -> tuple[MirroredState, bool]:
    try:
        with database.read() as connection:
            return state_in(connection), True
    except DatabaseProblem:
        pass  # one of the tables cannot be read: each is tried alone
    parts: dict[str, object] = {}
    for name, table in (("identity", identity), ("open_sales", open_sales), ("settings", local_settings)):
        try:
            with database.read() as connection:
                rows = connection.execute(select(table)).mappings().all()
        except DatabaseProblem:
            continue
        if name == "identity" and rows:
            fields = {each: rows[0][each] for each in Identity.__struct_fields__}
            parts[name] = Identity(**fields)
        elif name == "open_sales":
            parts[name] = tuple(str(row["body"]) for row in rows)
        elif name == "settings":
            parts[name] = {str(row["name"]): str(row["value"]) for row in rows}
    return MirroredState(**parts), False  # type: ignore[arg-type]  # built by name just above


def _readable_facts(source: MirrorSource, highest: int) -> Iterator[MirroredFact | None]:
    """Give every fact that can be read, and None for each stretch that cannot."""
    after = 0
    while after < highest:
        try:
            some = source.facts_after(after, _STRIDE)
        except DatabaseProblem:
            yield None
            until = min(after + _STRIDE, highest)
            yield from _one_by_one(source, after, until)
            after = until
            continue
        if not some:
            return
        yield from some
        after = some[-1].position


def _one_by_one(source: MirrorSource, after: int, last: int) -> Iterator[MirroredFact | None]:
    for position in range(after + 1, last + 1):
        try:
            fact = source.fact_at(position)
        except DatabaseProblem:
            continue
        if fact is not None:
            yield fact


def _read_mirror(found: Found, mirror: Mirror, report: SalvageReport) -> bool:
    """Add what only the mirror has; say whether it knows facts after the last one of the file."""
    newest = max((fact.position for fact in found.facts.values()), default=0)
    ahead = False
    state: MirroredState | None = None
    known = found.state.identity
    for record in mirror.read(MirrorReport()):
        if isinstance(record, MirroredState):
            state = record
            continue
        envelope = record.envelope
        if known is not None and envelope.device_id != known.device_id:
            continue  # the mirror of a till that stood here before
        if content_hash(envelope) != envelope.hash:
            continue
        place = (envelope.incarnation, envelope.device_seq)
        here = found.facts.get(place)
        if here is None:
            found.facts[place] = record
            report.from_mirror += 1
            ahead = ahead or record.position > newest
        elif here.envelope.hash != envelope.hash:
            found.others.append(record)
            ahead = True
    if state is not None:
        found.state = _joined(found.state, state)
    return ahead


def _joined(own: MirroredState, mirrored: MirroredState) -> MirroredState:
    """Take from the mirror what the file no longer says; of the receipt counter the higher one."""
    who = own.identity or mirrored.identity
    if own.identity is not None and mirrored.identity is not None:
        if own.identity.device_id != mirrored.identity.device_id:
            return own
        counter = max(own.identity.next_receipt_counter, mirrored.identity.next_receipt_counter)
        who = msgspec.structs.replace(own.identity, next_receipt_counter=counter)
    return MirroredState(
        identity=who,
        open_sales=own.open_sales or mirrored.open_sales,
        settings=mirrored.settings | own.settings,
        earlier_lives=own.earlier_lives or mirrored.earlier_lives,
    )
