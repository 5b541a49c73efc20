"""Each line's share of each tax, so that any line can be returned with the tax that was on it."""

from __future__ import annotations

from collections.abc import Sequence

from retail.money import apportion, round_ratio
from retail.sale import LineTax, TaxTotal
from retail.tax.document import exact_lines, places_by_scheme
from retail.tax.line import TaxableLine
from retail.tax.prepared import PreparedTaxes, TaxRounding
from retail.tax.refusals import UnknownTaxClass
from retail.tax.scheme import Scheme


def line_taxes(
    lines: Sequence[TaxableLine],
    totals: Sequence[TaxTotal],
    prepared: PreparedTaxes,
    position_id: str = "",
) -> tuple[tuple[LineTax, ...], ...]:
    """Return for each line its share of each tax; the shares sum to the totals of `document_taxes` exactly.

    Rounded by line they are the amounts that were rounded there. Rounded by document, what the document's
    rounding made more or less than the exact shares goes to the largest remainders, ties to the earlier
    line. Raises what `document_taxes` raises, and `AllocationImpossible` for totals of other lines.
    """
    found: list[list[LineTax]] = [[] for _ in lines]
    for scheme, places, total in classes_with_totals(lines, totals, prepared, position_id):
        of_scheme = [lines[place] for place in places]
        for charge, tax_minor in zip(scheme.charges, charged(scheme, total), strict=True):
            exact = exact_lines(scheme, charge.amount, of_scheme)
            shares = divided(exact, scheme.denominator, tax_minor, prepared)
            for place, share in zip(places, shares, strict=True):
                found[place].append(
                    LineTax(tax_id=charge.tax.tax_id, amount_minor=share, included=charge.included)
                )
    return tuple(map(tuple, found))


def classes_with_totals(
    lines: Sequence[TaxableLine], totals: Sequence[TaxTotal], prepared: PreparedTaxes, position_id: str
) -> list[tuple[Scheme, list[int], TaxTotal]]:
    """Return what is charged on which lines, with what it came to; raises `UnknownTaxClass`."""
    of_class = {total.tax_class_id: total for total in totals}
    found = []
    for scheme, places in places_by_scheme(lines, prepared, position_id):
        total = of_class.get(scheme.tax_class.tax_class_id)
        if total is None:
            raise UnknownTaxClass(scheme.tax_class.tax_class_id)
        found.append((scheme, places, total))
    return found


def charged(scheme: Scheme, total: TaxTotal) -> list[int]:
    """Return what each charge of a class came to in a document."""
    return [part.tax_minor for part in total.parts] if scheme.itemised else [total.tax_minor]


def divided(exact: Sequence[int], denominator: int, tax_minor: int, prepared: PreparedTaxes) -> Sequence[int]:
    """Return the shares of lines in a tax, whose exact ones are `exact / denominator`."""
    if prepared.tax_rounding is TaxRounding.LINE:
        return [round_ratio(one, denominator, prepared.rounding) for one in exact]
    return apportion(tax_minor, exact, denominator)
