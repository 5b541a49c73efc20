"""Discounts that a cashier gives by hand: what they take off, and how they stand on the receipt."""

from __future__ import annotations

from typing import Final

from retail.basket import ManualDiscount
from retail.catalogue import LocalisedText
from retail.money import Rounding, round_ratio
from retail.sale import AppliedDiscount, DiscountSource

MANUAL_LABEL: Final = LocalisedText("Discount", "折扣")
"""What a discount given by hand is called when the cashier wrote no reason."""


def taken_by_hand(discount: ManualDiscount, base_minor: int, rounding: Rounding) -> int:
    """Return what a discount by hand takes off a base, never more than the base."""
    if discount.percent is not None:
        numerator, denominator = discount.percent.as_integer_ratio()
        return min(base_minor, round_ratio(base_minor * numerator, 100 * denominator, rounding))
    return min(base_minor, discount.amount_minor or 0)


def discount_by_hand(discount: ManualDiscount, amount_minor: int) -> AppliedDiscount:
    """Return the amount as a discount, called by the cashier's reason."""
    label = LocalisedText(discount.reason) if discount.reason else MANUAL_LABEL
    return AppliedDiscount(
        source=DiscountSource.MANUAL,
        label=label,
        amount_minor=amount_minor,
        approved_by=discount.approved_by,
    )
