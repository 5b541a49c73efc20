"""`sale.returned` → what is to be paid back online, and an alarm when more came back than was sold.

Money is never written anew: the same receipt, returned at two tills that did not hear each other, stands
twice, and somebody is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from retail.events import SaleReturned
from retail.returns.too_many import too_many
from sync.server.alerts import raise_alert
from sync.server.database.online_rows import lock_sales
from sync.server.database.receipt_rows import returns_of
from sync.server.landed import Landed
from sync.server.payments.paying_back import pay_back_online


def look_at_returns(connection: Connection, landed: Sequence[Landed[SaleReturned]]) -> None:
    """Look at returns that were stored just now, under the locks of their sales."""
    sale_ids = sorted({event.fact.returned.sale_id for event in landed} - {""})
    lock_sales(connection, sale_ids)
    for event in landed:
        pay_back_online(connection, event.fact.returned)
    for sale_id in sale_ids:
        _look_for_too_many(connection, sale_id)


def _look_for_too_many(connection: Connection, sale_id: str) -> None:
    returns = returns_of(connection, sale_id)
    found = too_many(returns)
    if not found:
        return
    tills = ", ".join(sorted({one.till_id for one in returns}))
    lines = "; ".join(f"{one.name.en}: {one.sold} sold, {one.returned} returned" for one in found)
    receipts = ", ".join(one.receipt_number for one in returns)
    raise_alert(
        connection,
        "returned_more_than_sold",
        f"{returns[0].sale_receipt_number} · {tills} · {len(returns)}",
        f"{lines} ({receipts})",
    )
