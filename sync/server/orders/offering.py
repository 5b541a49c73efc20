"""Offers another store for what was sold to somebody else, and ends what nobody answers.

Each line is offered once, to the nearest store that has enough of it and a free time to collect it. What has
come to the shelf again is not offered any more; what nobody wanted in time is struck off, as the desk says.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from retail.pickup.amounts import authorised_left, money_of
from retail.pickup.order import LineState, PickupLine, PickupOrder, Slot, StoreOffer
from retail.pickup.other_store import has_ended, open_offers
from retail.pickup.parts import units
from retail.pickup.steps import OfferStore, Step, StepKind, Undo
from sync.server.clock import text_after
from sync.server.database import order_rows, reservation_rows
from sync.server.database.offer_rows import WAITING_STATES, orders_lacking_goods
from sync.server.database.order_rows import BookedOrder
from sync.server.database.sessions import Database
from sync.server.orders.desk import CENTRE, OrderDesk
from sync.server.orders.moving import free_slot, no_to
from sync.server.orders.order_lines import at_the_store
from sync.server.orders.values import PAID_AT_DESK, PAID_ONLINE, SHOP_CHANNEL, CollectStore, OrderProblem

_log = logging.getLogger(__name__)

MOST_STORES: Final = 5
"""So many near stores are asked for what ran out."""

NO_ANSWER: Final = "no answer in time"
HERE_AGAIN: Final = "the goods are here again"


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """A store that has what ran out, and when it can be collected there."""

    store: CollectStore
    slot: Slot


class StoreOffers:
    """Makes offers and ends them. One object per process; used by one thread at a time."""

    def __init__(self, database: Database, orders: OrderDesk) -> None:
        self._database = database
        self._orders = orders

    def run_once(self, now: str) -> int:
        """Offer what can be offered and end what nobody answered; return how many steps were taken."""
        with self._database.read() as connection:
            waiting = orders_lacking_goods(connection)
        return sum(self._take(step) for order_id in waiting for step in self._due(order_id, now))

    def _take(self, step: Step) -> bool:
        try:
            self._orders.take(step)
        except OrderProblem as problem:
            _log.info("order %s: %s", step.order_id, problem)
            return False
        return True

    def _due(self, order_id: str, now: str) -> list[Step]:
        with self._database.read() as connection:
            booked = order_rows.read_order(connection, order_id)
            kept = reservation_rows.of_orders(connection, [order_id]).get(order_id, [])
        if booked is None or booked.phase:
            return []
        order = booked.order
        ending = [step for offer in open_offers(order) if (step := _ending(order, offer, now)) is not None]
        lost = {one.held.product_id: one.short for one in kept}
        return [*ending, *self._offers(booked, lost, now)]

    def _offers(self, booked: BookedOrder, lost: dict[str, Decimal], now: str) -> list[Step]:
        """Return an offer for each line that lost goods, was never offered anywhere, and can be had near."""
        order = booked.order
        stores = {one.store_id: one for one in self._orders.stores()}
        here = stores.pop(order.store_id, None)
        if here is None or not here.desk.offer_minutes or not _can_move(booked):
            return []
        offered = {done.about for done in order.history if done.kind == StepKind.OFFER_STORE}
        made: list[Step] = []
        for line in order.lines:
            product_id = line.product.product_id
            quantity = min(lost.get(product_id, Decimal(0)), units(line, LineState.TO_PICK))
            if line.line_id in offered or line.line_id not in order.at_risk or not quantity:
                continue
            lost[product_id] -= quantity
            found = self._where(booked, line, quantity, here, stores)
            if found is not None:
                made.append(_offer(order, line, quantity, here, found, now))
        return made

    def _where(
        self,
        booked: BookedOrder,
        line: PickupLine,
        quantity: Decimal,
        here: CollectStore,
        stores: dict[str, CollectStore],
    ) -> _Found | None:
        """Return the nearest store that has enough and a time to collect it, None when there is none."""
        near = [stores[one] for one in here.desk.near_store_ids if one in stores] or list(stores.values())
        for store in near[:MOST_STORES]:
            if store.settings.currency != booked.order.currency:
                continue
            if booked.payment == PAID_AT_DESK and not store.desk.pay_at_desk:
                continue
            try:
                there = self._orders.availability(store.store_id, [line.product.product_id])
                slot = free_slot(self._orders, store.store_id, booked.order.slot.starts_at)
            except OrderProblem as problem:
                _log.info("store %s cannot take goods over: %s", store.store_id, problem)
                continue
            if slot is not None and there.get(line.product.product_id, Decimal(0)) >= quantity:
                return _Found(store=store, slot=slot)
        return None


def _can_move(booked: BookedOrder) -> bool:
    """Say whether goods of an order can be another order's: of outside shops the channel decides."""
    order = booked.order
    if order.channel != SHOP_CHANNEL or order.state not in WAITING_STATES:
        return False
    if booked.payment == PAID_ONLINE:
        return authorised_left(order) >= money_of(order).charge_minor
    return booked.payment == PAID_AT_DESK and not order.payment.entries


def _offer(
    order: PickupOrder, line: PickupLine, quantity: Decimal, here: CollectStore, found: _Found, now: str
) -> OfferStore:
    return OfferStore(
        step_id=f"{order.order_id}:{line.line_id}:offer",
        order_id=order.order_id,
        by=CENTRE,
        at=now,
        made_in=order.state,
        reason=f"sold to somebody else; {found.store.store_id} has it",
        line_id=line.line_id,
        store_id=found.store.store_id,
        store_name=found.store.settings.name,
        quantity=quantity,
        answer_until=at_the_store(
            text_after(now, timedelta(minutes=here.desk.offer_minutes)), here.desk.offset
        ),
        slot=found.slot,
        struck_if_not=here.desk.struck_if_not_moved,
    )


def _ending(order: PickupOrder, offer: StoreOffer, now: str) -> Step | None:
    """Return what ends an offer: silence, or that nothing is missing any more; None while it stands."""
    if offer.line_id not in order.at_risk:
        return Undo(
            step_id=f"{offer.offer_id}:withdrawn",
            order_id=order.order_id,
            by=CENTRE,
            at=now,
            made_in=order.state,
            reason=HERE_AGAIN,
            undoes=offer.offer_id,
        )
    if not has_ended(offer, now):
        return None
    return no_to(order, offer, by=CENTRE, at=now, reason=NO_ANSWER)
