"""Something off what shipping costs: `free shipping from 60.00`, `2.00 off delivery`.

Arguments: `percent`, above 0 up to 100 (100 is free shipping), or `amount_minor` (from 1), one of the two.
It comes off all shipping lines together, rounded once, never more than they cost, allocated in proportion to
what each costs. From which sum or number of goods on it holds is the promotion's own `minimum_minor` and
`minimum_quantity`; its scope are the goods that count for it, and shipping itself never counts.

Limits count it once a sale.
"""

from __future__ import annotations

from typing import ClassVar

from retail.promotions.arguments import Arguments, Percentage
from retail.promotions.kind import DocumentKind, Phase, Terms
from retail.promotions.rule import Promotion


class ShippingOff(DocumentKind, frozen=True):
    """How much of shipping comes off: an amount in minor units, or a share; shown on the shipping lines."""

    phase: ClassVar[Phase] = Phase.SHIPPING
    on_document: ClassVar[bool] = False

    off: int | Percentage

    @classmethod
    def read(cls, promotion: Promotion) -> ShippingOff:
        """Read the arguments; raises `PromotionInvalid`, also with `amount_or_percent` (neither, or both)."""
        arguments = Arguments(promotion, "percent", "amount_minor")
        given = arguments.exactly_one(("percent", "amount_minor"), "amount_or_percent")
        return cls(arguments.percentage(given) if given == "percent" else arguments.whole(given))

    def saving(self, base_minor: int, terms: Terms) -> int:
        """Return what comes off what all shipping costs."""
        if isinstance(self.off, Percentage):
            return self.off.off(base_minor, terms.rounding)
        return min(self.off, base_minor)
