"""The demo store's collection desk and its shelves: opening hours, staging places, stock of every product."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from retail.availability.slot import OpeningHours, SlotRules
from retail.catalogue import LocalisedText, Product, ProductKind
from retail.pickup.desk_rules import PickupDesk, StagingPlace
from retail.pickup.order import Temperature
from retail.quantity import SellingUnit
from retail.stock import StockCause, StockMovement, movements
from retail.stock_level import StockLevel
from sync.server.catalogue_csv import Entry
from sync.server.demo.store import STORE_ID

OFFSET: Final = "+08:00"

_AISLES: Final[dict[str, str]] = {
    "bakery": "A",
    "cafe": "B",
    "dairy": "C",
    "produce": "D",
    "pantry": "E",
    "home": "F",
    "electronics": "G",
    "apparel": "H",
}
_CHILLED: Final = frozenset({"dairy"})
_BAYS, _SHELVES = 6, 12
_FEWEST, _MOST, _MOST_KILOGRAMS = 24, 160, 40
_SAFETY_FROM: Final = 60
"""From so much stock on, a little of it is never promised online."""


def pickup_desk() -> PickupDesk:
    """Return the rules of the store's collection desk, open every day."""
    return PickupDesk(
        store_id=STORE_ID,
        slots=SlotRules(
            opening=tuple(OpeningHours(weekday=day, opens="08:00", closes="22:00") for day in range(1, 8)),
            slot_minutes=30,
            cut_off_minutes=60,
            pickers=2,
        ),
        offset=OFFSET,
        places=(
            *(
                StagingPlace(code=f"A{number}", name=LocalisedText(f"Shelf A{number}", f"货架 A{number}"))
                for number in range(1, 7)
            ),
            *(
                StagingPlace(
                    code=f"C{number}",
                    name=LocalisedText(f"Fridge C{number}", f"冷藏柜 C{number}"),
                    temperature=Temperature.CHILLED,
                )
                for number in range(1, 4)
            ),
            StagingPlace(
                code="F1",
                name=LocalisedText("Freezer F1", "冷冻柜 F1"),
                temperature=Temperature.FROZEN,
            ),
        ),
        ready_before_slot=15,
    )


def kept_cold(goods: Iterable[Entry]) -> list[Entry]:
    """Return goods with how they are kept: dairy is chilled, ice cream and what is frozen is frozen."""
    return [replace(entry, product=_kept(entry.product)) for entry in goods]


def _kept(product: Product) -> Product:
    name = product.name.en.lower()
    if "frozen" in name or "ice cream" in name:
        return replace(product, temperature=str(Temperature.FROZEN))
    if product.category_id in _CHILLED:
        return replace(product, temperature=str(Temperature.CHILLED))
    return product


def stocked(goods: Sequence[Entry]) -> list[Product]:
    """Return what lies on a shelf: goods, and nothing that is named by the cashier."""
    return [
        entry.product
        for entry in goods
        if entry.product.kind is ProductKind.GOODS and not entry.product.open_price
    ]


def levels(products: Sequence[Product], seed: int) -> list[StockLevel]:
    """Return the place of each product and how much there is of it, the same for the same seed."""
    found = []
    for place, product in enumerate(products):
        # A generator for each product: a longer list begins with the shorter one.
        chance = random.Random(f"{seed} {product.product_id}")  # noqa: S311  # demo data, the same for a seed
        aisle = _AISLES.get(product.category_id, "K")
        code = f"{aisle}{place // _SHELVES % _BAYS + 1}-{place % _SHELVES + 1:02d}"
        if product.unit is SellingUnit.PIECE:
            on_hand = Decimal(chance.randint(_FEWEST, _MOST))
        else:
            on_hand = Decimal(chance.randint(_MOST_KILOGRAMS // 4, _MOST_KILOGRAMS))
        found.append(
            StockLevel(
                product_id=product.product_id,
                on_hand=on_hand,
                place=code,
                safety_stock=Decimal(2) if on_hand >= _SAFETY_FROM else Decimal(0),
            )
        )
    return found


def first_delivery(
    wanted: Sequence[StockLevel], products: Sequence[Product], event_id: str
) -> list[StockMovement]:
    """Return the movements that bring an empty shelf to these levels."""
    units = {product.product_id: product.unit for product in products}
    return [
        movement
        for level in wanted
        for movement in movements(
            StockCause.RECEIPT,
            store_id=STORE_ID,
            product_id=level.product_id,
            unit=units[level.product_id],
            quantity=level.on_hand,
            event_id=event_id,
        )
    ]
