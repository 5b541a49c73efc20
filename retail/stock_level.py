"""What a store has of a product and where it lies, as the centre tells its tills."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class StockLevel(msgspec.Struct, frozen=True, kw_only=True, tag="stock_level", tag_field="row"):
    """A product's stock in one store, in its selling unit.

    `on_hand` is what the ledger says lies on the shelf, and may be negative. `place` is the code of the shelf
    (`C1-04`: aisle, bay, shelf), empty when nobody has said. `safety_stock` is never promised online.
    `policy` is a value of `retail.availability.counter.SalePolicy`; `quotas` is what each till may still sell
    of a strict product by itself, by till id, and `sold` how much of it each has ever sold as these figures
    count it: what a till sold beyond that is to be taken off its quota.
    """

    product_id: str
    on_hand: Decimal = Decimal(0)
    place: str = ""
    safety_stock: Decimal = Decimal(0)
    policy: str = "soft"
    quotas: dict[str, Decimal] = {}
    sold: dict[str, Decimal] = {}

    @property
    def key(self) -> str:
        return self.product_id
