"""What can be wrong with taxes: lines that cannot be taxed, and rows that contradict themselves or others."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from retail.quantity import SellingUnit


class LineNotTaxable(ValueError):
    """A line that the rules cannot tax, so it cannot be sold; `code` says why."""

    code = "line_not_taxable"


class UnknownTaxClass(LineNotTaxable):
    """A product names a tax class that the rules do not have, so it cannot be sold."""

    code = "unknown_tax_class"

    def __init__(self, tax_class_id: str) -> None:
        super().__init__(f"unknown tax class {tax_class_id!r}")
        self.tax_class_id = tax_class_id


class TaxMeasureUnknown(LineNotTaxable):
    """A tax counts by piece, kilogram, litre or metre, and nothing says how much of that the line holds."""

    code = "tax_measure_unknown"

    def __init__(self, tax_class_id: str, per: SellingUnit) -> None:
        super().__init__(f"a line of tax class {tax_class_id!r} does not say how many {per} it holds")
        self.tax_class_id = tax_class_id
        self.per = per


class UnknownFiscalPosition(ValueError):
    """A customer, a cashier or the store names a fiscal position that the rules do not have."""

    code = "unknown_fiscal_position"

    def __init__(self, position_id: str) -> None:
        super().__init__(f"unknown fiscal position {position_id!r}")
        self.position_id = position_id


class UnknownService(ValueError):
    """A basket is served in a way that is none of `retail.tax.rows.SERVICES`."""

    code = "unknown_service"

    def __init__(self, service: str) -> None:
        super().__init__(f"unknown service {service!r}")
        self.service = service


class TaxRateRefused(ValueError):
    """A tax rate that is no percentage from 0 to 100, or finer than six decimals."""

    code = "tax_rate_refused"

    def __init__(self, tax_class_id: str, rate: Decimal) -> None:
        super().__init__(f"tax class or tax {tax_class_id!r} has the rate {rate}")
        self.tax_class_id = tax_class_id
        self.rate = rate


SENTENCES: Final[dict[str, str]] = {
    "no_id": "without an id stands among the rows",
    "duplicate": "stands twice among the rows",
    "repeated_tax": "lists the tax {about!r} twice",
    "unknown_tax": "names the tax {about!r}, which does not exist",
    "unknown_tax_class": "names the tax class {about!r}, which does not exist",
    "unknown_tax_group": "names the tax group {about!r}, which does not exist",
    "unknown_service": "is for the service {about!r}, which does not exist",
    "service_taken": "is for the service {about!r}, which the position before it has",
    "cycle": "contains itself",
    "no_children": "is a group of nothing",
    "children": "has children and is no group",
    "group_with_figures": "is a group and has a rate, an amount or a condition of its own",
    "rate_and_amount": "has a rate or an amount that its kind does not use",
    "amount_refused": "has the amount {about}, which is negative, too large or finer than six decimals",
    "reverse_charge_included": "is owed by the buyer and cannot be inside a price",
    "reverse_charge_counted": "is owed by the buyer, so it is a percentage that no later tax builds on",
    "charged_and_exempt": "has a rate or an amount, and a reason why nothing is charged",
    "no_reason": "exempts from the tax {about!r} without a reason",
}
"""What is wrong with a row, by code."""


class TaxRowRefused(ValueError):
    """A tax, a group, a class or a position that cannot be; `code` is one of `SENTENCES`."""

    def __init__(self, code: str, row_id: str, about: object = "") -> None:
        super().__init__(f"{row_id!r} {SENTENCES[code].format(about=about)}")
        self.code = code
        self.row_id = row_id
