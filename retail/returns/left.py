"""What of a sale may still come back, and what each part of a line was worth.

The first so many units of a line are worth their proportion of it, rounded once; a return is worth what
it adds to the returns before it. So the order and the number of returns do not matter, and together they
come to the line's paid amount and to each of its taxes, to the minor unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from retail.proportion import proportion
from retail.returns.policy import ReturnRefused
from retail.returns.record import Return, ReturnKind, on_top
from retail.sale import LineTax, Sale
from retail.shared_taxes import shared_taxes


class Portion(NamedTuple):
    """A quantity of a line with what was paid for it and its taxes, in minor units."""

    quantity: Decimal
    paid_minor: int
    taxes: tuple[LineTax, ...]

    @property
    def charged_minor(self) -> int:
        """What the customer paid for it, taxes on top included."""
        return self.paid_minor + on_top(self.taxes)


class LineLeft(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a line: it may come back for `charged_left_minor`, taxes on top included."""

    line_number: int
    quantity_sold: Decimal
    quantity_left: Decimal
    paid_left_minor: int
    charged_left_minor: int
    taxes_left: tuple[LineTax, ...]


NOTHING: Final = Portion(Decimal(0), 0, ())


def returnable(sale: Sale, earlier: Iterable[Return]) -> tuple[LineLeft, ...]:
    """Return what is left of each line of a sale after the returns there were, in the order of the sale.

    Says nothing about the shop's policy (`line_refusal` does). Raises `ReturnRefused`: `other_sale`,
    `earlier_differ`.
    """
    before = returned_before(sale, earlier)
    found = []
    for line, whole in zip(sale.lines, whole_portions(sale), strict=True):
        left = less(whole, before.get(line.line_number, NOTHING), line.line_number)
        found.append(
            LineLeft(
                line_number=line.line_number,
                quantity_sold=line.quantity,
                quantity_left=left.quantity,
                paid_left_minor=left.paid_minor,
                charged_left_minor=left.charged_minor,
                taxes_left=left.taxes,
            )
        )
    return tuple(found)


def returns_of(sale: Sale, earlier: Iterable[Return]) -> tuple[Return, ...]:
    """Return the returns of a sale, each once; raises `ReturnRefused("other_sale")`."""
    found = {each.return_id: each for each in earlier}
    if any(each.sale_id != sale.sale_id for each in found.values()):
        raise ReturnRefused("other_sale")
    return tuple(found.values())


def returned_before(sale: Sale, earlier: Iterable[Return]) -> dict[int, Portion]:
    """Return what has come back of each line, by line number; raises `ReturnRefused`."""
    found: dict[int, Portion] = {}
    for each in returns_of(sale, earlier):
        for line in each.lines:
            here = found.get(line.line_number, NOTHING)
            found[line.line_number] = Portion(
                here.quantity + line.quantity,
                here.paid_minor + line.paid_minor,
                sum_of_taxes((here.taxes, 1), (line.taxes, 1)),
            )
    if not set(found) <= {line.line_number for line in sale.lines}:
        raise ReturnRefused("earlier_differ")
    return found


def is_voided(earlier: Iterable[Return]) -> bool:
    """Say whether one of the returns undid the whole sale."""
    return any(each.kind is ReturnKind.VOID for each in earlier)


def whole_portions(sale: Sale) -> tuple[Portion, ...]:
    """Return each line of a sale whole, with its taxes.

    A sale of version 1 has no taxes by line: each class's tax is allocated to its lines by what was paid.
    Raises `AllocationImpossible` for a sale that has a tax and nothing that it was paid for.
    """
    taxes = shared_taxes(
        [(line.tax_class_id, line.paid_minor, line.taxes) for line in sale.lines],
        sale.tax_totals,
        included=sale.tax_included,
    )
    return tuple(
        Portion(line.quantity, line.paid_minor, of_line)
        for line, of_line in zip(sale.lines, taxes, strict=True)
    )


def first_units(whole: Portion, quantity: Decimal) -> Portion:
    """Return what the first `quantity` units of a line are worth.

    Each tax follows the paid amount, so that no part has more tax than money in it; where nothing was
    paid (a gift with a fixed tax), it follows the quantity.
    """
    paid = proportion(whole.paid_minor, quantity, whole.quantity)
    part, of = (Decimal(paid), Decimal(whole.paid_minor)) if whole.paid_minor else (quantity, whole.quantity)
    taxes = tuple(
        msgspec.structs.replace(tax, amount_minor=proportion(tax.amount_minor, part, of))
        for tax in whole.taxes
    )
    return Portion(quantity, paid, taxes)


def less(whole: Portion, part: Portion, line_number: int) -> Portion:
    """Return what is left; raises `ReturnRefused("earlier_differ")` when the part is more than the whole."""
    left = Portion(
        whole.quantity - part.quantity,
        whole.paid_minor - part.paid_minor,
        sum_of_taxes((whole.taxes, 1), (part.taxes, -1)),
    )
    amounts = [left.paid_minor, *(tax.amount_minor for tax in left.taxes)]
    if left.quantity < 0 or min(amounts) < 0:
        raise ReturnRefused("earlier_differ", line_number)
    return left


def sum_of_taxes(*signed: tuple[tuple[LineTax, ...], int]) -> tuple[LineTax, ...]:
    """Return taxes added up by their id, each group with its sign, in the order they are first met."""
    found: dict[str, LineTax] = {}
    for taxes, sign in signed:
        for tax in taxes:
            amount = sign * tax.amount_minor
            if tax.tax_id in found:
                amount += found[tax.tax_id].amount_minor
            found[tax.tax_id] = msgspec.structs.replace(tax, amount_minor=amount)
    return tuple(found.values())


def kept_after(sale: Sale, back: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return the quantities that the customer keeps, by line number, when so much has come back of each."""
    kept = {line.line_number: line.quantity - back.get(line.line_number, Decimal(0)) for line in sale.lines}
    return {number: quantity for number, quantity in kept.items() if quantity > 0}
