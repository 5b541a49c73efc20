"""Quantities of goods: pieces, weights and lengths, always exact decimals."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class SellingUnit(StrEnum):
    """What one unit of a product's quantity is."""

    PIECE = "piece"
    KILOGRAM = "kg"
    LITRE = "l"
    METRE = "m"


class QuantityRefused(ValueError):
    """A quantity that cannot be sold; `code` names the reason for a translated sentence.

    Codes: `zero`, `too_large`, `too_precise`, `fraction_of_piece`, `not_a_number`,
    `fixed_by_label` (the amount stands on the label, so the quantity cannot change).
    """

    def __init__(self, code: str, quantity: object) -> None:
        super().__init__(f"quantity {quantity!r} refused: {code}")
        self.code = code
        self.quantity = quantity


LARGEST_QUANTITY = Decimal(99_999)
"""One line never holds more; a scanned barcode typed into the quantity field ends here."""

WEIGHT_PLACES = 3
"""Grams: the finest step of a shop scale (OIML R 76 class III)."""


def checked_quantity(quantity: Decimal, unit: SellingUnit) -> Decimal:
    """Return the quantity, or raise `QuantityRefused` when a line may not have it."""
    if not quantity.is_finite():
        raise QuantityRefused("not_a_number", quantity)
    if quantity <= 0:
        raise QuantityRefused("zero", quantity)
    if quantity > LARGEST_QUANTITY:
        raise QuantityRefused("too_large", quantity)
    if unit is SellingUnit.PIECE:
        if quantity != quantity.to_integral_value():
            raise QuantityRefused("fraction_of_piece", quantity)
    elif quantity != round(quantity, WEIGHT_PLACES):
        raise QuantityRefused("too_precise", quantity)
    return quantity
