"""Everything that decides prices in one store: as data, and read and indexed once."""

from __future__ import annotations

import msgspec

from retail.catalogue import ListPrice, TaxClass
from retail.loyalty.program import LoyaltyProgram, PreparedProgram, prepare_program
from retail.money import Rounding, currency
from retail.price_book import PriceBook
from retail.price_list import PriceList
from retail.promotions.index import PromotionIndex
from retail.promotions.rule import Promotion
from retail.tax import FiscalPosition, PreparedTaxes, Tax, TaxGroup, TaxRounding


class PricingRules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides prices in one store, as data.

    `fiscal_position` is the store's own, where neither basket nor member has one. Members earn by the
    `loyalty` programme; a shop without one gives `points_per_major_unit`.
    """

    currency_code: str
    currency_digits: int
    tax_included: bool
    tax_rounding: TaxRounding = TaxRounding.DOCUMENT
    rounding: Rounding = Rounding.HALF_UP
    tax_classes: tuple[TaxClass, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    points_per_major_unit: int = 0
    price_lists: tuple[PriceList, ...] = ()
    list_prices: tuple[ListPrice, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tax_groups: tuple[TaxGroup, ...] = ()
    fiscal_positions: tuple[FiscalPosition, ...] = ()
    fiscal_position: str = ""
    loyalty: LoyaltyProgram | None = None


class PreparedRules:
    """Rules read and indexed once, until they change. Read-only; may be shared between threads."""

    __slots__ = ("loyalty", "price_book", "promotions", "rules", "taxes")

    def __init__(self, rules: PricingRules) -> None:
        """Index the rules; raises `UnknownCurrency`, `TaxRateRefused` and `TaxRowRefused` for taxes, and
        `ProgramInvalid` for a loyalty programme that cannot be."""
        currency(rules.currency_code)
        self.rules = rules
        self.taxes = PreparedTaxes(
            rules.tax_classes,
            rules.taxes,
            rules.tax_groups,
            rules.fiscal_positions,
            included=rules.tax_included,
            tax_rounding=rules.tax_rounding,
            rounding=rules.rounding,
        )
        self.promotions = PromotionIndex(rules.promotions)
        self.price_book = PriceBook(rules.price_lists, rules.list_prices, currency_code=rules.currency_code)
        self.loyalty: PreparedProgram | None = (
            None if rules.loyalty is None else prepare_program(rules.loyalty)
        )


def prepare(rules: PricingRules) -> PreparedRules:
    """Read and index the rules, once per change of them; raises as `PreparedRules` says."""
    return PreparedRules(rules)
