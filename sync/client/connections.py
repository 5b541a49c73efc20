"""The HTTP session of one transport: one connection, which another thread can break off."""

from __future__ import annotations

import socket
import threading
import weakref
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import ssl

KEPT_ALIVE: tuple[tuple[str, int], ...] = (
    ("TCP_KEEPIDLE", 4),
    ("TCP_KEEPALIVE", 4),  # what macOS calls it
    ("TCP_KEEPINTVL", 2),
    ("TCP_KEEPCNT", 2),
)
"""The system tries a line on which nothing comes: a pulled cable breaks a long poll off after 8 seconds."""


class Connections:
    """The open connections of one session."""

    def __init__(self) -> None:
        self._open: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._broken_off = False

    def opened(self, connection: HTTPConnection) -> None:
        """Remember a connection that was just made; one that comes too late is closed at once."""
        with self._guard:
            self._open.add(connection)
            late = self._broken_off
        if late:
            _shut(connection)

    def break_off(self) -> None:
        """Make every request that waits for bytes fail now; further ones fail as well."""
        with self._guard:
            self._broken_off = True
            connections = list(self._open)
        for connection in connections:
            _shut(connection)


def new_session(
    connections: Connections, verify: bool | str, context: ssl.SSLContext | None
) -> requests.Session:
    """Return a session that keeps one connection, follows no redirect, and reads no environment.

    The environment could bring a `.netrc` whose password would take the token's place.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = verify
    adapter = _Adapter(connections, context)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _Adapter(HTTPAdapter):
    def __init__(self, connections: Connections, context: ssl.SSLContext | None) -> None:
        self._connections = connections
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        """Let a pinned authority vouch alone: the public ones are not asked."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        return (host, tls) if self._context is None else (host, {"ssl_context": self._context})

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        """Name the files of the public authorities, unless one is pinned."""
        if self._context is None:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # requests has none
        else:
            conn.cert_reqs = "CERT_REQUIRED"

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, socket_options=_socket_options())
        connections = self._connections

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                connections.opened(self)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                connections.opened(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _socket_options() -> list[tuple[int, int, int]]:
    tried = [
        (socket.IPPROTO_TCP, getattr(socket, name), seconds)
        for name, seconds in KEPT_ALIVE
        if hasattr(socket, name)  # each system has some of them
    ]
    return [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *tried]


def _shut(connection: HTTPConnection) -> None:
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already, which is what was wanted
