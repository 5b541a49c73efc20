"""What follows from the steps of an order, beside the order itself: reservations, slots, messages, alarms.

Everything follows from the order as it stands, so that a step that is undone, or that came late, needs no
rule of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from retail.availability.reservation import (
    RESERVATION_TRANSITIONS,
    Reservation,
    ReservationState,
)
from retail.availability.slot import Measure
from retail.pickup.amounts import money_of
from retail.pickup.goods import still_to_pick
from retail.pickup.order import (
    Conflict,
    Done,
    LineState,
    OrderState,
    PaymentKind,
    PickupOrder,
    ShortReason,
)
from retail.pickup.parts import OPEN, shown_state, units
from retail.pickup.steps import StepKind
from sync.server.database.outbox_rows import ToTell
from sync.server.database.reservation_rows import Kept

TOLD: Final[dict[StepKind, str]] = {
    StepKind.ASK_CUSTOMER: "question",
    StepKind.OFFER_STORE: "other_store",
    StepKind.MARK_READY: "ready",
    StepKind.REMIND: "reminder",
    StepKind.EXTEND: "extended",
    StepKind.HAND_OVER: "handed_over",
    StepKind.CANCEL: "cancelled",
    StepKind.EXPIRE: "expired",
}
"""What a customer hears of a step; `confirmed`, `at_risk`, `short` and `released` have other reasons."""

DONE_BY_HANDS: Final = frozenset(
    {
        StepKind.PICK_LINE,
        StepKind.SUBSTITUTE_LINE,
        StepKind.REFUSE_UNITS,
        StepKind.RETURN_UNITS,
        StepKind.HAND_OVER,
        StepKind.RECORD_PAYMENT,
    }
)
"""Steps that happened whatever the book says: when one is refused, somebody has to look."""


def reachable(before: ReservationState, after: ReservationState) -> bool:
    """Say whether a reservation can get from one state to another, by whatever way."""
    seen, open_states = {before}, [before]
    while open_states:
        for state in RESERVATION_TRANSITIONS[open_states.pop()]:
            if state not in seen:
                seen.add(state)
                open_states.append(state)
    return after in seen


def reservations_of(
    before: PickupOrder, order: PickupOrder, kept: Sequence[Kept]
) -> tuple[list[Kept], list[Reservation]]:
    """Return the reservations of an order that stand otherwise now, and those to make anew.

    What was struck off since `before` is what was lost to somebody else, as far as something was. A new one
    follows one that was released, because its goods may be another's by now.
    """
    wanted = dict(still_to_pick(order))
    given_up = _struck_off(order)
    for product_id, quantity in _struck_off(before).items():
        given_up[product_id] = given_up.get(product_id, Decimal(0)) - quantity
    newest = {one.held.product_id: one for one in kept}
    changed: list[Kept] = []
    added: list[Reservation] = []
    for product_id, last in sorted(newest.items()):
        found = max(Decimal(0), last.short - max(Decimal(0), given_up.get(product_id, Decimal(0))))
        now = _as_it_stands(order, replace(last, short=found), wanted.get(product_id, Decimal(0)))
        if now == last:
            continue
        if reachable(last.held.state, now.held.state):
            changed.append(now)
        elif now.held.state is ReservationState.CONFIRMED:
            count = sum(one.held.product_id == product_id for one in kept)
            added.append(
                replace(now.held, reservation_id=f"{order.order_id}:{product_id}:{count + 1}", number=0)
            )
    return changed, added


def _struck_off(order: PickupOrder) -> dict[str, Decimal]:
    """Return how much of each product is struck off, by what was ordered."""
    struck: dict[str, Decimal] = {}
    for line in order.lines:
        quantity = units(line, LineState.SHORT)
        struck[line.product.product_id] = struck.get(line.product.product_id, Decimal(0)) + quantity
    return struck


def _as_it_stands(order: PickupOrder, last: Kept, wanted: Decimal) -> Kept:
    if not wanted:
        over = replace(last.held, state=_over(order, last), hold_until="")
        return replace(last, short=Decimal(0), held=over)
    ended = last.held.state in (ReservationState.RELEASED, ReservationState.EXPIRED)
    short = Decimal(0) if ended else last.short
    left = max(Decimal(0), wanted - short)
    state = ReservationState.CONFIRMED if left else ReservationState.SHORT
    return replace(last, short=short, held=replace(last.held, state=state, quantity=left, hold_until=""))


def _over(order: PickupOrder, last: Kept) -> ReservationState:
    states = {
        part.state
        for line in order.lines
        if line.product.product_id == last.held.product_id
        for part in line.divided
    }
    if states & {LineState.PICKED, LineState.REFUSED}:
        return ReservationState.PICKED
    if LineState.HANDED_OVER in states:
        return ReservationState.HANDED_OVER
    return ReservationState.SHORT if states == {LineState.SHORT} else ReservationState.RELEASED


def given_again(kept: Kept, quantity: Decimal) -> Kept:
    """Return a reservation that had lost goods with some of them promised again."""
    held = kept.held
    state = ReservationState.CONFIRMED if held.state is ReservationState.SHORT else held.state
    held = replace(held, state=state, quantity=held.quantity + quantity)
    return replace(kept, held=held, short=kept.short - quantity)


def open_lines(order: PickupOrder, product_id: str = "") -> tuple[str, ...]:
    """Return the lines of which something is still to be picked, all or those of a product."""
    return tuple(
        line.line_id
        for line in order.lines
        if product_id in ("", line.product.product_id)
        and any(shown_state(order, part) in OPEN for part in line.divided)
    )


def still_at_risk(order: PickupOrder) -> PickupOrder:
    """Return the order with only those lines at risk that are still open."""
    if not order.at_risk:
        return order
    waiting = open_lines(order)
    left = tuple(line_id for line_id in order.at_risk if line_id in waiting)
    return order if left == order.at_risk else replace(order, at_risk=left)


def needs_its_slot(order: PickupOrder) -> bool:
    """Say whether an order takes its share of a slot: not once it was called off before anyone picked."""
    picked = any(done.kind == StepKind.START_PICKING for done in order.history)
    return picked or order.state not in (OrderState.CANCELLED, OrderState.SHORT)


def size_of(line_count: int, measure: Measure) -> int:
    """Return how large an order of so many lines is by a store's measure."""
    return line_count if measure is Measure.LINES else 1


def told_of(before: PickupOrder, after: PickupOrder) -> list[ToTell]:
    """Return what the customer is to hear of the steps between two states of an order."""
    found = []
    for done in after.history[len(before.history) :]:
        kind = TOLD.get(StepKind(done.kind))
        if done.kind == StepKind.FINISH_PICKING and done.after is OrderState.SHORT:
            kind = "short"
        if done.kind == StepKind.ANSWER_STORE and was_struck(after, done.step_id):
            kind = "struck"
        if kind is not None:
            found.append(ToTell(kind=kind, order_id=after.order_id, key=done.step_id, about=_about(done)))
    return found


def paid_twice(before: PickupOrder, after: PickupOrder) -> int:
    """Return how much more than its goods cost an order was paid since `before`, minor units.

    Two tills that cannot hear each other may both have taken the customer's money.
    """
    new = after.payment.entries[len(before.payment.entries) :]
    if not any(entry.kind is PaymentKind.PAID for entry in new):
        return 0
    return max(0, money_of(after).refund_minor - money_of(before).refund_minor)


def was_struck(order: PickupOrder, step_id: str) -> bool:
    """Say whether an answer struck goods off that are in no other order."""
    return any(
        part.now.step_id == step_id and part.now.reason != ShortReason.MOVED
        for line in order.lines
        for part in line.divided
    )


def _about(done: Done) -> dict[str, str]:
    return {"step_id": done.step_id, "line_id": done.about, "reason": done.reason, "at": done.at}


def for_a_person(before: PickupOrder, after: PickupOrder) -> list[Conflict]:
    """Return the new conflicts that somebody has to look at."""
    new = after.conflicts[len(before.conflicts) :]
    return [one for one in new if one.taken or one.kind in DONE_BY_HANDS]


def picking_seconds(order: PickupOrder) -> int | None:
    """Return how long an order was being picked, pauses left out; None as long as it is not finished.

    By the clocks of those who picked; a clock that went backwards counts nothing.
    """
    seconds, since = 0.0, None
    for done in order.history:
        if done.undone_by:
            continue
        at = dt.datetime.fromisoformat(done.at)
        if done.kind == StepKind.START_PICKING and since is None:
            since = at
        elif done.kind in (StepKind.PAUSE_PICKING, StepKind.FINISH_PICKING) and since is not None:
            seconds += max(0.0, (at - since).total_seconds())
            since = None
            if done.kind == StepKind.FINISH_PICKING:
                return int(seconds)
    return None
