"""The sale at the collection desk, made when something is due there: all that its bags cost, as one sale.

What came online for these bags stands in it as a tender beside what the desk takes, so goods are in one sale
only, whatever was paid where. Bags for which nothing is due are sold by `retail.pickup.online_sale`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from retail.basket import Basket, BasketLine, BasketMember, PriceSource
from retail.catalogue import Product
from retail.money import allocate
from retail.pickup.amounts import channel_reference, due_for, online_share, part_charges
from retail.pickup.order import LinePart, LineState, Passage, PaymentKind, PickupLine, PickupOrder
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
    """Return what is sold at the desk with these bags, none when nothing is due.

    The amounts sum to `due_for(order, bags) + online_part(order, bags)` exactly. They are allocated to the
    goods in these bags in proportion to what they cost; only what is due and they cannot bear is asked for
    goods that were handed over before and are not paid. What costs nothing here has no line.
    """
    due = due_for(order, bags)
    taken = tuple(charged_parts(order, lambda now: now.state is LineState.PICKED and now.bag_id in bags))
    gone = tuple(charged_parts(order, lambda now: now.state is LineState.HANDED_OVER))
    for_taken = min(due, sum(charge for _, _, charge in taken))
    online = online_part(order, bags)
    return (*shared_lines(for_taken + online, taken), *shared_lines(due - for_taken, gone))


def online_part(order: PickupOrder, bags: tuple[str, ...]) -> int:
    """Return what of the desk's sale of these bags was paid online before; 0 when nothing is due there."""
    due = due_for(order, bags)
    return max(0, online_share(order, bags, due) - online_share(order)) if due else 0


def online_reference(order: PickupOrder) -> str:
    """Return what the money that came online is known by, as far as the order says."""
    named = [one.reference for one in order.payment.entries if one.kind is PaymentKind.AUTHORISED]
    return named[-1] if named else channel_reference(order)


def desk_basket(
    order: PickupOrder,
    lines: Sequence[DeskLine],
    *,
    basket_id: str,
    line_ids: Sequence[str],
    age_confirmed: int = 0,
    member: BasketMember | None = None,
) -> Basket:
    """Return lines of an order as a basket at the order's own prices, which no rule of the day changes."""
    return Basket(
        basket_id=basket_id,
        order_id=order.order_id,
        age_confirmed=age_confirmed,
        member=member,
        lines=tuple(
            BasketLine(
                line_id=line_id,
                product=line.product,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor or Decimal(line.amount_minor),
                price_source=PriceSource.ORDER,
                fixed_amount_minor=line.amount_minor,
            )
            for line_id, line in zip(line_ids, lines, strict=True)
        ),
    )


ChargedPart = tuple[PickupLine, LinePart, int]
"""A part of a line that costs something, and what."""


def charged_parts(order: PickupOrder, among: Callable[[Passage], bool]) -> Iterator[ChargedPart]:
    """Yield the parts that cost something, of those that a condition on where they are chooses."""
    for line in order.lines:
        for part, charge in zip(line.divided, part_charges(order, line), strict=True):
            if charge and among(part.now):
                yield line, part, charge


def shared_lines(amount_minor: int, parts: Sequence[ChargedPart]) -> tuple[DeskLine, ...]:
    """Return an amount divided over parts in proportion to what they cost.

    What of an order's line is the same product at the same price is one line, however often it was scanned.
    """
    shares = allocate(amount_minor, [charge for _, _, charge in parts])
    found: dict[tuple[str, str, Decimal], DeskLine] = {}
    for (line, part, _), share in zip(parts, shares, strict=True):
        if share:
            one = _line(line, part, share)
            key = (one.line_id, one.product.product_id, one.unit_price_minor)
            before = found.get(key)
            found[key] = one if before is None else _joined(before, one)
    return tuple(found.values())


def _line(line: PickupLine, part: LinePart, amount_minor: int) -> DeskLine:
    substitute = part.now.substitute
    return DeskLine(
        line_id=line.line_id,
        product=taken_product(line, part),
        quantity=part.now.quantity,
        unit_price_minor=line.unit_price_minor if substitute is None else substitute.unit_price_minor,
        amount_minor=amount_minor,
    )


def _joined(one: DeskLine, other: DeskLine) -> DeskLine:
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        amount_minor=one.amount_minor + other.amount_minor,
    )
