"""The pricing rules under which an online order is paid at a desk: its prices are final, with tax inside."""

from __future__ import annotations

from msgspec.structs import replace

from retail.pricing_rules import PricingRules


def order_rules(rules: PricingRules) -> PricingRules:
    """Return a store's rules for a basket at `PriceSource.ORDER`.

    What a customer was shown online is what is paid: every tax is inside it, also where the store's own
    prices are without tax, and no promotion or price list of the day touches it. A tax that the buyer owes
    (reverse charge) stays outside any price.
    """
    return replace(
        rules,
        tax_included=True,
        taxes=tuple(tax if tax.reverse_charge else replace(tax, included=True) for tax in rules.taxes),
        promotions=(),
        price_lists=(),
        list_prices=(),
    )
