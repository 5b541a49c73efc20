"""Lets Vendure's stock follow what the store may promise, by item number.

What Vendure may sell is what lies there without what its orders hold back. Orders that are in the book were
taken off what the store may promise already, so what they hold back is added: nothing counts twice, and an
order that has not arrived yet still holds its goods.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Final

import msgspec

from sync.server.centre import Centre
from sync.server.database.vendure_rows import Seen, heads, products_of_skus, touched_since
from sync.server.vendure.client import VARIANTS_AT_ONCE, VendureClient, VendureProblem, VendureRefused
from sync.server.vendure.connection import Connection, alert

LOOK_AT_ALL_SECONDS: Final = 300.0
"""Vendure's own figures, new variants, and promises that change by the clock are looked at this often."""

MOST_NAMED = 5


class _Variant(msgspec.Struct, kw_only=True):
    """A variant of a known product, and what Vendure has of it as far as we know."""

    variant_id: str
    on_hand: int | None


class StockFollower:
    """Writes what has changed. It keeps Vendure's figures in memory and looks at all of them now and then."""

    def __init__(self, centre: Centre, client: VendureClient, connection: Connection) -> None:
        self._centre = centre
        self._client = client
        self._connection = connection
        self._location = ""
        self._variants: dict[str, list[_Variant]] = {}
        self._product_of: dict[str, str] = {}
        self._seen = Seen()
        self._held_back: dict[str, int] = {}
        self._doubtful: set[str] = set()
        self._looked_at: float | None = None

    def doubt(self, skus: Iterable[str]) -> None:
        """Forget what Vendure has of these: it may have changed there."""
        self._doubtful |= self._variants.keys() & set(skus)
        for sku in self._doubtful:
            for one in self._variants[sku]:
                one.on_hand = None

    def follow(self, held_back: Mapping[str, int]) -> int:
        """Write the stock of what may have changed; return of how many variants.

        `held_back` is what orders hold back on both sides, by item number. Raises `VendureProblem`.
        """
        with self._centre.database.read() as read:
            seen = heads(read, self._connection.store_id)
            touched = touched_since(read, self._connection.store_id, self._seen)
        late = self._looked_at is None or time.monotonic() - self._looked_at > LOOK_AT_ALL_SECONDS
        if late or touched is None:
            self._look_at_all()
            chosen = set(self._product_of)
        else:
            moved = {sku for sku, _ in held_back.items() ^ self._held_back.items()} | self._doubtful
            chosen = {sku for sku, one in self._product_of.items() if one in touched or sku in moved}
        try:
            written = self._write(self._targets(chosen, held_back))
        except VendureProblem:
            self._looked_at = None  # nobody knows what was written: everything is looked at again
            raise
        self._seen, self._held_back = seen, dict(held_back)
        self._doubtful = set()
        return written

    def _look_at_all(self) -> None:
        """Read what Vendure has; raises `VendureProblem("no_location")` for one that is not there."""
        settings, locations = self._client.settings()
        wanted = self._connection.location
        self._location = next((one.id for one in locations if wanted in ("", one.name)), "")
        if not self._location:
            raise VendureProblem("no_location", wanted)
        variants: dict[str, list[_Variant]] = defaultdict(list)
        loose = []
        for variant in self._client.variants():
            levels = {one.stock_location_id: one.stock_on_hand for one in variant.stock_levels}
            here = _Variant(variant_id=variant.id, on_hand=levels.get(self._location))
            variants[variant.sku].append(here)
            if variant.track_inventory == "FALSE" or (
                variant.track_inventory == "INHERIT" and not settings.track_inventory
            ):
                loose.append(variant.sku)
        with self._centre.database.read() as read:
            self._product_of = products_of_skus(read, variants)
        self._variants = {sku: variants[sku] for sku in self._product_of}
        self._looked_at = time.monotonic()
        self._say_loose([sku for sku in loose if sku in self._product_of])

    def _say_loose(self, skus: list[str]) -> None:
        if skus:
            named = ", ".join(sorted(skus)[:MOST_NAMED]) + (" …" if len(skus) > MOST_NAMED else "")
            alert(self._centre, "vendure_not_tracked", f"{self._connection.channel_id} {named}", named)

    def _targets(self, skus: Iterable[str], held_back: Mapping[str, int]) -> dict[str, int]:
        products = {self._product_of[sku]: sku for sku in skus}
        promised = self._centre.orders.availability(self._connection.store_id, products)
        return {
            # What is not sold in the store is sold out in Vendure.
            sku: _whole(promised.get(one, Decimal(0))) + held_back.get(sku, 0)
            for one, sku in products.items()
        }

    def _write(self, targets: Mapping[str, int]) -> int:
        changed = [
            (one, targets[sku])
            for sku in sorted(targets)
            for one in self._variants[sku]
            if one.on_hand != targets[sku]
        ]
        for start in range(0, len(changed), VARIANTS_AT_ONCE):
            some = changed[start : start + VARIANTS_AT_ONCE]
            self._set({one.variant_id: target for one, target in some})
            for one, target in some:
                one.on_hand = target
        return len(changed)

    def _set(self, on_hand: Mapping[str, int]) -> None:
        """Write some figures; one that is refused, such as of a variant that is gone, holds no other up."""
        try:
            self._client.set_stock(self._location, on_hand)
        except VendureRefused as refused:
            if len(on_hand) > 1:
                for variant_id, quantity in on_hand.items():
                    self._set({variant_id: quantity})
                return
            subject = f"{self._connection.channel_id} variant {next(iter(on_hand))} {refused.code}"
            alert(self._centre, "vendure_not_told", subject, f"{subject}: {refused}")


def _whole(quantity: Decimal) -> int:
    """Return whole pieces or kilograms, never less than none: half a kilogram cannot be sold there."""
    return max(0, int(quantity.to_integral_value(ROUND_DOWN)))
