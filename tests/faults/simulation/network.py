"""What lies between a till and the centre: nothing, or any of what networks do to a request and its answer.

A request is real bytes from the till's real transport; an answer is what the centre's own code made. What
goes
wrong is drawn by the seed for each request. A late request arrives when nobody waits for it any more.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import zstandard

from sync.client.ports import Credentials
from sync.client.problems import TransportProblem
from sync.client.transport import Transport
from tests.faults.simulation.clockwork import Clockwork, Trace

Answer = tuple[int, Mapping[str, str], bytes]
Serve = Callable[[str, str, str, bytes, Mapping[str, Any]], Answer]
"""Device, method, path, body and parameters of a request."""

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
LOGIN_PAGE = b"<html><title>Hotel Wi-Fi</title><form>Room number</form></html>"

TROUBLES: tuple[tuple[str, int], ...] = (
    ("never arrives", 3),
    ("arrives late", 3),
    ("answer is lost", 4),
    ("arrives twice", 3),
    ("502 after commit", 3),
    ("502 before", 1),
    ("login page", 1),
    ("answer is cut", 2),
    ("429", 1),
    ("reset", 2),
    ("a row is lost", 1),
)
"""What may become of a request, and how often of sixteen or so."""


class Line:
    """The line of one till. `bad` is the share of requests that meet trouble; `cut`: none arrives."""

    def __init__(self, device_id: str, clockwork: Clockwork, trace: Trace, chance: random.Random) -> None:
        self._device_id = device_id
        self._clockwork = clockwork
        self._trace = trace
        self._chance = chance
        self.name = ""
        self.serve: Serve = _nobody
        self.bad = 0.0
        self.cut = False
        self.rows_lost: list[str] = []

    def carry(self, method: str, path: str, content: bytes, asked: Mapping[str, Any]) -> Answer:
        """Carry a request there and its answer back, or fail as a network does."""
        if self.cut:
            raise TransportProblem("unreachable", "no network")
        trouble = ""
        if self.bad and self._chance.random() < self.bad:
            trouble = self._chance.choices([one for one, _ in TROUBLES], [often for _, often in TROUBLES])[0]
            self._trace.tell(f"{self.name}: {path}: {trouble}")
        match trouble:
            case "never arrives":
                raise TransportProblem("timed_out", "the request was lost")
            case "arrives late":
                self._arrives_late(method, path, content, asked)
                raise TransportProblem("timed_out", "the request is still on its way")
            case "502 before":
                return 502, HTML, b"<html>Bad Gateway</html>"
            case "login page":
                return 200, HTML, LOGIN_PAGE
            case "429":
                refusal = {"code": "too_many_requests", "message": {"en": "Too many", "zh": ""}}
                return 429, {**JSON, "Retry-After": "2"}, json.dumps(refusal).encode()
            case "reset":
                raise TransportProblem("unreachable", "connection reset")
        answer = self.serve(self._device_id, method, path, content, asked)
        match trouble:
            case "arrives twice":
                answer = self.serve(self._device_id, method, path, content, asked)
            case "answer is lost":
                raise TransportProblem("timed_out", "the answer was lost")
            case "502 after commit":
                return 502, HTML, b"<html>Bad Gateway</html>"
            case "answer is cut":
                return answer[0], answer[1], answer[2][: self._chance.randrange(len(answer[2]))]
            case "a row is lost":
                return self._without_a_row(answer)
        return answer

    def _arrives_late(self, method: str, path: str, content: bytes, asked: Mapping[str, Any]) -> None:
        def arrives() -> None:
            status, _, _ = self.serve(self._device_id, method, path, content, asked)
            self._trace.tell(f"{self.name}: {path} arrives late: {status}")

        if method == "POST":
            self._clockwork.after(self._chance.uniform(1, 400), "late", arrives)

    def _without_a_row(self, answer: Answer) -> Answer:
        """A page whose checksum is right and whose rows are not all there: what the checksum is for."""
        status, headers, content = answer
        found = json.loads(content) if status == 200 else None
        pages = found.get("pages", [found]) if isinstance(found, dict) else []
        for number, page in enumerate(pages):
            if page.get("changes"):
                # Cut out of the bytes as they came, so that everything else stays exactly as it was.
                first, next_one = _place_of_first_change(content, number, alone=len(page["changes"]) == 1)
                self.rows_lost.append(page["stream"])
                return status, headers, content[:first] + content[next_one:]
        return answer


def _place_of_first_change(content: bytes, page: int, *, alone: bool) -> tuple[int, int]:
    """Return where the first change of a page begins, and where what follows it does."""
    place = -1
    for _ in range(page + 1):
        place = content.index(b'"changes":[', place + 1)
    first = content.index(b'{"seq":', place)
    return first, content.index(b'],"next_after"' if alone else b'{"seq":', first + 1)


def _nobody(*_: object) -> Answer:
    raise TransportProblem("unreachable", "nobody serves")


class OverALine(Transport):
    """The till's real transport, on a line instead of a socket. `point` is told when its program may die."""

    def __init__(self, credentials: Credentials, line: Line, point: Callable[[str], None]) -> None:
        super().__init__(credentials.server_url, credentials.token)
        self._line = line
        self._point = point

    def _exchange(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        data: bytes | None,
        parameters: Mapping[str, str | int] | None,
        *_waits: Any,
    ) -> Answer:
        content = data or b""
        if headers.get("Content-Encoding") == "zstd":
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=16_000_000)
        self._point(f"before {path}")
        answer = self._line.carry(method, path, content, parameters or {})
        self._point(f"after {path}")
        return answer
