"""Which fiscal position holds for a basket, and what it makes of a price that contains taxes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from retail.basket import PRICE_PLACES, checked_price
from retail.tax.exact import in_decimals
from retail.tax.line import TaxableLine, measure
from retail.tax.prepared import PreparedTaxes
from retail.tax.refusals import UnknownFiscalPosition, UnknownService
from retail.tax.rows import SERVICES
from retail.tax.scheme import Scheme


def position_in_force(
    prepared: PreparedTaxes, *, chosen: str = "", member: str = "", service: str = "", store: str = ""
) -> str:
    """Return the id of the fiscal position that holds, empty for none.

    The first that is there: the one chosen for this basket, the member's, the one for how the food is
    served, the store's. Raises `UnknownFiscalPosition` for one that is named and does not exist, and
    `UnknownService`.
    """
    if service and service not in SERVICES:
        raise UnknownService(service)
    if not (chosen or member or service or store):
        return ""
    served = [one.position_id for one in prepared.positions.values() if service and one.service == service]
    for position_id in (chosen, member, *served, store):
        if position_id:
            if position_id not in prepared.positions:
                raise UnknownFiscalPosition(position_id)
            return position_id
    return ""


def adapted_price(
    unit_price_minor: Decimal, line: TaxableLine, prepared: PreparedTaxes, position_id: str
) -> Decimal:
    """Return the unit price of a line under a fiscal position, before any discount.

    Where the position keeps prices, or there is none, it is the price as it is. Otherwise the taxes that
    the price contains at home are taken out of it and those that prices contain under the position are put
    in, to a ten-thousandth of a minor unit: an exempt customer pays the net price. `line` says what one
    unit holds; its amount and quantity do not count. Raises `UnknownTaxClass`, `UnknownFiscalPosition`,
    `TaxMeasureUnknown`, or `PriceRefused` for a price that the taxes in it leave nothing of.
    """
    at_home = prepared.scheme(line.tax_class_id)
    abroad = prepared.scheme(line.tax_class_id, position_id)
    if not position_id or prepared.positions[position_id].keeps_prices:
        return unit_price_minor
    one = replace(line, quantity=Decimal(1))
    goods = (Fraction(unit_price_minor) - _fixed(at_home, one)) / at_home.contained[0]
    adapted = goods * abroad.contained[0] + _fixed(abroad, one)
    return checked_price(in_decimals(adapted.numerator, adapted.denominator, PRICE_PLACES))


def _fixed(scheme: Scheme, line: TaxableLine) -> Fraction:
    """Return what a price contains for what the goods measure."""
    parts = zip(scheme.contained[1:], scheme.measures, strict=True)
    return sum((part * measure(line, unit) for part, unit in parts), Fraction(0))
