"""What the mirror is written from: the journal's rows after a place, and the state beside them."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import Connection, bindparam, func, select

from pos_app.database.connection import Database
from pos_app.database.identity import Identity
from pos_app.database.journal_tables import (
    earlier_lives,
    identity,
    journal,
    local_settings,
    open_sales,
    pickup_steps,
    stock_moves,
)
from pos_app.database.mirror import MirroredFact, MirroredState
from retail.journal import Envelope

_fields = Envelope.__struct_fields__
_columns = (journal.c.position, *(journal.c[name] for name in _fields))
_facts_after = (
    select(*_columns)
    .where(journal.c.position > bindparam("after"))
    .order_by(journal.c.position)
    .limit(bindparam("limit"))
)
_fact_at = select(*_columns).where(journal.c.position == bindparam("position"))
_step_moves = (
    select(stock_moves.c.position, stock_moves.c.product_id, stock_moves.c.location, stock_moves.c.quantity)
    .join(pickup_steps, pickup_steps.c.position == stock_moves.c.position)
    .where(stock_moves.c.position.between(bindparam("first"), bindparam("last")))
    .order_by(stock_moves.c.position, stock_moves.c.number)
)
_identity = select(*(identity.c[name] for name in Identity.__struct_fields__))
_open_sales = select(open_sales.c.body).order_by(open_sales.c.position)
_settings = select(local_settings.c.name, local_settings.c.value)
_lives = select(earlier_lives.c.incarnation, earlier_lives.c.acked_seq, earlier_lives.c.last_seq).order_by(
    earlier_lives.c.place
)
_last_position = select(func.coalesce(func.max(journal.c.position), 0))


class MirrorSource:
    """Reads a journal for its mirror. Every method is one short read and raises `DatabaseProblem`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts_after(self, position: int, limit: int) -> tuple[MirroredFact, ...]:
        """Return the next facts after a place."""
        with self._database.read() as connection:
            rows = connection.execute(_facts_after, {"after": position, "limit": limit}).mappings().all()
            found = [mirrored(dict(row)) for row in rows]
            return _with_moves(connection, found)

    def fact_at(self, position: int) -> MirroredFact | None:
        """Return the fact at a place."""
        with self._database.read() as connection:
            row = connection.execute(_fact_at, {"position": position}).mappings().first()
            return None if row is None else _with_moves(connection, [mirrored(dict(row))])[0]

    def last_position(self) -> int:
        """Return the place of the last fact; 0 for none."""
        with self._database.read() as connection:
            return int(connection.execute(_last_position).scalar_one())

    def state(self) -> MirroredState:
        """Return what else the file holds that a till needs to go on."""
        with self._database.read() as connection:
            return state_in(connection)


def state_in(connection: Connection) -> MirroredState:
    """Return the state inside a transaction of the caller."""
    who = connection.execute(_identity).mappings().first()
    return MirroredState(
        identity=None if who is None else Identity(**who),
        open_sales=tuple(connection.execute(_open_sales).scalars()),
        settings={row.name: row.value for row in connection.execute(_settings)},
        earlier_lives=tuple(
            (row.incarnation, row.acked_seq, row.last_seq) for row in connection.execute(_lives)
        ),
    )


def mirrored(row: dict[str, object]) -> MirroredFact:
    """Return a row of the journal as the mirror holds it, without what it moved."""
    position = row.pop("position")
    assert isinstance(position, int)
    return MirroredFact(position=position, envelope=Envelope(**{str(k): v for k, v in row.items()}))  # type: ignore[arg-type]  # columns are named after the fields


def _with_moves(connection: Connection, facts: list[MirroredFact]) -> tuple[MirroredFact, ...]:
    if not any(fact.envelope.kind == "pickup.stepped" for fact in facts):
        return tuple(facts)
    bounds = {"first": facts[0].position, "last": facts[-1].position}
    rows = connection.execute(_step_moves, bounds).all()
    moves = {
        position: tuple((row.product_id, row.location, row.quantity) for row in some)
        for position, some in groupby(rows, key=lambda row: row.position)
    }
    return tuple(
        MirroredFact(position=fact.position, envelope=fact.envelope, moves=moves.get(fact.position, ()))
        for fact in facts
    )
