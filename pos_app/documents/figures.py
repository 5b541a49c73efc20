"""Money, quantities, rates and times as they are printed. Exact integers and decimals only."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from retail.quantity import SellingUnit

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Literal, so that paper never depends on the machine's locale."""

UNIT_SIGNS: dict[SellingUnit, str] = {
    SellingUnit.PIECE: "",
    SellingUnit.KILOGRAM: "kg",
    SellingUnit.LITRE: "l",
    SellingUnit.METRE: "m",
}


def amount(minor: int, digits: int) -> str:
    """Return minor units with `digits` decimals and a comma between thousands: `1,234.50`."""
    sign = "-" if minor < 0 else ""
    if digits == 0:
        return f"{sign}{abs(minor):,}"
    whole, fraction = divmod(abs(minor), 10**digits)
    return f"{sign}{whole:,}.{fraction:0{digits}d}"


def unit_price(minor: Decimal, digits: int) -> str:
    """Return a unit price with at least `digits` decimals, and more only when it has more."""
    major = minor.scaleb(-digits).normalize()
    exponent = major.as_tuple().exponent
    assert isinstance(exponent, int), "a price is a finite number"
    return f"{major:,.{max(digits, -exponent)}f}"


def quantity(value: Decimal, unit: SellingUnit) -> str:
    """Return `2` for pieces and `1.284 kg` for a weight (always to the gram, as the scale shows)."""
    if unit is SellingUnit.PIECE:
        return f"{value:f}".split(".", maxsplit=1)[0]
    return f"{value:.3f} {UNIT_SIGNS[unit]}"


def percent(rate: Decimal) -> str:
    """Return a tax rate as `9.00%`."""
    return f"{rate:.2f}%"


def moment(rfc3339: str, language: str) -> str:
    """Return a local time as it is read in the language; the offset is not converted.

    A text that is no time is returned as it stands: a receipt is printed whatever a clock wrote.
    """
    try:
        at = datetime.fromisoformat(rfc3339)
    except ValueError:
        return rfc3339
    if language == "zh_CN":
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{at.day} {MONTHS[at.month - 1]} {at:%Y %H:%M}"
