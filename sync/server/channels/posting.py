"""Posts a message to an address that a stranger gave us, without being led anywhere else.

The name is resolved here, every address of it is looked at, and the connection goes to an address that was
looked at: a name that answers otherwise the second time gains nothing (OWASP, Server-Side Request Forgery
Prevention). Redirects are answers like any other. Every attempt ends within `TOTAL_SECONDS`.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Event, Timer
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 15.0
"""From the beginning of the connection to the end of the answer's head, however slowly it drips."""

LONGEST_ADDRESS: Final = 500
_NAT64: Final = IPv6Network("64:ff9b::/96")


class AddressRefused(ValueError):
    """An address to which nothing is sent; `code` is `bad_address`, `not_https` or `private_address`."""

    def __init__(self, code: str, address: str) -> None:
        super().__init__(f"address refused: {code} ({address[:LONGEST_ADDRESS]})")
        self.code = code


class NoAnswer(Exception):
    """Nobody answered; `code` is `unknown_host`, `unreachable`, `too_slow`, `bad_certificate` or
    `no_http`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no answer: {code}")
        self.code = code


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver said: its status, and how many seconds it asks us to wait (0: it does not)."""

    status: int
    retry_after_seconds: int = 0


def checked_address(address: str, *, allow_private: bool) -> SplitResult:
    """Return an address that may be posted to as far as its text says; raises `AddressRefused`.

    Plain HTTP only where private addresses are allowed: it is for receivers on the same machine or net.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as unreadable:
        raise AddressRefused("bad_address", address) from unreadable
    printable = address.isascii() and address.isprintable() and " " not in address
    if not printable or len(address) > LONGEST_ADDRESS or not parts.hostname or port == 0:
        raise AddressRefused("bad_address", address)
    if parts.username is not None or parts.fragment or parts.scheme not in ("https", "http"):
        raise AddressRefused("bad_address", address)
    if parts.scheme == "http" and not allow_private:
        raise AddressRefused("not_https", address)
    if not allow_private and _is_private_number(parts.hostname):
        raise AddressRefused("private_address", address)
    return parts


def _is_private_number(host: str) -> bool:
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return False  # a name, which is looked at when it is resolved


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is on the public internet, also where it is wrapped into an IPv6 one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def post(address: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> Answer:
    """Post a body and return what was answered, whatever it was; raises `AddressRefused` and `NoAnswer`."""
    parts = checked_address(address, allow_private=allow_private)
    assert parts.hostname is not None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _resolved(parts.hostname, port, allow_private=allow_private)
    connection = _connection(parts.scheme, parts.hostname, port)
    late = Event()
    watchdog = Timer(TOTAL_SECONDS, _cut, [connection, late])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.sock = _connected(found, port)
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=parts.hostname
            )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(status=answer.status, retry_after_seconds=_seconds(answer.headers.get("Retry-After")))
    except TimeoutError as slow:
        raise NoAnswer("too_slow") from slow
    except ssl.SSLCertVerificationError as wrong:
        raise NoAnswer("bad_certificate") from wrong
    except (OSError, http.client.HTTPException) as failed:
        if late.is_set():
            raise NoAnswer("too_slow") from failed
        code = "no_http" if isinstance(failed, http.client.HTTPException) else "unreachable"
        raise NoAnswer(code) from failed
    finally:
        watchdog.cancel()
        connection.close()


def _resolved(host: str, port: int, *, allow_private: bool) -> list[str]:
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as unknown:
        raise NoAnswer("unknown_host") from unknown
    # One private address among public ones is a trap, not a choice.
    if not allow_private and not all(is_public(ip_address(one.partition("%")[0])) for one in found):
        raise AddressRefused("private_address", host)
    return found


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    """Return a connection that says the right `Host`; its socket is put in by the caller."""
    if scheme == "https":
        return http.client.HTTPSConnection(host, port)
    return http.client.HTTPConnection(host, port)


def _connected(addresses: list[str], port: int) -> socket.socket:
    failed: OSError | None = None
    for address in addresses[:4]:
        try:
            connected = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            failed = error
            continue
        connected.settimeout(TOTAL_SECONDS)
        return connected
    raise failed or OSError("no address")


def _cut(connection: http.client.HTTPConnection, late: Event) -> None:
    """End a connection from another thread, so that whoever reads from it stops."""
    late.set()
    if connection.sock is not None:
        with suppress(OSError):  # it may have ended by itself in this moment
            connection.sock.shutdown(socket.SHUT_RDWR)


def _seconds(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) <= 6 else 0
