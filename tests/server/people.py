"""People of the back office for tests: added, signed in, and quick about passwords."""

from __future__ import annotations

import httpx

from sync.server.api.permitted import SESSION_COOKIE
from sync.server.centre import Centre
from sync.server.permissions import Person, Who
from sync.server.settings import PasswordCost
from sync.server.staffing.signing_in import Staffing
from tests.server.browsing import Browser

QUICK = PasswordCost(memory_kib=8, iterations=1, lanes=1)
"""The least that RFC 9106 allows: a guess costs nothing."""

PASSWORD = "the till sings at noon"


def add_person(centre: Centre, name: str, role: str, *stores: str) -> Person:
    """Add somebody whose password is `PASSWORD`."""
    person = Person(person_id=name, name=name.capitalize(), role=Who(role), stores=stores)
    staffing = Staffing(centre.database, QUICK)
    staffing.add(person, PASSWORD)
    staffing.close()
    return person


def sign_in(centre: Centre, client: httpx.Client, role: str = "owner", *stores: str) -> Person:
    """Add somebody and let a browser have their session."""
    person = add_person(centre, f"{role}-{len(stores)}" if stores else role, role, *stores)
    secret = centre.staffing.sign_in(person.person_id, PASSWORD, "192.0.2.1")
    client.cookies.set(SESSION_COOKIE, secret)
    return person


def signed_in(centre: Centre, client: httpx.Client, role: str = "owner", *stores: str) -> Browser:
    """Return a browser in which somebody is signed in."""
    sign_in(centre, client, role, *stores)
    return Browser(client)
