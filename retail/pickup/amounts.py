"""What an order costs as it stands: nobody pays more than was shown for what was ordered.

A line's amount is divided over its parts in proportion to what they cover (`retail.money.allocate`), so a
part that is short or given back takes its share of every promotion with it, and the rest keeps its own.
- Pieces cost their share.
- A weight costs its own price, with the line's discount in proportion; what is heavier than ordered costs
  its share, unless the store's terms say that the weight decides.
- A substitute costs its own price or its share, whichever is lower. Only a customer who allowed something
  dearer, or said yes to an offer, pays its own price up to that limit.
- No order costs more than its ceiling, which is what the customer agreed to online.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.money import Rounding, allocate, round_ratio, round_to_minor
from retail.pickup.order import (
    LinePart,
    LineState,
    PaymentKind,
    PickupLine,
    PickupOrder,
    Substitute,
    Terms,
    WishKind,
)
from retail.pickup.parts import is_over, shown_state
from retail.pickup.steps import StepKind
from retail.quantity import WEIGHT_PLACES, SellingUnit

_CHARGED = (LineState.TO_PICK, LineState.ASKED, LineState.AGREED, LineState.PICKED, LineState.HANDED_OVER)


class PaymentState(StrEnum):
    """What the desk has to know about an order's money."""

    PAID = "paid"
    AUTHORISED = "authorised"
    DUE = "due"


class OrderMoney(msgspec.Struct, frozen=True, kw_only=True):
    """An order's money in minor units: `charge = paid + capture + due − refund` holds exactly.

    `shown_minor` is what the order was to cost, `charge_minor` what it costs with what is short, weighed,
    swapped or given back, and with the `fee_minor` that is kept because nobody came. `waived_minor` is
    what the store gives because the goods would cost more than the ceiling. `paid_minor` was taken already,
    `capture_minor` is to be taken from the authorisation and `release_minor` to be let go of,
    `due_minor` is paid at the desk, `refund_minor` goes back.
    """

    shown_minor: int
    charge_minor: int
    waived_minor: int
    fee_minor: int
    paid_minor: int
    capture_minor: int
    release_minor: int
    due_minor: int
    refund_minor: int


class LineAmount(msgspec.Struct, frozen=True, kw_only=True):
    """What one line was shown for and costs now, minor units; a positive `refund_minor` is the difference.

    The charges of all lines sum to the order's charge without its fee.
    """

    line_id: str
    shown_minor: int
    charge_minor: int

    @property
    def refund_minor(self) -> int:
        return self.shown_minor - self.charge_minor


def shares(line: PickupLine) -> tuple[int, ...]:
    """Return what each part of a line has of the amount that was shown; they sum to it exactly."""
    return allocate(line.amount_minor, [int(part.covers.scaleb(WEIGHT_PLACES)) for part in line.divided])


def part_charges(order: PickupOrder, line: PickupLine) -> tuple[int, ...]:
    """Return what each part of a line costs as it stands; what is still open costs what was shown."""
    return tuple(
        _charge(line, order.terms, part, share) if shown_state(order, part) in _CHARGED else 0
        for part, share in zip(line.divided, shares(line), strict=True)
    )


def _charge(line: PickupLine, terms: Terms, part: LinePart, share: int) -> int:
    substitute = part.now.substitute
    if part.state is LineState.ASKED or (substitute is None and line.product.unit is SellingUnit.PIECE):
        return share
    if substitute is None:
        return _weight_charge(line, terms, part, share)
    offer = next((one.substitute for one in part.trail if one.state is LineState.AGREED), None)
    if offer is not None:
        most = round_ratio(
            own_price(offer, offer.quantity, terms) * int(part.covers.scaleb(WEIGHT_PLACES)),
            int(offer.covers.scaleb(WEIGHT_PLACES)),
            Rounding.DOWN,
        )
        return (
            most
            if part.state is LineState.AGREED
            else min(most, own_price(substitute, part.now.quantity, terms))
        )
    return min(most_charged(line, part.covers, share), own_price(substitute, part.now.quantity, terms))


def _weight_charge(line: PickupLine, terms: Terms, part: LinePart, share: int) -> int:
    """Return the price of a weight, in the proportion in which the whole line was discounted."""
    weight = part.now.quantity
    if part.state is LineState.TO_PICK or (weight >= part.covers and not terms.heavier_is_charged):
        return share
    gross = round_to_minor(line.quantity * line.unit_price_minor, terms.rounding)
    if not gross:
        return share
    numerator, denominator = (weight * line.unit_price_minor * line.amount_minor).as_integer_ratio()
    by_weight = round_ratio(numerator, denominator * gross, terms.rounding)
    return max(share, by_weight) if weight >= part.covers else min(share, by_weight)


def own_price(substitute: Substitute, quantity: Decimal, terms: Terms) -> int:
    """Return what a substitute would cost if it had been ordered itself."""
    return round_to_minor(quantity * substitute.unit_price_minor, terms.rounding)


def most_charged(line: PickupLine, covers: Decimal, share: int) -> int:
    """Return the most that the customer's wish lets a substitute cost, when nobody has asked."""
    wish = line.wish
    if wish.kind is WishKind.UP_TO_PERCENT:
        return share + round_to_minor(share * wish.percent / 100, Rounding.DOWN)
    if wish.kind is WishKind.UP_TO_AMOUNT:
        return share + round_to_minor(wish.amount_minor * covers, Rounding.DOWN)
    return share


def dearest(line: PickupLine, covers: Decimal, share: int, terms: Terms) -> int:
    """Return the highest price of its own that a substitute may have without asking.

    At the ordered price the store gives the difference, up to the `gift_percent` of its terms.
    """
    if line.wish.kind is WishKind.SAME_PRICE:
        return share + round_to_minor(share * terms.gift_percent / 100, Rounding.DOWN)
    return most_charged(line, covers, share)


def taken_so_far(order: PickupOrder) -> int:
    """Return the money that the store has for the order, refunds taken off."""
    sign = {PaymentKind.CAPTURED: 1, PaymentKind.PAID: 1, PaymentKind.REFUNDED: -1}
    return sum(sign.get(entry.kind, 0) * entry.amount_minor for entry in order.payment.entries)


def paid_at_desk(order: PickupOrder) -> int:
    """Return what sales at the desk took for the order."""
    return sum(
        entry.amount_minor
        for entry in order.payment.entries
        if entry.kind is PaymentKind.PAID and entry.reference != channel_reference(order)
    )


def paid_online(order: PickupOrder) -> int:
    """Return the money for the order that is not the desk's: taken or promised online, refunds taken off."""
    sign = {PaymentKind.AUTHORISED: 1, PaymentKind.VOIDED: -1, PaymentKind.REFUNDED: -1}
    money = sum(sign.get(entry.kind, 0) * entry.amount_minor for entry in order.payment.entries)
    return money + sum(
        entry.amount_minor
        for entry in order.payment.entries
        if entry.kind is PaymentKind.PAID and entry.reference == channel_reference(order)
    )


def online_share(order: PickupOrder, bags: tuple[str, ...] = (), desk_minor: int = 0) -> int:
    """Return how much of what the customer has, together with these bags, is paid by money that came online.

    `desk_minor` is what the desk takes for the bags now.
    """
    charge = charge_for(order, bags) - paid_at_desk(order) - desk_minor
    return max(0, min(charge, paid_online(order)))


def sold_at_desk_online(order: PickupOrder) -> int:
    """Return how much of the money that came online is in sales of the desk."""
    return sum(entry.online_minor for entry in order.payment.entries)


def channel_reference(order: PickupOrder) -> str:
    """Return how an order's payment is called that its channel has taken."""
    return f"{order.channel}:{order.outside_reference}"


def authorised_left(order: PickupOrder) -> int:
    """Return what may still be captured."""
    sign = {PaymentKind.AUTHORISED: 1, PaymentKind.VOIDED: -1, PaymentKind.CAPTURED: -1}
    return sum(sign.get(entry.kind, 0) * entry.amount_minor for entry in order.payment.entries)


def _ceiling(order: PickupOrder, goods_minor: int) -> int:
    ceiling = order.payment.ceiling_minor
    if ceiling is None or order.terms.charge_above_ceiling:
        return goods_minor
    return min(goods_minor, ceiling)


def money_of(order: PickupOrder) -> OrderMoney:
    """Return an order's money as it stands."""
    goods = sum(sum(part_charges(order, line)) for line in order.lines)
    charge = _ceiling(order, goods)
    paid, authorised = taken_so_far(order), authorised_left(order)
    fee = _no_show_fee(order, paid + authorised - charge)
    open_minor = max(0, charge + fee - paid)
    capture = min(open_minor, authorised)
    return OrderMoney(
        shown_minor=sum(line.amount_minor for line in order.lines),
        charge_minor=charge + fee,
        waived_minor=goods - charge,
        fee_minor=fee,
        paid_minor=paid,
        capture_minor=capture,
        release_minor=authorised - capture,
        due_minor=open_minor - capture,
        refund_minor=max(0, paid - charge - fee),
    )


def _no_show_fee(order: PickupOrder, within_minor: int) -> int:
    """Return what is kept of an expired order: never more than the goods were worth, or than there is."""
    expired = any(done.kind == StepKind.EXPIRE and not done.undone_by for done in order.history)
    if not expired or not is_over(order):
        return 0
    left_lying = sum(
        share
        for line in order.lines
        for part, share in zip(line.divided, shares(line), strict=True)
        if part.state in (LineState.PICKED, LineState.RETURNED, LineState.WRITTEN_OFF)
        and all(one.state is not LineState.REFUSED for one in part.trail)
    )
    return max(0, min(order.terms.no_show_fee_minor, left_lying, within_minor))


def line_amounts(order: PickupOrder) -> tuple[LineAmount, ...]:
    """Return what each line costs; what the store gives is allocated to the lines that cost something."""
    charges = [sum(part_charges(order, line)) for line in order.lines]
    goods = sum(charges)
    given = allocate(goods - _ceiling(order, goods), charges)
    return tuple(
        LineAmount(line_id=line.line_id, shown_minor=line.amount_minor, charge_minor=charge - gift)
        for line, charge, gift in zip(order.lines, charges, given, strict=True)
    )


def charge_for(order: PickupOrder, bags: tuple[str, ...] = ()) -> int:
    """Return what the goods cost that the customer has, together with those in these bags."""
    goods = sum(
        charge
        for line in order.lines
        for part, charge in zip(line.divided, part_charges(order, line), strict=True)
        if part.state is LineState.HANDED_OVER or (part.state is LineState.PICKED and part.now.bag_id in bags)
    )
    return _ceiling(order, goods)


def due_for(order: PickupOrder, bags: tuple[str, ...]) -> int:
    """Return what has to be paid before these bags change hands."""
    return max(0, charge_for(order, bags) - taken_so_far(order) - authorised_left(order))


def costs_nothing(order: PickupOrder) -> bool:
    """Say whether an order costs nothing and the store has nothing for it: cancelled unpaid, or all short."""
    money = money_of(order)
    return not money.charge_minor and not money.paid_minor


def payment_state(order: PickupOrder) -> PaymentState:
    """Return whether an order is paid, authorised, or has something due at the desk."""
    money = money_of(order)
    if money.due_minor:
        return PaymentState.DUE
    return PaymentState.AUTHORISED if money.capture_minor else PaymentState.PAID
