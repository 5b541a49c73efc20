"""Small tax rules as values, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from retail.catalogue import LocalisedText, TaxClass
from retail.money import Rounding
from retail.quantity import SellingUnit
from retail.tax import FiscalPosition, PreparedTaxes, Tax, TaxableLine, TaxGroup, TaxKind, TaxRounding


def percent(tax_id: str, rate: str, **fields: object) -> Tax:
    return _tax(tax_id, TaxKind.PERCENT, rate=Decimal(rate), **fields)


def fixed(tax_id: str, amount_minor: str, per: SellingUnit = SellingUnit.PIECE, **fields: object) -> Tax:
    return _tax(tax_id, TaxKind.FIXED, amount_minor=Decimal(amount_minor), per=per, **fields)


def division(tax_id: str, rate: str, **fields: object) -> Tax:
    return _tax(tax_id, TaxKind.DIVISION, rate=Decimal(rate), **fields)


def group(tax_id: str, *children: str, **fields: object) -> Tax:
    return _tax(tax_id, TaxKind.GROUP, children=children, **fields)


def _tax(tax_id: str, kind: TaxKind, **fields: object) -> Tax:
    fields.setdefault("name", LocalisedText(tax_id.upper()))
    return Tax(tax_id=tax_id, kind=kind, **fields)  # type: ignore[arg-type]  # a test names fields as it likes


def tax_class(tax_class_id: str, *taxes: str, rate: str = "0", code: str = "") -> TaxClass:
    return TaxClass(
        tax_class_id=tax_class_id,
        code=code or tax_class_id,
        name=LocalisedText(tax_class_id),
        rate=Decimal(rate),
        taxes=taxes,
    )


def prepare_taxes(
    tax_classes: Iterable[TaxClass],
    taxes: Iterable[Tax] = (),
    groups: Iterable[TaxGroup] = (),
    positions: Iterable[FiscalPosition] = (),
    *,
    included: bool = False,
    tax_rounding: TaxRounding = TaxRounding.DOCUMENT,
    rounding: Rounding = Rounding.HALF_UP,
) -> PreparedTaxes:
    return PreparedTaxes(
        tax_classes, taxes, groups, positions, included=included, tax_rounding=tax_rounding, rounding=rounding
    )


def taxable(
    tax_class_id: str,
    amount_minor: int,
    quantity: str = "1",
    unit: SellingUnit = SellingUnit.PIECE,
    content: str = "",
) -> TaxableLine:
    """Return a line; `content` is such as `330 ml`."""
    net_content, _, content_unit = content.partition(" ")
    return TaxableLine(
        tax_class_id, amount_minor, Decimal(quantity), unit, Decimal(net_content or 0), content_unit
    )
