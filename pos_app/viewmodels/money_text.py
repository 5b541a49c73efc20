"""Amounts and quantities as the screen shows them.

Digits and separators are the same in every language of the screen (the design's rule), so that a cashier
who switches language reads the same figures. They are the receipt's figures, with a typographic minus.
"""

from __future__ import annotations

from decimal import Decimal

from pos_app.documents import figures
from retail.quantity import SellingUnit

MINUS = "\N{MINUS SIGN}"


def amount(minor: int, digits: int) -> str:
    """Return minor units as an amount: `1,284.00`, `−2.90`, `1,284` without decimals."""
    return figures.amount(minor, digits).replace("-", MINUS)


def unit_price(minor: Decimal, digits: int) -> str:
    """Return a unit price, with more decimals than the currency only when it has them."""
    return figures.unit_price(minor, digits)


def quantity(value: Decimal, unit: SellingUnit) -> str:
    """Return `2` for pieces, `1.284 kg` for weights."""
    return figures.quantity(value, unit)


def per_unit(minor: Decimal, digits: int, unit: SellingUnit) -> str:
    """Return a price with the unit it is for: `2.90/kg`; for pieces the price alone."""
    price = unit_price(minor, digits)
    return price if unit is SellingUnit.PIECE else f"{price}/{figures.UNIT_SIGNS[unit]}"
