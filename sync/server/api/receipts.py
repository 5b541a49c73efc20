"""What a till asks before goods come back: the sale of a receipt, and what came back of it already."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from retail.sale import Sale
from sync.protocol import ReceiptAnswer
from sync.server.api.given import AnyRequest, GivenCentre, refusals
from sync.server.api.till import reading_device
from sync.server.database.receipt_rows import is_order, returns_of, sales_by_receipt, sales_of_order
from sync.server.refusals import Refused

LONGEST_NUMBER = 40


@get(
    "/v1/receipts/{number:str}",
    sync_to_thread=True,
    responses=refusals(400, 401, 403, 404, 409, 426, 429),
)
def read_receipt(request: AnyRequest, centre: GivenCentre, number: FromPath[str]) -> ReceiptAnswer:
    """Give a sale by its receipt number, or by the number of the order that it paid, with its returns.

    A sale of the caller's store comes before those of other stores; more than one elsewhere is refused.
    """
    device = reading_device(request, centre)
    if "\0" in number or len(number) > LONGEST_NUMBER:
        raise Refused("bad_request", "number")
    with centre.database.read() as connection:
        sales = sales_by_receipt(connection, number) or sales_of_order(connection, device.store_id, number)
        if not sales:
            paid_online = is_order(connection, device.store_id, number)
            raise Refused("order_without_receipt" if paid_online else "unknown_receipt", number)
        here = tuple(each for each in sales if each.store_id == device.store_id)
        sale = _only(here or sales, number)
        return ReceiptAnswer(sale=sale, returns=returns_of(connection, sale.sale_id))


def _only(sales: tuple[Sale, ...], number: str) -> Sale:
    if len(sales) > 1:
        raise Refused("many_receipts", number)
    return sales[0]
