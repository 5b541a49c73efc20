"""Sales and returns as rows: heads, lines, tenders and taxes, and the receipt numbers that they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select, update

from retail.returns.record import Return
from retail.sale import Sale
from sync.server.database.round_trip import Question, RoundTrip
from sync.server.database.statements import among
from sync.server.database.tables import (
    sale,
    sale_line,
    sale_return,
    sale_return_line,
    sale_tax,
    sale_tender,
    till,
)

_RAISE_COUNTER = (
    update(till)
    .where(till.c.till_id == bindparam("of_till"), till.c.last_receipt_counter < bindparam("seen"))
    .values(last_receipt_counter=bindparam("seen"))
)


class OfEvent(NamedTuple):
    """Which event of which device brought something."""

    event_id: str
    device_id: str


@cache
def _known(dialect: str) -> Select[tuple[str]]:
    return select(sale.c.sale_id).where(among(dialect, sale.c.sale_id, "sales"))


def known_sales(dialect: str, sale_ids: Sequence[str]) -> Question[set[str]]:
    """Ask which of these sales are here."""
    return Question(_known(dialect), {"sales": sale_ids}, lambda rows: {row[0] for row in rows})


def sales_of_numbers(
    connection: Connection, till_id: str, receipt_numbers: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the receipt number and id of each sale of a till that has one of these numbers."""
    found = connection.execute(
        select(sale.c.receipt_number, sale.c.sale_id).where(
            sale.c.till_id == till_id, sale.c.receipt_number.in_(receipt_numbers)
        )
    )
    return [(number, sale_id) for number, sale_id in found]


def sales_paid_by(connection: Connection, till_id: str, attempt_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return the payment attempt and the receipt number of each sale of a till that one of these paid.

    It reads all tenders of the till: asked seldom, after a till was started again with money in a basket.
    """
    found = connection.execute(
        select(sale_tender.c.attempt_id, sale.c.receipt_number)
        .join(sale, sale.c.sale_id == sale_tender.c.sale_id)
        .where(sale.c.till_id == till_id, sale_tender.c.attempt_id.in_(attempt_ids))
        .distinct()
    )
    return [(attempt_id, number) for attempt_id, number in found]


def add_sales(trip: RoundTrip, sales: Sequence[tuple[Sale, OfEvent]]) -> None:
    """Store sales; the database refuses a second one of the same id."""
    trip.add_rows(sale, [_sale_row(one, of) for one, of in sales])
    trip.add_rows(sale_line, [row for one, _ in sales for row in _line_rows(one)])
    trip.add_rows(sale_tender, [row for one, _ in sales for row in _tender_rows(one)])
    trip.add_rows(sale_tax, [row for one, _ in sales for row in _tax_rows(one)])


def add_returns(trip: RoundTrip, returns: Sequence[tuple[Return, OfEvent]]) -> None:
    """Store returns; the database refuses a second one of the same id."""
    trip.add_rows(sale_return, [_return_row(one, of) for one, of in returns])
    trip.add_rows(sale_return_line, [row for one, _ in returns for row in _return_line_rows(one)])


def raise_counters(trip: RoundTrip, counters: Mapping[str, int]) -> None:
    """Raise the receipt counters of tills to what was seen of them."""
    trip.tell(
        _RAISE_COUNTER, [{"of_till": till_id, "seen": seen} for till_id, seen in sorted(counters.items())]
    )


def _sale_row(one: Sale, of: OfEvent) -> dict[str, Any]:
    return {
        "sale_id": one.sale_id,
        "event_id": of.event_id,
        "receipt_number": one.receipt_number,
        "store_id": one.store_id,
        "till_id": one.till_id,
        "device_id": of.device_id,
        "cashier_id": one.cashier_id,
        "cashier_name": one.cashier_name,
        "completed_at": one.completed_at,
        "currency": one.currency,
        "item_count": one.item_count,
        "subtotal_minor": one.subtotal_minor,
        "saved_minor": one.saved_minor,
        "tax_minor": one.tax_minor,
        "total_minor": one.total_minor,
        "cash_rounding_minor": one.cash_rounding_minor,
        "change_minor": one.change_minor,
        "member_id": one.member.member_id if one.member else "",
        "price_check": "waiting" if one.priced_under else "not_comparable",
        "order_id": one.order_id,
    }


def _line_rows(one: Sale) -> Iterable[dict[str, Any]]:
    sale_id = one.sale_id
    return (
        {
            "sale_id": sale_id,
            "line_number": line.line_number,
            "product_id": line.product_id,
            "category_id": line.category_id,
            "name": line.name.en,
            "quantity": str(line.quantity),
            "unit": str(line.unit),
            "gross_minor": line.gross_minor,
            "paid_minor": line.paid_minor,
            "tax_class_id": line.tax_class_id,
        }
        for line in one.lines
    )


def _tender_rows(one: Sale) -> Iterable[dict[str, Any]]:
    return (
        {
            "sale_id": one.sale_id,
            "position": position,
            "kind": str(tender.kind),
            "amount_minor": tender.amount_minor,
            "attempt_id": tender.attempt_id,
            "reference": tender.reference,
        }
        for position, tender in enumerate(one.tenders, start=1)
    )


def _tax_rows(one: Sale) -> Iterable[dict[str, Any]]:
    return (
        {
            "sale_id": one.sale_id,
            "tax_class_id": tax.tax_class_id,
            "rate": str(tax.rate),
            "net_minor": tax.net_minor,
            "tax_minor": tax.tax_minor,
            "gross_minor": tax.gross_minor,
        }
        for tax in one.tax_totals
    )


def _return_row(one: Return, of: OfEvent) -> dict[str, Any]:
    return {
        "return_id": one.return_id,
        "event_id": of.event_id,
        "receipt_number": one.receipt_number,
        "kind": one.kind.value,
        "sale_id": one.sale_id,
        "store_id": one.store_id,
        "till_id": one.till_id,
        "device_id": of.device_id,
        "cashier_id": one.cashier_id,
        "cashier_name": one.cashier_name,
        "completed_at": one.completed_at,
        "currency": one.currency,
        "refund_minor": one.refund_minor,
        "tax_minor": one.tax_minor,
        "cash_rounding_minor": one.cash_rounding_minor,
        "member_id": one.member_id,
        "approved_by": one.approved_by,
    }


def _return_line_rows(one: Return) -> Iterable[dict[str, Any]]:
    return (
        {
            "return_id": one.return_id,
            "position": position,
            "line_number": line.line_number,
            "product_id": line.product_id,
            "quantity": str(line.quantity),
            "paid_minor": line.paid_minor,
            "reason": line.reason.value,
            "condition": line.condition.value,
            "restocked": int(line.restock),
        }
        for position, line in enumerate(one.lines, start=1)
    )
