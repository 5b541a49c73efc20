"""Tells Vendure what became of its orders: notes, cancelled pieces, payments taken, fulfilments.

What Vendure is to have is compared with what it has, and only the difference is done: a step that was done
before a crash is seen, and not done twice. The place in the feed moves on once Vendure was told.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence

import msgspec

from retail.pickup.amounts import money_of
from retail.pickup.order import PaymentKind, PickupOrder
from retail.pickup.steps import RecordPayment
from sync.server.centre import Centre
from sync.server.database.delivery_rows import feed
from sync.server.database.vendure_rows import Told, keep_told, read_told
from sync.server.orders.desk import CENTRE
from sync.server.orders.values import OrderProblem
from sync.server.vendure.client import VendureClient, VendureRefused
from sync.server.vendure.connection import FULFILMENT_METHOD, Connection, alert
from sync.server.vendure.mapping import Kept, Stage, kept, refund_note, substitutes_note, surplus, taken_note
from sync.server.vendure.shapes import AUTHORISED, CANCELLED, ShopOrder

_log = logging.getLogger(__name__)

CHANGES_AT_ONCE = 200

_NEXT_STATE = {"Created": "Pending", "Pending": "Shipped", "Shipped": "Delivered"}
"""How a fulfilment goes on; what is not here is where it stays."""


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders a shop was told about, of how many it would not hear, and the item numbers of all."""

    told: int = 0
    refused: int = 0
    skus: frozenset[str] = frozenset()


def tell(
    centre: Centre, client: VendureClient, connection: Connection, now: str, *, digits: int, again: bool
) -> Telling:
    """Tell what has changed since the last time; with `again`, also what is looked at again now and then."""
    with centre.database.write() as write:
        before = read_told(write, connection.channel_id)
        entries = feed(write, connection.channel_id, after=before.feed_after, limit=CHANGES_AT_ONCE)
    changed = dict.fromkeys(one.order_id for one in entries)
    if again:
        changed |= dict.fromkeys(before.again)
    if not changed:
        return Telling()
    orders = [order for one in changed if (order := centre.orders.order(one)) is not None]
    waiting = [one for one in before.again if one not in changed]
    refused = 0
    shop_orders = {one.code: one for one in client.orders_of([order.outside_reference for order in orders])}
    for order in orders:
        shop_order = shop_orders.get(order.outside_reference)
        try:
            if shop_order is None:
                raise VendureRefused("UNKNOWN_ORDER", "Vendure does not have this order any more")
            _tell_one(client, connection, order, shop_order, digits)
            after = _with_refunds(centre, connection, order, shop_order, now)
        except VendureRefused as why:
            refused += 1
            _log.info("%s %s: %s", connection.channel_id, order.outside_reference, why)
            subject = f"{connection.channel_id} {order.outside_reference} {why.code}"
            alert(centre, "vendure_not_told", subject, f"{order.outside_reference}: {why}")
            waiting.append(order.order_id)
            continue
        if money_of(after).refund_minor:
            waiting.append(after.order_id)
    told = Told(
        feed_after=entries[-1].number if entries else before.feed_after, again=tuple(dict.fromkeys(waiting))
    )
    if told != before:
        with centre.database.write() as write:
            keep_told(write, connection.channel_id, told)
    skus = frozenset(line.product.sku for order in orders for line in order.lines)
    return Telling(told=len(orders) - refused, refused=refused, skus=skus)


def _tell_one(
    client: VendureClient, connection: Connection, order: PickupOrder, shop_order: ShopOrder, digits: int
) -> None:
    """Do in Vendure what is missing; raises `VendureRefused`."""
    wanted = kept(order)
    over = not any(wanted.pieces.values())
    notes = [taken_note(order)]
    if wanted.stage is not Stage.OPEN:
        notes.append(substitutes_note(order))
    if not over or any(payment.is_taken for payment in shop_order.payments or ()):
        notes.append(refund_note(order, digits))
    for note in notes:
        if note and not shop_order.has_note(note):
            client.add_note(shop_order, note)
    if wanted.stage is Stage.OPEN:
        return
    if over:
        _call_off(client, order, shop_order)
    elif shop_order.state != CANCELLED:
        _hand_out(client, connection, order, shop_order, wanted)


def _hand_out(
    client: VendureClient, connection: Connection, order: PickupOrder, shop_order: ShopOrder, wanted: Kept
) -> None:
    """Bring the order of Vendure to what is in the bag, and as far as the bag is."""
    too_many = surplus(shop_order, wanted.pieces)
    if too_many:
        client.cancel(shop_order, _reason(order), too_many)
        shop_order = _again(client, shop_order)
    if shop_order.state == AUTHORISED:
        for payment in shop_order.payments or ():
            if payment.is_authorised:
                client.settle(payment.id)
    missing = shop_order.not_fulfilled()
    if missing:
        client.fulfil(missing, connection.handler, FULFILMENT_METHOD, order.number)
        shop_order = _again(client, shop_order)
    _move_on(client, shop_order, wanted)


def _move_on(client: VendureClient, shop_order: ShopOrder, wanted: Kept) -> None:
    end = "Shipped" if wanted.stage is Stage.READY else "Delivered"
    for fulfilment in shop_order.going:
        state = fulfilment.state
        while state not in (end, "Delivered") and state in _NEXT_STATE:
            state = _NEXT_STATE[state]
            client.move_fulfilment(fulfilment.id, state)


def _call_off(client: VendureClient, order: PickupOrder, shop_order: ShopOrder) -> None:
    if shop_order.state != CANCELLED:
        for fulfilment in shop_order.going:
            client.move_fulfilment(fulfilment.id, CANCELLED)
        client.cancel(shop_order, _reason(order))
    for payment in shop_order.payments or ():
        if payment.is_authorised:
            client.let_go(payment.id)


def _reason(order: PickupOrder) -> str:
    """Return why something is cancelled in Vendure: the reason that was given here, or where the order is."""
    given: Sequence[str] = [one.reason for one in order.history if one.kind == "cancel" and one.reason]
    return f"Evertill {order.number}: {given[-1] if given else order.state}"


def _again(client: VendureClient, shop_order: ShopOrder) -> ShopOrder:
    """Return an order as it is after a change."""
    found = next(client.orders_of([shop_order.code]), None)
    if found is None:
        raise VendureRefused("UNKNOWN_ORDER", "Vendure does not have this order any more")
    return found


def _with_refunds(
    centre: Centre, connection: Connection, order: PickupOrder, shop_order: ShopOrder, now: str
) -> PickupOrder:
    """Write down what Vendure has given back, as far as it was to be given back; each refund counts once.

    Money that was authorised and let go of was never there: all that is to be given back is.
    """
    payments = shop_order.payments or ()
    given_back = [
        (f"refund-{refund.id}", refund.total)
        for payment in payments
        for refund in payment.refunds
        if refund.state == "Settled"
    ]
    if payments and all(payment.state == CANCELLED for payment in payments):
        given_back.append(("let-go", money_of(order).refund_minor))
    for name, amount in given_back:
        reference = f"{connection.channel_id}:{name}"
        owed = min(amount, money_of(order).refund_minor)
        if owed > 0 and all(entry.reference != reference for entry in order.payment.entries):
            order = _refunded(centre, order, reference, owed, now)
    return order


def _refunded(centre: Centre, order: PickupOrder, reference: str, amount_minor: int, now: str) -> PickupOrder:
    step = RecordPayment(
        step_id=hashlib.sha256(f"{order.order_id} {reference}".encode()).hexdigest()[:32],
        order_id=order.order_id,
        by=CENTRE,
        at=now,
        made_in=order.state,
        payment=PaymentKind.REFUNDED,
        amount_minor=amount_minor,
        reference=reference,
    )
    try:
        return centre.orders.take(step)
    except OrderProblem as problem:
        raise VendureRefused(problem.code, problem.message.en) from problem
