"""Orders for the tests of what stands around the order book: placed for real, walked by real steps."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from retail.pickup.order import PickupOrder, Temperature
from retail.pickup.parts import bags_with_goods
from retail.pickup.steps import (
    FinishPicking,
    HandOver,
    MarkReady,
    PickLine,
    Proof,
    ShortLine,
    StageBag,
    StartPicking,
)
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.orders.values import (
    PAID_AT_DESK,
    SHOP_CHANNEL,
    ContactDetails,
    Placed,
    PlaceOrder,
    WantedLine,
)
from tests.fakes.online_shop import CROISSANT, HERE

RACHEL = ContactDetails(name="Rachel Tan", phone="+65 9123 4567", email="tan@shop.example")
_numbers = itertools.count(1)


def first_slot(centre: Centre) -> str:
    """Return the beginning of the first slot that can be had."""
    return next(slot.starts_at for slot in centre.orders.slots(HERE) if not slot.refusal)


def place(
    centre: Centre,
    *products: str,
    payment: str = PAID_AT_DESK,
    channel: str = SHOP_CHANNEL,
    member_id: str = "",
) -> Placed:
    """Place an order of two each for the next free slot."""
    return centre.orders.place(
        PlaceOrder(
            store_id=HERE,
            channel=channel,
            outside_reference=f"W-{next(_numbers)}",
            lines=tuple(WantedLine(product_id=one, quantity=Decimal(2)) for one in products or (CROISSANT,)),
            contact=RACHEL,
            slot_starts_at=first_slot(centre),
            payment=payment,
            member_id=member_id,
        )
    )


def take(centre: Centre, order: PickupOrder, kind: type[Any], *, at: str = "", **fields: Any) -> PickupOrder:
    """Take a step as somebody of the store."""
    return centre.orders.take(
        kind(
            step_id=f"walk-{next(_numbers)}",
            order_id=order.order_id,
            by="tomas",
            at=at or now_text(),
            made_in=order.state,
            **fields,
        )
    )


def make_ready(
    centre: Centre, order: PickupOrder, *, short: Sequence[str] = (), bags: Sequence[str] = ("B1",)
) -> PickupOrder:
    """Pick an order, all but the products in `short`, put it away and say that it is ready.

    Lines go into the bags in turn.
    """
    lock_until = text_after(now_text(), timedelta(minutes=10))
    order = take(centre, order, StartPicking, lock_until=lock_until)
    for line, bag_id in zip(order.lines, itertools.cycle(bags)):
        product_id = line.product.product_id
        if product_id in short:
            order = take(centre, order, ShortLine, line_id=line.line_id, short_reason="sold_out")
            continue
        for _ in range(int(line.quantity)):
            order = take(
                centre,
                order,
                PickLine,
                line_id=line.line_id,
                product_id=product_id,
                quantity=Decimal(1),
                bag_id=bag_id,
            )
    order = take(centre, order, FinishPicking)
    for bag_id in bags:
        order = take(centre, order, StageBag, bag_id=bag_id, location="A-1", temperature=Temperature.AMBIENT)
    return take(centre, order, MarkReady)


def hand_over(centre: Centre, order: PickupOrder, *bags: str) -> PickupOrder:
    """Give the customer these bags, every one when none is named."""
    return take(
        centre,
        order,
        HandOver,
        bags=bags or bags_with_goods(order),
        proof=Proof.CODE,
        covered_minor=sum(line.amount_minor for line in order.lines),
    )
