"""What outside shops and marketplaces call: orders of their own, and what there is to sell."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, FromQuery, QueryParameter

from retail.pickup.order import PaymentKind, PickupOrder
from retail.pickup.steps import RecordPayment
from sync.protocol import PROTOCOL_HEADER, PROTOCOL_VERSION
from sync.server.api.given import AnyRequest, GivenCentre, refusals
from sync.server.centre import Centre
from sync.server.channels import asked
from sync.server.channels.book import channel_of_token
from sync.server.channels.order_view import SeenOrder, seen_order
from sync.server.clock import now_text
from sync.server.database.channel_rows import Channel
from sync.server.database.delivery_rows import feed
from sync.server.database.order_rows import order_of_reference, read_order
from sync.server.database.storefront_rows import products_behind
from sync.server.orders.desk import CENTRE
from sync.server.orders.shelf import may_be_ordered
from sync.server.orders.values import (
    PAID_AT_DESK,
    PAID_TO_CHANNEL,
    ContactDetails,
    OrderProblem,
    Placed,
    PlaceOrder,
    WantedLine,
)
from sync.server.refusals import Refused
from sync.server.web.shop_view import order_address

MOST_CHANGES = 200
MOST_PRODUCTS = 200
MOST_DAYS = 14

STATUSES: dict[str, int] = {
    "unknown_order": 404,
    "unknown_store": 404,
    "not_online": 404,
    "busy": 503,
    **dict.fromkeys(
        (
            "bad_amount",
            "bad_basket",
            "bad_contact",
            "bad_payment",
            "bad_quantity",
            "bad_reference",
            "bad_wish",
            "line_twice",
            "no_lines",
            "no_price",
            "not_pickable",
            "reason_missing",
            "two_units",
            "unknown_line",
            "unknown_product",
        ),
        400,
    ),
}
"""The HTTP status of each problem of the order book; every other one is 409, as things stand."""

_EXAMPLE_ORDER: dict[str, Any] = {
    "reference": "M-1001",
    "store_id": "S1",
    "lines": [{"product_id": "P1006", "quantity": "2", "wish": {"kind": "ask"}}],
    "contact": {"name": "Rachel Tan", "phone": "+65 9123 4567", "language": "en"},
    "slot_starts_at": "2026-11-22T16:00:00+08:00",
    "payment": "channel",
    "expected_total_minor": 760,
}


def _body(title: str, example: dict[str, Any]) -> Any:
    return Body(
        media_type=RequestEncodingType.JSON, title=title, examples=[Example(summary=title, value=example)]
    )


_REFUSALS = {
    **refusals(400, 401, 429),
    **{
        status: ResponseSpec(
            data_container=asked.OrderErrorAnswer, description=description, generate_examples=False
        )
        for status, description in (
            (404, "There is no such order or store"),
            (409, "It cannot be done as things stand: `code` says why, and nothing was changed"),
            (503, "Too many at this moment; nothing was changed, try again"),
        )
    },
}
_SENDING = {**_REFUSALS, **refusals(413)}


def calling_channel(request: AnyRequest, centre: Centre) -> Channel:
    """Return the channel that a request comes from, or refuse."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("unknown_channel")
    # Counted before the key is looked up, so that guessing is counted too; hashed, as what is kept in memory.
    caller = hashlib.sha256(token.strip().encode()).hexdigest()
    centre.channel_limit.take(caller)
    with centre.database.read() as connection:
        return channel_of_token(connection, token.strip())


@get(
    "/stores",
    summary="Stores",
    description="Every store that hands out orders.",
    sync_to_thread=True,
    responses=_REFUSALS,
)
def read_stores(request: AnyRequest, centre: GivenCentre) -> asked.SeenStores:
    """Give every store that sells online."""
    calling_channel(request, centre)
    return asked.SeenStores(
        stores=tuple(
            asked.SeenStore(
                store_id=one.store_id,
                name=one.settings.name,
                address=one.settings.address,
                telephone=one.settings.telephone,
                currency=one.settings.currency,
                currency_digits=one.settings.currency_digits,
                offset=one.desk.offset,
            )
            for one in centre.orders.stores()
        )
    )


@get(
    "/stores/{store_id:str}/products",
    summary="Prices and availability",
    description="What a store sells: prices, and how much may be promised; named products, or page by page.",
    sync_to_thread=True,
    responses=_REFUSALS,
)
def read_products(
    request: AnyRequest,
    centre: GivenCentre,
    store_id: FromPath[str],
    product_id: FromQuery[list[str] | None] = None,
    after: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PRODUCTS)] = MOST_PRODUCTS,
) -> asked.ProductPage:
    """Give products of a store, those that are named or a page of all."""
    calling_channel(request, centre)
    named = product_id or []
    if len(named) > MOST_PRODUCTS or any("\0" in text for text in (after, *named)):
        raise Refused("bad_request", "product_id, after")
    with centre.database.read() as connection:
        page = [] if named else products_behind(connection, after, limit)
        wanted = named or [one.product_id for one in page]
        shelf = centre.storefront.shelves.of(connection, store_id)
        goods = shelf.goods(connection, wanted)
    sold = {one: good for one, good in goods.items() if may_be_ordered(good.product)}
    available = centre.orders.availability(store_id, sold)
    return asked.ProductPage(
        products=tuple(
            asked.SeenProduct(
                product_id=one,
                sku=good.product.sku,
                name=good.product.name,
                unit=str(good.product.unit),
                unit_price_minor=good.price.unit_price_minor,
                available=available[one],
                minimum_age=good.product.minimum_age,
            )
            for one, good in sorted(sold.items())
            if one in available
        ),
        next_after=page[-1].product_id if len(page) == limit else "",
    )


@get(
    "/stores/{store_id:str}/slots",
    summary="Times to collect",
    description="The slots of the coming days, soonest first.",
    sync_to_thread=True,
    responses=_REFUSALS,
)
def read_slots(
    request: AnyRequest,
    centre: GivenCentre,
    store_id: FromPath[str],
    days: Annotated[int, QueryParameter(ge=1, le=MOST_DAYS)] = 7,
) -> asked.SeenSlots:
    """Give the slots of the coming days."""
    calling_channel(request, centre)
    return asked.SeenSlots(
        slots=tuple(
            asked.SeenSlot(starts_at=one.starts_at, ends_at=one.ends_at, refusal=one.refusal)
            for one in centre.orders.slots(store_id, days)
        )
    )


@post(
    "/orders",
    summary="Place an order",
    description="Places an order; sent again, it gives the same answer with status 200 and does nothing.",
    sync_to_thread=True,
    responses={
        **_SENDING,
        200: ResponseSpec(
            data_container=asked.PlacedAnswer, description="It was there already", generate_examples=False
        ),
    },
)
def place_order(
    request: AnyRequest,
    centre: GivenCentre,
    data: Annotated[asked.AskedOrder, _body("An order of two croissants", _EXAMPLE_ORDER)],
) -> Response[asked.PlacedAnswer]:
    """Place an order of the calling channel, once for its reference."""
    channel = calling_channel(request, centre)
    if data.payment not in (PAID_AT_DESK, PAID_TO_CHANNEL):
        raise OrderProblem("bad_payment", data.payment)
    placed = centre.orders.place(
        PlaceOrder(
            store_id=data.store_id,
            channel=channel.channel_id,
            outside_reference=data.reference,
            lines=tuple(
                WantedLine(product_id=line.product_id, quantity=line.quantity, wish=line.wish, note=line.note)
                for line in data.lines
            ),
            contact=ContactDetails(
                name=data.contact.name,
                phone=data.contact.phone,
                email=data.contact.email,
                language=data.contact.language,
            ),
            slot_starts_at=data.slot_starts_at,
            note=data.note,
            payment=data.payment,
            allow_partial=data.allow_partial,
            age_confirmed=data.age_confirmed,
            expected_total_minor=data.expected_total_minor,
        )
    )
    return Response(_placed_answer(placed), status_code=200 if placed.repeated else 201)


@get(
    "/orders",
    summary="What changed",
    description="The channel's own changes behind a number, each with the order as it stands now.",
    sync_to_thread=True,
    responses=_REFUSALS,
)
def read_feed(
    request: AnyRequest,
    centre: GivenCentre,
    after: Annotated[int, QueryParameter(ge=0, le=2**53)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_CHANGES)] = MOST_CHANGES,
) -> asked.FeedPage:
    """Give what changed, so that nothing is missed by whoever cannot take webhooks."""
    channel = calling_channel(request, centre)
    with centre.database.write() as connection:
        entries = feed(connection, channel.channel_id, after=after, limit=limit)
        orders = {one: read_order(connection, one) for one in sorted({entry.order_id for entry in entries})}
    return asked.FeedPage(
        changes=tuple(
            asked.FeedChange(
                number=entry.number, kind=entry.kind, at=entry.created_at, order=seen_order(booked.order)
            )
            for entry in entries
            if (booked := orders[entry.order_id]) is not None
        ),
        next_after=entries[-1].number if entries else after,
    )


@get(
    "/orders/{reference:str}",
    summary="One order",
    description="An order as it stands, with its pickup code.",
    sync_to_thread=True,
    responses=_REFUSALS,
)
def read_one(request: AnyRequest, centre: GivenCentre, reference: FromPath[str]) -> asked.PlacedAnswer:
    """Give one order of the calling channel."""
    channel = calling_channel(request, centre)
    placed = None if "\0" in reference else centre.orders.order_of_reference(channel.channel_id, reference)
    if placed is None:
        raise OrderProblem("unknown_order", reference[:80])
    return _placed_answer(placed)


@post(
    "/orders/{reference:str}/cancel",
    status_code=200,
    summary="Cancel an order",
    description="Calls off what has not been handed over; an order that is cancelled already stays so.",
    sync_to_thread=True,
    responses=_SENDING,
)
def cancel_order(
    request: AnyRequest,
    centre: GivenCentre,
    reference: FromPath[str],
    data: Annotated[asked.AskedCancel, _body("A reason", {"reason": "The customer changed their mind."})],
) -> SeenOrder:
    """Cancel an order of the calling channel."""
    order = _order(request, centre, reference)
    return seen_order(centre.orders.cancel(order.order_id, data.reason) or order)


@post(
    "/orders/{reference:str}/answers",
    status_code=200,
    summary="Answer a question",
    description="The customer's yes or no to a substitute that a picker has proposed.",
    sync_to_thread=True,
    responses=_SENDING,
)
def answer_question(
    request: AnyRequest,
    centre: GivenCentre,
    reference: FromPath[str],
    data: Annotated[
        asked.AskedAnswer, _body("A yes", {"line_id": "1", "question": "0b6f0c1e", "agrees": True})
    ],
) -> SeenOrder:
    """Answer for a customer of the calling channel."""
    order = _order(request, centre, reference)
    return seen_order(centre.orders.answer(order.order_id, data.line_id, data.question, agrees=data.agrees))


@post(
    "/orders/{reference:str}/refunds",
    status_code=200,
    summary="Say that money was given back",
    description="For orders that the channel was paid for; `refund_minor` of the order is what is open.",
    sync_to_thread=True,
    responses=_SENDING,
)
def record_refund(
    request: AnyRequest,
    centre: GivenCentre,
    reference: FromPath[str],
    data: Annotated[asked.AskedRefund, _body("A refund", {"refund_reference": "R-77", "amount_minor": 350})],
) -> SeenOrder:
    """Write down a refund that the channel made, once for its reference."""
    order = _order(request, centre, reference)
    name = f"{order.channel}:{data.refund_reference}"
    step = RecordPayment(
        step_id=hashlib.sha256(f"{order.order_id} refund {name}".encode()).hexdigest()[:32],
        order_id=order.order_id,
        by=CENTRE,
        at=now_text(),
        made_in=order.state,
        payment=PaymentKind.REFUNDED,
        amount_minor=data.amount_minor,
        reference=name,
    )
    return seen_order(centre.orders.take(step))


def _order(request: AnyRequest, centre: Centre, reference: str) -> PickupOrder:
    channel = calling_channel(request, centre)
    with centre.database.read() as connection:
        booked = None if "\0" in reference else order_of_reference(connection, channel.channel_id, reference)
    if booked is None:
        raise OrderProblem("unknown_order", reference[:80])
    return booked.order


def _placed_answer(placed: Placed) -> asked.PlacedAnswer:
    return asked.PlacedAnswer(
        order=seen_order(placed.order),
        code_text=placed.code_text,
        code_digits=placed.digits,
        page_path=order_address(placed.page_key),
        repeated=placed.repeated,
    )


def _answer_problem(_request: AnyRequest, problem: OrderProblem) -> Response[asked.OrderErrorAnswer]:
    answer = asked.OrderErrorAnswer(
        code=problem.code,
        message=problem.message,
        line_id=problem.line_id,
        product_id=problem.product_id,
        left=problem.left,
        total_minor=problem.total_minor,
    )
    return Response(
        answer,
        status_code=STATUSES.get(problem.code, 409),
        headers={PROTOCOL_HEADER: str(PROTOCOL_VERSION)},
    )


CHANNELS = Router(
    path="/v1/channel",
    route_handlers=[
        read_stores,
        read_products,
        read_slots,
        place_order,
        read_feed,
        read_one,
        cancel_order,
        answer_question,
        record_refund,
    ],
    exception_handlers={OrderProblem: _answer_problem},
    tags=["Sales channels"],
    security=[{"channelKey": []}],
)
"""Everything under `/v1/channel`."""
