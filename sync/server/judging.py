"""Judges a fact before it is applied: can it be read, and do its figures agree with themselves?

The arithmetic is the definition of `retail.sale`, checked on the figures alone and without the
pricing rules of the day: whatever the rules were, lines, taxes, tenders and totals must add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from retail.basket import PriceSource
from retail.events import SCHEMA_VERSIONS, Fact, SaleCompleted, TillEnrolled
from retail.journal import Envelope, content_hash, fact_of
from retail.sale import Sale, SaleLine
from sync.server.enrolment import Device

QUARANTINE_REASONS: tuple[str, ...] = (
    "hash_differs",  # the content is not what its hash says: the till's journal is damaged
    "unknown_kind",  # a newer till; judged again after the centre's update
    "newer_version",
    "unreadable",
    "other_store",
    "totals_differ",
    "sale_repeated",  # another event already brought this sale
    "attempt_unknown",
    "cannot_be_stored",
)
"""Every reason for which a landed event waits for a person."""


class Quarantined(Exception):
    """A fact that cannot be applied; `reason` is one of `QUARANTINE_REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        assert reason in QUARANTINE_REASONS, reason
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def judge(envelope: Envelope, device: Device) -> Fact:
    """Return the fact in an envelope, or raise `Quarantined`."""
    if content_hash(envelope) != envelope.hash:
        raise Quarantined("hash_differs")
    if envelope.kind not in SCHEMA_VERSIONS:
        raise Quarantined("unknown_kind", envelope.kind)
    if envelope.schema_version > SCHEMA_VERSIONS[envelope.kind]:
        raise Quarantined("newer_version", f"{envelope.kind} {envelope.schema_version}")
    try:
        fact = fact_of(envelope)
    except (msgspec.DecodeError, ValueError) as error:
        raise Quarantined("unreadable", str(error)) from error
    if type(fact).__struct_config__.tag != envelope.kind:
        raise Quarantined("unreadable", "the body is of another kind than the envelope")
    place = _place(fact)
    if place and place != (device.store_id, device.till_id, device.till_number):
        raise Quarantined("other_store", f"{place[0]} {place[1]} {place[2]}")
    if isinstance(fact, SaleCompleted):
        differences = list(sale_differences(fact.sale))
        if differences:
            raise Quarantined("totals_differ", "; ".join(differences))
    return fact


def sale_differences(sale: Sale) -> Iterator[str]:
    """Name each figure of a sale that does not agree with the figures it is made of."""
    for line in sale.lines:
        yield from _line_differences(line)
    sums = (
        ("subtotal", sale.subtotal_minor, sum(line.gross_minor for line in sale.lines)),
        (
            "document discounts",
            sum(discount.amount_minor for discount in sale.discounts),
            sum(line.document_discount_minor for line in sale.lines),
        ),
        ("saved", sale.saved_minor, _discounts(sale)),
        ("tax", sale.tax_minor, sum(tax.tax_minor for tax in sale.tax_totals)),
        ("total", sale.total_minor, _paid(sale) + (0 if sale.tax_included else sale.tax_minor)),
        ("total by tax class", sale.total_minor, sum(tax.gross_minor for tax in sale.tax_totals)),
        (
            "tenders less change",
            sum(tender.amount_minor for tender in sale.tenders) - sale.change_minor,
            sale.total_minor + sale.cash_rounding_minor,
        ),
    )
    for name, stated, found in sums:
        if stated != found:
            yield f"{name}: {stated} stated, {found} found"
    for tax in sale.tax_totals:
        if tax.net_minor + tax.tax_minor != tax.gross_minor:
            yield f"tax class {tax.code}: net and tax do not make gross"
    if any(discount.amount_minor < 0 for discount in sale.discounts) or sale.change_minor < 0:
        yield "a discount or the change is negative"


def _line_differences(line: SaleLine) -> Iterator[str]:
    found = line.gross_minor - sum(discount.amount_minor for discount in line.discounts)
    found -= line.document_discount_minor
    if found != line.paid_minor:
        yield f"line {line.line_number}: {line.paid_minor} paid stated, {found} found"
    if line.price_source is not PriceSource.EMBEDDED:
        # A label's amount stands as printed; everything else is quantity × price, rounded somehow.
        exact = line.quantity * line.unit_price_minor
        if abs(exact - line.gross_minor) >= Decimal(1):
            yield f"line {line.line_number}: {line.gross_minor} gross stated, {exact} found"


def _discounts(sale: Sale) -> int:
    on_lines = sum(discount.amount_minor for line in sale.lines for discount in line.discounts)
    return on_lines + sum(discount.amount_minor for discount in sale.discounts)


def _paid(sale: Sale) -> int:
    return sum(line.paid_minor for line in sale.lines)


def _place(fact: Fact) -> tuple[str, str, int] | None:
    if isinstance(fact, SaleCompleted):
        return (fact.sale.store_id, fact.sale.till_id, fact.sale.till_number)
    if isinstance(fact, TillEnrolled):
        return (fact.store_id, fact.till_id, fact.till_number)
    return None
