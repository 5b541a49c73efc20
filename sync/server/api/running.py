"""What those who run the centre ask: is it well, and how much does it do."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar import Response, get
from sqlalchemy.exc import SQLAlchemyError

from sync.protocol import PROTOCOL_VERSION
from sync.server.api.given import GivenCentre
from sync.server.database.upgrade import epoch_of
from sync.server.metrics import CONTENT_TYPE

_log = logging.getLogger(__name__)


class Wellbeing(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /health`: `ok`, or `failing` with status 503 when the database cannot be asked."""

    status: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/health`: the centre answers, and its database too."""

    status: str
    epoch: str
    protocol: int


@get("/health", sync_to_thread=True)
def wellbeing(centre: GivenCentre) -> Response[Wellbeing]:
    """Say whether the centre works, and nothing else: for whoever watches it, or shares requests out."""
    try:
        with centre.database.read() as connection:
            epoch_of(connection)
    except SQLAlchemyError as error:
        _log.warning("the database cannot be asked: %s", type(error).__name__)
        return Response(Wellbeing(status="failing"), status_code=503)
    return Response(Wellbeing(status="ok"))


@get("/v1/health", sync_to_thread=True)
def health(centre: GivenCentre) -> Health:
    """Say that the centre works, after asking its database."""
    with centre.database.read() as connection:
        return Health(status="ok", epoch=epoch_of(connection), protocol=PROTOCOL_VERSION)


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def metrics(centre: GivenCentre) -> Response[Any]:
    """Give the centre's figures as OpenMetrics text."""
    return Response(centre.metrics.text(centre.database), media_type=CONTENT_TYPE)
