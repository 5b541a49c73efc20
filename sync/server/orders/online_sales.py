"""Makes the sales of what was paid online, when it is handed over, and undoes them with the handover.

Each is a fact in the centre's own journal of the store, and in the tables of all other sales, in the very
transaction that books the handover. Its id follows from the handover, so it is made once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from retail.events import SaleCompleted, SaleReturned
from retail.money import CashRounding
from retail.order_rules import order_rules
from retail.payment import IllegalStep
from retail.pickup.amounts import channel_reference
from retail.pickup.online_sale import SoldOnline, handovers, online_amount, online_sale
from retail.pickup.order import Done, PickupOrder
from retail.pricing import PreparedRules, prepare
from retail.receipt_number import ONLINE_TILL, online_receipt_number
from retail.returns.completion import compose_return
from retail.returns.policy import RefundOrder
from retail.returns.refund import split_refund
from retail.returns.void import undo_online_sale
from retail.staff import StaffMember
from retail.store import StoreSettings
from retail.store_rules import rules_of
from sync.server.alerts import raise_alert
from sync.server.database import shop_rows
from sync.server.database.charge_rows import authorised_as
from sync.server.database.online_rows import is_sold, lock_sales, online_total
from sync.server.database.order_rows import BookedOrder
from sync.server.database.order_tables import PAID_ONLINE
from sync.server.database.own_rows import next_counter, own_device, own_till, write_fact
from sync.server.database.receipt_rows import returns_of, sales_of_ids
from sync.server.database.round_trip import RoundTrip
from sync.server.database.sale_rows import OfEvent, add_returns, add_sales
from sync.server.orders.order_lines import member_of
from sync.server.points import Granted


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stood right after a step that handed something over, or took that back."""

    booked: BookedOrder
    handover: Done


def handed_by(before: PickupOrder, booked: BookedOrder) -> tuple[Handed, ...]:
    """Return the handovers that a step made, or took back."""
    then = handovers(before)
    return tuple(Handed(booked=booked, handover=done) for done in handovers(booked.order) if done not in then)


def handed_at_once(booked: BookedOrder) -> tuple[Handed, ...]:
    """Return the handover of an order that has only one: of several, nobody knows what each came to then."""
    standing = [done for done in handovers(booked.order) if not done.undone_by]
    return tuple(Handed(booked=booked, handover=done) for done in standing) if len(standing) == 1 else ()


def sell(connection: Connection, handed: Sequence[Handed]) -> tuple[Granted, ...]:
    """Make or undo the sales of handovers, in their order; return the points that follow, to be published."""
    granted = []
    for one in handed:
        sale_id = _sale_id(one.booked.order, one.handover)
        known = is_sold(connection, sale_id)
        if one.handover.undone_by:
            granted += _undo(connection, one, sale_id) if known else []
        elif not known:
            granted += _make(connection, one, sale_id)
    return tuple(granted)


def _sale_id(order: PickupOrder, handover: Done) -> str:
    return hashlib.sha256(f"{order.order_id} {handover.step_id} online sale".encode()).hexdigest()[:32]


def _make(connection: Connection, handed: Handed, sale_id: str) -> list[Granted]:
    order, handover = handed.booked.order, handed.handover
    sold = online_total(connection, order.order_id)
    if not online_amount(order, sold):
        return []
    rules = _rules(connection, order.store_id)
    if rules is None:
        raise_alert(connection, "online_sale_missing", f"{order.store_id} {order.number}", handover.step_id)
        return []
    sale = online_sale(
        order,
        handover,
        sold,
        rules,
        SoldOnline(
            sale_id=sale_id,
            receipt_number=online_receipt_number(next_counter(connection, order.store_id)),
            till_id=own_till(order.store_id),
            cashier_name=_name_of(connection, order.store_id, handover.by),
            reference=_reference(connection, handed.booked),
            member=member_of(connection, order.store_id, order.contact.member_id),
        ),
    )
    if sale is None:
        return []
    event_id = f"{sale_id}:sold"
    write_fact(connection, order.store_id, SaleCompleted(sale=sale), event_id=event_id, at=handover.at)
    trip = RoundTrip(connection)
    add_sales(trip, [(sale, OfEvent(event_id, own_device(order.store_id)))])
    trip.run()
    member = sale.member
    if member is None:
        return []
    return [Granted(source_id=sale_id, member_id=member.member_id, points=member.points_earned)]


def _undo(connection: Connection, handed: Handed, sale_id: str) -> list[Granted]:
    """Undo a sale whose handover was taken back; what came back of it already is for a person to settle."""
    order = handed.booked.order
    lock_sales(connection, [sale_id])
    (sale,) = sales_of_ids(connection, [sale_id])
    earlier = returns_of(connection, sale_id)
    try:
        priced = undo_online_sale(sale, earlier)
    except IllegalStep as refused:
        subject = f"{order.store_id} {order.number} {sale.receipt_number}"
        raise_alert(connection, "handover_undone_after_return", subject, refused.code)
        return []
    undo = next(done for done in order.history if done.step_id == handed.handover.undone_by)
    returned = compose_return(
        priced,
        split_refund(
            sale, earlier, priced.refund_minor, RefundOrder.SAME_MEANS, cash_rounding=CashRounding()
        ),
        return_id=f"{sale_id}:undone",
        receipt_number=online_receipt_number(next_counter(connection, order.store_id)),
        store_id=order.store_id,
        till_id=own_till(order.store_id),
        till_number=ONLINE_TILL,
        cashier_id=undo.by,
        cashier_name=_name_of(connection, order.store_id, undo.by),
        completed_at=undo.at,
        note=undo.reason,
    )
    write_fact(
        connection, order.store_id, SaleReturned(returned=returned), event_id=returned.return_id, at=undo.at
    )
    trip = RoundTrip(connection)
    add_returns(trip, [(returned, OfEvent(returned.return_id, own_device(order.store_id)))])
    trip.run()
    points = returned.points_given_back - returned.points_taken_back
    return [Granted(source_id=returned.return_id, member_id=returned.member_id, points=points)]


def _rules(connection: Connection, store_id: str) -> PreparedRules | None:
    """Return the rules that an order of a store is sold under now, None for a store without settings."""
    found = shop_rows.read_rows(connection, ("settings", store_id), "store_settings", StoreSettings)
    if not found:
        return None
    rows = shop_rows.read_rule_rows(connection, store_id)
    return prepare(order_rules(rules_of(found[0], rows, network=True)))


def _reference(connection: Connection, booked: BookedOrder) -> str:
    """Return what whoever took the money calls it."""
    if booked.payment != PAID_ONLINE:
        return channel_reference(booked.order)
    return authorised_as(connection, booked.order.order_id)


def _name_of(connection: Connection, store_id: str, staff_id: str) -> str:
    key = f"staff:{staff_id}"
    text = shop_rows.row_texts(connection, ("staff", store_id), [key]).get(key)
    return staff_id if text is None else msgspec.json.decode(text, type=StaffMember).display_name
