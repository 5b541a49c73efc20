"""The tax of a return, by class, as it was in the sale.

Law: the taxable amount is reduced when goods come back or the price is reduced afterwards (Directive
2006/112/EC, article 90). The amounts are those of the sale's lines; nothing is counted anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from retail.proportion import proportion
from retail.returns.left import sum_of_taxes
from retail.returns.record import PromotionLost, Return, ReturnLine
from retail.sale import Sale, TaxPart, TaxTotal


def tax_back(
    sale: Sale, earlier: Iterable[Return], lines: Sequence[ReturnLine], lost: Sequence[PromotionLost]
) -> tuple[TaxTotal, ...]:
    """Return what each class of a sale gives back for lines, less what is lost on its lines.

    In each `net + tax = gross`, and `gross` is what is refunded for the class. A part's base follows the
    class's gross, so that all returns of a whole sale have its bases; its exact amount is its tax, which
    is not rounded again.
    """
    done = [total for each in earlier for total in each.tax_totals]
    found = []
    for total in sale.tax_totals:
        of_class = [line for line in lines if line.tax_class_id == total.tax_class_id]
        withheld = [one for one in lost if one.tax_class_id == total.tax_class_id]
        if of_class or withheld:
            before = [one for one in done if one.tax_class_id == total.tax_class_id]
            found.append(_of_class(total, before, of_class, withheld))
    return tuple(found)


def _of_class(
    total: TaxTotal, before: Sequence[TaxTotal], lines: Sequence[ReturnLine], lost: Sequence[PromotionLost]
) -> TaxTotal:
    taxes = sum_of_taxes(*((line.taxes, 1) for line in lines), *((one.taxes, -1) for one in lost))
    amounts = {tax.tax_id: tax.amount_minor for tax in taxes}
    gross = sum(line.charged_minor for line in lines) - sum(one.amount_minor for one in lost)
    tax = sum(amounts.values())
    # Of goods for nothing, with a tax that is in no price, only the tax tells how much has come back.
    back, of = gross + sum(one.gross_minor for one in before), total.gross_minor
    if not of:
        back, of = tax + sum(one.tax_minor for one in before), total.tax_minor
    return TaxTotal(
        tax_class_id=total.tax_class_id,
        code=total.code,
        rate=total.rate,
        net_minor=gross - tax,
        tax_minor=tax,
        gross_minor=gross,
        parts=tuple(
            _part(part, amounts.get(part.tax_id, 0), _share(part.base_minor, back, of), before)
            for part in total.parts
        ),
    )


def _share(base_minor: int, back: int, of: int) -> int:
    return proportion(base_minor, Decimal(back), Decimal(of)) if of else 0


def _part(part: TaxPart, tax_minor: int, base_so_far: int, before: Sequence[TaxTotal]) -> TaxPart:
    done = sum(one.base_minor for total in before for one in total.parts if one.tax_id == part.tax_id)
    return msgspec.structs.replace(
        part, base_minor=base_so_far - done, tax_minor=tax_minor, exact_minor=Decimal(tax_minor)
    )
