"""Takes the customer's word on another store, and moves what ran out there with a yes.

A yes is one transaction: the goods are promised at the other store under the lock of its balances, the new
order stands with what they cost here, and they are struck off the first. So a yes that comes twice moves them
once; of two customers who want that store's last piece one has it, and the other is told (`gone_there`) and
pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from retail.occasion import Moment
from retail.pickup.order import (
    OfferState,
    OrderPayment,
    OtherOrder,
    PaymentEntry,
    PaymentKind,
    PickupOrder,
    Slot,
    StoreOffer,
)
from retail.pickup.other_store import (
    has_ended,
    movable,
    moved_amount,
    moved_reference,
    offer_of,
    open_offers,
)
from retail.pickup.steps import AnswerStore, RecordPayment, Step
from sync.server.clock import now_text
from sync.server.database import order_rows
from sync.server.database.offer_rows import take_over_authorisation
from sync.server.database.order_rows import BookedOrder
from sync.server.database.sessions import Database
from sync.server.orders.book import book_as_one
from sync.server.orders.desk import CENTRE, CUSTOMER, TRIES, OrderDesk
from sync.server.orders.placing import TakenOver, place
from sync.server.orders.promising import Promising
from sync.server.orders.shelf import Shelves
from sync.server.orders.values import PAID_ONLINE, ContactDetails, OrderProblem, PlaceOrder, WantedLine

SLOT_CODES: Final = frozenset({"slot_full", "too_late", "closed", "slot_gone"})
"""Another time is tried."""

GONE_CODES: Final = frozenset({"not_enough", "not_online", "unknown_store", "unknown_product", "no_price"})
"""The other store cannot keep what was offered."""

NOT_THERE: Final = "nothing left at the other store"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was said about an offer (`offered` is the step that made it), and by whom."""

    order_id: str
    offered: str
    agrees: bool
    by: str = CUSTOMER
    reason: str = ""


class StoreMoves:
    """Takes answers. One object per process, shared by its threads."""

    def __init__(self, database: Database, orders: OrderDesk, *, clock: Callable[[], str] = now_text) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock
        self._shelves = Shelves()
        self._promising = Promising()

    def answer(self, said: Said) -> PickupOrder:
        """Take a yes or a no; the same answer again changes nothing. Raises `OrderProblem`.

        With `gone_there` somebody else had the goods of the other store first: the offer has ended then.
        """
        for tries_left in reversed(range(TRIES)):
            slot = self._slot_of(said) if said.agrees else Slot()
            try:
                return self._database.write_again(partial(self._answer, said=said, slot=slot))
            except IntegrityError:
                if not tries_left:
                    raise
            except OrderProblem as problem:
                if problem.code in SLOT_CODES and tries_left:
                    continue
                if problem.code not in SLOT_CODES | GONE_CODES:
                    raise
                self._database.write_again(partial(self._answer, said=_nobody(said), slot=slot))
                raise OrderProblem("gone_there", str(problem)) from problem
        raise AssertionError("the last try returns or raises")

    def _slot_of(self, said: Said) -> Slot:
        """Return when the goods of an offer can be collected: as offered, or the next time that is free."""
        order = self._orders.order(said.order_id)
        offer = None if order is None else offer_of(order, said.offered)
        if offer is None or offer.state is not OfferState.OPEN:
            return Slot()
        try:
            return free_slot(self._orders, offer.store_id, offer.slot.starts_at) or offer.slot
        except OrderProblem:
            return offer.slot  # the store is asked again where it counts

    def _answer(self, connection: Connection, said: Said, slot: Slot) -> PickupOrder:
        booked = order_rows.lock_orders(connection, [said.order_id]).get(said.order_id)
        if booked is None or booked.phase:
            raise OrderProblem("unknown_order", said.order_id)
        order, now = booked.order, self._clock()
        offer = offer_of(order, said.offered)
        if offer is not None and offer.state is (OfferState.MOVED if said.agrees else OfferState.DECLINED):
            return order
        if offer is None or offer not in open_offers(order) or (said.agrees and has_ended(offer, now)):
            raise OrderProblem("answer_too_late", said.order_id)
        if said.agrees:
            return book_as_one(connection, order, self._yes(connection, booked, offer, said, slot))
        return book_as_one(connection, order, [no_to(order, offer, by=said.by, at=now, reason=said.reason)])

    def _yes(
        self, connection: Connection, booked: BookedOrder, offer: StoreOffer, said: Said, slot: Slot
    ) -> list[Step]:
        """Place the new order, and return the steps that strike its goods and its money off the first."""
        order = booked.order
        quantity = movable(order, offer)
        amount = moved_amount(next(one for one in order.lines if one.line_id == offer.line_id), quantity)
        there = self._place(connection, booked, offer, amount, slot)
        step = AnswerStore(
            step_id=f"{offer.offer_id}:yes",
            order_id=order.order_id,
            by=said.by,
            at=self._clock(),
            made_in=order.state,
            reason=said.reason,
            line_id=offer.line_id,
            offered=offer.offer_id,
            agrees=True,
            quantity=quantity,
            moved_to=OtherOrder(
                order_id=there.order_id,
                number=there.number,
                store_id=there.store_id,
                store_name=offer.store_name,
            ),
        )
        if booked.payment != PAID_ONLINE or not amount:
            return [step]
        take_over_authorisation(connection, of_order_id=order.order_id, order=there, amount_minor=amount)
        return [step, _given_up(step, there, amount)]

    def _place(
        self, connection: Connection, booked: BookedOrder, offer: StoreOffer, amount: int, slot: Slot
    ) -> PickupOrder:
        """Place the new order at the other store: promised under lock there, at the price of here."""
        order = booked.order
        line = next(one for one in order.lines if one.line_id == offer.line_id)
        request = PlaceOrder(
            store_id=offer.store_id,
            outside_reference=moved_reference(offer.offer_id),
            lines=(
                WantedLine(
                    product_id=line.product.product_id,
                    quantity=movable(order, offer),
                    wish=line.wish,
                    note=line.note,
                    shown_amount_minor=amount,
                ),
            ),
            contact=ContactDetails(
                name=booked.contact_name, phone=booked.phone, email=booked.email, language=booked.language
            ),
            slot_starts_at=slot.starts_at,
            member_id=order.contact.member_id,
            note=order.note,
            payment=booked.payment,
            age_confirmed=True,  # it was for the first order, and the desk looks at a document all the same
        )
        here = self._shelves.of(connection, order.store_id).settings
        moved_from = OtherOrder(
            order_id=order.order_id, number=order.number, store_id=order.store_id, store_name=here.name
        )
        taken_over = TakenOver(moved_from=moved_from, payment=_payment_there(booked, amount))
        shelf = self._shelves.of(connection, offer.store_id)
        return place(connection, shelf, self._promising, request, self._clock(), taken_over).order


def free_slot(orders: OrderDesk, store_id: str, not_before: str) -> Slot | None:
    """Return the first free time at a store that is no sooner than another, else the first of all."""
    free = [one for one in orders.slots(store_id) if not one.refusal]
    soonest = Moment(not_before).exact if not_before else None
    later = [one for one in free if soonest is None or Moment(one.starts_at).exact >= soonest]
    chosen = next(iter([*later, *free]), None)
    return None if chosen is None else Slot(starts_at=chosen.starts_at, ends_at=chosen.ends_at)


def no_to(order: PickupOrder, offer: StoreOffer, *, by: str, at: str, reason: str) -> AnswerStore:
    """Return the no to an offer, by a person or by nobody having said anything."""
    return AnswerStore(
        step_id=f"{offer.offer_id}:no",
        order_id=order.order_id,
        by=by,
        at=at,
        made_in=order.state,
        reason=reason,
        line_id=offer.line_id,
        offered=offer.offer_id,
        agrees=False,
    )


def _nobody(said: Said) -> Said:
    return Said(order_id=said.order_id, offered=said.offered, agrees=False, by=CENTRE, reason=NOT_THERE)


def _payment_there(booked: BookedOrder, amount: int) -> OrderPayment:
    if booked.payment != PAID_ONLINE:
        return OrderPayment()
    reference = moved_reference(booked.order.order_id)
    entry = PaymentEntry(kind=PaymentKind.AUTHORISED, amount_minor=amount, reference=reference)
    return OrderPayment(ceiling_minor=amount, entries=(entry,) if amount else ())


def _given_up(answer: AnswerStore, there: PickupOrder, amount: int) -> RecordPayment:
    """Return what gives up here what is charged there: it is one authorisation at the provider."""
    return RecordPayment(
        step_id=f"{answer.step_id}:money",
        order_id=answer.order_id,
        by=CENTRE,
        at=answer.at,
        made_in=answer.made_in,
        payment=PaymentKind.VOIDED,
        amount_minor=amount,
        reference=moved_reference(there.order_id),
    )
