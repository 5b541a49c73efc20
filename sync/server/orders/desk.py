"""The order desk: what the storefront, sales channels and the centre's own loops ask of the order book."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from retail.availability.reservation import ReservationState
from retail.availability.slot import OfferedSlot, SlotRefused
from retail.pickup.order import OrderState, PaymentEntry, PickupOrder
from retail.pickup.other_store import others_of
from retail.pickup.reducer import apply, was_taken
from retail.pickup.steps import Answer, Cancel, CustomerArrived, RecordPayment, Step, StepBase, StepRefused
from sync.server.clock import now_text
from sync.server.database import order_rows, outbox_rows, reservation_rows, shop_rows, slot_rows
from sync.server.database.offer_rows import page_keys
from sync.server.database.order_rows import RELEASED, BookedOrder
from sync.server.database.outbox_rows import ToTell
from sync.server.database.round_trip import RoundTrip
from sync.server.database.sessions import Database
from sync.server.orders.book import book_as_one
from sync.server.orders.code_keys import CodeKeys
from sync.server.orders.customer import LONGEST_NOTE, check_request, request_hash
from sync.server.orders.levels import GoodsChange, publish_goods
from sync.server.orders.online_sales import handed_at_once, sell
from sync.server.orders.order_lines import at_the_store
from sync.server.orders.placing import announce, place
from sync.server.orders.promising import Promising, day_of
from sync.server.orders.shelf import Shelves
from sync.server.orders.values import (
    CollectStore,
    ContactDetails,
    OrderPage,
    OrderProblem,
    Placed,
    PlaceOrder,
)
from sync.server.points import book_points
from sync.server.streams import Publication, publish

TRIES: Final = 5
"""Digits of a code that are taken, or the same order twice in one moment, are tried again."""

MOST_DAYS: Final = 30
MOST_STARS: Final = 5

CUSTOMER: Final = "customer"
CENTRE: Final = "centre"

PUT_AWAY: Final = frozenset(
    {
        OrderState.SHORT,
        OrderState.COMPLETED,
        OrderState.CANCELLED,
        OrderState.RETURNED,
        OrderState.HANDED_OVER,
    }
)
"""Orders that a till need not have for ever."""

_LOST_WHILE_HELD: Final = frozenset({ReservationState.SHORT, ReservationState.CONFIRMED})
"""Where held goods stand of which a counter sold some, and then some came back."""

StepT = TypeVar("StepT", bound=StepBase)


class OrderDesk:
    """Places orders and takes steps. One object per process, shared by its threads.

    Every call is one transaction of its own. What cannot be done raises `OrderProblem` and changes nothing.
    `clock` says the present moment in UTC.
    """

    def __init__(self, database: Database, keys: CodeKeys, *, clock: Callable[[], str] = now_text) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._shelves = Shelves()
        self._promising = Promising()

    def stores(self) -> tuple[CollectStore, ...]:
        """Return the stores that take online orders, by id."""
        with self._database.read() as connection:
            found = []
            for settings in shop_rows.read_stores(connection):
                shelf = self._shelves.of(connection, settings.store_id)
                if shelf.desk is not None and shelf.desk.sells_online:
                    found.append(shelf.store)
            return tuple(found)

    def availability(self, store_id: str, product_ids: Iterable[str]) -> dict[str, Decimal]:
        """Return how much of products may be promised now; what is not sold here is left out."""
        with self._database.read() as connection:
            shelf = self._shelves.of(connection, store_id)
            desk = shelf.store.desk
            goods = shelf.goods(connection, product_ids)
            units = {one: good.product.unit for one, good in goods.items()}
            known = self._promising.known(connection, desk, units, at_the_store(self._clock(), desk.offset))
            return {one: known.available(one) for one in units}

    def slots(self, store_id: str, days: int = 7) -> tuple[OfferedSlot, ...]:
        """Return the slots of the coming days, soonest first, those that cannot be had with their refusal."""
        with self._database.read() as connection:
            desk = self._shelves.of(connection, store_id).store.desk
            now = at_the_store(self._clock(), desk.offset)
            booked = slot_rows.booked(connection, store_id)
            first = day_of(desk, now)
            try:
                return tuple(
                    slot
                    for day in range(min(days, MOST_DAYS))
                    for slot in self._promising.slots(
                        connection, desk, first + dt.timedelta(days=day), booked, now
                    )
                )
            except SlotRefused as refused:
                raise OrderProblem(refused.code) from refused

    def place(self, request: PlaceOrder) -> Placed:
        """Place an order, or give back the one that stands under the same channel and reference."""
        check_request(request)
        for tries_left in reversed(range(TRIES)):
            try:
                return self._database.write_again(lambda connection: self._place(connection, request))
            except IntegrityError:
                if not tries_left:
                    raise
        raise AssertionError("the last try returns or raises")

    def _place(self, connection: Connection, request: PlaceOrder) -> Placed:
        trip = RoundTrip(connection)
        there = trip.ask(order_rows.under_reference(request.channel, request.outside_reference))
        heads = trip.ask(shop_rows.heads_of_rules(request.store_id))
        trip.run()
        known = there.value
        if known is None:
            shelf = self._shelves.of(connection, request.store_id, heads.value)
            return self._placed(place(connection, shelf, self._promising, request, self._clock()))
        if known.request_hash != request_hash(request):
            raise OrderProblem("reference_used")
        if known.is_released:
            raise OrderProblem("payment_failed")
        address = outbox_rows.payment_address(connection, known.order.order_id)
        return replace(self._placed(known), payment_address=address, repeated=True)

    def _placed(self, booked: BookedOrder) -> Placed:
        return Placed(
            order=booked.order,
            code_text=self._code_text(booked.order),
            digits=booked.digits,
            page_key=booked.page_key,
        )

    def _code_text(self, order: PickupOrder) -> str:
        return self._keys.code_text(
            store_id=order.store_id, order_id=order.order_id, expires_at=order.collect_until
        )

    def confirm_payment(self, order_id: str, entry: PaymentEntry) -> PickupOrder:
        """Write down that an order was paid or authorised; a held one stands from now on.

        The same entry counts once. An order that was released meanwhile raises `payment_failed`: its goods
        may be another's, so the money goes back.
        """
        step = RecordPayment(
            step_id=_entry_id(order_id, entry),
            order_id=order_id,
            by=CENTRE,
            at=self._clock(),
            made_in=OrderState.PLACED,
            payment=entry.kind,
            amount_minor=entry.amount_minor,
            reference=entry.reference,
        )
        return self._database.write_again(lambda connection: self._confirm(connection, step))

    def _confirm(self, connection: Connection, step: RecordPayment) -> PickupOrder:
        booked = self._locked(connection, step.order_id)
        if booked.is_released:
            raise OrderProblem("payment_failed", step.order_id)
        if was_taken(booked.order, step.step_id):
            return booked.order
        if not booked.is_held:
            return book_as_one(connection, booked.order, [step])
        try:
            order = apply(booked.order, step)
        except StepRefused as refused:
            raise OrderProblem(refused.code, str(refused)) from refused
        booked = replace(booked, order=order, phase="", hold_until="")
        self._end_hold(connection, booked, ReservationState.CONFIRMED)
        announce(connection, booked)
        publish_goods(connection, GoodsChange(orders=(order,)))
        return order

    def payment_failed(self, order_id: str) -> None:
        """Let go of the goods of a held order; one that stands or was let go of already stays as it is."""
        with self._database.write() as connection:
            booked = self._locked(connection, order_id)
            if booked.is_held:
                self._release(connection, booked, ReservationState.RELEASED)

    def release_expired_holds(self) -> tuple[str, ...]:
        """Let go of the goods of everybody who did not pay in time; return which orders."""
        with self._database.read() as connection:
            due = order_rows.holds_before(connection, self._clock())
        released = []
        for order_id in due:
            with self._database.write() as connection:
                booked = self._locked(connection, order_id)
                if booked.is_held:
                    self._release(connection, booked, ReservationState.EXPIRED)
                    released.append(order_id)
        return tuple(released)

    def _release(self, connection: Connection, booked: BookedOrder, outcome: ReservationState) -> None:
        order = booked.order
        slot_rows.give_back(connection, order.store_id, order.slot.starts_at, booked.slot_count)
        released = replace(booked, phase=RELEASED, hold_until="", slot_count=0)
        self._end_hold(connection, released, outcome)
        told = ToTell(kind="released", order_id=order.order_id, key="payment")
        outbox_rows.queue_messages(connection, [told])

    def _end_hold(self, connection: Connection, booked: BookedOrder, outcome: ReservationState) -> None:
        """End the hold of an order's goods; of one that is let go of nothing is owed or promised again."""
        lets_go = outcome is not ReservationState.CONFIRMED
        kept = reservation_rows.of_orders(connection, [booked.order.order_id])
        changed = []
        for one in (one for some in kept.values() for one in some):
            held, short = one.held, Decimal(0) if lets_go else one.short
            if held.state is ReservationState.HELD:
                changed.append(replace(one, held=replace(held, state=outcome, hold_until=""), short=short))
            elif lets_go and held.state in _LOST_WHILE_HELD:
                ended = replace(held, state=ReservationState.RELEASED, hold_until="")
                changed.append(replace(one, held=ended, short=short))
        reservation_rows.set_reservations(connection, changed)
        order_rows.save_orders(connection, [booked])

    def take(self, step: Step) -> PickupOrder:
        """Take a step of the centre's or of the customer's; one that was taken already changes nothing."""
        return self._database.write_again(lambda connection: self._take_standing(connection, step))

    def _take_standing(self, connection: Connection, step: Step) -> PickupOrder:
        booked = self._locked(connection, step.order_id)
        if booked.is_released:
            raise OrderProblem("unknown_order", step.order_id)
        if booked.is_held:
            raise OrderProblem("waiting_for_payment", step.order_id)
        return book_as_one(connection, booked.order, [step])

    def _locked(self, connection: Connection, order_id: str) -> BookedOrder:
        booked = order_rows.lock_orders(connection, [order_id]).get(order_id)
        if booked is None:
            raise OrderProblem("unknown_order", order_id)
        return booked

    def cancel(self, order_id: str, reason: str, *, by: str = CUSTOMER) -> PickupOrder | None:
        """Call an order off, also one that is not paid yet; None when it never came to stand."""
        return self._database.write_again(lambda connection: self._cancel(connection, order_id, reason, by))

    def _cancel(self, connection: Connection, order_id: str, reason: str, by: str) -> PickupOrder | None:
        booked = self._locked(connection, order_id)
        if booked.is_released:
            return None
        if booked.is_held:
            self._release(connection, booked, ReservationState.RELEASED)
            return None
        if booked.order.state is OrderState.CANCELLED:
            return booked.order
        cancel = self._step(Cancel, booked.order, by=by, reason=reason)
        return book_as_one(connection, booked.order, [cancel])

    def arrived(self, order_id: str, note: str = "") -> PickupOrder:
        """Say that the customer is at the store."""
        order = self._standing(order_id)
        return self.take(self._step(CustomerArrived, order, note=note[:LONGEST_NOTE]))

    def answer(self, order_id: str, line_id: str, asked: str, *, agrees: bool) -> PickupOrder:
        """Take the customer's yes or no to a substitute."""
        order = self._standing(order_id)
        return self.take(self._step(Answer, order, line_id=line_id, asked=asked, agrees=agrees))

    def rate(self, order_id: str, stars: int, comment: str = "") -> None:
        """Keep what the customer thought of it, one to five stars; the last time counts."""
        if not 1 <= stars <= MOST_STARS or len(comment) > LONGEST_NOTE or "\0" in comment:
            raise OrderProblem("bad_rating")
        with self._database.write() as connection:
            self._locked(connection, order_id)
            order_rows.rate(connection, order_id, stars, comment)

    def _step(self, kind: type[StepT], order: PickupOrder, *, by: str = CUSTOMER, **said: Any) -> StepT:
        return kind(
            step_id=uuid.uuid4().hex,
            order_id=order.order_id,
            by=by,
            at=self._clock(),
            made_in=order.state,
            **said,
        )

    def _standing(self, order_id: str) -> PickupOrder:
        order = self.order(order_id)
        if order is None:
            raise OrderProblem("unknown_order", order_id)
        return order

    def order(self, order_id: str) -> PickupOrder | None:
        """Return an order as it stands; None for one that is not in the book, or never came to stand."""
        with self._database.read() as connection:
            booked = order_rows.read_order(connection, order_id)
        return None if booked is None or booked.is_released else booked.order

    def sell_what_was_handed_over(self, order_id: str) -> None:
        """Make the sale of an order that was handed over, and paid online, before such sales were made."""
        self._database.write_again(lambda connection: self._sell(connection, order_id))

    def _sell(self, connection: Connection, order_id: str) -> None:
        handed = handed_at_once(self._locked(connection, order_id))
        book_points(connection, sell(connection, handed))

    def order_of_reference(self, channel: str, outside_reference: str) -> Placed | None:
        """Return the order that a channel placed, as it was answered then; None when there is none."""
        with self._database.read() as connection:
            booked = order_rows.order_of_reference(connection, channel, outside_reference)
            return None if booked is None else replace(self._placed(booked), repeated=True)

    def order_by_page_key(self, page_key: str) -> OrderPage | None:
        """Return the page that a key opens."""
        with self._database.read() as connection:
            booked = order_rows.order_of_page(connection, page_key)
            if booked is None:
                return None
            order = booked.order
            shelf = self._shelves.of(connection, order.store_id)
            if shelf.desk is None:
                return None
            return OrderPage(
                order=order,
                store=CollectStore(settings=shelf.settings, desk=shelf.desk),
                contact=_details(booked),
                code_text=self._code_text(order),
                digits=booked.digits,
                page_key=booked.page_key,
                payment=booked.payment,
                payment_address=outbox_rows.payment_address(connection, order.order_id),
                waiting_for_payment=booked.is_held,
                released=booked.is_released,
                hold_until=booked.hold_until,
                rating=order_rows.stars_of(connection, order.order_id),
                other_pages=page_keys(connection, others_of(order)),
            )

    def orders_in(self, *states: OrderState, store_id: str = "") -> tuple[PickupOrder, ...]:
        """Return the orders that stand in these states, of one store or of all."""
        with self._database.read() as connection:
            found = order_rows.orders_in(connection, states, store_id)
        return tuple(one.order for one in found)

    def put_away(self, before: str) -> int:
        """Take orders that are over, and untouched since a moment, off the tills; return how many.

        They stay in the order book.
        """
        with self._database.write() as connection:
            removes: dict[tuple[str, str], list[str]] = {}
            for store_id, order_id in order_rows.on_tills_before(connection, before, PUT_AWAY):
                removes.setdefault(("orders", store_id), []).append(f"pickup_order:{order_id}")
            if removes:
                publish(connection, {stream: Publication(removes=keys) for stream, keys in removes.items()})
        return sum(len(keys) for keys in removes.values())


def _entry_id(order_id: str, entry: PaymentEntry) -> str:
    """Return the step that writes down an entry: always the same, and short whatever its reference."""
    return hashlib.sha256(f"{order_id} {entry.kind} {entry.reference}".encode()).hexdigest()[:32]


def _details(booked: BookedOrder) -> ContactDetails:
    return ContactDetails(
        name=booked.contact_name, phone=booked.phone, email=booked.email, language=booked.language
    )
