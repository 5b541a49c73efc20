"""The only HTTP of the till: requests to the centre with timeouts of their own and typed problems.

One `Transport` belongs to one thread; only `break_off` may come from another. Importing this module loads
`requests`, so whoever starts a till imports it on the thread that will speak, not before.
"""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from sync.client.problems import READ_SECONDS, TransportProblem
from sync.protocol import PROTOCOL_HEADER, PROTOCOL_VERSION, ErrorAnswer

__all__ = ["Transport", "TransportProblem"]

CONNECT_SECONDS = 1.8
"""Long enough for a lost first packet (sent again after one second), short enough that a till can be
closed within two: a connection being made cannot be broken off."""

LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
"""Of an answer after decompression; a page of 5,000 rows is about two million bytes."""

SMALLEST_PACKED_BYTES = 1024
_CHUNK_BYTES = 64 * 1024
_ZSTD_LEVEL = 3

AnswerType = TypeVar("AnswerType")


class Transport:
    """Speaks to one centre for one thread. `verify` is as in requests: True, or a file of certificates."""

    def __init__(self, server_url: str, token: str = "", *, verify: bool | str = True) -> None:
        self._url = server_url.rstrip("/")
        self._token = token
        self._verify = verify
        self._session: requests.Session | None = None
        self._connections: _Connections | None = None
        self._broken_off = False

    def get(
        self,
        path: str,
        answer_type: type[AnswerType],
        parameters: Mapping[str, str | int] | None = None,
        *,
        read_seconds: float = READ_SECONDS,
    ) -> AnswerType:
        """Ask for a value; raises `TransportProblem`."""
        return self._call("GET", path, answer_type, parameters=parameters, read_seconds=read_seconds)

    def post(
        self,
        path: str,
        body: msgspec.Struct,
        answer_type: type[AnswerType],
        *,
        read_seconds: float = READ_SECONDS,
    ) -> AnswerType:
        """Send a value, compressed when that pays, and return the answer; raises `TransportProblem`."""
        return self._call("POST", path, answer_type, body=body, read_seconds=read_seconds)

    def fetch(
        self,
        path: str,
        content_types: Collection[str],
        *,
        most_bytes: int,
        read_seconds: float = READ_SECONDS,
    ) -> bytes:
        """Ask for a file of one of these types; raises `TransportProblem`, also when it is larger."""
        headers = self._headers() | {"Accept": ", ".join(content_types), "Accept-Encoding": "identity"}
        deadline = time.monotonic() + CONNECT_SECONDS + read_seconds
        status, answer_headers, content = self._exchange(
            "GET", path, headers, None, None, read_seconds, deadline, most_bytes
        )
        if status != 200:
            _check_content_type(status, answer_headers)
            raise _refusal(status, answer_headers, _unpacked(status, answer_headers, content))
        found = answer_headers.get("Content-Type", "").partition(";")[0].strip().lower()
        encoding = answer_headers.get("Content-Encoding", "identity").strip().lower()
        if found not in content_types or encoding != "identity":
            raise TransportProblem("not_the_centre", f"HTTP 200 with {found or 'no type'}", status=status)
        return content

    def renew(self) -> None:
        """Throw the session away: the next request makes new connections and asks for the address again."""
        if self._session is not None:
            self._session.close()
        self._session = self._connections = None

    def break_off(self) -> None:
        """Make a waiting request fail at once, and every later one; may be called from any thread."""
        self._broken_off = True
        connections = self._connections
        if connections is not None:
            connections.break_off()

    def close(self) -> None:
        """Close the session; harmless twice."""
        self.renew()

    # ---- inside -------------------------------------------------------------------------------

    def _call(
        self,
        method: str,
        path: str,
        answer_type: type[AnswerType],
        *,
        body: msgspec.Struct | None = None,
        parameters: Mapping[str, str | int] | None = None,
        read_seconds: float,
    ) -> AnswerType:
        headers = self._headers()
        data = None if body is None else _packed(msgspec.json.encode(body), headers)
        deadline = time.monotonic() + CONNECT_SECONDS + read_seconds
        status, answer_headers, content = self._exchange(
            method, path, headers, data, parameters, read_seconds, deadline
        )
        if self._broken_off:
            raise TransportProblem("unreachable", "this till is being closed")
        _check_content_type(status, answer_headers)
        plain = _unpacked(status, answer_headers, content)
        if status >= 400:
            raise _refusal(status, answer_headers, plain)
        try:
            return msgspec.json.decode(plain, type=answer_type)
        except msgspec.DecodeError as error:
            raise TransportProblem("not_the_centre", f"{path}: {error}", status=status) from error

    def _exchange(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        data: bytes | None,
        parameters: Mapping[str, str | int] | None,
        read_seconds: float,
        deadline: float,
        most_bytes: int = LARGEST_ANSWER_BYTES,
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            with self._open_session().request(
                method,
                self._url + path,
                params=parameters,
                data=data,
                headers=headers,
                timeout=(CONNECT_SECONDS, read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code, response.headers, _read(response.raw, deadline, most_bytes)
        except requests.exceptions.SSLError as error:
            raise TransportProblem("not_the_centre", str(error)) from error
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
            self.renew()
            raise TransportProblem("timed_out", str(error)) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self.renew()
            raise TransportProblem("unreachable", str(error)) from error

    def _open_session(self) -> requests.Session:
        if self._broken_off:
            raise TransportProblem("unreachable", "this till is being closed")
        if self._session is None:
            self._connections = _Connections()
            self._session = _new_session(self._connections, self._verify)
        return self._session

    def _headers(self) -> dict[str, str]:
        headers = {
            PROTOCOL_HEADER: str(PROTOCOL_VERSION),
            "Accept": "application/json",
            "Accept-Encoding": "zstd",
            "Content-Type": "application/json",
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers


class _Connections:
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


def _new_session(connections: _Connections, verify: bool | str) -> requests.Session:
    """Return a session that keeps one connection, follows no redirect, and reads no environment.

    The environment could bring a `.netrc` whose password would take the token's place.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = verify
    adapter = _Adapter(connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _Adapter(HTTPAdapter):
    def __init__(self, connections: _Connections) -> None:
        self._connections = connections
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
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


def _shut(connection: HTTPConnection) -> None:
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was closed already, which is what was wanted


def _packed(plain: bytes, headers: dict[str, str]) -> bytes:
    if len(plain) < SMALLEST_PACKED_BYTES:
        return plain
    import zstandard  # noqa: PLC0415  # needed by the thread that sends only

    headers["Content-Encoding"] = "zstd"
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(plain)


def _read(raw: Any, deadline: float, most_bytes: int) -> bytes:
    """Read a body to its end, but neither longer nor larger than agreed."""
    content = bytearray()
    # `read1` returns what has arrived: a server that drips must not keep this thread past the deadline.
    while chunk := raw.read1(_CHUNK_BYTES, decode_content=False):
        content += chunk
        if len(content) > most_bytes:
            raise TransportProblem("not_the_centre", "the answer does not end", status=raw.status)
        if time.monotonic() > deadline:
            raise TransportProblem("timed_out", "the answer comes too slowly")
    return bytes(content)


def _check_content_type(status: int, headers: Mapping[str, str]) -> None:
    """Tell a web page from the centre: a hotel's login page also answers with 200."""
    found = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if found == "application/json":
        return
    if status in {502, 503, 504}:
        raise TransportProblem("unreachable", f"HTTP {status} of a gateway")
    raise TransportProblem("not_the_centre", f"HTTP {status} with {found or 'no type'}", status=status)


def _unpacked(status: int, headers: Mapping[str, str], content: bytes) -> bytes:
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return content
    if encoding != "zstd":
        raise TransportProblem("not_the_centre", f"content encoding {encoding[:20]}", status=status)
    import zstandard  # noqa: PLC0415  # needed by the threads that receive only

    unpacker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
    plain = bytearray()
    try:
        for start in range(0, len(content), _CHUNK_BYTES):
            plain += unpacker.decompress(content[start : start + _CHUNK_BYTES])
            if len(plain) > LARGEST_ANSWER_BYTES:
                raise TransportProblem("not_the_centre", "the answer unpacks without end", status=status)
    except zstandard.ZstdError as error:
        raise TransportProblem("not_the_centre", f"damaged answer: {error}", status=status) from error
    if not unpacker.eof:
        raise TransportProblem("not_the_centre", "the answer is cut short", status=status)
    return bytes(plain)


def _refusal(status: int, headers: Mapping[str, str], plain: bytes) -> TransportProblem:
    try:
        answer = msgspec.json.decode(plain, type=ErrorAnswer)
    except msgspec.DecodeError:
        return TransportProblem("not_the_centre", f"HTTP {status} without a reason", status=status)
    after = headers.get("Retry-After", "")
    retry_after = float(after) if after.isdecimal() else 0.0
    if status == 426:
        code = "too_old"
    elif status >= 500 or status == 429:
        code = "unreachable"
    else:
        code = "refused"
    return TransportProblem(
        code, answer.code, status=status, retry_after=min(retry_after, 300.0), answer=answer
    )
