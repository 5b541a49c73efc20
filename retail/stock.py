"""Stock: a ledger that is only ever added to, and balances that are its sums.

Every movement has a cause, and one literal table says what a cause does where. A mistake is answered by a
movement the other way, never by changing one that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from retail.quantity import QuantityRefused, SellingUnit, checked_quantity


class Location(StrEnum):
    """Where stock lies. What a customer has taken, and what was thrown away, lies nowhere."""

    SHELF = "shelf"
    PICKUP = "pickup"  # picked for an order, physically off the shelf
    TRANSIT = "transit"  # sent to another store and not yet there


class StockCause(StrEnum):
    """Why stock moved."""

    SALE = "sale"
    RETURN = "return"
    RECEIPT = "receipt"
    PICK = "pick"
    PUT_BACK = "put_back"
    HAND_OVER = "hand_over"
    WRITE_OFF = "write_off"
    SHORT = "short"
    COUNT = "count"
    ADJUSTMENT = "adjustment"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_ARRIVED = "transfer_arrived"
    TRANSFER_IN = "transfer_in"


class Leg(NamedTuple):
    """What a cause does at one location: +1 adds, −1 takes away."""

    location: Location
    sign: int


class CauseRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a cause does. `either_way` takes a signed quantity; `reason_needed` asks for a reason in words."""

    legs: tuple[Leg, ...]
    either_way: bool = False
    reason_needed: bool = False


STOCK_CAUSES: Final[dict[StockCause, CauseRule]] = {
    StockCause.SALE: CauseRule(legs=(Leg(Location.SHELF, -1),)),
    StockCause.RETURN: CauseRule(legs=(Leg(Location.SHELF, 1),)),
    StockCause.RECEIPT: CauseRule(legs=(Leg(Location.SHELF, 1),)),
    StockCause.PICK: CauseRule(legs=(Leg(Location.SHELF, -1), Leg(Location.PICKUP, 1))),
    StockCause.PUT_BACK: CauseRule(legs=(Leg(Location.PICKUP, -1), Leg(Location.SHELF, 1))),
    StockCause.HAND_OVER: CauseRule(legs=(Leg(Location.PICKUP, -1),)),
    StockCause.WRITE_OFF: CauseRule(legs=(Leg(Location.PICKUP, -1),), reason_needed=True),
    StockCause.SHORT: CauseRule(legs=(Leg(Location.SHELF, -1),), reason_needed=True),
    StockCause.COUNT: CauseRule(legs=(Leg(Location.SHELF, 1),), either_way=True),
    StockCause.ADJUSTMENT: CauseRule(legs=(Leg(Location.SHELF, 1),), either_way=True, reason_needed=True),
    StockCause.TRANSFER_OUT: CauseRule(legs=(Leg(Location.SHELF, -1), Leg(Location.TRANSIT, 1))),
    StockCause.TRANSFER_ARRIVED: CauseRule(legs=(Leg(Location.TRANSIT, -1),)),
    StockCause.TRANSFER_IN: CauseRule(legs=(Leg(Location.SHELF, 1),)),
}
"""What each cause does, and where. Goods for another store stay in the sender's transit until they arrive."""


class StockRefused(ValueError):
    """A movement or a count that cannot be; `code` names the reason.

    Codes: `zero`, `negative`, `too_large`, `too_precise`, `fraction_of_piece`, `not_a_number`,
    `reason_missing`, `no_event` (a movement that nothing caused), `unknown_product`.
    """

    def __init__(self, code: str, quantity: object) -> None:
        super().__init__(f"stock movement of {quantity!r} refused: {code}")
        self.code = code
        self.quantity = quantity


class LedgerBroken(ValueError):
    """A balance that is not the sum of its movements; `differences` are what the balances have too much."""

    code = "ledger_broken"

    def __init__(self, differences: Mapping[BalanceKey, Decimal]) -> None:
        super().__init__(f"balances differ from the ledger: {dict(differences)!r}")
        self.differences = differences


class BalanceKey(NamedTuple):
    """What a balance is of."""

    store_id: str
    product_id: str
    location: Location


class StockMovement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of the ledger; `quantity` is signed, in the product's selling unit.

    `event_id` is the fact that caused it; `reverses` the fact whose movement it takes back.
    """

    store_id: str
    product_id: str
    location: Location
    quantity: Decimal
    cause: StockCause
    event_id: str
    at: str = ""
    reason: str = ""
    reverses: str = ""

    @property
    def balance(self) -> BalanceKey:
        return BalanceKey(self.store_id, self.product_id, self.location)


def movements(
    cause: StockCause,
    *,
    store_id: str,
    product_id: str,
    unit: SellingUnit,
    quantity: Decimal,
    event_id: str,
    at: str = "",
    reason: str = "",
    undone: bool = False,
) -> tuple[StockMovement, ...]:
    """Return the movements of a cause, one for each location it touches; raises `StockRefused`.

    `undone` turns every sign, for a fact that takes an earlier one back.
    """
    rule = STOCK_CAUSES[cause]
    if rule.reason_needed and not reason.strip():
        raise StockRefused("reason_missing", quantity)
    if not event_id:
        raise StockRefused("no_event", quantity)
    moved = _checked(quantity.copy_abs(), unit).copy_sign(quantity)
    if not rule.either_way and moved < 0:
        raise StockRefused("negative", quantity)
    legs = [
        StockMovement(
            store_id=store_id,
            product_id=product_id,
            location=leg.location,
            quantity=moved if (leg.sign > 0) is not undone else -moved,
            cause=cause,
            event_id=event_id,
            at=at,
            reason=reason,
        )
        for leg in rule.legs
    ]
    return tuple(legs)


def _checked(quantity: Decimal, unit: SellingUnit) -> Decimal:
    try:
        return checked_quantity(quantity, unit)
    except QuantityRefused as refused:
        raise StockRefused(refused.code, quantity) from refused


def reversal(movement: StockMovement, *, event_id: str, at: str, reason: str) -> StockMovement:
    """Return the movement that takes another back, leaving both in the ledger; raises `StockRefused`."""
    if not reason.strip():
        raise StockRefused("reason_missing", movement.quantity)
    if not event_id:
        raise StockRefused("no_event", movement.quantity)
    return replace(
        movement,
        quantity=-movement.quantity,
        event_id=event_id,
        at=at,
        reason=reason,
        reverses=movement.event_id,
    )


def balances(
    ledger: Iterable[StockMovement], start: Mapping[BalanceKey, Decimal] | None = None
) -> dict[BalanceKey, Decimal]:
    """Return the sum of the movements for each store, product and location, on top of `start`.

    On a till `start` is what the centre says and the ledger what the till did since: that is on hand.
    A negative balance is kept as it is: it says that something is wrong, and asks for a count.
    """
    sums = dict(start or {})
    for movement in ledger:
        sums[movement.balance] = sums.get(movement.balance, Decimal(0)) + movement.quantity
    return sums


def check_ledger(ledger: Iterable[StockMovement], kept: Mapping[BalanceKey, Decimal]) -> None:
    """Hold kept balances against the ledger; raises `LedgerBroken` when any differs."""
    sums = balances(ledger)
    differences = {
        key: kept.get(key, Decimal(0)) - sums.get(key, Decimal(0))
        for key in sorted(sums.keys() | kept.keys())
        if kept.get(key, Decimal(0)) != sums.get(key, Decimal(0))
    }
    if differences:
        raise LedgerBroken(differences)


class CountDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What a count found: `difference = counted − expected`, in the product's selling unit."""

    product_id: str
    expected: Decimal
    counted: Decimal

    @property
    def difference(self) -> Decimal:
        return self.counted - self.expected


def count_differences(
    counted: Mapping[str, Decimal], expected: Mapping[str, Decimal], units: Mapping[str, SellingUnit]
) -> tuple[CountDifference, ...]:
    """Return where a count and the ledger differ, by product; raises `StockRefused`.

    Only what was counted is compared: a product that nobody looked for is not missing. `expected` is the
    balance at the moment of counting. Counting nothing of a product is a count of 0; a balance below zero
    is a difference like any other.
    """
    for product_id, quantity in counted.items():
        if quantity.is_nan() or quantity < 0:
            raise StockRefused("not_a_number" if quantity.is_nan() else "negative", quantity)
        if quantity:
            _checked(quantity, _unit_of(product_id, units))
    found = (
        CountDifference(
            product_id=product_id, expected=expected.get(product_id, Decimal(0)), counted=quantity
        )
        for product_id, quantity in sorted(counted.items())
    )
    return tuple(one for one in found if one.difference)


def _unit_of(product_id: str, units: Mapping[str, SellingUnit]) -> SellingUnit:
    unit = units.get(product_id)
    if unit is None:
        raise StockRefused("unknown_product", product_id)
    return unit


def count_movements(
    differences: Iterable[CountDifference],
    *,
    store_id: str,
    units: Mapping[str, SellingUnit],
    event_id: str,
    at: str = "",
) -> tuple[StockMovement, ...]:
    """Return the movements that bring the ledger to what was counted."""
    return tuple(
        movement
        for one in differences
        for movement in movements(
            StockCause.COUNT,
            store_id=store_id,
            product_id=one.product_id,
            unit=_unit_of(one.product_id, units),
            quantity=one.difference,
            event_id=event_id,
            at=at,
        )
    )
