"""The sale at the collection desk: what is paid there for an order, as lines that sum to what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import msgspec

from retail.catalogue import Product
from retail.money import allocate
from retail.pickup.amounts import due_for, part_charges
from retail.pickup.order import LinePart, LineState, Passage, PickupLine, PickupOrder
from retail.pickup.parts import taken_product


class DeskLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of that sale: what really changes hands, at the amount that is left to pay for it, tax in.

    `unit_price_minor` is what a unit cost by itself, before what the order made of it.
    """

    line_id: str
    product: Product
    quantity: Decimal
    unit_price_minor: Decimal
    amount_minor: int


def desk_lines(order: PickupOrder, bags: tuple[str, ...]) -> tuple[DeskLine, ...]:
    """Return what is paid at the desk for these bags; the amounts sum to `due_for(order, bags)` exactly.

    What is due is allocated to the goods in these bags in proportion to what they cost; only what they
    cannot bear is asked for goods that were handed over before and are not paid. What costs nothing here
    has no line.
    """
    due = due_for(order, bags)
    taken = tuple(_charged(order, lambda now: now.state is LineState.PICKED and now.bag_id in bags))
    gone = tuple(_charged(order, lambda now: now.state is LineState.HANDED_OVER))
    for_taken = min(due, sum(charge for _, _, charge in taken))
    return (*_shared(for_taken, taken), *_shared(due - for_taken, gone))


_Charged = tuple[PickupLine, LinePart, int]


def _charged(order: PickupOrder, among: Callable[[Passage], bool]) -> Iterator[_Charged]:
    for line in order.lines:
        for part, charge in zip(line.divided, part_charges(order, line), strict=True):
            if charge and among(part.now):
                yield line, part, charge


def _shared(amount_minor: int, parts: tuple[_Charged, ...]) -> Iterator[DeskLine]:
    shares = allocate(amount_minor, [charge for _, _, charge in parts])
    for (line, part, _), share in zip(parts, shares, strict=True):
        if share:
            substitute = part.now.substitute
            yield DeskLine(
                line_id=line.line_id,
                product=taken_product(line, part),
                quantity=part.now.quantity,
                unit_price_minor=line.unit_price_minor if substitute is None else substitute.unit_price_minor,
                amount_minor=share,
            )
