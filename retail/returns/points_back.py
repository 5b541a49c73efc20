"""What a return does to a member's points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from retail.loyalty.reversal import Returned, Reversal, reversal
from retail.proportion import proportion
from retail.returns.record import Return, ReturnLine
from retail.sale import DiscountSource, Sale


def points_back(
    sale: Sale, earlier: Sequence[Return], lines: Sequence[ReturnLine], refund_minor: int, *, gives_back: bool
) -> Reversal:
    """Return which points a return takes back and gives back; nothing without a member.

    Points earned follow the money: those of what is still paid for stay. Points redeemed for a discount
    follow the goods that they made cheaper. Raises what `retail.loyalty.reversal` raises for a sale that
    contradicts itself.
    """
    if sale.member is None:
        return Reversal(0, 0)
    lines_before = [line for one in earlier for line in one.lines]
    worth = sum(one.amount_minor for one in sale.discounts if one.source is DiscountSource.POINTS)
    before = _taken_off(sale, worth, lines_before)
    after = _taken_off(sale, worth, [*lines_before, *lines])
    paid = Returned(sale.total_minor, sum(one.refund_minor for one in earlier), refund_minor)
    return reversal(
        earned=sale.member.points_earned,
        paid=paid,
        redeemed=sale.member.points_redeemed if worth else 0,
        worth=Returned(worth, before, after - before),
        gives_back=gives_back,
    )


def _taken_off(sale: Sale, worth_minor: int, lines: Iterable[ReturnLine]) -> int:
    """Return how much of what points took off the sale they took off what has come back."""
    back: dict[int, Decimal] = {}
    for line in lines:
        back[line.line_number] = back.get(line.line_number, Decimal(0)) + line.quantity
    whole = sum(line.document_discount_minor for line in sale.lines)
    part = sum(
        proportion(line.document_discount_minor, back[line.line_number], line.quantity)
        for line in sale.lines
        if line.line_number in back
    )
    return proportion(worth_minor, Decimal(part), Decimal(whole)) if whole else 0
