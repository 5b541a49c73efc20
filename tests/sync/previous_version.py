"""A till and a centre of protocol version 1, as they spoke then; none of today's messages is used for them.

The till's messages are frozen in `tests/golden/protocol-1`: the facts are those of a journal that was shipped
with that version, with the totals by tax class that a till wrote then. The centre is today's behind a gateway
that knows only the addresses of then, takes only tills of version 1 and 0, and leaves out of each answer what
that version did not say.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

GOLDEN = Path(__file__).parents[1] / "golden" / "protocol-1"
STREAMS = ("catalogue", "prices", "members", "staff", "settings")
VERSION = "Evertill-Protocol"

JSON = {"Content-Type": "application/json"}

PAGE_FIELDS = {"stream", "epoch", "changes", "next_after", "head", "checksum"}
SNAPSHOT_FIELDS = {"stream", "epoch", "as_of", "rows", "next_key", "total", "checksum", "last", "keys"}


class PreviousTill:
    """A till of version 1: a lasting token, pages of snapshots, a poll for each stream, no signature."""

    def __init__(self, url: str, version: str = "1") -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers[VERSION] = version
        self.rows: dict[str, dict[str, bytes]] = {}
        self.cursors: dict[str, tuple[str, int]] = {}

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def enrol(self, code: str) -> requests.Response:
        """Ask for a place, and keep the token."""
        body = (GOLDEN / "enrolment.json").read_bytes().replace(b"@CODE@", code.encode())
        answer = self._session.post(f"{self._url}/v1/enrolments", data=body, headers=JSON, timeout=30)
        if answer.ok:
            self._session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return answer

    def load(self, stream: str, limit: int = 50) -> None:
        """Take a snapshot of a stream, page by page."""
        rows: dict[str, bytes] = {}
        after, as_of, epoch = "", 0, ""
        while True:
            asked = {"epoch": epoch, "as_of": as_of, "after_key": after, "limit": limit}
            page = self.get(f"/v1/streams/{stream}/snapshot", asked).json()
            assert page.keys() >= SNAPSHOT_FIELDS
            rows |= {key: _encoded(row) for key, row in zip(page["keys"], page["rows"], strict=True)}
            after, as_of, epoch = page["next_key"], page["as_of"], page["epoch"]
            if page["last"]:
                break
        assert len(rows) == page["total"]
        self.rows[stream] = rows
        self.cursors[stream] = (epoch, as_of)
        assert self._checksum(stream) == page["checksum"]

    def follow(self, stream: str, wait: int = 0) -> int:
        """Ask for the changes of one stream, and take them over; return how many there were."""
        epoch, after = self.cursors[stream]
        asked = {"epoch": epoch, "after": after, "limit": 5000, "wait": wait}
        page = self.get(f"/v1/streams/{stream}/changes", asked).json()
        assert page.keys() >= PAGE_FIELDS
        assert not page.get("restart", False)
        for change in page["changes"]:
            if change["op"] == "put":
                self.rows[stream][change["key"]] = _encoded(change["row"])
            else:
                del self.rows[stream][change["key"]]
        self.cursors[stream] = (page["epoch"], page["next_after"])
        assert page["next_after"] == page["head"]
        assert self._checksum(stream) == page["checksum"]
        return len(page["changes"])

    def push(self) -> dict[str, Any]:
        """Send the frozen journal; return the answer."""
        body = (GOLDEN / "batch.json").read_bytes()
        answer = self._session.post(f"{self._url}/v1/journal", data=body, headers=JSON, timeout=30)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def get(self, path: str, asked: dict[str, Any]) -> requests.Response:
        """Ask for something with the token."""
        return self._session.get(self._url + path, params=asked, timeout=40)

    def _checksum(self, stream: str) -> str:
        shares = (
            int.from_bytes(hashlib.blake2b(key.encode() + b"\0" + row, digest_size=8).digest(), "big")
            for key, row in self.rows[stream].items()
        )
        return f"{sum(shares) % 2**64:016x}"


def _encoded(row: Any) -> bytes:
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()


# ---- a centre of version 1 -------------------------------------------------------------------------------

ADDRESSES = re.compile(
    r"/v1/(health|enrolments|journal|control-totals|streams/[a-z]+/(changes|snapshot))(\?.*)?", re.ASCII
)
NEW_IN_REQUESTS = ("public_key", "till_id")
NEW_IN_ANSWERS = ("head_hash", "last_receipt_counter")


class PreviousCentre:
    """Today's centre as one of `version` would answer; `updated` lets everything through as it is.

    `refused` counts what it did not understand: by address, or by the version that was spoken.
    """

    def __init__(self, port: int, version: int = 1) -> None:
        self.port = port
        self.version = version
        self.updated = False
        self.refused: list[str] = []
        self.asked: list[tuple[str, str]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                gateway.answer(self)

            def do_POST(self) -> None:
                gateway.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        if self.updated:
            self._say(request, *self._ask(request, body, dict(request.headers.items())))
            return
        spoken = request.headers.get(VERSION, "")
        self.asked.append((request.path.partition("?")[0], spoken))
        known = ADDRESSES.fullmatch(request.path) or self.version > 1
        if not known:
            self._refuse(request, 404, "not_found", request.path)
        elif "health" not in request.path and spoken not in {str(self.version), str(self.version - 1)}:
            self._refuse(request, 426, "protocol_mismatch", spoken)
        else:
            # What came later is not known: a signature is a header like any other.
            headers = {name: text for name, text in request.headers.items() if name.lower() in KNOWN_HEADERS}
            headers[VERSION] = "1"
            status, answered, content = self._ask(request, _without(body, NEW_IN_REQUESTS), headers)
            self._say(request, status, answered, _without(content, NEW_IN_ANSWERS))

    def _ask(
        self, request: BaseHTTPRequestHandler, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            headers = {name: text for name, text in headers.items() if name.lower() != "content-length"}
            if not self.updated:
                headers["Accept-Encoding"] = "identity"
            connection.request(request.command, request.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _refuse(self, request: BaseHTTPRequestHandler, status: int, code: str, about: str) -> None:
        self.refused.append(about)
        said = {"code": code, "message": {"en": "This centre does not know that.", "zh": "本中心不支持。"}}
        self._say(request, status, dict(JSON), json.dumps(said).encode())

    def _say(
        self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], content: bytes
    ) -> None:
        if not self.updated:
            headers = {name: text for name, text in headers.items() if name.lower() != VERSION.lower()}
            headers[VERSION] = str(self.version)
        request.send_response_only(status)
        for name, text in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                request.send_header(name, text)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


KNOWN_HEADERS = {"authorization", "content-type", "content-encoding", "accept"}


def _without(body: bytes, names: tuple[str, ...]) -> bytes:
    """Return a JSON object without some of its fields; anything else as it is."""
    if not any(f'"{name}":'.encode() in body for name in names):
        return body
    said = json.loads(body)
    if isinstance(said, dict) and "events" not in said:
        return json.dumps({name: value for name, value in said.items() if name not in names}).encode()
    return body
