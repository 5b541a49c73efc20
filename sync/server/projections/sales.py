"""`sale.completed` → the sale with its lines, tenders and taxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from retail.events import SaleCompleted
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number
from retail.sale import Sale
from sync.server.database import tables
from sync.server.database.statements import chunks
from sync.server.judging import Quarantined
from sync.server.landed import Landed


def apply_sales(connection: Connection, landed: Sequence[Landed[SaleCompleted]]) -> None:
    """Store sales; raises `Quarantined` when one of them is already known from another event."""
    sales = [event.fact.sale for event in landed]
    _refuse_repeated(connection, [sale.sale_id for sale in sales])
    connection.execute(tables.sale.insert(), [_sale_row(event) for event in landed])
    for table, rows in (
        (tables.sale_line, [row for sale in sales for row in _line_rows(sale)]),
        (tables.sale_tender, [row for sale in sales for row in _tender_rows(sale)]),
        (tables.sale_tax, [row for sale in sales for row in _tax_rows(sale)]),
    ):
        if rows:
            connection.execute(table.insert(), rows)
    raise_receipt_counters(connection, [(sale.till_id, sale.receipt_number) for sale in sales])


def _refuse_repeated(connection: Connection, sale_ids: Sequence[str]) -> None:
    if len(set(sale_ids)) < len(sale_ids):
        raise Quarantined("sale_repeated", "twice in one batch")
    for some in chunks(sale_ids):
        known = connection.execute(
            select(tables.sale.c.sale_id).where(tables.sale.c.sale_id.in_(some))
        ).first()
        if known is not None:
            raise Quarantined("sale_repeated", known.sale_id)


def _sale_row(event: Landed[SaleCompleted]) -> dict[str, Any]:
    sale = event.fact.sale
    return {
        "sale_id": sale.sale_id,
        "event_id": event.envelope.event_id,
        "receipt_number": sale.receipt_number,
        "store_id": sale.store_id,
        "till_id": sale.till_id,
        "device_id": event.device.device_id,
        "cashier_id": sale.cashier_id,
        "cashier_name": sale.cashier_name,
        "completed_at": sale.completed_at,
        "currency": sale.currency,
        "item_count": sale.item_count,
        "subtotal_minor": sale.subtotal_minor,
        "saved_minor": sale.saved_minor,
        "tax_minor": sale.tax_minor,
        "total_minor": sale.total_minor,
        "cash_rounding_minor": sale.cash_rounding_minor,
        "change_minor": sale.change_minor,
        "member_id": sale.member.member_id if sale.member else "",
        "price_check": "waiting" if sale.priced_under else "not_comparable",
        "order_id": sale.order_id,
    }


def _line_rows(sale: Sale) -> list[dict[str, Any]]:
    return [
        {
            "sale_id": sale.sale_id,
            "line_number": line.line_number,
            "product_id": line.product_id,
            "category_id": line.category_id,
            "name": line.name.en,
            "quantity": str(line.quantity),
            "unit": line.unit.value,
            "gross_minor": line.gross_minor,
            "paid_minor": line.paid_minor,
            "tax_class_id": line.tax_class_id,
        }
        for line in sale.lines
    ]


def _tender_rows(sale: Sale) -> list[dict[str, Any]]:
    return [
        {
            "sale_id": sale.sale_id,
            "position": position,
            "kind": tender.kind.value,
            "amount_minor": tender.amount_minor,
            "attempt_id": tender.attempt_id,
            "reference": tender.reference,
        }
        for position, tender in enumerate(sale.tenders, start=1)
    ]


def _tax_rows(sale: Sale) -> list[dict[str, Any]]:
    return [
        {
            "sale_id": sale.sale_id,
            "tax_class_id": tax.tax_class_id,
            "rate": str(tax.rate),
            "net_minor": tax.net_minor,
            "tax_minor": tax.tax_minor,
            "gross_minor": tax.gross_minor,
        }
        for tax in sale.tax_totals
    ]


def raise_receipt_counters(connection: Connection, numbers: Iterable[tuple[str, str]]) -> None:
    """Raise the counters of tills to the receipts `(till id, number)` that were seen of them.

    So that a till that starts again from nothing can be told where its receipt numbers stand.
    """
    highest: dict[str, int] = {}
    for till_id, number in numbers:
        try:
            _till, counter = parse_receipt_number(number)
        except NotAReceiptNumber:
            continue  # the number is kept as it is on paper; it just says nothing about the counter
        highest[till_id] = max(counter, highest.get(till_id, 0))
    table = tables.till
    for till_id, counter in sorted(highest.items()):
        connection.execute(
            update(table)
            .where(table.c.till_id == till_id, table.c.last_receipt_counter < counter)
            .values(last_receipt_counter=counter)
        )
