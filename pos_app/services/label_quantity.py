"""How much a label says there is: measured, counted, or as its price allows."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from retail.barcode import EmbeddedCode, ProductCode
from retail.catalogue import Product
from retail.freshness import day_meant
from retail.quantity import SellingUnit


def measured_on(label: ProductCode | EmbeddedCode, unit: SellingUnit) -> Decimal | None:
    """Return what a label says of how much there is, None when it says nothing in the product's unit."""
    if unit is SellingUnit.PIECE:
        return None if label.count is None else Decimal(label.count)
    amount = label.weight
    if isinstance(label, ProductCode) and unit is not SellingUnit.KILOGRAM:
        amount = label.volume if unit is SellingUnit.LITRE else label.length
    return None if amount is None else in_thousandths(amount)


def quantity_of_label(
    product: Product, amount_minor: int, unit_price_minor: Decimal | None, said: Decimal | None
) -> tuple[Decimal, Decimal]:
    """Return (quantity, unit price) to show for a price label: as it says, else as the price allows."""
    if product.unit is SellingUnit.PIECE or not unit_price_minor:
        return Decimal(1), Decimal(amount_minor)
    quantity = Decimal(amount_minor) / unit_price_minor if said is None else said
    return max(in_thousandths(quantity), Decimal("0.001")), unit_price_minor


def in_thousandths(quantity: Decimal) -> Decimal:
    """Return a quantity in the steps that a line can hold: pounds on a label are not whole grams."""
    return quantity.quantize(Decimal("0.001"), ROUND_HALF_UP)


def day_of(digits: str, now: str) -> str:
    """Return a date of a code as `2026-03-14`."""
    return day_meant(digits, datetime.fromisoformat(now).date()).isoformat()
