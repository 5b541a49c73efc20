"""Sales tax: included in prices or added to them, several classes, rounded by line or by document.

A rate is in percent. Both roundings are used in law: EU invoices commonly round by document, and
several countries ask for it by line (Directive 2006/112/EC leaves the choice; CJEU C-484/06 *Ahold*).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from retail.catalogue import TaxClass
from retail.money import Rounding, round_ratio
from retail.sale import TaxTotal


class TaxRounding(StrEnum):
    """Where tax is rounded: once per class of a document, or on each line."""

    DOCUMENT = "document"
    LINE = "line"


class UnknownTaxClass(ValueError):
    """A product names a tax class that the rules do not have, so it cannot be sold."""

    code = "unknown_tax_class"

    def __init__(self, tax_class_id: str) -> None:
        super().__init__(f"unknown tax class {tax_class_id!r}")
        self.tax_class_id = tax_class_id


class TaxRateRefused(ValueError):
    """A tax rate that is no percentage from 0 to 100."""

    code = "tax_rate_refused"

    def __init__(self, tax_class_id: str, rate: Decimal) -> None:
        super().__init__(f"tax class {tax_class_id!r} has the rate {rate}")
        self.tax_class_id = tax_class_id
        self.rate = rate


def checked_tax_class(tax_class: TaxClass) -> TaxClass:
    """Return the class, or raise `TaxRateRefused` for a rate outside 0 to 100 percent."""
    rate = tax_class.rate
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise TaxRateRefused(tax_class.tax_class_id, rate)
    return tax_class


def tax_in(amount_minor: int, rate: Decimal, *, included: bool, rounding: Rounding) -> int:
    """Return the tax of an amount: the part inside it when `included`, else what is added to it."""
    numerator, denominator = rate.as_integer_ratio()
    base = 100 * denominator + numerator if included else 100 * denominator
    return round_ratio(amount_minor * numerator, base, rounding)


def tax_totals(
    paid: Iterable[tuple[str, int]],
    tax_classes: Mapping[str, TaxClass],
    *,
    included: bool,
    tax_rounding: TaxRounding,
    rounding: Rounding,
) -> tuple[TaxTotal, ...]:
    """Return what each tax class comes to, ordered by the letter on the receipt.

    `paid` are `(tax_class_id, amount in minor units)` of each line after all discounts. For each total
    `gross = net + tax` holds exactly; the sum of `gross` (tax included) or of `net` (tax excluded)
    is the sum of the lines. Raises `UnknownTaxClass`.
    """
    amounts: dict[str, list[int]] = {}
    for tax_class_id, amount in paid:
        amounts.setdefault(tax_class_id, []).append(amount)
    totals = []
    for tax_class_id, of_class in amounts.items():
        tax_class = tax_classes.get(tax_class_id)
        if tax_class is None:
            raise UnknownTaxClass(tax_class_id)
        total = sum(of_class)
        taxed_together = [total] if tax_rounding is TaxRounding.DOCUMENT else of_class
        tax = sum(
            tax_in(amount, tax_class.rate, included=included, rounding=rounding) for amount in taxed_together
        )
        net = total - tax if included else total
        totals.append(
            TaxTotal(
                tax_class_id=tax_class_id,
                code=tax_class.code,
                rate=tax_class.rate,
                net_minor=net,
                tax_minor=tax,
                gross_minor=net + tax,
            )
        )
    totals.sort(key=lambda one: (one.code, one.tax_class_id))
    return tuple(totals)
