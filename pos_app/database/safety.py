"""Whether `journal.db` is what it was: a quick look at opening, the whole in the background, and the cure.

The quick look reads who the till is, verifies the hash chain over the last facts, and compares them with
the mirror's last record: a write-ahead log with a flipped bit ends early without an error, and an older copy
of the file is whole in itself; only something outside the file can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import bindparam, select

from pos_app.database.connection import Database
from pos_app.database.files import JOURNAL_FILE, open_journal
from pos_app.database.identity import Identity
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import identity, journal
from pos_app.database.lost_frames import facts_behind, lost_frames
from pos_app.database.mirror import Mirror
from pos_app.database.problems import DatabaseProblem
from pos_app.database.salvage import REPORT_SETTING, put_in_place_if_left, salvage
from pos_app.database.salvage_reading import SalvageReport
from retail.journal import FIRST_HASH, ChainBroken, Envelope, verify_chain

TAIL_FACTS = 32

_CURABLE = frozenset({"damaged", "wrong_key"})

_tail = (
    select(*(journal.c[name] for name in Envelope.__struct_fields__))
    .where(journal.c.incarnation == bindparam("of_incarnation"))
    .order_by(journal.c.device_seq.desc())
    .limit(TAIL_FACTS)
)
_hash_of = select(journal.c.hash).where(
    journal.c.incarnation == bindparam("of_incarnation"), journal.c.device_seq == bindparam("seq")
)
_who = select(*(identity.c[name] for name in Identity.__struct_fields__))


class RolledBack(DatabaseProblem):
    """The mirror knows facts that the journal does not: the journal is an older copy, or lost its end."""

    def __init__(self, detail: str) -> None:
        super().__init__("damaged", detail)


def open_checked_journal(
    folder: Path, key: str, mirror: Mirror, journal_on: Callable[[Database], Journal]
) -> Database:
    """Open `journal.db`, put right first where it is damaged and that can be cured.

    Raises `DatabaseProblem`: `damaged` or `wrong_key` when there is nothing to put it right from. What was
    done is kept in the journal (`report_of`) until a person has seen it.
    """
    put_in_place_if_left(folder)
    before = (folder / JOURNAL_FILE).exists()
    if not before and mirror.head()[0] is not None:
        salvage(folder, key, mirror, "damaged", journal_on)
    try:
        return _opened(folder, key, mirror)
    except RolledBack:
        salvage(folder, key, mirror, "rolled_back", journal_on)
    except DatabaseProblem as problem:
        if problem.code not in _CURABLE or not _is_ours(mirror, problem):
            raise
        salvage(folder, key, mirror, "damaged", journal_on)
    return open_journal(folder, key)


def quick_check(database: Database, mirror: Mirror) -> None:
    """Look at who this till is, its last facts and the mirror's; raises `DatabaseProblem`."""
    with database.read() as connection:
        who = connection.execute(_who).mappings().first()
        life = "" if who is None else who["incarnation"]
        rows = connection.execute(_tail, {"of_incarnation": life}).mappings().all()
    check_run([Envelope(**row) for row in reversed(rows)], database.path.name)
    fact, state = mirror.head()
    if who is None:
        if fact is not None:
            raise RolledBack(f"{database.path.name} is of no till yet, and the mirror of one has facts")
        return  # not enrolled yet
    if fact is not None and fact.envelope.device_id == who["device_id"]:
        place = {"of_incarnation": fact.envelope.incarnation, "seq": fact.envelope.device_seq}
        with database.read() as connection:
            found = connection.execute(_hash_of, place).scalar()
        if found != fact.envelope.hash:
            raise RolledBack(
                f"the mirror has number {fact.envelope.device_seq}, {database.path.name} has not"
            )
    known = None if state is None else state.identity
    if known is None or known.device_id != who["device_id"]:
        return
    if known.next_receipt_counter > who["next_receipt_counter"]:
        raise RolledBack(f"the mirror knows receipt counter {known.next_receipt_counter}")


def check_run(envelopes: list[Envelope], name: str) -> None:
    """Verify some envelopes that follow one another; raises `DatabaseProblem` (`damaged`)."""
    if not envelopes:
        return
    first = envelopes[0]
    before = FIRST_HASH if first.device_seq == 1 else first.prev_hash
    try:
        verify_chain(envelopes, prev_hash=before, first_seq=first.device_seq)
    except ChainBroken as broken:
        raise DatabaseProblem("damaged", f"{name}: {broken}") from broken


def report_of(kept: Journal) -> SalvageReport | None:
    """Return what the last salvage did, until somebody has seen it."""
    text = kept.local_setting(REPORT_SETTING)
    return msgspec.json.decode(text, type=SalvageReport) if text else None


def report_seen(kept: Journal) -> None:
    """A person has read what the last salvage did."""
    kept.set_local_setting(REPORT_SETTING, "")


def _opened(folder: Path, key: str, mirror: Mirror) -> Database:
    database = open_journal(folder, key)
    try:
        if lost_frames(folder, database) and facts_behind(folder, key, database) is not None:
            raise RolledBack(f"{database.path.name}: the end of its log is behind a damaged frame")
        quick_check(database, mirror)
    except BaseException:
        database.close()
        raise
    return database


def _is_ours(mirror: Mirror, problem: DatabaseProblem) -> bool:
    """Tell a damaged first page from a wrong key: a mirror that the key opens proves the key."""
    return problem.code == "damaged" or mirror.head() != (None, None)
