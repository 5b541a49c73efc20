"""The centre's web application: routes, answers to errors, and what starts and stops with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, OpenAPIType, Schema, SecurityScheme
from litestar.plugins import OpenAPISchemaPlugin
from litestar.types import ControllerRouterHandler
from litestar.typing import FieldDefinition
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.protocol import PROTOCOL_HEADER, PROTOCOL_VERSION, Change
from sync.server.api import backoffice, device_keys, pictures, receipts, running, snapshots, till, waiting
from sync.server.api.backoffice_routes import BACKOFFICE
from sync.server.api.given import AnyRequest
from sync.server.api.orders import CHANNELS
from sync.server.api.payments import PAYMENTS
from sync.server.api.permitted import allowed_only
from sync.server.api.shop_routes import STOREFRONT
from sync.server.api.waiting import WAIT
from sync.server.api.waiting_beside import answered_beside
from sync.server.bodies import LARGEST_BODY, with_zstd
from sync.server.centre import LATER_SECONDS, Centre
from sync.server.database.sessions import is_busy
from sync.server.metrics import with_clock
from sync.server.price_checks import keep_checking
from sync.server.refusals import Refused
from sync.server.rounds import rounds_of
from sync.server.watch import watch
from sync.server.workload import count, one_of_few

_log = logging.getLogger(__name__)

_CODE_OF_STATUS: dict[int, str] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_encoding",
    429: "too_many_requests",
}
"""How the framework's own refusals are called in ours."""


class _ChangeSchema(OpenAPISchemaPlugin):
    """Describes a change in the OpenAPI document: the framework cannot read a raw row's default."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        return value is Change or value is msgspec.Raw

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: object) -> Schema:  # noqa: ARG002  # the framework's signature
        row = Schema(type=OpenAPIType.OBJECT, description="A row, told apart by its `row` tag.")
        if field_definition.annotation is msgspec.Raw:
            return row
        return Schema(
            type=OpenAPIType.OBJECT,
            title="Change",
            description=Change.__doc__,
            required=["seq", "op", "key"],
            properties={
                "seq": Schema(type=OpenAPIType.INTEGER),
                "op": Schema(type=OpenAPIType.STRING, enum=["put", "remove"]),
                "key": Schema(type=OpenAPIType.STRING),
                "row": row,
            },
        )


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi(request: AnyRequest) -> dict[str, Any]:
    """Give the description of this interface."""
    return request.app.openapi_schema.to_schema()


ROUTES: tuple[ControllerRouterHandler, ...] = (
    till.enrol_till,
    device_keys.give_challenge,
    device_keys.give_token,
    device_keys.take_device_key,
    device_keys.take_wrapped_key,
    device_keys.read_authority,
    till.take_journal,
    waiting.wait_for_news,
    till.read_changes,
    till.read_snapshot,
    till.read_control_totals,
    snapshots.describe_snapshot,
    snapshots.read_snapshot_file,
    receipts.read_receipt,
    pictures.read_picture,
    running.wellbeing,
    running.health,
    running.metrics,
    backoffice.root,
    BACKOFFICE,
    STOREFRONT,
    CHANNELS,
    PAYMENTS,
    openapi,
)
"""Every endpoint; who may ask it says `sync.server.permissions`."""

_OPENAPI = OpenAPIConfig(
    title="Evertill centre",
    version="1",
    components=Components(security_schemes={"channelKey": SecurityScheme(type="http", scheme="bearer")}),
)


def centre_of(app: Litestar) -> Centre:
    """Return the centre that an application serves."""
    centre: Centre = app.state.centre
    return centre


def _given_centre(request: AnyRequest) -> Centre:
    return centre_of(request.app)


@asynccontextmanager
async def _life(app: Litestar) -> AsyncIterator[None]:
    centre = centre_of(app)
    centre.wakeups.open()
    works = (watch(centre), keep_checking(centre), *rounds_of(centre))
    tasks = [asyncio.create_task(each) for each in works]
    for task in tasks:
        task.add_done_callback(_say_if_it_failed)
    try:
        yield
    finally:
        centre.wakeups.close()
        for task in tasks:
            task.cancel()
        # Whatever became of one, the others let go of the database before it is closed.
        await asyncio.gather(*tasks, return_exceptions=True)


def _say_if_it_failed(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _log.error("what runs beside the requests has ended; start the centre again", exc_info=error)


class _Application(Litestar):
    """The framework's application, beside which tills are answered that only wait."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == WAIT:
            receive = await answered_beside(scope, receive, send, centre_of(self))
            if receive is None:
                return
        await super().__call__(scope, receive, send)


def create_app(centre: Centre) -> Litestar:
    """Build the application around a centre; closing the application does not close the centre."""
    return _Application(
        route_handlers=ROUTES,
        guards=[allowed_only],
        state=State({"centre": centre}),
        dependencies={"centre": Provide(_given_centre, sync_to_thread=False)},
        middleware=[with_clock, with_zstd, one_of_few],
        before_send=[count],
        exception_handlers={
            Refused: _answer_refusal,
            HTTPException: _answer_http_error,
            OperationalError: _answer_database,
            PoolTimeout: _answer_busy,
            Exception: _answer_failure,
        },
        response_headers={PROTOCOL_HEADER: str(PROTOCOL_VERSION)},
        request_max_body_size=LARGEST_BODY,
        openapi_config=_OPENAPI,
        plugins=[_ChangeSchema()],
        lifespan=[_life],
        logging_config=None,
    )


def _answer_refusal(_request: AnyRequest, refusal: Refused) -> Response[Any]:
    headers = {PROTOCOL_HEADER: str(PROTOCOL_VERSION)}
    if refusal.retry_after_seconds:
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    return Response(refusal.answer, status_code=refusal.status, headers=headers)


def _answer_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    code = _CODE_OF_STATUS.get(error.status_code)
    if code is None:
        return _answer_failure(request, error)
    detail = _reasons(error) if code == "bad_request" else ""
    return _answer_refusal(request, Refused(code, detail))


def _answer_database(request: AnyRequest, error: OperationalError) -> Response[Any]:
    return _answer_busy(request, error) if is_busy(error) else _answer_failure(request, error)


def _answer_busy(request: AnyRequest, error: Exception) -> Response[Any]:
    _log.warning("%s must come later: %s", request.scope.get("path_template"), type(error).__name__)
    return _answer_refusal(request, Refused("busy", retry_after_seconds=LATER_SECONDS))


def _answer_failure(request: AnyRequest, error: Exception) -> Response[Any]:
    # The template, not the address: that may hold the key of an order's page.
    _log.error("%s %s failed", request.method, request.scope.get("path_template"), exc_info=error)
    return _answer_refusal(request, Refused("centre_failed"))


def _reasons(error: HTTPException) -> str:
    found = [
        f"{each.get('key', '')} {each.get('message', '')}".strip()
        for each in error.extra or ()
        if isinstance(each, dict)
    ]
    return "; ".join(found)[:300] or error.detail[:200]
