"""What the centre counts about itself, and tells whoever collects figures, as OpenMetrics text.

Counting happens in memory: it costs no database anything. What only the database knows is read once when
somebody asks. Routes are named by their template, so that no key, number or person is ever part of a figure.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any, Final

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from sync.server.database.figure_rows import read_figures
from sync.server.database.sessions import Database

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

SECONDS: Final = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 30.0)
"""The upper bounds in which the time of requests is counted; a long poll waits up to 25 s."""

_BEGAN: Final = "evertill_began"


class Metrics:
    """The counters of one server process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "evertill_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "evertill_request_seconds",
            "How long requests took, waiting included.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        # Looking a figure up by its labels costs more than counting; there are few, by the routes.
        self._counted = cache(lambda *labels: self._requests.labels(*map(str, labels)))
        self._timed = cache(self._seconds.labels)
        self.landed = Counter(
            "evertill_events_landed",
            "Events that tills sent and that were acknowledged.",
            registry=self._registry,
        )
        self.quarantined = Counter(
            "evertill_events_quarantined", "Of these, what waits for a person.", registry=self._registry
        )
        self.in_work = Gauge(
            "evertill_journal_batches_in_work", "Journal batches being landed now.", registry=self._registry
        )
        self._waiting = Gauge(
            "evertill_database_waiting",
            "What waits in the database, by kind.",
            ("kind",),
            registry=self._registry,
        )
        self._silent = Gauge(
            "evertill_longest_silence_seconds",
            "How long ago the till was heard that is silent longest.",
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count a request whose answer begins, so many seconds after it came in."""
        self._counted(method, route, status).inc()
        if seconds is not None:
            self._timed(route).observe(seconds)

    def text(self, database: Database) -> bytes:
        """Return everything as OpenMetrics text, with what the database knows at this moment."""
        with database.read() as connection:
            figures = read_figures(connection)
        for kind, count in figures.waiting.items():
            self._waiting.labels(kind).set(count)
        self._silent.set(figures.longest_silence_seconds)
        text: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]  # the library's own
        return text


def seconds_of(scope: Scope) -> float | None:
    """Return how long ago a request came in; None for one that came to no route."""
    began: Any = scope.get("state", {}).get(_BEGAN)
    return None if began is None else time.perf_counter() - began


def with_clock(app: ASGIApp) -> ASGIApp:
    """Wrap an application so that the beginning of each request is known."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"][_BEGAN] = time.perf_counter()
        await app(scope, receive, send)

    return wrapped


def status_of(message: Message) -> int | None:
    """Return the status that a message begins an answer with, None for any other message."""
    return int(message["status"]) if message["type"] == "http.response.start" else None
