"""The people of the back office, their sessions, their failed tries and what they have sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from sync.server.database.people_tables import person, person_act, person_session, sign_in_failure
from sync.server.database.statements import insert_into, insert_missing
from sync.server.permissions import Person, Who

LONGEST_ABOUT = 200
LONGEST_ADDRESS = 60


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with what their password is judged by."""

    person: Person
    password_hash: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a list: when they were added, and when they were last here (empty for never)."""

    person: Person
    created_at: str
    seen_at: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is signed in."""

    person: Person
    begun_at: str
    seen_at: str


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """A form that somebody sent."""

    person_id: str
    act: str
    about: str
    address: str
    at: str


class Failures(msgspec.Struct, frozen=True):
    """How often a name or an address has failed, and when it was the last time."""

    count: int
    last_at: str


def add_person(connection: Connection, added: Person, *, password_hash: str, at: str) -> bool:
    """Store somebody; return False when there is, or was, somebody of that name."""
    if connection.execute(select(person.c.person_id).filter_by(person_id=added.person_id)).first():
        return False
    row = {
        "person_id": added.person_id,
        "name": added.name,
        "role": str(added.role),
        "stores": msgspec.json.encode(added.stores).decode(),
        "password_hash": password_hash,
        "password_set_at": at,
        "created_at": at,
    }
    connection.execute(person.insert(), [row])
    return True


def person_of_id(connection: Connection, person_id: str) -> Known | None:
    """Return somebody who may sign in; None for who was removed or never was."""
    row = connection.execute(
        select(person).where(person.c.person_id == person_id, person.c.removed_at.is_(None))
    ).first()
    return None if row is None else Known(person=_person(row), password_hash=row.password_hash)


def people(connection: Connection) -> list[Listed]:
    """Return everybody who may sign in, by name."""
    seen = func.max(person_session.c.seen_at)
    rows = connection.execute(
        select(person, func.coalesce(seen, "").label("seen_at"))
        .outerjoin(person_session, person_session.c.person_id == person.c.person_id)
        .where(person.c.removed_at.is_(None))
        .group_by(*person.c)
        .order_by(person.c.person_id)
    )
    return [Listed(person=_person(row), created_at=row.created_at, seen_at=row.seen_at) for row in rows]


def set_password(connection: Connection, person_id: str, *, password_hash: str, at: str) -> bool:
    """Give somebody another password; return False when there is nobody of that name."""
    changed = connection.execute(
        update(person)
        .where(person.c.person_id == person_id, person.c.removed_at.is_(None))
        .values(password_hash=password_hash, password_set_at=at)
    )
    return changed.rowcount == 1


def remove_person(connection: Connection, person_id: str, *, at: str) -> bool:
    """Let somebody in no more, at once; return False when there is nobody of that name."""
    changed = connection.execute(
        update(person)
        .where(person.c.person_id == person_id, person.c.removed_at.is_(None))
        .values(removed_at=at, password_hash="")
    )
    end_sessions_of(connection, person_id)
    return changed.rowcount == 1


def begin_session(connection: Connection, session_hash: str, person_id: str, *, at: str) -> None:
    """Remember a browser that is signed in."""
    row = {"session_hash": session_hash, "person_id": person_id, "begun_at": at, "seen_at": at}
    connection.execute(person_session.insert(), [row])


def session_of(connection: Connection, session_hash: str) -> Session | None:
    """Return whose session this is; None for one that was ended, or whose person was removed."""
    row = connection.execute(
        select(person, person_session.c.begun_at, person_session.c.seen_at)
        .join(person, person.c.person_id == person_session.c.person_id)
        .where(person_session.c.session_hash == session_hash, person.c.removed_at.is_(None))
    ).first()
    return None if row is None else Session(person=_person(row), begun_at=row.begun_at, seen_at=row.seen_at)


def see_session(connection: Connection, session_hash: str, *, at: str) -> None:
    """Note that somebody was here."""
    connection.execute(
        update(person_session).where(person_session.c.session_hash == session_hash).values(seen_at=at)
    )


def end_session(connection: Connection, session_hash: str) -> None:
    """Forget a browser."""
    connection.execute(delete(person_session).where(person_session.c.session_hash == session_hash))


def end_sessions_of(connection: Connection, person_id: str, *, but: str = "") -> None:
    """Sign somebody out everywhere, except for one session."""
    connection.execute(
        delete(person_session).where(
            person_session.c.person_id == person_id, person_session.c.session_hash != but
        )
    )


def hold_failures(connection: Connection, subjects: Iterable[str], *, at: str) -> dict[str, Failures]:
    """Return the failures of each of these subjects, none as 0, and keep others from them until the commit.

    Rows that are not there yet are made first: what is not there cannot be locked.
    """
    rows = [{"subject": one, "failures": 0, "last_at": at} for one in sorted(subjects)]
    insert_missing(connection, sign_in_failure, rows)
    return failures_of(connection, subjects)


def failures_of(connection: Connection, subjects: Iterable[str]) -> dict[str, Failures]:
    """Return the failures of these subjects and keep them until the commit; those without are left out."""
    rows = connection.execute(
        select(sign_in_failure)
        .where(sign_in_failure.c.subject.in_(sorted(subjects)))
        .order_by(sign_in_failure.c.subject)
        .with_for_update()
    )
    return {row.subject: Failures(row.failures, row.last_at) for row in rows}


def set_failures(connection: Connection, subject: str, failures: Failures) -> None:
    """Write how often a subject has failed."""
    insert = insert_into(connection.dialect.name, sign_in_failure).values(
        subject=subject, failures=failures.count, last_at=failures.last_at
    )
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["subject"], set_={"failures": failures.count, "last_at": failures.last_at}
        )
    )


def clear_failures(connection: Connection, subject: str) -> None:
    """Forget the failures of a subject."""
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.subject == subject))


def note_act(connection: Connection, act: Act) -> None:
    """Note a form that somebody has sent."""
    row = {
        **msgspec.structs.asdict(act),
        "about": act.about[:LONGEST_ABOUT],
        "address": act.address[:LONGEST_ADDRESS],
    }
    connection.execute(person_act.insert(), [row])


def latest_acts(connection: Connection, limit: int, *, person_id: str = "") -> list[Act]:
    """Return what people, or one of them, sent last, the newest first."""
    of = [person_act.c.person_id == person_id] if person_id else []
    rows = connection.execute(select(person_act).where(*of).order_by(person_act.c.act_id.desc()).limit(limit))
    return [msgspec.convert(row, Act, from_attributes=True) for row in rows]


def forget_sessions(connection: Connection, *, before: str, limit: int) -> int:
    """Forget sessions in which nobody was seen since a moment; return how many rows it was."""
    old = (
        select(person_session.c.session_hash)
        .where(person_session.c.seen_at < before)
        .order_by(person_session.c.seen_at)
        .limit(limit)
    )
    keys = list(connection.execute(old).scalars())
    if keys:
        connection.execute(delete(person_session).where(person_session.c.session_hash.in_(keys)))
    return len(keys)


def forget_failures(connection: Connection, *, before: str, limit: int) -> int:
    """Forget failures that are long ago; return how many rows it was."""
    old = (
        select(sign_in_failure.c.subject)
        .where(sign_in_failure.c.last_at < before)
        .order_by(sign_in_failure.c.last_at)
        .limit(limit)
    )
    keys = list(connection.execute(old).scalars())
    if keys:
        connection.execute(delete(sign_in_failure).where(sign_in_failure.c.subject.in_(keys)))
    return len(keys)


def _person(row: Any) -> Person:
    return Person(
        person_id=row.person_id,
        name=row.name,
        role=Who(row.role),
        stores=tuple(msgspec.json.decode(row.stores, type=list[str])),
    )
