"""Picking: taking an order on, filling its bags by scan and scale, and everything that can come in between.

Each function takes one kind of step and returns the order with it, or raises `StepRefused`:
`locked_by_other`, `handed_to_other`, `unknown_line`, `wrong_product`, `already_complete`, `line_is_short`,
`too_many`, `too_heavy`, `wrong_bag` (of another temperature), `unknown_bag`, `wrong_temperature`,
`no_substitute_wanted`, `ask_first`, `too_dear`, `answer_waiting`, `not_agreed`, `same_product`,
`answer_too_late`, `lines_open`, `bag_not_staged`, `bad_quantity`, `bad_price`, `bad_step`.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from retail.occasion import Moment
from retail.pickup.order import (
    Bag,
    LinePart,
    LineState,
    OrderState,
    Passage,
    PickLock,
    PickupLine,
    PickupOrder,
    Substitute,
    Temperature,
)
from retail.pickup.parts import (
    OPEN,
    any_part,
    bags_with_goods,
    line_of,
    move,
    price_in,
    quantity_in,
    tidy,
    units,
    with_conflict,
    with_line,
)
from retail.pickup.steps import (
    Accept,
    Answer,
    AskCustomer,
    FinishPicking,
    LineStep,
    MarkReady,
    PausePicking,
    PickLine,
    ShortLine,
    StageBag,
    StartPicking,
    Step,
    StepRefused,
    SubstituteLine,
)
from retail.pickup.substitution import Verdict, agreed_part, judge_substitute
from retail.pickup.weights import covered_by, open_part
from retail.quantity import SellingUnit


def accept(order: PickupOrder, _: Accept) -> PickupOrder:
    """Take the order on."""
    return replace(order, state=OrderState.ACCEPTED)


def start_picking(order: PickupOrder, step: StartPicking) -> PickupOrder:
    """Begin, go on, renew the lock, or take over one that has run out."""
    lock, now = order.lock, Moment(step.at).exact
    if Moment(step.lock_until).exact <= now:
        raise StepRefused("bad_step", step, "a lock that has run out already")
    if lock is not None and lock.staff_id not in ("", step.by) and not step.taken_over:
        if order.state is OrderState.PAUSED:
            raise StepRefused("handed_to_other", step, lock.staff_id)
        if Moment(lock.until).exact > now:
            raise StepRefused("locked_by_other", step, lock.staff_id)
    taken = PickLock(lock_id=step.step_id, staff_id=step.by, until=step.lock_until)
    return replace(order, state=OrderState.PICKING, lock=taken)


def held_lock(order: PickupOrder, now: str) -> PickLock | None:
    """Return who picks the order at a moment, None when nobody does or the lock has run out."""
    lock = order.lock
    if order.state is not OrderState.PICKING or lock is None:
        return None
    return lock if Moment(lock.until).exact > Moment(now).exact else None


def pause_picking(order: PickupOrder, step: PausePicking) -> PickupOrder:
    """Stop for now, for anybody or one other to go on."""
    _check_holder(order, step)
    return replace(order, state=OrderState.PAUSED, lock=PickLock(staff_id=step.hand_to))


def _check_holder(order: PickupOrder, step: PausePicking | FinishPicking) -> None:
    if order.lock is None or order.lock.staff_id != step.by:
        raise StepRefused("locked_by_other", step)


def _fenced(order: PickupOrder, step: PickLine | SubstituteLine) -> PickupOrder:
    """Refuse who knew that someone else is picking; who did not know has the goods in a bag all the same.

    The lock's id works as a fencing token: a maker who names the present lock has seen whose it is.
    """
    lock = order.lock
    if lock is None or order.state is not OrderState.PICKING or lock.staff_id == step.by:
        return order
    if step.lock_id == lock.lock_id:
        raise StepRefused("locked_by_other", step, lock.staff_id)
    return with_conflict(order, step, "picked_by_two")


def _with_bag(order: PickupOrder, step: Step, bag_id: str, temperature: Temperature) -> PickupOrder:
    """Return the order with a bag in use; goods of two temperatures never share one."""
    if not bag_id:
        raise StepRefused("bad_step", step, "no bag")
    for bag in order.bags:
        if bag.bag_id == bag_id:
            if bag.temperature is not temperature:
                raise StepRefused("wrong_bag", step, f"{bag_id} is {bag.temperature}")
            return order
    return replace(order, bags=(*order.bags, Bag(bag_id=bag_id, temperature=temperature)))


def pick_line(order: PickupOrder, step: PickLine) -> PickupOrder:
    """Take what was scanned: so many pieces, or a weight within the tolerance."""
    line = line_of(order, step)
    if step.product_id != line.product.product_id:
        raise StepRefused("wrong_product", step, step.product_id)
    order = _fenced(order, step)
    quantity = quantity_in(step, step.quantity, line.product.unit)
    next_part = open_part(line)
    if next_part is None:
        is_short = units(line, LineState.SHORT) > 0
        raise StepRefused("line_is_short" if is_short else "already_complete", step)
    if line.product.unit is SellingUnit.PIECE:
        picked = move(line, step, lambda _: True, quantity, lambda part: _picked(step, part.covers))
    else:
        covers = covered_by(line, order.terms, quantity)
        if covers is None:
            raise StepRefused("too_heavy", step, str(quantity))
        picked = move(line, step, lambda part: part == next_part, covers, lambda _: _picked(step, quantity))
    return with_line(_with_bag(order, step, step.bag_id, line.temperature), picked)


def _picked(
    step: PickLine | SubstituteLine, quantity: Decimal, substitute: Substitute | None = None
) -> Passage:
    return Passage(
        state=LineState.PICKED,
        step_id=step.step_id,
        quantity=quantity,
        bag_id=step.bag_id,
        substitute=substitute,
    )


def short_line(order: PickupOrder, step: ShortLine) -> PickupOrder:
    """Say that some of a line cannot be had."""
    line = line_of(order, step)
    _check_open(line, step)
    covers = None if step.quantity is None else quantity_in(step, step.quantity, line.product.unit)
    short = Passage(state=LineState.SHORT, step_id=step.step_id, reason=step.short_reason)
    return with_line(order, move(line, step, lambda _: True, covers, lambda _: short))


def _check_open(line: PickupLine, step: LineStep) -> None:
    if not units(line, *OPEN):
        raise StepRefused("already_complete", step)


def _offer(line: PickupLine, step: SubstituteLine | AskCustomer) -> Substitute:
    """Return the substitute that a step names; raises `StepRefused` for figures that cannot be."""
    if step.product.product_id == line.product.product_id:
        raise StepRefused("same_product", step)
    return Substitute(
        product=step.product,
        unit_price_minor=price_in(step, step.unit_price_minor),
        quantity=quantity_in(step, step.quantity, step.product.unit),
        covers=quantity_in(step, step.covers, line.product.unit),
    )


def substitute_line(order: PickupOrder, step: SubstituteLine) -> PickupOrder:
    """Take another product: one that was agreed on, or one within the customer's wish."""
    line = line_of(order, step)
    order = _fenced(order, step)
    offer = _offer(line, step)
    _check_open(line, step)
    agreed = agreed_part(line, offer)
    if agreed is None:
        _check_untouched(line, step, offer.covers)
        judged = judge_substitute(line, order.terms, offer)
        if judged.verdict is not Verdict.USE:
            raise StepRefused(judged.code, step)
    taken = _picked(step, step.quantity, replace(offer, agreed=agreed is not None))
    among = _is_untouched if agreed is None else lambda part: part == agreed
    picked = move(line, step, among, offer.covers, lambda _: taken)
    return with_line(_with_bag(order, step, step.bag_id, line.temperature), picked)


def _is_untouched(part: LinePart) -> bool:
    return part.state is LineState.TO_PICK


def _check_untouched(line: PickupLine, step: SubstituteLine | AskCustomer, covers: Decimal) -> None:
    """Refuse to replace more than nobody has been asked about."""
    if covers <= units(line, LineState.TO_PICK):
        return
    if units(line, LineState.ASKED):
        raise StepRefused("answer_waiting", step)
    raise StepRefused("not_agreed" if units(line, LineState.AGREED) else "too_many", step)


def ask_customer(order: PickupOrder, step: AskCustomer) -> PickupOrder:
    """Ask whether another product will do; until the answer the picker goes on elsewhere."""
    line = line_of(order, step)
    offer = _offer(line, step)
    _check_open(line, step)
    _check_untouched(line, step, offer.covers)
    judged = judge_substitute(line, order.terms, offer)
    if judged.verdict is Verdict.NO:
        raise StepRefused(judged.code, step)
    asked = Passage(state=LineState.ASKED, step_id=step.step_id, substitute=offer)
    return with_line(order, move(line, step, _is_untouched, offer.covers, lambda _: asked))


def answer(order: PickupOrder, step: Answer) -> PickupOrder:
    """Take the customer's yes or no; after a no the picker finds something else, or it is short."""
    line = line_of(order, step)
    if not any(part.now.step_id == step.asked and part.state is LineState.ASKED for part in line.divided):
        raise StepRefused("answer_too_late", step)

    def answered(part: LinePart) -> LinePart:
        offer = part.now.substitute
        if part.now.step_id != step.asked or offer is None:
            return part
        if not step.agrees:
            return replace(part, trail=())
        agreed = Passage(state=LineState.AGREED, step_id=step.step_id, substitute=replace(offer, agreed=True))
        return replace(part, trail=(*part.trail, agreed))

    return with_line(order, replace(line, parts=tidy(answered(part) for part in line.divided)))


def stage_bag(order: PickupOrder, step: StageBag) -> PickupOrder:
    """Put a bag away where it is as cold as it has to be."""
    if not step.location:
        raise StepRefused("bad_step", step, "no place")
    for bag in order.bags:
        if bag.bag_id == step.bag_id:
            if bag.temperature is not step.temperature:
                raise StepRefused("wrong_temperature", step, f"{step.bag_id} is {bag.temperature}")
            staged = replace(bag, location=step.location)
            return replace(order, bags=tuple(staged if one is bag else one for one in order.bags))
    raise StepRefused("unknown_bag", step, step.bag_id)


def finish_picking(order: PickupOrder, step: FinishPicking) -> PickupOrder:
    """End picking once every part of every line has been decided about."""
    _check_holder(order, step)
    if any_part(order, LineState.ASKED):
        raise StepRefused("answer_waiting", step)
    if any_part(order, LineState.TO_PICK, LineState.AGREED):
        raise StepRefused("lines_open", step)
    state = OrderState.SHORT
    if any_part(order, LineState.PICKED):
        state = OrderState.PICKED
    elif any_part(order, LineState.HANDED_OVER):
        state = OrderState.HANDED_OVER
    return replace(order, state=state, lock=None)


def mark_ready(order: PickupOrder, step: MarkReady) -> PickupOrder:
    """Say that the customer may come; every bag with goods is put away."""
    filled = bags_with_goods(order)
    for bag in order.bags:
        if bag.bag_id in filled and not bag.location:
            raise StepRefused("bag_not_staged", step, bag.bag_id)
    return replace(order, state=OrderState.READY)
