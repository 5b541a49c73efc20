"""The only HTTP of the till: requests to the centre with timeouts of their own and typed problems.

One `Transport` belongs to one thread; only `break_off` may come from another. Importing this module loads
`requests`, so whoever starts a till imports it on the thread that will speak, not before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec
import requests
import urllib3

from sync.client.connections import Connections, new_session
from sync.client.problems import READ_SECONDS, TransportProblem
from sync.client.trust import Trust, check_address
from sync.protocol import (
    PREVIOUS_VERSION,
    PROTOCOL_HEADER,
    PROTOCOL_VERSION,
    ChallengeAnswer,
    ChallengeRequest,
    ErrorAnswer,
    TokenAnswer,
    TokenRequest,
)
from sync.signatures import token_proof

if TYPE_CHECKING:
    from sync.client.ports import Credentials
    from sync.client.signing import DeviceKey, HeldToken

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


_SPOKEN = {str(version): version for version in (PROTOCOL_VERSION, PREVIOUS_VERSION)}


class Transport:
    """Speaks to one centre for one thread.

    With a `key` every request is signed, and short tokens are got and renewed as they are needed; a lasting
    `token` of before is shown only until the centre has the key. `trust` names the only authority that may
    vouch for the centre; without it `verify` is as in requests: True, or a file of certificates.
    """

    def __init__(
        self,
        server_url: str,
        token: str = "",
        *,
        device_id: str = "",
        key: DeviceKey | None = None,
        trust: Trust | None = None,
        verify: bool | str = True,
    ) -> None:
        self._url = server_url.rstrip("/")
        self._token = token
        self._device_id = device_id
        self._key = key
        self._signs = key is not None and not token
        self._trust = trust
        self._verify = verify
        self._session: requests.Session | None = None
        self._connections: Connections | None = None
        self._broken_off = False
        self._shown = ""
        self._speaks = PROTOCOL_VERSION
        self._theirs = ""
        self.last_date = ""
        """The `Date` of the last answer, for the skew of the clocks; empty when none said it."""

    @classmethod
    def of(cls, credentials: Credentials) -> Self:
        """Return a transport to a till's own centre."""
        return cls(
            credentials.server_url,
            credentials.token,
            device_id=credentials.device_id,
            key=credentials.key,
            trust=credentials.trust,
        )

    def get(
        self,
        path: str,
        answer_type: type[AnswerType],
        parameters: Mapping[str, str | int] | None = None,
        *,
        read_seconds: float = READ_SECONDS,
        anonymous: bool = False,
    ) -> AnswerType:
        """Ask for a value; raises `TransportProblem`. An anonymous question says nothing of who asks."""
        return self._call(
            "GET",
            path,
            answer_type,
            parameters=parameters,
            read_seconds=read_seconds,
            anonymous=anonymous,
        )

    def post(
        self,
        path: str,
        body: msgspec.Struct,
        answer_type: type[AnswerType],
        *,
        read_seconds: float = READ_SECONDS,
        anonymous: bool = False,
    ) -> AnswerType:
        """Send a value, compressed when that pays, and return the answer; raises `TransportProblem`."""
        return self._call(
            "POST", path, answer_type, body=body, read_seconds=read_seconds, anonymous=anonymous
        )

    @property
    def speaks_previous(self) -> bool:
        """Say whether the centre is of the version before: it knows nothing of what is new in this one."""
        return self._speaks == PREVIOUS_VERSION

    def escrow_key(self) -> str:
        """Return the key for which the centre wants the databases' key wrapped; empty when it wants none.

        Raises `TransportProblem`, as it may ask for a token.
        """
        return self._held().escrow_key if self._key is not None and self._signs else ""

    def fetch(
        self,
        path: str,
        content_types: Collection[str],
        *,
        most_bytes: int,
        read_seconds: float = READ_SECONDS,
    ) -> bytes:
        """Ask for a file of one of these types; raises `TransportProblem`, also when it is larger."""
        accepted = {"Accept": ", ".join(content_types), "Accept-Encoding": "identity"}
        return self._proven(lambda: self._fetch_once(path, accepted, content_types, most_bytes, read_seconds))

    def _fetch_once(
        self,
        path: str,
        accepted: dict[str, str],
        content_types: Collection[str],
        most_bytes: int,
        read_seconds: float,
    ) -> bytes:
        headers = self._headers() | accepted
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

    def fetch_from(
        self,
        path: str,
        start: int,
        take: Callable[[bytes], None],
        *,
        content_type: str,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        """Ask for a file from one of its bytes on; `take` is given what arrives, piece by piece, to keep it.

        Raises `TransportProblem`, also in the middle, and whatever `take` does. It may end before its file.
        """
        accepted = {"Accept": content_type, "Accept-Encoding": "identity", "Range": f"bytes={start}-"}

        def taken(status: int, headers: Mapping[str, str], raw: Any) -> bytes:
            if status != 206:
                return _read(raw, time.monotonic() + CONNECT_SECONDS + read_seconds, LARGEST_ANSWER_BYTES)
            found = headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if found != content_type or not headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                raise TransportProblem("not_the_centre", f"HTTP 206 with {found or 'no type'}", status=status)
            while piece := raw.read1(_CHUNK_BYTES, decode_content=False):
                take(piece)
            return b""

        def once() -> None:
            headers = self._headers() | accepted
            status, answered, content = self._exchange(
                "GET", path, headers, None, None, read_seconds, 0.0, taken=taken
            )
            if status != 206:
                _check_content_type(status, answered)
                raise _refusal(status, answered, _unpacked(status, answered, content))

        self._proven(once)

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
        anonymous: bool,
    ) -> AnswerType:
        def once() -> AnswerType:
            return self._call_once(method, path, answer_type, body, parameters, read_seconds, anonymous)

        return self._understood(once) if anonymous else self._proven(once)

    def _understood(self, once: Callable[[], AnswerType]) -> AnswerType:
        """Ask; a centre of the version before is asked once more, in its own version."""
        spoken = self._speaks
        try:
            return once()
        except TransportProblem as problem:
            if problem.status != 426 or self._speaks == spoken:
                raise
        return once()

    def _proven(self, once: Callable[[], AnswerType]) -> AnswerType:
        """Ask; when the token was too old, or the key is wanted now, prove who asks and ask once more."""
        try:
            return self._understood(once)
        except TransportProblem as problem:
            if self._key is None or problem.status != 401:
                raise
            if problem.detail == "key_needed" and not self._signs:
                self._signs = True
            elif problem.detail == "token_expired" and self._signs:
                self._key.forget(self._shown)
            else:
                raise
        return once()

    def _call_once(
        self,
        method: str,
        path: str,
        answer_type: type[AnswerType],
        body: msgspec.Struct | None,
        parameters: Mapping[str, str | int] | None,
        read_seconds: float,
        anonymous: bool,
    ) -> AnswerType:
        headers = self._headers(anonymous=anonymous)
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
        *,
        taken: Callable[[int, Mapping[str, str], Any], bytes] | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            with self._open_session().request(
                method,
                self._url + path,
                params=parameters,
                data=data,
                headers=headers,
                auth=self._sign if self._signs and "Authorization" in headers else None,
                timeout=(CONNECT_SECONDS, read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                status, answered, raw = response.status_code, response.headers, response.raw
                self.last_date = answered.get("Date", "")
                self._hear_version(answered.get(PROTOCOL_HEADER, ""))
                content = _read(raw, deadline, most_bytes) if taken is None else taken(status, answered, raw)
                return status, answered, content
        except requests.exceptions.SSLError as error:
            raise TransportProblem("not_the_centre", str(error)) from error
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
            self.renew()
            raise TransportProblem("timed_out", str(error)) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self.renew()
            raise TransportProblem("unreachable", str(error)) from error

    def _hear_version(self, theirs: str) -> None:
        """Note which version the centre speaks, and speak it too; it may be another after an update."""
        self._theirs = theirs
        if theirs in _SPOKEN:
            self._speaks = _SPOKEN[theirs]

    def _open_session(self) -> requests.Session:
        if self._broken_off:
            raise TransportProblem("unreachable", "this till is being closed")
        if self._session is None:
            check_address(self._url)
            context = None
            if self._trust is not None and self._url.startswith("https:"):
                context = self._trust.context(self._url, CONNECT_SECONDS + READ_SECONDS)
            self._connections = Connections()
            self._session = new_session(self._connections, self._verify, context)
        return self._session

    def _held(self) -> HeldToken:
        assert self._key is not None
        return self._key.token(self._url, self._ask_token)

    def _ask_token(self) -> TokenAnswer:
        """Answer a challenge of the centre with the device's key."""
        assert self._key is not None
        asked = ChallengeRequest(device_id=self._device_id)
        try:
            given = self.post("/v1/challenges", asked, ChallengeAnswer, anonymous=True)
        except TransportProblem as problem:
            if problem.status != 404:
                raise
            raise TransportProblem("centre_too_old", "it takes no keys of tills", status=404) from problem
        answer = TokenRequest(
            device_id=self._device_id,
            challenge=given.challenge,
            signature=self._key.signature(token_proof(self._device_id, given.challenge)),
        )
        return self.post("/v1/tokens", answer, TokenAnswer, anonymous=True)

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request as it travels (RFC 9421)."""
        assert self._key is not None
        path, _mark, query = request.path_url.partition("?")
        body = request.body or b""
        signed = self._key.request_headers(
            self._device_id,
            method=request.method or "",
            path=path,
            query=query,
            content=body.encode() if isinstance(body, str) else body,
            authorization=request.headers["Authorization"],
        )
        request.headers.update(signed)
        return request

    def _headers(self, *, anonymous: bool = False) -> dict[str, str]:
        headers = {
            PROTOCOL_HEADER: str(self._speaks),
            "Accept": "application/json",
            "Accept-Encoding": "zstd",
            "Content-Type": "application/json",
        }
        if anonymous:
            return headers
        if self._signs:
            self._shown = self._held().token
            headers["Authorization"] = f"Bearer {self._shown}"
        elif self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers


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
        theirs = headers.get(PROTOCOL_HEADER, "")
        behind = theirs.isdecimal() and int(theirs) < PROTOCOL_VERSION
        code = "centre_too_old" if behind else "too_old"
    elif status >= 500 or status == 429:
        code = "unreachable"
    else:
        code = "refused"
    return TransportProblem(
        code, answer.code, status=status, retry_after=min(retry_after, 300.0), answer=answer
    )
