"""The guard in front of every handler: it holds `sync.server.permissions` before anything else happens."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import anyio.to_thread
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sync.server.centre import Centre
from sync.server.channels.book import KEY_PREFIX
from sync.server.permissions import ROLES, Person, Who, allowed
from sync.server.refusals import Refused

AnyConnection = ASGIConnection[Any, Any, Any, Any]

SESSION_COOKIE: Final = "evertill_session"
"""Whose value proves who somebody is; kept by the browser for `/backoffice` only."""

REFRESH: Final = "refresh"
"""In the address of a page that a browser reads again by itself: nobody was here."""

_PEOPLE: Final = frozenset(ROLES)


async def allowed_only(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """Refuse whoever the table does not let in; a guard. Afterwards `person_in` says who is signed in."""
    method = str(connection.scope.get("method"))
    if method == "OPTIONS":
        return  # says which methods there are, and no more
    who = allowed(method, connection.scope["path_template"])
    if not who:
        raise Refused("not_in_the_table")
    if Who.ANYONE in who:
        return
    if who & _PEOPLE:
        if not (Who.THIS_MACHINE in who and is_this_machine(connection)):
            person = await anyio.to_thread.run_sync(_signed_in, connection)
            _check(person, who, connection)
            if method == "POST":
                await anyio.to_thread.run_sync(_note, connection, person)
            connection.state.person = person
        return
    scheme, _, key = connection.headers.get("Authorization", "").partition(" ")
    # Whose key it is, its handler finds out; a key of the wrong kind opens not even that handler.
    is_channels = key.strip().startswith(KEY_PREFIX)
    if scheme.lower() != "bearer" or not key.strip() or is_channels is not (Who.CHANNEL in who):
        raise Refused("not_enrolled" if Who.TILL in who else "unknown_channel")


def person_in(connection: AnyConnection) -> Person:
    """Return who is signed in; raises `Refused("sign_in_needed")` for nobody."""
    person: Person | None = connection.state.get("person")
    if person is None:
        raise Refused("sign_in_needed")
    return person


def address_of(connection: AnyConnection) -> str:
    """Return the address that a request comes from, empty when there is none."""
    return connection.client.host if connection.client is not None else ""


def is_this_machine(connection: AnyConnection) -> bool:
    """Say whether a request comes from this machine, and calls it by a name of its own.

    A page of another site that has its own name point here is another one's.
    """
    return _is_loopback(address_of(connection)) and _is_loopback(
        _host_name(connection.headers.get("Host", ""))
    )


def _signed_in(connection: AnyConnection) -> Person:
    centre: Centre = connection.app.state.centre
    secret = connection.cookies.get(SESSION_COOKIE, "")
    was_here = REFRESH not in connection.query_params
    person = centre.staffing.person_of(secret, was_here=was_here) if secret else None
    if person is None:
        raise Refused("sign_in_needed")
    return person


def _check(person: Person, who: frozenset[Who], connection: AnyConnection) -> None:
    connection.state.person = person  # also a page that says no greets whom it says it to
    if person.role not in who:
        raise Refused("not_for_your_role")
    if any(not person.sees(one) for one in connection.query_params.getall("store", []) if one):
        raise Refused("not_your_store")


def _note(connection: AnyConnection, person: Person) -> None:
    centre: Centre = connection.app.state.centre
    about = " ".join(f"{name}={text}" for name, text in connection.query_params.multi_items())
    centre.staffing.note(
        person, f"POST {connection.scope['path_template']}", about.replace("\0", ""), address_of(connection)
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # A socket for both families shows 127.0.0.1 as ::ffff:127.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _host_name(host: str) -> str:
    """Return the name in a `Host` header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
