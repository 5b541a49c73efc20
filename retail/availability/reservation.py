"""Reservations: held, confirmed, picked, handed over; and who is short when more was sold than there was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.availability.promise import Balance, promise
from retail.occasion import Moment
from retail.quantity import SellingUnit, checked_quantity


class ReservationState(StrEnum):
    """Where a reservation stands."""

    HELD = "held"
    CONFIRMED = "confirmed"
    PICKED = "picked"
    HANDED_OVER = "handed_over"
    RELEASED = "released"
    EXPIRED = "expired"
    SHORT = "short"


RESERVATION_TRANSITIONS: Final[dict[ReservationState, tuple[ReservationState, ...]]] = {
    ReservationState.HELD: (
        ReservationState.CONFIRMED,
        ReservationState.RELEASED,
        ReservationState.EXPIRED,
        ReservationState.SHORT,
    ),
    ReservationState.CONFIRMED: (
        ReservationState.PICKED,
        ReservationState.RELEASED,
        ReservationState.SHORT,
    ),
    ReservationState.PICKED: (
        ReservationState.HANDED_OVER,
        ReservationState.CONFIRMED,
        ReservationState.RELEASED,
    ),
    ReservationState.HANDED_OVER: (ReservationState.PICKED,),
    ReservationState.SHORT: (ReservationState.CONFIRMED, ReservationState.RELEASED),
    ReservationState.RELEASED: (),
    ReservationState.EXPIRED: (),
}
"""Which state may follow which. The ways back are steps of the order that were undone. What was released or
has expired may be another's, so only a new reservation can follow. Picked goods are never short."""

COUNTS_AS_RESERVED: Final = frozenset({ReservationState.HELD, ReservationState.CONFIRMED})
"""What stands on the shelf and is promised; what is picked is off the shelf already."""


class IllegalReservationStep(ValueError):
    """A reservation cannot go from one state to the other; `code` names both, such as `picked_to_short`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"illegal step of a reservation: {code}")
        self.code = code


def next_reservation_state(
    state: ReservationState | str, outcome: ReservationState | str
) -> ReservationState:
    """Return the state after a step; raises `IllegalReservationStep` when the table does not have it."""
    try:
        before, after = ReservationState(state), ReservationState(outcome)
    except ValueError as unknown:
        raise IllegalReservationStep(f"{state}_to_{outcome}") from unknown
    if after not in RESERVATION_TRANSITIONS[before]:
        raise IllegalReservationStep(f"{before}_to_{after}")
    return after


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of one product that are kept for an order.

    `number` rises in the order in which the centre made them, so it says which is newest without a
    clock. `hold_until` is when a held one expires, `needed_at` when the order must be ready.
    """

    reservation_id: str
    order_id: str
    product_id: str
    quantity: Decimal
    number: int = 0
    state: ReservationState = ReservationState.HELD
    hold_until: str = ""
    needed_at: str = ""


def reserved_quantity(reservations: Iterable[Reservation]) -> Decimal:
    """Return how much the reservations of one product keep on the shelf: `Balance.reserved`."""
    return sum((one.quantity for one in reservations if one.state in COUNTS_AS_RESERVED), Decimal(0))


def hold_has_expired(reservation: Reservation, now: str) -> bool:
    """Say whether a held reservation is past its deadline."""
    return (
        reservation.state is ReservationState.HELD
        and bool(reservation.hold_until)
        and Moment(reservation.hold_until).exact <= Moment(now).exact
    )


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order that asks for goods."""

    line_id: str
    product_id: str
    quantity: Decimal
    unit: SellingUnit = SellingUnit.PIECE


class WhenTooFew(StrEnum):
    """What to do when not everything can be had."""

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"


class LineGrant(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what a line wants it gets."""

    line_id: str
    product_id: str
    wanted: Decimal
    granted: Decimal


class Reserving(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking: the reservations to make, in product order, and what each line gets.

    `complete` says that every line gets all it wants. `locked` are the products whose balances were
    looked at, in the order in which they are to be locked.
    """

    reservations: tuple[Reservation, ...]
    grants: tuple[LineGrant, ...]
    locked: tuple[str, ...]
    complete: bool


class ReservationRefused(ValueError):
    """A request for goods that cannot be; codes: `no_lines`, `line_twice`, `two_units`, `bad_hold`."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"reservation refused: {code}" + (f" ({about})" if about else ""))
        self.code = code


def reserve(
    order_id: str,
    lines: Sequence[Wanted],
    balances: Mapping[str, Balance],
    now: str,
    *,
    hold_minutes: int,
    when_too_few: WhenTooFew = WhenTooFew.ALL_OR_NOTHING,
) -> Reserving:
    """Return the reservations for an order's lines, each held until `now + hold_minutes`.

    All lines of a product are summed first, so that two lines of one are not promised the same goods.
    A product without a balance has none. What there is too little of goes to the lines in their order.
    The caller holds the balance rows locked, in product order. Raises `ReservationRefused`,
    `QuantityRefused`, `FigureRefused`.
    """
    wanted = _summed(lines)
    if hold_minutes < 1:
        raise ReservationRefused("bad_hold", str(hold_minutes))
    until = dt.datetime.fromisoformat(now) + dt.timedelta(minutes=hold_minutes)
    granted = {}
    for product_id in sorted(wanted):
        quantity, unit = wanted[product_id]
        known = balances.get(product_id)
        free = Decimal(0) if known is None else _whole(promise(known).available, unit)
        granted[product_id] = min(quantity, free)
    complete = all(granted[product_id] == wanted[product_id][0] for product_id in wanted)
    if not complete and when_too_few is WhenTooFew.ALL_OR_NOTHING:
        nothing = dict.fromkeys(wanted, Decimal(0))
        return Reserving(
            reservations=(), grants=_shared(lines, nothing), locked=tuple(sorted(wanted)), complete=False
        )
    reservations = tuple(
        Reservation(
            reservation_id=f"{order_id}:{product_id}",
            order_id=order_id,
            product_id=product_id,
            quantity=quantity,
            hold_until=until.isoformat(),
        )
        for product_id, quantity in granted.items()
        if quantity
    )
    return Reserving(
        reservations=reservations,
        grants=_shared(lines, granted),
        locked=tuple(sorted(wanted)),
        complete=complete,
    )


def _summed(lines: Sequence[Wanted]) -> dict[str, tuple[Decimal, SellingUnit]]:
    if not lines:
        raise ReservationRefused("no_lines")
    wanted: dict[str, tuple[Decimal, SellingUnit]] = {}
    seen: set[str] = set()
    for line in lines:
        if line.line_id in seen:
            raise ReservationRefused("line_twice", line.line_id)
        seen.add(line.line_id)
        before, unit = wanted.get(line.product_id, (Decimal(0), line.unit))
        if unit is not line.unit:
            raise ReservationRefused("two_units", line.product_id)
        wanted[line.product_id] = (before + checked_quantity(line.quantity, unit), unit)
    return wanted


def _whole(free: Decimal, unit: SellingUnit) -> Decimal:
    """Return how much of what is free can really be had: no part of a piece."""
    return free.to_integral_value(ROUND_DOWN) if unit is SellingUnit.PIECE else free


def _shared(lines: Iterable[Wanted], granted: Mapping[str, Decimal]) -> tuple[LineGrant, ...]:
    left = dict(granted)
    grants = []
    for line in lines:
        share = min(line.quantity, left[line.product_id])
        left[line.product_id] -= share
        grants.append(
            LineGrant(line_id=line.line_id, product_id=line.product_id, wanted=line.quantity, granted=share)
        )
    return tuple(grants)


class Shortfall(msgspec.Struct, frozen=True, kw_only=True):
    """How much a reservation loses; `left` is what it keeps, and with nothing left it is short."""

    reservation_id: str
    order_id: str
    short: Decimal
    left: Decimal


def oversold(on_hand: Decimal, reservations: Iterable[Reservation]) -> tuple[Shortfall, ...]:
    """Return which reservations of one product are short, when there is less on the shelf than they hold.

    The newest unpicked ones give way first, whole or in part, until the rest can be had; one that is
    picked is off the shelf and never touched.
    """
    waiting = sorted(
        (one for one in reservations if one.state in COUNTS_AS_RESERVED),
        key=lambda one: (-one.number, one.reservation_id),
    )
    missing = reserved_quantity(waiting) - max(Decimal(0), on_hand)
    found = []
    for one in waiting:
        if missing <= 0:
            break
        short = min(missing, one.quantity)
        missing -= short
        found.append(
            Shortfall(
                reservation_id=one.reservation_id,
                order_id=one.order_id,
                short=short,
                left=one.quantity - short,
            )
        )
    return tuple(found)
