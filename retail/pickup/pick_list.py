"""What a picker sees: what a scan means for this order, the walk through the store, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.pickup.order import LinePart, LineState, PickupLine, PickupOrder, Temperature
from retail.pickup.parts import OPEN, shown_state, units
from retail.quantity import SellingUnit


class ScanVerdict(StrEnum):
    """What a scanned product is for the order that is being picked."""

    RIGHT = "right"
    WEIGH = "weigh"  # right, and its weight is needed
    SUBSTITUTE = "substitute"  # what the customer agreed to have instead
    WRONG_PRODUCT = "wrong_product"
    WRONG_ORDER = "wrong_order"  # another order of this walk wants it
    ALREADY_COMPLETE = "already_complete"
    LINE_IS_SHORT = "line_is_short"


class PickScan(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict, the line it is about and its order (which is another one for `wrong_order`)."""

    verdict: ScanVerdict
    order_id: str = ""
    line_id: str = ""


def judge_scan(orders: Sequence[PickupOrder], order_id: str, product_id: str) -> PickScan:
    """Say what a scanned product is for one of the orders that are picked together; counts nothing.

    What is open in this order comes first; what it does not need goes to the first of the others that does.
    """
    here = next(order for order in orders if order.order_id == order_id)
    found = _wanted_in(here, product_id)
    if found is not None:
        return found
    for other in orders:
        elsewhere = None if other is here else _wanted_in(other, product_id)
        if elsewhere is not None:
            return PickScan(
                verdict=ScanVerdict.WRONG_ORDER, order_id=other.order_id, line_id=elsewhere.line_id
            )
    for line in here.lines:
        if line.product.product_id == product_id:
            is_short = units(line, LineState.SHORT) > 0
            verdict = ScanVerdict.LINE_IS_SHORT if is_short else ScanVerdict.ALREADY_COMPLETE
            return PickScan(verdict=verdict, order_id=order_id, line_id=line.line_id)
    return PickScan(verdict=ScanVerdict.WRONG_PRODUCT)


def _wanted_in(order: PickupOrder, product_id: str) -> PickScan | None:
    for line in order.lines:
        if line.product.product_id == product_id and units(line, *OPEN):
            is_piece = line.product.unit is SellingUnit.PIECE
            verdict = ScanVerdict.RIGHT if is_piece else ScanVerdict.WEIGH
            return PickScan(verdict=verdict, order_id=order.order_id, line_id=line.line_id)
    for line in order.lines:
        if any(_agreed_to(part, product_id) for part in line.divided):
            return PickScan(verdict=ScanVerdict.SUBSTITUTE, order_id=order.order_id, line_id=line.line_id)
    return None


def _agreed_to(part: LinePart, product_id: str) -> bool:
    substitute = part.now.substitute
    return (
        part.state is LineState.AGREED
        and substitute is not None
        and substitute.product.product_id == product_id
    )


class PickTask(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to take from one place for one order."""

    order_id: str
    line_id: str
    product_id: str
    location: str
    temperature: Temperature
    quantity: Decimal


_WALK: Final = tuple(Temperature)
_DIGITS: Final = re.compile(r"(\d+)")


def walk(orders: Sequence[PickupOrder], locations: Mapping[str, str]) -> tuple[PickTask, ...]:
    """Return what is open in one or several orders, in the order of a walk through the store.

    Ambient first and frozen last, so that nothing cold waits in a tote; then by the code of the place
    (`A2-10` after `A2-9`), what has no place at the end; the same product for several orders stands
    together, the order that must be ready soonest first.
    """
    tasks = [
        (order.ready_by, _task(order, line, locations))
        for order in orders
        for line in order.lines
        if any(shown_state(order, part) in OPEN for part in line.divided)
    ]
    tasks.sort(key=lambda pair: (_place_in_walk(pair[1]), pair[0], pair[1].order_id, pair[1].line_id))
    return tuple(task for _, task in tasks)


def _task(order: PickupOrder, line: PickupLine, locations: Mapping[str, str]) -> PickTask:
    return PickTask(
        order_id=order.order_id,
        line_id=line.line_id,
        product_id=line.product.product_id,
        location=locations.get(line.product.product_id, ""),
        temperature=line.temperature,
        quantity=units(line, *OPEN),
    )


def _place_in_walk(task: PickTask) -> tuple[int, bool, list[tuple[int, str]], str]:
    code = [
        (int(piece), "") if piece.isdecimal() else (-1, piece)
        for piece in _DIGITS.split(task.location)
        if piece
    ]
    return _WALK.index(task.temperature), not task.location, code, task.product_id


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far picking is: `items = picked + short + to_go`; what was swapped is picked too.

    A piece is an item, and so is a weighed line, whatever it weighs.
    """

    items: int
    picked: int
    swapped: int
    short: int
    to_go: int


def progress(order: PickupOrder) -> Progress:
    """Count the items of an order by what has become of them."""
    picked = swapped = short = to_go = 0
    for line in order.lines:
        for part, count in _counted(order, line):
            state = shown_state(order, part)
            if state in OPEN:
                to_go += count
            elif state in (LineState.SHORT, LineState.DROPPED):
                short += count
            else:
                picked += count
                swapped += count if part.now.substitute is not None else 0
    return Progress(items=picked + short + to_go, picked=picked, swapped=swapped, short=short, to_go=to_go)


def _counted(order: PickupOrder, line: PickupLine) -> list[tuple[LinePart, int]]:
    """Return the parts with their items; a weighed line is one, told by what is open or else was taken."""
    if line.product.unit is SellingUnit.PIECE:
        return [(part, int(part.covers)) for part in line.divided]
    is_open = [part for part in line.divided if shown_state(order, part) in OPEN]
    taken = [part for part in line.divided if part.now.quantity]
    return [((is_open or taken or [*line.divided])[0], 1)]
