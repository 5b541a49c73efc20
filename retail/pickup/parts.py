"""Dividing a line into parts and moving them, so that what they cover always sums to what was ordered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from msgspec.structs import replace

from retail.basket import PriceRefused, checked_price
from retail.catalogue import Product
from retail.pickup.order import Conflict, LinePart, LineState, Passage, PickupLine, PickupOrder
from retail.pickup.steps import LineStep, StageBag, StepBase, StepRefused, kind_of
from retail.pickup.transitions import LINE_TRANSITIONS, OVER
from retail.quantity import QuantityRefused, SellingUnit, checked_quantity

OPEN = (LineState.TO_PICK, LineState.ASKED, LineState.AGREED)
"""What is still to be decided about; parts are taken in this order."""


def line_of(order: PickupOrder, step: LineStep) -> PickupLine:
    """Return the line that a step is about; raises `StepRefused("unknown_line")`."""
    for line in order.lines:
        if line.line_id == step.line_id:
            return line
    raise StepRefused("unknown_line", step, step.line_id)


def with_line(order: PickupOrder, changed: PickupLine) -> PickupOrder:
    """Return the order with one line in its place."""
    lines = tuple(changed if line.line_id == changed.line_id else line for line in order.lines)
    return replace(order, lines=lines)


def shown_state(order: PickupOrder, part: LinePart) -> LineState:
    """Return where a part stands as people should see it; an order that is over drops what was not picked."""
    return OVER.get(order.state, {}).get(part.state, part.state)


def units(line: PickupLine, *states: LineState) -> Decimal:
    """Return how much of what was ordered stands in these states."""
    return sum((part.covers for part in line.divided if part.state in states), Decimal(0))


def any_part(order: PickupOrder, *states: LineState) -> bool:
    """Say whether any part of the order stands in one of these states."""
    return any(part.state in states for line in order.lines for part in line.divided)


def quantity_in(step: StepBase, quantity: Decimal, unit: SellingUnit) -> Decimal:
    """Return a quantity that a step may name; raises `StepRefused("bad_quantity")`."""
    try:
        return checked_quantity(quantity, unit)
    except QuantityRefused as refused:
        raise StepRefused("bad_quantity", step, refused.code) from refused


def price_in(step: StepBase, unit_price_minor: Decimal) -> Decimal:
    """Return a unit price that a step may name; raises `StepRefused("bad_price")`."""
    try:
        return checked_price(unit_price_minor)
    except PriceRefused as refused:
        raise StepRefused("bad_price", step, refused.code) from refused


def move(
    line: PickupLine,
    step: StepBase,
    among: Callable[[LinePart], bool],
    covers: Decimal | None,
    onward: Callable[[LinePart], Passage],
) -> PickupLine:
    """Return the line with some of its parts moved one passage on.

    `among` says which parts may go, `covers` how much of them (None: all), first by state and then by
    place; the last part is divided when only some of it goes. Raises `StepRefused`: `nothing_there`,
    `too_many`, or `cannot_be_divided` for a part that was weighed as one.
    """
    kind = kind_of(step)
    allowed = [state for state in LineState if kind in LINE_TRANSITIONS.get(state, {})]
    parts = list(line.divided)
    going = [part for state in allowed for part in parts if part.state is state and among(part)]
    left = sum((part.covers for part in going), Decimal(0))
    if not left:
        raise StepRefused("nothing_there", step)
    wanted = left if covers is None else covers
    if wanted > left:
        raise StepRefused("too_many", step, f"{wanted} of {left}")
    for part in going:
        if not wanted:
            break
        taken, *rest = (part,) if part.covers <= wanted else _divided(line, part, wanted, step)
        passage = onward(taken)
        assert passage.state in LINE_TRANSITIONS[part.state][kind]
        place = parts.index(part)
        parts[place : place + 1] = [replace(taken, trail=(*taken.trail, passage)), *rest]
        wanted -= taken.covers
    return replace(line, parts=tidy(parts))


def _divided(line: PickupLine, part: LinePart, covers: Decimal, step: StepBase) -> tuple[LinePart, LinePart]:
    """Return a part as two, the first covering `covers`."""
    taken, rest = [], []
    for passage in part.trail:
        product = line.product if passage.substitute is None else passage.substitute.product
        share = passage.quantity * covers / part.covers
        if passage.quantity and (product.unit is not SellingUnit.PIECE or share != share.to_integral_value()):
            raise StepRefused("cannot_be_divided", step)
        taken.append(replace(passage, quantity=share))
        rest.append(replace(passage, quantity=passage.quantity - share))
    return LinePart(covers=covers, trail=tuple(taken)), LinePart(
        covers=part.covers - covers, trail=tuple(rest)
    )


def tidy(parts: Iterable[LinePart]) -> tuple[LinePart, ...]:
    """Return the parts with those of one trail as one, and none when nothing has become of the line."""
    joined: dict[tuple[tuple[object, ...], ...], LinePart] = {}
    for part in parts:
        trail = tuple((one.state, one.step_id, one.bag_id, one.reason) for one in part.trail)
        other = joined.get(trail)
        joined[trail] = part if other is None else _joined(other, part)
    return () if tuple(joined) == ((),) else tuple(joined.values())


def _joined(first: LinePart, second: LinePart) -> LinePart:
    trail = tuple(
        replace(one, quantity=one.quantity + other.quantity)
        for one, other in zip(first.trail, second.trail, strict=True)
    )
    return LinePart(covers=first.covers + second.covers, trail=trail)


def onward_to(state: LineState, step: StepBase) -> Callable[[LinePart], Passage]:
    """Return the passage of goods that stay what they are: the same weight, bag and substitute."""

    def passage(part: LinePart) -> Passage:
        return replace(part.now, state=state, step_id=step.step_id, reason=step.reason)

    return passage


def is_over(order: PickupOrder) -> bool:
    """Say whether goods in the order's bags are to go back to the shelf."""
    return OVER.get(order.state, {}).get(LineState.PICKED) is LineState.TO_RETURN


def bags_with_goods(order: PickupOrder) -> tuple[str, ...]:
    """Return the bags that hold something for the customer, in the order they were begun."""
    filled = {
        part.now.bag_id for line in order.lines for part in line.divided if part.state is LineState.PICKED
    }
    return tuple(bag.bag_id for bag in order.bags if bag.bag_id in filled)


def about(step: StepBase) -> str:
    """Return the line or the bag that a step is about, empty when it is the order."""
    if isinstance(step, LineStep):
        return step.line_id
    return step.bag_id if isinstance(step, StageBag) else ""


def with_conflict(order: PickupOrder, step: StepBase, code: str, *, taken: bool = True) -> PickupOrder:
    """Return the order with something for a person to see about a step."""
    conflict = Conflict(
        step_id=step.step_id,
        kind=kind_of(step),
        by=step.by,
        at=step.at,
        code=code,
        taken=taken,
        about=about(step),
    )
    return replace(order, conflicts=(*order.conflicts, conflict))


def taken_product(line: PickupLine, part: LinePart) -> Product:
    """Return what a part of a line really is."""
    return line.product if part.now.substitute is None else part.now.substitute.product
