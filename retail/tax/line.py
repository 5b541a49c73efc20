"""A line as taxes see it, and how much of a tax's unit it holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from retail.quantity import LARGEST_QUANTITY, WEIGHT_PLACES, QuantityRefused, SellingUnit
from retail.tax.refusals import TaxMeasureUnknown


class TaxableLine(msgspec.Struct, frozen=True):
    """What a line comes to after all discounts, in minor units, and what is in it.

    `quantity` counts `unit`; one piece holds `net_content` of `content_unit` (see `CONTENT_UNITS`), 0 when
    that is unknown. The amount and the quantity of a return are negative.
    """

    tax_class_id: str
    amount_minor: int
    quantity: Decimal = Decimal(1)
    unit: SellingUnit = SellingUnit.PIECE
    net_content: Decimal = Decimal(0)
    content_unit: str = ""


CONTENT_UNITS: Final[dict[str, tuple[SellingUnit, Decimal]]] = {
    "g": (SellingUnit.KILOGRAM, Decimal("0.001")),
    "kg": (SellingUnit.KILOGRAM, Decimal(1)),
    "ml": (SellingUnit.LITRE, Decimal("0.001")),
    "l": (SellingUnit.LITRE, Decimal(1)),
    "m": (SellingUnit.METRE, Decimal(1)),
    "piece": (SellingUnit.PIECE, Decimal(1)),
}
"""Units of a product's content: what they measure, and how much of that one is."""

CONTENT_PLACES: Final = 6
"""Decimals of a product's content."""

MEASURE_PLACES: Final = WEIGHT_PLACES + CONTENT_PLACES + 3
"""Decimals of a measure: those of the quantity, of the content, and of grams in a kilogram."""


def measure(line: TaxableLine, per: SellingUnit) -> int:
    """Return how much of a unit a line holds, in steps of `MEASURE_PLACES` decimals, exactly.

    It is the quantity sold, or the pieces times their content; a pack whose content is six pieces holds
    six. Raises `TaxMeasureUnknown` when neither says it, `QuantityRefused` for a quantity or a content
    that is no number, too large or too precise.
    """
    quantity = _checked(line.quantity, WEIGHT_PLACES)
    content = _checked(line.net_content, CONTENT_PLACES)
    if line.unit is SellingUnit.PIECE and content > 0 and line.content_unit in CONTENT_UNITS:
        measured, of_one = CONTENT_UNITS[line.content_unit]
        if measured is per:
            return int((quantity * content * of_one).scaleb(MEASURE_PLACES))
    if line.unit is per:
        return int(quantity.scaleb(MEASURE_PLACES))
    raise TaxMeasureUnknown(line.tax_class_id, per)


def _checked(value: Decimal, places: int) -> Decimal:
    if not value.is_finite():
        raise QuantityRefused("not_a_number", value)
    if not -LARGEST_QUANTITY <= value <= LARGEST_QUANTITY:
        raise QuantityRefused("too_large", value)
    if value != round(value, places):
        raise QuantityRefused("too_precise", value)
    return value
