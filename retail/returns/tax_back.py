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

    In each `net + tax = gross`, and `gross` is what is refunded for the class. A tax whose base was the net,
    or the net with taxes before it, has that base again; all returns of a whole sale have its bases. The
    exact amount of a part is its tax, which is not rounded again.
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
    now = TaxTotal(
        tax_class_id=total.tax_class_id,
        code=total.code,
        rate=total.rate,
        net_minor=gross - tax,
        tax_minor=tax,
        gross_minor=gross,
        parts=tuple(
            msgspec.structs.replace(
                part,
                base_minor=0,
                tax_minor=amounts.get(part.tax_id, 0),
                exact_minor=Decimal(amounts.get(part.tax_id, 0)),
            )
            for part in total.parts
        ),
    )
    return msgspec.structs.replace(now, parts=_with_bases(total, [*before, now], now.parts))


def _with_bases(total: TaxTotal, back: Sequence[TaxTotal], parts: Sequence[TaxPart]) -> tuple[TaxPart, ...]:
    """Return the parts with their bases: those of all that has come back, less those told before."""
    net = sum(one.net_minor for one in back)
    of_tax = [[one for each in back for one in each.parts if one.tax_id == part.tax_id] for part in parts]
    taxes = [sum(one.tax_minor for one in told) for told in of_tax]
    return tuple(
        msgspec.structs.replace(
            part, base_minor=_base(total, place, net, taxes) - sum(one.base_minor for one in of_tax[place])
        )
        for place, part in enumerate(parts)
    )


def _base(total: TaxTotal, place: int, net: int, taxes: Sequence[int]) -> int:
    """Return the base of a part for so much net and so much of each tax."""
    sold = total.parts[place]
    before, itself = sum(part.tax_minor for part in total.parts[:place]), sold.tax_minor
    above_net = sold.base_minor - total.net_minor
    for of_sale, of_back in (
        (0, 0),
        (before, sum(taxes[:place])),
        (itself, taxes[place]),  # a tax that is a part of its own base
        (before + itself, sum(taxes[: place + 1])),
    ):
        if above_net == of_sale:
            return net + of_back
    # Some of the taxes before it: nobody wrote down which.
    whole = sum(part.tax_minor for part in total.parts)
    return net + (proportion(above_net, Decimal(sum(taxes)), Decimal(whole)) if whole else 0)
