"""Places an order: priced, promised under lock, given a slot, a number and a code, and published.

Locks are taken as everybody takes them: slot, balances by product, the number, the stream.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.availability.counter import SalePolicy
from retail.availability.reservation import (
    Reservation,
    ReservationRefused,
    ReservationState,
    Wanted,
    WhenTooFew,
    reserve,
)
from retail.availability.slot import OfferedSlot, SlotRefused
from retail.availability.slot import book as book_slot
from retail.basket import BasketMember
from retail.pickup.order import (
    OrderPayment,
    OtherOrder,
    PaymentEntry,
    PaymentKind,
    PickupLine,
    PickupOrder,
    Slot,
)
from retail.pickup.placing import OrderRefused, checked_order
from sync.pickup_code import digest_of, new_digits
from sync.server.alerts import raise_alert
from sync.server.channels.outgoing import order_changed
from sync.server.database import order_rows, reservation_rows, slot_rows
from sync.server.database.order_rows import HELD, BookedOrder
from sync.server.database.outbox_rows import ToTell, add_messages, queue_charge, queue_messages
from sync.server.database.round_trip import RoundTrip
from sync.server.orders.consequences import size_of
from sync.server.orders.customer import contact_of, request_hash
from sync.server.orders.levels import GoodsChange, publish_goods
from sync.server.orders.order_lines import (
    WantedGood,
    as_shown,
    at_the_store,
    buyer,
    order_lines,
    priced,
    wanted_goods,
)
from sync.server.orders.promising import Known, Promising, day_of
from sync.server.orders.shelf import Shelf
from sync.server.orders.values import (
    PAID_AT_DESK,
    PAID_ONLINE,
    PAID_TO_CHANNEL,
    SHOP_CHANNEL,
    CollectStore,
    OrderProblem,
    PlaceOrder,
)
from sync.server.streams import Publication, Publishing, key_of

LONGEST_MOMENT = 40
"""Of the text of a moment, with fractions and offset."""


class _Promised(msgspec.Struct, frozen=True, kw_only=True):
    lines: tuple[PickupLine, ...]
    reservations: tuple[Reservation, ...]
    known: Known


class TakenOver(msgspec.Struct, frozen=True, kw_only=True):
    """What an order begins with that takes goods over of another one: whose they were, and their money."""

    moved_from: OtherOrder
    payment: OrderPayment


def place(
    connection: Connection,
    shelf: Shelf,
    promising: Promising,
    request: PlaceOrder,
    now: str,
    taken_over: TakenOver | None = None,
) -> BookedOrder:
    """Place a new order at a moment (UTC); raises `OrderProblem`, and nothing of it is kept then."""
    store = shelf.store
    if request.payment == PAID_AT_DESK and not store.desk.pay_at_desk:
        raise OrderProblem("bad_payment", request.payment)
    at_store = at_the_store(now, store.desk.offset)
    goods = wanted_goods(connection, shelf, request)
    member = buyer(connection, request)
    own = _lines(shelf, goods, {one.line_id: one.quantity for one in goods}, member, request, at_store)
    lines = as_shown(own, goods)
    total = sum(line.amount_minor for line in lines)
    if request.expected_total_minor not in (None, total):
        raise OrderProblem("price_changed", total_minor=total)
    order = _empty_order(store, request, at_store)
    slot, count, known = _under_lock(connection, promising, store, goods, request, at_store)
    promised = _promised(known, shelf, goods, lines, order.order_id, member, request, at_store)
    order = _checked(_timed(replace(order, lines=promised.lines), store, slot))
    unnumbered = _with_payment(order, store, request, count, now)
    if taken_over is None:
        _say_difference(connection, request, total, sum(line.amount_minor for line in own))
    else:
        unnumbered = _taking_over(unnumbered, taken_over)
    return _keep(connection, unnumbered, promised)


def _taking_over(booked: BookedOrder, taken_over: TakenOver) -> BookedOrder:
    """Return an order that stands at once: what it costs was agreed on, and promised, with another one."""
    order = replace(booked.order, moved_from=taken_over.moved_from, payment=taken_over.payment)
    return replace(booked, order=order, phase="", hold_until="")


def _say_difference(connection: Connection, request: PlaceOrder, shown_minor: int, own_minor: int) -> None:
    """Have a person look at prices by which another shop and this one differ; the customer pays the shown."""
    if shown_minor != own_minor:
        subject = f"{request.channel} {request.outside_reference}"
        detail = f"{subject}: shown {shown_minor}, in the store {own_minor} (minor units)"
        raise_alert(connection, "shown_price_differs", subject, detail)


def _lines(
    shelf: Shelf,
    goods: Sequence[WantedGood],
    quantities: dict[str, Decimal],
    member: BasketMember | None,
    request: PlaceOrder,
    now: str,
) -> tuple[PickupLine, ...]:
    basket = priced(shelf, goods, quantities, member=member, coupons=request.coupons, now=now)
    return order_lines(basket, goods, included=shelf.settings.tax_included)


def _empty_order(store: CollectStore, request: PlaceOrder, now: str) -> PickupOrder:
    order_id = uuid.uuid4().hex
    return PickupOrder(
        order_id=order_id,
        store_id=store.store_id,
        channel=request.channel,
        outside_reference=request.outside_reference,
        placed_at=now,
        currency=store.settings.currency,
        contact=contact_of(request, order_id),
        note=request.note,
        terms=store.desk.terms,
    )


def _under_lock(
    connection: Connection,
    promising: Promising,
    store: CollectStore,
    goods: Sequence[WantedGood],
    request: PlaceOrder,
    now: str,
) -> tuple[OfferedSlot, int, Known]:
    """Book the wanted slot and lock the balances; return slot, how much of it is taken, and what there is."""
    desk, wanted = store.desk, request.slot_starts_at
    try:
        day = day_of(desk, wanted[:LONGEST_MOMENT])
    except ValueError as unreadable:
        raise OrderProblem("slot_gone", wanted[:LONGEST_MOMENT]) from unreadable
    if len(wanted) > LONGEST_MOMENT:
        raise OrderProblem("slot_gone", wanted[:LONGEST_MOMENT])
    count = size_of(len(goods), desk.slots.measure)
    units = {one.good.product.product_id: one.good.product.unit for one in goods}
    trip = RoundTrip(connection)
    # A slot that does not exist gets a row here, which goes with everything else when it is refused.
    before = trip.ask(slot_rows.booking(trip.dialect, desk.store_id, wanted, count))
    known = promising.known_locked(trip, desk, units, now)
    trip.run()
    try:
        offered = promising.slots(connection, desk, day, {wanted: before.value}, now)
        return book_slot(offered, wanted, count), count, known()
    except SlotRefused as refused:
        raise OrderProblem(refused.code, wanted) from refused


def _promised(
    known: Known,
    shelf: Shelf,
    goods: Sequence[WantedGood],
    lines: tuple[PickupLine, ...],
    order_id: str,
    member: BasketMember | None,
    request: PlaceOrder,
    now: str,
) -> _Promised:
    """Promise the goods under the lock of their balances; lines that get less are priced again."""
    try:
        reserving = reserve(
            order_id,
            [
                Wanted(
                    line_id=one.line_id,
                    product_id=one.good.product.product_id,
                    quantity=one.quantity,
                    unit=one.good.product.unit,
                )
                for one in goods
            ],
            known.balances,
            now,
            hold_minutes=shelf.store.desk.hold_minutes,
            when_too_few=WhenTooFew.PARTIAL if request.allow_partial else WhenTooFew.ALL_OR_NOTHING,
        )
    except ReservationRefused as refused:
        raise OrderProblem(refused.code) from refused
    granted = {grant.line_id: grant.granted for grant in reserving.grants if grant.granted}
    if not granted or (not reserving.complete and not request.allow_partial):
        raise _not_enough(goods, known)
    if not reserving.complete:
        left = [one for one in goods if one.line_id in granted]
        lines = as_shown(_lines(shelf, left, granted, member, request, now), left)
    return _Promised(lines=lines, reservations=reserving.reservations, known=known)


def _not_enough(goods: Sequence[WantedGood], known: Known) -> OrderProblem:
    """Return the problem with the first line that cannot be had whole, with how much of it there is."""
    left = {
        product_id: known.available(product_id) for product_id in {one.wanted.product_id for one in goods}
    }
    for one in goods:
        product_id = one.wanted.product_id
        if one.quantity > left[product_id]:
            return OrderProblem(
                "not_enough",
                product_id,
                line_id=one.line_id,
                product_id=product_id,
                left=known.available(product_id),
            )
        left[product_id] -= one.quantity
    raise AssertionError("everything can be had")


def _timed(order: PickupOrder, store: CollectStore, slot: OfferedSlot) -> PickupOrder:
    ready_by = dt.datetime.fromisoformat(slot.starts_at) - dt.timedelta(minutes=store.desk.ready_before_slot)
    until = dt.datetime.fromisoformat(slot.ends_at) + dt.timedelta(hours=store.desk.collect_hours)
    return replace(
        order,
        slot=Slot(starts_at=slot.starts_at, ends_at=slot.ends_at),
        ready_by=ready_by.isoformat(),
        collect_until=until.isoformat(),
    )


def _checked(order: PickupOrder) -> PickupOrder:
    try:
        return checked_order(order)
    except OrderRefused as refused:
        raise OrderProblem(refused.code, line_id=refused.line_id) from refused


def _with_payment(
    order: PickupOrder, store: CollectStore, request: PlaceOrder, slot_count: int, now: str
) -> BookedOrder:
    total = sum(line.amount_minor for line in order.lines)
    hold_until, payment = "", OrderPayment()
    if request.payment != PAID_AT_DESK:
        payment = OrderPayment(ceiling_minor=total)
    if request.payment == PAID_TO_CHANNEL and total:
        paid = PaymentEntry(
            kind=PaymentKind.PAID,
            amount_minor=total,
            reference=f"{request.channel}:{request.outside_reference}",
        )
        payment = replace(payment, entries=(paid,))
    if request.payment == PAID_ONLINE and total:
        held = dt.datetime.fromisoformat(now) + dt.timedelta(minutes=store.desk.hold_minutes)
        hold_until = held.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    digits = new_digits()
    return BookedOrder(
        order=replace(order, payment=payment, code_digest=digest_of(order.order_id, digits)),
        phase=HELD if hold_until else "",
        request_hash=request_hash(request),
        slot_count=slot_count,
        payment=request.payment,
        total_minor=total,
        hold_until=hold_until,
        contact_name=request.contact.name.strip(),
        phone=request.contact.phone.strip(),
        email=request.contact.email.strip(),
        language=request.contact.language,
        digits=digits,
        page_key=secrets.token_urlsafe(24),
    )


def _keep(connection: Connection, unnumbered: BookedOrder, promised: _Promised) -> BookedOrder:
    """Give an order its number, store it with all that follows from it, and publish it.

    The counters of numbers and of the stream, which every order of the store wants, are locked together and
    as late as can be: what is left to do then is on its way to the database at once.
    """
    store_id = unnumbered.order.store_id
    levels = promised.known.levels.values()
    strict = frozenset((store_id, row.product_id) for row in levels if row.policy == SalePolicy.STRICT)
    trip = RoundTrip(connection)
    number = trip.ask(order_rows.next_number(trip.dialect, store_id))
    # The levels of strict goods go before the order: what a till may sell by itself is less from now on.
    key = key_of(unnumbered.order)
    publishing = Publishing(trip, {} if unnumbered.is_held or strict else {("orders", store_id): [key]})
    trip.run()
    order = replace(unnumbered.order, number=f"P-{number.value:04d}")
    booked = replace(unnumbered, order=order)
    order_rows.add_order(trip, booked)
    reservation_rows.add_reservations(trip, store_id, _reservations(booked, promised))
    if not booked.is_held:
        add_messages(trip, [_confirmation(order)])
    publishing.write(trip, {("orders", store_id): Publication(puts=[order])})
    trip.run()
    if booked.is_held:
        queue_charge(
            connection,
            charge_id=f"{order.order_id}:authorise",
            order=order,
            kind="authorise",
            amount_minor=booked.total_minor,
        )
    else:
        _tell_channel(connection, order)
    if strict:
        publish_goods(connection, GoodsChange(products=strict, orders=() if booked.is_held else (order,)))
    return booked


def _reservations(booked: BookedOrder, promised: _Promised) -> list[Reservation]:
    state = ReservationState.HELD if booked.is_held else ReservationState.CONFIRMED
    return [
        replace(one, state=state, hold_until=booked.hold_until, needed_at=booked.order.ready_by)
        for one in promised.reservations
    ]


def announce(connection: Connection, booked: BookedOrder) -> None:
    """Tell the customer and the channel that an order stands."""
    queue_messages(connection, [_confirmation(booked.order)])
    _tell_channel(connection, booked.order)


def _confirmation(order: PickupOrder) -> ToTell:
    return ToTell(kind="confirmed", order_id=order.order_id, key="placed")


def _tell_channel(connection: Connection, order: PickupOrder) -> None:
    if order.channel != SHOP_CHANNEL:
        order_changed(connection, None, order)
