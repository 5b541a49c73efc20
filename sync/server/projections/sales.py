"""`sale.completed` → the sale with its lines, tenders and taxes, and the receipt number that it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.events import SaleCompleted
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number
from sync.server.database.round_trip import RoundTrip
from sync.server.database.sale_rows import OfEvent, add_sales, known_sales, raise_counters
from sync.server.judging import Quarantined
from sync.server.landed import Landed
from sync.server.projections.asking import Asking

LONGEST_COUNTER = 12
"""Digits of a counter, at most."""


def ask_known(trip: RoundTrip, landed: Sequence[Landed[SaleCompleted]]) -> Asking:
    """Ask which sales are here already; the answer raises `Quarantined` for one from another event."""
    sale_ids = [event.fact.sale.sale_id for event in landed]
    known = trip.ask(known_sales(trip.dialect, sale_ids))

    def check() -> None:
        if len(set(sale_ids)) < len(sale_ids):
            raise Quarantined("sale_repeated", "twice in one batch")
        if known.value:
            raise Quarantined("sale_repeated", min(known.value))

    return check


def apply_sales(trip: RoundTrip, landed: Sequence[Landed[SaleCompleted]]) -> None:
    """Store sales."""
    add_sales(
        trip,
        [(event.fact.sale, OfEvent(event.envelope.event_id, event.device.device_id)) for event in landed],
    )
    sales = [event.fact.sale for event in landed]
    raise_counters(trip, receipt_counters((sale.till_id, sale.receipt_number) for sale in sales))


def receipt_counters(numbers: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the highest counter among the receipts `(till id, number)` of each till.

    So that a till that starts again from nothing can be told where its receipt numbers stand.
    """
    by_till: dict[str, list[str]] = {}
    for till_id, number in numbers:
        by_till.setdefault(till_id, []).append(number)
    highest: dict[str, int] = {}
    for till_id, of_till in by_till.items():
        # The highest is almost always the first that is tried, and the others need not be checked.
        for number in sorted(of_till, key=stated_counter, reverse=True):
            try:
                _till, highest[till_id] = parse_receipt_number(number)
            except NotAReceiptNumber:
                continue  # the number is kept as it is on paper; it just says nothing about the counter
            break
    return highest


def stated_counter(number: str) -> int:
    """Return the counter that a number seems to have."""
    digits = number.partition("-")[2].partition("-")[0]
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST_COUNTER else 0
