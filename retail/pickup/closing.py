"""How an order ends: settled, cancelled, expired, and its goods back on the shelf; with its deadlines.

Refuses with `already_reminded`, `not_yet`, `nothing_there`, `payment_already_recorded`, `bad_amount`,
`more_than_authorised`, `more_than_paid`, `money_open`, `goods_to_return`, and `bad_step` for a time that
is past.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, checked_amount
from retail.occasion import Moment
from retail.pickup.amounts import authorised_left, money_of, taken_so_far
from retail.pickup.order import LineState, OrderState, PaymentEntry, PaymentKind, PickupOrder
from retail.pickup.parts import any_part, line_of, move, onward_to, quantity_in, with_line
from retail.pickup.steps import (
    Cancel,
    Complete,
    Expire,
    Extend,
    RecordPayment,
    Remind,
    ReturnUnits,
    StartReturn,
    StepRefused,
)


def record_payment(order: PickupOrder, step: RecordPayment) -> PickupOrder:
    """Write down that money moved; the same sale, charge or refund counts once whoever tells of it."""
    payment, reference = order.payment, step.reference
    try:
        amount = checked_amount(step.amount_minor)
    except AmountRefused as refused:
        raise StepRefused("bad_amount", step, refused.code) from refused
    if not reference:
        raise StepRefused("bad_step", step, "no reference")
    if not 0 <= step.online_minor <= (LARGEST_AMOUNT_MINOR if step.payment is PaymentKind.PAID else 0):
        raise StepRefused("bad_amount", step, "online")
    if any(entry.kind is step.payment and entry.reference == reference for entry in payment.entries):
        raise StepRefused("payment_already_recorded", step, reference)
    if step.payment in (PaymentKind.CAPTURED, PaymentKind.VOIDED):
        if amount > authorised_left(order):
            raise StepRefused("more_than_authorised", step, str(amount))
    elif step.payment is PaymentKind.REFUNDED:
        if amount > taken_so_far(order):
            raise StepRefused("more_than_paid", step, str(amount))
    elif amount > LARGEST_AMOUNT_MINOR - taken_so_far(order) - authorised_left(order):
        raise StepRefused("bad_amount", step, "too_large")
    entry = PaymentEntry(
        kind=step.payment, amount_minor=amount, reference=reference, online_minor=step.online_minor
    )
    return replace(order, payment=replace(payment, entries=(*payment.entries, entry)))


def complete(order: PickupOrder, step: Complete) -> PickupOrder:
    """Put the order away: nothing to pay, to take, to give back or to return to the shelf."""
    if any_part(order, LineState.REFUSED):
        raise StepRefused("goods_to_return", step)
    money = money_of(order)
    if money.due_minor or money.capture_minor or money.refund_minor:
        raise StepRefused("money_open", step)
    return replace(order, state=OrderState.COMPLETED)


def cancel(order: PickupOrder, _: Cancel) -> PickupOrder:
    """Call off what has not been handed over; what is in bags already goes back to the shelf."""
    return replace(order, state=OrderState.CANCELLED, here_since="", here_note="")


def is_overdue(order: PickupOrder, now: str) -> bool:
    """Say whether nobody came in time."""
    return (
        order.state in (OrderState.READY, OrderState.PARTLY_HANDED_OVER)
        and bool(order.collect_until)
        and Moment(order.collect_until).exact <= Moment(now).exact
    )


def expire(order: PickupOrder, step: Expire) -> PickupOrder:
    """Give up waiting, not before the time."""
    if not is_overdue(order, step.at):
        raise StepRefused("not_yet", step, order.collect_until)
    return replace(order, state=OrderState.EXPIRED, here_since="", here_note="")


def extend(order: PickupOrder, step: Extend) -> PickupOrder:
    """Keep the order until another time, sooner or later than before but still to come."""
    if Moment(step.collect_until).exact <= Moment(step.at).exact:
        raise StepRefused("bad_step", step, "a time in the past")
    return replace(order, collect_until=step.collect_until)


def reminder_times(order: PickupOrder, minutes_before: Iterable[int]) -> tuple[tuple[int, str], ...]:
    """Return when the customer is to be reminded, soonest first, as `(minutes before, RFC 3339 time)`."""
    if not order.collect_until:
        return ()
    until = dt.datetime.fromisoformat(order.collect_until)
    return tuple(
        (minutes, (until - dt.timedelta(minutes=minutes)).isoformat())
        for minutes in sorted(set(minutes_before), reverse=True)
    )


def reminder_due(order: PickupOrder, minutes_before: Iterable[int], now: str) -> int | None:
    """Return which reminder is to be sent now, None when there is none.

    After a silence of the centre only the latest is sent, and never one after the order has expired.
    """
    if order.state not in (OrderState.READY, OrderState.PARTLY_HANDED_OVER) or is_overdue(order, now):
        return None
    moment = Moment(now).exact
    due = [minutes for minutes, at in reminder_times(order, minutes_before) if Moment(at).exact <= moment]
    latest = min(due, default=None)
    return None if latest is None or any(sent <= latest for sent in order.reminded) else latest


def remind(order: PickupOrder, step: Remind) -> PickupOrder:
    """Write down that the customer was reminded."""
    if step.minutes_before < 1:
        raise StepRefused("bad_step", step, "not before the deadline")
    if step.minutes_before in order.reminded:
        raise StepRefused("already_reminded", step)
    return replace(order, reminded=(*order.reminded, step.minutes_before))


def start_return(order: PickupOrder, step: StartReturn) -> PickupOrder:
    """Begin to put back what is in the bags."""
    if not any_part(order, LineState.PICKED, LineState.REFUSED):
        raise StepRefused("nothing_there", step)
    return replace(order, state=OrderState.RETURN_TO_SHELF)


def return_units(order: PickupOrder, step: ReturnUnits) -> PickupOrder:
    """Put goods back, or write them off; before the order is over, only what the customer refused."""
    line = line_of(order, step)
    going_back = order.state is OrderState.RETURN_TO_SHELF
    covers = None if step.quantity is None else quantity_in(step, step.quantity, line.product.unit)
    state = LineState.RETURNED if step.fit_for_sale else LineState.WRITTEN_OFF
    returned = move(
        line,
        step,
        lambda part: going_back or part.state is LineState.REFUSED,
        covers,
        onward_to(state, step),
    )
    order = with_line(order, returned)
    if going_back and not any_part(order, LineState.PICKED, LineState.REFUSED):
        return replace(order, state=OrderState.RETURNED)
    return order
