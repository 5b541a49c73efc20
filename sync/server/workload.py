"""How much the centre takes on at once, and what is counted and logged of each request that it answers."""

from __future__ import annotations

import logging
from typing import Final

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from sync.server.centre import Centre
from sync.server.logs import REQUESTS, with_fields
from sync.server.metrics import seconds_of, status_of

JOURNAL: Final = ("POST", "/v1/journal")
"""What is limited: it is long work, and whoever sends it comes again by itself."""

_requests = logging.getLogger(REQUESTS)


def one_of_few(app: ASGIApp) -> ASGIApp:
    """Tell a till to come later when as many batches are in work as may be.

    It belongs behind the middleware that reads bodies: a body that nobody reads would cost the connection.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if (scope.get("method"), scope.get("path_template")) != JOURNAL:
            await app(scope, receive, send)
            return
        with _centre_of(scope).batches.one():
            await app(scope, receive, send)

    return wrapped


async def count(message: Message, scope: Scope) -> None:
    """Count and log every answer when it begins."""
    status = status_of(message)
    if status is None:
        return
    route = scope.get("path_template") or "unknown"
    count_answer(_centre_of(scope), str(scope.get("method", "")), route, status, seconds_of(scope))


def count_answer(centre: Centre, method: str, route: str, status: int, seconds: float | None) -> None:
    """Count and log an answer; `seconds` is how long ago the request came in, where that is known."""
    centre.metrics.answered(method, route, status, seconds)
    if _requests.isEnabledFor(logging.INFO):
        milliseconds = None if seconds is None else round(seconds * 1000)
        said = {"method": method, "route": route, "status": status, "milliseconds": milliseconds}
        _requests.info("answered", extra=with_fields(**said))


def _centre_of(scope: Scope) -> Centre:
    centre: Centre = scope["litestar_app"].state.centre
    return centre
