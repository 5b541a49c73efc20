"""Why each tax of a document is what it is: base, rate, exact amount, and where its rounding went."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from retail.catalogue import LocalisedText
from retail.money import round_ratio
from retail.quantity import SellingUnit
from retail.tax.document import document_taxes, exact_lines
from retail.tax.exact import in_decimals
from retail.tax.line import MEASURE_PLACES, TaxableLine, measure
from retail.tax.prepared import PreparedTaxes
from retail.tax.rows import TaxKind
from retail.tax.scheme import Charge, Scheme
from retail.tax.shares import charged, classes_with_totals, divided


class ExplainedShare(msgspec.Struct, frozen=True, kw_only=True):
    """A line's share of a tax: the exact one, what the line alone would round to, and what it has.

    `line` counts from 0. Where `amount_minor` is not `alone_minor`, the document's rounding was put here.
    """

    line: int
    exact_minor: Decimal
    alone_minor: int
    amount_minor: int


class ExplainedTax(msgspec.Struct, frozen=True, kw_only=True):
    """One tax of one class: `tax = exact + rounding difference`, and the shares of its lines sum to `tax`.

    Exact amounts have at most six decimals. A fixed tax is `unit_amount_minor` for each unit (`per`) of the
    `measure`; any other is `rate` percent of the base. `base_minor` is the base as a document shows it, made
    of the rounded figures.
    """

    tax_class_id: str
    tax_id: str
    name: LocalisedText
    kind: TaxKind
    rate: Decimal
    included: bool
    base_minor: int
    exact_base_minor: Decimal
    exact_minor: Decimal
    tax_minor: int
    difference_minor: Decimal
    shares: tuple[ExplainedShare, ...]
    unit_amount_minor: Decimal = Decimal(0)
    per: SellingUnit = SellingUnit.PIECE
    measure: Decimal = Decimal(0)
    reverse_charge: bool = False
    reason: str = ""


def explain(
    lines: Sequence[TaxableLine], prepared: PreparedTaxes, position_id: str = ""
) -> tuple[ExplainedTax, ...]:
    """Return every tax of a document with its reasons, in the order of `document_taxes` and of its parts.

    Raises what `document_taxes` raises.
    """
    totals = document_taxes(lines, prepared, position_id)
    explained = []
    for scheme, places, total in classes_with_totals(lines, totals, prepared, position_id):
        of_scheme = [lines[place] for place in places]
        for number, charge in enumerate(scheme.charges):
            tax_minor = charged(scheme, total)[number]
            exact = exact_lines(scheme, charge.amount, of_scheme)
            amounts = divided(exact, scheme.denominator, tax_minor, prepared)
            shares = tuple(
                ExplainedShare(
                    line=place,
                    exact_minor=in_decimals(one, scheme.denominator),
                    alone_minor=round_ratio(one, scheme.denominator, prepared.rounding),
                    amount_minor=amount,
                )
                for place, one, amount in zip(places, exact, amounts, strict=True)
            )
            base_minor = total.parts[number].base_minor if total.parts else total.net_minor
            explained.append(_explained(scheme, charge, of_scheme, base_minor, tax_minor, shares))
    return tuple(explained)


def _explained(
    scheme: Scheme,
    charge: Charge,
    lines: Sequence[TaxableLine],
    base_minor: int,
    tax_minor: int,
    shares: tuple[ExplainedShare, ...],
) -> ExplainedTax:
    tax = charge.tax
    exact = sum(exact_lines(scheme, charge.amount, lines))
    exact_base = sum(exact_lines(scheme, charge.base, lines)) + (exact if tax.kind is TaxKind.DIVISION else 0)
    exact_minor = in_decimals(exact, scheme.denominator)
    held = sum(measure(line, tax.per) for line in lines) if tax.kind is TaxKind.FIXED else 0
    return ExplainedTax(
        tax_class_id=scheme.tax_class.tax_class_id,
        tax_id=tax.tax_id,
        name=tax.name,
        kind=tax.kind,
        rate=tax.rate,
        included=charge.included,
        base_minor=base_minor,
        exact_base_minor=in_decimals(exact_base, scheme.denominator),
        exact_minor=exact_minor,
        tax_minor=tax_minor,
        difference_minor=tax_minor - exact_minor,
        shares=shares,
        unit_amount_minor=tax.amount_minor,
        per=tax.per,
        measure=in_decimals(held, 10**MEASURE_PLACES, MEASURE_PLACES),
        reverse_charge=tax.reverse_charge,
        reason=tax.exemption_reason,
    )
