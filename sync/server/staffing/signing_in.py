"""Signing in to the back office: passwords, sessions, and patience with those who guess.

A try is counted before it is judged, so that guesses sent at once are all counted. The database is never
open while a password is judged, and at most two are judged at a time: each takes 64 MiB and a good part of a
second.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from sqlalchemy import Connection

from sync.server.clock import now_text, text_after
from sync.server.database import people_rows
from sync.server.database.people_rows import Failures
from sync.server.database.sessions import Database
from sync.server.permissions import Person
from sync.server.settings import PasswordCost
from sync.server.staffing.passwords import PasswordRefused, check_new, is_password, password_hash

IDLE: Final = timedelta(minutes=30)
"""Who sends nothing for so long has to sign in again."""

LONGEST_SESSION: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)
"""A session's last moment is written this often at most."""

FREE_TRIES: Final[Mapping[str, int]] = {"person": 5, "address": 20}
"""Failures before somebody has to wait, for one name and for one address."""

FIRST_WAIT_SECONDS: Final = 30
LONGEST_WAIT_SECONDS: Final = 900
FAILURES_KEPT: Final = timedelta(days=1)
JUDGED_AT_ONCE: Final = 2


class SignInRefused(Exception):
    """Nobody was signed in; `code` is `wrong`, or `wait` with the seconds after which to try again."""

    def __init__(self, code: str, seconds: int = 0) -> None:
        super().__init__(f"sign-in refused: {code}")
        self.code = code
        self.seconds = seconds


class Staffing:
    """The door of the back office. `judging` is where passwords are judged: never on the event loop."""

    def __init__(
        self, database: Database, cost: PasswordCost, *, clock: Callable[[], str] = now_text
    ) -> None:
        self._database = database
        self._cost = cost
        self._clock = clock
        self.judging = ThreadPoolExecutor(JUDGED_AT_ONCE, thread_name_prefix="passwords")
        # A name that nobody has takes as long as one that somebody has.
        self._nobody = ""

    def sign_in(self, person_id: str, password: str, address: str) -> str:
        """Return the secret of a new session; raises `SignInRefused`."""
        name = person_id.strip().lower()[:80]
        subjects = (f"person:{name}", f"address:{network_of(address)}")
        with self._database.write() as connection:
            self._count(connection, subjects)
        with self._database.read() as connection:
            known = people_rows.person_of_id(connection, name)
        if not is_password(password, self._hash_of_nobody() if known is None else known.password_hash):
            raise SignInRefused("wrong")
        if known is None:
            raise SignInRefused("wrong")
        secret = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            people_rows.clear_failures(connection, subjects[0])
            self._uncount(connection, subjects[1])
            people_rows.begin_session(connection, _digest(secret), name, at=self._clock())
        return secret

    def _hash_of_nobody(self) -> str:
        self._nobody = self._nobody or password_hash(secrets.token_urlsafe(), self._cost)
        return self._nobody

    def _count(self, connection: Connection, subjects: tuple[str, ...]) -> None:
        now = self._clock()
        held = people_rows.hold_failures(connection, subjects, at=now)
        found = {
            one: failures
            for one, failures in held.items()
            if text_after(failures.last_at, FAILURES_KEPT) > now
        }
        wait = max((_seconds_to_wait(one, failures, now) for one, failures in found.items()), default=0)
        if wait:
            raise SignInRefused("wait", wait)
        for one in subjects:
            before = found[one].count if one in found else 0
            people_rows.set_failures(connection, one, Failures(before + 1, now))

    @staticmethod
    def _uncount(connection: Connection, subject: str) -> None:
        found = people_rows.failures_of(connection, [subject]).get(subject)
        if found is not None and found.count > 1:
            people_rows.set_failures(connection, subject, Failures(found.count - 1, found.last_at))
        else:
            people_rows.clear_failures(connection, subject)

    def person_of(self, secret: str, *, was_here: bool) -> Person | None:
        """Return who is signed in by a secret, None when nobody is any more; with `was_here`, note it."""
        key, now = _digest(secret), self._clock()
        with self._database.read() as connection:
            session = people_rows.session_of(connection, key)
        if session is None:
            return None
        if text_after(session.seen_at, IDLE) <= now or text_after(session.begun_at, LONGEST_SESSION) <= now:
            self.sign_out(secret)
            return None
        if was_here and text_after(session.seen_at, SEEN_EVERY) <= now:
            with self._database.write() as connection:
                people_rows.see_session(connection, key, at=now)
        return session.person

    def sign_out(self, secret: str) -> None:
        """End a session; one that is not there is ended already."""
        with self._database.write() as connection:
            people_rows.end_session(connection, _digest(secret))

    def change_password(self, person: Person, old: str, new: str, *, secret: str, address: str) -> None:
        """Give somebody the password that they have chosen, and sign them out everywhere else.

        Raises `PasswordRefused`, or `SignInRefused` for who has guessed the old one too often.
        """
        check_new(new, person.person_id)
        if new == old:
            raise PasswordRefused("same")
        subjects = (f"person:{person.person_id}", f"address:{network_of(address)}")
        with self._database.write() as connection:
            self._count(connection, subjects)
        with self._database.read() as connection:
            known = people_rows.person_of_id(connection, person.person_id)
        if known is None or not is_password(old, known.password_hash):
            raise PasswordRefused("wrong")
        kept = password_hash(new, self._cost)
        with self._database.write() as connection:
            people_rows.clear_failures(connection, subjects[0])
            self._uncount(connection, subjects[1])
            people_rows.set_password(connection, person.person_id, password_hash=kept, at=self._clock())
            people_rows.end_sessions_of(connection, person.person_id, but=_digest(secret))

    def add(self, person: Person, password: str) -> bool:
        """Add somebody; return False when there is, or was, somebody of that name."""
        kept = password_hash(password, self._cost)
        with self._database.write() as connection:
            return people_rows.add_person(connection, person, password_hash=kept, at=self._clock())

    def reset_password(self, person_id: str, password: str) -> bool:
        """Give somebody another password, sign them out everywhere and forget their failures.

        Return False when there is nobody of that name.
        """
        kept = password_hash(password, self._cost)
        with self._database.write() as connection:
            people_rows.clear_failures(connection, f"person:{person_id}")
            people_rows.end_sessions_of(connection, person_id)
            return people_rows.set_password(connection, person_id, password_hash=kept, at=self._clock())

    def note(self, person: Person, act: str, about: str, address: str) -> None:
        """Note a form that somebody sent, before it is carried out."""
        with self._database.write() as connection:
            people_rows.note_act(
                connection,
                people_rows.Act(
                    person_id=person.person_id, act=act, about=about, address=address, at=self._clock()
                ),
            )

    def close(self) -> None:
        """Let go of the threads."""
        self.judging.shutdown()


def network_of(address: str) -> str:
    """Return what an address is counted as: one of IPv6 by its /64, which is what one house has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:80]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((found, 64), strict=False))
    return str(found)


def _seconds_to_wait(subject: str, failures: Failures, now: str) -> int:
    over = failures.count - FREE_TRIES[subject.partition(":")[0]]
    if over < 0:
        return 0
    wait = min(FIRST_WAIT_SECONDS << min(over, 10), LONGEST_WAIT_SECONDS)
    passed = datetime.fromisoformat(now) - datetime.fromisoformat(failures.last_at)
    return max(0, wait - int(passed.total_seconds()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
