"""The pricing rules of a store from its rows: the one place where settings and rows become rules.

The till reads the rows from its cache and the centre from its streams; both call this, so that one price
is asked for everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from retail.catalogue import ListPrice, TaxClass
from retail.loyalty.program import LoyaltyProgram
from retail.money import Rounding
from retail.price_list import PriceList
from retail.pricing_rules import PricingRules
from retail.promotions.rule import Promotion
from retail.store import StoreSettings
from retail.tax import FiscalPosition, Tax, TaxGroup, TaxRounding

RULE_TAGS: dict[str, type] = {
    "tax_class": TaxClass,
    "tax": Tax,
    "tax_group": TaxGroup,
    "fiscal_position": FiscalPosition,
    "promotion": Promotion,
    "price_list": PriceList,
    "loyalty_program": LoyaltyProgram,
}
"""The rows that decide prices, besides the store's settings and the prices of the products themselves."""

RowType = TypeVar("RowType")


def rules_of(settings: StoreSettings, rows: Iterable[object], *, network: bool) -> PricingRules:
    """Return the rules of a store; rows of other kinds are passed over.

    Without a `network`, promotions that need one are left out. Of several loyalty programmes the first by
    its key holds. Raises `ValueError` for a rounding that the settings name and that does not exist.
    """
    every = list(rows)
    return PricingRules(
        currency_code=settings.currency,
        currency_digits=settings.currency_digits,
        tax_included=settings.tax_included,
        tax_rounding=TaxRounding(settings.tax_rounding),
        rounding=Rounding(settings.rounding),
        tax_classes=_of(every, TaxClass),
        promotions=tuple(each for each in _of(every, Promotion) if network or not each.needs_network),
        points_per_major_unit=settings.points_per_major_unit,
        price_lists=_of(every, PriceList),
        list_prices=_of(every, ListPrice),
        taxes=_of(every, Tax),
        tax_groups=_of(every, TaxGroup),
        fiscal_positions=_of(every, FiscalPosition),
        fiscal_position=settings.fiscal_position,
        loyalty=min(_of(every, LoyaltyProgram), key=lambda each: each.key, default=None),
    )


def _of(rows: Iterable[object], row_type: type[RowType]) -> tuple[RowType, ...]:
    return tuple(row for row in rows if isinstance(row, row_type))
