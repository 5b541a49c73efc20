"""What a till asks before goods come back: the sale of a receipt, and what came back of it already."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath
from sqlalchemy import Connection

from retail.pickup.online_sale import handovers
from retail.returns.policy import ReturnRefused
from retail.returns.record import Return
from retail.returns.void import SaleState, sale_state
from retail.sale import Sale
from sync.protocol import OtherReceipt, ReceiptAnswer
from sync.server.api.given import AnyRequest, GivenCentre, refusals
from sync.server.api.till import reading_device
from sync.server.centre import Centre
from sync.server.database.order_rows import orders_named, read_order
from sync.server.database.receipt_rows import returns_of, sales_by_receipt, sales_of_order
from sync.server.refusals import Refused

LONGEST_NUMBER = 80
"""An order's id is what a pickup code names."""


@get(
    "/v1/receipts/{number:str}",
    sync_to_thread=True,
    responses=refusals(400, 401, 403, 404, 409, 426, 429),
)
def read_receipt(request: AnyRequest, centre: GivenCentre, number: FromPath[str]) -> ReceiptAnswer:
    """Give a sale by its receipt number, or by its order's number, id or pickup digits, with its returns.

    What is of the caller's store comes before what is of other stores; more than one elsewhere is refused.
    Of an order with several sales, the first of which something is left, and the numbers of the others.
    """
    device = reading_device(request, centre)
    if "\0" in number or len(number) > LONGEST_NUMBER:
        raise Refused("bad_request", "number")
    with centre.database.read() as connection:
        sales = sales_by_receipt(connection, number)
        here = tuple(each for each in sales if each.store_id == device.store_id) or sales
        if len(here) > 1:
            raise Refused("many_receipts", number)
        if here:
            return ReceiptAnswer(sale=here[0], returns=returns_of(connection, here[0].sale_id))
        found = orders_named(connection, device.store_id, number)
    if not found:
        raise Refused("unknown_receipt", number)
    if len(found) > 1:
        raise Refused("many_receipts", number)
    return _of_order(centre, found[0], number)


def _of_order(centre: Centre, order_id: str, number: str) -> ReceiptAnswer:
    with centre.database.read() as connection:
        sales = sales_of_order(connection, order_id)
        if sales:
            return _answer(connection, sales)
        booked = read_order(connection, order_id)
    if booked is None or booked.phase or not any(not done.undone_by for done in handovers(booked.order)):
        raise Refused("order_not_handed_over", number)
    # Handed over before the centre made such sales.
    centre.orders.sell_what_was_handed_over(order_id)
    with centre.database.read() as connection:
        sales = sales_of_order(connection, order_id)
        if not sales:
            raise Refused("order_without_receipt", number)
        return _answer(connection, sales)


def _answer(connection: Connection, sales: tuple[Sale, ...]) -> ReceiptAnswer:
    """Give the first sale of which something is left, those that were undone left out if others are there."""
    returns = {each.sale_id: returns_of(connection, each.sale_id) for each in sales}
    states = {each.sale_id: _state(each, returns[each.sale_id]) for each in sales}
    shown = [each for each in sales if states[each.sale_id] is not SaleState.VOIDED] or list(sales)
    over = (SaleState.RETURNED, SaleState.VOIDED)
    first, *others = sorted(shown, key=lambda each: states[each.sale_id] in over)
    return ReceiptAnswer(
        sale=first,
        returns=returns[first.sale_id],
        others=tuple(
            OtherReceipt(
                receipt_number=each.receipt_number,
                completed_at=each.completed_at,
                total_minor=each.total_minor,
                left=states[each.sale_id] not in over,
            )
            for each in others
        ),
    )


def _state(sale: Sale, returns: tuple[Return, ...]) -> SaleState:
    try:
        return sale_state(sale, returns)
    except ReturnRefused:
        return SaleState.RETURNED  # more came back than was sold: nothing of it is left
