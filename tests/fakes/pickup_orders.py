"""Pickup orders for tests: a few products, orders of them, steps that fill in what a test does not say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from retail.catalogue import LocalisedText, Product
from retail.pickup.order import (
    OrderPayment,
    PaymentEntry,
    PaymentKind,
    PickupLine,
    PickupOrder,
    Slot,
    SubstitutionWish,
    Temperature,
    WishKind,
)
from retail.pickup.reducer import apply
from retail.pickup.steps import (
    FinishPicking,
    HandOver,
    MarkReady,
    PickLine,
    Proof,
    StageBag,
    StartPicking,
    Step,
)
from retail.quantity import SellingUnit

NOW = "2026-11-22T14:00:00+08:00"
LATER = "2026-11-22T14:10:00+08:00"
LOCK_UNTIL = "2026-11-22T14:15:00+08:00"
COLLECT_UNTIL = "2026-11-22T20:00:00+08:00"
TOO_LATE = "2026-11-22T20:00:01+08:00"

_numbers: Iterator[int] = itertools.count(1)


def product(product_id: str, unit: SellingUnit = SellingUnit.PIECE, minimum_age: int = 0) -> Product:
    return Product(
        product_id=product_id,
        sku=product_id,
        name=LocalisedText(product_id),
        category_id="food",
        tax_class_id="A",
        unit=unit,
        minimum_age=minimum_age,
    )


YOGURT = product("yogurt")
OAT_MILK = product("oat-milk")
WINE = product("wine", minimum_age=18)
GIN = product("gin", minimum_age=18)
CHICKEN = product("chicken", SellingUnit.KILOGRAM)
TURKEY = product("turkey", SellingUnit.KILOGRAM)
ICE_CREAM = product("ice-cream")

SAME_PRICE = SubstitutionWish(kind=WishKind.SAME_PRICE)
ASK = SubstitutionWish(kind=WishKind.ASK)


def up_to_percent(percent: str) -> SubstitutionWish:
    return SubstitutionWish(kind=WishKind.UP_TO_PERCENT, percent=Decimal(percent))


def up_to_amount(amount_minor: int) -> SubstitutionWish:
    return SubstitutionWish(kind=WishKind.UP_TO_AMOUNT, amount_minor=amount_minor)


def line(
    of: Product = YOGURT,
    quantity: str = "2",
    unit_price: str = "300",
    amount: int | None = None,
    *,
    line_id: str = "",
    **fields: Any,
) -> PickupLine:
    """Return an ordered line; without an amount it costs quantity times unit price."""
    shown = int(Decimal(quantity) * Decimal(unit_price)) if amount is None else amount
    return PickupLine(
        line_id=line_id or of.product_id,
        product=of,
        quantity=Decimal(quantity),
        unit_price_minor=Decimal(unit_price),
        amount_minor=shown,
        **fields,
    )


def order(*lines: PickupLine, **fields: Any) -> PickupOrder:
    """Return an order as it is placed; it is paid at the desk unless a test says otherwise."""
    usual: dict[str, Any] = {
        "order_id": "P-1",
        "store_id": "S1",
        "currency": "SGD",
        "slot": Slot(starts_at="2026-11-22T15:00:00+08:00", ends_at="2026-11-22T15:30:00+08:00"),
        "ready_by": "2026-11-22T15:00:00+08:00",
        "collect_until": COLLECT_UNTIL,
        "lines": lines or (line(),),
    }
    return PickupOrder(**(usual | fields))


def online(kind: PaymentKind, amount: int, ceiling: int | None = None) -> OrderPayment:
    """Return what was paid or authorised online."""
    entry = PaymentEntry(kind=kind, amount_minor=amount, reference="online")
    return OrderPayment(ceiling_minor=amount if ceiling is None else ceiling, entries=(entry,))


def step(of: PickupOrder, kind: type[Any], **fields: Any) -> Any:
    """Return a step about an order as it is, with what the test does not name filled in."""
    usual: dict[str, Any] = {
        "step_id": f"step-{next(_numbers)}",
        "order_id": of.order_id,
        "by": "tomas",
        "at": NOW,
        "made_in": of.state,
    }
    if kind is StartPicking:
        usual["lock_until"] = LOCK_UNTIL
    if kind is PickLine and of.lock is not None:
        usual["lock_id"] = of.lock.lock_id
    if "quantity" in fields and isinstance(fields["quantity"], str):
        fields["quantity"] = Decimal(fields["quantity"])
    if "covers" in fields and isinstance(fields["covers"], str):
        fields["covers"] = Decimal(fields["covers"])
    if "unit_price_minor" in fields and isinstance(fields["unit_price_minor"], str):
        fields["unit_price_minor"] = Decimal(fields["unit_price_minor"])
    return kind(**(usual | fields))


def do(of: PickupOrder, kind: type[Any], **fields: Any) -> PickupOrder:
    """Return the order with a step taken."""
    return apply(of, step(of, kind, **fields))


def pick(of: PickupOrder, line_id: str, quantity: str, bag_id: str = "T-14", **fields: Any) -> PickupOrder:
    """Return the order with so much of a line in a bag."""
    of_product = next(one.product.product_id for one in of.lines if one.line_id == line_id)
    usual = {"line_id": line_id, "product_id": of_product, "quantity": quantity, "bag_id": bag_id}
    return do(of, PickLine, **(usual | fields))


def picking(*lines: PickupLine, **fields: Any) -> PickupOrder:
    """Return an order that Tomas has begun to pick."""
    return do(order(*lines, **fields), StartPicking)


def picked_up(of: PickupOrder) -> PickupOrder:
    """Return the order with all that was ordered in one bag for each temperature."""
    for one in of.lines:
        of = pick(of, one.line_id, str(one.quantity), f"T-{one.temperature}")
    return do(of, FinishPicking)


def made_ready(of: PickupOrder) -> PickupOrder:
    """Return the order with its bags put away and the customer called."""
    for bag in of.bags:
        of = do(of, StageBag, bag_id=bag.bag_id, location=f"B-{bag.temperature}", temperature=bag.temperature)
    return do(of, MarkReady)


def ready(*lines: PickupLine, **fields: Any) -> PickupOrder:
    """Return an order that waits for its customer."""
    return made_ready(picked_up(picking(*lines, **fields)))


def hand_over(of: PickupOrder, *bags: str, **fields: Any) -> PickupOrder:
    """Return the order with bags handed over (all, when none is named) to someone with the code."""
    return apply(of, handing_over(of, *bags, **fields))


def handing_over(of: PickupOrder, *bags: str, **fields: Any) -> Step:
    """Return the step that hands bags over, at a desk that saw everything paid."""
    ticked = bags or tuple(bag.bag_id for bag in of.bags)
    usual = {"bags": ticked, "proof": Proof.CODE, "covered_minor": 10**9, "age_confirmed": 99}
    handing: Step = step(of, HandOver, **(usual | fields))
    return handing


FROZEN = Temperature.FROZEN
CHILLED = Temperature.CHILLED
