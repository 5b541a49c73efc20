"""Says what is to be charged next for an order that was authorised online, until it is settled."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from retail.pickup.amounts import authorised_left, money_of
from retail.pickup.order import OrderState, PaymentKind, PickupOrder
from sync.server.payments.provider import ChargeKind

SETTLED_IN: Final = frozenset(
    {
        OrderState.SHORT,
        OrderState.HANDED_OVER,
        OrderState.COMPLETED,
        OrderState.CANCELLED,
        OrderState.EXPIRED,
        OrderState.RETURN_TO_SHELF,
        OrderState.RETURNED,
    }
)
"""Where nothing is to come that costs anything more: what is owed is taken, the rest is let go."""

ENTRY_OF: Final[dict[ChargeKind, PaymentKind]] = {
    ChargeKind.AUTHORISE: PaymentKind.AUTHORISED,
    ChargeKind.CAPTURE: PaymentKind.CAPTURED,
    ChargeKind.VOID: PaymentKind.VOIDED,
    ChargeKind.REFUND: PaymentKind.REFUNDED,
}
"""What each charge is in an order's money."""


def next_charge(
    order: PickupOrder, charge_ids: Collection[str], *, capture_when_ready: bool = False
) -> tuple[ChargeKind, int] | None:
    """Return what is to be charged now and how much of it, None when nothing is.

    `charge_ids` are the charges that the provider made: no more goes back through it than was taken by it.
    """
    money = money_of(order)
    back = min(money.refund_minor, _taken_online(order, charge_ids))
    if back:
        return ChargeKind.REFUND, back
    settled = order.state in SETTLED_IN
    if money.capture_minor and (settled or (capture_when_ready and order.state is OrderState.READY)):
        return ChargeKind.CAPTURE, money.capture_minor
    if money.release_minor and settled:
        return ChargeKind.VOID, money.release_minor
    return None


def left_for_the_desk(order: PickupOrder, charge_ids: Collection[str]) -> int:
    """Return what is to go back that the provider never had: somebody at the desk has to give it."""
    return max(0, money_of(order).refund_minor - _taken_online(order, charge_ids))


def is_done_with(order: PickupOrder, charge_ids: Collection[str]) -> bool:
    """Say whether nothing can be charged or given back any more through the provider."""
    nothing_left = not authorised_left(order)
    return nothing_left and (order.state is OrderState.COMPLETED or not _taken_online(order, charge_ids))


def _taken_online(order: PickupOrder, charge_ids: Collection[str]) -> int:
    sign = {PaymentKind.CAPTURED: 1, PaymentKind.REFUNDED: -1}
    taken = sum(
        sign.get(entry.kind, 0) * entry.amount_minor
        for entry in order.payment.entries
        if entry.reference in charge_ids
    )
    return max(0, taken)
