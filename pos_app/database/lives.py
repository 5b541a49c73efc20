"""The lives of a till's journal: the numbering in force, and earlier ones that are not whole at the centre.

A life is an incarnation. It ends when the disk turns out to be an older copy of itself, when a journal was
put right from its mirror, or by a restore. What it wrote and the centre does not have stays to be sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, union_all, update

from pos_app.database.identity import Identity
from pos_app.database.journal_tables import (
    earlier_lives,
    identity,
    journal,
    pickup_steps,
    returns,
    sales,
    stock_moves,
)
from retail.journal import Envelope

lives = union_all(
    select(
        earlier_lives.c.incarnation,
        earlier_lives.c.acked_seq,
        earlier_lives.c.last_seq,
        earlier_lives.c.place,
    ),
    select(
        identity.c.incarnation,
        identity.c.acked_seq,
        select(func.coalesce(func.max(journal.c.device_seq), 0))
        .where(journal.c.incarnation == identity.c.incarnation)
        .scalar_subquery()
        .label("last_seq"),
        func.coalesce(select(func.max(earlier_lives.c.place)).scalar_subquery() + 1, 1).label("place"),
    ),
).subquery("lives")
"""Every life with what is to be sent of it: the earlier ones first, in their order, then the one in force."""

_first_of_life = (
    select(journal.c.position)
    .where(
        and_(
            journal.c.incarnation == lives.c.incarnation,
            journal.c.device_seq > lives.c.acked_seq,
            journal.c.device_seq <= lives.c.last_seq,
        )
    )
    .order_by(journal.c.device_seq)
    .limit(1)
    .correlate(lives)
    .scalar_subquery()
)

first_unsent_position = select(func.min(_first_of_life.label("position")))
"""The place in the journal of the first fact that the centre does not have; nothing when it has all."""

_ENROLLED = "till.enrolled"
_PROJECTED = (sales, returns, pickup_steps, stock_moves)

_columns = (journal.c.position, *(journal.c[name] for name in Envelope.__struct_fields__))
_last_seq = select(func.coalesce(func.max(journal.c.device_seq), 0)).where(
    journal.c.incarnation == bindparam("of_incarnation")
)
_rows_above = (
    select(*_columns)
    .where(
        journal.c.incarnation == bindparam("of_incarnation"),
        journal.c.device_seq > bindparam("above"),
        journal.c.kind != _ENROLLED,
    )
    .order_by(journal.c.device_seq)
)
_rows_of_numbers = (
    select(*_columns)
    .where(
        journal.c.incarnation == bindparam("of_incarnation"),
        journal.c.device_seq.in_(bindparam("numbers", expanding=True)),
        journal.c.kind != _ENROLLED,
    )
    .order_by(journal.c.device_seq)
)
_insert_life = insert(earlier_lives)
_move_life = (
    update(earlier_lives)
    .where(earlier_lives.c.incarnation == bindparam("of_incarnation"))
    .values(acked_seq=bindparam("acked"))
)
_drop_whole = delete(earlier_lives).where(earlier_lives.c.acked_seq >= earlier_lives.c.last_seq)
_moves = [
    update(table).where(table.c.position == bindparam("old")).values(position=bindparam("new"))
    for table in _PROJECTED
]

StoredRow = tuple[int, Envelope]
"""A row of the journal with its place."""


def end_life(connection: Connection, ended: Identity, last_seq: int) -> None:
    """Keep what a life wrote up to `last_seq` to be sent, before the till goes on under another."""
    if last_seq > ended.acked_seq:
        connection.execute(
            _insert_life,
            {"incarnation": ended.incarnation, "acked_seq": ended.acked_seq, "last_seq": last_seq},
        )


def last_seq_of(connection: Connection, incarnation: str) -> int:
    """Return the highest number that a life has used here; 0 for none."""
    return int(connection.execute(_last_seq, {"of_incarnation": incarnation}).scalar_one())


def acknowledge_earlier(connection: Connection, incarnation: str, acked_seq: int) -> None:
    """Store how far the centre has an earlier life; one that it has whole is forgotten."""
    connection.execute(_move_life, {"of_incarnation": incarnation, "acked": acked_seq})
    connection.execute(_drop_whole)


def facts_above(connection: Connection, incarnation: str, seq: int) -> list[StoredRow]:
    """Return the facts of a life above a number, without the one that began it."""
    rows = connection.execute(_rows_above, {"of_incarnation": incarnation, "above": seq})
    return [_stored(dict(row)) for row in rows.mappings()]


def facts_of(connection: Connection, incarnation: str, numbers: Iterable[int]) -> list[StoredRow]:
    """Return the facts of a life under these numbers."""
    some = {"of_incarnation": incarnation, "numbers": sorted(numbers)}
    return [_stored(dict(row)) for row in connection.execute(_rows_of_numbers, some).mappings()]


def follow(connection: Connection, old: int, new: int) -> None:
    """Let what is projected from one place of the journal belong to another, which has the same fact."""
    for statement in _moves:
        connection.execute(statement, {"old": old, "new": new})


def _stored(row: dict[str, object]) -> StoredRow:
    position = row.pop("position")
    assert isinstance(position, int)
    return position, Envelope(**{str(name): value for name, value in row.items()})  # type: ignore[arg-type]  # columns are named after the fields
