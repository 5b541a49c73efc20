"""Handing over: what still stands in the way, the step itself, and what the customer does not take.

`hand_over` refuses what the desk could see for itself: `second_handover`, `nothing_there`, `not_paid`,
`proxy_not_allowed`, `proxy_needs_code`, `age_not_confirmed`. What it could not see (a payment voided
meanwhile, a bag that another till handed over) is taken, because the goods are gone, and shown to a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from retail.pickup.amounts import authorised_left, charge_for, due_for, taken_so_far
from retail.pickup.order import LinePart, LineState, OrderState, PickupOrder
from retail.pickup.parts import (
    OPEN,
    any_part,
    bags_with_goods,
    is_over,
    line_of,
    move,
    onward_to,
    quantity_in,
    taken_product,
    with_conflict,
    with_line,
)
from retail.pickup.steps import (
    Collector,
    CustomerArrived,
    HandOver,
    Proof,
    RefuseUnits,
    StepKind,
    StepRefused,
)
from retail.pickup.transitions import ORDER_TRANSITIONS, refusal_code


def age_on(birth: dt.date, today: dt.date) -> int:
    """Return how many years old someone is on a day; raises `ValueError` for a birth after it.

    An age is reached at the beginning of the anniversary of birth (Acts Interpretation Act 1901 (Cth)
    s 37A); for someone born on 29 February that is 1 March of a common year (PM v Children's Court of the
    ACT [2018] ACTSC 258).
    """
    if birth > today:
        raise ValueError(f"born on {birth}, after {today}")
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def born_on_or_before(today: dt.date, age: int) -> dt.date:
    """Return the latest birth date of someone who has reached an age, for the desk to compare with."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:
        return dt.date(today.year - age, 2, 28)


class Hindrance(StrEnum):
    """What stands in the way of a handover, in the order in which the desk deals with it."""

    SECOND_HANDOVER = "second_handover"
    NOT_READY = "not_ready"
    NOT_VERIFIED = "not_verified"
    SLIP_MISSING = "slip_missing"
    PROXY_NOT_ALLOWED = "proxy_not_allowed"
    PROXY_NEEDS_CODE = "proxy_needs_code"
    AGE_NOT_CONFIRMED = "age_not_confirmed"
    BAG_MISSING = "bag_missing"
    NOT_PAID = "not_paid"


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do before the bags may change hands, with the figure that belongs to it."""

    what: Hindrance
    bag_id: str = ""
    age: int = 0
    amount_minor: int = 0


class AtDesk(msgspec.Struct, frozen=True, kw_only=True):
    """What has been done at the desk so far.

    `others_heard` says that the store's other tills, or the centre, would have told of a handover; where
    they cannot be heard, the paper slip from the bags has to be taken in. `leave` are bags that stay.
    """

    proof: Proof | None = None
    collector: Collector = Collector.CUSTOMER
    age_confirmed: int = 0
    ticked: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    others_heard: bool = True
    slip_taken: bool = False


def missing_for_handover(order: PickupOrder, desk: AtDesk) -> tuple[Missing, ...]:
    """Return everything that stands in the way, nothing when the bags may change hands."""
    if StepKind.HAND_OVER not in ORDER_TRANSITIONS[order.state]:
        code = refusal_code(order.state, StepKind.HAND_OVER)
        second = code == Hindrance.SECOND_HANDOVER
        return (Missing(what=Hindrance.SECOND_HANDOVER if second else Hindrance.NOT_READY),)
    return tuple(_missing(order, desk))


def _missing(order: PickupOrder, desk: AtDesk) -> Iterator[Missing]:
    if desk.proof is None:
        yield Missing(what=Hindrance.NOT_VERIFIED)
    if not desk.others_heard and not desk.slip_taken:
        yield Missing(what=Hindrance.SLIP_MISSING)
    if desk.collector is Collector.PROXY:
        if not order.terms.proxy_allowed:
            yield Missing(what=Hindrance.PROXY_NOT_ALLOWED)
        elif desk.proof is Proof.IDENTITY:
            yield Missing(what=Hindrance.PROXY_NEEDS_CODE)
    taking = tuple(bag for bag in bags_with_goods(order) if bag not in desk.leave)
    age = age_needed(order, taking)
    if age > desk.age_confirmed:
        yield Missing(what=Hindrance.AGE_NOT_CONFIRMED, age=age)
    for bag_id in taking:
        if bag_id not in desk.ticked:
            yield Missing(what=Hindrance.BAG_MISSING, bag_id=bag_id)
    due = due_for(order, taking)
    if due:
        yield Missing(what=Hindrance.NOT_PAID, amount_minor=due)


def age_needed(order: PickupOrder, bags: tuple[str, ...]) -> int:
    """Return the age that a collector of these bags must have reached, 0 when anybody may have them."""
    return max(
        (
            taken_product(line, part).minimum_age
            for line in order.lines
            for part in line.divided
            if part.state is LineState.PICKED and part.now.bag_id in bags
        ),
        default=0,
    )


def arrived(order: PickupOrder, step: CustomerArrived) -> PickupOrder:
    """Say that the customer is here, and where."""
    return replace(order, here_since=step.at, here_note=step.note)


def hand_over(order: PickupOrder, step: HandOver) -> PickupOrder:
    """Give the goods in the ticked bags away; those of other bags stay."""
    _check_hand_over(order, step)
    handed = order
    for line in order.lines:
        if any(_goes(part, step) for part in line.divided):
            moved = move(
                line,
                step,
                lambda part: _goes(part, step),
                None,
                onward_to(LineState.HANDED_OVER, step),
            )
            handed = with_line(handed, moved)
    if any(part.state is LineState.HANDED_OVER and part.now.bag_id in step.bags for part in _parts(order)):
        handed = with_conflict(handed, step, "bag_handed_over_before")
    handed = replace(handed, state=_state_after(handed), here_since="", here_note="")
    if charge_for(handed) > taken_so_far(handed) + authorised_left(handed):
        handed = with_conflict(handed, step, "handed_over_unpaid")
    return handed


def _parts(order: PickupOrder) -> Iterator[LinePart]:
    return (part for line in order.lines for part in line.divided)


def _goes(part: LinePart, step: HandOver) -> bool:
    return part.state is LineState.PICKED and part.now.bag_id in step.bags


def _check_hand_over(order: PickupOrder, step: HandOver) -> None:
    if not any(_goes(part, step) for part in _parts(order)):
        gone = any(
            part.state is LineState.HANDED_OVER and part.now.bag_id in step.bags for part in _parts(order)
        )
        raise StepRefused("second_handover" if gone else "nothing_there", step)
    if step.collector is Collector.PROXY:
        if not order.terms.proxy_allowed:
            raise StepRefused("proxy_not_allowed", step)
        if step.proof is Proof.IDENTITY:
            raise StepRefused("proxy_needs_code", step)
    age = age_needed(order, step.bags)
    if age > step.age_confirmed:
        raise StepRefused("age_not_confirmed", step, f"{age} years")
    charge = charge_for(order, step.bags)
    if charge > step.covered_minor:
        raise StepRefused("not_paid", step, str(charge - step.covered_minor))


def _state_after(order: PickupOrder) -> OrderState:
    """Return the state of an order some of whose goods have just left it."""
    if is_over(order):
        return order.state if any_part(order, LineState.PICKED) else OrderState.HANDED_OVER
    if order.state in (OrderState.PICKING, OrderState.PAUSED) and any_part(order, *OPEN):
        return order.state
    return OrderState.PARTLY_HANDED_OVER if any_part(order, LineState.PICKED) else OrderState.HANDED_OVER


def refuse_units(order: PickupOrder, step: RefuseUnits) -> PickupOrder:
    """Keep back what the customer does not want, or may not have; it is not charged and goes back."""
    line = line_of(order, step)
    covers = None if step.quantity is None else quantity_in(step, step.quantity, line.product.unit)
    kept = with_line(order, move(line, step, lambda _: True, covers, onward_to(LineState.REFUSED, step)))
    if is_over(order) or order.state in (OrderState.PICKING, OrderState.PAUSED):
        return kept
    if any_part(kept, LineState.PICKED):
        return kept
    gone = any_part(kept, LineState.HANDED_OVER)
    return replace(kept, state=OrderState.HANDED_OVER if gone else OrderState.RETURN_TO_SHELF)
