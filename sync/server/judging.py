"""Judges a fact before it is applied: can it be read, and do its figures agree with themselves?

The arithmetic is the definition of `retail.sale`, checked on the figures alone and without the
pricing rules of the day: whatever the rules were, lines, taxes, tenders and totals must add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from retail.basket import PriceSource
from retail.events import SCHEMA_VERSIONS, Fact, SaleCompleted, SaleReturned, TillEnrolled
from retail.journal import Envelope, canonical_text, fact_of, hash_of_text
from retail.returns.record import Return, on_top
from retail.sale import AppliedDiscount, LineTax, Sale, SaleLine, TaxTotal, Tender
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
    "order_unknown",  # a step of an order that this centre does not have
    "cannot_be_stored",
)
"""Every reason for which a landed event waits for a person."""

WAIT_FOR_OTHERS = frozenset({"attempt_unknown", "order_unknown"})
"""The reasons that go when an event before it comes."""


_ONE = Decimal(1)
_AMOUNT_STANDS = frozenset({PriceSource.EMBEDDED, PriceSource.ORDER})


class Quarantined(Exception):
    """A fact that cannot be applied; `reason` is one of `QUARANTINE_REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        assert reason in QUARANTINE_REASONS, reason
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def judge(envelope: Envelope, device: Device, text: bytes = b"") -> Fact:
    """Return the fact in an envelope, or raise `Quarantined`; `text` is its `canonical_text` if known."""
    if hash_of_text(text or canonical_text(envelope)) != envelope.hash:
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
    try:
        differences = _differences(fact)
    except ArithmeticError as error:
        # A quantity that is not a number, or beyond all measure, can be written but not be reckoned with.
        raise Quarantined("totals_differ", f"a figure that is none: {type(error).__name__}") from error
    if differences:
        raise Quarantined("totals_differ", "; ".join(differences))
    return fact


def _differences(fact: Fact) -> list[str]:
    if isinstance(fact, SaleCompleted):
        return list(sale_differences(fact.sale))
    if isinstance(fact, SaleReturned):
        return list(return_differences(fact.returned))
    return []


def sale_differences(sale: Sale) -> Iterator[str]:
    """Name each figure of a sale that does not agree with the figures it is made of.

    A sale of version 1 has no taxes by line, no tax parts and no promotions; those are not checked then.
    """
    gross = of_document = paid = added = saved = 0
    has_line_taxes = False
    for line in sale.lines:
        discounts = 0
        for discount in line.discounts:
            discounts += discount.amount_minor
        yield from _line_differences(line, discounts)
        gross += line.gross_minor
        of_document += line.document_discount_minor
        paid += line.paid_minor
        saved += discounts
        if line.taxes:
            has_line_taxes = True
            added += on_top(line.taxes)
    if not has_line_taxes:
        added = 0 if sale.tax_included else sale.tax_minor
    document_discounts = _sum_of(sale.discounts)
    sums = (
        ("subtotal", sale.subtotal_minor, gross),
        ("document discounts", document_discounts, of_document),
        ("saved", sale.saved_minor, saved + document_discounts),
        ("tax", sale.tax_minor, sum([tax.tax_minor for tax in sale.tax_totals])),
        ("total", sale.total_minor, paid + added),
        ("total by tax class", sale.total_minor, sum([tax.gross_minor for tax in sale.tax_totals])),
        (
            "tenders less change",
            _sum_of(sale.tenders) - sale.change_minor,
            sale.total_minor + sale.cash_rounding_minor,
        ),
    )
    yield from _unequal(sums)
    yield from _tax_differences(sale.tax_totals)
    if has_line_taxes:
        yield from _shared_tax_differences(
            sale.tax_totals, [(line.tax_class_id, line.taxes, 1) for line in sale.lines]
        )
    if sale.promotions:
        yield from _promotion_differences(sale)
    if sale.change_minor < 0 or any(discount.amount_minor < 0 for discount in sale.discounts):
        yield "a discount or the change is negative"


def _sum_of(amounts: Sequence[AppliedDiscount] | Sequence[Tender]) -> int:
    return sum([one.amount_minor for one in amounts])


def _line_differences(line: SaleLine, discounts: int) -> tuple[str, ...]:
    """Name what does not agree in a line whose own discounts come to so much; nothing does, as a rule."""
    found = line.gross_minor - line.document_discount_minor - discounts
    exact = line.quantity * line.unit_price_minor
    # A label's amount stands as printed, an order's as agreed; all else is quantity × price, rounded.
    stands = (
        exact == line.gross_minor
        or line.price_source in _AMOUNT_STANDS
        or -_ONE < exact - line.gross_minor < _ONE
    )
    if stands and found == line.paid_minor:
        return ()
    of_paid = f"line {line.line_number}: {line.paid_minor} paid stated, {found} found"
    of_gross = f"line {line.line_number}: {line.gross_minor} gross stated, {exact} found"
    return (*([of_paid] if found != line.paid_minor else ()), *([] if stands else [of_gross]))


def return_differences(returned: Return) -> Iterator[str]:
    """Name each figure of a return that does not agree with the figures it is made of."""
    lines, lost = returned.lines, returned.lost
    yield from _unequal(
        (
            (
                "refund",
                returned.refund_minor,
                sum(line.charged_minor for line in lines) - returned.promotion_lost_minor,
            ),
            ("promotion lost", returned.promotion_lost_minor, sum(one.amount_minor for one in lost)),
            ("tax", returned.tax_minor, sum(tax.tax_minor for tax in returned.tax_totals)),
            (
                "refund by tax class",
                returned.refund_minor,
                sum(tax.gross_minor for tax in returned.tax_totals),
            ),
            (
                "tenders",
                sum(tender.amount_minor for tender in returned.tenders),
                returned.refund_minor + returned.cash_rounding_minor,
            ),
        )
    )
    yield from _tax_differences(returned.tax_totals)
    signed = [(line.tax_class_id, line.taxes, 1) for line in lines]
    yield from _shared_tax_differences(
        returned.tax_totals, signed + [(one.tax_class_id, one.taxes, -1) for one in lost]
    )
    for line in lines:
        if not 0 < line.quantity <= line.sold_quantity or not 0 <= line.paid_minor <= line.sold_paid_minor:
            yield f"line {line.line_number}: more comes back than was sold, or nothing"
    if returned.refund_minor < 0 or any(tender.amount_minor <= 0 for tender in returned.tenders):
        yield "the refund or a tender is negative"
    if returned.points_taken_back < 0 or returned.points_given_back < 0:
        yield "points are negative"


def _unequal(figures: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    for name, stated, found in figures:
        if stated != found:
            yield f"{name}: {stated} stated, {found} found"


def _tax_differences(totals: Iterable[TaxTotal]) -> Iterator[str]:
    for total in totals:
        if total.net_minor + total.tax_minor != total.gross_minor:
            yield f"tax class {total.code}: net and tax do not make gross"
        if total.parts and (parts := sum([part.tax_minor for part in total.parts])) != total.tax_minor:
            yield f"tax class {total.code}: {total.tax_minor} stated, its taxes make {parts}"


def _shared_tax_differences(
    totals: Iterable[TaxTotal], signed: Sequence[tuple[str, tuple[LineTax, ...], int]]
) -> Iterator[str]:
    """Compare the taxes of lines `(tax_class_id, taxes, sign)` with those of their classes, tax by tax."""
    shared: dict[tuple[str, str], int] = {}
    for tax_class_id, taxes, sign in signed:
        for tax in taxes:
            key = (tax_class_id, tax.tax_id)
            shared[key] = shared.get(key, 0) + sign * tax.amount_minor
    for total in totals:
        stated = [(part.tax_id, part.tax_minor) for part in total.parts]
        for tax_id, amount in stated or [(total.tax_class_id, total.tax_minor)]:
            found = shared.pop((total.tax_class_id, tax_id), 0)
            if found != amount:
                yield f"tax {tax_id} of class {total.code}: {amount} stated, {found} on its lines"
    for (tax_class_id, tax_id), amount in shared.items():
        if amount:
            yield f"tax {tax_id} of class {tax_class_id}: {amount} on lines, none stated"


def _promotion_differences(sale: Sale) -> Iterator[str]:
    found: Counter[str] = Counter()
    for discount in _every_discount(sale):
        if discount.promotion_id:
            found[discount.promotion_id] += discount.amount_minor
    stated = {one.promotion_id: one.amount_minor for one in sale.promotions}
    for promotion_id in sorted(stated.keys() | found.keys()):
        amounts = stated.get(promotion_id, 0), found[promotion_id]
        yield from _unequal([(f"promotion {promotion_id}", *amounts)])


def _every_discount(sale: Sale) -> tuple[AppliedDiscount, ...]:
    return (*sale.discounts, *(discount for line in sale.lines for discount in line.discounts))


def _place(fact: Fact) -> tuple[str, str, int] | None:
    if isinstance(fact, SaleCompleted):
        return (fact.sale.store_id, fact.sale.till_id, fact.sale.till_number)
    if isinstance(fact, SaleReturned):
        return (fact.returned.store_id, fact.returned.till_id, fact.returned.till_number)
    if isinstance(fact, TillEnrolled):
        return (fact.store_id, fact.till_id, fact.till_number)
    return None
