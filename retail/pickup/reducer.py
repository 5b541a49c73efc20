"""The one function that takes steps: order and step give an order, the same on every till and at the centre.

What a till shows is `applied(row of the cache, own steps not yet acknowledged)`; the centre folds the steps
in the order in which they arrive. Both remember each step by its id, taken or refused, so a step that comes
again changes nothing, and a till whose row holds its own steps already shows what the centre shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from retail.occasion import Moment
from retail.pickup.closing import (
    cancel,
    complete,
    expire,
    extend,
    record_payment,
    remind,
    return_units,
    start_return,
)
from retail.pickup.handover import arrived, hand_over, refuse_units
from retail.pickup.order import Conflict, Done, OrderState, PickupOrder
from retail.pickup.other_store import answer_store, offer_store
from retail.pickup.parts import about, with_conflict
from retail.pickup.picking import (
    accept,
    answer,
    ask_customer,
    finish_picking,
    mark_ready,
    pause_picking,
    pick_line,
    short_line,
    stage_bag,
    start_picking,
    substitute_line,
)
from retail.pickup.steps import Extend, OfferStore, StartPicking, Step, StepKind, StepRefused, Undo, kind_of
from retail.pickup.transitions import allowed_outcomes
from retail.pickup.undo import undo

_TAKE: Final[dict[StepKind, Callable[[PickupOrder, Any], PickupOrder]]] = {
    StepKind.ACCEPT: accept,
    StepKind.START_PICKING: start_picking,
    StepKind.PAUSE_PICKING: pause_picking,
    StepKind.PICK_LINE: pick_line,
    StepKind.SHORT_LINE: short_line,
    StepKind.SUBSTITUTE_LINE: substitute_line,
    StepKind.ASK_CUSTOMER: ask_customer,
    StepKind.ANSWER: answer,
    StepKind.OFFER_STORE: offer_store,
    StepKind.ANSWER_STORE: answer_store,
    StepKind.STAGE_BAG: stage_bag,
    StepKind.FINISH_PICKING: finish_picking,
    StepKind.MARK_READY: mark_ready,
    StepKind.CUSTOMER_ARRIVED: arrived,
    StepKind.RECORD_PAYMENT: record_payment,
    StepKind.EXTEND: extend,
    StepKind.REMIND: remind,
    StepKind.REFUSE_UNITS: refuse_units,
    StepKind.HAND_OVER: hand_over,
    StepKind.COMPLETE: complete,
    StepKind.CANCEL: cancel,
    StepKind.EXPIRE: expire,
    StepKind.START_RETURN: start_return,
    StepKind.RETURN_UNITS: return_units,
    StepKind.UNDO: undo,
}
"""Who takes which step."""

REASON_NEEDED: Final = frozenset({StepKind.CANCEL, StepKind.REFUSE_UNITS, StepKind.UNDO})


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """An order with steps applied, and those of them that were refused, now or before."""

    order: PickupOrder
    refused: tuple[Conflict, ...] = ()


def refusal_of(order: PickupOrder, step_id: str) -> Conflict | None:
    """Return how a step was refused, None when it was not."""
    for conflict in order.conflicts:
        if conflict.step_id == step_id and not conflict.taken:
            return conflict
    return None


def was_taken(order: PickupOrder, step_id: str) -> bool:
    """Say whether a step is part of the order already."""
    return any(done.step_id == step_id for done in order.history)


def apply(order: PickupOrder, step: Step) -> PickupOrder:
    """Return the order with one step taken; a step that it holds already changes nothing.

    Raises `StepRefused`, also again for a step that was refused before: the first outcome is the outcome.
    A step that is late, because another crossed it, is taken when hands have done it already, and leaves a
    conflict `<step>_after_<state>` for a person to see.
    """
    if was_taken(order, step.step_id):
        return order
    refused = refusal_of(order, step.step_id)
    if refused is not None:
        raise StepRefused(refused.code, step)
    _check(order, step)
    if isinstance(step, Undo):
        return _recorded(order, undo(order, step), step)
    outcomes, late = allowed_outcomes(order.state, step)
    taken = _TAKE[kind_of(step)](order, step)
    if late:
        taken = with_conflict(taken, step, f"{kind_of(step)}_after_{order.state}")
        if order.state is OrderState.RETURNED:
            taken = replace(taken, state=OrderState.RETURN_TO_SHELF)
    assert taken.state in outcomes
    return _recorded(order, taken, step)


def _check(order: PickupOrder, step: Step) -> None:
    """Refuse what says nothing that could be judged, or belongs elsewhere."""
    if step.order_id != order.order_id:
        raise StepRefused("wrong_order", step, order.order_id)
    if not step.step_id or not step.by:
        raise StepRefused("bad_step", step, "nobody took it")
    times = [step.at]
    if isinstance(step, StartPicking):
        times.append(step.lock_until)
    elif isinstance(step, Extend):
        times.append(step.collect_until)
    elif isinstance(step, OfferStore):
        times.append(step.answer_until)
    for text in times:
        try:
            Moment(text)
        except ValueError as unreadable:
            raise StepRefused("bad_step", step, str(unreadable)) from unreadable
    if kind_of(step) in REASON_NEEDED and not step.reason.strip():
        raise StepRefused("reason_missing", step)


def _recorded(before: PickupOrder, after: PickupOrder, step: Step) -> PickupOrder:
    done = Done(
        step_id=step.step_id,
        kind=kind_of(step),
        by=step.by,
        at=step.at,
        before=before.state,
        after=after.state,
        about=about(step),
        reason=step.reason,
    )
    return replace(after, history=(*after.history, done), version=before.version + 1)


def applied(order: PickupOrder, steps: Iterable[Step]) -> Applied:
    """Return the order with steps applied one after the other; what is refused is remembered, not raised.

    `applied(applied(o, a).order, b)` is `applied(o, a + b)`, and applying steps that an order holds already
    changes nothing.
    """
    refused: dict[str, Conflict] = {}
    for step in steps:
        try:
            order = apply(order, step)
        except StepRefused as refusal:
            before = refusal_of(order, step.step_id)
            if before is None:
                order = with_conflict(order, step, refusal.code, taken=False)
                order = replace(order, version=order.version + 1)
            refused[step.step_id] = before or order.conflicts[-1]
    return Applied(order=order, refused=tuple(refused.values()))
