"""Taxes of a document shared between its lines, where lines do not have them of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.money import allocate
from retail.sale import LineTax, TaxTotal


def shared_taxes(
    lines: Sequence[tuple[str, int, tuple[LineTax, ...]]], totals: Iterable[TaxTotal], *, included: bool
) -> tuple[tuple[LineTax, ...], ...]:
    """Return the taxes of lines `(tax_class_id, paid_minor, its taxes where they are known)`.

    What a class comes to is allocated to its lines by what was paid for them, tax by tax, so that the shares
    sum to it exactly. `included` says where a class without taxes of its own has its tax. Raises
    `AllocationImpossible` when a class has tax that no line can have paid.
    """
    found = [taxes for _, _, taxes in lines]
    for total in totals:
        places = [place for place, line in enumerate(lines) if line[0] == total.tax_class_id]
        if any(found[place] for place in places):
            continue
        weights = [lines[place][1] for place in places]
        amounts = [(part.tax_id, part.tax_minor, part.included) for part in total.parts]
        for tax_id, amount, is_included in amounts or [(total.tax_class_id, total.tax_minor, included)]:
            for place, share in zip(places, allocate(amount, weights), strict=True):
                tax = LineTax(tax_id=tax_id, amount_minor=share, included=is_included)
                found[place] = (*found[place], tax)
    return tuple(found)
