"""An order as an outside shop sees it: its lines and its money, and nothing about the customer."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from retail.catalogue import LocalisedText
from retail.pickup.amounts import line_amounts, money_of, payment_state
from retail.pickup.order import LineState, PickupLine, PickupOrder, Slot
from retail.pickup.parts import shown_state, taken_product
from retail.pickup.substitution import left_of_offer


class SeenPart(msgspec.Struct, frozen=True, kw_only=True):
    """What became of some of a line: `covers` of what was ordered, as `quantity` of `product_id`.

    `state` is `to_pick`, `asked`, `agreed`, `picked`, `short`, `handed_over`, `refused`, `returned`,
    `written_off`, `dropped` or `to_return`; `question` names the step to answer while it is `asked`.
    """

    state: str
    covers: Decimal
    product_id: str
    quantity: Decimal
    question: str = ""


class SeenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line: what was ordered, what the customer was shown for it, and what it costs as it stands."""

    line_id: str
    product_id: str
    name: LocalisedText
    quantity: Decimal
    shown_minor: int
    charge_minor: int
    parts: tuple[SeenPart, ...]


class SeenOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the calling channel. Amounts are whole minor units of `currency`.

    `version` rises with each change: of two messages about an order, the higher one is the newer.
    `due_minor` is still to be paid at the desk, `refund_minor` goes back to the customer.
    """

    order_id: str
    outside_reference: str
    store_id: str
    number: str
    state: str
    version: int
    placed_at: str
    slot: Slot
    collect_until: str
    currency: str
    shown_minor: int
    charge_minor: int
    due_minor: int
    refund_minor: int
    payment: str
    lines: tuple[SeenLine, ...]


def seen_order(order: PickupOrder) -> SeenOrder:
    """Return an order as its channel sees it."""
    money = money_of(order)
    return SeenOrder(
        order_id=order.order_id,
        outside_reference=order.outside_reference,
        store_id=order.store_id,
        number=order.number,
        state=str(order.state),
        version=order.version,
        placed_at=order.placed_at,
        slot=order.slot,
        collect_until=order.collect_until,
        currency=order.currency,
        shown_minor=money.shown_minor,
        charge_minor=money.charge_minor,
        due_minor=money.due_minor,
        refund_minor=money.refund_minor,
        payment=str(payment_state(order)),
        lines=tuple(
            SeenLine(
                line_id=line.line_id,
                product_id=line.product.product_id,
                name=line.product.name,
                quantity=line.quantity,
                shown_minor=amount.shown_minor,
                charge_minor=amount.charge_minor,
                parts=_parts(order, line),
            )
            for line, amount in zip(order.lines, line_amounts(order), strict=True)
        ),
    )


def _parts(order: PickupOrder, line: PickupLine) -> tuple[SeenPart, ...]:
    seen = []
    for part in line.divided:
        offer = left_of_offer(part)
        offered = Decimal(0) if offer is None else offer.quantity
        seen.append(
            SeenPart(
                state=str(shown_state(order, part)),
                covers=part.covers,
                product_id=taken_product(line, part).product_id,
                quantity=part.now.quantity or offered,
                question=part.now.step_id if part.state is LineState.ASKED else "",
            )
        )
    return tuple(seen)
