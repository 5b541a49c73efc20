"""What the framework hands to every handler."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec

from sync.protocol import ErrorAnswer
from sync.server.bodies import PACKED_ANSWER, Packed
from sync.server.centre import Centre

AnyRequest = Request[Any, Any, State]
GivenCentre = NamedDependency[Centre]
"""The running centre; a handler takes it by the name `centre`."""


def encoded(request: AnyRequest, body: Packed) -> Response[Any]:
    """Answer with JSON that was encoded and packed once for everybody who is told the same."""
    request.scope["state"][PACKED_ANSWER] = body
    return Response(body.plain, media_type=MediaType.JSON)


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Describe refusals in the OpenAPI document: each is an `ErrorAnswer`."""
    return {
        status: ResponseSpec(
            data_container=ErrorAnswer, description=_REFUSED[status], generate_examples=False
        )
        for status in statuses
    }


_REFUSED: dict[int, str] = {
    400: "The request cannot be read; nothing was stored",
    401: "Not enrolled",
    403: "Not for this caller",
    404: "There is no such thing",
    409: "Another content under the same number; the rest of the batch has landed",
    413: "Larger than agreed; nothing was stored",
    416: "The file ends before the range that is asked for",
    426: "Another protocol version",
    429: "Too many requests; `Retry-After` says how many seconds to wait",
}
