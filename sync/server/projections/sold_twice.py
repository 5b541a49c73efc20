"""What a till sold that is a copy of itself: a receipt number used twice, a card payment in two sales.

A till whose disk was put back, or copied, cannot know that before it has reached the centre, and it sells
without the centre. Its sales are facts and stand; somebody is told what cannot be true of both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from retail.events import SaleCompleted
from retail.sale import Sale
from sync.server.alerts import raise_alert
from sync.server.database.sale_rows import sales_of_numbers, sales_paid_by
from sync.server.landed import Landed
from sync.server.projections.sales import stated_counter


def look_at_sales(connection: Connection, landed: Sequence[Landed[SaleCompleted]]) -> None:
    """Look at sales that were stored just now; costs nothing while a till counts on and ends what it begins.

    Only a counter that its till had reached before can be a second one. Only a basket that was open when its
    till started can have been paid for in another life.
    """
    numbers: dict[str, set[str]] = defaultdict(set)
    reopened: list[Sale] = []
    for event in landed:
        sale = event.fact.sale
        if stated_counter(sale.receipt_number) <= event.device.last_receipt_counter:
            numbers[sale.till_id].add(sale.receipt_number)
        if sale.basket_id:
            reopened.append(sale)
    for till_id, some in numbers.items():
        for number, sale_ids in _twice(sales_of_numbers(connection, till_id, sorted(some))):
            raise_alert(connection, "receipt_repeated", number, ", ".join(sale_ids))
    for sale in reopened:
        attempts = sorted({tender.attempt_id for tender in sale.tenders} - {""})
        if attempts:
            for attempt_id, receipts in _twice(sales_paid_by(connection, sale.till_id, attempts)):
                raise_alert(connection, "payment_counted_twice", attempt_id, ", ".join(receipts))


def _twice(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, list[str]]]:
    """Yield what stands beside more than one other, with all of those."""
    beside: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        beside[one].append(other)
    return ((one, sorted(others)) for one, others in beside.items() if len(others) > 1)
