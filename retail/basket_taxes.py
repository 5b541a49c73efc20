"""The taxes of a basket while it is priced: under which fiscal position, on which prices, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from retail.basket import Basket, BasketLine
from retail.catalogue import Product, TaxClass
from retail.sale import LineTax, TaxTotal
from retail.tax import (
    ExplainedTax,
    PreparedTaxes,
    TaxableLine,
    adapted_price,
    document_taxes,
    explain,
    line_taxes,
    plain_totals,
    position_in_force,
)


class BasketTaxes:
    """The taxes of one basket; `position_id` is the fiscal position in force, empty for none.

    `adapts_prices` says that the position makes other prices of those that contain taxes.
    """

    __slots__ = ("adapts_prices", "position_id", "prepared")

    def __init__(self, basket: Basket, prepared: PreparedTaxes, store_position: str) -> None:
        """Find the position in force; raises `UnknownFiscalPosition` or `UnknownService`."""
        self.prepared = prepared
        self.position_id = position_in_force(
            prepared,
            chosen=basket.fiscal_position,
            member=basket.member.fiscal_position if basket.member is not None else "",
            service=basket.service,
            store=store_position,
        )
        self.adapts_prices = bool(self.position_id) and not prepared.positions[self.position_id].keeps_prices

    def tax_class(self, tax_class_id: str) -> TaxClass:
        """Return the class that is used for a product's; raises `UnknownTaxClass`."""
        return self.prepared.tax_class(tax_class_id, self.position_id)

    def adapted(self, unit_price_minor: Decimal, product: Product) -> Decimal:
        """Return a unit price of the store under the position; raises what `adapted_price` raises."""
        return adapted_price(
            unit_price_minor, _taxable(product, 0, Decimal(1)), self.prepared, self.position_id
        )

    def totals(
        self, paid: Sequence[tuple[BasketLine, int]]
    ) -> tuple[tuple[TaxTotal, ...], Sequence[tuple[LineTax, ...]]]:
        """Return for lines and what is paid for them what each tax class comes to, and each line's taxes.

        Where every class is one percentage and is rounded by document, the lines have none of their own: what
        a class comes to is then shared by what was paid for its lines. Raises what `document_taxes` raises.
        """
        if self.prepared.is_plain(self.position_id):
            amounts: dict[str, int] = {}
            for line, amount_minor in paid:
                tax_class_id = line.product.tax_class_id
                amounts[tax_class_id] = amounts.get(tax_class_id, 0) + amount_minor
            return plain_totals(amounts, self.prepared, self.position_id), ()
        taxable = [_taxable(line.product, amount_minor, line.quantity) for line, amount_minor in paid]
        totals = document_taxes(taxable, self.prepared, self.position_id)
        return totals, line_taxes(taxable, totals, self.prepared, self.position_id)

    def explained(self, paid: Sequence[tuple[BasketLine, int]]) -> tuple[ExplainedTax, ...]:
        """Return every tax with its reasons for lines and what was paid for them; raises as `totals`."""
        lines = [_taxable(line.product, amount_minor, line.quantity) for line, amount_minor in paid]
        return explain(lines, self.prepared, self.position_id)


def _taxable(product: Product, amount_minor: int, quantity: Decimal) -> TaxableLine:
    return TaxableLine(
        product.tax_class_id,
        amount_minor,
        quantity,
        product.unit,
        product.net_content,
        product.content_unit,
    )
