"""`sale.returned` → the return with its lines, and the receipt number that it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from retail.events import SaleReturned
from retail.returns.record import Return
from sync.server.database import tables
from sync.server.landed import Landed
from sync.server.projections.sales import raise_receipt_counters


def apply_returns(connection: Connection, landed: Sequence[Landed[SaleReturned]]) -> None:
    """Store returns; the database refuses a second one of the same id."""
    returns = [event.fact.returned for event in landed]
    connection.execute(tables.sale_return.insert(), [_return_row(event) for event in landed])
    lines = [row for one in returns for row in _line_rows(one)]
    if lines:
        connection.execute(tables.sale_return_line.insert(), lines)
    raise_receipt_counters(connection, [(one.till_id, one.receipt_number) for one in returns])


def _return_row(event: Landed[SaleReturned]) -> dict[str, Any]:
    returned = event.fact.returned
    return {
        "return_id": returned.return_id,
        "event_id": event.envelope.event_id,
        "receipt_number": returned.receipt_number,
        "kind": returned.kind.value,
        "sale_id": returned.sale_id,
        "store_id": returned.store_id,
        "till_id": returned.till_id,
        "device_id": event.device.device_id,
        "cashier_id": returned.cashier_id,
        "cashier_name": returned.cashier_name,
        "completed_at": returned.completed_at,
        "currency": returned.currency,
        "refund_minor": returned.refund_minor,
        "tax_minor": returned.tax_minor,
        "cash_rounding_minor": returned.cash_rounding_minor,
        "member_id": returned.member_id,
        "approved_by": returned.approved_by,
    }


def _line_rows(returned: Return) -> list[dict[str, Any]]:
    return [
        {
            "return_id": returned.return_id,
            "position": position,
            "line_number": line.line_number,
            "product_id": line.product_id,
            "quantity": str(line.quantity),
            "paid_minor": line.paid_minor,
            "reason": line.reason.value,
            "condition": line.condition.value,
            "restocked": int(line.restock),
        }
        for position, line in enumerate(returned.lines, start=1)
    ]
