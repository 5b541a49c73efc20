"""Goods that ran out here and another store has: offered to the customer, and moved there with a yes.

One rule keeps one promise: with a yes the goods of the line are struck off here and are a new order at the
other store, at the same price, with a code of its own; what was promised for them (`moved_amount`) goes with
them, so nothing is refunded. With a no, or when nobody answered in time, they are struck off and not charged,
or looked for all the same, as the offer says. What was picked meanwhile is not moved.

Refuses with `nothing_there`, `too_many`, `bad_quantity`, `offer_waiting`, `answer_too_late`, and `bad_step`
for an offer of no other store or a yes that names no order.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import compress
from typing import Final

from msgspec.structs import replace

from retail.occasion import Moment
from retail.pickup.amounts import shares
from retail.pickup.order import (
    LinePart,
    LineState,
    OfferState,
    OrderState,
    Passage,
    PaymentEntry,
    PickupLine,
    PickupOrder,
    ShortReason,
    StoreOffer,
)
from retail.pickup.parts import OPEN, any_part, line_of, move, quantity_in, units, with_line
from retail.pickup.steps import AnswerStore, OfferStore, StepKind, StepRefused
from retail.pickup.transitions import ORDER_TRANSITIONS

_MOVED: Final = "moved:"


def moved_reference(order_id: str) -> str:
    """Return how money is called that goes with goods, from the order or to the order of this id."""
    return f"{_MOVED}{order_id}"


def is_moved(entry: PaymentEntry) -> bool:
    """Say whether an entry is money that went with goods to another order: nobody was given it back."""
    return entry.reference.startswith(_MOVED)


def others_of(order: PickupOrder) -> tuple[str, ...]:
    """Return the orders that goods of an order were moved to, and the one that its own came from."""
    here = (*(one.moved_to for one in order.offers), order.moved_from)
    return tuple(one.order_id for one in here if one is not None)


def open_offers(order: PickupOrder) -> tuple[StoreOffer, ...]:
    """Return the offers that wait for a yes or a no, as long as something is left of their lines."""
    if StepKind.ANSWER_STORE not in ORDER_TRANSITIONS[order.state]:
        return ()
    untouched = {line.line_id for line in order.lines if units(line, LineState.TO_PICK)}
    return tuple(one for one in order.offers if one.state is OfferState.OPEN and one.line_id in untouched)


def has_ended(offer: StoreOffer, now: str) -> bool:
    """Say whether it is too late for a yes."""
    return Moment(offer.answer_until).exact <= Moment(now).exact


def offer_of(order: PickupOrder, offer_id: str) -> StoreOffer | None:
    """Return an offer, whatever became of it."""
    return next((one for one in order.offers if one.offer_id == offer_id), None)


def movable(order: PickupOrder, offer: StoreOffer) -> Decimal:
    """Return how much of an offer a yes moves: what is still open of its line, and was offered."""
    left = sum(
        (units(one, LineState.TO_PICK) for one in order.lines if one.line_id == offer.line_id), Decimal(0)
    )
    return min(offer.quantity, left)


def moved_amount(line: PickupLine, quantity: Decimal) -> int:
    """Return what some of what is open of a line was shown for: its price at the other store.

    The first of what is open goes, as it does when the step is taken; what stays keeps the rest.
    """
    divided: list[LinePart] = []
    goes: list[bool] = []
    left = quantity
    for part in line.divided:
        going = min(left, part.covers) if part.state is LineState.TO_PICK else Decimal(0)
        left -= going
        divided += [replace(part, covers=going), replace(part, covers=part.covers - going)]
        goes += [True, False]
    return sum(compress(shares(replace(line, parts=tuple(divided))), goes))


def offer_store(order: PickupOrder, step: OfferStore) -> PickupOrder:
    """Offer another store for what ran out of a line; a line has one offer at a time."""
    line = line_of(order, step)
    quantity = quantity_in(step, step.quantity, line.product.unit)
    if not step.store_id or step.store_id == order.store_id:
        raise StepRefused("bad_step", step, "no other store")
    if any(one.line_id == step.line_id for one in open_offers(order)):
        raise StepRefused("offer_waiting", step)
    left = units(line, LineState.TO_PICK)
    if quantity > left:
        raise StepRefused("too_many" if left else "nothing_there", step, f"{quantity} of {left}")
    offer = StoreOffer(
        offer_id=step.step_id,
        line_id=step.line_id,
        store_id=step.store_id,
        store_name=step.store_name,
        quantity=quantity,
        answer_until=step.answer_until,
        slot=step.slot,
        struck_if_not=step.struck_if_not,
    )
    return replace(order, offers=(*order.offers, offer))


def answer_store(order: PickupOrder, step: AnswerStore) -> PickupOrder:
    """Strike what was moved, or what the customer does not want from elsewhere; the offer ends."""
    line = line_of(order, step)
    offer = next((one for one in open_offers(order) if one.offer_id == step.offered), None)
    if offer is None or offer.line_id != step.line_id:
        raise StepRefused("answer_too_late", step)
    if not step.agrees:
        ended = _answered(order, step, replace(offer, state=OfferState.DECLINED))
        if not offer.struck_if_not:
            return ended
        struck = _strike(line, step, movable(order, offer), ShortReason.SOLD_OUT)
        return _over_when_nothing_is_left(with_line(ended, struck))
    if step.moved_to is None:
        raise StepRefused("bad_step", step, "moved to no order")
    quantity = quantity_in(step, step.quantity, line.product.unit)
    if quantity > movable(order, offer):
        raise StepRefused("too_many", step, str(quantity))
    amount = moved_amount(line, quantity)
    ended = _answered(order, step, replace(offer, state=OfferState.MOVED, moved_to=step.moved_to))
    moved = with_line(ended, _strike(line, step, quantity, ShortReason.MOVED))
    ceiling = order.payment.ceiling_minor
    if ceiling is not None:
        # What the customer agreed to pay here is less by what is paid there.
        payment = replace(order.payment, ceiling_minor=max(0, ceiling - amount))
        moved = replace(moved, payment=payment)
    return _over_when_nothing_is_left(moved)


def _answered(order: PickupOrder, step: AnswerStore, offer: StoreOffer) -> PickupOrder:
    answered = replace(offer, answered_by=step.step_id)
    offers = tuple(answered if one.offer_id == offer.offer_id else one for one in order.offers)
    return replace(order, offers=offers)


def _strike(line: PickupLine, step: AnswerStore, quantity: Decimal, reason: ShortReason) -> PickupLine:
    struck = Passage(state=LineState.SHORT, step_id=step.step_id, reason=reason)
    return move(line, step, lambda _: True, quantity, lambda _: struck)


def _over_when_nothing_is_left(order: PickupOrder) -> PickupOrder:
    """End an order that nobody has begun to pick and of which nothing is left; a picker ends it otherwise."""
    waiting = order.state in (OrderState.PLACED, OrderState.ACCEPTED)
    return replace(order, state=OrderState.SHORT) if waiting and not any_part(order, *OPEN) else order
