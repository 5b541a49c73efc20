"""What a web shop may promise: what is on the shelf, less everything that may already be spoken for."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from retail.occasion import Moment
from retail.quantity import LARGEST_QUANTITY, WEIGHT_PLACES, SellingUnit

HEARD_WITHIN_SECONDS: Final = 60
"""A store that was heard so lately is not silent: its tills answer a long poll every 25 seconds."""

LARGEST_BALANCE: Final = LARGEST_QUANTITY * 10_000
"""No store holds more of one product; a larger figure is a mistake."""


class FigureRefused(ValueError):
    """A figure about stock that cannot be; `code` names the reason.

    Codes: `not_a_number`, `negative`, `too_large`, `heard_in_the_future`.
    """

    def __init__(self, code: str, figure: object) -> None:
        super().__init__(f"figure {figure!r} refused: {code}")
        self.code = code
        self.figure = figure


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about one product in one store, in its selling unit.

    `on_hand` is what the ledger says lies on the shelf and may be negative; `reserved` what unpicked
    reservations hold; `safety_stock` what is never promised; `exposure` what a silent store may have sold.
    """

    on_hand: Decimal
    reserved: Decimal = Decimal(0)
    safety_stock: Decimal = Decimal(0)
    exposure: Decimal = Decimal(0)


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What may be promised, and how much is promised too much already; one of the two is 0."""

    available: Decimal
    shortage: Decimal


def promise(balance: Balance) -> Promise:
    """Return `on_hand − reserved − safety_stock − exposure`; below zero it is 0, and the shortage says so.

    Raises `FigureRefused`: only `on_hand` may be negative.
    """
    for figure in (balance.on_hand, balance.reserved, balance.safety_stock, balance.exposure):
        _check(figure)
    for figure in (balance.reserved, balance.safety_stock, balance.exposure):
        if figure < 0:
            raise FigureRefused("negative", figure)
    free = balance.on_hand - balance.reserved - balance.safety_stock - balance.exposure
    return Promise(available=max(Decimal(0), free), shortage=max(Decimal(0), -free))


def _check(figure: Decimal) -> None:
    if not figure.is_finite():
        raise FigureRefused("not_a_number", figure)
    if abs(figure) > LARGEST_BALANCE:
        raise FigureRefused("too_large", figure)


def exposure(*, sold_per_hour: Decimal, heard_at: str, now: str, unit: SellingUnit) -> Decimal:
    """Return how much a store may have sold since it was last heard, rounded up to a piece or a gram.

    `heard_at` is the last acknowledgement of the till that has been silent longest, `now` the centre's
    clock. Nothing while the store is heard, and nothing again as soon as it is. Raises `FigureRefused`.
    """
    _check(sold_per_hour)
    if sold_per_hour < 0:
        raise FigureRefused("negative", sold_per_hour)
    silent = Moment(now).exact - Moment(heard_at).exact
    if silent < -HEARD_WITHIN_SECONDS * 1_000_000:
        raise FigureRefused("heard_in_the_future", heard_at)
    if silent <= HEARD_WITHIN_SECONDS * 1_000_000:
        return Decimal(0)
    numerator, denominator = sold_per_hour.as_integer_ratio()
    steps_per_unit = 1 if unit is SellingUnit.PIECE else 10**WEIGHT_PLACES
    steps = -(-numerator * silent * steps_per_unit // (denominator * 3_600_000_000))
    return Decimal(steps) / steps_per_unit
