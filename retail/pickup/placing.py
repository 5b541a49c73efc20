"""What an order must be before anything is done with it: checked once, where it is placed."""

from __future__ import annotations

from typing import Final

from retail.basket import PriceRefused, checked_price
from retail.catalogue import ProductKind
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, checked_amount, currency
from retail.occasion import Moment
from retail.pickup.amounts import authorised_left, taken_so_far
from retail.pickup.order import OrderState, PickupLine, PickupOrder, Terms, WishKind
from retail.quantity import QuantityRefused, checked_quantity

NOT_PICKABLE: Final = frozenset({ProductKind.SERVICE, ProductKind.SHIPPING})
"""What lies on no shelf."""


class OrderRefused(ValueError):
    """An order that cannot be placed; `code` names the reason, `line_id` the line if it is one.

    Codes: `no_id`, `not_new`, `no_lines`, `line_twice`, `bad_quantity`, `bad_price`, `bad_amount`,
    `not_pickable`, `bad_wish`, `bad_terms`, `bad_time`, `bad_slot`, `bad_payment`, `ceiling_too_low`.
    """

    def __init__(self, code: str, line_id: str = "", why: str = "") -> None:
        where = f" in line {line_id!r}" if line_id else ""
        super().__init__(f"order refused{where}: {code}" + (f" ({why})" if why else ""))
        self.code = code
        self.line_id = line_id


def checked_order(order: PickupOrder) -> PickupOrder:
    """Return a new order that can be worked with; raises `OrderRefused` or `UnknownCurrency`."""
    if not order.order_id:
        raise OrderRefused("no_id")
    if order.state is not OrderState.PLACED or order.history or order.conflicts or order.version:
        raise OrderRefused("not_new")
    currency(order.currency)
    if not order.lines:
        raise OrderRefused("no_lines")
    seen: set[str] = set()
    for line in order.lines:
        if line.line_id in seen:
            raise OrderRefused("line_twice", line.line_id)
        seen.add(line.line_id)
        _check_line(line)
    _check_terms(order.terms)
    _check_times(order)
    _check_payment(order)
    return order


def _check_line(line: PickupLine) -> None:
    if line.parts:
        raise OrderRefused("not_new", line.line_id)
    if line.product.kind in NOT_PICKABLE:
        raise OrderRefused("not_pickable", line.line_id)
    try:
        checked_quantity(line.quantity, line.product.unit)
    except QuantityRefused as refused:
        raise OrderRefused("bad_quantity", line.line_id, refused.code) from refused
    try:
        checked_price(line.unit_price_minor)
    except PriceRefused as refused:
        raise OrderRefused("bad_price", line.line_id, refused.code) from refused
    if not 0 <= line.amount_minor <= LARGEST_AMOUNT_MINOR:
        raise OrderRefused("bad_amount", line.line_id)
    wish = line.wish
    if not wish.percent.is_finite() or not 0 <= wish.percent <= 100 or wish.amount_minor < 0:
        raise OrderRefused("bad_wish", line.line_id)
    if (wish.percent > 0) is not (wish.kind is WishKind.UP_TO_PERCENT):
        raise OrderRefused("bad_wish", line.line_id, "percent")
    if (wish.amount_minor > 0) is not (wish.kind is WishKind.UP_TO_AMOUNT):
        raise OrderRefused("bad_wish", line.line_id, "amount")


def _check_terms(terms: Terms) -> None:
    for percent in (terms.weight_tolerance_percent, terms.gift_percent):
        if not percent.is_finite() or not 0 <= percent <= 100:
            raise OrderRefused("bad_terms", why=str(percent))
    if not 0 <= terms.no_show_fee_minor <= LARGEST_AMOUNT_MINOR:
        raise OrderRefused("bad_terms", why="fee")


def _check_times(order: PickupOrder) -> None:
    """Refuse times that cannot be read, or that contradict each other; an empty one is not set."""
    slot = order.slot
    texts = (order.placed_at, slot.starts_at, slot.ends_at, order.ready_by, order.collect_until)
    try:
        read = {text: Moment(text).exact for text in texts if text}
    except ValueError as unreadable:
        raise OrderRefused("bad_time", why=str(unreadable)) from unreadable
    in_turn = [read[text] for text in (slot.starts_at, slot.ends_at, order.collect_until) if text]
    if bool(slot.starts_at) is not bool(slot.ends_at) or in_turn != sorted(in_turn):
        raise OrderRefused("bad_slot")
    if slot.starts_at and read[slot.starts_at] == read[slot.ends_at]:
        raise OrderRefused("bad_slot")


def _check_payment(order: PickupOrder) -> None:
    shown = sum(line.amount_minor for line in order.lines)
    if shown > LARGEST_AMOUNT_MINOR:
        raise OrderRefused("bad_amount", why="all lines together")
    try:
        for entry in order.payment.entries:
            checked_amount(entry.amount_minor)
    except AmountRefused as refused:
        raise OrderRefused("bad_payment", why=refused.code) from refused
    if authorised_left(order) < 0 or taken_so_far(order) < 0:
        raise OrderRefused("bad_payment", why="more given up than there was")
    ceiling = order.payment.ceiling_minor
    if ceiling is not None and not shown <= ceiling <= LARGEST_AMOUNT_MINOR:
        raise OrderRefused("ceiling_too_low" if ceiling < shown else "bad_payment")
