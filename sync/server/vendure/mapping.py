"""What an order of Vendure is here, and what an order of ours is in Vendure: no network and no database.

Lines are matched by item number: lines of one number are one line here, and what becomes of it is divided
over them again in their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.pickup.amounts import money_of
from retail.pickup.order import LineState, OrderState, PickupOrder, SubstitutionWish, WishKind
from retail.pickup.parts import units
from retail.pickup.steps import StepKind
from retail.pickup.transitions import ORDER_TRANSITIONS
from sync.server.orders.customer import LONGEST_NAME
from sync.server.orders.values import ContactDetails, WantedLine
from sync.server.vendure.shapes import ShopOrder

_NOT_OF_A_NUMBER: Final = re.compile(r"[^0-9 ()./+-]")
_LONGEST_NUMBER: Final = 40
_FEWEST_DIGITS: Final = 3


class Stage(StrEnum):
    """How far an order is, in what Vendure can say."""

    OPEN = "open"  # nothing has left
    READY = "ready"  # packed: a fulfilment that is Shipped
    GIVEN = "given"  # with the customer: a fulfilment that is Delivered
    OVER = "over"  # nothing more will be handed over: what was not is cancelled


STAGES: Final[dict[OrderState, Stage]] = {
    OrderState.PLACED: Stage.OPEN,
    OrderState.ACCEPTED: Stage.OPEN,
    OrderState.PICKING: Stage.OPEN,
    OrderState.PAUSED: Stage.OPEN,
    OrderState.PICKED: Stage.OPEN,
    OrderState.READY: Stage.READY,
    OrderState.PARTLY_HANDED_OVER: Stage.READY,
    OrderState.EXPIRED: Stage.READY,  # the store may still hand it over, or take it back to the shelf
    OrderState.HANDED_OVER: Stage.GIVEN,
    OrderState.COMPLETED: Stage.GIVEN,
    OrderState.SHORT: Stage.OVER,
    OrderState.CANCELLED: Stage.OVER,
    OrderState.RETURN_TO_SHELF: Stage.OVER,
    OrderState.RETURNED: Stage.OVER,
}
"""What Vendure is told of each state of an order."""

UNFINISHED: Final = tuple(state for state, steps in ORDER_TRANSITIONS.items() if StepKind.CANCEL in steps)
"""The states in which an order that is cancelled in Vendure is to be cancelled here."""

_KEPT: Final[dict[Stage, tuple[LineState, ...]]] = {
    Stage.OPEN: (
        LineState.TO_PICK,
        LineState.ASKED,
        LineState.AGREED,
        LineState.PICKED,
        LineState.HANDED_OVER,
    ),
    Stage.READY: (LineState.PICKED, LineState.HANDED_OVER),
    Stage.GIVEN: (LineState.HANDED_OVER,),
    Stage.OVER: (LineState.HANDED_OVER,),
}
"""What of an order Vendure keeps in its lines; the rest is cancelled there."""


def is_collected(order: ShopOrder, method: str) -> bool:
    """Say whether an order is collected at this store, by its shipping method."""
    return any(one.shipping_method.code == method for one in order.shipping_lines)


def wanted_lines(
    order: ShopOrder, product_of_sku: Mapping[str, str], substitutes: WishKind
) -> tuple[WantedLine, ...]:
    """Return the lines of an order at what its customer was shown; every item number must be known."""
    quantities: dict[str, int] = {}
    amounts: dict[str, int] = {}
    for line in order.lines:
        if line.quantity:
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
            amounts[line.sku] = amounts.get(line.sku, 0) + line.amount_minor
    return tuple(
        WantedLine(
            product_id=product_of_sku[sku],
            quantity=Decimal(quantity),
            wish=SubstitutionWish(kind=substitutes),
            shown_amount_minor=amounts[sku],
        )
        for sku, quantity in quantities.items()
    )


def contact(order: ShopOrder, language: str) -> ContactDetails:
    """Return the customer as far as Vendure knows one; a telephone number that cannot be one is left out."""
    customer, address = order.customer, order.shipping_address
    email = customer.email_address if customer else ""
    names = (
        f"{customer.first_name} {customer.last_name}" if customer else "",
        (address and address.full_name) or "",
        email.partition("@")[0],
        order.code,
    )
    name = next(text for one in names if (text := _printable(one)))
    numbers = (customer and customer.phone_number, address and address.phone_number)
    phone = next((text for one in numbers if (text := _number(one or ""))), "")
    return ContactDetails(name=name[:LONGEST_NAME], phone=phone, email=email, language=language)


def _printable(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _number(text: str) -> str:
    kept = _NOT_OF_A_NUMBER.sub("", text).strip()
    plus = "+" if kept.startswith("+") else ""
    number = plus + kept.replace("+", "").strip()
    enough = sum(one.isdecimal() for one in number) >= _FEWEST_DIGITS
    return number if enough and len(number) <= _LONGEST_NUMBER else ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How far an order is, and how many pieces by item number are, or will be, the customer's."""

    stage: Stage
    pieces: dict[str, int]


def kept(order: PickupOrder) -> Kept:
    """Return what Vendure is to have of an order. A part of a piece or of a kilogram counts as one."""
    stage = STAGES[order.state]
    pieces: dict[str, int] = {}
    for line in order.lines:
        covered = units(line, *_KEPT[stage]).to_integral_value(ROUND_CEILING)
        pieces[line.product.sku] = pieces.get(line.product.sku, 0) + int(covered)
    if stage is Stage.GIVEN and not any(pieces.values()):
        stage = Stage.OVER
    return Kept(stage=stage, pieces=pieces)


def ordered(order: PickupOrder) -> dict[str, int]:
    """Return how much was ordered, by item number."""
    found: dict[str, int] = {}
    for line in order.lines:
        found[line.product.sku] = found.get(line.product.sku, 0) + int(line.quantity)
    return found


def surplus(order: ShopOrder, pieces: Mapping[str, int]) -> dict[str, int]:
    """Return, by line id, how many pieces an order of Vendure has more than these, the last lines first."""
    left = dict(pieces)
    found: dict[str, int] = {}
    for line in order.lines:
        covered = min(line.quantity, left.get(line.sku, 0))
        left[line.sku] = left.get(line.sku, 0) - covered
        if line.quantity > covered:
            found[line.id] = line.quantity - covered
    return found


def allocated(order: ShopOrder) -> dict[str, int]:
    """Return, by item number, how much of an order Vendure still holds back in its stock."""
    found: dict[str, int] = {}
    left = order.not_fulfilled()
    for line in order.lines:
        if line.id in left:
            found[line.sku] = found.get(line.sku, 0) + left[line.id]
    return found


def taken_note(order: PickupOrder) -> str:
    """Return the note of an order that has arrived."""
    when = f"{order.slot.starts_at[:16].replace('T', ' ')}–{order.slot.ends_at[11:16]}"
    return f"Evertill: {order.number}, {order.store_id}, {when}"


def not_taken_note(code: str, english: str, chinese: str, about: Sequence[str]) -> str:
    """Return the note of an order that cannot be taken; the same reason gives the same note."""
    named = f" [{', '.join(about)}]" if about else ""
    return f"Evertill: {english} {chinese} ({code}){named}"


def substitutes_note(order: PickupOrder) -> str:
    """Return the note of what goes to the customer instead of what was ordered, empty when nothing does."""
    said = [
        f"{part.now.quantity.normalize():f} × {one.product.name.en} {one.product.name.zh} ({one.product.sku})"
        f" → {line.product.sku}"
        for line in order.lines
        for part in line.divided
        if (one := part.now.substitute) is not None and part.state in _KEPT[Stage.READY]
    ]
    return f"Evertill: {order.number}: {', '.join(said)}" if said else ""


def refund_note(order: PickupOrder, digits: int) -> str:
    """Return the note of what is to be given back, empty when nothing is."""
    amount = money_of(order).refund_minor
    if not amount:
        return ""
    text = f"{Decimal(amount).scaleb(-digits):.{digits}f} {order.currency}"
    return f"Evertill: {order.number}: give back {text}. 应退款 {text}。"
