"""Taking a step back by a step that says who and why.

A step about goods is taken back part by part, as long as nothing later became of them; a step that moved
the order, as long as nothing later stands on it. So everything can be undone, last things first. What cannot:
money (a refund answers it), a message, an undoing, and what is simply done again the other way: a pause, a
new deadline, an `answer` of no, goods that another store has taken over (cancel them there). Whoever undoes
into picking leaves the order paused, so that someone goes on.

Refuses with `unknown_step`, `undone_already`, `cannot_be_undone`, `undo_out_of_order`, `picking_is_over`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from retail.pickup.order import Done, OfferState, OrderState, PickLock, PickupLine, PickupOrder
from retail.pickup.parts import tidy
from retail.pickup.steps import StepKind, StepRefused, Undo
from retail.pickup.transitions import ORDER_TRANSITIONS

NOT_UNDONE: Final = frozenset(
    {
        StepKind.PAUSE_PICKING,
        StepKind.RECORD_PAYMENT,
        StepKind.EXTEND,
        StepKind.REMIND,
        StepKind.UNDO,
    }
)

ABOUT_PICKING: Final = frozenset(
    {
        StepKind.PICK_LINE,
        StepKind.SHORT_LINE,
        StepKind.SUBSTITUTE_LINE,
        StepKind.ASK_CUSTOMER,
        StepKind.ANSWER,
    }
)
"""Taken back while the order is picked, or after it was cancelled, as far as its parts allow."""

ABOUT_LEAVING: Final = frozenset(
    {
        StepKind.REFUSE_UNITS,
        StepKind.HAND_OVER,
        StepKind.CANCEL,
        StepKind.EXPIRE,
        StepKind.RETURN_UNITS,
    }
)
"""Taken back as long as no later step moved the order."""

LEAVES_ROOM: Final = frozenset(
    {
        StepKind.PAUSE_PICKING,
        StepKind.STAGE_BAG,
        StepKind.CUSTOMER_ARRIVED,
        StepKind.RECORD_PAYMENT,
        StepKind.EXTEND,
        StepKind.REMIND,
        StepKind.OFFER_STORE,
        StepKind.UNDO,
    }
)
"""Steps after which any earlier one can be taken back."""


def undo(order: PickupOrder, step: Undo) -> PickupOrder:
    """Return the order with an earlier step taken back."""
    position, done = _find(order, step)
    kind = StepKind(done.kind)
    marked = replace(done, undone_by=step.step_id)
    history = (*order.history[:position], marked, *order.history[position + 1 :])
    changed = replace(order, lines=tuple(_taken_back(line, step) for line in order.lines), history=history)
    if kind is StepKind.CUSTOMER_ARRIVED:
        return replace(changed, here_since="", here_note="")
    if kind is StepKind.STAGE_BAG:
        return _unstaged(changed, position, done, step)
    if kind is StepKind.OFFER_STORE:
        return _offer_withdrawn(changed, step)
    if kind is StepKind.ANSWER_STORE:
        return _answer_taken_back(changed, done, step)
    if kind in ABOUT_PICKING:
        if order.state not in (OrderState.PICKING, OrderState.PAUSED, OrderState.CANCELLED):
            raise StepRefused("picking_is_over", step)
        if changed.lines == order.lines:
            raise StepRefused("cannot_be_undone", step, "nothing is left of it")
        return changed
    if any(_stands_on(kind, later) for later in _later(order, position)):
        raise StepRefused("undo_out_of_order", step)
    if kind in ABOUT_LEAVING and done.before is done.after:
        return changed
    return _back_to(changed, done.before)


def _find(order: PickupOrder, step: Undo) -> tuple[int, Done]:
    for position, done in enumerate(order.history):
        if done.step_id == step.undoes:
            if done.undone_by:
                raise StepRefused("undone_already", step)
            if done.kind in NOT_UNDONE:
                raise StepRefused("cannot_be_undone", step, done.kind)
            return position, done
    raise StepRefused("unknown_step", step, step.undoes)


def _later(order: PickupOrder, position: int) -> Iterator[Done]:
    return (done for done in order.history[position + 1 :] if not done.undone_by)


def _stands_on(kind: StepKind, later: Done) -> bool:
    if later.kind in LEAVES_ROOM:
        return False
    return kind not in ABOUT_LEAVING or later.before is not later.after


def _taken_back(line: PickupLine, step: Undo) -> PickupLine:
    """Return a line with the passages of the undone step taken away, which are the last of their parts."""
    parts = []
    for part in line.divided:
        if any(passage.step_id == step.undoes for passage in part.trail[:-1]):
            raise StepRefused("undo_out_of_order", step, line.line_id)
        undone = part.now.step_id == step.undoes
        parts.append(replace(part, trail=part.trail[:-1]) if undone else part)
    return replace(line, parts=tidy(parts))


def _unstaged(order: PickupOrder, position: int, done: Done, step: Undo) -> PickupOrder:
    """Take a bag from its place again, unless it has been put somewhere else since."""
    if any(
        later.kind == StepKind.STAGE_BAG and later.about == done.about for later in _later(order, position)
    ):
        raise StepRefused("undo_out_of_order", step, done.about)
    bags = tuple(replace(bag, location="") if bag.bag_id == done.about else bag for bag in order.bags)
    return replace(order, bags=bags)


def _offer_withdrawn(order: PickupOrder, step: Undo) -> PickupOrder:
    """Take the offer of another store back, as long as nobody has answered it."""
    if any(one.offer_id == step.undoes and one.state is not OfferState.OPEN for one in order.offers):
        raise StepRefused("undo_out_of_order", step, "answered")
    offers = (
        replace(one, state=OfferState.WITHDRAWN, answered_by=step.step_id)
        if one.offer_id == step.undoes
        else one
        for one in order.offers
    )
    return replace(order, offers=tuple(offers))


def _answer_taken_back(order: PickupOrder, done: Done, step: Undo) -> PickupOrder:
    """Have what was struck off with a no looked for again; what was moved is an order of its own by now."""
    for one in order.offers:
        if one.answered_by == step.undoes and one.moved_to is not None:
            raise StepRefused("cannot_be_undone", step, f"moved to {one.moved_to.number}: cancel it there")
    if order.state is OrderState.SHORT and done.after is OrderState.SHORT:
        return replace(order, state=done.before)
    if StepKind.ANSWER_STORE not in ORDER_TRANSITIONS[order.state]:
        raise StepRefused("picking_is_over", step)
    return order


def _back_to(order: PickupOrder, state: OrderState) -> PickupOrder:
    if state in (OrderState.PICKING, OrderState.PAUSED):
        return replace(order, state=OrderState.PAUSED, lock=PickLock())
    return replace(order, state=state, lock=None)
