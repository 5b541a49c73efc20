"""Questions about amounts: rounding, dividing, change, settling, taxes, barcodes, labels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from retail.barcode import BarcodeRule, ProductCode, Secret, read
from retail.catalogue import Product, TaxClass
from retail.freshness import freshness
from retail.money import CashRounding, Rounding, allocate, change_in_pieces, round_to_minor
from retail.payment import settle
from retail.sale import Tender
from retail.tax import (
    FiscalPosition,
    PreparedTaxes,
    Tax,
    TaxableLine,
    TaxGroup,
    TaxRounding,
    document_taxes,
    explain,
    line_taxes,
    tax_groups,
)
from retail.unit_price import UnitMeasure, UnitPricing


class RoundCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value in minor units, as text or number; answers the whole minor units."""

    value: Decimal
    rounding: Rounding = Rounding.HALF_UP

    def answer(self) -> object:
        return {"minor": round_to_minor(self.value, self.rounding)}


class AllocateCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount and weights; answers the shares, which sum to the amount (largest remainder first)."""

    total: int
    weights: tuple[int, ...]

    def answer(self) -> object:
        return {"shares": allocate(self.total, self.weights)}


class ChangeCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount and the notes and coins, perhaps with how many there are; answers `[piece, count]` pairs."""

    amount_minor: int
    denominations_minor: tuple[int, ...]
    available: dict[int, int] | None = None

    def answer(self) -> object:
        return {"pieces": change_in_pieces(self.amount_minor, self.denominations_minor, self.available)}


class SettleCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A total and the tenders so far; answers a `Settlement`."""

    total_minor: int
    tenders: tuple[Tender, ...] = ()
    cash_rounding: CashRounding = CashRounding()
    cash_next: bool = False

    def answer(self) -> object:
        return settle(self.total_minor, self.tenders, self.cash_rounding, cash_next=self.cash_next)


class TaxCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was paid for lines, and the tax rows; answers totals by class and by group, lines, and reasons.

    `paid` are pairs of tax class id and amount in minor units; `lines` say more of each line, where taxes
    go by piece, weight or volume. Both may be given; `paid` come first.
    """

    tax_classes: tuple[TaxClass, ...]
    included: bool
    paid: tuple[tuple[str, int], ...] = ()
    lines: tuple[TaxableLine, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tax_groups: tuple[TaxGroup, ...] = ()
    fiscal_positions: tuple[FiscalPosition, ...] = ()
    fiscal_position: str = ""
    tax_rounding: TaxRounding = TaxRounding.DOCUMENT
    rounding: Rounding = Rounding.HALF_UP

    def answer(self) -> object:
        prepared = PreparedTaxes(
            self.tax_classes,
            self.taxes,
            self.tax_groups,
            self.fiscal_positions,
            included=self.included,
            tax_rounding=self.tax_rounding,
            rounding=self.rounding,
        )
        lines: Sequence[TaxableLine] = [*(TaxableLine(*pair) for pair in self.paid), *self.lines]
        totals = document_taxes(lines, prepared, self.fiscal_position)
        return {
            "tax_totals": totals,
            "tax_groups": tax_groups(totals, prepared),
            "lines": line_taxes(lines, totals, prepared, self.fiscal_position),
            "explained": explain(lines, prepared, self.fiscal_position),
        }


class BarcodeCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and the store's rules; answers what it means. A payment code or a gift card is never repeated.

    With `now`, the answer for a product with dates says what they mean at that moment.
    """

    text: str
    rules: tuple[BarcodeRule, ...] = ()
    now: str = ""

    def answer(self) -> object:
        scan = read(self.text, self.rules)
        meaning = {"meaning": type(scan).__name__}
        if isinstance(scan, Secret):
            counted = "digits" if scan.text.isdigit() else "characters"
            return {**meaning, counted: len(scan.text)}
        if self.now and isinstance(scan, ProductCode):
            meaning["freshness"] = freshness(scan, self.now)
        return {**meaning, **msgspec.to_builtins(scan)}


class UnitPriceCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product and its price in minor units; answers its unit price for a label, null when it has none."""

    product: Product
    price_minor: Decimal
    scheme: str
    rules: tuple[UnitMeasure, ...] = ()

    def answer(self) -> object:
        pricing = UnitPricing(self.scheme, self.rules)
        return {
            "unit_price": pricing.unit_price(self.product, self.price_minor),
            "skipped": pricing.skipped,
        }
