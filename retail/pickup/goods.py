"""What an order does to the stock, as the difference between two of its states.

Where goods are follows from the order alone, so the movements of any step, of one taken back and of one that
came late are found in the same way, and the ledger always says what the orders say.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from retail.pickup.order import LinePart, LineState, PickupLine, PickupOrder, ShortReason
from retail.pickup.parts import OPEN, shown_state, taken_product
from retail.pickup.steps import ShortLine, Step, kind_of
from retail.quantity import SellingUnit
from retail.stock import StockCause, StockMovement, movements


class Place(StrEnum):
    """Where goods of an order are; `missing` is what should have been on the shelf and was not."""

    SHELF = "shelf"
    PICKUP = "pickup"
    CUSTOMER = "customer"
    MISSING = "missing"
    WASTE = "waste"


PLACE_OF: Final[dict[LineState, Place]] = {
    LineState.TO_PICK: Place.SHELF,
    LineState.ASKED: Place.SHELF,
    LineState.AGREED: Place.SHELF,
    LineState.PICKED: Place.PICKUP,
    LineState.REFUSED: Place.PICKUP,
    LineState.SHORT: Place.MISSING,
    LineState.HANDED_OVER: Place.CUSTOMER,
    LineState.RETURNED: Place.SHELF,
    LineState.WRITTEN_OFF: Place.WASTE,
}
"""Where a part's goods are."""

SHORT_TAKES_STOCK: Final[dict[ShortReason, bool]] = {
    ShortReason.NOT_FOUND: True,
    ShortReason.DAMAGED: True,
    ShortReason.PAST_ITS_DATE: True,
    ShortReason.SOLD_OUT: False,
    ShortReason.SUBSTITUTE_DECLINED: False,
    ShortReason.CUSTOMER_CHANGED: False,
    ShortReason.MOVED: False,
}
"""Whether a reason says that there is less on the shelf than was believed."""


class Way(NamedTuple):
    """A way that goods go: what lies beyond it, and the causes of going there and of coming back."""

    beyond: tuple[Place, ...]
    there: StockCause
    back: StockCause


WAYS: Final = (
    Way((Place.PICKUP, Place.CUSTOMER, Place.WASTE), StockCause.PICK, StockCause.PUT_BACK),
    Way((Place.CUSTOMER,), StockCause.HAND_OVER, StockCause.HAND_OVER),
    Way((Place.WASTE,), StockCause.WRITE_OFF, StockCause.WRITE_OFF),
    Way((Place.MISSING,), StockCause.SHORT, StockCause.SHORT),
)
"""Between two places there is only one path, so what went along each way follows from where things are."""

_Held = dict[tuple[str, SellingUnit], dict[Place, Decimal]]


def _held(order: PickupOrder) -> _Held:
    """Return how much of each product is where."""
    held: _Held = {}
    for line in order.lines:
        for part in line.divided:
            place, quantity = _place(part)
            product = taken_product(line, part) if place is not Place.SHELF else line.product
            at = held.setdefault((product.product_id, product.unit), {})
            at[place] = at.get(place, Decimal(0)) + quantity
    return held


def _place(part: LinePart) -> tuple[Place, Decimal]:
    place = PLACE_OF[part.state]
    if place is not Place.MISSING:
        return place, part.now.quantity
    return (
        (place, part.covers)
        if SHORT_TAKES_STOCK[ShortReason(part.now.reason)]
        else (Place.SHELF, part.covers)
    )


def stock_movements(
    before: PickupOrder, after: PickupOrder, step: Step, *, event_id: str
) -> tuple[StockMovement, ...]:
    """Return the movements between two states of an order, by product; none when no goods moved.

    The movements of several steps at once are the sum of theirs. Raises `retail.stock.StockRefused` for an
    event without an id.
    """
    was, now = _held(before), _held(after)
    reason = step.short_reason if isinstance(step, ShortLine) else step.reason or kind_of(step)
    found: list[StockMovement] = []
    for product_id, unit in sorted(was.keys() | now.keys()):
        earlier, later = was.get((product_id, unit), {}), now.get((product_id, unit), {})
        for way in WAYS:
            moved = sum(
                (later.get(place, Decimal(0)) - earlier.get(place, Decimal(0)) for place in way.beyond),
                Decimal(0),
            )
            if moved:
                found += movements(
                    way.there if moved > 0 else way.back,
                    store_id=after.store_id,
                    product_id=product_id,
                    unit=unit,
                    quantity=abs(moved),
                    event_id=event_id,
                    at=step.at,
                    reason=reason,
                    undone=moved < 0 and way.there is way.back,
                )
    return tuple(found)


def still_to_pick(order: PickupOrder) -> tuple[tuple[str, Decimal], ...]:
    """Return how much of each product is still to come off the shelf, by product: what stays reserved."""
    wanted: dict[str, Decimal] = {}
    for line in order.lines:
        product_id, quantity = _wanted(order, line)
        wanted[product_id] = wanted.get(product_id, Decimal(0)) + quantity
    return tuple(sorted((product_id, quantity) for product_id, quantity in wanted.items() if quantity))


def _wanted(order: PickupOrder, line: PickupLine) -> tuple[str, Decimal]:
    quantity = sum((part.covers for part in line.divided if shown_state(order, part) in OPEN), Decimal(0))
    return line.product.product_id, quantity
